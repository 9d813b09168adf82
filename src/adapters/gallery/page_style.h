/* SPDX-License-Identifier: Apache-2.0 */
/* How the gallery looks. */
#ifndef ICA_ADAPTERS_GALLERY_PAGE_STYLE_H
#define ICA_ADAPTERS_GALLERY_PAGE_STYLE_H

extern const char ica_gallery_style[]; /* CSS */

#endif

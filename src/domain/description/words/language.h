/* SPDX-License-Identifier: Apache-2.0 */
/* The languages that descriptions are written in. */
#ifndef ICA_DOMAIN_DESCRIPTION_WORDS_LANGUAGE_H
#define ICA_DOMAIN_DESCRIPTION_WORDS_LANGUAGE_H

enum ica_language {
    ICA_LANGUAGE_EN, /* what counts where nothing is said */
    ICA_LANGUAGE_PT, /* Brazilian */
    ICA_LANGUAGE_ES,
    ICA_LANGUAGE_COUNT,
};

/* Its code of ISO 639-1: "pt". Static. */
const char *ica_language_code(enum ica_language language);

/* Its English name: "Portuguese". Static. */
const char *ica_language_name(enum ica_language language);

#endif

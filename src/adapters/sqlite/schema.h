/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the index and their version. */
#ifndef ICA_ADAPTERS_SQLITE_SCHEMA_H
#define ICA_ADAPTERS_SQLITE_SCHEMA_H

#include "adapters/sqlite/statement.h"

/* Make the tables in an empty database, or check that they are of this version. ICA_EUNAVAILABLE (a
 * newer version wrote them), ICA_ECORRUPT (another program did), or as the database fails. */
enum ica_status ica_schema_prepare(const struct ica_database *database,
                                   struct ica_error *err) ICA_MUST_CHECK;

#endif

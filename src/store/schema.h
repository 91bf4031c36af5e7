/* The schema's versions: how a file of each becomes one of the next. Inside src/store only. Floor 5. */
#ifndef MO_STORE_SCHEMA_H
#define MO_STORE_SCHEMA_H

#include "store/store.h"

/* "MOSA": tells our files from any other program's. */
#define MO_STORE_APPLICATION_ID 1297044289

/* mo_store_migrations[v] brings a file of version v to v + 1. Never edited once released; new ones are appended. */
extern const char *const mo_store_migrations[MO_STORE_VERSION];

#endif

/* Statistics of all users, for the service. */
#ifndef STORE_STATISTICS_H
#define STORE_STATISTICS_H

#include "store/store.h"

#include <contextpack/engine.h>

/* Sets all fields but struct_size and reserved. */
cpk_status store_statistics_get(struct store *store, cpk_statistics *statistics, cpk_error **error);

#endif

/* Loads libpq on first use. */
#ifndef DATABASE_POSTGRES_LIBPQ_H
#define DATABASE_POSTGRES_LIBPQ_H

#include <contextpack/error.h>

/* Call before the first libpq function. CPK_ERROR_UNSUPPORTED: it is not installed. */
cpk_status libpq_load(cpk_error **error);

#endif

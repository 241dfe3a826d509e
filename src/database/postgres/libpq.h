/* libpq, loaded when the first driver for PostgreSQL needs it. */
#ifndef DATABASE_POSTGRES_LIBPQ_H
#define DATABASE_POSTGRES_LIBPQ_H

#include <contextpack/error.h>

/* Before the first function of libpq is called. CPK_ERROR_UNSUPPORTED when it is not installed. */
cpk_status libpq_load(cpk_error **error);

#endif

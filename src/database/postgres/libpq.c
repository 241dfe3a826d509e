#include "database/postgres/libpq.h"

#include "base/library.h"

#include <libpq-fe.h>

static struct {
#define FUNCTION(type, name, parameters, arguments) __typeof__(name) *name;
#include "database/postgres/libpq.def"
#undef FUNCTION
} functions;

static const char *const NAMES[] = {
#define FUNCTION(type, name, parameters, arguments) #name,
#include "database/postgres/libpq.def"
#undef FUNCTION
};

static struct library libpq = {
    "libpq.so.5", "PostgreSQL", NAMES, &functions, sizeof NAMES / sizeof *NAMES, PTHREAD_MUTEX_INITIALIZER, 0, NULL};

cpk_status libpq_load(cpk_error **error)
{
    return library_load(&libpq, error);
}

#define FUNCTION(type, name, parameters, arguments)                                                                    \
    type name parameters                                                                                               \
    {                                                                                                                  \
        library_ensure_loaded(&libpq);                                                                                 \
        return functions.name arguments;                                                                               \
    }
#include "database/postgres/libpq.def"
#undef FUNCTION

/* Shared libraries loaded on first use. libcurl and libpq have about thirty dependencies, which would double the load
 * time of this library for hosts that use neither.
 *
 * A module lists the functions that it calls in a .def file, FUNCTION(type, name, (parameters), (arguments)), and
 * includes it twice: for a struct of function pointers, and for hidden wrapper functions with the original names. A
 * call of a function that is not listed fails to link. */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include <contextpack/error.h>

#include <pthread.h>

struct library {
    const char *file_name;
    const char *needed_for; /* shown in error messages, for example "PostgreSQL" */
    const char *const *names;
    void *functions; /* struct of one function pointer per name, in the same order */
    size_t count;
    pthread_mutex_t lock;
    int32_t is_loaded;
    void *(*find)(void); /* if set, called instead of dlopen(file_name); returns NULL on failure, with dlerror() set */
};

/* Flags for dlopen(). */
int library_open_flags(void);

/* Loads the library and finds all functions; repeated calls return at once. CPK_ERROR_UNSUPPORTED if it is not
 * installed or lacks a function. Thread-safe. */
cpk_status library_load(struct library *library, cpk_error **error);

/* Aborts the process if the library cannot be loaded. */
void library_load_or_abort(struct library *library);

/* For wrappers that may be called before library_load(). Inline, because some wrappers are called for each column of
 * each row. */
static inline void library_ensure_loaded(struct library *library)
{
    if (!__atomic_load_n(&library->is_loaded, __ATOMIC_ACQUIRE)) {
        library_load_or_abort(library);
    }
}

#endif

/* A library of the system that is loaded when something first needs it. libcurl and libpq bring thirty others along,
 * which would double the time to load this library for the many hosts that use neither.
 *
 * Who wants one lists the functions it calls in a .def file, FUNCTION(type, name, (parameters), (arguments)), and
 * includes it twice: for a struct of pointers and for functions of the same names, which nobody outside this library
 * sees. A function that is missing in the list fails to link. */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include <contextpack/error.h>

#include <pthread.h>

struct library {
    const char *file_name;
    const char *needed_for; /* for a person: "PostgreSQL" */
    const char *const *names;
    void *functions; /* a struct of one pointer for each name */
    size_t count;
    pthread_mutex_t lock;
    int32_t is_loaded;
    void *(*find)(void); /* gives the handle of dlopen() instead of file_name; NULL: none, and dlerror() says why */
};

/* The flags with which libraries are opened. */
int library_open_flags(void);

/* Finds all functions; the same library again costs nothing. CPK_ERROR_UNSUPPORTED when it is not installed or lacks
 * one. Synchronised. */
cpk_status library_load(struct library *library, cpk_error **error);

/* Stops the process when the library isn't there. */
void library_must_load(struct library *library);

/* For a function that may be called before anybody had to load its library. Some are called for each column of each
 * row, so that the usual case is decided here. */
static inline void library_need(struct library *library)
{
    if (!__atomic_load_n(&library->is_loaded, __ATOMIC_ACQUIRE)) {
        library_must_load(library);
    }
}

#endif

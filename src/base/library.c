#include "base/library.h"

#include "base/error.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A library must find its own OpenSSL and not the one that a host such as Node exports. The sanitizers' allocators
 * don't stand this flag. */
int library_open_flags(void)
{
    int flags = RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE;

#ifdef RTLD_DEEPBIND
    if (dlsym(RTLD_DEFAULT, "__sanitizer_print_stack_trace") == NULL) {
        flags |= RTLD_DEEPBIND;
    }
#endif
    return flags;
}

/* The loader reports a lack of memory or of address space only in words. */
static cpk_status load_error(const struct library *library, const char *reason, cpk_error **error)
{
    if (reason == NULL || strstr(reason, "memory") != NULL || strstr(reason, "failed to map segment") != NULL) {
        return error_out_of_memory(error);
    }
    return error_set(error, CPK_ERROR_UNSUPPORTED, "library", "%s needs %s, which can't be loaded: %s",
                     library->needed_for, library->file_name, reason);
}

static cpk_status find_functions(struct library *library, cpk_error **error)
{
    void *handle = library->find != NULL ? library->find() : dlopen(library->file_name, library_open_flags());

    if (handle == NULL) {
        return load_error(library, dlerror(), error);
    }
    for (size_t i = 0; i < library->count; i++) {
        void *function = dlsym(handle, library->names[i]);

        if (function == NULL) {
            return error_set(error, CPK_ERROR_UNSUPPORTED, "library", "%s needs a newer %s: it has no %s",
                             library->needed_for, library->file_name, library->names[i]);
        }
        memcpy((char *)library->functions + i * sizeof function, &function, sizeof function);
    }
    return CPK_OK;
}

cpk_status library_load(struct library *library, cpk_error **error)
{
    cpk_status status = CPK_OK;

    if (__atomic_load_n(&library->is_loaded, __ATOMIC_ACQUIRE)) {
        return CPK_OK;
    }
    pthread_mutex_lock(&library->lock);
    if (!library->is_loaded) {
        status = find_functions(library, error);
        __atomic_store_n(&library->is_loaded, status == CPK_OK, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&library->lock);
    return status;
}

void library_must_load(struct library *library)
{
    if (library_load(library, NULL) != CPK_OK) {
        fprintf(stderr, "%s needs %s\n", library->needed_for, library->file_name);
        abort();
    }
}

#include "base/library.h"

#include "base/error.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* RTLD_DEEPBIND: the library must use its own OpenSSL, not one that the host (Node) exports. Incompatible with the
 * sanitizers' allocators. */
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

/* dlerror() reports a lack of memory or address space only in the text. */
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
            return error_set(error, CPK_ERROR_UNSUPPORTED, "library", "%s needs a newer %s: function %s is missing",
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

void library_load_or_abort(struct library *library)
{
    if (library_load(library, NULL) != CPK_OK) {
        fprintf(stderr, "%s needs %s\n", library->needed_for, library->file_name);
        abort();
    }
}

#include "library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIBRARY_NAME "libcontextpack.so.0"

library_functions library;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void *handle;
static char path[4096];
static char failure[8192];

/* Node exports its own OpenSSL. RTLD_DEEPBIND makes the library and its dependencies use their own symbols first, and
RTLD_LOCAL hides them from other modules. AddressSanitizer does not support RTLD_DEEPBIND. */
#if defined(__SANITIZE_ADDRESS__)
#define OPEN_FLAGS (RTLD_NOW | RTLD_LOCAL)
#else
#define OPEN_FLAGS (RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND)
#endif

static bool beside(char *target, size_t size)
{
    Dl_info info;
    const char *slash;

    if (dladdr(&library, &info) == 0 || info.dli_fname == NULL || (slash = strrchr(info.dli_fname, '/')) == NULL) {
        return false;
    }
    return snprintf(target, size, "%.*s/" LIBRARY_NAME, (int)(slash - info.dli_fname), info.dli_fname) < (int)size;
}

static bool try_open(const char *candidate)
{
    handle = dlopen(candidate, OPEN_FLAGS);
    if (handle == NULL) {
        snprintf(failure, sizeof failure, "libcontextpack can't be loaded: %s", dlerror());
    }
    return handle != NULL;
}

static bool exists(const char *candidate)
{
    FILE *file = fopen(candidate, "rb");

    if (file != NULL) {
        fclose(file);
    }
    return file != NULL;
}

/* OpenSSL would free its state in exit() while a worker may still use it. */
static void keep_openssl_alive(void)
{
    const uint64_t no_atexit = UINT64_C(0x00080000); /* OPENSSL_INIT_NO_ATEXIT */
    int (*init)(uint64_t, const void *);
    void *symbol = dlsym(handle, "OPENSSL_init_crypto");

    if (symbol != NULL) {
        memcpy(&init, &symbol, sizeof init);
        init(no_atexit, NULL);
    }
}

static void resolve(void)
{
    const char *missing = NULL;
    Dl_info info;

    for (size_t i = 0; i < library_symbol_count; i++) {
        void *symbol = dlsym(handle, library_symbols[i].name);

        memcpy((char *)&library + library_symbols[i].offset, &symbol, sizeof symbol);
    }
    missing = library.cpk_version == NULL ? "cpk_version" : library.cpk_engine_open == NULL ? "cpk_engine_open" : NULL;
    if (missing != NULL) {
        snprintf(failure, sizeof failure, "%s is no libcontextpack: it has no %s", path, missing);
        return;
    }
    void *anchor;

    memcpy(&anchor, &library.cpk_version, sizeof anchor);
    if (dladdr(anchor, &info) != 0 && info.dli_fname != NULL) {
        snprintf(path, sizeof path, "%s", info.dli_fname);
    }
    failure[0] = '\0';
}

static void open_once(void)
{
    const char *chosen = getenv("CONTEXTPACK_LIBRARY");

    if (beside(path, sizeof path) && exists(path)) {
        try_open(path);
    } else if (chosen != NULL && chosen[0] != '\0') {
        try_open(chosen);
    } else {
        try_open(LIBRARY_NAME);
    }
    if (handle != NULL) {
        keep_openssl_alive();
        resolve();
    }
}

const char *library_open(void)
{
    pthread_once(&once, open_once);
    return handle == NULL || failure[0] != '\0' ? failure : NULL;
}

const char *library_path(void)
{
    return path;
}

const char *library_origin(const char *symbol)
{
    Dl_info info;
    void *found = handle != NULL ? dlsym(handle, symbol) : NULL;

    return found != NULL && dladdr(found, &info) != 0 ? info.dli_fname : NULL;
}

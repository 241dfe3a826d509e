#include "sqlite/libsqlite.h"

#include "base/error.h"
#include "base/library.h"

#include <dlfcn.h>
#include <link.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define SYSTEM_FILE "libsqlite3.so.0"
/* In wheels: a different name, so that the host's _sqlite3 module does not load it. */
#define PACKAGE_FILE "libsqlite3-contextpack.so.0"
#define VERSION_MIN  3040000

#ifndef LIBSQLITE_IS_LINKED

static struct {
#define FUNCTION(type, name, parameters, arguments) __typeof__(name) *name;
#include "sqlite/libsqlite.def"
#undef FUNCTION
} functions;

static const char *const NAMES[] = {
#define FUNCTION(type, name, parameters, arguments) #name,
#include "sqlite/libsqlite.def"
#undef FUNCTION
};

#define NAME_COUNT (sizeof NAMES / sizeof *NAMES)

/* --- is a copy suitable? --- */

/* Looks up a function of a candidate. */
static void *find_function(void *handle, const char *name)
{
    return dlsym(handle, name);
}

/* Returns 1 if all functions are found in one object. */
static int is_complete(void *handle)
{
    Dl_info first;

    if (find_function(handle, NAMES[0]) == NULL || dladdr(find_function(handle, NAMES[0]), &first) == 0) {
        return 0;
    }
    for (size_t i = 1; i < NAME_COUNT; i++) {
        void *function = find_function(handle, NAMES[i]);
        Dl_info info;

        if (function == NULL || dladdr(function, &info) == 0 || info.dli_fbase != first.dli_fbase) {
            return 0;
        }
    }
    return 1;
}

#define CALL_OF(handle, variable, name)                                                                                \
    __typeof__(name) *variable;                                                                                        \
    do {                                                                                                               \
        void *found_ = find_function(handle, #name);                                                                   \
                                                                                                                       \
        memcpy(&(variable), &found_, sizeof found_);                                                                   \
    } while (0)

/* Returns 0 if the host has disabled mutexes at run time: then a connection has none even with FULLMUTEX. */
static int has_mutexes(void *handle)
{
    sqlite3 *database = NULL;
    int has = 0;
    CALL_OF(handle, open, sqlite3_open_v2);
    CALL_OF(handle, mutex, sqlite3_db_mutex);
    CALL_OF(handle, close, sqlite3_close);

    if (mutex != NULL &&
        open(":memory:", &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, NULL) == SQLITE_OK) {
        has = mutex(database) != NULL;
    }
    if (database != NULL) {
        close(database);
    }
    return has;
}

static int has_features(void *handle)
{
    static const char *const LEFT_OUT[] = {"OMIT_WAL", "OMIT_FOREIGN_KEY", "OMIT_JSON", "OMIT_DESERIALIZE"};
    CALL_OF(handle, is_used, sqlite3_compileoption_used);

    if (is_used == NULL) {
        return 0;
    }
    for (size_t i = 0; i < sizeof LEFT_OUT / sizeof *LEFT_OUT; i++) {
        if (is_used(LEFT_OUT[i])) {
            return 0;
        }
    }
    return 1;
}

static int is_suitable(void *handle)
{
    CALL_OF(handle, version, sqlite3_libversion_number);
    CALL_OF(handle, threadsafe, sqlite3_threadsafe);

    return version != NULL && threadsafe != NULL && version() >= VERSION_MIN && threadsafe() != 0 &&
           is_complete(handle) && has_features(handle) && has_mutexes(handle);
}

/* --- choosing --- */

/* Prevents the copy from being unloaded when the host closes it. */
static void keep_loaded(void *handle)
{
    Dl_info info;
    void *function = find_function(handle, NAMES[0]);

    if (function != NULL && dladdr(function, &info) != 0 && info.dli_fname != NULL) {
        (void)dlopen(info.dli_fname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE | RTLD_NOLOAD);
    }
}

static void *find_copy(void)
{
    void *handles[2];
    void *own;

    handles[0] = dlopen(NULL, RTLD_NOW); /* the program and its global libraries: Node contains SQLite */
    handles[1] = dlopen(SYSTEM_FILE, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
    for (size_t i = 0; i < 2; i++) {
        if (handles[i] != NULL && is_suitable(handles[i])) {
            keep_loaded(handles[i]);
            return handles[i];
        }
    }
    own = dlopen(PACKAGE_FILE, library_open_flags());
    if (own == NULL) {
        own = dlopen(SYSTEM_FILE, library_open_flags());
    }
    if (own != NULL) {
        keep_loaded(own);
    }
    return own;
}

static struct library libsqlite = {SYSTEM_FILE, "an SQLite database",      NAMES, &functions,
                                   NAME_COUNT,  PTHREAD_MUTEX_INITIALIZER, 0,     find_copy};

cpk_status libsqlite_load(cpk_error **error)
{
    return library_load(&libsqlite, error);
}

#define FUNCTION(type, name, parameters, arguments)                                                                    \
    type name parameters                                                                                               \
    {                                                                                                                  \
        library_ensure_loaded(&libsqlite);                                                                             \
        return functions.name arguments;                                                                               \
    }
#include "sqlite/libsqlite.def"
#undef FUNCTION

/* Returns a function of the chosen copy. */
static void *used_function(void)
{
    void *function;

    memcpy(&function, &functions, sizeof function);
    return function;
}

#else

/* Static library: the program is linked with its copy. */
cpk_status libsqlite_load(cpk_error **error)
{
    if (sqlite3_threadsafe() == 0 || sqlite3_libversion_number() < VERSION_MIN) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, "library",
                         "an SQLite database requires SQLite 3.40 with threads; "
                         "this program is linked with %s",
                         sqlite3_libversion());
    }
    return CPK_OK;
}

static void *used_function(void)
{
    return (void *)(uintptr_t)sqlite3_libversion;
}

#endif

/* --- other copies --- */

#define OBJECTS_MAX 16

struct objects {
    char paths[OBJECTS_MAX][512];
    size_t count;
};

/* A dl_iterate_phdr() callback: collects objects with "sqlite" in their name. */
static int collect_object(struct dl_phdr_info *object, size_t size, void *user)
{
    struct objects *objects = user;
    const char *name = strrchr(object->dlpi_name, '/');

    (void)size;
    if (name != NULL && strstr(name, "sqlite") != NULL && objects->count < OBJECTS_MAX) {
        snprintf(objects->paths[objects->count++], sizeof objects->paths[0], "%s", object->dlpi_name);
    }
    return 0;
}

/* Returns 1 unless the object's SQLite is the one in use. An extension module may contain a copy without exporting its
 * functions. */
static int is_other(const char *path, const void *used)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
    void *function;
    Dl_info info;
    int other;

    if (handle == NULL) {
        return 0;
    }
    function = dlsym(handle, "sqlite3_libversion");
    other = function == NULL || dladdr(function, &info) == 0 || info.dli_fbase != used;
    dlclose(handle);
    return other;
}

int libsqlite_find_other(char *path, size_t size)
{
    struct objects objects = {.count = 0};
    Dl_info info;

    if (libsqlite_load(NULL) != CPK_OK || dladdr(used_function(), &info) == 0) {
        return 0;
    }
    dl_iterate_phdr(collect_object, &objects);
    for (size_t i = 0; i < objects.count; i++) {
        if (is_other(objects.paths[i], info.dli_fbase)) {
            snprintf(path, size, "%s", objects.paths[i]);
            return 1;
        }
    }
    return 0;
}

#include "pdf/locate.h"

#include "base/error.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef CONTEXTPACK_LIBEXEC_DIR
#define CONTEXTPACK_LIBEXEC_DIR "/usr/libexec/contextpack"
#endif
#define PROGRAM "contextpack-pdf"
#define LIBRARY "libpdfium.so"

/* The folder of the file that this code was loaded from: the shared library, or the program that it is linked into. */
static int32_t own_folder(char folder[PATH_MAX])
{
    Dl_info info;
    char *slash;

    if (dladdr((void *)(uintptr_t)pdf_locate, &info) == 0 || info.dli_fname == NULL ||
        realpath(info.dli_fname, folder) == NULL) {
        return 0;
    }
    slash = strrchr(folder, '/');
    if (slash == NULL) {
        return 0;
    }
    *slash = '\0';
    return 1;
}

static int32_t join(char path[PATH_MAX], const char *folder, const char *below, const char *name)
{
    int length = snprintf(path, PATH_MAX, "%s%s/%s", folder, below, name);

    return length > 0 && length < PATH_MAX;
}

static cpk_status find_program(const struct context *context, const char *folder, char path[PATH_MAX],
                               cpk_error **error)
{
    static const char *const below[] = {"", "/../libexec/contextpack", "/../../libexec/contextpack"};
    const char *set = context_text_setting(context, TEXT_SETTING_PDF_PROGRAM);

    if (set[0] != '\0') {
        if (snprintf(path, PATH_MAX, "%s", set) >= PATH_MAX || access(path, X_OK) != 0) {
            return error_set(error, CPK_ERROR_UNSUPPORTED, "pdf",
                             "PDF documents can't be read: pdf.program (%s) is not a program", set);
        }
        return CPK_OK;
    }
    for (size_t i = 0; folder[0] != '\0' && i < sizeof below / sizeof below[0]; i++) {
        if (join(path, folder, below[i], PROGRAM) && access(path, X_OK) == 0) {
            return CPK_OK;
        }
    }
    if (join(path, CONTEXTPACK_LIBEXEC_DIR, "", PROGRAM) && access(path, X_OK) == 0) {
        return CPK_OK;
    }
    return error_set(error, CPK_ERROR_UNSUPPORTED, "pdf",
                     "PDF documents can't be read: the program " PROGRAM " is not installed beside the library or in "
                     "%s; install the package \"contextpack-pdf\", or set pdf.program",
                     CONTEXTPACK_LIBEXEC_DIR);
}

static void add_library(struct pdf_location *location, const char *folder, const char *below)
{
    size_t count = 0;

    while (location->libraries[count] != NULL) {
        count++;
    }
    if (folder != NULL && folder[0] != '\0' && count < LOCATE_LIBRARIES_MAX &&
        join(location->paths[count], folder, below, LIBRARY) && access(location->paths[count], R_OK) == 0) {
        location->libraries[count] = location->paths[count];
        location->libraries[count + 1] = NULL;
    }
}

/* secure_getenv(): the environment must not choose code for a program with other rights than its caller. */
static void find_libraries(const struct context *context, const char *folder, struct pdf_location *location)
{
    const char *set = context_text_setting(context, TEXT_SETTING_PDF_LIBRARY);
    size_t count = 0;

    if (set[0] != '\0') {
        location->libraries[0] = set;
        location->libraries[1] = NULL;
        return;
    }
    add_library(location, folder, "");
    add_library(location, folder, "/contextpack");
    add_library(location, folder, "/../../pypdfium2_raw"); /* a wheel beside the Python package's folder */
    add_library(location, CONTEXTPACK_LIBEXEC_DIR, "");
    add_library(location, secure_getenv("XDG_DATA_HOME"), "/contextpack");
    add_library(location, secure_getenv("HOME"), "/.local/share/contextpack");
    add_library(location, "/usr/local/lib", "/contextpack");
    while (location->libraries[count] != NULL) {
        count++;
    }
    location->libraries[count] = LIBRARY; /* the loader's folders */
    location->libraries[count + 1] = NULL;
}

cpk_status pdf_locate(const struct context *context, struct pdf_location *location, cpk_error **error)
{
    char folder[PATH_MAX];

    memset(location, 0, sizeof *location);
    if (!own_folder(folder)) {
        folder[0] = '\0';
    }
    CPK_TRY(find_program(context, folder, location->program, error));
    find_libraries(context, folder, location);
    return CPK_OK;
}

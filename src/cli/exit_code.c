#include "exit_code.h"

#include <stddef.h>

const struct exit_code_text EXIT_CODE_TEXTS[] = {
    {EXIT_CODE_OK, "Success."},
    {EXIT_CODE_INTERNAL, "An internal or unexpected error, or out of memory."},
    {EXIT_CODE_USAGE, "The command line, the configuration file or a value is wrong, a name is in use, or the object's "
                      "state does not allow it."},
    {EXIT_CODE_PARTIAL, "Some inputs could not be used, or not as a whole; the rest was used."},
    {EXIT_CODE_UNUSABLE, "No input could be used, or data is damaged, encrypted, empty or of an unknown format."},
    {EXIT_CODE_NOT_FOUND, "No such file, user, pack, source or document."},
    {EXIT_CODE_PERMISSION, "Permission denied, or a token is invalid."},
    {EXIT_CODE_BUSY, "Another process works on the object, or a time limit was exceeded; try again."},
    {EXIT_CODE_FAILURE,
     "The disk is full, or the operating system, database, storage, network or analyzer failed or is unusable."},
    {EXIT_CODE_CREDITS, "Not enough credits."},
    {EXIT_CODE_LIMIT, "A limit was exceeded; the message names the setting."},
    {EXIT_CODE_INTERRUPTED,
     "Stopped by Ctrl-C (143: by SIGTERM), or the work was cancelled elsewhere; the same command continues."},
    {0, NULL},
};

static const struct {
    cpk_status status;
    int code;
} CODES[] = {
    {CPK_OK, EXIT_CODE_OK},
    {CPK_ERROR_INVALID_ARGUMENT, EXIT_CODE_USAGE},
    {CPK_ERROR_OUT_OF_MEMORY, EXIT_CODE_INTERNAL},
    {CPK_ERROR_CANCELLED, EXIT_CODE_INTERRUPTED},
    {CPK_ERROR_NOT_FOUND, EXIT_CODE_NOT_FOUND},
    {CPK_ERROR_ALREADY_EXISTS, EXIT_CODE_USAGE},
    {CPK_ERROR_PERMISSION_DENIED, EXIT_CODE_PERMISSION},
    {CPK_ERROR_CONFLICT, EXIT_CODE_USAGE},
    {CPK_ERROR_BUSY, EXIT_CODE_BUSY},
    {CPK_ERROR_LIMIT_EXCEEDED, EXIT_CODE_LIMIT},
    {CPK_ERROR_UNSUPPORTED, EXIT_CODE_UNUSABLE},
    {CPK_ERROR_INVALID_DATA, EXIT_CODE_UNUSABLE},
    {CPK_ERROR_NO_CONTENT, EXIT_CODE_UNUSABLE},
    {CPK_ERROR_ENCRYPTED, EXIT_CODE_UNUSABLE},
    {CPK_ERROR_IO, EXIT_CODE_FAILURE},
    {CPK_ERROR_NO_SPACE, EXIT_CODE_FAILURE},
    {CPK_ERROR_DATABASE, EXIT_CODE_FAILURE},
    {CPK_ERROR_STORAGE, EXIT_CODE_FAILURE},
    {CPK_ERROR_NETWORK, EXIT_CODE_FAILURE},
    {CPK_ERROR_ANALYZER, EXIT_CODE_FAILURE},
    {CPK_ERROR_INSUFFICIENT_CREDITS, EXIT_CODE_CREDITS},
    {CPK_ERROR_TIMEOUT, EXIT_CODE_BUSY},
    {CPK_ERROR_INTERNAL, EXIT_CODE_INTERNAL},
    {CPK_ERROR_UNAUTHENTICATED, EXIT_CODE_PERMISSION},
};

int exit_code_of_status(cpk_status status)
{
    for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++) {
        if (CODES[i].status == status) {
            return CODES[i].code;
        }
    }
    return EXIT_CODE_INTERNAL;
}

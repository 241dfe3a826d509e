/* Exit codes, and the mapping from status codes. */
#ifndef CLI_EXIT_CODE_H
#define CLI_EXIT_CODE_H

#include <contextpack/base.h>

#define EXIT_CODE_OK          0
#define EXIT_CODE_INTERNAL    1
#define EXIT_CODE_USAGE       2
#define EXIT_CODE_PARTIAL     3
#define EXIT_CODE_UNUSABLE    4
#define EXIT_CODE_NOT_FOUND   5
#define EXIT_CODE_PERMISSION  6
#define EXIT_CODE_BUSY        7
#define EXIT_CODE_FAILURE     8
#define EXIT_CODE_CREDITS     9
#define EXIT_CODE_LIMIT       10
#define EXIT_CODE_INTERRUPTED 130 /* 128 + SIGINT; 143 for SIGTERM */

struct exit_code_text {
    int code;
    const char *text;
};

/* All exit codes with their meanings; the last entry has a NULL text. */
extern const struct exit_code_text EXIT_CODE_TEXTS[];

/* Returns the exit code of a status. */
int exit_code_of_status(cpk_status status);

#endif

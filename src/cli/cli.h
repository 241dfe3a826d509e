/* State of one run: parsed options, configuration, output streams, engine and session. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "exit_code.h"
#include "options/config.h"
#include "options/options.h"
#include "terminal/format.h"
#include "terminal/json_out.h"
#include "terminal/output.h"
#include "terminal/progress.h"
#include "terminal/report.h"
#include "terminal/signals.h"

#include <contextpack/contextpack.h>

#define CLI_PASSWORD_BYTES_MAX 1024

struct cli {
    struct options options;
    struct config config;
    bool json;
    bool quiet;
    bool verbose;
    unsigned file_mode;                        /* permissions of written files: --mode */
    bool interrupted;                          /* a signal interrupted a question */
    char password[CLI_PASSWORD_BYTES_MAX + 1]; /* read from --password-file, or from redact's --key-file; "": none */
    struct output out;                         /* standard output */
    struct output err;                         /* standard error */
    struct progress progress;
    cpk_cancel *cancel;
    cpk_engine *engine;
    cpk_session *session;
    cpk_user *user; /* the user of the session; NULL in a session of the service */
};

#endif

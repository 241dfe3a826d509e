/* One run of the program: what was asked, how it is configured, where it writes, and what it is connected to. */
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

struct cli {
    struct options options;
    struct config config;
    bool json;
    bool quiet;
    bool verbose;
    unsigned file_mode; /* of what is written: --mode */
    bool interrupted;   /* a signal came instead of an answer */
    struct output out;  /* standard output */
    struct output err;  /* standard error */
    struct progress progress;
    cpk_cancel *cancel;
    cpk_engine *engine;
    cpk_session *session;
    cpk_user *user; /* who the session is for; NULL in a service's session */
};

#endif

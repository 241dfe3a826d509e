#include "cli.h"
#include "commands.h"
#include "connect.h"
#include "resource.h"
#include "terminal/notes.h"

#define DAY_MS INT64_C(86400000)

int command_storage_rotate_keys(struct cli *cli)
{
    int64_t days = options_number(&cli->options, "older-than", -1);
    cpk_key_report report = CPK_KEY_REPORT_INIT;
    cpk_run_options options;
    cpk_error *error = NULL;
    struct notes notes;
    cpk_status status = CPK_OK;
    int code = connect_engine(cli, 0);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    notes_begin(&notes, cli, "rotate-keys", &options);
    options.progress = NULL; /* progress would show bytes */
    status = cpk_engine_rotate_keys(cli->engine, days < 0 || days > INT64_MAX / DAY_MS ? -1 : days * DAY_MS, &options,
                                    &report, &error);
    notes_end(&notes);
    return resource_report(cli, &RECORD_KEYS, &report, status, error);
}

int command_storage_copy(struct cli *cli)
{
    const uint32_t verify = options_flag(&cli->options, "verify") ? CPK_STORAGE_COPY_VERIFY : 0;
    const uint32_t mirror = options_flag(&cli->options, "mirror") ? CPK_STORAGE_COPY_MIRROR : 0;
    cpk_storage_copy_report report = CPK_STORAGE_COPY_REPORT_INIT;
    cpk_run_options options;
    cpk_error *error = NULL;
    struct notes notes;
    cpk_status status = CPK_OK;
    int code = connect_bare(cli);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    notes_begin(&notes, cli, "copy", &options);
    status = cpk_engine_copy_storage(cli->engine, cli->options.arguments[0], cli->options.arguments[1], verify | mirror,
                                     &options, &report, &error);
    notes_end(&notes);
    return resource_report(cli, &RECORD_STORAGE_COPY, &report, status, error);
}

#include "cli.h"
#include "commands.h"
#include "connect.h"
#include "resource.h"
#include "terminal/notes.h"

int command_maintenance_archive(struct cli *cli)
{
    cpk_archive_report report = CPK_ARCHIVE_REPORT_INIT;
    cpk_run_options options;
    cpk_error *error = NULL;
    struct notes notes;
    cpk_status status = CPK_OK;
    int code = connect_service(cli);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    notes_begin(&notes, cli, "archive", &options);
    options.progress = NULL; /* progress would show bytes */
    status = cpk_maintenance_archive(cli->session, &options, &report, &error);
    notes_end(&notes);
    return resource_report(cli, &RECORD_ARCHIVING, &report, status, error);
}

int command_maintenance_restore(struct cli *cli)
{
    const char *table = cli->options.argument_count > 0 ? cli->options.arguments[0] : NULL;
    cpk_archive_report report = CPK_ARCHIVE_REPORT_INIT;
    cpk_run_options options;
    cpk_error *error = NULL;
    struct notes notes;
    cpk_status status = CPK_OK;
    int code = connect_service(cli);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    notes_begin(&notes, cli, "archive", &options);
    status =
        cpk_maintenance_restore(cli->session, table, options_flag(&cli->options, "dry-run"), &options, &report, &error);
    notes_end(&notes);
    if (status != CPK_OK) {
        return report_failure(cli, table, error);
    }
    resource_print(cli, &RECORD_RESTORING, &report);
    return report.damaged_files == 0 ? EXIT_CODE_OK : EXIT_CODE_FAILURE;
}

/* A cpk_sweep_fn that prints the blob. */
static void take_orphan(void *user, const char *key, int64_t size_bytes, int64_t modified_at)
{
    struct cli *cli = user;
    char size[FORMAT_NUMBER_BYTES];

    (void)modified_at;
    if (!cli->json) {
        output_foreign(&cli->out, key);
        output_format(&cli->out, " (%s)\n", format_size(size, size_bytes));
    }
}

int command_maintenance_sweep(struct cli *cli)
{
    cpk_sweep_report report = CPK_SWEEP_REPORT_INIT;
    cpk_run_options options;
    cpk_error *error = NULL;
    struct notes notes;
    cpk_status status = CPK_OK;
    int code = connect_service(cli);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    notes_begin(&notes, cli, "sweep", &options);
    options.progress = NULL; /* progress would show bytes */
    status = cpk_maintenance_sweep(cli->session, options_flag(&cli->options, "dry-run"), &options, take_orphan, cli,
                                   &report, &error);
    notes_end(&notes);
    return resource_report(cli, &RECORD_SWEEP, &report, status, error);
}

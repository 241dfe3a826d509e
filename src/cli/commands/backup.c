#include "cli.h"
#include "commands.h"
#include "connect.h"
#include "terminal/notes.h"
#include "terminal/records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_report(struct cli *cli, const cpk_backup_report *report, bool with_files)
{
    char number[FORMAT_NUMBER_BYTES];
    struct json_out json;

    if (cli->json) {
        json_out_init(&json, &cli->out);
        json_out_begin(&json, NULL, '{');
        json_out_number(&json, "database_bytes", report->database_bytes);
        json_out_number(&json, "blobs", report->blobs);
        json_out_number(&json, "blob_bytes", report->blob_bytes);
        json_out_number(&json, "known_blobs", report->known_blobs);
        json_out_end(&json, '}');
        json_out_line(&json);
        return;
    }
    records_line(&cli->out, "Database", format_size(number, report->database_bytes));
    if (with_files) {
        records_line(&cli->out, "Files copied", format_count(number, report->blobs));
        records_line(&cli->out, "Bytes of them", format_size(number, report->blob_bytes));
        records_line(&cli->out, "Known files", format_count(number, report->known_blobs));
    }
}

int command_backup(struct cli *cli)
{
    const char *path = cli->options.arguments[0];
    const char *folder = options_text(&cli->options, "files", NULL);
    cpk_backup_report report = CPK_BACKUP_REPORT_INIT;
    cpk_run_options options;
    cpk_error *error = NULL;
    char *storage = NULL;
    struct notes notes;
    cpk_status status = CPK_OK;
    int code = connect_engine(cli, 0);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (folder != NULL && asprintf(&storage, "file:%s", folder) < 0) {
        return EXIT_CODE_INTERNAL;
    }
    notes_begin(&notes, cli, "backup", &options);
    options.progress = NULL; /* the unit changes from pages to bytes */
    status = cpk_engine_backup(cli->engine, path, storage, options_flag(&cli->options, "replace"), &options, &report,
                               &error);
    notes_end(&notes);
    free(storage);
    if (status != CPK_OK) {
        return report_failure(cli, path, error);
    }
    print_report(cli, &report, folder != NULL);
    return EXIT_CODE_OK;
}

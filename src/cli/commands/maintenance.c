#include "cli.h"
#include "commands.h"
#include "connect.h"
#include "terminal/notes.h"
#include "terminal/records.h"

struct count_line {
    const char *key;   /* label in JSON */
    const char *label; /* label in text */
    int64_t count;
};

/* `lines` ends with a NULL key. */
static void print_counts(struct cli *cli, const struct count_line *lines)
{
    char number[FORMAT_NUMBER_BYTES];
    struct json_out json;

    if (!cli->json) {
        for (size_t i = 0; lines[i].key != NULL; i++) {
            records_line(&cli->out, lines[i].label, format_count(number, lines[i].count));
        }
        return;
    }
    json_out_init(&json, &cli->out);
    json_out_begin(&json, NULL, '{');
    for (size_t i = 0; lines[i].key != NULL; i++) {
        json_out_number(&json, lines[i].key, lines[i].count);
    }
    json_out_end(&json, '}');
    json_out_line(&json);
}

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
    if (status != CPK_OK) {
        return report_failure(cli, NULL, error);
    }
    print_counts(cli, (const struct count_line[]){{"files", "Files", report.files},
                                                  {"rows", "Rows", report.rows},
                                                  {"bytes", "Bytes", report.bytes},
                                                  {"known_files", "Known files", report.known_files},
                                                  {"deleted_rows", "Rows deleted", report.deleted_rows},
                                                  {NULL, NULL, 0}});
    return EXIT_CODE_OK;
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
    print_counts(cli, (const struct count_line[]){{"files", "Files", report.files},
                                                  {"rows", "Rows", report.rows},
                                                  {"restored_rows", "Rows restored", report.restored_rows},
                                                  {"damaged_files", "Damaged files", report.damaged_files},
                                                  {NULL, NULL, 0}});
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
    if (status != CPK_OK) {
        return report_failure(cli, NULL, error);
    }
    print_counts(cli, (const struct count_line[]){{"blobs", "Blobs", report.blobs},
                                                  {"orphans", "Orphans", report.orphans},
                                                  {"orphan_bytes", "Their bytes", report.orphan_bytes},
                                                  {"removed", "Removed", report.removed},
                                                  {"young_orphans", "Too young", report.young_orphans},
                                                  {"skipped_users", "Users skipped", report.skipped_users},
                                                  {"unknown_blobs", "Unknown blobs", report.unknown_blobs},
                                                  {NULL, NULL, 0}});
    return EXIT_CODE_OK;
}

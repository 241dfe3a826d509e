#include "cli.h"
#include "commands.h"
#include "connect.h"

struct migration_report {
    struct cli *cli;
    struct json_out json;
    size_t count;
    bool is_history;
};

/* Closes the JSON object of the previous migration. */
static void end_migration(struct migration_report *report)
{
    if (report->cli->json && report->count > 0) {
        json_out_end(&report->json, ']');
        json_out_end(&report->json, '}');
    }
}

/* A cpk_migration_fn; calls of the cpk_migration_change_fn for this migration follow. */
static void take_migration(void *user, int32_t number, const char *name, int32_t applied)
{
    struct migration_report *report = user;

    end_migration(report);
    report->count++;
    if (!report->cli->json) {
        output_format(&report->cli->out, "%s %04d %s\n",
                      report->is_history ? "migration"
                      : applied          ? "applied"
                                         : "would apply",
                      (int)number, name);
        return;
    }
    json_out_begin(&report->json, NULL, '{');
    json_out_number(&report->json, "number", number);
    json_out_text(&report->json, "name", name);
    json_out_bool(&report->json, "applied", applied != 0);
    json_out_begin(&report->json, "changes", '[');
}

/* A cpk_migration_change_fn that prints the line. */
static void take_change(void *user, int32_t number, const char *change)
{
    struct migration_report *report = user;

    (void)number;
    if (report->cli->json) {
        json_out_text(&report->json, NULL, change);
    } else {
        output_format(&report->cli->out, "    %s\n", change);
    }
}

static cpk_status run_migration(struct migration_report *report, bool dry_run, cpk_error **error)
{
    if (report->is_history) {
        return cpk_engine_migration_history(report->cli->engine, take_migration, take_change, report, error);
    }
    return cpk_engine_migrate_report(report->cli->engine, dry_run, take_migration, take_change, report, error);
}

int command_migrate(struct cli *cli)
{
    bool dry_run = options_flag(&cli->options, "dry-run");
    struct migration_report report = {.cli = cli, .is_history = options_flag(&cli->options, "report")};
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    int code = connect_engine(cli, CPK_ENGINE_NO_MIGRATE | (dry_run || report.is_history ? CPK_ENGINE_NO_CREATE : 0));

    if (code != EXIT_CODE_OK) {
        return code;
    }
    json_out_init(&report.json, &cli->out);
    if (cli->json) {
        json_out_begin(&report.json, NULL, '{');
        json_out_begin(&report.json, "migrations", '[');
    }
    status = run_migration(&report, dry_run, &error);
    end_migration(&report);
    if (cli->json) {
        json_out_end(&report.json, ']');
        json_out_bool(&report.json, "dry_run", dry_run);
        json_out_end(&report.json, '}');
        json_out_line(&report.json);
    } else if (status == CPK_OK && report.count == 0) {
        output_string(&cli->out, "the database has this version's schema; nothing to do\n");
    }
    return status == CPK_OK ? EXIT_CODE_OK : report_failure(cli, NULL, error);
}

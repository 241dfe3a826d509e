#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "files/files.h"
#include "resource.h"
#include "terminal/notes.h"

#define CONCURRENCY_MAX 256

RESOURCE_CALLS(work)

static const struct resource WORK = {&RECORD_WORK, work_get, NULL, work_free, work_id, work_id, work_id};

int command_work_submit(struct cli *cli)
{
    const bool ready = strcmp(options_text(&cli->options, "until", "completed"), "ready") == 0;
    cpk_work_options options = CPK_WORK_OPTIONS_INIT;
    cpk_work *work = NULL;
    cpk_error *error = NULL;
    int code = connect_user(cli);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    options.until = ready ? CPK_SOURCE_READY_FOR_ANALYSIS : CPK_SOURCE_COMPLETED;
    options.priority = options_number(&cli->options, "priority", 0);
    if (cpk_work_submit(cli->session, cli->options.arguments[0], &options, &work, &error) != CPK_OK) {
        return report_failure(cli, cli->options.arguments[0], error);
    }
    resource_print(cli, &RECORD_WORK, work);
    cpk_work_free(work);
    return EXIT_CODE_OK;
}

static int32_t state_of(const char *name)
{
    static const char *const names[] = {"ready", "waiting", "running", "dead", "cancelled"};

    for (int32_t i = 0; name != NULL && i < (int32_t)(sizeof names / sizeof names[0]); i++) {
        if (strcmp(names[i], name) == 0) {
            return i + 1;
        }
    }
    return 0;
}

LISTING_CALLS(work)
LISTING_GET(works_get, work,
            cpk_work_list_get(cli->session, state_of(options_text(&cli->options, "state", NULL)), page, &got, error))

static const struct listing WORKS = LISTING(work, &RECORD_WORK, "there is no such work");

int command_work_list(struct cli *cli)
{
    return listing_show(cli, &WORKS, LISTING_OF_SERVICE, works_get);
}

int command_work_show(struct cli *cli)
{
    void *work = NULL;
    cpk_error *error = NULL;
    int code = connect_service(cli);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (WORK.get(cli->session, cli->options.arguments[0], &work, &error) != CPK_OK) {
        return report_failure(cli, cli->options.arguments[0], error);
    }
    resource_print(cli, WORK.type, work);
    WORK.free(work);
    return EXIT_CODE_OK;
}

int command_work_cancel(struct cli *cli)
{
    cpk_error *error = NULL;
    int code = connect_service(cli);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (cpk_source_request_cancel(cli->session, cli->options.arguments[0], &error) != CPK_OK) {
        return report_failure(cli, cli->options.arguments[0], error);
    }
    report_info(cli, "%s is cancelled", cli->options.arguments[0]);
    return EXIT_CODE_OK;
}

int command_work_redrive(struct cli *cli)
{
    const char *id = cli->options.argument_count > 0 ? cli->options.arguments[0] : NULL;
    struct json_out json;
    char number[FORMAT_NUMBER_BYTES];
    cpk_error *error = NULL;
    int64_t count = 0;
    int code = connect_service(cli);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (cpk_work_redrive(cli->session, id, &count, &error) != CPK_OK) {
        return report_failure(cli, id, error);
    }
    if (!cli->json) {
        output_format(&cli->out, "%s ready again\n", format_count(number, count));
        return EXIT_CODE_OK;
    }
    json_out_init(&json, &cli->out);
    json_out_begin(&json, NULL, '{');
    json_out_number(&json, "redriven", count);
    json_out_end(&json, '}');
    json_out_line(&json);
    return EXIT_CODE_OK;
}

int command_metrics(struct cli *cli)
{
    struct common_target target;
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    int code = connect_service(cli);

    if (code == EXIT_CODE_OK) {
        code = common_open_target(cli, &target);
    }
    if (code != EXIT_CODE_OK) {
        return code;
    }
    status = cpk_work_metrics(cli->session, NULL, output_take, common_target_output(&target), &error);
    return common_close_target(&target, NULL, status, error);
}

/* --- the worker --- */

struct worker {
    struct cli *cli;
    cpk_session *session; /* for metrics; NULL: none are written */
    const char *path;
    bool has_failed; /* told once */
};

static cpk_status write_metrics(const struct worker *worker, const cpk_worker_report *report, cpk_error **error)
{
    struct files_draft draft;
    cpk_status status = files_begin(&draft, worker->path, worker->cli->file_mode, error);

    if (status != CPK_OK) {
        return status;
    }
    status = cpk_work_metrics(worker->session, report, files_write, &draft, error);
    if (status == CPK_OK) {
        return files_publish(&draft, error);
    }
    files_discard(&draft);
    return status;
}

/* A cpk_worker_watch_fn. */
static void take_report(void *user, const cpk_worker_report *report)
{
    struct worker *worker = user;
    cpk_error *error = NULL;

    if (worker->session == NULL) {
        return;
    }
    if (write_metrics(worker, report, &error) == CPK_OK) {
        worker->has_failed = false;
    } else if (!worker->has_failed) {
        worker->has_failed = true;
        report_info(worker->cli, "%s: %s", worker->path, cpk_error_message(error));
    }
    cpk_error_free(error);
}

static int open_metrics(struct worker *worker)
{
    cpk_error *error = NULL;

    worker->path = options_text(&worker->cli->options, "metrics-file", NULL);
    if (worker->path != NULL && cpk_session_duplicate(worker->cli->session, &worker->session, &error) != CPK_OK) {
        return report_failure(worker->cli, NULL, error);
    }
    return EXIT_CODE_OK;
}

static int run_worker(struct worker *worker, const cpk_worker_options *options)
{
    struct cli *cli = worker->cli;
    cpk_worker_report report = CPK_WORKER_REPORT_INIT;
    cpk_run_options run_options;
    cpk_error *error = NULL;
    struct notes notes;
    cpk_status status = CPK_OK;

    notes_begin(&notes, cli, "worker", &run_options);
    run_options.progress = NULL;
    signals_wait(); /* running sources are given back */
    status = cpk_worker_run(cli->session, options, &run_options, &report, &error);
    notes_end(&notes);
    return resource_report(cli, &RECORD_WORKER_REPORT, &report, status, error);
}

int command_worker(struct cli *cli)
{
    cpk_worker_options options = CPK_WORKER_OPTIONS_INIT;
    struct worker worker = {cli, NULL, NULL, false};
    const int64_t concurrency = options_number(&cli->options, "concurrency", 1);
    int code = EXIT_CODE_OK;

    if (concurrency < 1 || concurrency > CONCURRENCY_MAX) {
        return report_usage(cli, "--concurrency must be from 1 to %d", CONCURRENCY_MAX);
    }
    code = connect_service(cli);
    if (code == EXIT_CODE_OK) {
        code = open_metrics(&worker);
    }
    if (code == EXIT_CODE_OK) {
        options.concurrency = (int32_t)concurrency;
        options.flags = options_flag(&cli->options, "until-empty") ? CPK_WORKER_UNTIL_EMPTY : 0;
        options.watch = take_report;
        options.watch_user = &worker;
        code = run_worker(&worker, &options);
    }
    cpk_session_close(worker.session);
    return code;
}

#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "options/inputs.h"
#include "terminal/notes.h"
#include "terminal/records.h"

static void print_job(struct cli *cli, const cpk_job *job)
{
    struct json_out json;

    if (cli->json) {
        json_out_init(&json, &cli->out);
        records_job_json(&json, NULL, job);
        json_out_line(&json);
    } else {
        records_job_text(&cli->out, job);
    }
}

/* Runs the job and replaces *job by its new state. */
static cpk_status run_job(struct cli *cli, uint32_t part_flags, int64_t max_chunks, cpk_job **job, cpk_error **error)
{
    cpk_job *after = NULL;
    cpk_run_options options;
    struct notes notes;
    cpk_status status = CPK_OK;

    notes_begin(&notes, cli, cpk_job_file_name(*job), &options);
    options.flags = part_flags;
    options.max_chunks = max_chunks;
    progress_begin(&cli->progress, cpk_job_file_name(*job));
    status = cpk_job_run(cli->session, cpk_job_id(*job), &options, &after, error);
    progress_end(&cli->progress, status == CPK_OK);
    notes_end(&notes);
    if (after != NULL) {
        cpk_job_free(*job);
        *job = after;
    }
    return status;
}

int command_job_create(struct cli *cli)
{
    const char *path = cli->options.arguments[0];
    cpk_run_options options;
    struct input_source opened;
    struct notes notes;
    cpk_job *job = NULL;
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    int code = connect_user(cli);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    inputs_open(cli, path, &opened);
    opened.input.name = options_text(&cli->options, "name", opened.input.name);
    notes_begin(&notes, cli, path, &options);
    progress_begin(&cli->progress, path);
    status = cpk_job_create(cli->session, &opened.input, &options, &job, &error);
    progress_end(&cli->progress, status == CPK_OK);
    inputs_close(&opened);
    if (status == CPK_OK && options_flag(&cli->options, "run")) {
        status = run_job(cli, 0, 0, &job, &error);
    }
    if (status != CPK_OK) {
        code = report_failure(cli, path, error);
    }
    if (job != NULL) {
        print_job(cli, job);
    }
    cpk_job_free(job);
    return code;
}

static void print_jobs(struct cli *cli, const cpk_job_list *list)
{
    struct columns columns;
    char number[FORMAT_NUMBER_BYTES];

    columns_init(&columns, "llrrl");
    columns_add(&columns, "FILE");
    columns_add(&columns, "STATUS");
    columns_add(&columns, "CHUNKS");
    columns_add(&columns, "MESSAGES");
    columns_add(&columns, "ID");
    for (size_t i = 0; i < cpk_job_list_count(list); i++) {
        const cpk_job *job = cpk_job_list_at(list, i);

        columns_add(&columns, cpk_job_file_name(job));
        columns_add(&columns, cpk_job_status_name(job));
        columns_add(&columns, format_count(number, cpk_job_total_chunks(job)));
        columns_add(&columns, format_count(number, cpk_job_extracted_count(job)));
        columns_add(&columns, cpk_job_id(job));
    }
    common_print(cli, &columns, "there are no V1 jobs", cpk_job_list_next(list));
}

static void print_jobs_json(struct cli *cli, const cpk_job_list *list)
{
    struct json_out json;

    common_begin_json(cli, &json);
    for (size_t i = 0; i < cpk_job_list_count(list); i++) {
        records_job_json(&json, NULL, cpk_job_list_at(list, i));
    }
    common_end_json(&json, cpk_job_list_next(list));
}

int command_job_list(struct cli *cli)
{
    cpk_page page;
    cpk_job_list *list = NULL;
    cpk_error *error = NULL;
    int code = common_page(cli, &page);

    if (code == EXIT_CODE_OK) {
        code = connect_user(cli);
    }
    if (code == EXIT_CODE_OK && cpk_job_list_get(cli->session, &page, &list, &error) != CPK_OK) {
        code = report_failure(cli, NULL, error);
    }
    if (code == EXIT_CODE_OK) {
        (cli->json ? print_jobs_json : print_jobs)(cli, list);
    }
    cpk_job_list_free(list);
    return code;
}

/* Connects and finds the job that the first argument names. */
static int open_job(struct cli *cli, cpk_job **job)
{
    cpk_error *error = NULL;
    int code = connect_user(cli);

    if (code == EXIT_CODE_OK && cpk_job_get(cli->session, cli->options.arguments[0], job, &error) != CPK_OK) {
        code = report_failure(cli, cli->options.arguments[0], error);
    }
    return code;
}

int command_job_show(struct cli *cli)
{
    cpk_job *job = NULL;
    int code = open_job(cli, &job);

    if (code == EXIT_CODE_OK) {
        print_job(cli, job);
    }
    cpk_job_free(job);
    return code;
}

int command_job_run(struct cli *cli)
{
    cpk_job *job = NULL;
    cpk_error *error = NULL;
    uint32_t flags = 0;
    int64_t max_chunks = 0;
    int code = common_part(cli, &flags, &max_chunks);

    if (code == EXIT_CODE_OK) {
        code = open_job(cli, &job);
    }
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (run_job(cli, flags, max_chunks, &job, &error) != CPK_OK) {
        code = report_failure(cli, cpk_job_file_name(job), error);
    }
    print_job(cli, job);
    cpk_job_free(job);
    return code;
}

int command_job_delete(struct cli *cli)
{
    cpk_job *job = NULL;
    cpk_error *error = NULL;
    int code = open_job(cli, &job);

    if (code == EXIT_CODE_OK && !common_confirm(cli, cpk_job_file_name(job))) {
        report_info(cli, "nothing was deleted");
    } else if (code == EXIT_CODE_OK) {
        if (cpk_job_delete(cli->session, cpk_job_id(job), &error) != CPK_OK) {
            code = report_failure(cli, cpk_job_file_name(job), error);
        } else {
            common_print_deleted(cli, cpk_job_file_name(job), cpk_job_id(job));
        }
    }
    cpk_job_free(job);
    return code;
}

/* --- V1 packs --- */

static void print_packs(struct cli *cli, const cpk_legacy_pack_list *list)
{
    struct columns columns;
    char size[FORMAT_NUMBER_BYTES];
    char time[FORMAT_TIME_BYTES];

    columns_init(&columns, "lrlll");
    columns_add(&columns, "NAME");
    columns_add(&columns, "SIZE");
    columns_add(&columns, "MADE");
    columns_add(&columns, "ID");
    columns_add(&columns, "COPY");
    for (size_t i = 0; i < cpk_legacy_pack_list_count(list); i++) {
        const cpk_legacy_pack *pack = cpk_legacy_pack_list_at(list, i);
        const char *copy = cpk_legacy_pack_copy_id(pack);

        columns_add(&columns, cpk_legacy_pack_name(pack));
        columns_add(&columns, format_size(size, cpk_legacy_pack_file_size(pack)));
        columns_add(&columns, format_time_local(time, cpk_legacy_pack_created_at(pack)));
        columns_add(&columns, cpk_legacy_pack_id(pack));
        columns_add(&columns, copy != NULL ? copy : "-");
    }
    common_print(cli, &columns, "there are no V1 packs", cpk_legacy_pack_list_next(list));
}

static void print_packs_json(struct cli *cli, const cpk_legacy_pack_list *list)
{
    struct json_out json;

    common_begin_json(cli, &json);
    for (size_t i = 0; i < cpk_legacy_pack_list_count(list); i++) {
        records_legacy_pack_json(&json, NULL, cpk_legacy_pack_list_at(list, i));
    }
    common_end_json(&json, cpk_legacy_pack_list_next(list));
}

int command_job_packs(struct cli *cli)
{
    cpk_page page;
    cpk_legacy_pack_list *list = NULL;
    cpk_error *error = NULL;
    int code = common_page(cli, &page);

    if (code == EXIT_CODE_OK) {
        code = connect_user(cli);
    }
    if (code == EXIT_CODE_OK && cpk_legacy_pack_list_get(cli->session, &page, &list, &error) != CPK_OK) {
        code = report_failure(cli, NULL, error);
    }
    if (code == EXIT_CODE_OK) {
        (cli->json ? print_packs_json : print_packs)(cli, list);
    }
    cpk_legacy_pack_list_free(list);
    return code;
}

/* The V1 pack that the first argument names, by its own id or by its job's. */
static int open_pack(struct cli *cli, cpk_legacy_pack **pack)
{
    const char *id = cli->options.arguments[0];
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    int code = connect_user(cli);

    if (code != EXIT_CODE_OK) {
        return code;
    }
    status = cpk_legacy_pack_get(cli->session, id, pack, &error);
    if (status == CPK_ERROR_NOT_FOUND) {
        cpk_error_free(error);
        error = NULL;
        status = cpk_legacy_pack_find(cli->session, id, pack, &error);
    }
    return status == CPK_OK ? EXIT_CODE_OK : report_failure(cli, id, error);
}

int command_job_read(struct cli *cli)
{
    struct common_target target;
    cpk_legacy_pack *pack = NULL;
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;
    int code = open_pack(cli, &pack);

    if (code == EXIT_CODE_OK) {
        code = common_open_target(cli, &target);
    }
    if (code == EXIT_CODE_OK) {
        status = cpk_legacy_pack_read(cli->session, cpk_legacy_pack_id(pack), output_take,
                                      common_target_output(&target), &error);
        code = common_close_target(&target, cpk_legacy_pack_name(pack), status, error);
    }
    cpk_legacy_pack_free(pack);
    return code;
}

static cpk_status copy_pack(struct cli *cli, const cpk_legacy_pack *legacy, cpk_pack **pack, cpk_error **error)
{
    cpk_run_options options;
    struct notes notes;
    cpk_status status = CPK_OK;

    notes_begin(&notes, cli, cpk_legacy_pack_name(legacy), &options);
    progress_begin(&cli->progress, cpk_legacy_pack_name(legacy));
    status = cpk_legacy_pack_copy(cli->session, cpk_legacy_pack_id(legacy), &options, NULL, pack, error);
    progress_end(&cli->progress, status == CPK_OK);
    return status;
}

int command_job_copy(struct cli *cli)
{
    cpk_legacy_pack *legacy = NULL;
    cpk_pack *pack = NULL;
    cpk_error *error = NULL;
    struct json_out json;
    int code = open_pack(cli, &legacy);

    if (code == EXIT_CODE_OK && copy_pack(cli, legacy, &pack, &error) != CPK_OK) {
        code = report_failure(cli, cpk_legacy_pack_name(legacy), error);
    }
    if (code == EXIT_CODE_OK && cli->json) {
        json_out_init(&json, &cli->out);
        records_pack_json(&json, NULL, pack, NULL);
        json_out_line(&json);
    } else if (code == EXIT_CODE_OK) {
        records_pack_text(&cli->out, pack, NULL);
    }
    cpk_pack_free(pack);
    cpk_legacy_pack_free(legacy);
    return code;
}

int command_job_uncopy(struct cli *cli)
{
    cpk_legacy_pack *legacy = NULL;
    cpk_error *error = NULL;
    int code = open_pack(cli, &legacy);

    if (code == EXIT_CODE_OK && !common_confirm(cli, cpk_legacy_pack_name(legacy))) {
        report_info(cli, "nothing was deleted");
    } else if (code == EXIT_CODE_OK) {
        if (cpk_legacy_pack_undo_copy(cli->session, cpk_legacy_pack_id(legacy), &error) != CPK_OK) {
            code = report_failure(cli, cpk_legacy_pack_name(legacy), error);
        } else {
            common_print_deleted(cli, "the copy", cpk_legacy_pack_copy_id(legacy));
        }
    }
    cpk_legacy_pack_free(legacy);
    return code;
}

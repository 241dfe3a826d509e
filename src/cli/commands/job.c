#include "cli.h"
#include "commands.h"
#include "common.h"
#include "connect.h"
#include "options/inputs.h"
#include "resource.h"
#include "terminal/notes.h"

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
        resource_print(cli, &RECORD_JOB, job);
    }
    cpk_job_free(job);
    return code;
}

LISTING_CALLS(job)
LISTING_GET(jobs_get, job, cpk_job_list_get(cli->session, page, &got, error))

static const struct listing JOBS = LISTING(job, &RECORD_JOB, "there are no V1 jobs");

int command_job_list(struct cli *cli)
{
    return listing_show(cli, &JOBS, LISTING_OF_USER, jobs_get);
}

RESOURCE_CALLS(job)
RESOURCE_TEXT(job, file_name)

static const struct resource JOB = {&RECORD_JOB, job_get,       cpk_job_delete, job_free,
                                    job_id,      job_file_name, job_file_name};

int command_job_show(struct cli *cli)
{
    return resource_show(cli, &JOB);
}

int command_job_run(struct cli *cli)
{
    void *opened = NULL;
    cpk_job *job = NULL;
    cpk_error *error = NULL;
    uint32_t flags = 0;
    int64_t max_chunks = 0;
    int code = common_part(cli, &flags, &max_chunks);

    if (code == EXIT_CODE_OK) {
        code = resource_open(cli, &JOB, &opened);
    }
    if (code != EXIT_CODE_OK) {
        return code;
    }
    job = opened;
    if (run_job(cli, flags, max_chunks, &job, &error) != CPK_OK) {
        code = report_failure(cli, cpk_job_file_name(job), error);
    }
    resource_print(cli, &RECORD_JOB, job);
    cpk_job_free(job);
    return code;
}

int command_job_delete(struct cli *cli)
{
    return resource_delete(cli, &JOB);
}

/* --- V1 packs --- */

LISTING_CALLS(legacy_pack)
LISTING_GET(legacy_packs_get, legacy_pack, cpk_legacy_pack_list_get(cli->session, page, &got, error))

static const struct listing LEGACY_PACKS = LISTING(legacy_pack, &RECORD_LEGACY_PACK, "there are no V1 packs");

int command_job_packs(struct cli *cli)
{
    return listing_show(cli, &LEGACY_PACKS, LISTING_OF_USER, legacy_packs_get);
}

/* Finds a V1 pack by its id, then by its job's. */
static cpk_status legacy_pack_get(cpk_session *session, const char *id, void **record, cpk_error **error)
{
    cpk_legacy_pack *pack = NULL;
    cpk_error *failure = NULL;
    cpk_status status = cpk_legacy_pack_get(session, id, &pack, &failure);

    if (status == CPK_ERROR_NOT_FOUND) {
        cpk_error_free(failure);
        failure = NULL;
        status = cpk_legacy_pack_find(session, id, &pack, &failure);
    }
    *record = pack;
    *error = failure;
    return status;
}

static void legacy_pack_free(void *record)
{
    cpk_legacy_pack_free(record);
}

RESOURCE_TEXT(legacy_pack, id)
RESOURCE_TEXT(legacy_pack, name)

static const struct resource LEGACY_PACK = {
    &RECORD_LEGACY_PACK, legacy_pack_get, NULL, legacy_pack_free, legacy_pack_id, legacy_pack_name, legacy_pack_name};

static cpk_status read_legacy_pack(struct cli *cli, const char *id, struct output *out, cpk_error **error)
{
    return cpk_legacy_pack_read(cli->session, id, output_take, out, error);
}

int command_job_read(struct cli *cli)
{
    return resource_read(cli, &LEGACY_PACK, read_legacy_pack);
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
    void *legacy = NULL;
    cpk_pack *pack = NULL;
    cpk_error *error = NULL;
    int code = resource_open(cli, &LEGACY_PACK, &legacy);

    if (code == EXIT_CODE_OK && copy_pack(cli, legacy, &pack, &error) != CPK_OK) {
        code = report_failure(cli, cpk_legacy_pack_name(legacy), error);
    }
    if (code == EXIT_CODE_OK) {
        resource_print(cli, &RECORD_PACK, pack);
    }
    cpk_pack_free(pack);
    cpk_legacy_pack_free(legacy);
    return code;
}

int command_job_uncopy(struct cli *cli)
{
    void *legacy = NULL;
    cpk_error *error = NULL;
    int code = resource_open(cli, &LEGACY_PACK, &legacy);

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

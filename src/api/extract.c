#include "api/check.h"
#include "api/input.h"
#include "engine/engine.h"
#include "ingest/preview.h"

#include <string.h>

void cpk_message_init(cpk_message *message, size_t struct_size)
{
    const cpk_message initial = CPK_MESSAGE_INIT;

    if (message != NULL && struct_size >= sizeof initial.struct_size && struct_size <= UINT32_MAX) {
        params_init(message, struct_size);
        params_write(message, &initial, sizeof initial);
    }
}

/* What the three calls without a database share: checked arguments and a reader of the engine's formats. */
struct preview_call {
    cpk_input input;
    cpk_extract_report report;
    struct op_context op;
    struct records_reader reader;
};

static cpk_status prepare(cpk_engine *engine, const cpk_input *input, const cpk_run_options *options,
                          const cpk_extract_report *report, struct preview_call *call, cpk_error **error)
{
    cpk_run_options watched = CPK_RUN_OPTIONS_INIT;

    CPK_CHECK_ARG(engine != NULL, "engine", error);
    if (report != NULL) {
        CPK_CHECK_ANSWER(report, "report", error);
    }
    CPK_TRY(input_read(&call->input, input, error));
    CPK_TRY(params_read(&watched, sizeof watched, options, "run options", error));
    memset(&call->report, 0, sizeof call->report);
    op_context_init(&call->op, &engine->context, &watched);
    records_reader_init(&call->reader, engine, &call->op);
    return CPK_OK;
}

static void give_report(cpk_extract_report *report, const struct preview_call *call)
{
    if (report != NULL) {
        params_write(report, &call->report, sizeof call->report);
    }
}

cpk_status cpk_extract(cpk_engine *engine, const cpk_input *input, cpk_message_fn message, void *message_user,
                       const cpk_run_options *options, cpk_extract_report *report, cpk_error **error)
{
    struct preview_call call;
    cpk_status status;

    CPK_TRY(prepare(engine, input, options, report, &call, error));
    status = preview_messages(&call.reader, &call.input, message, message_user, &call.report, error);
    give_report(report, &call);
    return status;
}

cpk_status cpk_extract_text(cpk_engine *engine, const cpk_input *input, cpk_write_fn write, void *write_user,
                            const cpk_run_options *options, cpk_extract_report *report, cpk_error **error)
{
    struct preview_call call;
    cpk_status status;

    CPK_CHECK_ARG(write != NULL, "write", error);
    CPK_TRY(prepare(engine, input, options, report, &call, error));
    status = preview_text(&call.reader, &call.input, write, write_user, &call.report, error);
    give_report(report, &call);
    return status;
}

static cpk_status read_chunk_options(const cpk_engine *engine, const cpk_chunk_options *given,
                                     struct chunker_options *ours, cpk_error **error)
{
    cpk_chunk_options options = CPK_CHUNK_OPTIONS_INIT;

    CPK_TRY(params_read(&options, sizeof options, given, "chunk options", error));
    ours->encoding = options.encoding;
    ours->max_tokens = options.max_tokens;
    ours->overlap_tokens = options.overlap_tokens;
    if (ours->max_tokens == 0) {
        ours->max_tokens = context_setting(&engine->context, SETTING_CHUNK_MAX_TOKENS);
    }
    if (ours->overlap_tokens == 0) {
        ours->overlap_tokens = context_setting(&engine->context, SETTING_CHUNK_OVERLAP_TOKENS);
    } else if (ours->overlap_tokens == -1) {
        ours->overlap_tokens = 0;
    }
    CPK_CHECK_ARG(ours->max_tokens >= 16, "max_tokens (at least 16)", error);
    CPK_CHECK_ARG(ours->overlap_tokens >= 0 && ours->overlap_tokens <= ours->max_tokens / 2,
                  "overlap_tokens (at most half of max_tokens)", error);
    return CPK_OK;
}

cpk_status cpk_chunk_input(cpk_engine *engine, const cpk_input *input, const cpk_chunk_options *chunk_options,
                           cpk_chunk_fn chunk, void *chunk_user, const cpk_run_options *options,
                           cpk_extract_report *report, cpk_error **error)
{
    struct preview_call call;
    struct chunker_options ours;
    cpk_status status;

    CPK_CHECK_ARG(chunk != NULL, "chunk", error);
    CPK_TRY(prepare(engine, input, options, report, &call, error));
    CPK_TRY(read_chunk_options(engine, chunk_options, &ours, error));
    status = preview_chunks(&call.reader, &call.input, &ours, chunk, chunk_user, &call.report, error);
    give_report(report, &call);
    return status;
}

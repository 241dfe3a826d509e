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

/* State of a call that needs no database: the checked arguments and a reader for the engine's formats. */
struct preview_call {
    cpk_input input;
    cpk_extract_report report;
    struct op_context op;
    struct records_reader reader;
};

static cpk_status prepare(cpk_engine *engine, const cpk_input *input, const cpk_run_options *options,
                          const cpk_extract_report *report, struct preview_call *call, cpk_error **error)
{
    cpk_run_options run_options = CPK_RUN_OPTIONS_INIT;

    CPK_CHECK_ARG(engine != NULL, "engine", error);
    if (report != NULL) {
        CPK_CHECK_OUT_STRUCT(report, "report", error);
    }
    CPK_TRY(input_read(&call->input, input, error));
    CPK_TRY(params_read(&run_options, sizeof run_options, options, "run options", error));
    memset(&call->report, 0, sizeof call->report);
    op_context_init(&call->op, &engine->context, &run_options);
    call->op.engine = engine;
    records_reader_init(&call->reader, engine, &call->op);
    return CPK_OK;
}

static void write_report(cpk_extract_report *report, const struct preview_call *call)
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
    write_report(report, &call);
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
    write_report(report, &call);
    return status;
}

static cpk_status read_chunk_options(const cpk_engine *engine, const cpk_chunk_options *caller_options,
                                     struct chunker_options *chunker, cpk_error **error)
{
    cpk_chunk_options options = CPK_CHUNK_OPTIONS_INIT;

    CPK_TRY(params_read(&options, sizeof options, caller_options, "chunk options", error));
    chunker->encoding = options.encoding;
    chunker->max_tokens = options.max_tokens;
    chunker->overlap_tokens = options.overlap_tokens;
    if (chunker->max_tokens == 0) {
        chunker->max_tokens = context_setting(&engine->context, SETTING_CHUNK_MAX_TOKENS);
    }
    if (chunker->overlap_tokens == 0) {
        chunker->overlap_tokens = context_setting(&engine->context, SETTING_CHUNK_OVERLAP_TOKENS);
    } else if (chunker->overlap_tokens == -1) {
        chunker->overlap_tokens = 0;
    }
    CPK_CHECK_ARG(chunker->max_tokens >= 16, "max_tokens (at least 16)", error);
    CPK_CHECK_ARG(chunker->overlap_tokens >= 0 && chunker->overlap_tokens <= chunker->max_tokens / 2,
                  "overlap_tokens (at most half of max_tokens)", error);
    return CPK_OK;
}

cpk_status cpk_chunk_input(cpk_engine *engine, const cpk_input *input, const cpk_chunk_options *chunk_options,
                           cpk_chunk_fn chunk, void *chunk_user, const cpk_run_options *options,
                           cpk_extract_report *report, cpk_error **error)
{
    const struct chunk_sink sink = {chunk, chunk_user};
    struct preview_call call;
    struct chunker_options chunker;
    cpk_status status;

    CPK_CHECK_ARG(chunk != NULL, "chunk", error);
    CPK_TRY(prepare(engine, input, options, report, &call, error));
    CPK_TRY(read_chunk_options(engine, chunk_options, &chunker, error));
    status = preview_chunks(&call.reader, &call.input, &chunker, &sink, &call.report, error);
    write_report(report, &call);
    return status;
}

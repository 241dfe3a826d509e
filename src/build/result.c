#include "build/result.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static const char *const OUTCOME_NAMES[] = {NULL,      "new",      "grown",   "known",  "unchanged", "partial",
                                            "resumed", "deferred", "skipped", "failed", "unreadable"};

const char *cpk_input_outcome_name(int32_t outcome)
{
    return outcome >= CPK_INPUT_NEW && outcome <= CPK_INPUT_UNREADABLE ? OUTCOME_NAMES[outcome] : "unknown";
}

static cpk_status copy(char **target, const char *text, cpk_error **error)
{
    *target = text != NULL ? strdup(text) : NULL;
    return text != NULL && *target == NULL ? error_out_of_memory(error) : CPK_OK;
}

cpk_status result_create(const char *pack_name, const char *output, cpk_build_result **result, cpk_error **error)
{
    cpk_build_result *made = calloc(1, sizeof *made);
    cpk_status status;

    if (made == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY_CLEANUP(copy(&made->pack_name, pack_name, error));
    CPK_TRY_CLEANUP(copy(&made->output, output, error));
    *result = made;
    return CPK_OK;
cleanup:
    cpk_build_result_free(made);
    return status;
}

static struct built_input *add_row(cpk_build_result *result)
{
    if (result->input_count == result->input_capacity) {
        size_t capacity = result->input_capacity == 0 ? 16 : result->input_capacity * 2;
        struct built_input *inputs = reallocarray(result->inputs, capacity, sizeof *inputs);

        if (inputs == NULL) {
            return NULL;
        }
        result->inputs = inputs;
        result->input_capacity = capacity;
    }
    memset(&result->inputs[result->input_count], 0, sizeof *result->inputs);
    return &result->inputs[result->input_count++];
}

cpk_status result_add_input(cpk_build_result *result, const char *path, int32_t outcome, const cpk_source *source,
                            const cpk_error *problem, cpk_error **error)
{
    struct built_input *row = add_row(result);

    if (row == NULL) {
        return error_out_of_memory(error);
    }
    row->outcome = outcome;
    row->error_code = problem != NULL ? cpk_error_code(problem) : CPK_OK;
    row->is_partial = source != NULL && cpk_source_is_partial(source);
    result->partial += row->is_partial && outcome != CPK_INPUT_FAILED;
    CPK_TRY(copy(&row->loss_summary, source != NULL ? cpk_source_loss_summary(source) : NULL, error));
    CPK_TRY(copy(&row->path, path, error));
    CPK_TRY(copy(&row->source_id, source != NULL ? cpk_source_id(source) : NULL, error));
    return copy(&row->error_message, problem != NULL ? cpk_error_message(problem) : NULL, error);
}

cpk_status result_set_pack(cpk_build_result *result, const cpk_pack *pack, cpk_error **error)
{
    free(result->pack_id);
    free(result->pack_name);
    result->pack_name = NULL;
    CPK_TRY(copy(&result->pack_id, cpk_pack_id(pack), error));
    return copy(&result->pack_name, cpk_pack_name(pack), error);
}

void cpk_build_result_free(cpk_build_result *result)
{
    if (result == NULL) {
        return;
    }
    for (size_t i = 0; i < result->input_count; i++) {
        free(result->inputs[i].path);
        free(result->inputs[i].source_id);
        free(result->inputs[i].error_message);
        free(result->inputs[i].loss_summary);
    }
    for (size_t i = 0; i < result->document_count; i++) {
        document_free(&result->documents[i]);
    }
    free(result->inputs);
    free(result->pack_id);
    free(result->pack_name);
    free(result->output);
    free(result);
}

const char *cpk_build_result_pack_id(const cpk_build_result *result)
{
    return result != NULL ? result->pack_id : NULL;
}

const char *cpk_build_result_pack_name(const cpk_build_result *result)
{
    return result != NULL ? result->pack_name : NULL;
}

const char *cpk_build_result_output(const cpk_build_result *result)
{
    return result != NULL ? result->output : NULL;
}

int32_t cpk_build_result_good_count(const cpk_build_result *result)
{
    return result != NULL ? result->good : 0;
}

int32_t cpk_build_result_failed_count(const cpk_build_result *result)
{
    return result != NULL ? result->failed : 0;
}

int32_t cpk_build_result_skipped_count(const cpk_build_result *result)
{
    return result != NULL ? result->skipped : 0;
}

int32_t cpk_build_result_partial_count(const cpk_build_result *result)
{
    return result != NULL ? result->partial : 0;
}

int64_t cpk_build_result_analyzed_chunks(const cpk_build_result *result)
{
    return result != NULL ? result->analyzed : 0;
}

int32_t cpk_build_result_input_count(const cpk_build_result *result)
{
    return result != NULL ? (int32_t)result->input_count : 0;
}

/* NULL past the end. */
static const struct built_input *input_at(const cpk_build_result *result, int32_t index)
{
    return result != NULL && index >= 0 && (size_t)index < result->input_count ? &result->inputs[index] : NULL;
}

const char *cpk_build_result_input_path(const cpk_build_result *result, int32_t input)
{
    const struct built_input *row = input_at(result, input);

    return row != NULL ? row->path : NULL;
}

int32_t cpk_build_result_input_outcome(const cpk_build_result *result, int32_t input)
{
    const struct built_input *row = input_at(result, input);

    return row != NULL ? row->outcome : 0;
}

const char *cpk_build_result_input_outcome_name(const cpk_build_result *result, int32_t input)
{
    const struct built_input *row = input_at(result, input);

    return row != NULL ? cpk_input_outcome_name(row->outcome) : NULL;
}

const char *cpk_build_result_input_source_id(const cpk_build_result *result, int32_t input)
{
    const struct built_input *row = input_at(result, input);

    return row != NULL ? row->source_id : NULL;
}

int32_t cpk_build_result_input_error_code(const cpk_build_result *result, int32_t input)
{
    const struct built_input *row = input_at(result, input);

    return row != NULL ? row->error_code : CPK_OK;
}

const char *cpk_build_result_input_error_message(const cpk_build_result *result, int32_t input)
{
    const struct built_input *row = input_at(result, input);

    return row != NULL ? row->error_message : NULL;
}

const char *cpk_build_result_input_loss_summary(const cpk_build_result *result, int32_t input)
{
    const struct built_input *row = input_at(result, input);

    return row != NULL ? row->loss_summary : NULL;
}

int32_t cpk_build_result_input_is_partial(const cpk_build_result *result, int32_t input)
{
    const struct built_input *row = input_at(result, input);

    return row != NULL ? row->is_partial : 0;
}

int32_t cpk_build_result_document_count(const cpk_build_result *result)
{
    return result != NULL ? (int32_t)result->document_count : 0;
}

static const struct document *document_at(const cpk_build_result *result, int32_t index)
{
    return result != NULL && index >= 0 && (size_t)index < result->document_count ? &result->documents[index] : NULL;
}

int32_t cpk_build_result_document_type(const cpk_build_result *result, int32_t document)
{
    const struct document *row = document_at(result, document);

    return row != NULL ? cpk_export_type(row->result) : 0;
}

const char *cpk_build_result_document_type_name(const cpk_build_result *result, int32_t document)
{
    const struct document *row = document_at(result, document);

    return row != NULL ? cpk_export_type_name(row->result) : NULL;
}

const char *cpk_build_result_document_export_id(const cpk_build_result *result, int32_t document)
{
    const struct document *row = document_at(result, document);

    return row != NULL ? cpk_export_id(row->result) : NULL;
}

const char *cpk_build_result_document_markdown_path(const cpk_build_result *result, int32_t document)
{
    const struct document *row = document_at(result, document);

    return row != NULL ? row->markdown_path : NULL;
}

const char *cpk_build_result_document_json_path(const cpk_build_result *result, int32_t document)
{
    const struct document *row = document_at(result, document);

    return row != NULL ? row->json_path : NULL;
}

int64_t cpk_build_result_document_token_count(const cpk_build_result *result, int32_t document)
{
    const struct document *row = document_at(result, document);

    return row != NULL ? cpk_export_token_count(row->result) : 0;
}

int32_t cpk_build_result_document_is_new(const cpk_build_result *result, int32_t document)
{
    const struct document *row = document_at(result, document);

    return row != NULL ? row->is_new : 0;
}

#include "build/result.h"

#include "base/error.h"
#include "records/fields.h"

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
    result->partial_count += row->is_partial && outcome != CPK_INPUT_FAILED;
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

/* --- getters, from the table of fields --- */

/* NULL past the end. */
static const struct built_input *input_at(const cpk_build_result *result, int32_t index)
{
    return result != NULL && index >= 0 && (size_t)index < result->input_count ? &result->inputs[index] : NULL;
}

static const struct document *document_at(const cpk_build_result *result, int32_t index)
{
    return result != NULL && index >= 0 && (size_t)index < result->document_count ? &result->documents[index] : NULL;
}

#define ROW_input                   struct built_input
#define input_path(row)             (row)->path
#define input_outcome(row)          (row)->outcome
#define input_outcome_name(row)     cpk_input_outcome_name((row)->outcome)
#define input_source_id(row)        (row)->source_id
#define input_error_code(row)       (int32_t)(row)->error_code
#define input_error_message(row)    (row)->error_message
#define input_loss_summary(row)     (row)->loss_summary
#define input_is_partial(row)       (row)->is_partial

#define ROW_document                struct document
#define document_type(row)          cpk_export_type((row)->result)
#define document_type_name(row)     cpk_export_type_name((row)->result)
#define document_export_id(row)     cpk_export_id((row)->result)
#define document_markdown_path(row) (row)->markdown_path
#define document_json_path(row)     (row)->json_path
#define document_token_count(row)   cpk_export_token_count((row)->result)
#define document_is_new(row)        (row)->is_new

#define COMPUTED(name, kind, null, since, doc)                                                                         \
    FIELD_MEMBER(kind) cpk_build_result_##name(const cpk_build_result *result)                                         \
    {                                                                                                                  \
        return result != NULL ? (FIELD_MEMBER(kind))result->name : 0;                                                  \
    }
#define INDEXED(rows, name, kind, since, doc)                                                                          \
    FIELD_MEMBER(kind) cpk_build_result_##rows##_##name(const cpk_build_result *result, int32_t rows)                  \
    {                                                                                                                  \
        const ROW_##rows *row = rows##_at(result, rows);                                                               \
                                                                                                                       \
        return row != NULL ? rows##_##name(row) : 0;                                                                   \
    }
#define INDEXED_NULLABLE INDEXED
#include "records/build_result.def"

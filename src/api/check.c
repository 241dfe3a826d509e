#include "api/check.h"

#include "base/error.h"
#include "base/json/json.h"
#include "base/sized.h"
#include "base/utf8.h"

#include <string.h>

#define ID_BYTES_MAX   200
#define JSON_DEPTH_MAX 32

cpk_status params_read_into(const struct sized_target *target, const void *source, const char *name, cpk_error **error)
{
    return source == NULL ? CPK_OK : sized_read_into(target, source, "argument", name, error);
}

void params_write(void *target, const void *source, size_t source_bytes)
{
    uint32_t target_bytes;

    memcpy(&target_bytes, target, sizeof target_bytes);
    if (target_bytes > sizeof target_bytes) {
        size_t shared_bytes = target_bytes < source_bytes ? target_bytes : source_bytes;

        memcpy((char *)target + sizeof target_bytes, (const char *)source + sizeof target_bytes,
               shared_bytes - sizeof target_bytes);
    }
}

void params_init(void *params, size_t struct_size)
{
    uint32_t size = (uint32_t)struct_size;

    if (params == NULL || struct_size < sizeof size || struct_size > UINT32_MAX) {
        return;
    }
    memset(params, 0, struct_size);
    memcpy(params, &size, sizeof size);
}

cpk_status call_begin(struct op_context *op, cpk_session *session, const cpk_run_options *options, cpk_error **error)
{
    cpk_run_options run_options = CPK_RUN_OPTIONS_INIT;

    CPK_TRY(params_read(&run_options, sizeof run_options, options, "run options", error));
    op_begin(op, session, &run_options);
    return CPK_OK;
}

cpk_status call_begin_analysis(struct op_context *op, cpk_session *session, const cpk_run_options *options,
                               cpk_error **error)
{
    cpk_run_options run_options = CPK_RUN_OPTIONS_INIT;

    CPK_TRY(params_read(&run_options, sizeof run_options, options, "run options", error));
    CPK_CHECK_ARG((run_options.flags & ~CPK_RUN_PARTIAL) == 0, "options.flags", error);
    CPK_CHECK_ARG(run_options.max_chunks >= 0, "options.max_chunks", error);
    op_begin(op, session, &run_options);
    return CPK_OK;
}

cpk_status check_text(const char *text, size_t max_bytes, const char *name, cpk_error **error)
{
    size_t length;

    if (text == NULL) {
        return CPK_OK;
    }
    length = strlen(text);
    if (length > max_bytes) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "argument", "%s has %zu bytes, %zu are allowed", name,
                         length, max_bytes);
    }
    if (utf8_valid_prefix(text, length) != length) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "argument", "%s is not valid UTF-8", name);
    }
    return CPK_OK;
}

cpk_status check_id(const char *text, const char *name, cpk_error **error)
{
    if (text == NULL || text[0] == '\0') {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "argument", "%s is missing", name);
    }
    return check_text(text, ID_BYTES_MAX, name, error);
}

cpk_status check_json_object(const char *text, size_t max_bytes, const char *name, cpk_error **error)
{
    struct json_object *parsed = NULL;
    int32_t is_object;
    cpk_status status;

    CPK_TRY(check_text(text, max_bytes, name, error));
    if (text == NULL) {
        return CPK_OK;
    }
    status = json_parse(text, strlen(text), JSON_DEPTH_MAX, &parsed, NULL);
    is_object = json_object_is_type(parsed, json_type_object);
    json_object_put(parsed);
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        return error_out_of_memory(error);
    }
    if (!is_object) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "argument", "%s is not a JSON object", name);
    }
    return CPK_OK;
}

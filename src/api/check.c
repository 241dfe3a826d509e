#include "api/check.h"

#include "base/error.h"
#include "base/json/json.h"
#include "base/sized.h"
#include "base/utf8.h"

#include <float.h>
#include <stdlib.h>
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

static uint32_t code_unit(const char *digits)
{
    char hexadecimal[] = {digits[0], digits[1], digits[2], digits[3], '\0'};

    return (uint32_t)strtoul(hexadecimal, NULL, 16);
}

/* The text after the escape at `at`; NULL if the escape is U+0000 or an unpaired surrogate. */
static const char *pass_escape(const char *at)
{
    uint32_t unit;

    if (at[1] != 'u') {
        return at + 2;
    }
    unit = code_unit(at + 2);
    if (unit == 0 || (unit >= 0xDC00 && unit <= 0xDFFF)) {
        return NULL;
    }
    if (unit < 0xD800 || unit > 0xDFFF) {
        return at + 6;
    }
    if (at[6] != '\\' || at[7] != 'u') {
        return NULL;
    }
    unit = code_unit(at + 8);
    return unit >= 0xDC00 && unit <= 0xDFFF ? at + 12 : NULL;
}

/* Whether PostgreSQL's jsonb can hold valid JSON: no U+0000, no unpaired surrogate, exponents as a double has them. */
static int32_t fits_jsonb(const char *at)
{
    int32_t is_string = 0;

    while (at != NULL && *at != '\0') {
        if (*at == '\\') {
            at = pass_escape(at);
            continue;
        }
        if (*at == '"') {
            is_string = !is_string;
        } else if (!is_string && (*at == 'e' || *at == 'E')) { /* also of "true" and "false": no digits follow */
            long exponent = strtol(at + 1, NULL, 10);

            if (exponent > DBL_MAX_10_EXP || exponent < -DBL_MAX_10_EXP) {
                return 0;
            }
        }
        at++;
    }
    return at != NULL;
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
    status = json_parse_strict(text, strlen(text), JSON_DEPTH_MAX, &parsed, NULL);
    is_object = json_object_is_type(parsed, json_type_object);
    json_object_put(parsed);
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        return error_out_of_memory(error);
    }
    if (!is_object) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "argument", "%s is not a JSON object", name);
    }
    if (!fits_jsonb(text)) {
        return error_set(
            error, CPK_ERROR_INVALID_ARGUMENT, "argument",
            "%s holds what a database can't store: \\u0000, an unpaired surrogate or an exponent beyond %d", name,
            DBL_MAX_10_EXP);
    }
    return CPK_OK;
}

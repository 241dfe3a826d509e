#include "base/error.h"

#include "base/redact.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cpk_error {
    cpk_status code;
    int32_t retryable;
    char domain[24];
    char native[48];
    const char *message; /* allocated in the same block as the struct */
};

/* Static, so that OUT_OF_MEMORY can be reported without allocating; never modified or freed. */
static cpk_error out_of_memory = {CPK_ERROR_OUT_OF_MEMORY, 0, "memory", "", "out of memory"};

static void copy_cut(char *target, size_t size_bytes, const char *text)
{
    size_t length = text != NULL ? strlen(text) : 0;

    if (length >= size_bytes) {
        length = size_bytes - 1;
    }
    if (length > 0) {
        memcpy(target, text, length);
    }
    target[length] = '\0';
}

cpk_error *cpk_error_new(cpk_status code, const char *domain, const char *message, const char *native,
                         int32_t retryable)
{
    size_t length = message != NULL ? strlen(message) : 0;
    cpk_error *error = malloc(sizeof(cpk_error) + length + 1);
    char *text;

    if (error == NULL) {
        return &out_of_memory;
    }
    text = (char *)(error + 1);
    error->code = code;
    error->retryable = retryable != 0;
    error->message = text;
    copy_cut(error->domain, sizeof error->domain, domain);
    copy_cut(error->native, sizeof error->native, native);
    copy_cut(text, length + 1, message);
    utf8_clean_line(error->domain);
    utf8_clean_line(error->native);
    redact_line(text);
    return error;
}

void cpk_error_free(cpk_error *error)
{
    if (error != &out_of_memory) {
        free(error);
    }
}

cpk_status cpk_error_code(const cpk_error *error)
{
    return error != NULL ? error->code : CPK_OK;
}

const char *cpk_error_domain(const cpk_error *error)
{
    return error != NULL ? error->domain : "";
}

const char *cpk_error_message(const cpk_error *error)
{
    return error != NULL ? error->message : "";
}

const char *cpk_error_native(const cpk_error *error)
{
    return error != NULL ? error->native : "";
}

int32_t cpk_error_retryable(const cpk_error *error)
{
    return error != NULL ? error->retryable : 0;
}

static char *format_text(const char *format, va_list arguments)
{
    va_list again;
    int length;
    char *text = NULL;

    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length >= 0) {
        text = malloc((size_t)length + 1);
    }
    if (text != NULL) {
        vsnprintf(text, (size_t)length + 1, format, arguments);
    }
    return text;
}

static cpk_status set_from_text(cpk_error **error, cpk_status code, const char *domain, const char *native,
                                int32_t retryable, char *text)
{
    if (text == NULL) {
        return error_out_of_memory(error);
    }
    cpk_error_free(*error);
    *error = cpk_error_new(code, domain, text, native, retryable);
    free(text);
    return cpk_error_code(*error); /* OUT_OF_MEMORY if the error could not be allocated */
}

cpk_status error_set(cpk_error **error, cpk_status code, const char *domain, const char *format, ...)
{
    va_list arguments;
    char *text;

    if (error == NULL) {
        return code;
    }
    va_start(arguments, format);
    text = format_text(format, arguments);
    va_end(arguments);
    return set_from_text(error, code, domain, "", code == CPK_ERROR_BUSY, text);
}

cpk_status error_set_native(cpk_error **error, cpk_status code, const char *domain, const char *native,
                            int32_t retryable, const char *format, ...)
{
    va_list arguments;
    char *text;

    if (error == NULL) {
        return code;
    }
    va_start(arguments, format);
    text = format_text(format, arguments);
    va_end(arguments);
    return set_from_text(error, code, domain, native, retryable, text);
}

static cpk_status code_from_errno(int error_number)
{
    switch (error_number) {
    case ENOENT:
    case ENOTDIR:
        return CPK_ERROR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return CPK_ERROR_PERMISSION_DENIED;
    case ENOSPC:
    case EDQUOT:
        return CPK_ERROR_NO_SPACE;
    case ENOMEM:
        return CPK_ERROR_OUT_OF_MEMORY;
    default:
        return CPK_ERROR_IO;
    }
}

cpk_status error_set_errno(cpk_error **error, int error_number, const char *domain, const char *format, ...)
{
    cpk_status code = code_from_errno(error_number);
    char native[32];
    char reason[128];
    va_list arguments;
    char *what;
    cpk_status status;

    if (error == NULL) {
        return code;
    }
    snprintf(native, sizeof native, "errno %d", error_number);
    va_start(arguments, format);
    what = format_text(format, arguments);
    va_end(arguments);
    if (what == NULL) {
        return error_out_of_memory(error);
    }
    status = error_set_native(error, code, domain, native, error_number == EAGAIN || error_number == EINTR, "%s: %s",
                              what, strerror_r(error_number, reason, sizeof reason));
    free(what);
    return status;
}

cpk_status error_out_of_memory(cpk_error **error)
{
    if (error != NULL) {
        cpk_error_free(*error);
        *error = &out_of_memory;
    }
    return CPK_ERROR_OUT_OF_MEMORY;
}

cpk_status error_prefix(cpk_error **error, cpk_status code, const char *format, ...)
{
    va_list arguments;
    cpk_error *prefixed = NULL;
    char *prefix;

    if (error == NULL || *error == NULL || *error == &out_of_memory) {
        return code;
    }
    va_start(arguments, format);
    prefix = format_text(format, arguments);
    va_end(arguments);
    if (prefix == NULL) {
        return code; /* no memory: keep the message without a prefix */
    }
    error_set_native(&prefixed, (*error)->code, (*error)->domain, (*error)->native, (*error)->retryable, "%s: %s",
                     prefix, (*error)->message);
    free(prefix);
    if (prefixed != &out_of_memory) {
        cpk_error_free(*error);
        *error = prefixed;
    }
    return code;
}

void error_clear(cpk_error **error)
{
    if (error != NULL) {
        cpk_error_free(*error);
        *error = NULL;
    }
}

int32_t error_is_of_one_row(cpk_status status)
{
    switch (status) {
    case CPK_ERROR_INVALID_ARGUMENT:
    case CPK_ERROR_INVALID_DATA:
    case CPK_ERROR_NOT_FOUND:
    case CPK_ERROR_ALREADY_EXISTS:
    case CPK_ERROR_PERMISSION_DENIED:
    case CPK_ERROR_LIMIT_EXCEEDED:
    case CPK_ERROR_CONFLICT:
    case CPK_ERROR_BUSY:
    case CPK_ERROR_UNSUPPORTED:
    case CPK_ERROR_DATABASE:
        return 1;
    default:
        return 0;
    }
}

cpk_status error_give(cpk_error **error, cpk_error *problem)
{
    cpk_status code = cpk_error_code(problem);

    if (error == NULL) {
        cpk_error_free(problem);
    } else {
        error_clear(error);
        *error = problem;
    }
    return code;
}

const char *cpk_status_name(cpk_status status)
{
    static const char *const names[] = {
        "CPK_OK",
        "CPK_ERROR_INVALID_ARGUMENT",
        "CPK_ERROR_OUT_OF_MEMORY",
        "CPK_ERROR_CANCELLED",
        "CPK_ERROR_NOT_FOUND",
        "CPK_ERROR_ALREADY_EXISTS",
        "CPK_ERROR_PERMISSION_DENIED",
        "CPK_ERROR_CONFLICT",
        "CPK_ERROR_BUSY",
        "CPK_ERROR_LIMIT_EXCEEDED",
        "CPK_ERROR_UNSUPPORTED",
        "CPK_ERROR_INVALID_DATA",
        "CPK_ERROR_NO_CONTENT",
        "CPK_ERROR_ENCRYPTED",
        "CPK_ERROR_IO",
        "CPK_ERROR_NO_SPACE",
        "CPK_ERROR_DATABASE",
        "CPK_ERROR_STORAGE",
        "CPK_ERROR_NETWORK",
        "CPK_ERROR_ANALYZER",
        "CPK_ERROR_INSUFFICIENT_CREDITS",
        "CPK_ERROR_TIMEOUT",
        "CPK_ERROR_INTERNAL",
        "CPK_ERROR_UNAUTHENTICATED",
    };

    if (status < 0 || (size_t)status >= sizeof names / sizeof names[0]) {
        return "CPK_ERROR_UNKNOWN";
    }
    return names[status];
}

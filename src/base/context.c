#include "base/context.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/redact.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/random.h>
#include <time.h>

#define LOG_LINE_BYTES 1024

static int64_t system_clock(void *user)
{
    struct timespec now;

    (void)user;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int32_t system_random(void *user, void *bytes, size_t length_bytes)
{
    unsigned char *at = bytes;

    (void)user;
    while (length_bytes > 0) {
        ssize_t got = getrandom(at, length_bytes, 0);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return -1;
        }
        at += got;
        length_bytes -= (size_t)got;
    }
    return 0;
}

void context_init(struct context *context)
{
    context->allocator = memory_default;
    context->clock = system_clock;
    context->clock_user = NULL;
    atomic_init(&context->clock_failed, false);
    atomic_init(&context->shared_offset_us, 0);
    context->random = system_random;
    context->random_user = NULL;
    context->master_key = NULL;
    context->master_key_user = NULL;
    context->log = NULL;
    context->log_user = NULL;
    context->log_level = CPK_LOG_WARNING;
    settings_init(&context->settings);
    context->pdf_helper = NULL;
}

void context_free(struct context *context)
{
    settings_free(&context->settings, &context->allocator);
}

int64_t context_local_now(const struct context *context)
{
    int64_t now_us = context->clock(context->clock_user);

    if (now_us < CLOCK_US_MIN || now_us > CLOCK_US_MAX) {
        atomic_store((atomic_bool *)&context->clock_failed, true); /* contexts are never in read-only memory */
        return system_clock(NULL);
    }
    return now_us;
}

int64_t context_steady_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t context_now(const struct context *context)
{
    int64_t offset_us = atomic_load_explicit(&context->shared_offset_us, memory_order_relaxed);

    return offset_us != 0 ? context_steady_us() + offset_us : context_local_now(context);
}

int32_t context_needs_time_sync(const struct context *context)
{
    return context->clock == system_clock &&
           atomic_load_explicit(&context->shared_offset_us, memory_order_relaxed) == 0;
}

/* The true offset is between server_us - answered_us and server_us - asked_us. The first call uses the lower bound;
 * later calls change the offset only if it is outside the bounds, so that the time rarely jumps back. */
void context_sync_time(const struct context *context, int64_t server_us, int64_t asked_us, int64_t answered_us)
{
    atomic_int_least64_t *known = (atomic_int_least64_t *)&context->shared_offset_us;
    int64_t offset_us = atomic_load_explicit(known, memory_order_relaxed);
    int64_t least_us = server_us - answered_us;
    int64_t most_us = server_us - asked_us;

    if (context->clock != system_clock || server_us < CLOCK_US_MIN || server_us > CLOCK_US_MAX) {
        return;
    }
    if (offset_us == 0 || offset_us < least_us) {
        offset_us = least_us;
    } else if (offset_us > most_us) {
        offset_us = most_us;
    } else {
        return;
    }
    atomic_store_explicit(known, offset_us, memory_order_relaxed);
}

cpk_status context_check_clock(const struct context *context, cpk_error **error)
{
    if (atomic_load_explicit(&context->clock_failed, memory_order_relaxed) &&
        atomic_exchange((atomic_bool *)&context->clock_failed, false)) {
        return error_set(error, CPK_ERROR_INTERNAL, "clock",
                         "the host's clock returned a time before 2000 or after 9999");
    }
    return CPK_OK;
}

cpk_status context_random(const struct context *context, void *bytes, size_t length_bytes, cpk_error **error)
{
    if (context->random(context->random_user, bytes, length_bytes) != 0) {
        return error_set(error, CPK_ERROR_INTERNAL, "random", "the random source failed");
    }
    return CPK_OK;
}

void context_log(const struct context *context, int32_t level, const char *domain, const char *format, ...)
{
    char line[LOG_LINE_BYTES];
    va_list arguments;

    if (context->log == NULL || level > context->log_level) {
        return;
    }
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    redact_line(line);
    context->log(context->log_user, level, domain, line);
}

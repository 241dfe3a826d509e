/* Per-engine context: allocator, clock, random source, log, settings. */
#ifndef BASE_CONTEXT_H
#define BASE_CONTEXT_H

#include "base/settings.h"

#include <stdatomic.h>
#include <stdbool.h>

/* 2000-01-01 to 9999-12-31: the lower bound detects a host clock that counts seconds or milliseconds; the upper one is
 * the last day that PostgreSQL, JavaScript and Python can all represent. */
#define CLOCK_US_MIN INT64_C(946684800000000)
#define CLOCK_US_MAX INT64_C(253402300799999999)

struct pdf_helper;

struct context {
    cpk_allocator allocator;
    cpk_clock_fn clock;
    void *clock_user;
    atomic_bool clock_failed; /* the host's clock returned an invalid time since the last context_check_clock() */
    atomic_int_least64_t shared_offset_us; /* database server's time less context_steady_us(); 0: unknown */
    cpk_random_fn random;
    void *random_user;
    cpk_master_key_fn master_key; /* NULL: the settings and the environment have the keys */
    void *master_key_user;
    cpk_log_fn log;
    void *log_user;
    int32_t log_level; /* CPK_LOG_*: lines above it are dropped */
    struct settings settings;
    struct pdf_helper *pdf_helper; /* reads PDF documents; NULL: they can't be read */
};

void context_init(struct context *context); /* malloc, system clock and random source, no log, default settings */
void context_free(struct context *context); /* wipes and releases the text settings */

/* The time to store in the database and to compare with times stored by other machines: leases, holds, limits, ends of
 * plans. It follows the database server's clock after context_sync_time(), and is context_local_now() before. Never
 * fails: if the host's clock returns a time outside CLOCK_US_MIN to CLOCK_US_MAX, the system clock is used, and
 * context_check_clock() reports it before data written with that time is committed. */
int64_t context_now(const struct context *context);
/* The time of this machine or of the host's clock callback: for comparison with times set by third parties. */
int64_t context_local_now(const struct context *context);
/* Sets the offset to the database server's clock, which read server_us between the context_steady_us() readings
 * asked_us and answered_us. No effect if the host supplied a clock callback. */
void context_sync_time(const struct context *context, int64_t server_us, int64_t asked_us, int64_t answered_us);
int32_t context_needs_time_sync(const struct context *context); /* 1: call context_sync_time() before context_now() */
/* Monotonic time from an unspecified start. Includes time suspended; unaffected by changes of the system clock. */
int64_t context_steady_us(void);
cpk_status context_check_clock(const struct context *context, cpk_error **error);
cpk_status context_random(const struct context *context, void *bytes, size_t length_bytes, cpk_error **error);
void context_log(const struct context *context, int32_t level, const char *domain, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static inline int64_t context_setting(const struct context *context, enum setting setting)
{
    return context->settings.values[setting];
}

/* "" if not set. Valid as long as the context. */
static inline const char *context_text_setting(const struct context *context, enum text_setting setting)
{
    return context->settings.texts[setting] != NULL ? context->settings.texts[setting] : "";
}

#endif

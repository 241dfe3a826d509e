/* What every room is given and nobody owns twice: memory, clock, randomness, log and settings of one engine. */
#ifndef BASE_CONTEXT_H
#define BASE_CONTEXT_H

#include "base/settings.h"

#include <stdatomic.h>
#include <stdbool.h>

/* From the beginning of 2000, so that a clock in seconds or milliseconds is noticed, to the end of 9999, which is as
 * far as PostgreSQL, JavaScript and Python can all show. */
#define CLOCK_US_MIN INT64_C(946684800000000)
#define CLOCK_US_MAX INT64_C(253402300799999999)

struct context {
    cpk_allocator allocator;
    cpk_clock_fn clock;
    void *clock_user;
    atomic_bool clock_failed;              /* the host's clock gave no time since context_check_clock() */
    atomic_int_least64_t shared_offset_us; /* database server's time less context_steady_us(); 0: unknown */
    cpk_random_fn random;
    void *random_user;
    cpk_log_fn log;
    void *log_user;
    int32_t log_level; /* CPK_LOG_*: lines above it are dropped */
    struct settings settings;
};

void context_init(struct context *context); /* malloc, the system's clock and randomness, no log, default settings */
void context_free(struct context *context); /* wipes and releases the text settings */

/* The time that is stored in the database and compared with what other machines stored there: leases, holds, limits,
 * ends of plans. It is the database server's once context_learn_time() was told of it, else that of context_own_now().
 * Never fails: where the host's clock gives no time from 2000 to 9999, this is the system's, and context_check_clock()
 * reports it before what was written with that time is committed. */
int64_t context_now(const struct context *context);
/* The time of this machine, or of the clock that the host gave: for what is compared with times of third parties. */
int64_t context_own_now(const struct context *context);
/* The database server's clock showed server_us at some moment between the two readings of context_steady_us(). Changes
 * nothing for a host's own clock, which the host answers for. */
void context_learn_time(const struct context *context, int64_t server_us, int64_t asked_us, int64_t answered_us);
int32_t context_needs_time(const struct context *context); /* 1: context_learn_time() is due before context_now() */
int64_t
context_steady_us(void); /* since some moment; also while the machine sleeps; no setting of a clock changes it */
cpk_status context_check_clock(const struct context *context, cpk_error **error);
cpk_status context_random(const struct context *context, void *bytes, size_t length_bytes, cpk_error **error);
void context_log(const struct context *context, int32_t level, const char *domain, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static inline int64_t context_setting(const struct context *context, enum setting setting)
{
    return context->settings.values[setting];
}

/* "" when it is not set. Lives as long as the context. */
static inline const char *context_text_setting(const struct context *context, enum text_setting setting)
{
    return context->settings.texts[setting] != NULL ? context->settings.texts[setting] : "";
}

#endif

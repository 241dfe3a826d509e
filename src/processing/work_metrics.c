#include "processing/work_metrics.h"

#include "base/error.h"
#include "model/words.h"
#include "store/queue.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#define MICROS 1000000

/* A counter of the report; those in millionths are told in whole units. */
struct counter {
    const char *name;
    const char *help;
    size_t offset;
    int32_t is_gauge;
    int32_t is_micros;
};

#define OF(member) offsetof(cpk_worker_report, member)

static const struct counter counters[] = {
    {"claimed_total", "Claims of work.", OF(claimed), 0, 0},
    {"done_total", "Work that was done.", OF(done), 0, 0},
    {"failed_total", "Attempts that failed and are repeated.", OF(failed), 0, 0},
    {"dead_total", "Work whose last attempt failed.", OF(dead), 0, 0},
    {"deferred_total", "Work that waits for credits, a suspension, another process or a newer version.", OF(deferred),
     0, 0},
    {"cancelled_total", "Work that was cancelled while it ran.", OF(cancelled), 0, 0},
    {"released_total", "Work that was given back when the worker was stopped.", OF(released), 0, 0},
    {"rescued_total", "Work of dead workers that was made ready again.", OF(rescued), 0, 0},
    {"running", "Work that this worker runs.", OF(running), 1, 0},
    {"chunks_total", "Chunks that were analysed.", OF(chunks), 0, 0},
    {"input_tokens_total", "Tokens that the analyzer read.", OF(input_tokens), 0, 0},
    {"output_tokens_total", "Tokens that the analyzer wrote.", OF(output_tokens), 0, 0},
    {"cost_dollars_total", "What the analyzer cost, in US dollars.", OF(cost_micros), 0, 1},
    {"busy_seconds_total", "Seconds of running work, summed over all of it.", OF(busy_us), 0, 1},
};

static void write_head(struct buffer *text, const char *name, const char *help, int32_t is_gauge)
{
    buffer_append_format(text, "# HELP contextpack_%s %s\n# TYPE contextpack_%s %s\n", name, help, name,
                         is_gauge ? "gauge" : "counter");
}

static void write_value(struct buffer *text, int64_t value, int32_t is_micros)
{
    const int64_t whole = value > 0 ? value : 0; /* counters start at 0 and never fall */

    if (is_micros) {
        buffer_append_format(text, " %" PRId64 ".%06" PRId64 "\n", whole / MICROS, whole % MICROS);
    } else {
        buffer_append_format(text, " %" PRId64 "\n", whole);
    }
}

static void write_report(struct buffer *text, const cpk_worker_report *report)
{
    for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++) {
        const struct counter *counter = &counters[i];
        const int64_t *value = (const int64_t *)((const char *)report + counter->offset);
        char name[64];

        snprintf(name, sizeof name, "worker_%s", counter->name);
        write_head(text, name, counter->help, counter->is_gauge);
        buffer_append_format(text, "contextpack_%s", name);
        write_value(text, *value, counter->is_micros);
    }
}

static void write_queue(struct buffer *text, const struct queue_depth *depths, int64_t now_us)
{
    static const char *const states[] = {WORK_STATE_WORDS, NULL};

    write_head(text, "queue_depth", "Submitted work that is not done, by state.", 1);
    for (int32_t i = 0; i < QUEUE_STATES; i++) {
        buffer_append_format(text, "contextpack_queue_depth{state=\"%s\"} %" PRId64 "\n", states[i], depths[i].count);
    }
    write_head(text, "queue_oldest_seconds", "Age of the oldest submission, by state; 0 without one.", 1);
    for (int32_t i = 0; i < QUEUE_STATES; i++) {
        int64_t age_us = depths[i].first_us != CPK_TIME_UNKNOWN ? now_us - depths[i].first_us : 0;

        buffer_append_format(text, "contextpack_queue_oldest_seconds{state=\"%s\"}", states[i]);
        write_value(text, age_us, 1);
    }
}

cpk_status work_metrics_write(cpk_session *session, const cpk_worker_report *report, struct buffer *text,
                              cpk_error **error)
{
    struct queue_depth depths[QUEUE_STATES];

    CPK_TRY(store_queue_measure(session->work, depths, error));
    write_queue(text, depths, context_now(&session->engine->context));
    if (report != NULL) {
        write_report(text, report);
    }
    return text->failed ? error_out_of_memory(error) : CPK_OK;
}

#include "processing/model_answer.h"

#include "analyze/answer.h"
#include "analyze/chunk_text.h"
#include "analyze/extractive.h"
#include "analyze/profile/finding_merge.h"
#include "base/cancel.h"
#include "base/error.h"
#include "engine/engine.h"
#include "processing/withhold.h"
#include "text/tokens/tokens.h"

#include <string.h>

/* How often a chunk is halved: of one that does not fit, 32 parts; of one whose answer is too long, 4, because a model
 * that repeats itself does so in each part. */
#define HALVINGS_OF_OVERFLOW 5
#define HALVINGS_OF_LENGTH   2

struct model_answer {
    struct chunk_task *task;
    struct arena arena;
    struct evidence evidence;
    struct buffer request;
    struct finding_set claims; /* what stood the check */
    struct buffer offline;     /* the offline analyzer's answer */
    cpk_analyzer_usage usage;  /* of all requests */
};

static void add_usage(cpk_analyzer_usage *sum, const cpk_analyzer_usage *usage)
{
    sum->input_tokens += usage->input_tokens;
    sum->output_tokens += usage->output_tokens;
    sum->cached_input_tokens += usage->cached_input_tokens;
    sum->cost_micros += usage->cost_micros;
    sum->reasoning_output_tokens += usage->reasoning_output_tokens;
    sum->request_count += usage->request_count;
}

/* One request. Its usage is added if it can be true, also when it fails. */
static cpk_status ask(struct model_answer *answer, const struct chunk_range *range)
{
    struct chunk_task *task = answer->task;
    const cpk_allocator *allocator = &task->context->session->engine->context.allocator;
    int64_t tokens;
    cpk_status status;

    CPK_TRY(cancel_check(task->context->cancel, &task->error));
    buffer_clear(&answer->request);
    CPK_TRY(chunk_text_append(&answer->request, &answer->evidence, range, &task->error));
    CPK_TRY(tokens_count(allocator, CPK_ENCODING_O200K_BASE, buffer_text(&answer->request), answer->request.length,
                         &tokens, &task->error));
    status = chunk_task_ask(task, &answer->request, tokens);
    if (chunk_task_usage_is_possible(&task->usage)) {
        add_usage(&answer->usage, &task->usage);
    }
    return status;
}

/* How often a range may still be halved after a failed request; 0: that would not help. */
static int32_t halvings_left(const struct chunk_task *task, cpk_status status, int32_t depth)
{
    switch (task->usage.outcome) {
    case CPK_ANSWER_LENGTH:
        return HALVINGS_OF_LENGTH - depth;
    case CPK_ANSWER_CONTEXT_OVERFLOW:
        return HALVINGS_OF_OVERFLOW - depth;
    case CPK_ANSWER_COMPLETE: /* of a driver that tells no outcome */
        return status == CPK_ERROR_LIMIT_EXCEEDED ? HALVINGS_OF_OVERFLOW - depth : 0;
    default:
        return 0;
    }
}

static cpk_status check(struct model_answer *answer, cpk_error **error)
{
    const struct buffer *text = &answer->task->answer;

    return answer_check(&answer->evidence, buffer_text(text), text->length, &answer->claims, error);
}

/* Asks about a range, or about its halves if the model can't take it whole. */
static cpk_status ask_range(struct model_answer *answer, const struct chunk_range *range, int32_t depth)
{
    struct chunk_task *task = answer->task;
    struct chunk_range halves[2];
    cpk_status status;

    if (!chunk_text_proves(&answer->evidence, range)) {
        return CPK_OK; /* whatever the answer, nothing could be kept */
    }
    status = ask(answer, range);
    if (status == CPK_OK) {
        return check(answer, &task->error);
    }
    if (task->refused != CPK_OK) {
        return status;
    }
    if (halvings_left(task, status, depth) > 0 && chunk_text_split(&answer->evidence, range, halves)) {
        error_clear(&task->error);
        CPK_TRY(ask_range(answer, &halves[0], depth + 1));
        return ask_range(answer, &halves[1], depth + 1);
    }
    /* Of an answer that stays too long, the findings that are whole. */
    if (task->usage.outcome == CPK_ANSWER_LENGTH && check(answer, NULL) == CPK_OK) {
        error_clear(&task->error);
        return CPK_OK;
    }
    return status;
}

static int32_t append_offline(void *user, const void *data, size_t length_bytes)
{
    struct buffer *offline = user;

    buffer_append(offline, data, length_bytes);
    return offline->failed ? -1 : 0;
}

/* What the offline analyzer finds: instructions and excerpts in the person's own words, and its assertions. */
static cpk_status analyze_offline(struct model_answer *answer, struct finding_set *set, cpk_error **error)
{
    const struct chunk_task *task = answer->task;
    const cpk_analyzer_driver *offline = &task->context->session->engine->offline;
    const cpk_analyzer_request request = {.struct_size = sizeof request,
                                          .system_prompt = "",
                                          .text = buffer_text(&task->masked),
                                          .text_length = task->masked.length,
                                          .text_tokens = task->tokens,
                                          .messages = task->messages.items,
                                          .message_count = task->messages.count,
                                          .cancel = task->context->cancel};
    cpk_analyzer_usage usage = {.struct_size = sizeof usage};
    cpk_status status = offline->analyze(offline->self, &request, append_offline, &answer->offline, &usage, error);

    if (answer->offline.failed) {
        error_clear(error);
        return error_out_of_memory(error);
    }
    CPK_TRY(status);
    return finding_set_read_answer(set, buffer_text(&answer->offline), answer->offline.length, error);
}

static cpk_status merge(struct finding_merge *merge, struct model_answer *answer, const struct finding_set *offline,
                        struct finding_set *result, cpk_error **error)
{
    struct chunk_task *task = answer->task;
    struct secret_counts counts;

    memset(&counts, 0, sizeof counts);
    CPK_TRY(withhold_from_findings(&answer->claims, &counts, error));
    CPK_TRY(finding_merge_add(merge, offline, error));
    CPK_TRY(finding_merge_add(merge, &answer->claims, error));
    CPK_TRY(finding_merge_collect(
        merge, (size_t)context_setting(&task->context->session->engine->context, SETTING_ANALYZE_MAX_FINDINGS), result,
        error));
    memcpy(result->dropped, answer->claims.dropped, sizeof result->dropped);
    result->input_tokens = answer->usage.input_tokens;
    result->output_tokens = answer->usage.output_tokens;
    result->cost_micros = answer->usage.cost_micros;
    memcpy(task->dropped, answer->claims.dropped, sizeof task->dropped);
    task->findings = answer->claims.count;
    buffer_clear(&task->answer);
    return finding_set_write_json(result, &task->answer, error);
}

/* Writes the document with the findings of both. */
static cpk_status combine(struct model_answer *answer, cpk_error **error)
{
    const cpk_allocator *allocator = &answer->task->context->session->engine->context.allocator;
    struct finding_merge *merging = NULL;
    struct finding_set offline;
    struct finding_set result;
    cpk_status status;

    finding_set_init(&offline, allocator);
    finding_set_init(&result, allocator);
    CPK_TRY_CLEANUP(analyze_offline(answer, &offline, error));
    CPK_TRY_CLEANUP(finding_merge_create(allocator, &merging, error));
    status = merge(merging, answer, &offline, &result, error);
cleanup:
    finding_merge_free(merging);
    finding_set_free(&result);
    finding_set_free(&offline);
    return status;
}

static cpk_status make(struct model_answer *answer)
{
    struct chunk_task *task = answer->task;
    const struct cue_table *cues = extractive_cues(&task->context->session->engine->offline);
    struct chunk_range all;

    if (cues == NULL) {
        return error_out_of_memory(&task->error);
    }
    CPK_TRY(evidence_read(&answer->arena, cues, task->messages.items, task->messages.count, &answer->evidence,
                          &task->error));
    all = chunk_text_all(&answer->evidence);
    CPK_TRY(ask_range(answer, &all, 0));
    CPK_TRY(combine(answer, &task->error));
    task->usage = answer->usage;
    return CPK_OK;
}

cpk_status model_answer_make(struct chunk_task *task)
{
    const cpk_allocator *allocator = &task->context->session->engine->context.allocator;
    struct model_answer answer = {.task = task, .usage = {.struct_size = sizeof answer.usage}};
    cpk_status status;

    arena_init(&answer.arena, allocator);
    buffer_init(&answer.request, allocator);
    buffer_init(&answer.offline, allocator);
    finding_set_init(&answer.claims, allocator);
    status = make(&answer);
    finding_set_free(&answer.claims);
    buffer_free(&answer.offline);
    buffer_free(&answer.request);
    arena_free(&answer.arena);
    return status;
}

#include "processing/chunk_task.h"

#include "analyze/prompt.h"
#include "base/driver.h"
#include "base/error.h"
#include "base/hash.h"
#include "engine/blob_reader.h"
#include "engine/engine.h"
#include "processing/withhold.h"

#include <string.h>

#define RECORDS_KEPT_BYTES ((size_t)256 * 1024)

void chunk_task_init(struct chunk_task *task, const struct chunk_context *context)
{
    const cpk_allocator *allocator = &context->session->engine->context.allocator;

    memset(task, 0, sizeof *task);
    task->context = context;
    buffer_init(&task->text, allocator);
    buffer_init(&task->records, allocator);
    buffer_init(&task->margin, allocator);
    buffer_init(&task->masked, allocator);
    buffer_init(&task->answer, allocator);
    buffer_init(&task->withheld, allocator);
    arena_init(&task->arena, allocator);
    redacted_request_init(&task->redacted, allocator, context->redaction);
}

void chunk_task_free(struct chunk_task *task)
{
    cpk_error_free(task->refusal);
    cpk_error_free(task->error);
    buffer_free(&task->text);
    buffer_free(&task->records);
    buffer_free(&task->margin);
    buffer_free(&task->masked);
    buffer_free(&task->answer);
    buffer_free(&task->withheld);
    arena_free(&task->arena);
    redacted_request_free(&task->redacted);
}

/* Checks that the bytes match what extraction wrote: storage may have changed them. */
static cpk_status check_content(const struct chunk_task *task, const struct store_chunk *chunk, cpk_error **error)
{
    char hex[HASH_SHA256_HEX_BYTES];
    struct hash_sha256 hash;

    if (chunk->content_sha256 == NULL) {
        return CPK_OK;
    }
    CPK_TRY(hash_sha256_start(&hash, error));
    hash_sha256_add(&hash, task->text.data + task->text_start, task->text_length);
    hash_sha256_add(&hash, task->records.data, task->records.length);
    CPK_TRY(hash_sha256_finish_hex(&hash, CPK_OK, hex, error));
    return strcmp(hex, chunk->content_sha256) == 0
               ? CPK_OK
               : error_set(error, CPK_ERROR_STORAGE, "storage",
                           "the stored text of %s is damaged: add the same file again, then run its source",
                           task->context->target->name);
}

/* Appends the range [from, to) of the extracted text to a buffer. */
static cpk_status read_text(struct chunk_task *task, int64_t from, int64_t to, struct buffer *target, cpk_error **error)
{
    const char *key = task->context->target->text_key;

    return to > from
               ? blob_is_needed(storage_get_range(task->context->session->storage, key, from, to - from, target, error),
                                key, error)
               : CPK_OK;
}

/* Reads the text of a chunk behind space for the text before it, with space for the text after it. */
static cpk_status read_chunk(struct chunk_task *task, const struct store_chunk *chunk, cpk_error **error)
{
    const size_t margin = (size_t)WITHHOLD_MARGIN_BYTES;
    const char *key = task->context->target->text_key;

    buffer_clear(&task->text);
    if (buffer_reserve(&task->text, margin) == NULL) {
        return error_out_of_memory(error);
    }
    memset(task->text.data, 0, margin);
    task->text.length = margin;
    CPK_TRY(blob_is_needed(storage_get_range(task->context->session->storage, key, chunk->text_offset,
                                             chunk->text_length, &task->text, error),
                           key, error));
    task->text_start = margin;
    task->text_length = task->text.length - margin;
    return buffer_reserve(&task->text, margin) != NULL ? CPK_OK : error_out_of_memory(error);
}

/* Reads the text around the chunk of the messages that it cuts, since a secret may be cut with them. */
static cpk_status read_margins(struct chunk_task *task, cpk_error **error)
{
    const int64_t from = task->part.offset;
    const int64_t to = from + task->part.length;
    int64_t margin_to;
    size_t before;

    buffer_clear(&task->margin);
    withhold_extent(&task->messages, from, task->part.length, &task->part.text_offset, &margin_to);
    CPK_TRY(read_text(task, task->part.text_offset, from, &task->margin, error));
    CPK_TRY(read_text(task, to, margin_to, &task->text, error));
    before = task->margin.length;
    if (task->margin.failed || task->text.failed) {
        return error_out_of_memory(error);
    }
    if (before > 0) {
        memcpy(task->text.data + task->text_start - before, task->margin.data, before);
    }
    task->part.text = task->text.data + task->text_start - before;
    task->part.text_length = task->text.length - task->text_start + before;
    return CPK_OK;
}

cpk_status chunk_task_withhold(struct chunk_task *task, cpk_error **error)
{
    struct secret_counts counts;

    memset(&counts, 0, sizeof counts);
    buffer_clear(&task->masked);
    buffer_clear(&task->withheld);
    CPK_TRY(withhold_from_chunk(&task->part, &task->messages, &task->arena, &task->masked, &counts, error));
    secret_counts_write(&counts, &task->withheld);
    return task->withheld.failed ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status load(struct chunk_task *task, const struct store_chunk *chunk, cpk_error **error)
{
    struct storage *storage = task->context->session->storage;
    const char *index_key = task->context->target->index_key;
    struct chunk_bytes bytes = {.text_offset = chunk->text_offset};

    buffer_clear(&task->records);
    arena_reset(&task->arena);
    CPK_TRY(read_chunk(task, chunk, error));
    CPK_TRY(blob_is_needed(
        storage_get_range(storage, index_key, chunk->index_offset, chunk->index_length, &task->records, error),
        index_key, error));
    CPK_TRY(check_content(task, chunk, error));
    bytes.text = task->text.data + task->text_start;
    bytes.text_length = task->text_length;
    bytes.index = buffer_text(&task->records);
    bytes.index_length = task->records.length;
    CPK_TRY(chunk_messages_read(&task->arena, &bytes, &task->messages, error));
    task->part = (struct withhold_chunk){.offset = chunk->text_offset, .length = (int64_t)task->text_length};
    buffer_release_above(&task->records, RECORDS_KEPT_BYTES); /* the messages are copies */
    return read_margins(task, error);
}

/* Names the answer: what is asked about which text, and who is asked. */
static cpk_status name_answer(struct chunk_task *task, const struct store_chunk *chunk, cpk_error **error)
{
    const cpk_analyzer_driver *driver = &task->context->session->engine->analyzer;
    const char *const parts[] = {PROMPT_VERSION, task->context->prompt, task->context->schema,
                                 driver->identity(driver->self), chunk->content_sha256};
    char hex[HASH_SHA256_HEX_BYTES];
    struct hash_sha256 hash;

    CPK_TRY(hash_sha256_start(&hash, error));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        hash_sha256_add(&hash, parts[i], strlen(parts[i]) + 1);
    }
    CPK_TRY(hash_sha256_finish_hex(&hash, CPK_OK, hex, error));
    memcpy(task->answer_name, hex, KEY_NAME_DIGITS);
    task->answer_name[KEY_NAME_DIGITS] = '\0';
    return CPK_OK;
}

/* Takes over what a stored answer says about itself; *is_whole 0: it is no findings document. */
static cpk_status read_kept(struct chunk_task *task, int32_t *is_whole, cpk_error **error)
{
    const cpk_allocator *allocator = &task->context->session->engine->context.allocator;
    struct finding_set set;
    cpk_status status;

    finding_set_init(&set, allocator);
    status = finding_set_read_answer(&set, buffer_text(&task->answer), task->answer.length, error);
    *is_whole = status == CPK_OK && task->answer.length > 0 &&
                !(set.count == 1 && set.items[0].category == FINDING_NOTE && set.items[0].evidence_count == 0);
    task->usage.input_tokens = set.input_tokens;
    task->usage.output_tokens = set.output_tokens;
    task->usage.cost_micros = set.cost_micros;
    memcpy(task->dropped, set.dropped, sizeof task->dropped);
    finding_set_free(&set);
    return status;
}

/* A run that was killed after it stored an answer, and before the chunk's row had it, paid for it already. */
static cpk_status load_kept(struct chunk_task *task, const struct store_chunk *chunk, cpk_error **error)
{
    char key[KEY_BYTES];
    cpk_status status;

    if (task->context->schema == NULL || chunk->content_sha256 == NULL) {
        return CPK_OK;
    }
    CPK_TRY(name_answer(task, chunk, error));
    CPK_TRY(blob_key_of_answer(key, task->context->answers_prefix, chunk->index, task->answer_name, error));
    buffer_clear(&task->answer);
    status = storage_get(task->context->session->storage, key, &task->answer, error);
    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(error);
        return CPK_OK;
    }
    CPK_TRY(status);
    return read_kept(task, &task->is_kept, error);
}

void chunk_task_load(struct chunk_task *task, const struct store_chunk *chunk)
{
    cpk_error_free(task->error);
    cpk_error_free(task->refusal);
    task->error = NULL;
    task->refusal = NULL;
    task->refused = CPK_OK;
    task->index = chunk->index;
    task->tokens = chunk->tokens;
    task->answer_name[0] = '\0';
    task->is_kept = 0;
    task->findings = 0;
    memset(task->dropped, 0, sizeof task->dropped);
    memset(task->replaced, 0, sizeof task->replaced);
    memset(&task->usage, 0, sizeof task->usage);
    task->status = load(task, chunk, &task->error);
    if (task->status == CPK_OK) {
        task->status = load_kept(task, chunk, &task->error);
    }
}

/* Above any real usage of one chunk, and low enough that sums over chunks cannot overflow. */
#define USAGE_TOKENS_MAX      INT64_C(1000000000)
#define USAGE_COST_MICROS_MAX INT64_C(1000000000)
#define USAGE_REQUESTS_MAX    INT64_C(1000000)

struct usage_field {
    const char *name;
    int64_t value, maximum;
};

/* The first number of a usage that can't be true; 0 if all can. */
static int32_t find_impossible(const cpk_analyzer_usage *usage, struct usage_field *impossible)
{
    const struct usage_field fields[] = {
        {"input_tokens", usage->input_tokens, USAGE_TOKENS_MAX},
        {"output_tokens", usage->output_tokens, USAGE_TOKENS_MAX},
        {"cached_input_tokens", usage->cached_input_tokens, USAGE_TOKENS_MAX},
        {"cost_micros", usage->cost_micros, USAGE_COST_MICROS_MAX},
        {"reasoning_output_tokens", usage->reasoning_output_tokens, USAGE_TOKENS_MAX},
        {"request_count", usage->request_count, USAGE_REQUESTS_MAX},
    };

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (fields[i].value < 0 || fields[i].value > fields[i].maximum) {
            *impossible = fields[i];
            return 1;
        }
    }
    return 0;
}

int32_t chunk_task_usage_is_possible(const cpk_analyzer_usage *usage)
{
    struct usage_field impossible;

    return !find_impossible(usage, &impossible);
}

static cpk_status check_usage(const cpk_analyzer_usage *usage, cpk_error **error)
{
    struct usage_field impossible;

    if (!find_impossible(usage, &impossible)) {
        return CPK_OK;
    }
    return error_set(error, CPK_ERROR_ANALYZER, "analyze",
                     "the analyzer says that it used %s = %lld for a chunk: 0 to %lld is possible", impossible.name,
                     (long long)impossible.value, (long long)impossible.maximum);
}

/* An answer that did not end as it should is none, also from a driver that returns CPK_OK with it. */
static cpk_status check_outcome(int32_t outcome, cpk_error **error)
{
    static const struct {
        int32_t outcome;
        const char *native;
        const char *why;
    } outcomes[] = {
        {CPK_ANSWER_LENGTH, "length", "the answer was cut off at the limit of its length"},
        {CPK_ANSWER_REFUSED, "refusal", "the model declined to answer"},
        {CPK_ANSWER_FILTERED, "content_filter", "a content filter stopped the answer"},
        {CPK_ANSWER_CONTEXT_OVERFLOW, "context_overflow", "the text does not fit the model's context"},
        {CPK_ANSWER_UNAUTHENTICATED, "unauthenticated", "the server accepts no request with this key"},
        {CPK_ANSWER_QUOTA_EXHAUSTED, "quota_exhausted", "the account at the server has nothing left to spend"},
        {CPK_ANSWER_RATE_LIMITED, "rate_limited", "the server allows no more requests for now"},
        {CPK_ANSWER_OVERLOADED, "overloaded", "the server is overloaded"},
        {CPK_ANSWER_UNREADABLE, "unreadable", "the answer can't be read"},
    };

    if (outcome == CPK_ANSWER_COMPLETE) {
        return CPK_OK;
    }
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        if (outcomes[i].outcome == outcome) {
            return error_set_native(error, CPK_ERROR_ANALYZER, "analyze", outcomes[i].native, 0, "%s", outcomes[i].why);
        }
    }
    return error_set(error, CPK_ERROR_ANALYZER, "analyze", "the analyzer says that its answer ended with %d",
                     (int)outcome);
}

static int32_t append_answer(void *user, const void *data, size_t length_bytes)
{
    struct chunk_task *task = user;

    buffer_append(&task->answer, data, length_bytes);
    if (task->answer.failed) {
        task->refused = error_out_of_memory(&task->refusal);
    } else if (task->context->schema != NULL && task->answer.length > MODEL_ANSWER_BYTES_MAX) {
        task->refused = error_set(&task->refusal, CPK_ERROR_ANALYZER, "analyze",
                                  "the model's answer is longer than %zu bytes", MODEL_ANSWER_BYTES_MAX);
    } else if (task->refused == CPK_OK && task->context->keep != NULL) {
        task->refused = task->context->keep(task->context->keep_user, &task->refusal);
    }
    return task->refused == CPK_OK ? 0 : -1;
}

cpk_status chunk_task_ask(struct chunk_task *task, const struct buffer *text, int64_t tokens)
{
    const cpk_analyzer_driver *driver = &task->context->session->engine->analyzer;
    cpk_analyzer_request request = {.struct_size = sizeof request,
                                    .system_prompt = task->context->prompt,
                                    .text = buffer_text(text),
                                    .text_length = text->length,
                                    .text_tokens = tokens,
                                    .messages = task->messages.items,
                                    .message_count = task->messages.count,
                                    .cancel = task->context->cancel,
                                    .response_schema = task->context->schema,
                                    .response_name = task->context->schema != NULL ? PROMPT_SCHEMA_NAME : NULL};
    const struct redaction *redaction = task->context->redaction;
    cpk_status status;

    memset(&task->usage, 0, sizeof task->usage);
    task->usage.struct_size = sizeof task->usage;
    buffer_clear(&task->answer);
    if (redaction->is_on) {
        CPK_TRY(redacted_request_mask(&task->redacted, redaction, &request, &task->error));
        for (size_t kind = 0; kind < PERSONAL_KIND_COUNT; kind++) {
            task->replaced[kind] += task->redacted.placeholders.of_kind[kind];
        }
    }
    status = driver_result(driver->analyze(driver->self, &request, append_answer, task, &task->usage, &task->error),
                           CPK_ERROR_ANALYZER, "analyze", "the analyzer", &task->error);
    if (task->refused != CPK_OK) {
        (void)error_give(&task->error, task->refusal);
        task->refusal = NULL;
        return task->refused;
    }
    if (redaction->is_on && task->answer.length > 0) { /* also of an answer that was cut off */
        cpk_error **error = status == CPK_OK ? &task->error : NULL;
        cpk_status restored = redacted_request_restore(&task->redacted, &task->answer, error);

        status = status == CPK_OK ? restored : status;
    }
    if (status == CPK_OK) {
        CPK_TRY(check_outcome(task->usage.outcome, &task->error));
    }
    if (status == CPK_OK && task->answer.length == 0) {
        return error_set(&task->error, CPK_ERROR_ANALYZER, "analyze", "the analyzer gave no answer");
    }
    return status == CPK_OK ? check_usage(&task->usage, &task->error) : status;
}

#include "processing/job_pack.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/json/json.h"
#include "export/document.h"
#include "processing/answers.h"
#include "processing/withhold.h"
#include "store/chunk.h"
#include "store/conversation.h"
#include "store/job.h"
#include "store/legacy_pack.h"

#include <string.h>

struct job_pack {
    const struct job_target *target;
    const cpk_job *job; /* read after extraction and analysis */
    struct arena arena;
    struct document_source source;
    struct document_conversation *conversations;
    size_t conversation_count;
    size_t conversation_capacity;
    struct finding_set findings;
    struct secret_counts withheld;
    struct buffer markdown;
    struct buffer stats[3]; /* of extraction, chunks and analysis */
    char key[KEY_BYTES];
    int64_t tokens;
    int64_t chunks;
    int64_t failed;
};

/* Growing keeps the smaller arrays in the arena: at most twice the memory. */
static cpk_status add_conversation(void *user, const struct store_conversation *row, cpk_error **error)
{
    struct job_pack *pack = user;
    struct document_conversation *item;

    if (pack->conversation_count == pack->conversation_capacity) {
        size_t capacity = pack->conversation_capacity * 2 + 64;
        struct document_conversation *items = arena_allocate_zeroed(&pack->arena, capacity, sizeof *items);

        if (items == NULL) {
            return error_out_of_memory(error);
        }
        if (pack->conversation_count > 0) {
            memcpy(items, pack->conversations, pack->conversation_count * sizeof *items);
        }
        pack->conversations = items;
        pack->conversation_capacity = capacity;
    }
    item = &pack->conversations[pack->conversation_count++];
    item->provider = arena_copy_text(&pack->arena, row->provider);
    item->conversation_id = arena_copy_text(&pack->arena, row->conversation_id);
    item->title = arena_copy_text(&pack->arena, row->title);
    item->first_us = row->first_us;
    item->last_us = row->last_us;
    item->messages = row->messages;
    item->tokens = row->tokens;
    if (item->provider == NULL || item->conversation_id == NULL || item->title == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY(withhold_from_id(&pack->arena, &item->provider, error));
    CPK_TRY(withhold_from_id(&pack->arena, &item->conversation_id, error)); /* as in the evidence, which refers to it */
    return withhold_from_text(&pack->arena, &item->title, NULL, error);
}

static cpk_status merge(struct job_pack *pack, const struct op_context *op, cpk_error **error)
{
    const struct work_key key = job_target_key(pack->target, NULL);
    cpk_engine *engine = pack->target->session->engine;
    struct finding_merge *merge = NULL;
    struct record_list *chunks = NULL;
    struct buffer answer;
    cpk_status status;

    buffer_init(&answer, &engine->context.allocator);
    CPK_TRY_CLEANUP(finding_merge_create(&engine->context.allocator, &merge, error));
    CPK_TRY_CLEANUP(store_chunk_list(pack->target->session->work, &key, &chunks, error));
    pack->chunks = (int64_t)chunks->count;
    for (size_t i = 0; i < chunks->count; i++) {
        pack->failed += ((const struct store_chunk *)chunks->items[i])->result_key == NULL;
    }
    CPK_TRY_CLEANUP(answers_merge(op, chunks, merge, &answer, &pack->withheld, error));
    CPK_TRY_CLEANUP(finding_merge_finish(merge, &pack->findings, error));
cleanup:
    buffer_free(&answer);
    record_list_free(chunks);
    finding_merge_free(merge);
    return status;
}

static cpk_status describe(struct job_pack *pack, cpk_error **error)
{
    const cpk_job *job = pack->job;

    pack->source.name = job->file_name;
    pack->source.type = "chat_export";
    pack->source.format = job->format != NULL ? job->format : "";
    pack->source.sha256 = job->sha256 != NULL ? job->sha256 : "";
    pack->source.size_bytes = job->file_size_bytes;
    pack->source.conversations = job->conversations;
    pack->source.messages = job->messages;
    pack->source.tokens = job->text_tokens;
    pack->source.chunks = job->total_chunks;
    pack->source.first_us = job->first_message_us;
    pack->source.last_us = job->last_message_us;
    loss_read_json(&pack->source.loss, job->losses);
    return withhold_from_text(&pack->arena, &pack->source.name, &pack->withheld, error);
}

static cpk_status render(struct job_pack *pack, const struct op_context *op, cpk_error **error)
{
    const struct work_key key = job_target_key(pack->target, NULL);
    const struct context *context = &pack->target->session->engine->context;
    struct document_input document;

    CPK_TRY(store_conversation_list_of_owner(pack->target->session->work, &key, add_conversation, pack, error));
    CPK_TRY(merge(pack, op, error));
    CPK_TRY(describe(pack, error));
    memset(&document, 0, sizeof document);
    document.pack_name = pack->source.name;
    document.sources = &pack->source;
    document.source_count = 1;
    document.conversations = pack->conversations;
    document.conversation_count = pack->conversation_count;
    document.findings = &pack->findings;
    document.withheld = pack->withheld;
    CPK_TRY(document_render_markdown(context, DOCUMENT_COMPLETE, &document, &pack->markdown, &pack->tokens, error));
    return pack->markdown.failed ? error_out_of_memory(error) : CPK_OK;
}

struct stat_member {
    const char *key;
    int64_t value;
};

static void write_stats(struct buffer *target, const struct stat_member *members, size_t count)
{
    struct json_writer writer;

    json_writer_init(&writer, target);
    json_write_begin_object(&writer);
    for (size_t i = 0; i < count; i++) {
        json_write_key(&writer, members[i].key);
        json_write_int64(&writer, members[i].value);
    }
    json_write_end_object(&writer);
}

static cpk_status write_all_stats(struct job_pack *pack, cpk_error **error)
{
    const cpk_job *job = pack->job;
    const struct stat_member extraction[] = {{"messages", job->messages},
                                             {"conversations", job->conversations},
                                             {"skipped", job->skipped},
                                             {"text_bytes", job->text_bytes},
                                             {"text_tokens", job->text_tokens}};
    const struct stat_member chunks[] = {{"total_chunks", pack->chunks}, {"tokens", job->text_tokens}};
    const struct stat_member analysis[] = {{"processed_chunks", pack->chunks - pack->failed},
                                           {"failed_chunks", pack->failed},
                                           {"input_tokens", job->total_input_tokens},
                                           {"output_tokens", job->total_output_tokens},
                                           {"cost_micros", job->total_cost_micro},
                                           {"withheld", secret_counts_total(&pack->withheld)},
                                           {"pack_tokens", pack->tokens}};

    write_stats(&pack->stats[0], extraction, sizeof extraction / sizeof extraction[0]);
    write_stats(&pack->stats[1], chunks, sizeof chunks / sizeof chunks[0]);
    write_stats(&pack->stats[2], analysis, sizeof analysis / sizeof analysis[0]);
    if (pack->stats[0].failed || pack->stats[1].failed || pack->stats[2].failed) {
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

/* Stores the document before the row that names it. */
static cpk_status keep(struct job_pack *pack, const char *owner, cpk_error **error)
{
    const struct job_target *target = pack->target;
    struct job_result result;

    CPK_TRY(blob_key_of_source(pack->key, target->directory, target->id, KEY_PACK, error));
    CPK_TRY(storage_put(target->session->storage, pack->key, pack->markdown.data, pack->markdown.length, error));
    memset(&result, 0, sizeof result);
    result.pack_name = pack->job->file_name;
    result.r2_pack_path = pack->key;
    result.extraction_stats = buffer_text(&pack->stats[0]);
    result.chunk_stats = buffer_text(&pack->stats[1]);
    result.analysis_stats = buffer_text(&pack->stats[2]);
    result.file_size_bytes = (int64_t)pack->markdown.length;
    return store_job_complete(target->session->work, NULL, target->id, owner, &result, error);
}

cpk_status job_pack_make(const struct job_target *target, const char *owner, const struct op_context *op,
                         cpk_error **error)
{
    const cpk_allocator *allocator = &target->session->engine->context.allocator;
    cpk_job *job = NULL;
    struct job_pack pack;
    cpk_status status;

    memset(&pack, 0, sizeof pack);
    pack.target = target;
    arena_init(&pack.arena, allocator);
    finding_set_init(&pack.findings, allocator);
    buffer_init(&pack.markdown, allocator);
    for (size_t i = 0; i < sizeof pack.stats / sizeof pack.stats[0]; i++) {
        buffer_init(&pack.stats[i], allocator);
    }
    CPK_TRY_CLEANUP(store_job_get(target->session->work, NULL, target->id, &job, error));
    pack.job = job;
    CPK_TRY_CLEANUP(render(&pack, op, error));
    CPK_TRY_CLEANUP(write_all_stats(&pack, error));
    CPK_TRY_CLEANUP(keep(&pack, owner, error));
cleanup:
    record_free(job);
    for (size_t i = 0; i < sizeof pack.stats / sizeof pack.stats[0]; i++) {
        buffer_free(&pack.stats[i]);
    }
    buffer_free(&pack.markdown);
    finding_set_free(&pack.findings);
    arena_free(&pack.arena);
    return status;
}

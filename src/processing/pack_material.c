#include "processing/pack_material.h"

#include "analyze/profile/finding_merge.h"
#include "base/error.h"
#include "base/memory.h"
#include "engine/for_each_row.h"
#include "processing/answers.h"
#include "processing/other_answers.h"
#include "processing/withhold.h"
#include "store/chunk.h"
#include "store/conversation.h"

#include <stdio.h>
#include <string.h>

/* Most chunk rows kept in memory between fingerprint and findings, to avoid reading them twice. */
#define CHUNKS_KEPT_MAX 4096
/* Part of every fingerprint: increment it when rendering changes, so that documents are created again. */
#define MATERIAL_VERSION 3

static int32_t is_usable(const cpk_source *source)
{
    return source_is_of_other_service(source) ||
           (source_is_extracted(source) && (source->processed_chunks > 0 || source->total_chunks == 0));
}

/* Moves a source into the material. */
static cpk_status take_source(void *user, void **item, cpk_error **error)
{
    struct pack_material *material = user;

    if (material->source_count == material->source_capacity) {
        size_t capacity = material->source_capacity * 2 + 16;
        cpk_source **sources = memory_resize_array(&material->session->engine->context.allocator, material->sources,
                                                   material->source_capacity, capacity, sizeof *sources);

        if (sources == NULL) {
            return error_out_of_memory(error);
        }
        material->sources = sources;
        material->source_capacity = capacity;
    }
    material->sources[material->source_count++] = *item;
    *item = NULL;
    return CPK_OK;
}

/* Pages come newest first; documents list sources in the order they were added. */
static void reverse_sources(struct pack_material *material)
{
    for (size_t i = 0; i < material->source_count / 2; i++) {
        cpk_source *swapped = material->sources[i];

        material->sources[i] = material->sources[material->source_count - 1 - i];
        material->sources[material->source_count - 1 - i] = swapped;
    }
}

static cpk_status load_sources(struct pack_material *material, cpk_error **error)
{
    CPK_TRY(for_each_source(material->session->work, NULL, material->pack->pack_id, take_source, material, error));
    reverse_sources(material);
    return CPK_OK;
}

static void add_text(struct hash_sha256 *hash, const char *text)
{
    if (text == NULL) {
        text = "";
    }
    hash_sha256_add(hash, text, strlen(text) + 1);
}

static void add_number(struct hash_sha256 *hash, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)number);
    add_text(hash, text);
}

static cpk_status add_source(struct pack_material *material, struct hash_sha256 *hash, const cpk_source *source,
                             struct record_list **kept, cpk_error **error)
{
    struct record_list *chunks = NULL;

    CPK_TRY(store_chunk_list(material->session->work, &(struct work_key){NULL, OWNER_SOURCE, source->source_id, NULL},
                             &chunks, error));
    add_text(hash, source->sha256);
    add_text(hash, source->name);
    add_text(hash, source->type);
    add_number(hash, source->new_messages);
    add_text(hash, source->losses);
    if (source_is_of_other_service(source)) {
        add_text(hash, source->r2_analyzed_path);
        add_number(hash, source->completed_us);
    }
    for (size_t i = 0; i < chunks->count; i++) {
        const struct store_chunk *chunk = chunks->items[i];

        add_text(hash, chunk->status);
        add_text(hash, chunk->analyzer);
        add_number(hash, chunk->text_length);
        add_number(hash, chunk->attempts > 1 ? chunk->attempts : 1);
    }
    if (chunks->count > (size_t)(CHUNKS_KEPT_MAX - material->chunk_count)) {
        record_list_free(chunks);
        return CPK_OK;
    }
    material->chunk_count += (int64_t)chunks->count;
    *kept = chunks;
    return CPK_OK;
}

static cpk_status add_sources(struct pack_material *material, struct hash_sha256 *hash, cpk_error **error)
{
    struct record_list **kept = arena_allocate_zeroed(&material->arena, material->source_count + 1, sizeof *kept);

    if (kept == NULL) {
        return error_out_of_memory(error);
    }
    material->chunks = kept;
    for (size_t i = 0; i < material->source_count; i++) {
        if (is_usable(material->sources[i])) { /* in the order in which describe_sources() leaves them */
            CPK_TRY(add_source(material, hash, material->sources[i], kept++, error));
        }
    }
    return CPK_OK;
}

static cpk_status set_fingerprint(struct pack_material *material, int32_t type, cpk_error **error)
{
    struct hash_sha256 hash;
    cpk_status status;

    CPK_TRY(hash_sha256_start(&hash, error));
    add_number(&hash, MATERIAL_VERSION);
    add_number(&hash, type);
    add_number(&hash, material->document.max_tokens);
    add_text(&hash, CPK_VERSION);
    add_text(&hash, material->pack->name);
    add_text(&hash, material->pack->description);
    status = add_sources(material, &hash, error);
    return hash_sha256_finish_hex(&hash, status, material->fingerprint, error);
}

static int64_t budget_of(const struct context *context, int32_t type)
{
    switch (type) {
    case DOCUMENT_COMPACT:
        return context_setting(context, SETTING_COMPACT_MAX_TOKENS);
    case DOCUMENT_STANDARD:
        return context_setting(context, SETTING_STANDARD_MAX_TOKENS);
    default:
        return 0;
    }
}

/* Drops unusable sources and describes the others. */
static cpk_status describe_sources(struct pack_material *material, cpk_error **error)
{
    struct document_source *described =
        arena_allocate_zeroed(&material->arena, material->source_count + 1, sizeof *described);
    size_t count = 0;

    if (described == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < material->source_count; i++) {
        const cpk_source *source = material->sources[i];

        if (!is_usable(source)) {
            record_free(material->sources[i]);
            continue;
        }
        material->sources[count] = material->sources[i];
        described[count].name = source->name;
        CPK_TRY(withhold_from_text(&material->arena, &described[count].name, &material->document.withheld, error));
        described[count].type = source->type;
        described[count].format = source->format != NULL ? source->format : "";
        described[count].sha256 = source->sha256 != NULL ? source->sha256 : "";
        described[count].size_bytes = source->file_size_bytes;
        described[count].conversations = source->conversations;
        described[count].messages = source->new_messages;
        described[count].tokens = source->text_tokens;
        described[count].chunks = source->total_chunks;
        described[count].first_us = source->first_message_us;
        described[count].last_us = source->last_message_us;
        loss_read_json(&described[count].loss, source->losses);
        count++;
    }
    for (size_t i = count; i < material->source_count; i++) {
        material->sources[i] = NULL;
    }
    material->document.sources = described;
    material->document.source_count = count;
    return CPK_OK;
}

cpk_status pack_material_open(cpk_session *session, const char *pack_id, int32_t type, int64_t max_tokens,
                              struct pack_material *material, cpk_error **error)
{
    const struct context *context = &session->engine->context;

    memset(material, 0, sizeof *material);
    material->session = session;
    arena_init(&material->arena, &context->allocator);
    finding_set_init(&material->findings, &context->allocator);
    CPK_TRY(store_pack_get(session->work, NULL, pack_id, &material->pack, error));
    material->document.pack_name = material->pack->name;
    material->document.description = material->pack->description;
    material->document.max_tokens = max_tokens > 0 ? max_tokens : budget_of(context, type);
    material->document.findings = &material->findings;
    CPK_TRY(withhold_from_text(&material->arena, &material->document.pack_name, &material->document.withheld, error));
    CPK_TRY(withhold_from_text(&material->arena, &material->document.description, &material->document.withheld, error));
    CPK_TRY(load_sources(material, error));
    CPK_TRY(set_fingerprint(material, type, error));
    CPK_TRY(describe_sources(material, error));
    if (material->document.source_count == 0) {
        return error_set(error, CPK_ERROR_NO_CONTENT, "export",
                         "the pack \"%s\" has no analysed source yet: add one and run it", material->pack->name);
    }
    return CPK_OK;
}

struct conversation_call {
    struct pack_material *material;
    struct document_conversation *items;
    size_t count;
    size_t capacity;
};

static size_t source_index(const struct pack_material *material, const char *source_id)
{
    size_t i = 0;

    while (i + 1 < material->document.source_count && strcmp(material->sources[i]->source_id, source_id) != 0) {
        i++;
    }
    return i;
}

/* Growing keeps the smaller arrays in the arena: at most twice the memory. */
static cpk_status grow_conversations(struct conversation_call *call, cpk_error **error)
{
    size_t capacity = call->capacity * 2 + 64;
    struct document_conversation *items = arena_allocate_zeroed(&call->material->arena, capacity, sizeof *items);

    if (items == NULL) {
        return error_out_of_memory(error);
    }
    if (call->count > 0) {
        memcpy(items, call->items, call->count * sizeof *items);
    }
    call->items = items;
    call->capacity = capacity;
    return CPK_OK;
}

static cpk_status add_conversation(void *user, const struct store_conversation *row, cpk_error **error)
{
    struct conversation_call *call = user;
    struct arena *arena = &call->material->arena;
    struct document_conversation *item;

    if (call->count == call->capacity) {
        CPK_TRY(grow_conversations(call, error));
    }
    item = &call->items[call->count++];
    item->provider = arena_copy_text(arena, row->provider);
    item->conversation_id = arena_copy_text(arena, row->conversation_id);
    item->title = arena_copy_text(arena, row->title);
    item->first_us = row->first_us;
    item->last_us = row->last_us;
    item->messages = row->messages;
    item->tokens = row->tokens;
    item->source_index = source_index(call->material, row->source_id);
    if (item->provider == NULL || item->conversation_id == NULL || item->title == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY(withhold_from_id(arena, &item->provider, error));
    CPK_TRY(withhold_from_id(arena, &item->conversation_id, error)); /* as in the evidence, which refers to it */
    return withhold_from_text(arena, &item->title, NULL, error);
}

static cpk_status load_conversations(struct pack_material *material, cpk_error **error)
{
    struct conversation_call call = {material, NULL, 0, 0};

    CPK_TRY(store_conversation_list(material->session->work, NULL, material->pack->pack_id, add_conversation, &call,
                                    error));
    material->document.conversations = call.items;
    material->document.conversation_count = call.count;
    return CPK_OK;
}

/* Explains a missing blob: its source may have been deleted since pack_material_open(). */
static cpk_status explain_loss(const struct pack_material *material, const cpk_source *source, cpk_status status,
                               cpk_error **error)
{
    cpk_source *found = NULL;

    if (status != CPK_ERROR_STORAGE ||
        store_source_get(material->session->work, NULL, source->source_id, &found, NULL) != CPK_ERROR_NOT_FOUND) {
        record_free(found);
        return status;
    }
    return error_set(error, CPK_ERROR_BUSY, "export", "%s was deleted while the document was made: make it again",
                     source->name);
}

static cpk_status merge_sources(struct pack_material *material, struct finding_merge *merge,
                                const struct op_context *op, cpk_error **error)
{
    struct buffer answer;
    cpk_status status = CPK_OK;

    buffer_init(&answer, &material->session->engine->context.allocator);
    for (size_t i = 0; status == CPK_OK && i < material->document.source_count; i++) {
        struct record_list *chunks = material->chunks[i];

        if (source_is_of_other_service(material->sources[i])) {
            status = other_answers_merge(material->session, material->sources[i], merge, &material->document.withheld,
                                         op, error);
            continue;
        }
        material->chunks[i] = NULL;
        if (chunks == NULL) {
            status = store_chunk_list(material->session->work,
                                      &(struct work_key){NULL, OWNER_SOURCE, material->sources[i]->source_id, NULL},
                                      &chunks, error);
        }
        if (status == CPK_OK) {
            status = answers_merge(op, chunks, merge, &answer, &material->document.withheld, error);
        }
        record_list_free(chunks);
        status = explain_loss(material, material->sources[i], status, error);
    }
    buffer_free(&answer);
    return status;
}

cpk_status pack_material_fill(struct pack_material *material, const struct op_context *op, cpk_error **error)
{
    struct finding_merge *merge;
    cpk_status status;

    CPK_TRY(load_conversations(material, error));
    CPK_TRY(finding_merge_create(&material->session->engine->context.allocator, &merge, error));
    status = merge_sources(material, merge, op, error);
    if (status == CPK_OK) {
        status = finding_merge_finish(merge, &material->findings, error);
    }
    finding_merge_free(merge);
    return status;
}

void pack_material_free(struct pack_material *material)
{
    for (size_t i = 0; i < material->source_count; i++) {
        record_free(material->sources[i]);
        if (material->chunks != NULL) {
            record_list_free(material->chunks[i]);
        }
    }
    memory_release_array(&material->session->engine->context.allocator, material->sources, material->source_capacity,
                         sizeof *material->sources);
    record_free(material->pack);
    finding_set_free(&material->findings);
    arena_free(&material->arena);
}

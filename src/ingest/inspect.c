#include "ingest/inspect.h"

#include "base/error.h"
#include "ingest/conversations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct message_renderer renderer;
    struct chunker *chunker;
    struct conversations conversations; /* what comes again in the input counts once */
    struct cpk_inspection *inspection;
};

static struct inspected_note *add_note(struct cpk_inspection *inspection)
{
    if (inspection->note_count == inspection->note_capacity) {
        size_t capacity = inspection->note_capacity == 0 ? 16 : inspection->note_capacity * 2;
        struct inspected_note *notes = reallocarray(inspection->notes, capacity, sizeof *notes);

        if (notes == NULL) {
            return NULL;
        }
        inspection->notes = notes;
        inspection->note_capacity = capacity;
    }
    return &inspection->notes[inspection->note_count];
}

void inspect_keep_note(struct cpk_inspection *inspection, int32_t kind, const char *place, const char *text)
{
    struct inspected_note *note;

    if (inspection->note_count == INSPECT_NOTES_MAX) {
        inspection->notes_left_out++;
        return;
    }
    note = add_note(inspection);
    if (note == NULL) {
        inspection->is_out_of_memory = 1;
        return;
    }
    *note = (struct inspected_note){kind, strdup(place != NULL ? place : ""), strdup(text)};
    if (note->place == NULL || note->text == NULL) {
        free(note->place);
        free(note->text);
        inspection->is_out_of_memory = 1;
        return;
    }
    inspection->note_count++;
}

static struct inspected_provider *find_provider(struct cpk_inspection *inspection, const char *name)
{
    struct inspected_provider *provider;

    for (int32_t i = 0; i < inspection->provider_count; i++) {
        provider = &inspection->providers[i];
        if (strncmp(provider->name, name, sizeof provider->name - 1) == 0) {
            return provider;
        }
    }
    if (inspection->provider_count == INSPECT_PROVIDERS_MAX) {
        provider = &inspection->providers[INSPECT_PROVIDERS_MAX - 1];
        snprintf(provider->name, sizeof provider->name, "others");
        return provider;
    }
    provider = &inspection->providers[inspection->provider_count++];
    snprintf(provider->name, sizeof provider->name, "%.*s", (int)sizeof provider->name - 1, name);
    return provider;
}

/* is_first: of its conversation. */
static void count_message(struct cpk_inspection *inspection, const cpk_message *message, int32_t is_first)
{
    struct inspected_provider *provider = find_provider(inspection, message->provider);
    int32_t is_known = message->role >= 0 && message->role <= CPK_ROLE_TOOL;

    provider->messages++;
    provider->conversations += is_first;
    inspection->messages++;
    inspection->conversations += is_first;
    inspection->of_role[is_known ? message->role : CPK_ROLE_UNKNOWN]++;
    inspection->hidden_messages += (message->flags & CPK_MESSAGE_HIDDEN) != 0;
    inspection->other_branches += (message->flags & CPK_MESSAGE_ACTIVE_BRANCH) == 0;
    inspection->attachments += (int64_t)message->attachment_count;
    if (message->time_us == CPK_TIME_UNKNOWN) {
        return;
    }
    if (inspection->first_time == CPK_TIME_UNKNOWN || message->time_us < inspection->first_time) {
        inspection->first_time = message->time_us;
    }
    if (inspection->last_time == CPK_TIME_UNKNOWN || message->time_us > inspection->last_time) {
        inspection->last_time = message->time_us;
    }
}

static cpk_status take_message(void *user, const cpk_message *message, cpk_error **error)
{
    struct reading *reading = user;
    struct message_record_place place;
    struct conversation_entry *entry;
    enum message_state state;
    int32_t starts;

    CPK_TRY(conversations_add(&reading->conversations, message, &entry, &state, error));
    if (state != MESSAGE_NEW) {
        return CPK_OK;
    }
    CPK_TRY(message_renderer_next(&reading->renderer, message, &place, &starts, error));
    count_message(reading->inspection, message, entry->added.count == 1);
    CPK_TRY(chunker_add(reading->chunker, reading->renderer.text.data, reading->renderer.text.length, starts,
                        &place.tokens, error));
    reading->inspection->tokens += place.tokens;
    return CPK_OK;
}

/* Nothing is known before. */
static cpk_status load_none(void *user, const char *provider, const char *conversation_id, struct hash_list *known,
                            cpk_error **error)
{
    (void)user;
    (void)provider;
    (void)conversation_id;
    (void)known;
    (void)error;
    return CPK_OK;
}

static cpk_status take_chunk(void *user, const struct chunk_range *range, cpk_error **error)
{
    struct reading *reading = user;

    (void)range;
    (void)error;
    reading->inspection->chunks++;
    return CPK_OK;
}

/* How ChatGPT and Claude divided their exports over time: see docs/formats.md. */
static void describe_era(const struct import_report *found, struct cpk_inspection *inspection)
{
    const char *manifest = found->has_manifest ? " with a manifest" : "";
    int32_t is_chatgpt = strcmp(found->format, "chatgpt") == 0;
    int32_t is_claude = strcmp(found->format, "claude") == 0;
    long long shards = found->shards;

    if (shards > 0 && (is_chatgpt || is_claude)) {
        snprintf(inspection->era, sizeof inspection->era, "%lld numbered %s%s, as since %s", shards,
                 shards == 1 ? "part" : "parts", manifest, is_chatgpt ? "2026" : "August 2026");
    } else if (is_chatgpt || is_claude) {
        snprintf(inspection->era, sizeof inspection->era, "one file of conversations, as until 2026");
    }
}

static cpk_status fill(struct cpk_inspection *inspection, const struct context *context, const struct input *opened,
                       const struct import_report *found, cpk_error **error)
{
    struct buffer summary;

    buffer_init(&summary, &context->allocator);
    loss_append_summary(&found->loss, 0, &summary);
    if (summary.failed || inspection->is_out_of_memory) {
        buffer_free(&summary);
        return error_out_of_memory(error);
    }
    snprintf(inspection->loss_summary, sizeof inspection->loss_summary, "%s", buffer_text(&summary));
    buffer_free(&summary);
    snprintf(inspection->format, sizeof inspection->format, "%s", found->format);
    describe_era(found, inspection);
    inspection->is_partial = loss_is_partial(&found->loss);
    inspection->source_type = records_source_type(opened, found->format);
    inspection->files = found->files > 0 ? found->files : 1;
    inspection->shards = found->shards;
    inspection->skipped = found->skipped;
    inspection->damaged = found->damaged;
    inspection->missing_files = found->missing_files;
    return CPK_OK;
}

static cpk_status read_input(struct reading *reading, const struct records_reader *reader, const cpk_input *given,
                             cpk_error **error)
{
    struct import_report found;
    struct input opened;
    cpk_status status;

    memset(&found, 0, sizeof found);
    CPK_TRY(input_open(reader->op, given, &opened, error));
    status = records_read(reader, &opened, take_message, reading, &found, error);
    if (status == CPK_OK) {
        status = chunker_finish(reading->chunker, error);
    }
    if (status == CPK_OK) {
        status = fill(reading->inspection, reader->op->context, &opened, &found, error);
    }
    input_close(&opened);
    return status;
}

cpk_status inspect_input(const struct records_reader *reader, const cpk_input *given,
                         const struct chunker_options *options, struct cpk_inspection *inspection, cpk_error **error)
{
    const cpk_allocator *allocator = &reader->op->context->allocator;
    struct reading reading = {.inspection = inspection};
    cpk_status status;

    inspection->first_time = CPK_TIME_UNKNOWN;
    inspection->last_time = CPK_TIME_UNKNOWN;
    message_renderer_init(&reading.renderer, allocator);
    conversations_init(&reading.conversations, allocator, load_none, NULL);
    status = chunker_create(allocator, options, take_chunk, &reading, &reading.chunker, error);
    if (status == CPK_OK) {
        status = read_input(&reading, reader, given, error);
    }
    chunker_free(reading.chunker);
    message_renderer_free(&reading.renderer);
    conversations_free(&reading.conversations);
    return status;
}

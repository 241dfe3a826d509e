/* Documents that a conversation creates and updates, followed so that an update can be given as the whole new version.
 */
#include "base/hash.h"
#include "extract/claude/claude_internal.h"

#include <string.h>

#define GROWTH_FACTOR 4 /* bytes that new versions may write for each byte of the conversation */
#define GROWTH_MIN    ((size_t)64 * 1024)

void claude_artifacts_begin(struct claude_writer *writer, size_t conversation_bytes)
{
    claude_artifacts_free(writer);
    writer->artifact_bytes_left = conversation_bytes < SIZE_MAX / GROWTH_FACTOR - GROWTH_MIN
                                      ? conversation_bytes * GROWTH_FACTOR + GROWTH_MIN
                                      : SIZE_MAX;
}

void claude_artifacts_free(struct claude_writer *writer)
{
    for (size_t i = 0; i < writer->artifact_count; i++) {
        buffer_free(&writer->artifacts[i].name);
        buffer_free(&writer->artifacts[i].text);
    }
    writer->artifact_count = 0;
}

static struct claude_artifact *find(struct claude_writer *writer, uint64_t key)
{
    for (size_t i = 0; i < writer->artifact_count; i++) {
        if (writer->artifacts[i].key == key) {
            return &writer->artifacts[i];
        }
    }
    return NULL;
}

static uint64_t key_of(const char *id)
{
    return id != NULL ? hash_bytes(1, id, strlen(id)) : 0;
}

void claude_artifact_set(struct claude_writer *writer, const char *id, const char *name, const char *text,
                         size_t length)
{
    struct claude_artifact *artifact = find(writer, key_of(id));

    if (artifact == NULL && writer->artifact_count == CLAUDE_ARTIFACTS_MAX) {
        return;
    }
    if (artifact == NULL) {
        artifact = &writer->artifacts[writer->artifact_count++];
        artifact->key = key_of(id);
        buffer_init(&artifact->name, &writer->context->allocator);
        buffer_init(&artifact->text, &writer->context->allocator);
    }
    artifact->is_active = (writer->flags & CPK_MESSAGE_ACTIVE_BRANCH) != 0;
    if (name != NULL) {
        buffer_clear(&artifact->name);
        buffer_append_text(&artifact->name, name);
    }
    buffer_clear(&artifact->text);
    buffer_append(&artifact->text, text, length);
    writer->out_of_memory = writer->out_of_memory || artifact->name.failed || artifact->text.failed;
}

/* Replaces bytes of the artifact's text. */
static void replace(struct claude_writer *writer, struct claude_artifact *artifact, size_t at, size_t length,
                    const struct buffer *text)
{
    struct buffer result;

    buffer_init(&result, &writer->context->allocator);
    buffer_reserve(&result, artifact->text.length - length + text->length + 1);
    buffer_append(&result, artifact->text.data, at);
    buffer_append(&result, buffer_text(text), text->length);
    buffer_append(&result, artifact->text.data + at + length, artifact->text.length - at - length);
    writer->out_of_memory = writer->out_of_memory || result.failed;
    buffer_free(&artifact->text);
    artifact->text = result;
}

const struct claude_artifact *claude_artifact_replace(struct claude_writer *writer, const char *id,
                                                      struct json_view old_text, struct json_view new_text)
{
    struct claude_artifact *artifact = find(writer, key_of(id));
    struct buffer *scrap = &writer->scrap;
    int32_t is_active = (writer->flags & CPK_MESSAGE_ACTIVE_BRANCH) != 0;
    const char *found;
    size_t length;
    size_t at;

    if (artifact == NULL || artifact->is_active != is_active || json_is_empty_text(old_text) ||
        new_text.type != JSON_VIEW_STRING) {
        return NULL;
    }
    buffer_clear(scrap);
    json_append_text(scrap, old_text);
    found =
        scrap->failed ? NULL : memmem(buffer_text(&artifact->text), artifact->text.length, scrap->data, scrap->length);
    if (found == NULL) {
        return NULL;
    }
    at = (size_t)(found - artifact->text.data);
    length = scrap->length;
    buffer_clear(scrap);
    json_append_text(scrap, new_text);
    if (scrap->failed || artifact->text.length + scrap->length > writer->artifact_bytes_left) {
        return NULL;
    }
    replace(writer, artifact, at, length, scrap);
    writer->artifact_bytes_left -= artifact->text.length;
    return artifact;
}

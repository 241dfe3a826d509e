#include "processing/redaction.h"

#include "base/error.h"
#include "engine/engine.h"
#include "store/record.h"
#include "store/user.h"
#include "text/tokens/tokens.h"

#include <string.h>

static cpk_status read_setting(const struct context *context, const cpk_analyzer_driver *analyzer, int32_t *is_on,
                               cpk_error **error)
{
    const char *value = context_text_setting(context, TEXT_SETTING_ANALYZE_REDACT);

    if (value[0] == '\0' || strcmp(value, "auto") == 0) {
        *is_on = (analyzer->capabilities & CPK_ANALYZER_IS_REMOTE) != 0;
        return CPK_OK;
    }
    *is_on = strcmp(value, "on") == 0;
    return *is_on || strcmp(value, "off") == 0
               ? CPK_OK
               : error_set(error, CPK_ERROR_INVALID_ARGUMENT, "settings",
                           "the setting analyze.redact is \"%s\": it must be auto, on or off", value);
}

/* The key of a pack: its id, which no analyzer gets. */
static cpk_status make_key(struct redaction *redaction, const struct job_target *target, cpk_error **error)
{
    const char *id = target->pack != NULL ? target->pack->pack_id : target->id;
    struct hash_sha256 hash;

    CPK_TRY(hash_sha256_start(&hash, error));
    hash_sha256_add(&hash, "placeholders of pack ", 21);
    hash_sha256_add(&hash, id, strlen(id));
    return hash_sha256_finish(&hash, redaction->key, error);
}

/* The names that are known: the person's own, and those of the setting. */
static cpk_status read_names(struct redaction *redaction, const struct job_target *target, cpk_error **error)
{
    const struct context *context = &target->session->engine->context;
    const struct work_key key = job_target_key(target, NULL);
    cpk_user *user = NULL;
    struct buffer names;
    cpk_status status = store_user_get(target->session->work, key.user_id, &user, error);

    buffer_init(&names, &context->allocator);
    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(error);
        status = CPK_OK;
    }
    CPK_TRY_CLEANUP(status);
    buffer_append_text(&names, context_text_setting(context, TEXT_SETTING_ANALYZE_REDACT_NAMES));
    if (user != NULL && user->full_name != NULL) {
        buffer_append_byte(&names, '\n');
        buffer_append_text(&names, user->full_name);
    }
    status = names.failed ? error_out_of_memory(error)
                          : personal_names_create(&context->allocator, buffer_text(&names), &redaction->names, error);
cleanup:
    buffer_free(&names);
    record_free(user);
    return status;
}

cpk_status redaction_init(struct redaction *redaction, const struct job_target *target, cpk_error **error)
{
    const cpk_engine *engine = target->session->engine;

    memset(redaction, 0, sizeof *redaction);
    CPK_TRY(read_setting(&engine->context, &engine->analyzer, &redaction->is_on, error));
    if (!redaction->is_on) {
        return CPK_OK;
    }
    CPK_TRY(make_key(redaction, target, error));
    return read_names(redaction, target, error);
}

void redaction_free(struct redaction *redaction)
{
    personal_names_free(redaction->names);
    redaction->names = NULL;
}

cpk_status redaction_mask_prompt(struct redaction *redaction, const cpk_allocator *allocator, const char *prompt,
                                 struct buffer *masked, cpk_error **error)
{
    struct placeholders placeholders;
    cpk_status status;

    redaction->prompt = prompt;
    placeholders_init(&placeholders, allocator, redaction->names, redaction->key);
    status = placeholders_mask(&placeholders, prompt, strlen(prompt), masked, error);
    placeholders_free(&placeholders);
    return status;
}

void redacted_request_init(struct redacted_request *redacted, const cpk_allocator *allocator,
                           const struct redaction *redaction)
{
    memset(redacted, 0, sizeof *redacted);
    placeholders_init(&redacted->placeholders, allocator, redaction->names, redaction->key);
    buffer_init(&redacted->text, allocator);
    buffer_init(&redacted->answer, allocator);
    arena_init(&redacted->arena, allocator);
}

void redacted_request_free(struct redacted_request *redacted)
{
    placeholders_free(&redacted->placeholders);
    buffer_free(&redacted->text);
    buffer_free(&redacted->answer);
    arena_free(&redacted->arena);
}

/* Replaces a text by its masked copy in the arena. `length` may be NULL. */
static cpk_status mask_text(struct redacted_request *redacted, const char **text, size_t *length, cpk_error **error)
{
    struct buffer *masked = &redacted->answer; /* not used until the answer comes */

    if (*text == NULL) {
        return CPK_OK;
    }
    buffer_clear(masked);
    CPK_TRY(placeholders_mask(&redacted->placeholders, *text, length != NULL ? *length : strlen(*text), masked, error));
    *text = arena_copy_bytes(&redacted->arena, buffer_text(masked), masked->length);
    if (*text == NULL) {
        return error_out_of_memory(error);
    }
    if (length != NULL) {
        *length = masked->length;
    }
    return CPK_OK;
}

static cpk_status mask_message(struct redacted_request *redacted, cpk_message *message, cpk_error **error)
{
    cpk_attachment *attachments;

    CPK_TRY(mask_text(redacted, &message->text, &message->text_length, error));
    CPK_TRY(mask_text(redacted, &message->conversation_title, NULL, error));
    if (message->attachment_count == 0) {
        return CPK_OK;
    }
    attachments = arena_allocate_zeroed(&redacted->arena, message->attachment_count, sizeof *attachments);
    if (attachments == NULL) {
        return error_out_of_memory(error);
    }
    memcpy(attachments, message->attachments, message->attachment_count * sizeof *attachments);
    for (size_t i = 0; i < message->attachment_count; i++) {
        CPK_TRY(mask_text(redacted, &attachments[i].name, NULL, error));
    }
    message->attachments = attachments;
    return CPK_OK;
}

static cpk_status mask_messages(struct redacted_request *redacted, cpk_analyzer_request *request, cpk_error **error)
{
    cpk_message *messages = arena_allocate_zeroed(&redacted->arena, request->message_count + 1, sizeof *messages);

    if (messages == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < request->message_count; i++) {
        messages[i] = request->messages[i];
        CPK_TRY(mask_message(redacted, &messages[i], error));
    }
    request->messages = messages;
    return CPK_OK;
}

cpk_status redacted_request_mask(struct redacted_request *redacted, const struct redaction *redaction,
                                 cpk_analyzer_request *request, cpk_error **error)
{
    int64_t counts[PERSONAL_KIND_COUNT];

    placeholders_clear(&redacted->placeholders);
    arena_reset(&redacted->arena);
    if (redaction->prompt != NULL) { /* the answer may repeat what stood in the prompt */
        buffer_clear(&redacted->text);
        CPK_TRY(placeholders_mask(&redacted->placeholders, redaction->prompt, strlen(redaction->prompt),
                                  &redacted->text, error));
        memset(redacted->placeholders.of_kind, 0, sizeof redacted->placeholders.of_kind);
    }
    buffer_clear(&redacted->text);
    CPK_TRY(placeholders_mask(&redacted->placeholders, request->text, request->text_length, &redacted->text, error));
    memcpy(counts, redacted->placeholders.of_kind, sizeof counts);
    CPK_TRY(mask_messages(redacted, request, error));
    memcpy(redacted->placeholders.of_kind, counts, sizeof counts); /* the messages are the same text again */
    request->text = buffer_text(&redacted->text);
    request->text_length = redacted->text.length;
    return tokens_count(redacted->arena.allocator, CPK_ENCODING_O200K_BASE, request->text, request->text_length,
                        &request->text_tokens, error);
}

cpk_status redacted_request_restore(struct redacted_request *redacted, struct buffer *answer, cpk_error **error)
{
    struct buffer restored;

    buffer_clear(&redacted->answer);
    CPK_TRY(
        placeholders_restore(&redacted->placeholders, buffer_text(answer), answer->length, &redacted->answer, error));
    restored = *answer;
    *answer = redacted->answer;
    redacted->answer = restored;
    return CPK_OK;
}

void redaction_report(const int64_t of_kind[PERSONAL_KIND_COUNT], struct buffer *report)
{
    const size_t start = report->length;

    for (size_t kind = 0; kind < PERSONAL_KIND_COUNT; kind++) {
        if (of_kind[kind] > 0) {
            buffer_append_format(report, "%s%lld %s", report->length > start ? ", " : "", (long long)of_kind[kind],
                                 personal_kind_name((enum personal_kind)kind));
        }
    }
}

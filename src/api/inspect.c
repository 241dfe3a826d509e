#include "ingest/inspect.h"
#include "api/check.h"
#include "api/input.h"
#include "base/error.h"
#include "engine/engine.h"
#include "records/fields.h"

#include <contextpack/backend/extractor.h>

#include <stdlib.h>
#include <string.h>

/* The caller's notes, which are kept as well. */
struct note_call {
    struct cpk_inspection *inspection;
    cpk_note_fn note; /* may be NULL */
    void *user;
};

static void take_note(void *user, int32_t note, const char *where, const char *text)
{
    struct note_call *call = user;

    inspect_keep_note(call->inspection, note, where, text);
    if (call->note != NULL) {
        call->note(call->user, note, where, text);
    }
}

static cpk_status inspect(cpk_engine *engine, const cpk_input *checked, const cpk_run_options *run_options,
                          struct cpk_inspection *inspection, cpk_error **error)
{
    const struct chunker_options chunker = {.encoding = CPK_ENCODING_O200K_BASE,
                                            .max_tokens = context_setting(&engine->context, SETTING_CHUNK_MAX_TOKENS),
                                            .overlap_tokens =
                                                context_setting(&engine->context, SETTING_CHUNK_OVERLAP_TOKENS)};
    struct note_call call = {inspection, run_options->note, run_options->note_user};
    cpk_run_options options = *run_options;
    struct records_reader reader;
    struct op_context op;

    options.note = take_note;
    options.note_user = &call;
    op_context_init(&op, &engine->context, &options);
    op.engine = engine;
    records_reader_init(&reader, engine, &op);
    return inspect_input(&reader, checked, &chunker, inspection, error);
}

cpk_status cpk_inspect(cpk_engine *engine, const cpk_input *input, const cpk_run_options *options,
                       cpk_inspection **inspection, cpk_error **error)
{
    cpk_run_options run_options = CPK_RUN_OPTIONS_INIT;
    cpk_input checked;
    cpk_inspection *made;
    cpk_status status;

    CPK_CHECK_OUT(inspection, error);
    CPK_CHECK_ARG(engine != NULL, "engine", error);
    CPK_TRY(input_read(&checked, input, error));
    CPK_TRY(params_read(&run_options, sizeof run_options, options, "run options", error));
    made = calloc(1, sizeof *made);
    if (made == NULL) {
        return error_out_of_memory(error);
    }
    status = inspect(engine, &checked, &run_options, made, error);
    if (status != CPK_OK) {
        cpk_inspection_free(made);
        return status;
    }
    *inspection = made;
    return CPK_OK;
}

void cpk_inspection_free(cpk_inspection *inspection)
{
    if (inspection == NULL) {
        return;
    }
    for (size_t i = 0; i < inspection->note_count; i++) {
        free(inspection->notes[i].place);
        free(inspection->notes[i].text);
    }
    free(inspection->notes);
    free(inspection);
}

/* --- getters, from the table of fields --- */

static const char *note_kind_name(int32_t kind)
{
    static const char *const names[] = {[CPK_NOTE_SKIPPED_MESSAGE] = "skipped_message",
                                        [CPK_NOTE_SKIPPED_CONVERSATION] = "skipped_conversation",
                                        [CPK_NOTE_DAMAGED] = "damaged",
                                        [CPK_NOTE_MISSING_FILE] = "missing_file",
                                        [CPK_NOTE_SKIPPED_FILE] = "skipped_file",
                                        [CPK_NOTE_REPAIRED] = "repaired",
                                        [CPK_NOTE_OVER_LIMIT] = "over_limit",
                                        [CPK_NOTE_KEPT] = "kept",
                                        [CPK_NOTE_UNREADABLE_CONVERSATION] = "unreadable_conversation",
                                        [CPK_NOTE_UNREADABLE_FILE] = "unreadable_file",
                                        [CPK_NOTE_UNKNOWN_FILE] = "unknown_file",
                                        [CPK_NOTE_UNKNOWN_SPEAKERS] = "unknown_speakers",
                                        [CPK_NOTE_UNREAD_PAGES] = "unread_pages"};
    int32_t is_known = kind > 0 && (size_t)kind < sizeof names / sizeof names[0];

    return is_known && names[kind] != NULL ? names[kind] : "unknown";
}

/* NULL past the end. */
static const struct inspected_provider *provider_at(const cpk_inspection *inspection, int32_t index)
{
    return inspection != NULL && index >= 0 && index < inspection->provider_count ? &inspection->providers[index]
                                                                                  : NULL;
}

static const struct inspected_note *note_at(const cpk_inspection *inspection, int32_t index)
{
    return inspection != NULL && index >= 0 && (size_t)index < inspection->note_count ? &inspection->notes[index]
                                                                                      : NULL;
}

static const char *text_or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

#define GET_source_type(at)         (at)->source_type
#define GET_format(at)              text_or_null((at)->format)
#define GET_era(at)                 text_or_null((at)->era)
#define GET_conversations(at)       (at)->conversations
#define GET_messages(at)            (at)->messages
#define GET_user_messages(at)       (at)->of_role[CPK_ROLE_USER]
#define GET_assistant_messages(at)  (at)->of_role[CPK_ROLE_ASSISTANT]
#define GET_system_messages(at)     (at)->of_role[CPK_ROLE_SYSTEM]
#define GET_tool_messages(at)       (at)->of_role[CPK_ROLE_TOOL]
#define GET_unknown_messages(at)    (at)->of_role[CPK_ROLE_UNKNOWN]
#define GET_hidden_messages(at)     (at)->hidden_messages
#define GET_other_branches(at)      (at)->other_branches
#define GET_attachments(at)         (at)->attachments
#define GET_first_time(at)          (at)->first_time
#define GET_last_time(at)           (at)->last_time
#define GET_files(at)               (at)->files
#define GET_shards(at)              (at)->shards
#define GET_skipped(at)             (at)->skipped
#define GET_damaged(at)             (at)->damaged
#define GET_missing_files(at)       (at)->missing_files
#define GET_tokens(at)              (at)->tokens
#define GET_chunks(at)              (at)->chunks
#define GET_credits(at)             (at)->chunks /* one a chunk */
#define GET_loss_summary(at)        text_or_null((at)->loss_summary)
#define GET_is_partial(at)          (at)->is_partial
#define GET_provider_count(at)      (at)->provider_count
#define GET_note_count(at)          (int32_t)(at)->note_count
#define GET_notes_left_out(at)      (at)->notes_left_out

#define ROW_provider                struct inspected_provider
#define provider_name(row)          (row)->name
#define provider_conversations(row) (row)->conversations
#define provider_messages(row)      (row)->messages

#define ROW_note                    struct inspected_note
#define note_kind(row)              (row)->kind
#define note_kind_name(row)         note_kind_name((row)->kind)
#define note_place(row)             (row)->place
#define note_text(row)              (row)->text

/* What the getters give for NULL. */
static const struct cpk_inspection none = {.first_time = CPK_TIME_UNKNOWN, .last_time = CPK_TIME_UNKNOWN};

#define COMPUTED(name, kind, null, since, doc)                                                                         \
    FIELD_MEMBER(kind) cpk_inspection_##name(const cpk_inspection *inspection)                                         \
    {                                                                                                                  \
        return GET_##name(inspection != NULL ? inspection : &none);                                                    \
    }
#define INDEXED(rows, name, kind, since, doc)                                                                          \
    FIELD_MEMBER(kind) cpk_inspection_##rows##_##name(const cpk_inspection *inspection, int32_t rows)                  \
    {                                                                                                                  \
        const ROW_##rows *row = rows##_at(inspection, rows);                                                           \
                                                                                                                       \
        return row != NULL ? rows##_##name(row) : 0;                                                                   \
    }
#include "records/inspection.def"

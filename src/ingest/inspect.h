/* Reads an input as an import into an empty pack would, and stores nothing: what cpk_inspect() does. */
#ifndef INGEST_INSPECT_H
#define INGEST_INSPECT_H

#include "chunk/chunk.h"
#include "ingest/input_records.h"

#include <contextpack/inspect.h>

#define INSPECT_PROVIDERS_MAX 8 /* the last one is all others, if there are more */
#define INSPECT_NAME_BYTES    32
#define INSPECT_TEXT_BYTES    256
#define INSPECT_NOTES_MAX     1000

/* What was found of a provider. */
struct inspected_provider {
    char name[INSPECT_NAME_BYTES];
    int64_t conversations;
    int64_t messages;
};

struct inspected_note {
    int32_t kind; /* CPK_NOTE_* */
    char *place;
    char *text;
};

struct cpk_inspection {
    int32_t source_type;
    int32_t is_partial;
    char format[INSPECT_NAME_BYTES];
    char era[INSPECT_TEXT_BYTES];          /* "": not known */
    char loss_summary[INSPECT_TEXT_BYTES]; /* "": all is read */
    int64_t conversations;
    int64_t messages;
    int64_t of_role[CPK_ROLE_TOOL + 1]; /* messages, by CPK_ROLE_* */
    int64_t hidden_messages;
    int64_t other_branches;
    int64_t attachments;
    int64_t first_time;
    int64_t last_time;
    int64_t files;
    int64_t shards;
    int64_t skipped;
    int64_t damaged;
    int64_t missing_files;
    int64_t tokens;
    int64_t chunks;
    struct inspected_provider providers[INSPECT_PROVIDERS_MAX];
    int32_t provider_count;
    struct inspected_note *notes;
    size_t note_count;
    size_t note_capacity;
    int64_t notes_left_out;
    int32_t is_out_of_memory; /* a note could not be kept */
};

/* Keeps a copy of a note. */
void inspect_keep_note(struct cpk_inspection *inspection, int32_t kind, const char *place, const char *text);

cpk_status inspect_input(const struct records_reader *reader, const cpk_input *given,
                         const struct chunker_options *options, struct cpk_inspection *inspection, cpk_error **error);

#endif

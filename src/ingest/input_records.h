/* Reads an input once, as messages or rendered as records of the extracted text. */
#ifndef INGEST_INPUT_RECORDS_H
#define INGEST_INPUT_RECORDS_H

#include "engine/engine.h"
#include "engine/op_context.h"
#include "extract/import.h"
#include "ingest/input.h"
#include "model/message_record.h"

/* Context for reading any input; `extractors` are registered by the host. */
struct records_reader {
    const struct op_context *op;
    const cpk_extractor_driver *const *extractors;
    size_t extractor_count;
    const struct import_known *known; /* may be NULL; not used for links */
};

void records_reader_init(struct records_reader *reader, const cpk_engine *engine, const struct op_context *op);

typedef cpk_status (*records_message_fn)(void *user, const cpk_message *message, cpk_error **error);

/* Calls each for every message. *report may be NULL. */
cpk_status records_read(const struct records_reader *reader, const struct input *opened, records_message_fn each,
                        void *user, struct import_report *report, cpk_error **error);

/* Returns CPK_SOURCE_*: the caller's value, or the one implied by the format. */
int32_t records_source_type(const struct input *opened, const char *format);

/* Renders messages in order and tracks their offsets. */
struct message_renderer {
    struct buffer text; /* the last rendered record */
    struct buffer conversation;
    int64_t offset; /* offset of the next record in the extracted text */
};

void message_renderer_init(struct message_renderer *renderer, const cpk_allocator *allocator);
/* Renders into renderer->text; *starts is 1 if the message starts a conversation. The caller counts tokens. */
cpk_status message_renderer_next(struct message_renderer *renderer, const cpk_message *message,
                                 struct message_record_place *place, int32_t *starts, cpk_error **error);
void message_renderer_free(struct message_renderer *renderer);

#endif

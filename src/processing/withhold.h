/* Keeps credentials and identity numbers (text/secrets/secrets.h) from analyzers and from packs. The extracted text
 * keeps what the person stored. */
#ifndef PROCESSING_WITHHOLD_H
#define PROCESSING_WITHHOLD_H

#include "engine/session.h"
#include "model/finding.h"
#include "processing/chunk_messages.h"
#include "store/source.h"
#include "text/secrets/secrets.h"

/* Bytes around a chunk that are read where it cuts a message, so that a secret that it cuts is known for one. */
#define WITHHOLD_MARGIN_BYTES ((int64_t)16 * 1024)

/* A chunk, and what stands before and behind it of the messages that it cuts. */
struct withhold_chunk {
    const char *text; /* from `text_offset` of the extracted text on */
    size_t text_length;
    int64_t text_offset;
    int64_t offset; /* of the chunk in the extracted text */
    int64_t length;
};

/* The bytes of the extracted text to read for a chunk: [*from, *to), at least the chunk itself. */
void withhold_extent(const struct chunk_messages *messages, int64_t offset, int64_t length, int64_t *from, int64_t *to);

/* Appends the chunk's text without its secrets to `masked`, message by message, and points the messages (texts, titles,
 * names of attachments) at clean copies in the arena. Adds the secrets that begin in the chunk to *counts. */
cpk_status withhold_from_chunk(const struct withhold_chunk *chunk, struct chunk_messages *messages, struct arena *arena,
                               struct buffer *masked, struct secret_counts *counts, cpk_error **error);

/* The same for what an analyzer answered, whoever it is: statements, values, subjects and quotes. Statements about
 * nothing but a withheld secret are left out. */
cpk_status withhold_from_findings(struct finding_set *set, struct secret_counts *counts, cpk_error **error);

/* Replaces *text, which may be NULL, by a clean copy in the arena where it holds a secret. counts may be NULL. */
cpk_status withhold_from_text(struct arena *arena, const char **text, struct secret_counts *counts, cpk_error **error);

/* Adds what was withheld from the analyzers of a source's chunks so far. */
cpk_status withhold_count(cpk_session *session, const cpk_source *source, struct secret_counts *counts,
                          cpk_error **error);

#endif

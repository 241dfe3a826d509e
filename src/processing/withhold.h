/* Removes credentials and identity numbers (text/secrets/secrets.h) from what analyzers and packs get. The
 * stored extracted text is not changed. */
#ifndef PROCESSING_WITHHOLD_H
#define PROCESSING_WITHHOLD_H

#include "engine/session.h"
#include "model/finding.h"
#include "processing/chunk_messages.h"
#include "store/source.h"
#include "text/secrets/secrets.h"

/* Bytes read around a chunk that cuts a message, so that secrets cut by the chunk's border are recognised. */
#define WITHHOLD_MARGIN_BYTES ((int64_t)16 * 1024)

/* A chunk with the surrounding parts of the messages that it cuts. */
struct withhold_chunk {
    const char *text; /* starts at `text_offset` of the extracted text */
    size_t text_length;
    int64_t text_offset;
    int64_t offset; /* of the chunk in the extracted text */
    int64_t length;
};

/* Computes the range [*from, *to) of the extracted text to read for a chunk; contains at least the chunk. */
void withhold_extent(const struct chunk_messages *messages, int64_t offset, int64_t length, int64_t *from, int64_t *to);

/* Appends the chunk's text, with secrets masked, to `masked`, message by message, and points the messages
 * (texts, titles, attachment names) at masked copies in the arena. Adds the secrets that begin in the chunk to
 * *counts. */
cpk_status withhold_from_chunk(const struct withhold_chunk *chunk, struct chunk_messages *messages, struct arena *arena,
                               struct buffer *masked, struct secret_counts *counts, cpk_error **error);

/* Masks secrets in an analyzer's answer: statements, values, subjects, quotes and identifiers. Drops statements that
 * consist of a masked secret only. */
cpk_status withhold_from_findings(struct finding_set *set, struct secret_counts *counts, cpk_error **error);

/* If *text (may be NULL) contains a secret, replaces it by a masked copy in the arena. counts may be NULL. */
cpk_status withhold_from_text(struct arena *arena, const char **text, struct secret_counts *counts, cpk_error **error);

/* The same for the name of a provider, a conversation or a message, which an export may set to anything. Equal names
 * stay equal. */
cpk_status withhold_from_id(struct arena *arena, const char **id, cpk_error **error);

/* Adds the counts of secrets masked so far in the source's chunks. */
cpk_status withhold_count(cpk_session *session, const cpk_source *source, struct secret_counts *counts,
                          cpk_error **error);

#endif

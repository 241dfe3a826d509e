/* Collects all input of a document from a pack: sources, conversations, merged findings; computes a fingerprint
 * that changes if any of them does. */
#ifndef PROCESSING_PACK_MATERIAL_H
#define PROCESSING_PACK_MATERIAL_H

#include "base/hash.h"
#include "engine/op_context.h"
#include "engine/session.h"
#include "export/document.h"
#include "store/pack.h"
#include "store/source.h"

struct pack_material {
    cpk_session *session;
    cpk_pack *pack;
    cpk_source **sources; /* usable sources in the order they were added, then NULL */
    size_t source_count;
    size_t source_capacity;
    struct record_list **chunks; /* chunk rows of these sources until used; NULL: not kept, read again */
    int64_t chunk_count;         /* total of these lists */
    struct arena arena;          /* owns what `document` points to */
    struct document_input document;
    struct finding_set findings;
    char fingerprint[HASH_SHA256_HEX_BYTES];
};

/* max_tokens: the budget; 0: what the settings say. Reads what determines the fingerprint: pack, sources, chunks. Call
 * pack_material_free() afterwards, also after an error. CPK_ERROR_NO_CONTENT if nothing is analysed yet. */
cpk_status pack_material_open(cpk_session *session, const char *pack_id, int32_t type, int64_t max_tokens,
                              struct pack_material *material, cpk_error **error);
/* Adds the rest: conversations and the merged findings of all chunks. */
cpk_status pack_material_fill(struct pack_material *material, const struct op_context *op, cpk_error **error);
void pack_material_free(struct pack_material *material);

#endif

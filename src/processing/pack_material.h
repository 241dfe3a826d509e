/* Everything a document is made from, gathered from a pack: sources, conversations, merged findings; and a fingerprint
 * that changes when any of it does. */
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
    cpk_source **sources; /* those with findings come first, in the order they were added; NULL behind them */
    size_t source_count;
    size_t source_capacity;
    struct snapshot_list **chunks; /* of these sources, until they are used; NULL: read them once more */
    int64_t chunk_count;           /* in all of these lists */
    struct arena arena;            /* what document points to */
    struct document_input document;
    struct finding_set findings;
    char fingerprint[HASH_SHA256_HEX_BYTES];
};

/* Gathers what tells whether anything changed: pack, sources, chunks. pack_material_free() afterwards, also on failure.
 * CPK_ERROR_NO_CONTENT when nothing is analysed yet. */
cpk_status pack_material_open(cpk_session *session, const char *pack_id, int32_t type, struct pack_material *material,
                              cpk_error **error);
/* The rest: conversations, and the findings of all chunks, merged. */
cpk_status pack_material_fill(struct pack_material *material, const struct op_context *op, cpk_error **error);
void pack_material_free(struct pack_material *material);

#endif

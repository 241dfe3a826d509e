/* Reads the strings of a JSON text in pieces; implemented in json_text.c. */
#ifndef BASE_JSON_JSON_PIECES_H
#define BASE_JSON_JSON_PIECES_H

#include "base/json/json_view.h"

/* Iterates over the decoded bytes of a string in pieces, without allocating. */
struct json_pieces {
    const char *at;
    const char *end;
    const char *piece;
    size_t length;
    char escape[4];
};

void json_pieces_init(struct json_pieces *pieces, struct json_view view); /* other types have no pieces */
int32_t json_pieces_next(struct json_pieces *pieces);

#endif

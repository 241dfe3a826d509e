/* The document that a conversation's canvas holds, followed through its calls: canmore.create_textdoc and
 * canmore.update_textdoc. */
#ifndef EXTRACT_CHATGPT_CANVAS_H
#define EXTRACT_CHATGPT_CANVAS_H

#include "base/json/json_view.h"

struct canvas {
    struct buffer name;
    struct buffer text; /* after the last call that was understood */
    struct buffer pattern;
    struct buffer replacement;
    struct buffer result;
    int32_t is_known;  /* 1: `text` is what the document holds */
    int32_t is_active; /* the branch that `text` is of */
    size_t bytes_left; /* that updates of this conversation may still write */
};

void canvas_init(struct canvas *canvas, const cpk_allocator *allocator);
void canvas_free(struct canvas *canvas);
/* Forgets the document. The updates of a conversation together write at most a multiple of its bytes. */
void canvas_begin(struct canvas *canvas, size_t conversation_bytes);

/* Applies a call {name, content} or {updates: [{pattern, multiple, replacement}]} on a branch. 1 if the document is
 * known afterwards: name and text of its new version are in the canvas. Patterns of other than literal text and
 * wildcards (".*") are not understood. Failed allocations set `text.failed`. */
int32_t canvas_apply(struct canvas *canvas, struct json_view call, int32_t is_active);

#endif

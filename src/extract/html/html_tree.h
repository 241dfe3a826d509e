/* Parses an HTML page into a tree with gumbo, within limits of memory and time. The tree is freed at once, without
 * visiting its nodes, so that nesting costs no stack. */
#ifndef EXTRACT_HTML_HTML_TREE_H
#define EXTRACT_HTML_HTML_TREE_H

#include "base/context.h"

#include <contextpack/backend/extractor.h>

#include <gumbo.h>
#include <setjmp.h>

struct html_block;

struct html_tree {
    const struct context *context;
    const cpk_sink *sink;      /* asked for cancellation while the page is parsed; may be NULL */
    struct html_block *blocks; /* all memory of the tree */
    size_t used_bytes;
    int64_t start_ms; /* processor time of this thread */
    uint32_t allocations;
    cpk_status status; /* why parsing was stopped */
    cpk_error *problem;
    jmp_buf stop;
    const GumboNode *root; /* the html element */
    int64_t hidden;        /* elements that html_style_mark() found hidden */
};

/* Parses UTF-8 text, which must stay valid as long as the tree. Call html_tree_free() also after an error.
 * CPK_ERROR_LIMIT_EXCEEDED names import.max_html_memory_bytes or import.max_html_ms. `name` is used in errors. */
cpk_status html_tree_parse(struct html_tree *tree, const struct context *context, const cpk_sink *sink,
                           const char *name, const char *text, size_t length, cpk_error **error);
void html_tree_free(struct html_tree *tree);

#endif

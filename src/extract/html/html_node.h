/* Questions about nodes of an HTML tree, and iteration over a tree without recursion. */
#ifndef EXTRACT_HTML_HTML_NODE_H
#define EXTRACT_HTML_HTML_NODE_H

#include "base/buffer.h"

#include <contextpack/error.h>

#include <gumbo.h>

/* 1 for an element of HTML with that tag. */
int32_t html_is(const GumboNode *node, GumboTag tag);
int32_t html_is_element(const GumboNode *node);
/* The value of an attribute, "" if it is missing or the node is no element. */
const char *html_attribute(const GumboNode *node, const char *name);
int32_t html_has_attribute(const GumboNode *node, const char *name);
/* 1 if the attribute's words, separated by white space, include `word`, in any case. */
int32_t html_has_word(const GumboNode *node, const char *attribute, const char *word);
/* The text of a node that is a text, also white space and CDATA; NULL for others. */
const char *html_text_of(const GumboNode *node);

/* Marks of nodes are bits from 27 on of parse_flags. */
#define HTML_MARK_HIDDEN (UINT32_C(1) << 27) /* by its style; see html_style.h */
void html_set_mark(const GumboNode *node, uint32_t mark);
int32_t html_is_hidden(const GumboNode *node);

/* One open element of a walk. The numbers belong to the caller. */
struct html_step {
    const GumboNode *node;
    size_t next_child;
    size_t number[4];
};

/* Visits all nodes below and with a node in document order, elements twice: when they begin and when they end. */
struct html_walk {
    const cpk_allocator *allocator;
    const GumboNode *start;
    struct html_step *steps;
    size_t depth;
    size_t capacity;
    int32_t has_started;
    int32_t failed; /* out of memory: the walk ended early */
};

enum html_event { HTML_END_OF_WALK, HTML_BEGIN, HTML_END, HTML_TEXT };

void html_walk_start(struct html_walk *walk, const cpk_allocator *allocator, const GumboNode *start);
/* HTML_BEGIN and HTML_END: html_walk_step() is the element's. HTML_TEXT: *node is a text. Comments are left out. */
enum html_event html_walk_next(struct html_walk *walk, const GumboNode **node);
/* The step of the element that begins or ends, or else of the innermost open one. */
struct html_step *html_walk_step(struct html_walk *walk);
/* After HTML_BEGIN: leaves out the element's children. HTML_END follows. */
void html_walk_skip(struct html_walk *walk);
void html_walk_free(struct html_walk *walk);

/* Appends all text below a node, as it is. CPK_ERROR_OUT_OF_MEMORY. */
cpk_status html_append_all_text(struct buffer *target, const GumboNode *node, cpk_error **error);

#endif

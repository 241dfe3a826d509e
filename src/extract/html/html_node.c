#include "extract/html/html_node.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>
#include <strings.h>

int32_t html_is_element(const GumboNode *node)
{
    return node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE;
}

int32_t html_is(const GumboNode *node, GumboTag tag)
{
    return html_is_element(node) && node->v.element.tag == tag && node->v.element.tag_namespace == GUMBO_NAMESPACE_HTML;
}

static const GumboAttribute *find_attribute(const GumboNode *node, const char *name)
{
    return html_is_element(node) ? gumbo_get_attribute(&node->v.element.attributes, name) : NULL;
}

const char *html_attribute(const GumboNode *node, const char *name)
{
    const GumboAttribute *found = find_attribute(node, name);

    return found != NULL && found->value != NULL ? found->value : "";
}

int32_t html_has_attribute(const GumboNode *node, const char *name)
{
    return find_attribute(node, name) != NULL;
}

int32_t html_has_word(const GumboNode *node, const char *attribute, const char *word)
{
    const char *at = html_attribute(node, attribute);
    size_t length = strlen(word);

    for (;;) {
        size_t found;

        at += strspn(at, " \t\r\n\f");
        found = strcspn(at, " \t\r\n\f");
        if (found == 0) {
            return 0;
        }
        if (found == length && strncasecmp(at, word, length) == 0) {
            return 1;
        }
        at += found;
    }
}

const char *html_text_of(const GumboNode *node)
{
    return node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE || node->type == GUMBO_NODE_CDATA
               ? node->v.text.text
               : NULL;
}

void html_set_mark(const GumboNode *node, uint32_t mark)
{
    GumboNode *changed = (GumboNode *)(uintptr_t)node; /* the tree is ours */

    changed->parse_flags = (GumboParseFlags)((uint32_t)changed->parse_flags | mark);
}

int32_t html_is_hidden(const GumboNode *node)
{
    return ((uint32_t)node->parse_flags & HTML_MARK_HIDDEN) != 0;
}

void html_walk_start(struct html_walk *walk, const cpk_allocator *allocator, const GumboNode *start)
{
    memset(walk, 0, sizeof *walk);
    walk->allocator = allocator;
    walk->start = start;
}

static enum html_event begin(struct html_walk *walk, const GumboNode *node)
{
    if (walk->depth == walk->capacity) {
        size_t capacity = walk->capacity > 0 ? walk->capacity * 2 : 64;
        struct html_step *steps =
            memory_resize_array(walk->allocator, walk->steps, walk->capacity, capacity, sizeof *steps);

        if (steps == NULL) {
            walk->failed = 1;
            return HTML_END_OF_WALK;
        }
        walk->steps = steps;
        walk->capacity = capacity;
    }
    walk->steps[walk->depth++] = (struct html_step){.node = node};
    return HTML_BEGIN;
}

enum html_event html_walk_next(struct html_walk *walk, const GumboNode **node)
{
    if (!walk->has_started) {
        walk->has_started = 1;
        *node = walk->start;
        return html_is_element(*node) ? begin(walk, *node) : HTML_TEXT;
    }
    while (walk->depth > 0 && !walk->failed) {
        struct html_step *step = &walk->steps[walk->depth - 1];

        if (step->next_child > step->node->v.element.children.length) { /* its end was passed */
            walk->depth--;
            continue;
        }
        if (step->next_child == step->node->v.element.children.length) {
            *node = step->node;
            step->next_child++;
            return HTML_END;
        }
        *node = step->node->v.element.children.data[step->next_child++];
        if (html_is_element(*node)) {
            return begin(walk, *node);
        }
        if (html_text_of(*node) != NULL) {
            return HTML_TEXT;
        }
    }
    return HTML_END_OF_WALK;
}

struct html_step *html_walk_step(struct html_walk *walk)
{
    return &walk->steps[walk->depth - 1];
}

void html_walk_skip(struct html_walk *walk)
{
    struct html_step *step = html_walk_step(walk);

    step->next_child = step->node->v.element.children.length;
}

void html_walk_free(struct html_walk *walk)
{
    memory_release_array(walk->allocator, walk->steps, walk->capacity, sizeof *walk->steps);
    walk->steps = NULL;
}

cpk_status html_append_all_text(struct buffer *target, const GumboNode *node, cpk_error **error)
{
    struct html_walk walk;
    const GumboNode *at;
    enum html_event event;
    int32_t failed;

    html_walk_start(&walk, target->allocator, node);
    while ((event = html_walk_next(&walk, &at)) != HTML_END_OF_WALK) {
        if (event == HTML_TEXT && html_text_of(at) != NULL) {
            buffer_append_text(target, html_text_of(at));
        }
    }
    failed = walk.failed || target->failed;
    html_walk_free(&walk);
    return failed ? error_out_of_memory(error) : CPK_OK;
}

#include "extract/html/html_content.h"

#include "base/error.h"
#include "extract/html/html_node.h"
#include "extract/html/html_style.h"
#include "extract/normal.h"

#include <string.h>
#include <strings.h>

#define MAIN_PERCENT_MIN  40 /* of the page's text, in the main or article element */
#define LINKS_MIN         5  /* of a list of links */
#define LINKS_PERCENT_MIN 75 /* of its text, inside links */
#define LINK_BYTES_MAX    80 /* of one link on average; longer ones are headlines or sentences */

/* The numbers of a step of the walk. */
enum { TEXT_BYTES, LINK_BYTES, LINKS, HAS_CONTENT };

static const GumboTag INVISIBLE[] = {
    GUMBO_TAG_SCRIPT, GUMBO_TAG_STYLE,  GUMBO_TAG_NOSCRIPT, GUMBO_TAG_TEMPLATE, GUMBO_TAG_HEAD,
    GUMBO_TAG_IFRAME, GUMBO_TAG_OBJECT, GUMBO_TAG_EMBED,    GUMBO_TAG_CANVAS,   GUMBO_TAG_SVG,
    GUMBO_TAG_BUTTON, GUMBO_TAG_SELECT, GUMBO_TAG_TEXTAREA, GUMBO_TAG_INPUT,    GUMBO_TAG_AUDIO,
    GUMBO_TAG_VIDEO,  GUMBO_TAG_MAP,    GUMBO_TAG_DATALIST, GUMBO_TAG_PROGRESS, GUMBO_TAG_METER,
};

static const char *const BOILERPLATE_ROLES[] = {"navigation", "banner", "contentinfo", "search", "menu",   "menubar",
                                                "toolbar",    "dialog", "alertdialog", "alert",  "tablist"};

/* Whole words of class and id attributes. */
static const char *const BOILERPLATE_WORDS[] = {
    "nav",
    "navbar",
    "navigation",
    "menu",
    "sidebar",
    "side-bar",
    "footer",
    "site-footer",
    "page-footer",
    "site-header",
    "masthead",
    "breadcrumb",
    "breadcrumbs",
    "cookie",
    "cookies",
    "cookie-banner",
    "cookie-consent",
    "cookie-notice",
    "consent",
    "gdpr",
    "newsletter",
    "subscribe",
    "share",
    "sharing",
    "social",
    "social-share",
    "share-buttons",
    "sharedaddy",
    "related",
    "related-posts",
    "recommended",
    "promo",
    "advert",
    "advertisement",
    "ad",
    "ads",
    "popup",
    "modal",
    "skip-link",
    "skip-links",
    "screen-reader-text",
    "pagination",
    "toc",
    "table-of-contents",
    "comments",
    "comment-form",
    "mw-editsection",
    "reference",
    "mw-jump-link",
    "noprint",
    "navbox",
    "printfooter",
    "catlinks",
    "sr-only",
};

int32_t html_is_invisible(const GumboNode *node)
{
    if (!html_is_element(node)) {
        return 0;
    }
    for (size_t i = 0; i < sizeof INVISIBLE / sizeof INVISIBLE[0]; i++) {
        if (node->v.element.tag == INVISIBLE[i]) {
            return 1;
        }
    }
    return html_has_attribute(node, "hidden") || strcasecmp(html_attribute(node, "aria-hidden"), "true") == 0 ||
           html_is_hidden(node);
}

uint32_t html_marks(const GumboNode *node)
{
    return (uint32_t)node->parse_flags & (HTML_MARK_BOILERPLATE | HTML_MARK_LINKS);
}

static int32_t is_boilerplate_word(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof BOILERPLATE_WORDS / sizeof BOILERPLATE_WORDS[0]; i++) {
        if ((BOILERPLATE_WORDS[i][0] | 0x20) == (word[0] | 0x20) && strlen(BOILERPLATE_WORDS[i]) == length &&
            strncasecmp(BOILERPLATE_WORDS[i], word, length) == 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t has_boilerplate_word(const GumboNode *node)
{
    static const char *const ATTRIBUTES[] = {"class", "id"};

    for (size_t i = 0; i < 2; i++) {
        const char *at = html_attribute(node, ATTRIBUTES[i]);

        for (at += strspn(at, " \t\r\n\f"); *at != '\0'; at += strspn(at, " \t\r\n\f")) {
            size_t length = strcspn(at, " \t\r\n\f");

            if (is_boilerplate_word(at, length)) {
                return 1;
            }
            at += length;
        }
    }
    return 0;
}

/* `has_content`: a main, article or h1 element is in it. */
static int32_t is_boilerplate(const GumboNode *node, int32_t has_content)
{
    if (html_is(node, GUMBO_TAG_NAV) || html_is(node, GUMBO_TAG_FOOTER) || html_is(node, GUMBO_TAG_ASIDE) ||
        html_is(node, GUMBO_TAG_LABEL)) {
        return !has_content;
    }
    if (has_content || html_is(node, GUMBO_TAG_BODY) || html_is(node, GUMBO_TAG_HTML)) {
        return 0;
    }
    if (html_is(node, GUMBO_TAG_HEADER)) {
        return 1;
    }
    if ((html_is(node, GUMBO_TAG_SPAN) || html_is(node, GUMBO_TAG_SUP)) && html_has_word(node, "class", "citation")) {
        return 1; /* the number of a source */
    }
    for (size_t i = 0; i < sizeof BOILERPLATE_ROLES / sizeof BOILERPLATE_ROLES[0]; i++) {
        if (html_has_word(node, "role", BOILERPLATE_ROLES[i])) {
            return 1;
        }
    }
    return has_boilerplate_word(node);
}

static int32_t is_main(const GumboNode *node)
{
    return html_is(node, GUMBO_TAG_MAIN) || html_is(node, GUMBO_TAG_ARTICLE) || html_has_word(node, "role", "main") ||
           html_has_word(node, "role", "article");
}

static int32_t is_link_list(const struct html_step *step)
{
    GumboTag tag = step->node->v.element.tag;
    int32_t may_be = tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL || tag == GUMBO_TAG_DIV || tag == GUMBO_TAG_SECTION ||
                     tag == GUMBO_TAG_TABLE || tag == GUMBO_TAG_DL || tag == GUMBO_TAG_P;

    return may_be && step->number[LINKS] >= LINKS_MIN &&
           step->number[LINK_BYTES] * 100 >= step->number[TEXT_BYTES] * LINKS_PERCENT_MIN &&
           step->number[LINK_BYTES] <= step->number[LINKS] * LINK_BYTES_MAX;
}

/* State of html_content_mark(). */
struct content {
    struct html_walk walk;
    const GumboNode *body;
    const GumboNode *main_node;
    size_t main_bytes;
    size_t total_bytes;
    size_t open_main; /* main and article elements around the current node */
};

static size_t visible_bytes(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        count += (unsigned char)*text > ' ';
    }
    return count;
}

static void end_element(struct content *content)
{
    struct html_step *step = html_walk_step(&content->walk);
    const GumboNode *node = step->node;
    struct html_step *parent = content->walk.depth > 1 ? step - 1 : NULL;

    content->open_main -= is_main(node) ? 1 : 0;
    if (html_is(node, GUMBO_TAG_A)) {
        step->number[LINK_BYTES] = step->number[TEXT_BYTES];
        step->number[LINKS] = step->number[TEXT_BYTES] > 0;
    }
    if (is_boilerplate(node, step->number[HAS_CONTENT] != 0)) {
        html_set_mark(node, HTML_MARK_BOILERPLATE);
        return;
    }
    if (content->open_main == 0 && step->number[HAS_CONTENT] == 0 && is_link_list(step)) {
        html_set_mark(node, HTML_MARK_LINKS);
    }
    if (is_main(node) && step->number[TEXT_BYTES] > content->main_bytes) {
        content->main_node = node;
        content->main_bytes = step->number[TEXT_BYTES];
    }
    if (html_is(node, GUMBO_TAG_BODY)) {
        content->body = node;
        content->total_bytes = step->number[TEXT_BYTES];
    }
    if (parent != NULL) {
        for (size_t i = TEXT_BYTES; i <= HAS_CONTENT; i++) {
            parent->number[i] += step->number[i];
        }
        parent->number[HAS_CONTENT] += is_main(node) || html_is(node, GUMBO_TAG_H1);
    }
}

static void mark_nodes(struct content *content)
{
    const GumboNode *node;
    enum html_event event;

    while ((event = html_walk_next(&content->walk, &node)) != HTML_END_OF_WALK) {
        if (event == HTML_TEXT && content->walk.depth > 0) {
            html_walk_step(&content->walk)->number[TEXT_BYTES] += visible_bytes(html_text_of(node));
        } else if (event == HTML_BEGIN && html_is_invisible(node)) {
            html_walk_skip(&content->walk);
            content->open_main += is_main(node) ? 1 : 0;
        } else if (event == HTML_BEGIN) {
            content->open_main += is_main(node) ? 1 : 0;
        } else if (event == HTML_END) {
            end_element(content);
        }
    }
}

cpk_status html_content_mark(struct html_tree *tree, const GumboNode **main_node, cpk_error **error)
{
    struct content content = {.body = NULL};
    int32_t failed;

    CPK_TRY(html_style_mark(tree, error));
    html_walk_start(&content.walk, &tree->context->allocator, tree->root);
    mark_nodes(&content);
    failed = content.walk.failed;
    html_walk_free(&content.walk);
    if (failed) {
        return error_out_of_memory(error);
    }
    *main_node = content.main_node;
    if (content.main_node == NULL || content.main_bytes * 100 < content.total_bytes * MAIN_PERCENT_MIN) {
        *main_node = content.body != NULL ? content.body : tree->root;
    }
    return CPK_OK;
}

/* Appends the title of one element of the head, if it has one. */
static cpk_status append_title_of(struct buffer *title, const GumboNode *node, cpk_error **error)
{
    if (html_is(node, GUMBO_TAG_META) && html_has_word(node, "property", "og:title")) {
        title->length = 0;
        buffer_append_text(title, html_attribute(node, "content"));
    } else if (html_is(node, GUMBO_TAG_TITLE) && title->length == 0) {
        return html_append_all_text(title, node, error);
    }
    return CPK_OK;
}

cpk_status html_append_title(struct buffer *target, const struct html_tree *tree, cpk_error **error)
{
    struct html_walk walk;
    struct buffer title;
    const GumboNode *node;
    enum html_event event;
    cpk_status status = CPK_OK;

    buffer_init(&title, target->allocator);
    html_walk_start(&walk, target->allocator, tree->root);
    while (status == CPK_OK && (event = html_walk_next(&walk, &node)) != HTML_END_OF_WALK) {
        if (event == HTML_BEGIN && html_is(node, GUMBO_TAG_BODY)) {
            html_walk_skip(&walk);
        } else if (event == HTML_BEGIN) {
            status = append_title_of(&title, node, error);
        }
    }
    normal_append_line(target, buffer_text(&title), title.length);
    if (status == CPK_OK && (walk.failed || title.failed || target->failed)) {
        status = error_out_of_memory(error);
    }
    html_walk_free(&walk);
    buffer_free(&title);
    return status;
}

#include "extract/html/html_style.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "extract/html/html_node.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define RULES_MAX       256  /* each is compared with each element */
#define CLASS_BYTES_MAX 4096 /* of a class attribute that are looked at */
#define OFFSET_MIN      900  /* pixels or more, or as many of another unit, to the left or above */

/* A selector of a rule; its texts are parts of the style elements' text. */
struct rule {
    const char *tag; /* "" of any */
    const char *word;
    size_t tag_length;
    size_t word_length;
    char kind; /* '.' a class, '#' an id, '\0' neither */
    enum html_style style;
};

struct styles {
    const cpk_allocator *allocator;
    struct buffer text; /* of all style elements, without comments */
    struct rule *rules; /* of those with the same selector the last one counts */
    size_t count;
    size_t capacity;
    int32_t is_plain;
};

/* --- declarations --- */

/* What a list of declarations says. */
struct facts {
    char color[32];
    char background[32];
    int32_t is_hidden;
    int32_t is_transparent;
    int32_t is_moving; /* shown by a movement */
    int32_t is_absolute;
    int32_t is_far;
    int32_t is_clipped;
    int32_t is_cut; /* what does not fit is not shown */
    int32_t is_zero;
    int32_t is_tiny;
};

static int32_t is(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && strncasecmp(text, word, length) == 0;
}

static int32_t begins(const char *text, size_t length, const char *prefix)
{
    return length >= strlen(prefix) && strncasecmp(text, prefix, strlen(prefix)) == 0;
}

/* A number of any unit; 1 if it is 0. */
static int32_t is_zero(const char *value, size_t length)
{
    size_t at = 0;

    while (at < length && (value[at] == '0' || value[at] == '.')) {
        at++;
    }
    return at > 0 && (at == length || !(value[at] >= '1' && value[at] <= '9'));
}

/* "-9999px" */
static int32_t is_far(const char *value, size_t length)
{
    return length > 1 && value[0] == '-' && strtol(value + 1, NULL, 10) >= OFFSET_MIN;
}

/* A color in one spelling: without white space, in lower case, "white" and "#ffffff" as "#fff". */
static void copy_color(const char *value, size_t length, char color[32])
{
    size_t used = 0;

    for (size_t i = 0; i < length && used < 31; i++) {
        if (strchr(" \t\r\n", value[i]) == NULL) {
            color[used++] = (char)(value[i] >= 'A' && value[i] <= 'Z' ? value[i] | 0x20 : value[i]);
        }
    }
    color[used] = '\0';
    if (strcmp(color, "white") == 0 || strcmp(color, "#ffffff") == 0 || strcmp(color, "rgb(255,255,255)") == 0) {
        memcpy(color, "#fff", 5);
    } else if (strcmp(color, "black") == 0 || strcmp(color, "#000000") == 0) {
        memcpy(color, "#000", 5);
    }
}

static int32_t is_hiding(const char *name, size_t name_length, const char *value, size_t value_length)
{
    static const char *const declarations[][2] = {{"display", "none"},
                                                  {"visibility", "hidden"},
                                                  {"visibility", "collapse"},
                                                  {"content-visibility", "hidden"},
                                                  {"mso-hide", "all"}};

    for (size_t i = 0; i < sizeof declarations / sizeof declarations[0]; i++) {
        if (is(name, name_length, declarations[i][0]) && is(value, value_length, declarations[i][1])) {
            return 1;
        }
    }
    return 0;
}

static void take_place(struct facts *facts, const char *name, size_t name_length, const char *value, size_t length)
{
    if (is(name, name_length, "position")) {
        facts->is_absolute = is(value, length, "absolute") || is(value, length, "fixed");
    } else if (is(name, name_length, "left") || is(name, name_length, "top")) {
        facts->is_far |= is_far(value, length);
    } else if (is(name, name_length, "text-indent")) {
        facts->is_hidden |= is_far(value, length);
    } else if (is(name, name_length, "clip")) {
        facts->is_clipped |= begins(value, length, "rect(0") || begins(value, length, "rect(1px");
    } else if (is(name, name_length, "clip-path")) {
        facts->is_clipped |= begins(value, length, "inset(50%") || begins(value, length, "inset(100%");
    } else if (begins(name, name_length, "overflow")) {
        facts->is_cut |= is(value, length, "hidden");
    } else if (is(name, name_length, "width") || is(name, name_length, "height") ||
               is(name, name_length, "max-width") || is(name, name_length, "max-height")) {
        facts->is_zero |= is_zero(value, length);
    }
}

static void take_declaration(struct facts *facts, const char *name, size_t name_length, const char *value,
                             size_t length)
{
    facts->is_hidden |= is_hiding(name, name_length, value, length);
    if (is(name, name_length, "opacity")) {
        facts->is_transparent |= is_zero(value, length);
    } else if (begins(name, name_length, "transition") || begins(name, name_length, "animation") ||
               begins(name, name_length, "-webkit-")) {
        facts->is_moving = 1;
    } else if (is(name, name_length, "font-size")) {
        facts->is_tiny = is_zero(value, length);
    } else if (is(name, name_length, "color")) {
        copy_color(value, length, facts->color);
    } else if (is(name, name_length, "background") || is(name, name_length, "background-color")) {
        copy_color(value, length, facts->background);
    } else {
        take_place(facts, name, name_length, value, length);
    }
}

static enum html_style judge(const struct facts *facts, int32_t plain)
{
    int32_t has_no_color = strcmp(facts->color, "transparent") == 0 && facts->background[0] == '\0';
    int32_t is_white = plain && facts->background[0] == '\0' && strcmp(facts->color, "#fff") == 0;
    int32_t is_same = facts->color[0] != '\0' && strcmp(facts->color, facts->background) == 0;

    if (facts->is_hidden || (facts->is_transparent && !facts->is_moving) || has_no_color || is_white || is_same ||
        (facts->is_absolute && (facts->is_far || facts->is_clipped)) ||
        (facts->is_zero && facts->is_cut && !facts->is_moving)) {
        return HTML_STYLE_HIDES;
    }
    return facts->is_tiny ? HTML_STYLE_TINY : HTML_STYLE_SHOWS;
}

enum html_style html_style_judge(const char *declarations, size_t length, int32_t plain)
{
    const char *end = declarations + length;
    struct facts facts = {.color = ""};

    for (const char *at = declarations; at < end;) {
        const char *stop = memchr(at, ';', (size_t)(end - at));
        const char *colon;

        stop = stop != NULL ? stop : end;
        while (at < stop && strchr(" \t\r\n\f", *at) != NULL) {
            at++;
        }
        colon = memchr(at, ':', (size_t)(stop - at));
        if (colon != NULL) {
            const char *name_end = colon;
            const char *value = colon + 1;
            const char *value_end = memchr(value, '!', (size_t)(stop - value));

            value_end = value_end != NULL ? value_end : stop;
            while (name_end > at && strchr(" \t\r\n\f", name_end[-1]) != NULL) {
                name_end--;
            }
            while (value < value_end && strchr(" \t\r\n\f", *value) != NULL) {
                value++;
            }
            while (value_end > value && strchr(" \t\r\n\f", value_end[-1]) != NULL) {
                value_end--;
            }
            take_declaration(&facts, at, (size_t)(name_end - at), value, (size_t)(value_end - value));
        }
        at = stop < end ? stop + 1 : end;
    }
    return judge(&facts, plain);
}

/* --- rules --- */

static void append_style(struct buffer *target, const char *text)
{
    while (*text != '\0') {
        const char *comment = strstr(text, "/*");
        const char *close = comment != NULL ? strstr(comment + 2, "*/") : NULL;

        if (comment == NULL) {
            buffer_append_text(target, text);
            break;
        }
        buffer_append(target, text, (size_t)(comment - text));
        buffer_append_byte(target, ' ');
        text = close != NULL ? close + 2 : "";
    }
    buffer_append_text(target, "}\n"); /* the end of a sheet ends its last block */
}

static int32_t is_name_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '-' || byte == '_' || (unsigned char)byte >= 0x80;
}

static size_t name_length(const char *text, const char *end)
{
    size_t length = 0;

    while (text + length < end && is_name_byte(text[length])) {
        length++;
    }
    return length;
}

/* 1 if the selector is a simple one. */
static int32_t parse_selector(const char *text, const char *end, struct rule *rule)
{
    memset(rule, 0, sizeof *rule);
    while (text < end && strchr(" \t\r\n\f", *text) != NULL) {
        text++;
    }
    while (end > text && strchr(" \t\r\n\f", end[-1]) != NULL) {
        end--;
    }
    rule->tag = text;
    rule->tag_length = name_length(text, end);
    text += rule->tag_length;
    if (text == end) {
        return rule->tag_length > 0 && !is(rule->tag, rule->tag_length, "html") &&
               !is(rule->tag, rule->tag_length, "body");
    }
    rule->kind = *text;
    rule->word = text + 1;
    rule->word_length = name_length(text + 1, end);
    return (rule->kind == '.' || rule->kind == '#') && rule->word_length > 0 && rule->word + rule->word_length == end;
}

static int32_t is_same_selector(const struct rule *left, const struct rule *right)
{
    return left->kind == right->kind && left->tag_length == right->tag_length &&
           left->word_length == right->word_length && strncasecmp(left->tag, right->tag, left->tag_length) == 0 &&
           (left->kind == '\0' || memcmp(left->word, right->word, left->word_length) == 0);
}

/* Only selectors that some rule hides are kept: another rule of the same ones may show them again. */
static cpk_status add_rule(struct styles *styles, const struct rule *rule, cpk_error **error)
{
    for (size_t i = 0; i < styles->count; i++) {
        if (is_same_selector(&styles->rules[i], rule)) {
            styles->rules[i].style = rule->style;
            return CPK_OK;
        }
    }
    if (rule->style == HTML_STYLE_SHOWS || styles->count == RULES_MAX) {
        return CPK_OK;
    }
    if (styles->count == styles->capacity) {
        size_t capacity = styles->capacity * 2 + 16;
        struct rule *rules =
            memory_resize_array(styles->allocator, styles->rules, styles->capacity, capacity, sizeof *rules);

        if (rules == NULL) {
            return error_out_of_memory(error);
        }
        styles->rules = rules;
        styles->capacity = capacity;
    }
    styles->rules[styles->count++] = *rule;
    return CPK_OK;
}

/* 1 if the declarations say whether the element is shown, so that an earlier rule may be undone. */
static int32_t shows(const char *text, size_t length)
{
    static const char *const names[] = {"display", "visibility", "opacity", "color", "position", "font-size", "clip"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (memmem(text, length, names[i], strlen(names[i])) != NULL) {
            return 1;
        }
    }
    return 0;
}

static cpk_status take_rule(struct styles *styles, const char *selectors, const char *open, const char *close,
                            cpk_error **error)
{
    size_t length = (size_t)(close - open - 1);
    enum html_style style = html_style_judge(open + 1, length, styles->is_plain);

    if (style == HTML_STYLE_SHOWS && !shows(open + 1, length)) {
        return CPK_OK;
    }
    while (selectors < open) {
        const char *comma = memchr(selectors, ',', (size_t)(open - selectors));
        struct rule rule;

        comma = comma != NULL ? comma : open;
        if (parse_selector(selectors, comma, &rule)) {
            rule.style = style;
            CPK_TRY(add_rule(styles, &rule, error));
        }
        selectors = comma < open ? comma + 1 : open;
    }
    return CPK_OK;
}

/* The end of an at-rule: of its block, or its semicolon. What holds for printing or small screens is passed over. */
static const char *skip_at_rule(const char *at, const char *end)
{
    size_t depth = 0;

    for (; at < end; at++) {
        if (*at == ';' && depth == 0) {
            return at + 1;
        }
        depth += *at == '{';
        if (*at == '}' && (depth <= 1)) {
            return at + 1;
        }
        depth -= *at == '}';
    }
    return end;
}

static cpk_status read_rules(struct styles *styles, cpk_error **error)
{
    const char *at = buffer_text(&styles->text);
    const char *end = at + styles->text.length;

    while (at < end) {
        const char *open;
        const char *close;

        while (at < end && strchr(" \t\r\n\f};", *at) != NULL) {
            at++;
        }
        if (at < end && *at == '@') {
            at = skip_at_rule(at, end);
            continue;
        }
        open = memchr(at, '{', (size_t)(end - at));
        close = open != NULL ? memchr(open, '}', (size_t)(end - open)) : NULL;
        if (close == NULL) {
            return CPK_OK;
        }
        CPK_TRY(take_rule(styles, at, open, close, error));
        at = close + 1;
    }
    return CPK_OK;
}

/* --- the page --- */

/* Collects the style elements; 1 in is_plain if nothing has a background. */
static cpk_status collect(struct styles *styles, const struct html_tree *tree, cpk_error **error)
{
    struct html_walk walk;
    const GumboNode *node;
    enum html_event event;
    int32_t has_background = 0;
    int32_t failed;

    html_walk_start(&walk, styles->allocator, tree->root);
    while ((event = html_walk_next(&walk, &node)) != HTML_END_OF_WALK) {
        if (event == HTML_TEXT && walk.depth > 0 && html_is(html_walk_step(&walk)->node, GUMBO_TAG_STYLE)) {
            append_style(&styles->text, html_text_of(node));
        } else if (event == HTML_BEGIN) {
            has_background |= html_has_attribute(node, "bgcolor") || html_has_attribute(node, "background") ||
                              strstr(html_attribute(node, "style"), "background") != NULL ||
                              (html_is(node, GUMBO_TAG_LINK) && html_has_word(node, "rel", "stylesheet"));
        }
    }
    failed = walk.failed || styles->text.failed;
    html_walk_free(&walk);
    styles->is_plain = !has_background && strstr(buffer_text(&styles->text), "background") == NULL;
    return failed ? error_out_of_memory(error) : CPK_OK;
}

static int32_t has_exact_word(const char *words, const char *word, size_t length)
{
    const char *end = words + strnlen(words, CLASS_BYTES_MAX);

    while (words < end) {
        size_t found;

        words += strspn(words, " \t\r\n\f");
        found = strcspn(words, " \t\r\n\f");
        if (found == length && memcmp(words, word, length) == 0) {
            return 1;
        }
        words += found;
    }
    return 0;
}

static int32_t matches(const struct rule *rule, const GumboNode *node)
{
    const char *tag = gumbo_normalized_tagname(node->v.element.tag);

    if (rule->tag_length > 0 && !is(rule->tag, rule->tag_length, tag)) {
        return 0;
    }
    if (rule->kind == '.') {
        return has_exact_word(html_attribute(node, "class"), rule->word, rule->word_length);
    }
    return rule->kind == '\0' || (strncmp(html_attribute(node, "id"), rule->word, rule->word_length) == 0 &&
                                  html_attribute(node, "id")[rule->word_length] == '\0');
}

static int32_t has_element(const GumboNode *node)
{
    for (size_t i = 0; i < node->v.element.children.length; i++) {
        if (html_is_element(node->v.element.children.data[i])) {
            return 1;
        }
    }
    return 0;
}

static int32_t is_hidden(const struct styles *styles, const GumboNode *node)
{
    const char *inline_style = html_attribute(node, "style");
    enum html_style style = html_style_judge(inline_style, strlen(inline_style), styles->is_plain);

    for (size_t i = 0; i < styles->count && style != HTML_STYLE_HIDES; i++) {
        if (styles->rules[i].style > style && matches(&styles->rules[i], node)) {
            style = styles->rules[i].style;
        }
    }
    return style == HTML_STYLE_HIDES || (style == HTML_STYLE_TINY && !has_element(node));
}

static int32_t is_page(const GumboNode *node)
{
    return html_is(node, GUMBO_TAG_HTML) || html_is(node, GUMBO_TAG_BODY) || html_is(node, GUMBO_TAG_HEAD);
}

static cpk_status mark_all(const struct styles *styles, struct html_tree *tree, cpk_error **error)
{
    struct html_walk walk;
    const GumboNode *node;
    enum html_event event;
    int32_t failed;

    html_walk_start(&walk, styles->allocator, tree->root);
    while ((event = html_walk_next(&walk, &node)) != HTML_END_OF_WALK) {
        if (event != HTML_BEGIN || is_page(node) || !is_hidden(styles, node)) {
            continue;
        }
        html_set_mark(node, HTML_MARK_HIDDEN);
        tree->hidden += node->v.element.children.length > 0;
        html_walk_skip(&walk);
    }
    failed = walk.failed;
    html_walk_free(&walk);
    return failed ? error_out_of_memory(error) : CPK_OK;
}

cpk_status html_style_mark(struct html_tree *tree, cpk_error **error)
{
    struct styles styles = {.allocator = &tree->context->allocator};
    cpk_status status;

    tree->hidden = 0;
    buffer_init(&styles.text, styles.allocator);
    CPK_TRY_CLEANUP(collect(&styles, tree, error));
    CPK_TRY_CLEANUP(read_rules(&styles, error));
    CPK_TRY_CLEANUP(mark_all(&styles, tree, error));
cleanup:
    memory_release_array(styles.allocator, styles.rules, styles.capacity, sizeof *styles.rules);
    buffer_free(&styles.text);
    return status;
}

#include "extract/html/html_code.h"

#include "base/error.h"
#include "extract/html/html_node.h"

#include <string.h>
#include <strings.h>

#define LANGUAGE_BYTES_MAX 32
#define FENCE_MIN          3
#define FENCE_MAX          64
#define FORMULA_DEPTH_MAX  4

/* Copies the language of a class such as "language-python"; "" if there is none. */
static void find_language(const GumboNode *node, char language[LANGUAGE_BYTES_MAX])
{
    static const char *const PREFIXES[] = {"language-", "lang-", "highlight-source-"};
    const char *class = html_attribute(node, "class");

    for (size_t i = 0; i < sizeof PREFIXES / sizeof PREFIXES[0]; i++) {
        const char *found = strcasestr(class, PREFIXES[i]);
        size_t length;

        if (found == NULL || (found != class && found[-1] != ' ')) {
            continue;
        }
        found += strlen(PREFIXES[i]);
        length = strspn(found, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+#-._");
        if (length > 0 && length < LANGUAGE_BYTES_MAX) {
            memcpy(language, found, length);
            language[length] = '\0';
            return;
        }
    }
}

/* Appends the code and finds its language. */
static cpk_status read_code(struct buffer *code, const GumboNode *pre, char language[LANGUAGE_BYTES_MAX],
                            cpk_error **error)
{
    struct html_walk walk;
    const GumboNode *node;
    enum html_event event;
    int32_t failed;

    html_walk_start(&walk, code->allocator, pre);
    while ((event = html_walk_next(&walk, &node)) != HTML_END_OF_WALK) {
        if (event == HTML_TEXT && html_text_of(node) != NULL) {
            buffer_append_text(code, html_text_of(node));
        } else if (event == HTML_BEGIN && (html_is(node, GUMBO_TAG_BUTTON) || html_is(node, GUMBO_TAG_SCRIPT) ||
                                           html_is(node, GUMBO_TAG_STYLE))) {
            html_walk_skip(&walk);
        } else if (event == HTML_BEGIN) {
            if (language[0] == '\0') {
                find_language(node, language);
            }
            if (html_is(node, GUMBO_TAG_BR)) {
                buffer_append_byte(code, '\n');
            }
        }
    }
    failed = walk.failed || code->failed;
    html_walk_free(&walk);
    return failed ? error_out_of_memory(error) : CPK_OK;
}

/* One back quote more than the longest run in the code. */
static size_t fence_length(const struct buffer *code)
{
    size_t longest = 0;
    size_t run = 0;

    for (size_t i = 0; i < code->length; i++) {
        run = code->data[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest < FENCE_MIN ? FENCE_MIN : (longest < FENCE_MAX ? longest + 1 : FENCE_MAX);
}

static int32_t is_blank(const struct buffer *code)
{
    return code->length == 0 || strspn(code->data, " \t\r\n") == code->length;
}

cpk_status html_code_append(struct buffer *target, const GumboNode *pre, cpk_error **error)
{
    static const char FENCE[FENCE_MAX + 1] = "````````````````````````````````````````````````````````````````";
    char language[LANGUAGE_BYTES_MAX] = "";
    struct buffer code;
    cpk_status status;
    size_t fence;

    buffer_init(&code, target->allocator);
    status = read_code(&code, pre, language, error);
    if (status == CPK_OK && !is_blank(&code)) {
        while (code.length > 0 && strchr(" \t\r\n", code.data[code.length - 1]) != NULL) {
            code.length--;
        }
        fence = fence_length(&code);
        buffer_append(target, FENCE, fence);
        buffer_append_text(target, language);
        buffer_append_byte(target, '\n');
        buffer_append(target, code.data, code.length);
        buffer_append_byte(target, '\n');
        buffer_append(target, FENCE, fence);
        status = target->failed ? error_out_of_memory(error) : CPK_OK;
    }
    buffer_free(&code);
    return status;
}

/* math > semantics > annotation, the last child; KaTeX and MathJax write it. */
const char *html_formula_of(const GumboNode *node)
{
    if (!html_is_element(node) || node->v.element.tag != GUMBO_TAG_MATH) {
        return NULL;
    }
    for (size_t depth = 0; depth < FORMULA_DEPTH_MAX && node->v.element.children.length > 0; depth++) {
        node = node->v.element.children.data[node->v.element.children.length - 1];
        if (!html_is_element(node)) {
            return NULL;
        }
        if (strcasecmp(html_attribute(node, "encoding"), "application/x-tex") == 0) {
            const GumboNode *text = node->v.element.children.length > 0 ? node->v.element.children.data[0] : NULL;

            return text != NULL ? html_text_of(text) : NULL;
        }
    }
    return NULL;
}

#include "extract/html/html_gate.h"

#include "base/error.h"
#include "extract/html/html_content.h"
#include "extract/html/html_node.h"
#include "extract/html/html_text.h"

#include <string.h>
#include <strings.h>

#define TEXT_BYTES_MAX 1500 /* of a page that is shown instead of another */

static const struct {
    enum html_gate gate;
    const char *code;
    const char *text;
} GATES[] = {
    {HTML_GATE_CHALLENGE, "challenge", "the site asks for a check that a person is reading"},
    {HTML_GATE_LOGIN, "login", "the site asks for a login"},
    {HTML_GATE_PRIVATE, "private", "the page is private"},
    {HTML_GATE_DELETED, "deleted", "the page does not exist, or was deleted"},
};

/* Sentences of such pages, in lower case. The first that occurs counts. */
static const struct {
    enum html_gate gate;
    const char *words;
} PHRASES[] = {
    {HTML_GATE_CHALLENGE, "just a moment..."},
    {HTML_GATE_CHALLENGE, "checking your browser"},
    {HTML_GATE_CHALLENGE, "checking if the site connection is secure"},
    {HTML_GATE_CHALLENGE, "verify you are human"},
    {HTML_GATE_CHALLENGE, "verifying you are human"},
    {HTML_GATE_CHALLENGE, "verify that you're not a robot"},
    {HTML_GATE_CHALLENGE, "enable javascript and cookies to continue"},
    {HTML_GATE_CHALLENGE, "attention required! | cloudflare"},
    {HTML_GATE_CHALLENGE, "performing security verification"},
    {HTML_GATE_CHALLENGE, "unusual traffic from your computer network"},
    {HTML_GATE_DELETED, "conversation not found"},
    {HTML_GATE_DELETED, "chat not found"},
    {HTML_GATE_DELETED, "page not found"},
    {HTML_GATE_DELETED, "shared link not found"},
    {HTML_GATE_DELETED, "404 not found"},
    {HTML_GATE_DELETED, "has been deleted"},
    {HTML_GATE_DELETED, "was deleted"},
    {HTML_GATE_DELETED, "no longer available"},
    {HTML_GATE_DELETED, "no longer exists"},
    {HTML_GATE_DELETED, "doesn't exist"},
    {HTML_GATE_DELETED, "does not exist"},
    {HTML_GATE_DELETED, "can't be found"},
    {HTML_GATE_DELETED, "could not be found"},
    {HTML_GATE_PRIVATE, "you don't have access"},
    {HTML_GATE_PRIVATE, "you do not have access"},
    {HTML_GATE_PRIVATE, "you don't have permission"},
    {HTML_GATE_PRIVATE, "you need permission"},
    {HTML_GATE_PRIVATE, "this conversation is private"},
    {HTML_GATE_PRIVATE, "this page is private"},
    {HTML_GATE_PRIVATE, "access denied"},
    {HTML_GATE_PRIVATE, "403 forbidden"},
    {HTML_GATE_LOGIN, "log in to continue"},
    {HTML_GATE_LOGIN, "sign in to continue"},
    {HTML_GATE_LOGIN, "please log in"},
    {HTML_GATE_LOGIN, "please sign in"},
    {HTML_GATE_LOGIN, "you must be logged in"},
};

/* What is known of a page's title. */
static const struct {
    enum html_gate gate;
    const char *start;
} TITLES[] = {
    {HTML_GATE_LOGIN, "log in"},      {HTML_GATE_LOGIN, "login"},
    {HTML_GATE_LOGIN, "sign in"},     {HTML_GATE_LOGIN, "anmelden"},
    {HTML_GATE_LOGIN, "connexion"},   {HTML_GATE_DELETED, "404"},
    {HTML_GATE_DELETED, "not found"}, {HTML_GATE_PRIVATE, "403"},
    {HTML_GATE_PRIVATE, "forbidden"}, {HTML_GATE_CHALLENGE, "just a moment"},
};

const char *html_gate_code(enum html_gate gate)
{
    return gate == HTML_GATE_NONE ? "" : GATES[gate - 1].code;
}

const char *html_gate_text(enum html_gate gate)
{
    return gate == HTML_GATE_NONE ? "" : GATES[gate - 1].text;
}

/* 1 if the page has a field for a password, and if it has the script of a known challenge. */
static cpk_status search_nodes(struct html_tree *tree, int32_t *has_password, int32_t *has_challenge, cpk_error **error)
{
    struct html_walk walk;
    const GumboNode *node;
    enum html_event event;
    int32_t failed;

    html_walk_start(&walk, &tree->context->allocator, tree->root);
    while ((event = html_walk_next(&walk, &node)) != HTML_END_OF_WALK) {
        if (event == HTML_BEGIN && html_is(node, GUMBO_TAG_INPUT)) {
            *has_password |= strcasecmp(html_attribute(node, "type"), "password") == 0;
        } else if (event == HTML_BEGIN && html_is(node, GUMBO_TAG_SCRIPT)) {
            *has_challenge |= strstr(html_attribute(node, "src"), "/challenge-platform/") != NULL;
        }
    }
    failed = walk.failed;
    html_walk_free(&walk);
    return failed ? error_out_of_memory(error) : CPK_OK;
}

static enum html_gate find_by_words(const struct buffer *title, const struct buffer *text)
{
    for (size_t i = 0; i < sizeof PHRASES / sizeof PHRASES[0]; i++) {
        if (strcasestr(buffer_text(title), PHRASES[i].words) != NULL ||
            strcasestr(buffer_text(text), PHRASES[i].words) != NULL) {
            return PHRASES[i].gate;
        }
    }
    for (size_t i = 0; i < sizeof TITLES / sizeof TITLES[0]; i++) {
        size_t length = strlen(TITLES[i].start);

        if (strncasecmp(buffer_text(title), TITLES[i].start, length) == 0 &&
            strchr(" .-|:", buffer_text(title)[length]) != NULL) {
            return TITLES[i].gate;
        }
    }
    return HTML_GATE_NONE;
}

cpk_status html_gate_find(struct html_tree *tree, enum html_gate *gate, cpk_error **error)
{
    int32_t has_password = 0;
    int32_t has_challenge = 0;
    struct buffer title;
    struct buffer text;
    cpk_status status;

    *gate = HTML_GATE_NONE;
    buffer_init(&title, &tree->context->allocator);
    buffer_init(&text, &tree->context->allocator);
    CPK_TRY_CLEANUP(html_append_title(&title, tree, error));
    CPK_TRY_CLEANUP(html_text_append(&text, tree->root, 0, error));
    CPK_TRY_CLEANUP(search_nodes(tree, &has_password, &has_challenge, error));
    if (text.length <= TEXT_BYTES_MAX) {
        *gate = find_by_words(&title, &text);
        if (*gate == HTML_GATE_NONE && has_password) {
            *gate = HTML_GATE_LOGIN;
        }
        if (*gate == HTML_GATE_NONE && has_challenge && text.length == 0) {
            *gate = HTML_GATE_CHALLENGE;
        }
    }
cleanup:
    buffer_free(&title);
    buffer_free(&text);
    return status;
}

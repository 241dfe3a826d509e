/* Recognises pages that a service shows instead of the content. */
#ifndef EXTRACT_HTML_HTML_GATE_H
#define EXTRACT_HTML_HTML_GATE_H

#include "extract/html/html_tree.h"

enum html_gate {
    HTML_GATE_NONE,
    HTML_GATE_CHALLENGE, /* asks whether a person is reading */
    HTML_GATE_LOGIN,
    HTML_GATE_PRIVATE, /* not for everyone */
    HTML_GATE_DELETED  /* there is no such page any more */
};

/* The page must be short: an article about logins is none. */
cpk_status html_gate_find(struct html_tree *tree, enum html_gate *gate, cpk_error **error);

/* The native code of errors ("challenge", "login", "private", "deleted"), and what happened in words. */
const char *html_gate_code(enum html_gate gate);
const char *html_gate_text(enum html_gate gate);

#endif

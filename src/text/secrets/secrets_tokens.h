/* The table of token shapes, for the scanner's index of anchors. */
#ifndef TEXT_SECRETS_SECRETS_TOKENS_H
#define TEXT_SECRETS_SECRETS_TOKENS_H

#include <stddef.h>
#include <stdint.h>

/* What the body of a token must hold beside the right characters, so that identifiers are no tokens. */
enum secret_mix {
    MIX_NONE,
    MIX_DIGIT, /* a digit and a letter */
    MIX_CASES, /* two of upper case, lower case and digits */
    MIX_KEY    /* a piece of 12 or more letters and digits that holds both */
};

struct secret_token {
    const char *anchor;
    uint32_t set;
    uint16_t least;
    uint16_t most;
    enum secret_mix mix;
};

extern const struct secret_token secret_tokens[] __attribute__((visibility("hidden")));
extern const size_t secret_token_count __attribute__((visibility("hidden")));

#endif

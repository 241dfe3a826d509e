/* Table of token formats. */
#ifndef TEXT_SECRETS_SECRETS_TOKENS_H
#define TEXT_SECRETS_SECRETS_TOKENS_H

#include <stddef.h>
#include <stdint.h>

/* Required content of a token's body, so that identifiers are not taken for tokens. */
enum secret_mix {
    MIX_NONE,
    MIX_DIGIT, /* a digit and a letter */
    MIX_CASES, /* two of upper case, lower case and digits */
    MIX_KEY    /* 12 or more consecutive letters and digits with both */
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

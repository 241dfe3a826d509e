/* Keys and tokens with a recognisable form, private key blocks, URLs with passwords, Authorization headers. */
#include "text/secrets/secrets_tokens.h"

#include "text/secrets/secrets_internal.h"

#include <string.h>

#define PEM_BYTES_MAX      ((size_t)32 * 1024)
#define PEM_BASE64_LEAST   16
#define HEADER_SPACE_MAX   8
#define CREDENTIAL_MAX     4096
#define USERINFO_MAX       512
#define JWT_PART_MAX       ((size_t)16 * 1024)
#define AWS_SECRET_NEAR    160
#define URL_PASSWORD_LEAST 4

const struct secret_token secret_tokens[] = {
#define TOKEN(anchor, set, least, most, mix, vendor) {anchor, set, least, most, mix},
#include "text/secrets/secrets_tokens.def"
#undef TOKEN
};
const size_t secret_token_count = sizeof secret_tokens / sizeof secret_tokens[0];

/* 1 if a token may start here: no letters directly before it, except of a backslash escape such as \n. */
static int32_t is_token_start(const struct secret_scan *scan, size_t at)
{
    char before = secret_before(scan, at);

    if (!secret_in(before, SET_WORD)) {
        return 1;
    }
    return at >= 2 && scan->text[at - 2] == '\\' && (before == 'n' || before == 't' || before == 'r');
}

/* 1 if 12 or more consecutive letters and digits contain both. */
static int32_t has_key_piece(const char *text, size_t length)
{
    size_t piece = 0;
    size_t digits = 0;

    for (size_t i = 0; i < length; i++) {
        if (!secret_in(text[i], SET_ALNUM)) {
            piece = 0;
            digits = 0;
            continue;
        }
        piece++;
        digits += secret_in(text[i], SET_DIGIT);
        if (piece >= 12 && digits > 0 && digits < piece) {
            return 1;
        }
    }
    return 0;
}

static int32_t has_mix(const char *text, size_t length, enum secret_mix mix)
{
    size_t upper = 0;
    size_t lower = 0;
    size_t digits = 0;

    for (size_t i = 0; i < length; i++) {
        upper += secret_in(text[i], SET_UPPER);
        lower += secret_in(text[i], SET_LOWER);
        digits += secret_in(text[i], SET_DIGIT);
    }
    switch (mix) {
    case MIX_DIGIT:
        return digits > 0 && upper + lower > 0;
    case MIX_CASES:
        return (upper > 0) + (lower > 0) + (digits > 0) >= 2;
    case MIX_KEY:
        /* Or mixed as in random characters, for tokens with dashes. */
        return has_key_piece(text, length) || (upper >= 3 && lower >= 3 && digits >= 2);
    default:
        return 1;
    }
}

/* Finds the secret that belongs to an AWS access key: 40 characters of base64 soon after it. */
static void find_aws_secret(struct secret_scan *scan, size_t from)
{
    for (size_t at = from; at < scan->length && at - from < AWS_SECRET_NEAR; at++) {
        size_t run;

        if (!secret_in(scan->text[at], SET_ALNUM | SET_BASE64)) {
            continue;
        }
        run = secret_run(scan, at, SET_ALNUM | SET_BASE64, 64);
        if (run == 40 && !secret_in(secret_at(scan, at + run), SET_WORD) && has_mix(scan->text + at, run, MIX_DIGIT) &&
            secret_run(scan, at, SET_HEX | SET_DIGIT, 40) < 40) {
            secret_add(scan, SECRET_API_KEY, at, at + run);
            return;
        }
        at += run;
    }
}

void secret_verify_token(struct secret_scan *scan, size_t at, size_t length, int32_t detail)
{
    const struct secret_token *token = &secret_tokens[detail];
    size_t body = at + length;
    size_t run;

    if (!is_token_start(scan, at)) {
        return;
    }
    run = secret_run(scan, body, token->set, (size_t)token->most + 1);
    if (run > token->most) {
        return;
    }
    while (run > 0 && secret_in(scan->text[body + run - 1], SET_DOT)) {
        run--; /* punctuation at the end of a sentence */
    }
    if (run < token->least || !has_mix(scan->text + body, run, token->mix) ||
        secret_is_placeholder(scan->text + body, run)) {
        return;
    }
    if (secret_in(secret_at(scan, body + run), SET_ALNUM)) {
        return; /* part of a longer word */
    }
    secret_add(scan, token->anchor[0] == 'A' && token->anchor[1] == 'G' ? SECRET_PRIVATE_KEY : SECRET_API_KEY, at,
               body + run);
    if (memcmp(token->anchor, "AKIA", length < 4 ? length : 4) == 0) {
        find_aws_secret(scan, body + run);
    }
}

/* "eyJ...": three parts of base64url, five if encrypted. A header alone is not a secret. */
void secret_verify_jwt(struct secret_scan *scan, size_t at, size_t length, int32_t detail)
{
    size_t end = at;
    int32_t parts = 0;

    (void)length;
    (void)detail;
    if (!is_token_start(scan, at) || secret_before(scan, at) == '.') {
        return;
    }
    while (parts < 5) {
        size_t run = secret_run(scan, end, SET_WORD, JWT_PART_MAX);

        if (run < (parts < 2 ? 10u : 16u) && !(parts == 1 && secret_at(scan, end) == '.')) {
            break;
        }
        end += run;
        parts++;
        if (secret_at(scan, end) != '.') {
            break;
        }
        end++;
    }
    while (end > at && scan->text[end - 1] == '.') {
        end--;
    }
    if (parts >= 3 && !secret_is_placeholder(scan->text + at, end - at)) {
        secret_add(scan, SECRET_API_KEY, at, end);
    }
}

static int32_t is_pem_body(char c)
{
    return secret_in(c, SET_ALNUM | SET_BASE64) || (c != '\0' && strchr("= \r\n\t\\\"',:;-()+.", c) != NULL);
}

/* Finds the header line that contains "PRIVATE KEY" at `at`. Returns its end, 0 if there is none; *begin is the start
 * of its -----BEGIN. */
static size_t find_pem_header(const struct secret_scan *scan, size_t at, size_t *begin)
{
    size_t end = at + 11;

    *begin = at;
    while (*begin > 0 && at - *begin < 40 && memcmp(scan->text + *begin, "-----BEGIN", 10) != 0) {
        (*begin)--;
    }
    if (memcmp(scan->text + *begin, "-----BEGIN", 10) != 0) {
        return 0;
    }
    while (end < scan->length && end - at < 32 && secret_in(scan->text[end], SET_UPPER | SET_GAP) &&
           scan->text[end] != '-') {
        end++; /* "PRIVATE KEY BLOCK" */
    }
    return end + 5 <= scan->length && memcmp(scan->text + end, "-----", 5) == 0 ? end + 5 : 0;
}

/* A private key from its BEGIN line to its END line, or to the end of its base64. */
void secret_verify_pem(struct secret_scan *scan, size_t at, size_t length, int32_t detail)
{
    size_t begin;
    size_t start = find_pem_header(scan, at, &begin);
    size_t limit = start + PEM_BYTES_MAX < scan->length ? start + PEM_BYTES_MAX : scan->length;
    size_t end = start;
    size_t last = 0;
    size_t run = 0;
    size_t longest = 0;

    (void)length;
    (void)detail;
    if (start == 0) {
        return;
    }
    while (end < limit && is_pem_body(scan->text[end])) {
        if (end + 8 <= limit && memcmp(scan->text + end, "-----END", 8) == 0) {
            size_t tail = end + 8;

            while (tail < limit && tail - end < 64 && scan->text[tail] != '\n' &&
                   memcmp(scan->text + tail, "-----", tail + 5 <= scan->length ? 5 : 1) != 0) {
                tail++;
            }
            last = tail + 5 <= scan->length ? tail + 5 : scan->length;
            break;
        }
        run = secret_in(scan->text[end], SET_ALNUM | SET_BASE64) ? run + 1 : 0;
        longest = run > longest ? run : longest;
        if (run >= PEM_BASE64_LEAST) {
            last = end + 1;
        }
        end++;
        if (longest < PEM_BASE64_LEAST && end - start > 200) {
            return;
        }
    }
    if (longest >= PEM_BASE64_LEAST) {
        secret_add(scan, SECRET_PRIVATE_KEY, begin, last);
    }
}

/* https://hooks.slack.com/services/T.../B.../..., https://discord.com/api/webhooks/.../...: the URL grants access. */
void secret_verify_webhook(struct secret_scan *scan, size_t at, size_t length, int32_t detail)
{
    size_t body = at + length;
    size_t end = body;
    size_t slashes = 0;
    size_t start = at;

    while (end < scan->length && end - body < 400 && (secret_in(scan->text[end], SET_WORD) || scan->text[end] == '/')) {
        slashes += scan->text[end] == '/';
        end++;
    }
    if (end - body >= 40 && slashes >= (size_t)detail && !secret_is_placeholder(scan->text + body, end - body)) {
        while (start > 0 && at - start < 64 && secret_in(scan->text[start - 1], SET_WORD | SET_DOT)) {
            start--; /* the host name */
        }
        if (start >= 8 && memcmp(scan->text + start - 3, "://", 3) == 0) {
            start -= scan->text[start - 4] == 's' ? 8 : 7;
        }
        secret_add(scan, SECRET_API_KEY, start, end);
    }
}

/* 32 hexadecimal digits, "-us" and a data centre number. */
void secret_verify_mailchimp(struct secret_scan *scan, size_t at, size_t length, int32_t detail)
{
    size_t end = at + length + secret_run(scan, at + length, SET_DIGIT, 2);
    size_t start = at;

    (void)detail;
    while (start > 0 && at - start < 33 && secret_in(scan->text[start - 1], SET_HEX | SET_DIGIT)) {
        start--;
    }
    if (at - start == 32 && !secret_in(secret_before(scan, start), SET_WORD) &&
        !secret_in(secret_at(scan, end), SET_WORD) && !secret_is_placeholder(scan->text + start, 32)) {
        secret_add(scan, SECRET_API_KEY, start, end);
    }
}

static int32_t is_userinfo(char c)
{
    return c > ' ' && c != 0x7F && strchr("/\"'`<>\\", c) == NULL;
}

/* Words that represent a password in instructions. */
static int32_t is_password_word(const char *text, size_t length)
{
    static const char *const words[] = {"password",     "pass",          "passwd",      "pwd",
                                        "secret",       "token",         "user",        "username",
                                        "key",          "hostname",      "passwort",    "admin",
                                        "postgres",     "root",          "guest",       "mypassword",
                                        "yourpassword", "api_key",       "apikey",      "x-oauth-basic",
                                        "x-token-auth", "your_password", "my_password", "db_password",
                                        "test",         "foo",           "bar",         "secretpassword",
                                        "xxx",          "tiger",         "pw",          "pserver:anoncvs",
                                        "anoncvs",      "anonymous"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (secret_equals(text, length, words[i])) {
            return 1;
        }
    }
    return 0;
}

/* scheme://user:password@host */
void secret_verify_url(struct secret_scan *scan, size_t at, size_t length, int32_t detail)
{
    size_t body = at + length;
    size_t end = body;
    size_t colon = 0;
    size_t sign = 0;

    (void)detail;
    if (!secret_in(secret_before(scan, at), SET_ALNUM)) {
        return;
    }
    while (end < scan->length && end - body < USERINFO_MAX && is_userinfo(scan->text[end])) {
        if (scan->text[end] == ':' && colon == 0) {
            colon = end;
        }
        if (scan->text[end] == '@' && colon != 0) {
            sign = end; /* the last '@': passwords may contain unescaped ones */
        }
        if ((scan->text[end] == '?' || scan->text[end] == '#') && sign != 0) {
            break;
        }
        end++;
    }
    if (sign == 0 || sign - colon - 1 < URL_PASSWORD_LEAST) {
        return;
    }
    colon++;
    if (is_password_word(scan->text + colon, sign - colon) || secret_is_placeholder(scan->text + colon, sign - colon)) {
        return;
    }
    if (scan->text[colon] == '$' || scan->text[colon] == '{' || scan->text[colon] == '%' || scan->text[colon] == '[' ||
        scan->text[colon] == '*') {
        return; /* a variable */
    }
    secret_add(scan, SECRET_PASSWORD, colon, sign);
}

static size_t skip_space(const struct secret_scan *scan, size_t at)
{
    size_t end = at;

    while (end - at < HEADER_SPACE_MAX && (secret_at(scan, end) == ' ' || secret_at(scan, end) == '\t')) {
        end++;
    }
    return end;
}

/* The credentials after "Bearer " (detail 0), "Basic " (1) or "Authorization: token " (2). */
void secret_verify_authorization(struct secret_scan *scan, size_t at, size_t length, int32_t detail)
{
    size_t start = skip_space(scan, at + length);
    size_t end = start;
    size_t run;

    if (secret_in(secret_before(scan, at), SET_ALNUM) || start == at + length) {
        return;
    }
    run = secret_run(scan, start, SET_WORD | SET_BASE64 | SET_DOT, CREDENTIAL_MAX);
    end = start + run;
    while (secret_at(scan, end) == '=' && end - start - run < 2) {
        end++;
    }
    while (end > start && scan->text[end - 1] == '.') {
        end--;
    }
    run = end - start;
    if (run < (detail == 1 ? 8u : 12u) || secret_is_placeholder(scan->text + start, run)) {
        return;
    }
    if (detail == 1 && (run % 4 != 0 || (!has_mix(scan->text + start, run, MIX_CASES)))) {
        return;
    }
    if (detail == 1 && run < 16 && !has_mix(scan->text + start, run, MIX_DIGIT) && scan->text[end - 1] != '=') {
        return; /* for example "Basic Authentication" */
    }
    if (detail != 1 && !has_mix(scan->text + start, run, MIX_DIGIT)) {
        return;
    }
    if (detail == 1 && run >= 16 && !has_mix(scan->text + start, run, MIX_DIGIT) && scan->text[end - 1] != '=') {
        return;
    }
    secret_add(scan, SECRET_AUTHORIZATION, start, end);
}

/* A Telegram bot token, 123456789:AA...; `at` is its first digit. */
void secret_verify_telegram(struct secret_scan *scan, size_t at)
{
    size_t digits = secret_run(scan, at, SET_DIGIT, 11);
    size_t body = at + digits + 1;
    size_t run;

    if (digits < 8 || digits > 10 || secret_at(scan, at + digits) != ':' || secret_at(scan, body) != 'A' ||
        secret_at(scan, body + 1) != 'A') {
        return;
    }
    run = secret_run(scan, body, SET_WORD, 38);
    if (run >= 33 && run <= 37 && !secret_is_placeholder(scan->text + body, run)) {
        secret_add(scan, SECRET_API_KEY, at, body + run);
    }
}

/* A Discord token: parts of 24 to 28, 6, and 27 or more characters; the first encodes a number. `dot` is the first dot.
 */
void secret_verify_discord(struct secret_scan *scan, size_t dot)
{
    size_t start = dot;
    size_t run;

    if (secret_at(scan, dot + 7) != '.' || secret_run(scan, dot + 1, SET_WORD, 7) != 6) {
        return;
    }
    while (start > 0 && dot - start < 29 && secret_in(scan->text[start - 1], SET_WORD)) {
        start--;
    }
    run = secret_run(scan, dot + 8, SET_WORD, 45);
    if (dot - start >= 23 && dot - start <= 28 && run >= 27 && run <= 44 && strchr("MNO", scan->text[start]) != NULL &&
        has_mix(scan->text + start, dot - start, MIX_CASES) && has_mix(scan->text + dot + 8, run, MIX_DIGIT) &&
        secret_at(scan, dot + 8 + run) != '.') {
        secret_add(scan, SECRET_API_KEY, start, dot + 8 + run);
    }
}

/* An Azure client secret: three characters, a digit, "Q~" and 31 to 36 more. `tilde` is the offset of the tilde. */
void secret_verify_azure(struct secret_scan *scan, size_t tilde)
{
    size_t body = tilde + 1;
    size_t end = body;

    if (tilde < 5 || scan->text[tilde - 1] != 'Q' || !secret_in(scan->text[tilde - 2], SET_DIGIT) ||
        !secret_in(scan->text[tilde - 3], SET_WORD) || !secret_in(scan->text[tilde - 5], SET_WORD)) {
        return;
    }
    while (end - body < 40 && (secret_in(secret_at(scan, end), SET_WORD | SET_DOT) || secret_at(scan, end) == '~')) {
        end++;
    }
    if (end - body >= 31) {
        secret_add(scan, SECRET_API_KEY, tilde - 5, end);
    }
}

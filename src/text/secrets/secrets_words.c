/* Secrets recognised by the words around them: "my password is ...", DB_PASSWORD=..., api_key: "...". */
#include "text/secrets/secrets_words.h"

#include "text/secrets/secrets_internal.h"

#include <string.h>

#define NAME_BEFORE_MAX 40 /* bytes of an identifier that are examined */
#define NAME_AFTER_MAX  40
#define VALUE_MAX       200
#define BETWEEN_MAX     48 /* "password for the router in the office: " */
#define LOGIN_BEFORE    120

/* How a value is connected to its word. */
enum link {
    LINK_NONE,
    LINK_BESIDE, /* "password hunter2" */
    LINK_COPULA, /* "password is hunter2" */
    LINK_ASSIGN, /* "password = hunter2" */
    LINK_OPTION  /* "--password hunter2" */
};

struct value {
    size_t start;
    size_t end;
    int32_t is_quoted;
    enum link link;
};

struct char_counts {
    size_t digits;
    size_t upper;
    size_t lower;
    size_t wide;    /* bytes of non-ASCII characters */
    size_t marks;   /* ! # $ % and the like, except as the last character */
    size_t hyphens; /* - _ . */
};

static const char *const copulas[] = {
    "is",     "was",   "are",  "ist",    "war",      "lautet",   "hei\xc3\x9ft", "est",       "\xc3\xa9tait",
    "es",     "era",   "eh",   "to",     "jest",     "je",       "er",           "\xc3\xa4r", "on",
    "adalah", "ialah", "este", "e",      "\xc3\xa9", "\xc3\xa8", "\xc3\xa8:",    "l\xc3\xa0", "это",
    "был",    "была",  "є",    "е",      "είναι",    "היא",      "הוא",          "هي",        "هو",
    "है",      "কি",    "คือ",   "set to", "equals",   "wurde",    "becomes"};
static const char *const bridges[] = {
    "for",  "of",  "on",   "to",  "from", "at",         "in",  "f\xc3\xbcr", "zu",   "zum",  "zur",
    "von",  "vom", "bei",  "im",  "de",   "del",        "du",  "des",        "para", "pour", "do",
    "da",   "per", "voor", "van", "till", "f\xc3\xb6r", "от",  "для",        "к",    "na",   "dla",
    "that", "i",   "der",  "des", "here", "hier",       "now", "currently",  "mea",  "ta",   "lui"};

/* Identifiers that continue like this hold no secret. */
static const char *const harmless_ends[] = {
    "hash",        "length",  "len",      "min",       "max",      "reset",  "file",     "path",   "policy",
    "url",         "uri",     "field",    "input",     "valid",    "type",   "count",    "id",     "name",
    "label",       "hint",    "strength", "expir",     "forgot",   "change", "error",    "help",   "text",
    "format",      "size",    "manager",  "generator", "endpoint", "arn",    "version",  "algo",   "usage",
    "izer",        "ization", "ize",      "encoder",   "hasher",   "less",   "required", "ref",    "limit",
    "placeholder", "prompt",  "rule",     "s_",        "spec",     "index",  "checksum", "digest", "fingerprint"};
static const char *const harmless_starts[] = {
    "public", "publishable", "csrf",   "xsrf",  "next_",  "next-",   "nextpage", "nextsync",  "nexttoken", "page",
    "cursor", "continu",     "sync",   "cache", "sort",   "primary", "foreign",  "partition", "idempot",   "hash",
    "dedup",  "tracking",    "object", "s3",    "lookup", "routing", "storage_", "blob",      "commit",    "checksum",
    "digest", "etag",        "stop_",  "pad_",  "eos",    "bos",     "max_",     "num_",      "content",   "primary",
    "unique", "group",       "row",    "item",  "site_",  "sitekey", "anon",     "max",       "pub"};
/* Names of algorithms and types, which are not passwords. */
static const char *const technical[] = {
    "sha1",        "sha224",   "sha256",    "sha384",        "sha512",       "sha-256",       "sha-1",
    "sha-512",     "sha3",     "md4",       "md5",           "base64",       "base32",        "argon2",
    "argon2i",     "argon2id", "pbkdf2",    "pbkdf2_sha256", "pbkdf2_sha1",  "bcrypt_sha256", "utf8",
    "utf-8",       "oauth2",   "oauth1",    "oauth2.0",      "http2",        "aes256",        "aes-256",
    "aes128",      "rsa2048",  "i18n",      "auth0",         "x509",         "crc32",         "win32",
    "int32",       "int64",    "uint8",     "ed25519",       "8-bit",        "ntlmv2",        "web3",
    "k8s",         "html5",    "es6",       "s3cmd",         "log4j",        "wpa2",          "wpa3",
    "wpa2-psk",    "tls1.2",   "1password", "1st",           "2nd",          "3rd",           "4th",
    "2fa",         "u2f",      "fido2",     "md5crypt",      "sha256_crypt", "sha512_crypt",  "sha512crypt",
    "sha256crypt", "pkcs8",    "pkcs12",    "pkcs1"};
/* Words that may follow "password" in place of one. */
static const char *const plain[] = {"string",
                                    "str",
                                    "text",
                                    "required",
                                    "optional",
                                    "none",
                                    "null",
                                    "true",
                                    "false",
                                    "undefined",
                                    "secret",
                                    "password",
                                    "passwort",
                                    "changeme",
                                    "wrong",
                                    "incorrect",
                                    "invalid",
                                    "correct",
                                    "valid",
                                    "hidden",
                                    "empty",
                                    "missing",
                                    "expired",
                                    "weak",
                                    "strong",
                                    "hashed",
                                    "encrypted",
                                    "stored",
                                    "needed",
                                    "forgotten",
                                    "unknown",
                                    "yes",
                                    "varchar",
                                    "value",
                                    "input",
                                    "number",
                                    "boolean",
                                    "object",
                                    "secure",
                                    "safe",
                                    "here",
                                    "reset",
                                    "field",
                                    "confirm",
                                    "enter",
                                    "falsch",
                                    "richtig",
                                    "contraseña",
                                    "redacted",
                                    "removed",
                                    "withheld",
                                    "default",
                                    "blank",
                                    "same",
                                    "unset",
                                    "example",
                                    "admin",
                                    "username",
                                    "token",
                                    "passwd",
                                    "pass",
                                    "your",
                                    "char",
                                    "bytes",
                                    "email",
                                    "private",
                                    "public",
                                    "protected",
                                    "static",
                                    "const",
                                    "final",
                                    "return",
                                    "await",
                                    "async",
                                    "self",
                                    "this",
                                    "event",
                                    "data",
                                    "config",
                                    "options",
                                    "props",
                                    "params",
                                    "user",
                                    "login",
                                    "anonymous",
                                    "certificate",
                                    "certificates",
                                    "publickey",
                                    "keyboard-interactive"};

static int32_t is_listed(const char *text, size_t length, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (secret_equals(text, length, list[i])) {
            return 1;
        }
    }
    return 0;
}
#define IS_LISTED(text, length, list) is_listed(text, length, list, sizeof(list) / sizeof((list)[0]))

static int32_t is_name(char c)
{
    return secret_in(c, SET_ALNUM | SET_SCORE);
}

static int32_t is_wide(char c)
{
    return ((unsigned char)c & 0x80) != 0;
}

static size_t skip_blanks(const struct secret_scan *scan, size_t at, size_t max)
{
    size_t end = at;

    while (end - at < max && (secret_at(scan, end) == ' ' || secret_at(scan, end) == '\t')) {
        end++;
    }
    return end;
}

/* Quotes, brackets, asterisks and backslashes around a name or a value. */
static int32_t is_wrapper(char c)
{
    return c == '"' || c == '\'' || c == '`' || c == '*' || c == '\\' || c == ']' || c == ')';
}

static int32_t starts_with(const struct secret_scan *scan, size_t at, const char *text)
{
    size_t length = strlen(text);

    return at + length <= scan->length && memcmp(scan->text + at, text, length) == 0;
}

/* End of the listed word at an offset; 0 if there is none. */
static size_t match_listed_word(const struct secret_scan *scan, size_t at, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(list[i]);

        if (at + length < scan->length && secret_equals(scan->text + at, length, list[i]) &&
            !secret_in(scan->text[at + length], SET_ALNUM) && !is_wide(scan->text[at + length])) {
            return at + length;
        }
    }
    return 0;
}

/* Skips a Chinese, Japanese, Korean or Thai particle, which follows its word directly. */
static size_t skip_particle(const struct secret_scan *scan, size_t at)
{
    static const char *const particles[] = {"是", "为", "為", "は", "が", "는", "은", "가", "이", "คือ"};

    for (size_t i = 0; i < sizeof particles / sizeof particles[0]; i++) {
        if (starts_with(scan, at, particles[i])) {
            return at + strlen(particles[i]);
        }
    }
    return at;
}

/* Skips an assignment sign; returns `at` if there is none. */
static size_t skip_assignment(const struct secret_scan *scan, size_t at)
{
    char c = secret_at(scan, at);
    char next = secret_at(scan, at + 1);

    if (c == '=' && (next == '=' || next == '~')) {
        return at; /* comparison */
    }
    if ((c == ':' && next == '=') || (c == '=' && next == '>') || (c == '-' && next == '>')) {
        return at + 2;
    }
    if (c == ':' && next == ':') {
        return at;
    }
    if (c == ':' && (next == '/' && secret_at(scan, at + 2) == '/')) {
        return at;
    }
    if (c == '?' && (next == '=' || next == ':')) {
        return at; /* optional member of a type */
    }
    return c == '=' || c == ':' ? at + 1 : at;
}

/* Start of a value in a separate member: key="Password" value="x", {"name":"PASSWORD","value":"x"}, or name: PASSWORD
 * and value: x on the next line. 0 if there is none. */
static size_t find_value_member(const struct secret_scan *scan, size_t at)
{
    size_t end = at;
    size_t found;

    while (end - at < 16 && (secret_in(secret_at(scan, end), SET_GAP) || secret_at(scan, end) == '\\')) {
        end++;
    }
    if (end == at || !starts_with(scan, end, "value")) {
        return 0;
    }
    end += 5;
    while (is_wrapper(secret_at(scan, end))) {
        end++;
    }
    end = skip_blanks(scan, end, 4);
    found = skip_assignment(scan, end);
    return found != end ? skip_blanks(scan, found, 4) : 0;
}

/* Finds what connects the word that ends at `at` with a value. Returns the start of the value; sets *link. */
static size_t find_link(const struct secret_scan *scan, size_t at, enum link *link)
{
    size_t end = at;
    size_t found = find_value_member(scan, at);

    if (found != 0) {
        *link = LINK_ASSIGN;
        return found;
    }
    while (end - at < 4 && is_wrapper(secret_at(scan, end))) {
        end++;
    }
    if (secret_at(scan, end) == '>' && end == at) { /* <password>x</password> */
        size_t close = end + 1;

        while (close < scan->length && close - end < VALUE_MAX && scan->text[close] != '<' && scan->text[close] > ' ') {
            close++;
        }
        *link = secret_at(scan, close) == '<' ? LINK_ASSIGN : LINK_NONE;
        return end + 1;
    }
    found = skip_particle(scan, end);
    if (found != end) {
        *link = LINK_COPULA;
        end = skip_blanks(scan, found, 2);
        found = skip_assignment(scan, end);
        return skip_blanks(scan, found, 2);
    }
    end = skip_blanks(scan, end, 24);
    found = skip_assignment(scan, end);
    if (found != end) {
        *link = LINK_ASSIGN;
        return skip_blanks(scan, found, 24);
    }
    found = match_listed_word(scan, end, copulas, sizeof copulas / sizeof copulas[0]);
    if (found != 0 && end > at) {
        *link = LINK_COPULA;
        end = skip_blanks(scan, found, 4);
        return skip_blanks(scan, skip_assignment(scan, end), 4);
    }
    *link = end > at ? LINK_BESIDE : LINK_NONE;
    return end;
}

/* Reads the value that starts at `at`. */
static void read_value(const struct secret_scan *scan, size_t at, struct value *value)
{
    char quote = '\0';
    size_t end;

    while (secret_at(scan, at) == '\\' || (secret_at(scan, at) == '*' && secret_at(scan, at + 1) == '*')) {
        at += secret_at(scan, at) == '*' ? 2 : 1;
    }
    if ((secret_at(scan, at) == 'b' || secret_at(scan, at) == 'r' || secret_at(scan, at) == 'u') &&
        (secret_at(scan, at + 1) == '"' || secret_at(scan, at + 1) == '\'')) {
        at++;
    }
    if (secret_at(scan, at) == '"' || secret_at(scan, at) == '\'' || secret_at(scan, at) == '`') {
        quote = scan->text[at];
        at++;
    }
    end = at;
    while (end < scan->length && end - at < VALUE_MAX) {
        char c = scan->text[end];

        if (c == '\n' || c == '\r' || c == quote ||
            (quote == '\0' && (c == ' ' || c == '\t' || c == '"' || c == '<')) ||
            (c == '\\' &&
             (secret_at(scan, end + 1) == 'n' || secret_at(scan, end + 1) == '"' || secret_at(scan, end + 1) == 'r')) ||
            (quote == '\0' && (unsigned char)c >= 0xE0)) {
            break;
        }
        if (c == '&' && (starts_with(scan, end, "&quot;") || starts_with(scan, end, "&#") ||
                         starts_with(scan, end, "&lt;") || starts_with(scan, end, "&gt;"))) {
            break; /* HTML entity */
        }
        if (quote == '\0' && (c == '&' || c == ';') && end > at) { /* next URL parameter */
            size_t name = secret_run(scan, end + 1, SET_ALNUM | SET_SCORE, 24);

            if (name > 0 && secret_at(scan, end + 1 + name) == '=') {
                break;
            }
        }
        end++;
    }
    value->is_quoted = quote != '\0' && secret_at(scan, end) == quote;
    if (!value->is_quoted) {
        while (end > at && (strchr(".,;:)]}'`*|\\", scan->text[end - 1]) != NULL)) {
            end--;
        }
    }
    value->start = at;
    value->end = end;
}

static struct char_counts count_chars(const char *text, size_t length)
{
    struct char_counts counts = {0, 0, 0, 0, 0, 0};

    for (size_t i = 0; i < length; i++) {
        char c = text[i];

        counts.digits += secret_in(c, SET_DIGIT);
        counts.upper += secret_in(c, SET_UPPER);
        counts.lower += secret_in(c, SET_LOWER);
        counts.wide += (size_t)is_wide(c);
        counts.hyphens += c == '-' || c == '_' || c == '.';
        counts.marks += i + 1 < length && secret_in(c, SET_MARK);
    }
    return counts;
}

/* 1 for expressions, which are no literal values: name(, name[, name.name, $NAME, ${...}, %(x)s, <x>, {x}. */
static int32_t is_code(const char *text, size_t length, int32_t is_quoted)
{
    size_t i = 0;

    if (length == 0 || strchr("<{[(?", text[0]) != NULL) {
        return 1;
    }
    if (text[0] == '$' && length > 1 &&
        (text[1] == '{' || text[1] == '(' || text[1] == '_' ||
         (secret_in(text[1], SET_UPPER | SET_LOWER) && !is_quoted && count_chars(text, length).digits == 0) ||
         secret_in(text[1], SET_UPPER))) {
        return 1;
    }
    if (text[0] == '%' && length > 1 &&
        (text[1] == '(' || text[1] == 's' || text[1] == '{' || text[length - 1] == '%')) {
        return 1;
    }
    if ((text[0] == '!' && length > 1 && secret_in(text[1], SET_DIGIT)) || secret_contains(text, length, "()") ||
        secret_contains(text, length, "${") || secret_contains(text, length, "{{") ||
        secret_contains(text, length, "://") || secret_contains(text, length, "%s") ||
        secret_contains(text, length, "process.env")) {
        return 1;
    }
    if (text[0] == '/' || (text[0] == '.' && length > 1 && text[1] == '/') ||
        (text[0] == '~' && length > 1 && text[1] == '/')) {
        return 1;
    }
    if (is_quoted) {
        return 0;
    }
    while (i < length && (is_name(text[i]) || text[i] == '.' || text[i] == '?' || text[i] == '$')) {
        i++;
    }
    if (i > 0 && i < length && (text[i] == '(' || text[i] == '[' || text[i] == '{') && !secret_in(text[0], SET_DIGIT)) {
        return 1;
    }
    if (i == length && memchr(text, '.', length) != NULL && !secret_in(text[0], SET_DIGIT)) {
        const char *dot = memchr(text, '.', length);

        return secret_in(dot[1], SET_LOWER | SET_UPPER | SET_SCORE); /* object.member */
    }
    return secret_contains(text, length, "->") || secret_contains(text, length, "=>") ||
           secret_contains(text, length, "&&") || secret_contains(text, length, "})");
}

static int32_t is_email(const char *text, size_t length)
{
    const char *sign = memchr(text, '@', length);
    size_t tail = 0;

    while (tail < length && secret_in(text[length - 1 - tail], SET_LOWER | SET_UPPER)) {
        tail++;
    }
    return sign != NULL && sign > text && tail >= 2 && tail < length && text[length - 1 - tail] == '.' &&
           sign < text + (length - 1 - tail);
}

/* Quantities, dates, times and versions: 12px, 30s, 2024-01-31, 10:45, 3.14, v1.2.3, 1,000. */
static int32_t is_measure(const char *text, size_t length)
{
    static const char *const units[] = {"px",   "em",    "rem", "pt", "ms", "s",  "kb", "mb", "gb",
                                        "min",  "h",     "d",   "k",  "m",  "x",  "th", "st", "bit",
                                        "bits", "chars", "th.", "mm", "cm", "kg", "am", "pm"};
    size_t digits = 0;

    if (length > 0 && (text[0] == 'v' || text[0] == 'V')) {
        text++;
        length--;
    }
    while (digits < length && (secret_in(text[digits], SET_DIGIT) || strchr(".,:/-+", text[digits]) != NULL)) {
        digits++;
    }
    if (digits == length) {
        return length > 0 && (memchr(text, '.', length) != NULL || memchr(text, ':', length) != NULL ||
                              memchr(text, '/', length) != NULL || memchr(text, '-', length) != NULL ||
                              memchr(text, ',', length) != NULL);
    }
    return digits > 0 && IS_LISTED(text + digits, length - digits, units);
}

/* 1 if a login name (user: maria, login=...) is shortly before: what follows is likely its password. */
static int32_t has_login_before(const struct secret_scan *scan, size_t at)
{
    static const char *const logins[] = {"user",    "login",       "email",  "e-mail",         "benutzer",
                                         "usuario", "utilisateur", "utente", "usu\xc3\xa1rio", "логин",
                                         "kullan",  "account",     "ssid",   "wifi",           "wlan"};
    size_t from = at > LOGIN_BEFORE ? at - LOGIN_BEFORE : 0;

    for (size_t i = 0; i < sizeof logins / sizeof logins[0]; i++) {
        if (secret_contains(scan->text + from, at - from, logins[i])) {
            return 1;
        }
    }
    return 0;
}

static int32_t ends_line(const struct secret_scan *scan, size_t at)
{
    size_t end = skip_blanks(scan, at, 4);

    return end >= scan->length || scan->text[end] == '\n' || scan->text[end] == '\r' ||
           (scan->text[end] == '.' && (end + 1 >= scan->length || scan->text[end + 1] == '\n'));
}

static int32_t follows_colon(const struct secret_scan *scan, size_t at)
{
    while (at > 0 && (scan->text[at - 1] == ' ' || scan->text[at - 1] == '\t')) {
        at--;
    }
    return secret_before(scan, at) == ':';
}

/* Accepts a word without digits or punctuation, but only in positions where a password is expected. */
static int32_t is_password_word(const struct secret_scan *scan, size_t word, const struct value *value,
                                const struct char_counts *counts)
{
    const char *text = scan->text + value->start;
    size_t length = value->end - value->start;

    if (length < 5 || memchr(text, ' ', length) != NULL || IS_LISTED(text, length, plain) ||
        secret_contains(text, length, "pass")) {
        return 0;
    }
    if (value->link == LINK_COPULA) {
        return value->is_quoted || counts->hyphens >= 2;
    }
    return value->link == LINK_ASSIGN && follows_colon(scan, value->start) && !value->is_quoted &&
           counts->hyphens == 0 && has_login_before(scan, word) && ends_line(scan, value->end);
}

static size_t count_spaces(const char *text, size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++) {
        count += text[i] == ' ';
    }
    return count;
}

/* Decides whether a value found after the word at `word` is a password. */
static int32_t is_password(const struct secret_scan *scan, size_t word, const struct value *value)
{
    const char *text = scan->text + value->start;
    size_t length = value->end - value->start;
    struct char_counts counts = count_chars(text, length);
    int32_t is_strong = counts.digits > 0 && counts.upper + counts.lower + counts.wide > 0;

    if (length < 4 ||
        (counts.digits == 0 && counts.marks == 0 && value->link != LINK_COPULA && !follows_colon(scan, value->start))) {
        return 0; /* an ordinary word, the most common case */
    }
    if (is_code(text, length, value->is_quoted || value->link == LINK_COPULA) || secret_is_placeholder(text, length) ||
        IS_LISTED(text, length, technical) || is_measure(text, length) || is_email(text, length)) {
        return 0;
    }
    if (memchr(text, ' ', length) != NULL && !(value->link == LINK_COPULA && counts.digits > 0)) {
        if (value->link == LINK_COPULA && value->is_quoted && length < 64 && count_spaces(text, length) >= 3) {
            return 1; /* a quoted passphrase of four or more words */
        }
        return value->link == LINK_ASSIGN && is_strong && counts.marks > 0 && length < 40;
    }
    if (secret_contains(text, length, "passw") && counts.digits < 3 && counts.marks == 0) {
        return 0; /* for example password2, new_password1 */
    }
    if (value->link == LINK_OPTION || value->link == LINK_ASSIGN || value->link == LINK_COPULA) {
        return (is_strong && length >= 5) || (counts.digits == length && length >= 6) ||
               (counts.marks > 0 && length >= 6 && counts.upper + counts.lower + counts.wide > 0 && text[0] != '=') ||
               is_password_word(scan, word, value, &counts);
    }
    return value->link == LINK_BESIDE && is_strong && length >= 6 && (counts.digits >= 2 || counts.marks > 0) &&
           counts.upper + counts.lower + counts.wide >= 2;
}

/* *start is the start of the identifier that contains the word at `at`. */
static void find_name_start(const struct secret_scan *scan, size_t at, size_t *start)
{
    *start = at;
    while (*start > 0 && at - *start < NAME_BEFORE_MAX && secret_in(scan->text[*start - 1], SET_WORD)) {
        (*start)--;
    }
}

/* End of the identifier or inflected word after `at`; 0 if the rest changes the meaning ("password_hash"). */
static size_t find_name_end(const struct secret_scan *scan, size_t at)
{
    size_t end = at;

    while (end < scan->length && end - at < NAME_AFTER_MAX &&
           (secret_in(scan->text[end], SET_ALNUM | SET_SCORE) ||
            ((unsigned char)scan->text[end] >= 0xC3 && (unsigned char)scan->text[end] < 0xE0 && end - at < 12) ||
            (end > at && ((unsigned char)scan->text[end] & 0xC0) == 0x80 && end - at < 12 &&
             is_wide(scan->text[end - 1])))) {
        end++;
    }
    return end - at < NAME_AFTER_MAX && !SECRET_CONTAINS_ANY(scan->text + at, end - at, harmless_ends) ? end : 0;
}

/* Start of a value that is separated from its word by a few others: "password for the router in the office: x",
 * "password of the shop x". *link is LINK_NONE if there is none. */
static size_t skip_bridge(const struct secret_scan *scan, size_t at, enum link *link)
{
    size_t limit = at + BETWEEN_MAX < scan->length ? at + BETWEEN_MAX : scan->length;
    int32_t is_bridge = match_listed_word(scan, at, bridges, sizeof bridges / sizeof bridges[0]) != 0;
    size_t words = 0;

    *link = LINK_NONE;
    for (size_t i = at; i < limit && strchr("\n.?=(;", scan->text[i]) == NULL; i++) {
        if (scan->text[i] == ':' && secret_at(scan, i + 1) == ' ' && (is_bridge || words < 2)) {
            *link = LINK_ASSIGN;
            return skip_blanks(scan, i + 1, 4);
        }
        if (scan->text[i] == ' ') {
            size_t end = is_bridge ? match_listed_word(scan, i + 1, copulas, sizeof copulas / sizeof copulas[0]) : 0;

            if (end > i + 2) {
                *link = LINK_COPULA;
                return skip_blanks(scan, end, 4);
            }
            words++;
            if (is_bridge && (words == 2 || words == 3)) {
                struct value value = {0, 0, 0, LINK_BESIDE};

                read_value(scan, i + 1, &value);
                if (is_password(scan, at, &value)) {
                    *link = LINK_BESIDE;
                    return i + 1;
                }
            }
        }
    }
    return at;
}

void secret_verify_password(struct secret_scan *scan, size_t at, size_t length, int32_t detail)
{
    struct value value = {0, 0, 0, LINK_ASSIGN};
    size_t start = at + length;
    size_t name;

    find_name_start(scan, at, &name);
    if (detail != WORD_PART && secret_in(secret_before(scan, at), SET_ALNUM)) {
        return;
    }
    if (detail == WORD_WHOLE && secret_in(secret_at(scan, start), SET_ALNUM)) {
        return;
    }
    if (detail == WORD_VALUE || detail == WORD_PIN) {
        start = skip_blanks(scan, start, 4);
    } else {
        start = is_wide(secret_before(scan, start)) && (unsigned char)scan->text[at] >= 0xE0
                    ? start
                    : find_name_end(scan, start);
        if (start == 0) {
            return;
        }
        start = find_link(scan, start, &value.link);
    }
    if (value.link == LINK_BESIDE && at >= 2 && memcmp(scan->text + at - 2, "--", 2) == 0) {
        value.link = LINK_OPTION;
    }
    read_value(scan, start, &value);
    if (detail == WORD_PIN) {
        size_t digits = secret_run(scan, value.start, SET_DIGIT, 9);

        if (digits == value.end - value.start && (digits == 4 || digits == 5 || digits == 8)) {
            secret_add(scan, SECRET_PASSWORD, value.start, value.end);
        }
        return;
    }
    if (value.link == LINK_BESIDE && !is_password(scan, name, &value)) { /* a few words may separate them */
        read_value(scan, skip_bridge(scan, start, &value.link), &value);
    }
    if (value.link != LINK_NONE && is_password(scan, name, &value)) {
        secret_add(scan, SECRET_PASSWORD, value.start, value.end);
    }
}

/* 1 for random characters: enough distinct letters and digits, also between dashes or dots. */
static int32_t is_random(const char *text, size_t length, size_t least)
{
    struct char_counts counts = count_chars(text, length);
    uint64_t seen[4] = {0, 0, 0, 0};
    size_t different = 0;
    size_t piece = 0;
    size_t piece_digits = 0;
    size_t best = 0;

    if (length < least || counts.digits < 2 || counts.upper + counts.lower < 2) {
        return 0;
    }
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if ((seen[c >> 6] & UINT64_C(1) << (c & 63)) == 0) {
            seen[c >> 6] |= UINT64_C(1) << (c & 63);
            different++;
        }
        piece = secret_in(text[i], SET_ALNUM) ? piece + 1 : 0;
        piece_digits = piece == 0 ? 0 : piece_digits + secret_in(text[i], SET_DIGIT);
        if (piece_digits > 0 && piece > best) {
            best = piece;
        }
    }
    return different >= 7 &&
           (best >= 12 || best == length || (counts.marks > 0 && counts.upper > 1 && counts.lower > 1) ||
            (counts.marks > 1 && length >= 16) || (counts.upper > 2 && counts.lower > 2 && counts.digits > 2));
}

void secret_verify_assignment(struct secret_scan *scan, size_t at, size_t length, int32_t detail)
{
    struct value value = {0, 0, 0, LINK_NONE};
    size_t start = at + length;
    size_t name;
    size_t size;

    find_name_start(scan, at, &name);
    if (SECRET_CONTAINS_ANY(scan->text + name, at - name, harmless_starts)) {
        return;
    }
    if (scan->text[start - 1] == ':') {
        value.link = LINK_ASSIGN;
        start = skip_blanks(scan, start, 4);
    } else {
        start = (unsigned char)scan->text[at] >= 0xE0 ? start : find_name_end(scan, start);
        if (start == 0 || (secret_in(secret_at(scan, at + length), SET_LOWER) && secret_at(scan, at + length) == 's' &&
                           scan->text[at] == 't')) {
            return; /* plural: "tokens" */
        }
        start = find_link(scan, start, &value.link);
    }
    if (value.link == LINK_NONE) {
        return;
    }
    read_value(scan, start, &value);
    if (!value.is_quoted) {
        size_t comma = value.start;

        while (comma < value.end && scan->text[comma] != ',' && scan->text[comma] != ';') {
            comma++;
        }
        value.end = comma;
    }
    size = value.end - value.start;
    if (value.link == LINK_BESIDE && (size < 20 || memchr(scan->text + value.start, '(', size) != NULL)) {
        return;
    }
    if (!is_random(scan->text + value.start, size, (size_t)detail) ||
        memchr(scan->text + value.start, ' ', size) != NULL ||
        is_code(scan->text + value.start, size, value.is_quoted) ||
        secret_is_placeholder(scan->text + value.start, size) || is_measure(scan->text + value.start, size) ||
        is_email(scan->text + value.start, size)) {
        return;
    }
    if (secret_before(scan, name) == ':' || secret_contains(scan->text + value.start, size, "privatekey")) {
        return; /* part of an ARN, or a class name */
    }
    if (secret_is_uuid(scan->text + value.start, size) && (value.link != LINK_ASSIGN || detail > 12)) {
        return;
    }
    secret_add(scan, SECRET_API_KEY, value.start, value.end);
}

/* Options of commands: mysql -u root -pX, sshpass -p X, curl -u name:X. Finds the option on the command's line. */
void secret_verify_option(struct secret_scan *scan, size_t at, size_t length, int32_t detail)
{
    const char *option = detail == 0 ? " -p" : detail == 1 ? " -u" : " --user";
    size_t option_length = strlen(option);
    size_t limit = at + length + 200 < scan->length ? at + length + 200 : scan->length;
    struct value value = {0, 0, 0, LINK_OPTION};
    size_t i = at + length - 1;

    if (at < scan->option_ends[detail]) {
        return; /* an earlier command on the line already found no option */
    }
    for (; i + option_length < limit && scan->text[i] != '\n'; i++) {
        size_t start = i + option_length;
        const char *colon;

        if (memcmp(scan->text + i, option, option_length) != 0) {
            continue;
        }
        if (detail != 0 || scan->text[at] == 's') {
            start = skip_blanks(scan, start, 2);
        }
        read_value(scan, start, &value);
        colon = detail == 0 ? NULL : memchr(scan->text + value.start, ':', value.end - value.start);
        if (detail != 0 && colon == NULL) {
            return;
        }
        if (colon != NULL) {
            value.start = (size_t)(colon - scan->text) + 1;
        }
        if (is_password(scan, at, &value)) {
            secret_add(scan, SECRET_PASSWORD, value.start, value.end);
        }
        return;
    }
    scan->option_ends[detail] = i;
}

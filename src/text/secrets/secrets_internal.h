/* Internals of the secret scanner: secrets.c finds candidate positions, the other files verify them. */
#ifndef TEXT_SECRETS_SECRETS_INTERNAL_H
#define TEXT_SECRETS_SECRETS_INTERNAL_H

#include "base/buffer.h"
#include "text/secrets/secret_list.h"

/* Sets of ASCII characters; the table secret_sets gives the sets of each byte. */
#define SET_DIGIT  0x01u
#define SET_HEX    0x02u /* lower-case hexadecimal */
#define SET_LOWER  0x04u
#define SET_UPPER  0x08u
#define SET_DASH   0x10u  /* - */
#define SET_SCORE  0x20u  /* _ */
#define SET_BASE64 0x40u  /* + / */
#define SET_DOT    0x80u  /* . */
#define SET_GAP    0x100u /* separators within a seed phrase */
#define SET_MARK   0x200u /* punctuation that is common in passwords */
#define SET_ALNUM  (SET_DIGIT | SET_LOWER | SET_UPPER)
#define SET_WORD   (SET_ALNUM | SET_DASH | SET_SCORE)

/* State of a scan. `text` has look-alikes of ASCII replaced (secrets_fold.c). */
struct secret_scan {
    const char *text;
    size_t length;
    struct secret_list *list;
    size_t number_end;     /* numbers before this offset were checked */
    size_t option_ends[3]; /* the same for command options, by the option's `detail` */
    int32_t failed;        /* out of memory */
};

extern const uint16_t secret_sets[256] __attribute__((visibility("hidden")));

static inline int32_t secret_in(char c, uint32_t set)
{
    return (secret_sets[(unsigned char)c] & set) != 0;
}

/* The character at an offset; NUL outside the text. */
static inline char secret_at(const struct secret_scan *scan, size_t at)
{
    return at < scan->length ? scan->text[at] : '\0';
}

static inline char secret_before(const struct secret_scan *scan, size_t at)
{
    return at > 0 ? scan->text[at - 1] : '\0';
}

/* Number of consecutive bytes from `at` that are in the set, at most `max`. */
static inline size_t secret_run(const struct secret_scan *scan, size_t at, uint32_t set, size_t max)
{
    size_t left = at < scan->length ? scan->length - at : 0;
    size_t run = 0;

    max = max < left ? max : left;
    while (run < max && secret_in(scan->text[at + run], set)) {
        run++;
    }
    return run;
}

void secret_add(struct secret_scan *scan, enum secret_kind kind, size_t start, size_t end);

/* Placeholders used in documentation: "xxxxxxxx", "YOUR_KEY_HERE", "<token>", "...EXAMPLE". */
int32_t secret_is_placeholder(const char *text, size_t length);
/* 8-4-4-4-12 hexadecimal digits. */
int32_t secret_is_uuid(const char *text, size_t length);
/* Case-insensitive for ASCII; `needle` and `word` are lower case. */
int32_t secret_contains(const char *text, size_t length, const char *needle);
int32_t secret_contains_any(const char *text, size_t length, const char *const *needles, size_t count);
/* The same for an array of needles. */
#define SECRET_CONTAINS_ANY(text, length, needles)                                                                     \
    secret_contains_any(text, length, needles, sizeof(needles) / sizeof((needles)[0]))
int32_t secret_equals(const char *text, size_t length, const char *word);

/* Verifiers. `at` and `length` are the position of the anchor that was found, `detail` is the anchor's. */
typedef void (*secret_verify_fn)(struct secret_scan *scan, size_t at, size_t length, int32_t detail);

void secret_verify_token(struct secret_scan *scan, size_t at, size_t length, int32_t detail);
void secret_verify_jwt(struct secret_scan *scan, size_t at, size_t length, int32_t detail);
void secret_verify_pem(struct secret_scan *scan, size_t at, size_t length, int32_t detail);
void secret_verify_webhook(struct secret_scan *scan, size_t at, size_t length, int32_t detail);
void secret_verify_mailchimp(struct secret_scan *scan, size_t at, size_t length, int32_t detail);
void secret_verify_url(struct secret_scan *scan, size_t at, size_t length, int32_t detail);
void secret_verify_authorization(struct secret_scan *scan, size_t at, size_t length, int32_t detail);
void secret_verify_password(struct secret_scan *scan, size_t at, size_t length, int32_t detail);
void secret_verify_assignment(struct secret_scan *scan, size_t at, size_t length, int32_t detail);
void secret_verify_option(struct secret_scan *scan, size_t at, size_t length, int32_t detail);
void secret_verify_identity(struct secret_scan *scan, size_t at, size_t length, int32_t detail);
void secret_verify_seed(struct secret_scan *scan, size_t at, size_t length, int32_t detail);

/* Tokens that start with digits or have no fixed prefix. */
void secret_verify_telegram(struct secret_scan *scan, size_t at);
void secret_verify_discord(struct secret_scan *scan, size_t dot);
void secret_verify_azure(struct secret_scan *scan, size_t tilde);

/* `at` is a digit with none before it. Finds cards, IBANs and identity numbers recognisable by format alone. */
void secret_verify_number(struct secret_scan *scan, size_t at);

/* Finds seed phrases that no word announces, by probing words at intervals. */
void secret_build_seeds(void); /* must be called once before secret_find_seeds() and secret_verify_seed() */
void secret_find_seeds(struct secret_scan *scan);

/* A folded text and an array of struct secret_place: the offset of each replacement in both texts. */
struct secret_fold {
    struct buffer text;
    struct buffer places;
};
struct secret_place {
    size_t folded;
    size_t original;
};
/* 1 if the text has nothing to replace; then `fold` stays empty. */
int32_t secret_fold_text(struct secret_fold *fold, const char *text, size_t length);

#endif

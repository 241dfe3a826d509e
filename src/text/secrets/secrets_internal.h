/* Between the parts of the secret scanner: the driver finds places worth a look (secrets.c), the rest verifies them. */
#ifndef TEXT_SECRETS_SECRETS_INTERNAL_H
#define TEXT_SECRETS_SECRETS_INTERNAL_H

#include "text/secrets/secrets.h"

/* Sets of ASCII characters; a table in secrets.c says which a byte belongs to. */
#define SET_DIGIT  0x01u
#define SET_HEX    0x02u /* lower-case hexadecimal */
#define SET_LOWER  0x04u
#define SET_UPPER  0x08u
#define SET_DASH   0x10u  /* - */
#define SET_SCORE  0x20u  /* _ */
#define SET_BASE64 0x40u  /* + / */
#define SET_DOT    0x80u  /* . */
#define SET_GAP    0x100u /* between the words of a seed phrase */
#define SET_MARK   0x200u /* signs that passwords are made of */
#define SET_ALNUM  (SET_DIGIT | SET_LOWER | SET_UPPER)
#define SET_WORD   (SET_ALNUM | SET_DASH | SET_SCORE)

/* The text as it is scanned: with look-alikes of ASCII replaced (secrets_fold.c). */
struct secret_scan {
    const char *text;
    size_t length;
    struct secret_list *list;
    size_t number_end;     /* numbers before it were looked at */
    size_t option_ends[3]; /* and options of commands, by what is looked for */
    int32_t failed;        /* out of memory */
};

extern const uint16_t secret_sets[256] __attribute__((visibility("hidden")));

static inline int32_t secret_in(char c, uint32_t set)
{
    return (secret_sets[(unsigned char)c] & set) != 0;
}

/* The character at a place, NUL outside of the text. */
static inline char secret_at(const struct secret_scan *scan, size_t at)
{
    return at < scan->length ? scan->text[at] : '\0';
}

static inline char secret_before(const struct secret_scan *scan, size_t at)
{
    return at > 0 ? scan->text[at - 1] : '\0';
}

/* Bytes from `at` on that are in the set, at most `max`. */
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

/* "xxxxxxxx", "YOUR_KEY_HERE", "<token>", "...EXAMPLE": what documentation writes in the place of a secret. */
int32_t secret_is_placeholder(const char *text, size_t length);
/* 8-4-4-4-12 hexadecimal digits. */
int32_t secret_is_uuid(const char *text, size_t length);
/* ASCII, case ignored; `needle` in lower case. */
int32_t secret_contains(const char *text, size_t length, const char *needle);
int32_t secret_contains_any(const char *text, size_t length, const char *const *needles, size_t count);
int32_t secret_equals(const char *text, size_t length, const char *lower);

/* The verifiers. Each is given the place of an anchor of secrets_anchors.def and its length. */
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

/* Tokens that start with digits or have no fixed start. */
void secret_verify_telegram(struct secret_scan *scan, size_t at);
void secret_verify_discord(struct secret_scan *scan, size_t dot);
void secret_verify_azure(struct secret_scan *scan, size_t tilde);

/* A digit with none before it: cards, IBANs and identity numbers whose shape is enough. */
void secret_verify_number(struct secret_scan *scan, size_t at);

/* Twelve or more words of a seed phrase without any other word near: looks at single words far apart first. */
void secret_build_seeds(void); /* once, before the others */
void secret_find_seeds(struct secret_scan *scan);

/* Replaces look-alikes of ASCII. `places` gets, for each replacement, where it is in both texts. */
struct secret_fold {
    struct buffer text;
    struct buffer places;
};
struct secret_place {
    size_t folded;
    size_t original;
};
/* 1: the text holds nothing to replace, and `fold` stays empty. */
int32_t secret_fold_text(struct secret_fold *fold, const char *text, size_t length);

#endif

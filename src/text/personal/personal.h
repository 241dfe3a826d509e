/* Finds personal data in UTF-8 text: e-mail addresses, phone numbers, postal addresses, names ...; docs/redaction.md
 * lists what is recognised. Credentials and identity numbers are found by text/secrets.
 *
 * Linear in the length of the text, without an allocation per byte or line. Thread-safe. */
#ifndef TEXT_PERSONAL_PERSONAL_H
#define TEXT_PERSONAL_PERSONAL_H

#include <contextpack/engine.h>

#include <stddef.h>
#include <stdint.h>

enum personal_kind {
    PERSONAL_PERSON,
    PERSONAL_EMAIL,
    PERSONAL_PHONE,
    PERSONAL_ADDRESS, /* a street address, with its postal code and city */
    PERSONAL_IP_ADDRESS,
    PERSONAL_URL,         /* with credentials */
    PERSONAL_BIRTH_DATE,  /* only where the text says so */
    PERSONAL_CARD_NUMBER, /* that text/secrets does not recognise: unusual lengths and issuers */
    PERSONAL_ID_NUMBER,   /* the same for social security and licence numbers */
    PERSONAL_KIND_COUNT
};

/* Bytes [start, end) of the text; both are code point boundaries. */
struct personal_span {
    enum personal_kind kind;
    size_t start;
    size_t end;
};

/* Sorted spans without overlaps. */
struct personal_list {
    const cpk_allocator *allocator;
    struct personal_span *items;
    size_t count;
    size_t capacity;
};

/* Names that are known: found wherever they occur as whole words, the full name in any case, a part of it of three or
 * more letters as it is written. */
struct personal_names;

/* Static strings: the name for JSON ("ip_address") and the one in placeholders ("IP_ADDRESS"). */
const char *personal_kind_name(enum personal_kind kind);
const char *personal_kind_label(enum personal_kind kind);

void personal_list_init(struct personal_list *list, const cpk_allocator *allocator);
void personal_list_free(struct personal_list *list);

/* `names`: names, separated by commas, semicolons or newlines; NULL is empty. */
cpk_status personal_names_create(const cpk_allocator *allocator, const char *names, struct personal_names **created,
                                 cpk_error **error);
void personal_names_free(struct personal_names *names);

/* Replaces the list by the personal data of a text, which need not be valid UTF-8. `names` may be NULL. Fails only
 * with OUT_OF_MEMORY. */
cpk_status personal_scan(const char *text, size_t length, const struct personal_names *names,
                         struct personal_list *list, cpk_error **error);

#endif

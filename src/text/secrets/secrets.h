/* Finds credentials and identity numbers in UTF-8 text; docs/secrets.md lists what is recognised.
 *
 * Linear in the length of the text, without an allocation per byte or per line. Full-width characters, digits of other
 * scripts, exotic spaces and dashes and zero-width characters inside a secret do not hide it. Pure; any thread. */
#ifndef TEXT_SECRETS_SECRETS_H
#define TEXT_SECRETS_SECRETS_H

#include "base/buffer.h"

#include <contextpack/error.h>

enum secret_kind {
    SECRET_API_KEY,       /* a key or token of a vendor, or one that is assigned to a name such as API_SECRET */
    SECRET_PRIVATE_KEY,   /* PEM, OpenSSH, PGP and age private keys */
    SECRET_PASSWORD,      /* in a URL, in an assignment, or after "password is" in many languages */
    SECRET_AUTHORIZATION, /* what stands behind Basic or Bearer in a header */
    SECRET_SEED_PHRASE,   /* of a wallet, BIP 39 English */
    SECRET_CARD_NUMBER,
    SECRET_BANK_ACCOUNT, /* IBAN */
    SECRET_NATIONAL_ID,  /* national identity, tax and social security numbers */
    SECRET_PASSPORT,
    SECRET_KIND_COUNT
};

/* Bytes [start, end) of the text, on code-point boundaries. */
struct secret_span {
    enum secret_kind kind;
    size_t start;
    size_t end;
};

/* Spans in order, without overlaps. */
struct secret_list {
    const cpk_allocator *allocator;
    struct secret_span *items;
    size_t count;
    size_t capacity;
};

/* Secrets by kind. */
struct secret_counts {
    int64_t of_kind[SECRET_KIND_COUNT];
};

/* "api_key", "card_number": static, for JSON; and "API key", "card number" for a reader. */
const char *secret_kind_name(enum secret_kind kind);
const char *secret_kind_label(enum secret_kind kind);

void secret_list_init(struct secret_list *list, const cpk_allocator *allocator);
void secret_list_free(struct secret_list *list);

/* Replaces the list by the secrets of the text, which need not be well-formed. CPK_ERROR_OUT_OF_MEMORY or CPK_OK. */
cpk_status secrets_scan(const char *text, size_t length, struct secret_list *list, cpk_error **error);

/* Appends the text with "[password withheld]" and the like in the place of each secret, and adds to *counts, which may
 * be NULL. *found (may be NULL) is the number of secrets; where it is 0, the text was appended as it is. What is masked
 * already is not masked again. */
cpk_status secrets_mask(const char *text, size_t length, struct buffer *target, struct secret_counts *counts,
                        size_t *found, cpk_error **error);

int64_t secret_counts_total(const struct secret_counts *counts);
void secret_counts_add(struct secret_counts *target, const struct secret_counts *more);
/* {"api_key":2,"password":1}: the kinds that occur, in the order of the enumeration; {} for none. */
void secret_counts_write(const struct secret_counts *counts, struct buffer *target);
/* Adds what secret_counts_write() wrote; members it does not know count for nothing. NULL is {}. */
void secret_counts_read(struct secret_counts *counts, const char *json);

/* Writes '*' over each secret of a line, for logs and errors, which must not grow. */
void secrets_blank(char *text, size_t length);

#endif

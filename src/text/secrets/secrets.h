/* Finds credentials and identity numbers in UTF-8 text; docs/secrets.md lists what is recognised.
 *
 * Linear in the length of the text, without an allocation per byte or line. Full-width characters, digits of other
 * scripts, Unicode spaces and dashes, and zero-width characters inside a secret are recognised. Thread-safe. */
#ifndef TEXT_SECRETS_SECRETS_H
#define TEXT_SECRETS_SECRETS_H

#include "base/buffer.h"
#include "text/secrets/secret_list.h"

#include <contextpack/error.h>

/* Number of secrets by kind. */
struct secret_counts {
    int64_t of_kind[SECRET_KIND_COUNT];
};

/* Static strings: the name for JSON ("card_number") and the label for readers ("card number"). */
const char *secret_kind_name(enum secret_kind kind);
const char *secret_kind_label(enum secret_kind kind);

void secret_list_init(struct secret_list *list, const cpk_allocator *allocator);
void secret_list_free(struct secret_list *list);

/* Replaces the list by the secrets of a text, which need not be valid UTF-8. Fails only with OUT_OF_MEMORY. */
cpk_status secrets_scan(const char *text, size_t length, struct secret_list *list, cpk_error **error);

/* Appends the text with each secret replaced by "[password withheld]" or similar. Adds to *counts and sets *found to
 * the number of secrets; both may be NULL. With no secrets the text is appended unchanged. Masked text is not masked
 * again.
 */
cpk_status secrets_mask(const char *text, size_t length, struct buffer *target, struct secret_counts *counts,
                        size_t *found, cpk_error **error);

int64_t secret_counts_total(const struct secret_counts *counts);
void secret_counts_add(struct secret_counts *target, const struct secret_counts *more);
/* Writes {"api_key":2,"password":1}: the kinds that occur, in the order of the enumeration. */
void secret_counts_write(const struct secret_counts *counts, struct buffer *target);
/* Adds the counts written by secret_counts_write(). Unknown members are ignored; NULL counts as {}. */
void secret_counts_read(struct secret_counts *counts, const char *json);

/* Overwrites each secret of a line with '*', for logs and errors; the length stays the same. */
void secrets_blank(char *text, size_t length);

#endif

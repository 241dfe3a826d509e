#include "payments/stripe/form.h"

#include <stdio.h>
#include <string.h>

#define PLAIN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"

static void add_encoded(struct buffer *form, const char *text, const char *as_it_is)
{
    for (; *text != '\0'; text++) {
        if (strchr(as_it_is, *text) != NULL) {
            buffer_append_byte(form, *text);
        } else {
            buffer_append_format(form, "%%%02X", (unsigned)(unsigned char)*text);
        }
    }
}

void form_add_under(struct buffer *form, const char *prefix, const char *key, const char *value)
{
    if (value == NULL) {
        return;
    }
    if (form->length > 0) {
        buffer_append_byte(form, '&');
    }
    if (prefix != NULL) {
        add_encoded(form, prefix, PLAIN "[]");
        buffer_append_byte(form, '[');
    }
    add_encoded(form, key, PLAIN "[]");
    if (prefix != NULL) {
        buffer_append_byte(form, ']');
    }
    buffer_append_byte(form, '=');
    add_encoded(form, value, PLAIN);
}

void form_add(struct buffer *form, const char *key, const char *value)
{
    form_add_under(form, NULL, key, value);
}

void form_add_int64(struct buffer *form, const char *key, int64_t value)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%lld", (long long)value);
    form_add(form, key, digits);
}

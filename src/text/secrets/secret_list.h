/* Kinds of secrets, and where they are in a text. */
#ifndef TEXT_SECRETS_SECRET_LIST_H
#define TEXT_SECRETS_SECRET_LIST_H

#include <contextpack/engine.h>

#include <stddef.h>
#include <stdint.h>

enum secret_kind {
    SECRET_API_KEY,       /* a vendor's key or token, or a value assigned to a name such as API_SECRET */
    SECRET_PRIVATE_KEY,   /* PEM, OpenSSH, PGP and age private keys */
    SECRET_PASSWORD,      /* in a URL, in an assignment, or after "password is" in many languages */
    SECRET_AUTHORIZATION, /* the credentials after Basic or Bearer in a header */
    SECRET_SEED_PHRASE,   /* of a cryptocurrency wallet, BIP 39 English */
    SECRET_CARD_NUMBER,
    SECRET_BANK_ACCOUNT, /* IBAN */
    SECRET_NATIONAL_ID,  /* national identity, tax and social security numbers */
    SECRET_PASSPORT,
    SECRET_KIND_COUNT
};

/* Bytes [start, end) of the text; both are code point boundaries. */
struct secret_span {
    enum secret_kind kind;
    size_t start;
    size_t end;
};

/* Sorted spans without overlaps. */
struct secret_list {
    const cpk_allocator *allocator;
    struct secret_span *items;
    size_t count;
    size_t capacity;
};

#endif

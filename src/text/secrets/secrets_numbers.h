/* Table of numbers that are announced by a word, and their checks. */
#ifndef TEXT_SECRETS_SECRETS_NUMBERS_H
#define TEXT_SECRETS_SECRETS_NUMBERS_H

#include "text/secrets/secret_list.h"

enum secret_check {
    CHECK_NONE,
    CHECK_SSN,
    CHECK_LUHN,
    CHECK_LUHN_TAIL, /* of the last ten digits */
    CHECK_TFN,
    CHECK_NINO,
    CHECK_NHS,
    CHECK_DE_TAX,
    CHECK_MIXED, /* letters and digits */
    CHECK_EAN,
    CHECK_DNI,
    CHECK_NIE,
    CHECK_PT_NIF,
    CHECK_INSEE,
    CHECK_FISCAL,
    CHECK_BSN,
    CHECK_BELGIAN,
    CHECK_NORWEGIAN,
    CHECK_DATE_DMY,
    CHECK_DATE_YMD,
    CHECK_FINNISH,
    CHECK_PESEL,
    CHECK_NIP,
    CHECK_ELEVEN,
    CHECK_CNP,
    CHECK_TURKISH,
    CHECK_SNILS,
    CHECK_INN,
    CHECK_CPF,
    CHECK_RUT,
    CHECK_VERHOEFF,
    CHECK_PAN,
    CHECK_CHINESE,
    CHECK_MY_NUMBER,
    CHECK_SOUTH_AFRICAN,
    CHECK_PASSPORT
};

struct secret_identity {
    enum secret_kind kind;
    const char *word;
    const char *pattern;
    enum secret_check check;
};

extern const struct secret_identity secret_identities[] __attribute__((visibility("hidden")));
extern const size_t secret_identity_count __attribute__((visibility("hidden")));

/* 1 if the digits and letters (without separators, NUL-terminated) pass the check. */
int32_t secret_check_passes(enum secret_check check, const char *text, size_t length);

#endif

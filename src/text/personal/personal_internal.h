/* Internals of the search for personal data: personal.c reads words and numbers, the other files verify them. */
#ifndef TEXT_PERSONAL_PERSONAL_INTERNAL_H
#define TEXT_PERSONAL_PERSONAL_INTERNAL_H

#include "text/personal/personal.h"

/* What a word means for the text beside it (personal_words.def). */
#define WORD_GIVEN         0x000001u /* a given name */
#define WORD_TITLE         0x000002u /* before a name: "Mr" */
#define WORD_GREETING      0x000004u /* before a name: "Dear" */
#define WORD_SIGNOFF       0x000008u /* on the line before a name: "Regards," */
#define WORD_NAMING        0x000010u /* before a name: "called" */
#define WORD_NAME          0x000020u /* "name": with a verb or a colon before a name */
#define WORD_NAME_STRONG   0x000040u /* label that only people have: "surname:" */
#define WORD_NAME_PREFIX   0x000080u /* makes WORD_NAME strong: "first name:" */
#define WORD_IS            0x000100u /* between WORD_NAME and a name */
#define WORD_PARTICLE      0x000200u /* in lower case within names and streets: "van", "de la" */
#define WORD_SUFFIX        0x000400u /* after a name: "Jr" */
#define WORD_STREET_AFTER  0x000800u /* "12 Main Street" */
#define WORD_STREET_BEFORE 0x001000u /* "rue de la Paix 12" */
#define WORD_UNIT          0x002000u /* before a number, in an address: "Apt" */
#define WORD_POST_BOX      0x004000u
#define WORD_ADDRESS       0x008000u /* announces an address */
#define WORD_ZIP           0x010000u
#define WORD_BIRTH         0x020000u /* announces a date of birth */
#define WORD_PHONE         0x040000u /* announces a phone number */
#define WORD_CARD          0x080000u
#define WORD_LICENCE       0x100000u
#define WORD_MONTH         0x200000u
#define WORD_NOT_NAME      0x400000u  /* ends a name although it has a capital */
#define WORD_STREET_SUFFIX 0x800000u  /* "Hauptstraße", by its end; "Straße" alone */
#define WORD_PHONE_WEAK    0x2000000u /* with WORD_PHONE: announces other numbers as well */
#define WORD_MAYBE_GIVEN   0x1000000u /* a given name before another name only: "Mark" */

struct personal_word {
    size_t start;
    size_t end;
    uint64_t hash; /* without regard to case */
    uint32_t flags;
    int32_t is_capital; /* begins with a capital letter, or with a letter of a script without case */
    int32_t is_upper;   /* has no small letter */
};

/* Words that do something where they stand; the others only matter beside a word with a capital or a number. */
#define WORD_ACTIVE                                                                                                    \
    (WORD_NAME | WORD_NAME_STRONG | WORD_STREET_BEFORE | WORD_ADDRESS | WORD_BIRTH | WORD_PHONE | WORD_CARD |          \
     WORD_LICENCE | WORD_ZIP | WORD_STREET_SUFFIX)

struct personal_scan {
    const char *text;
    size_t length;
    const struct personal_names *names; /* or NULL */
    struct personal_list *list;
    const uint64_t *filter;         /* personal_word_filter, or that of the names, which has its bits too */
    struct personal_word before[2]; /* see personal_word_before() */
    size_t before_at;               /* + 1; 0: not read */
    size_t next;                    /* where the search goes on */
    size_t sign_end;                /* e-mail addresses and URLs do not begin before it */
    size_t number_start;            /* of the last number */
    size_t number_end;
    size_t street_start;      /* of the last word that announces a street name */
    size_t street_end;        /* after the street's name, as far as it is read; 0: none */
    int32_t street_is_suffix; /* the name ends with the word for street */
    /* Ends of the last words that announce something; 0: none. */
    size_t address_cue, birth_cue, phone_cue, strong_phone_cue, card_cue, licence_cue, zip_cue;
    int32_t failed; /* out of memory */
};

static inline int32_t personal_is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static inline int32_t personal_is_ascii_letter(char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26;
}

/* The character at an offset; NUL outside the text. */
static inline char personal_at(const struct personal_scan *scan, size_t at)
{
    return at < scan->length ? scan->text[at] : '\0';
}

static inline char personal_before(const struct personal_scan *scan, size_t at)
{
    return at > 0 ? scan->text[at - 1] : '\0';
}

/* 1 if a cue ended at most `distance` bytes before `at`. */
static inline int32_t personal_is_near(size_t cue, size_t at, size_t distance)
{
    return cue > 0 && at >= cue && at - cue <= distance;
}

/* End of the run of digits at an offset. */
size_t personal_digits_end(const struct personal_scan *scan, size_t at);
void personal_add(struct personal_scan *scan, enum personal_kind kind, size_t start, size_t end);

/* Reads the word at an offset; 0 if no letter is there. A word has letters only, in one alphabet or several. */
int32_t personal_word_read(const struct personal_scan *scan, size_t at, struct personal_word *word);
void personal_words_build(void); /* must have been called once before */
/* The last word before an offset, at most eight bytes away, or with 1 the one before it; end 0: none. */
const struct personal_word *personal_word_before(struct personal_scan *scan, size_t at, size_t which);

/* Words of small letters are only read if the filter has their key: a bit for the first three bytes of each word of
 * WORD_ACTIVE and of each known name. */
#define PERSONAL_FILTER_WORDS 1024
extern uint64_t personal_word_filter[PERSONAL_FILTER_WORDS] __attribute__((visibility("hidden")));

static inline size_t personal_filter_key(const unsigned char *bytes)
{
    return (size_t)(bytes[0] & 31) << 11 | (size_t)(bytes[1] & 31) << 6 | (size_t)(bytes[2] >= 0x40) << 5 |
           (size_t)(bytes[2] & 31);
}

void personal_filter_add(uint64_t *filter, const char *word, size_t length);
/* Hash of a word without regard to case. */
uint64_t personal_word_hash(const char *text, size_t length);

const uint64_t *personal_names_filter(const struct personal_names *names);

/* Verifiers. They add what they find, and set scan->next where the search goes on behind it. */
void personal_verify_sign(struct personal_scan *scan, size_t at);   /* at "@" */
void personal_verify_ip6(struct personal_scan *scan, size_t at);    /* at ":" */
void personal_verify_number(struct personal_scan *scan, size_t at); /* at a digit, or "+" or "(" before one */
void personal_verify_word(struct personal_scan *scan, const struct personal_word *word);
int32_t personal_verify_phone(struct personal_scan *scan, size_t at);
int32_t personal_verify_birth(struct personal_scan *scan, size_t at);
int32_t personal_verify_address(struct personal_scan *scan, size_t at);
void personal_note_street(struct personal_scan *scan, const struct personal_word *word);
/* Adds the known name that begins with a word; 0 if none does. */
int32_t personal_verify_known(struct personal_scan *scan, const struct personal_word *word);

#endif

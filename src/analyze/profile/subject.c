#include "analyze/profile/subject.h"

#include "analyze/language/words.h"
#include "base/hash.h"
#include "base/utf8.h"

#include <string.h>

#define WORD_MAX_BYTES 64

static const char *const skipped[] = {
    "a",    "an",      "the",       "my",   "our",   "their", "his",  "her",  "is",   "are",
    "was",  "be",      "has",       "have", "of",    "to",    "and",  "in",   "at",   "for",
    "on",   "as",      "with",      "some", "works", "lives", "work", "live", "they", "them",
    "name", "project", "currently", "now",  "also",  "it",    "that", "this", "been", "from",
};

static int32_t is_skipped(const char *word)
{
    for (size_t i = 0; i < sizeof skipped / sizeof skipped[0]; i++) {
        if (skipped[i][0] == word[0] && strcmp(skipped[i], word) == 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t replace_ending(char *word, size_t *length, const char *ending, const char *with)
{
    size_t ending_length = strlen(ending);
    size_t with_length = strlen(with);

    if (*length < ending_length + 3 || memcmp(word + *length - ending_length, ending, ending_length) != 0) {
        return 0;
    }
    memcpy(word + *length - ending_length, with, with_length);
    *length += with_length - ending_length;
    word[*length] = '\0';
    return 1;
}

/* Normalises plurals, British and American spelling, and frequent derivations. The word never becomes longer. */
static void stem(char *word, size_t *length)
{
    static const char *const kin[][2] = {{"allergic", "allergy"},
                                         {"intolerance", "intolerant"},
                                         {"coeliac", "celiac"},
                                         {"diabetic", "diabetes"},
                                         {"asthmatic", "asthma"}}; /* never longer */
    char last = word[*length - 1];

    if (last == 's' && !replace_ending(word, length, "ies", "y") && !replace_ending(word, length, "sses", "ss") &&
        !replace_ending(word, length, "ches", "ch") && !replace_ending(word, length, "shes", "sh") &&
        !replace_ending(word, length, "ss", "ss") && !replace_ending(word, length, "us", "us") &&
        !replace_ending(word, length, "is", "is")) {
        replace_ending(word, length, "s", "");
    }
    last = word[*length - 1];
    if (last == 'e' || last == 'g' || last == 'r') {
        replace_ending(word, length, "ise", "ize");
        replace_ending(word, length, "ising", "izing");
        replace_ending(word, length, "our", "or");
    }
    for (size_t i = 0; i < sizeof kin / sizeof kin[0]; i++) {
        if (word[0] == kin[i][0][0] && strcmp(word, kin[i][0]) == 0) {
            *length = strlen(kin[i][1]);
            memcpy(word, kin[i][1], *length + 1);
        }
    }
}

/* Reads the next word in normalised form; 0 at the end. Hyphens are removed: "e-mail" becomes "email". */
static size_t next_word(const char *text, size_t length, size_t *at, char word[WORD_MAX_BYTES])
{
    size_t used = 0;

    while (*at < length) {
        uint32_t c;
        size_t taken = code_point_read(text, *at, length, &c);

        if (!code_point_is_word(c) && c != '+' && c != '#' && !(c == '-' && used > 0)) {
            *at += taken;
            if (used > 0) {
                break;
            }
            continue;
        }
        *at += taken;
        if (c == '-') {
            continue;
        }
        (void)code_point_append(word, &used, WORD_MAX_BYTES - 1, code_point_lower(c));
    }
    word[used] = '\0';
    return used;
}

void subject_normalise(struct buffer *target, const char *value)
{
    size_t length = strlen(value);
    size_t at = 0;
    size_t begin = target->length;
    char word[WORD_MAX_BYTES];
    size_t used;

    while ((used = next_word(value, length, &at, word)) > 0) {
        if (is_skipped(word)) {
            continue;
        }
        stem(word, &used);
        if (target->length > begin) {
            buffer_append_byte(target, ' ');
        }
        buffer_append(target, word, used);
    }
}

void word_set_read(struct word_set *set, const char *text)
{
    size_t length = strlen(text);
    size_t at = 0;
    char word[WORD_MAX_BYTES];
    size_t used;

    set->count = 0;
    while (set->count < SUBJECT_MAX_WORDS && (used = next_word(text, length, &at, word)) > 0) {
        uint64_t hash;
        size_t place = 0;

        if (is_skipped(word)) {
            continue;
        }
        stem(word, &used);
        hash = hash_bytes(0, word, used);
        while (place < set->count && set->words[place] < hash) {
            place++;
        }
        if (place < set->count && set->words[place] == hash) {
            continue;
        }
        memmove(&set->words[place + 1], &set->words[place], (set->count - place) * sizeof set->words[0]);
        set->words[place] = hash;
        set->count++;
    }
}

size_t word_set_shared(const struct word_set *left, const struct word_set *right)
{
    size_t shared = 0;
    size_t i = 0;
    size_t k = 0;

    while (i < left->count && k < right->count) {
        if (left->words[i] == right->words[k]) {
            shared++;
            i++;
            k++;
        } else if (left->words[i] < right->words[k]) {
            i++;
        } else {
            k++;
        }
    }
    return shared;
}

int32_t word_set_within(const struct word_set *inner, const struct word_set *outer)
{
    return word_set_shared(inner, outer) == inner->count;
}

/* What introduces a text that was not recognised as somebody else's. */
#include "analyze/language/own_text.h"

#include <string.h>

#define REQUEST_WORDS  10
#define GREETING_WORDS 3
#define REQUEST_BYTES  60

/* 1 if a first line or paragraph asks for something to be done with what follows it. */
static int32_t is_request(const char *text, size_t length, int32_t is_line)
{
    size_t words = length > 0;

    while (length > 0 && (unsigned char)text[length - 1] <= ' ') {
        length--;
    }
    for (size_t i = 0; i < length; i++) {
        words += text[i] == ' ';
    }
    if (length == 0) {
        return 0;
    }
    if (text[length - 1] == ':' || (length >= 3 && memcmp(text + length - 3, "\xEF\xBC\x9A", 3) == 0)) {
        return 1;
    }
    return !is_line && (text[length - 1] == '?' || (length >= 3 && memcmp(text + length - 3, "\xEF\xBC\x9F", 3) == 0) ||
                        (words > GREETING_WORDS && words <= REQUEST_WORDS) ||
                        ((unsigned char)text[0] >= 0xE0 && length <= REQUEST_BYTES));
}

/* 1 if a word of the text, which a colon follows, speaks of the user: "a question about my diet: ...". */
static int32_t names_user(const char *text, size_t length)
{
    static const char *const own[] = {"i",      "i'm",   "i've", "my",  "me",   "ich", "mein", "meine",
                                      "meiner", "mi",    "yo",   "je",  "j'ai", "mon", "ma",   "eu",
                                      "meu",    "minha", "io",   "mio", "mia",  "ik",  "mijn", "\xD1\x8F"};
    size_t start = 0;

    for (size_t i = 0; i <= length; i++) {
        if (i < length && text[i] != ' ') {
            continue;
        }
        for (size_t k = 0; k < sizeof own / sizeof own[0]; k++) {
            size_t size = strlen(own[k]);
            size_t same = 0;

            while (size == i - start && same < size &&
                   (text[start + same] == own[k][same] || (text[start + same] | 0x20) == own[k][same])) {
                same++;
            }
            if (size > 0 && same == size) {
                return 1;
            }
        }
        start = i + 1;
    }
    return 0;
}

/* End of the words before a colon in the first line that ask for something to be done with what follows: "subtitles,
 * ten letters a line: ..."; `length` if there are none. */
static size_t label_end(const char *text, size_t length)
{
    size_t words = 1;

    for (size_t i = 0; i + 1 < length && text[i] != '\n'; i++) {
        words += text[i] == ' ';
        if (text[i] == ':' && text[i + 1] == ' ') {
            return words > GREETING_WORDS && !names_user(text, i) ? i : length;
        }
        if (text[i] == '.' || text[i] == '!' || text[i] == '?') {
            return length;
        }
    }
    return length;
}

/* 1 for "-> French" on a line of its own. */
static int32_t is_arrow(const char *text, size_t length)
{
    return (length >= 2 && memcmp(text, "->", 2) == 0) || (length >= 3 && memcmp(text, "\xE2\x86\x92", 3) == 0);
}

#define PAGE_WORDS 40 /* of a text that a few words ask about */
#define TAIL_WORDS 6

static size_t count_words(const char *text, size_t length)
{
    size_t words = 0;

    for (size_t i = 0; i < length; i++) {
        words += (unsigned char)text[i] > ' ' && (i == 0 || (unsigned char)text[i - 1] <= ' ');
    }
    return words;
}

/* 1 if the message is a page of text and a last paragraph of a few words about it: "ok, what drags". */
static int32_t is_page(const char *text, size_t length)
{
    size_t tail = length;

    while (tail > 1 && !(text[tail - 1] == '\n' && text[tail - 2] == '\n')) {
        tail--;
    }
    return tail > 1 && count_words(text + tail, length - tail) <= TAIL_WORDS && count_words(text, tail) >= PAGE_WORDS &&
           !names_user(text + tail, length - tail);
}

size_t own_text_introduction(const char *text, size_t length)
{
    size_t end = label_end(text, length);

    if (is_page(text, length)) {
        return 0;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '\n') {
            continue;
        }
        if (is_arrow(text + i + 1, length - i - 1)) {
            return 0;
        }
        if (end == length) {
            int32_t paragraph = i + 1 < length && text[i + 1] == '\n';

            end = is_request(text, i, !paragraph) ? i : length + 1;
        }
    }
    return end;
}

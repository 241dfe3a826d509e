/* Street addresses: a number beside a street's name, or behind a word that announces an address; then units, cities and
 * postal codes. */
#include "text/personal/personal_internal.h"

#include <string.h>

#define STREET_BYTES_MAX 60 /* between the first word of a street's name and its number */
#define CUE_BYTES        48
#define PARTS_MAX        8 /* after the street: unit, city, state, postal code, country */
#define WORDS_MAX        5 /* of a city or a street */

static int32_t is_high_letter(char c)
{
    return (unsigned char)c >= 0xC3;
}

void personal_note_street(struct personal_scan *scan, const struct personal_word *word)
{
    if (scan->street_end > 0 && word->start - scan->street_start < STREET_BYTES_MAX &&
        scan->street_end + 2 >= word->start) {
        scan->street_end = word->end; /* "Plaza de la Calle": one name */
        return;
    }
    if (word->end - word->start <= 3 && !word->is_capital && personal_at(scan, word->end) != '.' && word->flags != 0 &&
        (word->flags & WORD_STREET_SUFFIX) == 0 && word->end - word->start < 3) {
        return; /* "al", "c" as ordinary words */
    }
    scan->street_start = word->start;
    scan->street_end = word->end;
    scan->street_is_suffix = (word->flags & WORD_STREET_SUFFIX) != 0;
    if (scan->street_is_suffix && word->end - word->start <= 9) { /* "Alte Straße 5", "Váci utca 19" */
        const struct personal_word *before = personal_word_before(scan, word->start, 0);

        if (before->end + 1 == word->start && before->is_capital && (before->flags & WORD_NOT_NAME) == 0) {
            scan->street_start = before->start;
        } else if (!word->is_capital || word->end - word->start < 6) {
            scan->street_end = 0;
        }
    }
}

/* Skips spaces and signs between the parts of an address, over a line end, at most eight bytes. */
static size_t skip_gap(const struct personal_scan *scan, size_t at)
{
    size_t end = at;

    while (end < scan->length && end - at < 12 && strchr(", \n\r\t|>?", scan->text[end]) != NULL &&
           scan->text[end] != '\0') {
        end++;
    }
    return end;
}

/* End of a run of words with capitals, and particles between them; `at` if there is none. */
static size_t words_end(const struct personal_scan *scan, size_t at, size_t *count)
{
    struct personal_word word;
    size_t end = at;

    *count = 0;
    for (size_t i = 0; i < 2 * WORDS_MAX && *count < WORDS_MAX; i++) {
        if (!personal_word_read(scan, at, &word) ||
            (word.is_upper && personal_is_digit(personal_at(scan, word.end)))) { /* "NW1 6XE" */
            break;
        }
        if (word.is_capital &&
            ((word.flags & WORD_NOT_NAME) == 0 || (word.is_upper && word.end - word.start == 2))) { /* "IN", a state */
            end = word.end;
            (*count)++;
        } else if ((word.flags & WORD_PARTICLE) == 0 || word.is_capital) {
            break;
        }
        at = word.end;
        at += personal_at(scan, at) == '.';
        if (personal_at(scan, at) != ' ' && personal_at(scan, at) != '-' && personal_at(scan, at) != '\'') {
            break;
        }
        at++;
    }
    return end;
}

/* End of a house number or postal code: digits with a letter, a slash or a hyphen; `at` if none. */
static size_t number_end(const struct personal_scan *scan, size_t at)
{
    size_t end = personal_digits_end(scan, at);

    if (end == at) {
        return at;
    }
    if (personal_is_ascii_letter(personal_at(scan, end)) && !personal_is_ascii_letter(personal_at(scan, end + 1))) {
        end++;
    }
    if ((personal_at(scan, end) == '-' || personal_at(scan, end) == '/') &&
        personal_is_digit(personal_at(scan, end + 1))) {
        end = personal_digits_end(scan, end + 1);
    }
    return end;
}

/* "Apt. 12", "Suite 400", "Box 12". Returns its end, or `at`. */
static size_t unit_end(const struct personal_scan *scan, size_t at)
{
    struct personal_word word;
    size_t start = at;
    size_t end;

    if (personal_at(scan, at) == '#') {
        return number_end(scan, at + 1) > at + 1 ? number_end(scan, at + 1) : at;
    }
    if (!personal_word_read(scan, at, &word) || (word.flags & WORD_UNIT) == 0) {
        return start;
    }
    at = word.end + (personal_at(scan, word.end) == '.');
    at += personal_at(scan, at) == ' ';
    end = number_end(scan, at);
    return end > at ? end
           : personal_is_ascii_letter(personal_at(scan, at)) && at > word.end &&
                   !personal_is_ascii_letter(personal_at(scan, at + 1))
               ? at + 1
               : start;
}

/* "SW1A 1AA", "K1A 0B1", "1012 AB". Returns its end, or `at`. */
static size_t letter_code_end(const struct personal_scan *scan, size_t at)
{
    size_t end = at;
    size_t letters = 0;
    size_t digits = 0;

    while (end < scan->length && end - at < 8) {
        char c = scan->text[end];

        if (personal_is_digit(c)) {
            digits++;
        } else if (c >= 'A' && c <= 'Z') {
            letters++;
        } else if (c != ' ' || digits == 0 || end - at > 4) {
            break;
        }
        end++;
    }
    return digits >= 2 && letters >= 2 && end - at >= 6 && !personal_is_ascii_letter(personal_at(scan, end)) ? end : at;
}

/* "10115", "111 51", "90210-1234". Returns its end, or `at`. */
static size_t digit_code_end(const struct personal_scan *scan, size_t at)
{
    size_t end = number_end(scan, at);

    if (end - at == 3 && personal_at(scan, end) == ' ' && personal_digits_end(scan, end + 1) == end + 3 &&
        personal_at(scan, end + 3) == ' ' && personal_at(scan, end + 4) >= 'A') {
        return end + 3;
    }
    return end - at >= 3 && end - at <= 10 ? end : at;
}

/* End of an address whose street ends at `at`: behind its last unit or postal code, and the city or country after it.
 * `places`: how many of these may follow without a code. */
static size_t tail_end(const struct personal_scan *scan, size_t at, size_t places)
{
    size_t end = at;
    int32_t has_code = 0;

    for (size_t part = 0; part < PARTS_MAX; part++) {
        size_t start = skip_gap(scan, at);
        size_t count;
        size_t next;

        if (start == at && part > 0) {
            break;
        }
        if ((next = unit_end(scan, start)) > start) {
            end = next;
            places = 2;
        } else if ((next = letter_code_end(scan, start)) > start || (next = digit_code_end(scan, start)) > start) {
            if (has_code) {
                break;
            }
            if (personal_is_digit(personal_at(scan, next + 1)) && strchr(" -./", personal_at(scan, next)) != NULL &&
                personal_at(scan, next) != '\0') {
                break; /* a phone number */
            }
            has_code = 1;
            end = next;
        } else if ((next = words_end(scan, start, &count)) > start) {
            if (has_code) { /* "10115 Berlin" */
                end = memchr(scan->text + at, '\n', start - at) == NULL || part < 3 ? next : end;
                break;
            }
            if (personal_at(scan, next) == ':') {
                break; /* a label */
            }
            if (places > 0) { /* after a unit: city and country */
                places--;
                end = next;
            }
        } else {
            break;
        }
        at = next;
    }
    return end;
}

static void add_address(struct personal_scan *scan, size_t start, size_t end)
{
    end = tail_end(scan, end, personal_is_near(scan->address_cue, start, CUE_BYTES) ? 1 : 0);
    /* "692 60 Balsham Road" */
    if (scan->number_end > 0 && scan->number_end < start && start - scan->number_end <= 1) {
        start = scan->number_start;
    }
    personal_add(scan, PERSONAL_ADDRESS, start, end);
    scan->next = end > scan->next ? end : scan->next;
}

/* "24 Clarke Avenue", "12 rue de la Paix", "5 Pagari 18" after a word that announces an address. */
static int32_t verify_number_first(struct personal_scan *scan, size_t at)
{
    size_t start = number_end(scan, at);
    struct personal_word word;
    size_t end = 0;

    start += personal_at(scan, start) == ',';
    if (start + 5 < scan->length &&
        (memcmp(scan->text + start, " bis ", 5) == 0 || memcmp(scan->text + start, " ter ", 5) == 0)) {
        start += 4;
    }
    if (personal_at(scan, start) != ' ') {
        return 0;
    }
    for (size_t i = 0, from = start + 1; i < WORDS_MAX; i++) {
        if (!personal_word_read(scan, from, &word)) {
            break;
        }
        if (i == 0 && (word.flags & WORD_NOT_NAME) != 0) {
            break;
        }
        if (i == 0 && (word.flags & WORD_STREET_BEFORE) != 0 && word.end - word.start > 2) {
            size_t count;
            size_t name = word.end + (personal_at(scan, word.end) == '.') + 1;

            end = words_end(scan, name, &count);
            if (count > 0 && end > name) {
                size_t number = number_end(scan, end + 1);

                end = personal_at(scan, end) == ' ' && number > end + 1 && number - end < 6 ? number : end;
                add_address(scan, at, end);
                return 1;
            }
            return 0;
        }
        if (i > 0 && (word.flags & WORD_STREET_AFTER) != 0 && word.is_capital) {
            end = word.end;
        } else if (!word.is_capital || (end > 0 && personal_at(scan, word.end) != ' ')) {
            break;
        }
        from = word.end + (personal_at(scan, word.end) == '.');
        from += word.end + 2 < scan->length && memcmp(scan->text + word.end, "'s", 2) == 0 ? 2 : 0;
        if (personal_at(scan, from) != ' ') {
            break;
        }
        from++;
    }
    if (end > 0) {
        add_address(scan, at, end);
        return 1;
    }
    return 0;
}

/* 1 if only words, particles, spaces and commas are between the start of a street's name and its number. */
static int32_t is_street_name(const struct personal_scan *scan, size_t from, size_t to)
{
    size_t word = from;

    for (size_t at = from; at < to; at++) {
        char c = scan->text[at];

        word = c == ' ' ? at + 1 : word;
        if (!personal_is_ascii_letter(c) && (unsigned char)c < 0x80 && strchr(" ,.'-", c) == NULL) {
            return 0;
        }
        if (c == '.' && personal_at(scan, at + 1) == ' ' && at - word > 4 && at > from) {
            return 0; /* a sentence ended */
        }
    }
    return 1;
}

/* "Hauptstraße 12", "Calle de Alcalá, 42", "ул. Ленина, д. 12". */
static int32_t verify_number_last(struct personal_scan *scan, size_t at)
{
    size_t start = scan->street_start;
    size_t name = scan->street_end;
    struct personal_word word;
    size_t from;

    if (name == 0 || at < name || at - start > STREET_BYTES_MAX || !is_street_name(scan, name, at) || at - name > 40) {
        return 0;
    }
    if (!personal_word_read(scan, start, &word)) {
        return 0;
    }
    if (scan->street_is_suffix) { /* the number is next */
        if (at - name > 2) {
            return 0;
        }
    } else { /* the name has a capital, and a word between it and the number begins with one */
        from = word.end + (personal_at(scan, word.end) == '.');
        if (personal_at(scan, from) != ' ' && from == word.end) {
            return 0;
        }
        from += personal_at(scan, from) == ' ';
        while (personal_word_read(scan, from, &word) && !word.is_capital && (word.flags & WORD_PARTICLE) != 0) {
            from = word.end + 1;
        }
        if (from >= at || !personal_word_read(scan, from, &word) || !word.is_capital) {
            return 0;
        }
    }
    scan->street_end = 0;
    add_address(scan, start, number_end(scan, at));
    return 1;
}

/* "36 Netelaan 399 Apt. 708", "78 Camino Ancho\n Suite 286": whatever the street is called. */
static int32_t verify_with_unit(struct personal_scan *scan, size_t at)
{
    size_t end = number_end(scan, at);
    size_t count;
    size_t words;
    size_t gap;

    if (personal_at(scan, end) != ' ') {
        return 0;
    }
    words = words_end(scan, end + 1, &count);
    if (words <= end + 1) {
        return 0;
    }
    end = words;
    if (personal_at(scan, words) == ' ' && number_end(scan, words + 1) > words + 1) {
        end = number_end(scan, words + 1);
        end += personal_at(scan, end) == '.';
    }
    gap = skip_gap(scan, end);
    if (gap == end || unit_end(scan, gap) == gap) {
        return 0;
    }
    add_address(scan, at, end);
    return 1;
}

/* After a word that announces an address: a number beside words with capitals. */
static int32_t verify_announced(struct personal_scan *scan, size_t at)
{
    const struct personal_word *before = personal_word_before(scan, at, 0);
    size_t end = number_end(scan, at);
    size_t count;
    size_t words;

    if (!personal_is_near(scan->address_cue, at, CUE_BYTES)) {
        return 0;
    }
    if (personal_at(scan, end) == ' ' && (words = words_end(scan, end + 1, &count)) > end + 1) {
        struct personal_word word;
        size_t last;

        if (personal_word_read(scan, end + 1, &word) && (word.flags & WORD_MONTH) != 0) {
            return 0;
        }
        last = personal_at(scan, words) == ' ' ? number_end(scan, words + 1) : words;
        add_address(scan, at, last > words + 1 ? last : words);
        return 1;
    }
    if (before->is_capital && (before->flags & (WORD_MONTH | WORD_NOT_NAME | WORD_UNIT)) == 0 &&
        before->start >= scan->address_cue && before->end + 1 == at && before->end - before->start > 3 &&
        end - at <= 5 && personal_before(scan, at) == ' ') {
        size_t tail = tail_end(scan, end, 0);

        if (tail > end) { /* with a postal code or a unit */
            add_address(scan, before->start, end);
            return 1;
        }
    }
    return 0;
}

/* "P.O. Box 12", "Postfach 12", "Apt. 12" alone on its line, "ZIP: 12345". */
static int32_t verify_labelled(struct personal_scan *scan, size_t at)
{
    const struct personal_word *before = personal_word_before(scan, at, 0);
    size_t gap = at - before->end;
    size_t start = before->start;

    if (personal_is_near(scan->zip_cue, at, 12) && number_end(scan, at) - at >= 3) { /* "my zip code is 12345" */
        personal_add(scan, PERSONAL_ADDRESS, at, number_end(scan, at));
        return 1;
    }
    if (before->end == 0 || gap > 4) {
        return 0;
    }
    for (size_t i = before->end; i < at; i++) {
        if (strchr(" :.=\"|\t", scan->text[i]) == NULL) {
            return 0;
        }
    }
    if ((before->flags & WORD_POST_BOX) != 0 && before->is_capital && gap == 1) {
        if (start >= 5 && (memcmp(scan->text + start - 5, "P.O. ", 5) == 0)) {
            start -= 5;
        } else if (start >= 3 && memcmp(scan->text + start - 3, "PO ", 3) == 0) {
            start -= 3;
        } else if (before->end - before->start == 3) {
            return 0;
        }
        at = number_end(scan, at);
        while (personal_at(scan, at) == ' ' && personal_digits_end(scan, at + 1) == at + 3) { /* "10 20 30" */
            at += 3;
        }
        add_address(scan, start, at);
        return 1;
    }
    return 0;
}

/* "東京都港区芝公園4-2-8", "北京市朝阳区建国路93号": a number inside a run of letters without spaces, with a district
 * or street in it. */
static int32_t verify_east_asian(struct personal_scan *scan, size_t at)
{
    static const char *const marks[] = {"区", "區", "市", "路", "街", "道", "町", "村", "丁目", "県", "都"};
    const struct personal_word *word = personal_word_before(scan, at, 0);
    size_t end = number_end(scan, at);
    size_t found = 0;

    if (word->end != at || !is_high_letter(personal_before(scan, word->start + 1)) ||
        (unsigned char)scan->text[word->start] < 0xE3 || at - word->start > 120) {
        return 0;
    }
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        found += memmem(scan->text + word->start, at - word->start, marks[i], strlen(marks[i])) != NULL;
    }
    while (personal_at(scan, end) == '-' && personal_is_digit(personal_at(scan, end + 1))) {
        end = personal_digits_end(scan, end + 1);
    }
    if (end + 3 <= scan->length && (memcmp(scan->text + end, "号", 3) == 0 || memcmp(scan->text + end, "號", 3) == 0)) {
        end += 3;
        found++;
    }
    if (found < 2) {
        return 0;
    }
    personal_add(scan, PERSONAL_ADDRESS, word->start, end);
    scan->next = end;
    return 1;
}

int32_t personal_verify_address(struct personal_scan *scan, size_t at)
{
    char before = personal_before(scan, at);

    if (personal_is_ascii_letter(before) || before == '.' || before == '_' || before == '$' || before == '-') {
        return 0;
    }
    if ((unsigned char)before >= 0x80) {
        return verify_east_asian(scan, at);
    }
    return verify_number_last(scan, at) || verify_number_first(scan, at) || verify_with_unit(scan, at) ||
           verify_announced(scan, at) || verify_labelled(scan, at);
}

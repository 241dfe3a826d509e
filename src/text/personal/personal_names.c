/* Names: known ones, given names from the table, and what titles, greetings and labels announce. */
#include "base/error.h"
#include "base/memory.h"
#include "text/personal/personal_internal.h"

#include <string.h>

#define NAME_WORDS_MAX  5
#define LABEL_GAP_BYTES 24 /* between a label and its value */
#define VALUE_BYTES_MAX 60 /* of a name in a script without case */

static int32_t has(const struct personal_word *word, uint32_t flags)
{
    return (word->flags & flags) != 0;
}

/* Letters and digits beside a word that make it a part of an identifier, an address or a path. */
static int32_t is_in_identifier(const struct personal_scan *scan, const struct personal_word *word)
{
    char before = personal_before(scan, word->start);
    char after = personal_at(scan, word->end);

    return before == '_' || before == '/' || before == '\\' || before == '@' || before == '#' || before == '$' ||
           before == '.' || personal_is_digit(before) || after == '_' || after == '(' || after == '@' ||
           personal_is_digit(after) || (after == '.' && personal_is_ascii_letter(personal_at(scan, word->end + 1))) ||
           (after == ':' && personal_at(scan, word->end + 1) == ':') ||
           (after == '/' && personal_is_ascii_letter(personal_at(scan, word->end + 1)) && before == '/');
}

/* Offset of the next word of a name, after a space, a hyphen, an apostrophe or an initial's dot; 0: none. */
static size_t next_word(const struct personal_scan *scan, const struct personal_word *word)
{
    size_t at = word->end;
    char c = personal_at(scan, at);

    if (c == '.' && (word->end - word->start == 1 || has(word, WORD_SUFFIX | WORD_TITLE))) {
        c = personal_at(scan, ++at);
    }
    if (c == '-' || (c == '\'' && word->end - word->start <= 2) || c == ' ') {
        return at + 1;
    }
    if (at + 3 <= scan->length && memcmp(scan->text + at, "\xe2\x80\x99", 3) == 0 && word->end - word->start <= 2) {
        return at + 3;
    }
    return at > word->end && personal_is_ascii_letter(c) ? at : 0;
}

/* 1 if a word with a capital may be a part of a name that has begun. */
static int32_t continues_name(const struct personal_word *word, const struct personal_word *first)
{
    if (!word->is_capital) {
        return 0;
    }
    if (word->is_upper && word->end - word->start > 3 && !first->is_upper && !has(word, WORD_GIVEN)) {
        return 0; /* an acronym */
    }
    return !has(word, WORD_NOT_NAME | WORD_MONTH | WORD_STREET_AFTER | WORD_STREET_SUFFIX) || has(word, WORD_GIVEN);
}

/* End of the name that begins with a word. */
static size_t name_end(const struct personal_scan *scan, const struct personal_word *first, size_t *words)
{
    struct personal_word word = *first;
    size_t end = first->end;
    size_t particles = 0;
    int32_t is_cased = (unsigned char)scan->text[first->start] < 0xD6;

    *words = 1;
    for (size_t i = 0; i + 1 < NAME_WORDS_MAX + particles && i < 8; i++) {
        size_t at = next_word(scan, &word);

        if (at == 0 || !personal_word_read(scan, at, &word) || (is_cased && (unsigned char)scan->text[at] >= 0xD6)) {
            break;
        }
        if (!word.is_capital && has(&word, WORD_PARTICLE) && personal_at(scan, word.end) == ' ') {
            particles++;
            continue;
        }
        if (!continues_name(&word, first) && !has(&word, WORD_SUFFIX)) {
            break;
        }
        end = word.end;
        (*words)++;
        if (word.end - word.start == 1 && personal_at(scan, end) == '.') {
            end++;
        }
    }
    return end;
}

/* Adds the name that begins at a word. */
static void add_name(struct personal_scan *scan, const struct personal_word *first)
{
    size_t words;
    size_t end = name_end(scan, first, &words);

    personal_add(scan, PERSONAL_PERSON, first->start, end);
    scan->next = end > scan->next ? end : scan->next;
}

static size_t skip_any(const struct personal_scan *scan, size_t at, const char *bytes, size_t max)
{
    size_t end = at + max < scan->length ? at + max : scan->length;

    while (at < end && strchr(bytes, scan->text[at]) != NULL && scan->text[at] != '\0') {
        at++;
    }
    return at;
}

/* Offset of the value after a label: behind ":", "=", "|" or a tab; 0: the word is not a label. */
static size_t label_value(const struct personal_scan *scan, size_t at)
{
    size_t start = skip_any(scan, at, " \"*'`_", 4);
    char c = personal_at(scan, start);

    if (start + 3 <= scan->length && memcmp(scan->text + start, "\xef\xbc\x9a", 3) == 0) {
        return skip_any(scan, start + 3, " ", LABEL_GAP_BYTES);
    }
    if (c != ':' && c != '=' && c != '|' && c != '\t') {
        return 0;
    }
    return skip_any(scan, start + 1, " \"*'`\t|", LABEL_GAP_BYTES);
}

/* A value in a script without case: up to a space or sign. */
static void add_uncased_value(struct personal_scan *scan, const struct personal_word *word)
{
    size_t end = word->end;
    struct personal_word more;

    if (personal_at(scan, end) == ' ' && personal_word_read(scan, end + 1, &more) &&
        (unsigned char)scan->text[more.start] >= 0xD6 && more.end - word->start <= VALUE_BYTES_MAX) {
        end = more.end;
    }
    if (end - word->start <= VALUE_BYTES_MAX) {
        personal_add(scan, PERSONAL_PERSON, word->start, end);
        scan->next = end > scan->next ? end : scan->next;
    }
}

/* The value of a label. "name" alone also names files, columns and products: then the name needs a given name or two
 * words. */
static void take_label(struct personal_scan *scan, const struct personal_word *label, size_t at)
{
    struct personal_word word;
    int32_t is_strong = has(label, WORD_NAME_STRONG) ||
                        has(personal_word_before(scan, label->start, 0), WORD_NAME_PREFIX) ||
                        (unsigned char)scan->text[label->start] >= 0xD6;
    size_t words;
    size_t end;

    if (!personal_word_read(scan, at, &word) || is_in_identifier(scan, &word)) {
        return;
    }
    if ((unsigned char)scan->text[at] >= 0xD6) {
        add_uncased_value(scan, &word);
        return;
    }
    if (has(&word, WORD_TITLE) && next_word(scan, &word) > 0) {
        return; /* the title finds the name */
    }
    if (!word.is_capital || (has(&word, WORD_NOT_NAME) && !has(&word, WORD_GIVEN))) {
        return;
    }
    end = name_end(scan, &word, &words);
    if (!is_strong && !has(&word, WORD_GIVEN) && (words < 2 || words > 4)) {
        return;
    }
    if (end > at && strchr("\r\n,;|\"'`<\t.)/*", personal_at(scan, end)) != NULL) {
        personal_add(scan, PERSONAL_PERSON, at, end);
        scan->next = end > scan->next ? end : scan->next;
    }
}

/* Whether `word` directly follows the word before it, with spaces, a comma or an abbreviation's dot between them. */
static int32_t follows(const struct personal_scan *scan, const struct personal_word *before, size_t at,
                       const char *signs)
{
    size_t end = before->end;

    return end > 0 && end < at && at - end <= 6 && skip_any(scan, end, signs, at - end) == at;
}

/* 1 if the words before announce a name: "Mr.", "Dear", "my name is", "Regards,". */
static int32_t is_announced(struct personal_scan *scan, const struct personal_word *word)
{
    const struct personal_word *before = personal_word_before(scan, word->start, 0);

    if (has(before, WORD_TITLE)) {
        return follows(scan, before, word->start, ". ") && personal_before(scan, word->start) == ' ' &&
               (scan->text[before->start] != 's' || personal_at(scan, before->end) != ' ' ||
                before->end - before->start > 2);
    }
    if (has(before, WORD_GREETING)) {
        char after = personal_at(scan, word->end);

        return follows(scan, before, word->start, " ") &&
               (after == ',' || after == '!' || after == '\n' || after == ' ' || after == '\r' || after == ':') &&
               (after != ' ' || before->is_capital);
    }
    if (has(before, WORD_SIGNOFF)) {
        return follows(scan, before, word->start, ",\r\n ") && personal_before(scan, word->start) == '\n';
    }
    if (has(before, WORD_NAMING)) {
        return follows(scan, before, word->start, " ") && word->end - word->start > 1 && !word->is_upper;
    }
    return has(before, WORD_IS) && has(personal_word_before(scan, word->start, 1), WORD_NAME) &&
           follows(scan, before, word->start, " ") &&
           follows(scan, personal_word_before(scan, word->start, 1), before->start, " ");
}

/* "Dr. van der Berg": offset of the first particle between a title and a word; 0: none. */
static size_t titled_particle(struct personal_scan *scan, const struct personal_word *word)
{
    const struct personal_word before = *personal_word_before(scan, word->start, 0);
    const struct personal_word second = *personal_word_before(scan, word->start, 1);
    const struct personal_word *title = &second;
    size_t start = before.start;

    if (!has(&before, WORD_PARTICLE) || !follows(scan, &before, word->start, " ")) {
        return 0;
    }
    if (has(&second, WORD_PARTICLE) && follows(scan, &second, before.start, " ")) {
        start = second.start;
        title = personal_word_before(scan, start, 0);
    }
    return has(title, WORD_TITLE) && title->is_capital && follows(scan, title, start, ". ") ? start : 0;
}

void personal_verify_word(struct personal_scan *scan, const struct personal_word *word)
{
    if (word->flags != 0 && has(word, WORD_NAME | WORD_NAME_STRONG)) {
        size_t at = label_value(scan, word->end);

        if (at > 0 && at < scan->length) {
            take_label(scan, word, at);
            return;
        }
    }
    if (!word->is_capital || (has(word, WORD_NOT_NAME | WORD_TITLE | WORD_GREETING) && !has(word, WORD_GIVEN)) ||
        has(word, WORD_MONTH)) {
        return;
    }
    if ((unsigned char)scan->text[word->start] >= 0xD6 || is_in_identifier(scan, word)) {
        return;
    }
    if (has(word, WORD_MAYBE_GIVEN)) {
        size_t words;

        (void)name_end(scan, word, &words);
        if (words > 1 && !word->is_upper) {
            add_name(scan, word);
            return;
        }
    }
    if (has(word, WORD_GIVEN) &&
        (!word->is_upper || personal_word_before(scan, word->start, 0)->is_upper || word->end - word->start > 5)) {
        add_name(scan, word);
    } else if (personal_word_before(scan, word->start, 0)->flags != 0) {
        size_t particle = titled_particle(scan, word);

        if (particle > 0 || is_announced(scan, word)) {
            add_name(scan, word);
            if (particle > 0) {
                personal_add(scan, PERSONAL_PERSON, particle, word->end); /* one name with the rest */
            }
        }
    }
}

/* --- known names --- */

#define KNOWN_MAX       4096 /* names and their parts */
#define KNOWN_SLOTS     16384
#define KNOWN_BYTES_MIN 3 /* of a part; shorter ones are ordinary words too often */

/* A name or a part of one, in the copy of the list. */
struct known {
    uint64_t hash; /* of its first word */
    uint32_t start;
    uint32_t length;
    uint32_t word_length; /* of its first word */
    uint32_t any_case;
};

struct personal_names {
    const cpk_allocator *allocator;
    char *text;
    struct known items[KNOWN_MAX];
    size_t count;
    uint16_t slots[KNOWN_SLOTS]; /* 1 + index of an item */
    uint64_t filter[PERSONAL_FILTER_WORDS];
};

const uint64_t *personal_names_filter(const struct personal_names *names)
{
    return names->filter;
}

static void add_known(struct personal_names *names, size_t start, size_t length, uint32_t any_case)
{
    const struct personal_scan scan = {.text = names->text, .length = start + length};
    struct personal_word word;
    struct known *known;
    size_t i;

    if (names->count == KNOWN_MAX || length < KNOWN_BYTES_MIN || !personal_word_read(&scan, start, &word)) {
        return;
    }
    known = &names->items[names->count++];
    *known = (struct known){word.hash, (uint32_t)start, (uint32_t)length, (uint32_t)(word.end - start), any_case};
    for (i = (size_t)(word.hash >> 40) % KNOWN_SLOTS; names->slots[i] != 0; i = (i + 1) % KNOWN_SLOTS) {
    }
    names->slots[i] = (uint16_t)names->count;
    if (any_case) {
        char small[3];
        size_t bytes = word.end - start < sizeof small ? word.end - start : sizeof small;

        for (i = 0; i < bytes; i++) {
            small[i] = (char)(names->text[start + i] | (personal_is_ascii_letter(names->text[start + i]) ? 0x20 : 0));
        }
        personal_filter_add(names->filter, small, bytes);
    }
}

/* Adds the name [start, end) of the list, and its words. */
static void add_full_name(struct personal_names *names, size_t start, size_t end)
{
    const char *text = names->text;
    size_t at = start;

    while (start < end && text[start] == ' ') {
        start++;
    }
    while (end > start && (text[end - 1] == ' ' || text[end - 1] == '\r')) {
        end--;
    }
    add_known(names, start, end - start, 1);
    for (at = start; at < end;) {
        const char *space = memchr(text + at, ' ', end - at);
        size_t word_end = space != NULL ? (size_t)(space - text) : end;

        if (at > start || word_end < end) {
            add_known(names, at, word_end - at, 0);
        }
        at = word_end + 1;
    }
}

cpk_status personal_names_create(const cpk_allocator *allocator, const char *list, struct personal_names **created,
                                 cpk_error **error)
{
    struct personal_names *names = memory_allocate_zeroed(allocator, sizeof *names);
    size_t length = list != NULL ? strlen(list) : 0;

    *created = NULL;
    if (names == NULL) {
        return error_out_of_memory(error);
    }
    names->allocator = allocator;
    names->text = memory_copy_bytes(allocator, list != NULL ? list : "", length);
    if (names->text == NULL || length > UINT32_MAX / 2) {
        personal_names_free(names);
        return error_out_of_memory(error);
    }
    personal_words_build();
    memcpy(names->filter, personal_word_filter, sizeof names->filter);
    for (size_t at = 0; at < length;) {
        size_t end = at + strcspn(names->text + at, ",;\n");

        add_full_name(names, at, end);
        at = end + 1;
    }
    *created = names;
    return CPK_OK;
}

void personal_names_free(struct personal_names *names)
{
    const cpk_allocator *allocator;

    if (names != NULL) {
        allocator = names->allocator;
        memory_release_text(allocator, names->text);
        memory_release(allocator, names, sizeof *names);
    }
}

/* 1 if a known name is at a word of the text, and ends where a word ends. */
static int32_t matches(const struct personal_scan *scan, const struct known *known, const struct personal_word *word)
{
    const char *name = scan->names->text + known->start;
    size_t end = word->start + known->length;
    struct personal_word next;

    if (end > scan->length || (word->end < end && known->word_length != word->end - word->start)) {
        return 0;
    }
    if (!known->any_case) { /* also in capitals, as in forms */
        return memcmp(name, scan->text + word->start, known->length) == 0 || word->is_upper;
    }
    next.hash = personal_word_hash(scan->text + word->start, known->length);
    return (memcmp(name, scan->text + word->start, known->length) == 0 ||
            (next.hash != 0 && next.hash == personal_word_hash(name, known->length))) &&
           (!personal_is_ascii_letter(personal_at(scan, end)) || word->end == end);
}

/* A name in a script whose words have no spaces between them: anywhere in a run of letters. */
static int32_t verify_within(struct personal_scan *scan, const struct personal_word *word)
{
    const struct personal_names *names = scan->names;
    int32_t found = 0;

    for (size_t i = 0; i < names->count && i < 64; i++) {
        const struct known *known = &names->items[i];
        const char *name = names->text + known->start;
        size_t at = word->start;
        const char *hit;

        if ((unsigned char)name[0] < 0xE0) {
            continue;
        }
        while (at + known->length <= word->end &&
               (hit = memmem(scan->text + at, word->end - at, name, known->length)) != NULL) {
            at = (size_t)(hit - scan->text);
            personal_add(scan, PERSONAL_PERSON, at, at + known->length);
            at += known->length;
            found = 1;
        }
    }
    return found;
}

int32_t personal_verify_known(struct personal_scan *scan, const struct personal_word *word)
{
    const struct personal_names *names = scan->names;
    size_t longest = 0;

    if ((unsigned char)scan->text[word->start] >= 0xE0) {
        return verify_within(scan, word);
    }
    for (size_t i = (size_t)(word->hash >> 40) % KNOWN_SLOTS; names->slots[i] != 0; i = (i + 1) % KNOWN_SLOTS) {
        const struct known *known = &names->items[names->slots[i] - 1];

        if (known->hash == word->hash && known->length > longest && matches(scan, known, word)) {
            longest = known->length;
        }
    }
    if (longest == 0) {
        return 0;
    }
    personal_add(scan, PERSONAL_PERSON, word->start, word->start + longest);
    if (word->start + longest > scan->next) {
        scan->next = word->start + longest;
    }
    return 1;
}

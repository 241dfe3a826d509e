#include "analyze/folded_text.h"

#include "analyze/language/words.h"
#include "text/unicode.h"

#include <string.h>

#define ELLIPSIS UINT32_C(0x2026)

/* A kind of quotation mark or dash in its ASCII form; 0 for what is left out. */
static uint32_t fold_mark(uint32_t code_point)
{
    switch (code_point) {
    case '*':
    case '_':
    case '`':
        return 0;
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x201B:
    case 0x02B9:
    case 0x02BC:
    case 0x2032:
    case 0x00B4:
        return '\'';
    case 0x00AB:
    case 0x00BB:
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
    case 0x2033:
        return '"';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
        return '-';
    default:
        return code_point;
    }
}

static int32_t is_accent(uint32_t code_point)
{
    return code_point >= 0x0300 && code_point <= 0x036F;
}

/* A letter without its accents, so that the two spellings of "é" in Unicode are one. */
static uint32_t fold_letter(uint32_t code_point)
{
    static const struct {
        uint16_t letter;
        uint16_t base;
    } letters[] = {
#define FOLDED(letter, base) {letter, base},
#include "analyze/folded_letters.def"
#undef FOLDED
    };
    size_t low = 0;
    size_t high = sizeof letters / sizeof letters[0];

    if (code_point < 0xC0 || code_point >= 0x2000) {
        return code_point;
    }
    if (is_accent(code_point)) {
        return 0;
    }
    while (low < high) {
        size_t middle = (low + high) / 2;

        if (letters[middle].letter == code_point) {
            return letters[middle].base;
        }
        if (letters[middle].letter < code_point) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return code_point;
}

/* The form that is compared: lower case, ASCII width; ' ' for white space, 0 for what is left out. */
static uint32_t fold(uint32_t code_point)
{
    if (code_point >= 0xFF01 && code_point <= 0xFF5E) {
        code_point -= 0xFEE0;
    }
    if (code_point < 0x20 || code_point == 0x7F || unicode_is_space(code_point)) {
        return ' ';
    }
    if (code_point >= 0x80 && unicode_category(code_point) == UNICODE_FORMAT) {
        return 0;
    }
    return fold_letter(code_point_lower(fold_mark(code_point)));
}

struct folding {
    struct folded_text *folded;
    int32_t spaced; /* white space is waiting for the next character */
};

static void put(struct folding *folding, uint32_t code_point, size_t offset)
{
    struct folded_text *folded = folding->folded;
    char bytes[4];
    size_t size = utf8_encode(code_point, bytes);

    if (folding->spaced && folded->length > 0) {
        folded->offsets[folded->length] = (uint32_t)offset;
        folded->text[folded->length++] = ' ';
    }
    folding->spaced = 0;
    for (size_t i = 0; i < size; i++) {
        folded->offsets[folded->length] = (uint32_t)offset;
        folded->text[folded->length++] = bytes[i];
    }
}

int32_t folded_text_make(struct arena *arena, const char *text, size_t length, struct folded_text *folded)
{
    struct folding folding = {folded, 0};
    size_t end = 0;

    memset(folded, 0, sizeof *folded);
    if (length >= UINT32_MAX / 4) {
        return 0;
    }
    /* Lower case is at most a byte longer than its character, and the replacement of a wrong byte two bytes. */
    folded->text = arena_allocate_text(arena, length * 3 + 1);
    folded->offsets = arena_allocate_zeroed(arena, length * 3 + 1, sizeof *folded->offsets);
    if (folded->text == NULL || folded->offsets == NULL) {
        return 0;
    }
    for (size_t at = 0; at < length;) {
        uint32_t code_point;
        size_t size = code_point_read(text, at, length, &code_point);
        uint32_t plain = fold(code_point);

        if (plain == ' ') {
            folding.spaced = 1;
        } else if (code_point == ELLIPSIS) { /* as many bytes as dots */
            put(&folding, '.', at);
            put(&folding, '.', at);
            put(&folding, '.', at);
            end = at + size;
        } else if (plain != 0) {
            put(&folding, plain, at);
            end = at + size;
        } else if (is_accent(code_point)) { /* belongs to the letter before it */
            end = at + size;
        }
        at += size;
    }
    folded->text[folded->length] = '\0';
    folded->offsets[folded->length] = (uint32_t)end;
    return 1;
}

static int32_t is_joined(uint32_t left, uint32_t right)
{
    return code_point_is_word(left) && code_point_is_word(right) && !code_point_is_wide(left) &&
           !code_point_is_wide(right);
}

/* The code point that ends before `end`. */
static uint32_t code_point_before(const char *text, size_t end)
{
    size_t at = end;

    while (at > 0 && end - at < 4) {
        at--;
        if (((unsigned char)text[at] & 0xC0) != 0x80) {
            break;
        }
    }
    return at < end ? code_point_at(text, at, end) : 0;
}

static int32_t cuts_word(const struct folded_text *folded, size_t at)
{
    return at > 0 && at < folded->length &&
           is_joined(code_point_before(folded->text, at), code_point_at(folded->text, at, folded->length));
}

size_t folded_text_find(const struct folded_text *folded, size_t from, const struct folded_text *wanted)
{
    while (wanted->length > 0 && from < folded->length) {
        const char *found = memmem(folded->text + from, folded->length - from, wanted->text, wanted->length);
        size_t at;

        if (found == NULL) {
            return SIZE_MAX;
        }
        at = (size_t)(found - folded->text);
        if (!cuts_word(folded, at) && !cuts_word(folded, at + wanted->length)) {
            return at;
        }
        from = at + 1;
    }
    return SIZE_MAX;
}

int32_t folded_text_word(const struct folded_text *folded, size_t *at, struct folded_word *word)
{
    uint32_t code_point = 0;
    size_t size = 1;

    for (; *at < folded->length; *at += size) {
        size = code_point_read(folded->text, *at, folded->length, &code_point);
        if (code_point_is_word(code_point) || code_point_is_wide(code_point)) {
            break;
        }
    }
    if (*at >= folded->length) {
        return 0;
    }
    *word = (struct folded_word){.text = folded->text + *at};
    do {
        word->letters++;
        word->is_number |= unicode_category(code_point) == UNICODE_DECIMAL_NUMBER;
        *at += size;
        if (code_point_is_wide(code_point) || *at >= folded->length) {
            break;
        }
        size = code_point_read(folded->text, *at, folded->length, &code_point);
    } while (code_point_is_word(code_point) && !code_point_is_wide(code_point));
    word->length = (size_t)(folded->text + *at - word->text);
    return 1;
}

/* Code points that two words have in common at their start. */
static size_t common_start(const struct folded_word *left, const struct folded_word *right)
{
    size_t limit = left->length < right->length ? left->length : right->length;
    size_t count = 0;
    size_t same = 0;

    while (same < limit && left->text[same] == right->text[same]) {
        same++;
    }
    for (size_t i = 0; i < same; i++) {
        count += ((unsigned char)left->text[i] & 0xC0) != 0x80;
    }
    return count;
}

/* At least four letters and all but two of each, or all of both. */
static int32_t is_same_word(const struct folded_word *left, const struct folded_word *right)
{
    size_t common;

    if (left->length == right->length && memcmp(left->text, right->text, left->length) == 0) {
        return 1;
    }
    if (left->is_number || right->is_number) {
        return 0;
    }
    common = common_start(left, right);
    return common >= 4 && common + 2 >= left->letters && common + 2 >= right->letters;
}

int32_t folded_text_has_word(const struct folded_text *folded, const struct folded_word *word)
{
    struct folded_word other;

    for (size_t at = 0; folded_text_word(folded, &at, &other);) {
        if (is_same_word(word, &other)) {
            return 1;
        }
    }
    return 0;
}

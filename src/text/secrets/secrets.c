#include "text/secrets/secrets.h"

#include "base/error.h"
#include "base/json/json.h"
#include "base/memory.h"
#include "text/secrets/secrets_internal.h"
#include "text/secrets/secrets_numbers.h"
#include "text/secrets/secrets_tokens.h"
#include "text/secrets/secrets_words.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Candidate search: the four bytes at each position, with the case bit set, are hashed and looked up in a bitmap of the
 * windows of all anchors. A hit leads to the anchors with that window. An anchor of three bytes has one entry for each
 * fourth byte that may follow. Numbers, and two kinds of tokens that have a dot or a tilde but no fixed prefix, are
 * found by the bytes around a position. The work is done per block of text in loops without branches, which compilers
 * vectorise. */
#define WINDOW_BYTES 4
#define FOLD_BIT     0x20u
#define FOLD_MASK    UINT32_C(0x20202020)
#define HASH_BITS    16
#define BITMAP_WORDS ((size_t)1 << (HASH_BITS - 6))
#define BUCKET_BITS  13
#define ENTRIES_MAX  8192
#define ANCHORS_MAX  1024
#define ENTRY_NONE   UINT16_MAX
#define BLOCK_BYTES  1024
#define MARGIN_BYTES 8 /* context bytes before and after a block */

struct anchor {
    const char *text;
    uint8_t length;
    uint8_t any_case;
    uint8_t window; /* offset of the four bytes that are searched for */
    int16_t detail;
    secret_verify_fn verify;
};

struct entry {
    uint32_t window;
    uint16_t anchor;
    uint16_t next;
};

struct finder {
    uint64_t bitmap[BITMAP_WORDS];
    uint16_t buckets[(size_t)1 << BUCKET_BITS];
    struct entry entries[ENTRIES_MAX];
    size_t entry_count;
    struct anchor anchors[ANCHORS_MAX];
    size_t anchor_count;
};

/* A block of the text with its context, and the candidate positions in it. */
struct block {
    uint8_t bytes[MARGIN_BYTES + BLOCK_BYTES + MARGIN_BYTES]; /* filled with blanks beyond the text */
    uint16_t hashes[BLOCK_BYTES];
    uint8_t marks[BLOCK_BYTES]; /* 1: candidate regardless of the hash */
    uint16_t places[BLOCK_BYTES];
    size_t place_count;
};

static struct finder finder;
static pthread_once_t finder_once = PTHREAD_ONCE_INIT;

#define D (SET_DIGIT | SET_GAP)
#define X (SET_LOWER | SET_HEX)
#define L (SET_LOWER)
#define U (SET_UPPER)
const uint16_t secret_sets[256] = {['0'] = D,
                                   ['1'] = D,
                                   ['2'] = D,
                                   ['3'] = D,
                                   ['4'] = D,
                                   ['5'] = D,
                                   ['6'] = D,
                                   ['7'] = D,
                                   ['8'] = D,
                                   ['9'] = D,
                                   ['a'] = X,
                                   ['b'] = X,
                                   ['c'] = X,
                                   ['d'] = X,
                                   ['e'] = X,
                                   ['f'] = X,
                                   ['g'] = L,
                                   ['h'] = L,
                                   ['i'] = L,
                                   ['j'] = L,
                                   ['k'] = L,
                                   ['l'] = L,
                                   ['m'] = L,
                                   ['n'] = L,
                                   ['o'] = L,
                                   ['p'] = L,
                                   ['q'] = L,
                                   ['r'] = L,
                                   ['s'] = L,
                                   ['t'] = L,
                                   ['u'] = L,
                                   ['v'] = L,
                                   ['w'] = L,
                                   ['x'] = L,
                                   ['y'] = L,
                                   ['z'] = L,
                                   ['A'] = U,
                                   ['B'] = U,
                                   ['C'] = U,
                                   ['D'] = U,
                                   ['E'] = U,
                                   ['F'] = U,
                                   ['G'] = U,
                                   ['H'] = U,
                                   ['I'] = U,
                                   ['J'] = U,
                                   ['K'] = U,
                                   ['L'] = U,
                                   ['M'] = U,
                                   ['N'] = U,
                                   ['O'] = U,
                                   ['P'] = U,
                                   ['Q'] = U,
                                   ['R'] = U,
                                   ['S'] = U,
                                   ['T'] = U,
                                   ['U'] = U,
                                   ['V'] = U,
                                   ['W'] = U,
                                   ['X'] = U,
                                   ['Y'] = U,
                                   ['Z'] = U,
                                   ['-'] = SET_DASH | SET_GAP,
                                   ['_'] = SET_SCORE,
                                   ['+'] = SET_BASE64 | SET_MARK,
                                   ['/'] = SET_BASE64,
                                   ['.'] = SET_DOT | SET_GAP,
                                   [' '] = SET_GAP,
                                   ['\n'] = SET_GAP,
                                   ['\r'] = SET_GAP,
                                   ['\t'] = SET_GAP,
                                   [','] = SET_GAP,
                                   [';'] = SET_GAP,
                                   [')'] = SET_GAP,
                                   ['"'] = SET_GAP,
                                   ['\''] = SET_GAP,
                                   ['!'] = SET_MARK,
                                   ['#'] = SET_MARK,
                                   ['$'] = SET_MARK,
                                   ['%'] = SET_MARK,
                                   ['&'] = SET_MARK,
                                   ['*'] = SET_MARK,
                                   ['@'] = SET_MARK,
                                   ['^'] = SET_MARK,
                                   ['~'] = SET_MARK,
                                   ['?'] = SET_MARK};
#undef D
#undef X
#undef L
#undef U

static const struct anchor other_anchors[] = {
    {"eyJ", 3, 0, 0, 0, secret_verify_jwt},
    {"PRIVATE KEY", 11, 0, 0, 0, secret_verify_pem},
    {"hooks.slack.com/services/", 25, 1, 0, 2, secret_verify_webhook},
    {"hooks.slack.com/workflows/", 26, 1, 0, 2, secret_verify_webhook},
    {"discord.com/api/webhooks/", 25, 1, 0, 1, secret_verify_webhook},
    {"discordapp.com/api/webhooks/", 28, 1, 0, 1, secret_verify_webhook},
    {"webhook.office.com/webhookb2/", 29, 1, 0, 1, secret_verify_webhook},
    {"-us1", 4, 0, 0, 0, secret_verify_mailchimp},
    {"-us2", 4, 0, 0, 0, secret_verify_mailchimp},
    {"-us3", 4, 0, 0, 0, secret_verify_mailchimp},
    {"-us4", 4, 0, 0, 0, secret_verify_mailchimp},
    {"-us5", 4, 0, 0, 0, secret_verify_mailchimp},
    {"-us6", 4, 0, 0, 0, secret_verify_mailchimp},
    {"-us7", 4, 0, 0, 0, secret_verify_mailchimp},
    {"-us8", 4, 0, 0, 0, secret_verify_mailchimp},
    {"-us9", 4, 0, 0, 0, secret_verify_mailchimp},
    {"://", 3, 0, 0, 0, secret_verify_url},
    {"bearer", 6, 1, 0, 0, secret_verify_authorization},
    {"basic", 5, 1, 0, 1, secret_verify_authorization},
    {"authorization: token", 20, 1, 0, 2, secret_verify_authorization},
    {"authorization: apikey", 21, 1, 0, 2, secret_verify_authorization},
    {"authorization:", 14, 1, 0, 2, secret_verify_authorization},
    {"x-api-key:", 10, 1, 0, 2, secret_verify_authorization},
    {"mysql", 5, 1, 0, 0, secret_verify_option},
    {"mariadb", 7, 1, 0, 0, secret_verify_option},
    {"sshpass", 7, 1, 0, 0, secret_verify_option},
    {"curl ", 5, 1, 0, 1, secret_verify_option},
    {"curl ", 5, 1, 0, 2, secret_verify_option},
    {"seed phrase", 11, 1, 0, 0, secret_verify_seed},
    {"recovery phrase", 15, 1, 0, 0, secret_verify_seed},
    {"secret phrase", 13, 1, 0, 0, secret_verify_seed},
    {"backup phrase", 13, 1, 0, 0, secret_verify_seed},
    {"wallet", 6, 1, 0, 0, secret_verify_seed},
    {"mnemonic", 8, 1, 0, 0, secret_verify_seed},
    {"frase semilla", 13, 1, 0, 0, secret_verify_seed},
    {"seed-phrase", 11, 1, 0, 0, secret_verify_seed},
    {"12 words", 8, 1, 0, 0, secret_verify_seed},
    {"24 words", 8, 1, 0, 0, secret_verify_seed},
};

/* Word anchors. `detail` is the WORD_* kind of a password word, or the minimum length of the value. */
struct word_row {
    const char *word;
    int16_t detail;
    uint8_t is_password;
};
static const struct word_row word_rows[] = {
#define PASSWORD(word, how) {word, how, 1},
#define NAME(word, least)   {word, least, 0},
#include "text/secrets/secrets_words.def"
#undef PASSWORD
#undef NAME
};

static uint32_t load_window(const char *text)
{
    uint32_t window;

    memcpy(&window, text, sizeof window);
    return window | FOLD_MASK;
}

static inline uint16_t hash_window(const uint8_t *bytes)
{
    return (uint16_t)((bytes[0] | FOLD_BIT) * 0x9E37u + (bytes[1] | FOLD_BIT) * 0x85EBu +
                      (bytes[2] | FOLD_BIT) * 0xC2B3u + (bytes[3] | FOLD_BIT) * 0x27D5u);
}

static void add_window(uint32_t window, size_t anchor)
{
    uint8_t bytes[WINDOW_BYTES];
    uint16_t *bucket;
    uint16_t hash;

    if (finder.entry_count == ENTRIES_MAX) {
        return; /* too many anchors: raise ENTRIES_MAX; text_secrets_test detects this */
    }
    memcpy(bytes, &window, sizeof bytes);
    hash = hash_window(bytes);
    bucket = &finder.buckets[hash >> (HASH_BITS - BUCKET_BITS)];
    finder.entries[finder.entry_count].window = window;
    finder.entries[finder.entry_count].anchor = (uint16_t)anchor;
    finder.entries[finder.entry_count].next = *bucket;
    *bucket = (uint16_t)finder.entry_count++;
    finder.bitmap[hash >> 6] |= UINT64_C(1) << (hash & 63);
}

static void add_expanded_windows(const struct anchor *anchor, size_t at, const char *bytes, size_t count)
{
    char window[WINDOW_BYTES] = {0};
    uint32_t seen[128];
    size_t seen_count = 0;

    memcpy(window, anchor->text, anchor->length);
    for (size_t i = 0; i < count; i++) {
        uint32_t value;
        size_t k = 0;

        window[WINDOW_BYTES - 1] = bytes[i];
        if (anchor->length < WINDOW_BYTES - 1) { /* two characters: all combinations of the next two */
            for (size_t j = 0; j < count; j++) {
                window[WINDOW_BYTES - 2] = bytes[j];
                add_window(load_window(window), at);
            }
            continue;
        }
        value = load_window(window);
        while (k < seen_count && seen[k] != value) {
            k++;
        }
        if (k == seen_count) {
            seen[seen_count++] = value;
            add_window(value, at);
        }
    }
}

/* Offset of the rarest four bytes of an anchor, by English letter frequencies: "sswo" rather than "pass". */
static uint8_t rarest_window(const struct anchor *anchor)
{
    static const uint8_t common[] = {82, 15, 28, 43, 127, 22, 20, 61, 70, 2,  8, 40, 24,
                                     67, 75, 19, 1,  60,  63, 91, 28, 10, 24, 2, 20, 1}; /* a to z, in thousandths */
    uint32_t best = UINT32_MAX;
    uint8_t window = 0;

    for (size_t i = 0; i + WINDOW_BYTES <= anchor->length; i++) {
        uint32_t score = 0;

        for (size_t k = i; k < i + WINDOW_BYTES; k++) {
            char c = (char)(anchor->text[k] | 0x20);

            score += c >= 'a' && c <= 'z' ? common[c - 'a'] : anchor->text[k] == ' ' ? 150 : 5;
        }
        score += anchor->text[i] == anchor->text[i + 1] && anchor->text[i] == '-' ? 400 : 0; /* a line of dashes */
        if (score < best) {
            best = score;
            window = (uint8_t)i;
        }
    }
    return window;
}

static void add_anchor(const struct anchor *anchor)
{
    static const char hex[] = "0123456789abcdef";
    static const char after_word[] = " \n\t:.,-=#/()\"'*;]\xc2\xc3\xd0\xd8\xd9\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xef";
    char printable[94];
    size_t at = finder.anchor_count;

    if (at == ANCHORS_MAX) {
        return;
    }
    finder.anchors[finder.anchor_count++] = *anchor;
    if (anchor->length >= WINDOW_BYTES) {
        finder.anchors[at].window = rarest_window(anchor);
        add_window(load_window(anchor->text + finder.anchors[at].window), at);
    } else if (anchor->length < WINDOW_BYTES - 1) {
        add_expanded_windows(anchor, at, hex, sizeof hex - 1);
    } else if (anchor->verify == secret_verify_token || anchor->verify == secret_verify_jwt ||
               anchor->verify == secret_verify_url) {
        for (size_t i = 0; i < sizeof printable; i++) {
            printable[i] = (char)('!' + i);
        }
        add_expanded_windows(anchor, at, printable, sizeof printable);
    } else {
        add_expanded_windows(anchor, at, after_word, sizeof after_word - 1);
    }
}

static void build_finder(void)
{
    secret_build_seeds();
    memset(finder.buckets, 0xFF, sizeof finder.buckets);
    for (size_t i = 0; i < secret_token_count; i++) {
        struct anchor anchor = {secret_tokens[i].anchor, (uint8_t)strlen(secret_tokens[i].anchor), 0, 0, (int16_t)i,
                                secret_verify_token};

        add_anchor(&anchor);
    }
    for (size_t i = 0; i < sizeof word_rows / sizeof word_rows[0]; i++) {
        const struct word_row *row = &word_rows[i];
        struct anchor anchor = {row->word,   (uint8_t)strlen(row->word),
                                1,           0,
                                row->detail, row->is_password ? secret_verify_password : secret_verify_assignment};

        add_anchor(&anchor);
    }
    for (size_t i = 0; i < secret_identity_count; i++) {
        const char *word = secret_identities[i].word;
        struct anchor anchor = {word, (uint8_t)strlen(word), 1, 0, (int16_t)i, secret_verify_identity};

        for (size_t k = 0; word[k] != '\0'; k++) { /* a word with a capital letter is case-sensitive */
            anchor.any_case = anchor.any_case && !secret_in(word[k], SET_UPPER);
        }
        add_anchor(&anchor);
    }
    for (size_t i = 0; i < sizeof other_anchors / sizeof other_anchors[0]; i++) {
        add_anchor(&other_anchors[i]);
    }
}

/* --- helpers of the verifiers --- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

int32_t secret_equals(const char *text, size_t length, const char *word)
{
    for (size_t i = 0; i < length; i++) {
        if (word[i] == '\0' || lower(text[i]) != word[i]) {
            return 0;
        }
    }
    return word[length] == '\0';
}

int32_t secret_contains_any(const char *text, size_t length, const char *const *needles, size_t count)
{
    uint64_t starts[4] = {0, 0, 0, 0};

    for (size_t i = 0; i < count; i++) {
        unsigned char c = (unsigned char)needles[i][0];

        starts[c >> 6] |= UINT64_C(1) << (c & 63);
    }
    for (size_t at = 0; at < length; at++) {
        unsigned char c = (unsigned char)lower(text[at]);

        if ((starts[c >> 6] >> (c & 63) & 1) == 0) {
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            size_t size = needles[i][0] == (char)c ? strlen(needles[i]) : SIZE_MAX;

            if (size <= length - at && secret_equals(text + at, size, needles[i])) {
                return 1;
            }
        }
    }
    return 0;
}

int32_t secret_contains(const char *text, size_t length, const char *needle)
{
    return secret_contains_any(text, length, &needle, 1);
}

int32_t secret_is_uuid(const char *text, size_t length)
{
    if (length != 36) {
        return 0;
    }
    for (size_t i = 0; i < length; i++) {
        int32_t is_dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (is_dash ? text[i] != '-'
                    : !(secret_in(text[i], SET_HEX | SET_DIGIT) || (text[i] >= 'A' && text[i] <= 'F'))) {
            return 0;
        }
    }
    return 1;
}

int32_t secret_is_placeholder(const char *text, size_t length)
{
    static const char *const words[] = {"example",
                                        "your",
                                        "placeholder",
                                        "changeme",
                                        "change_me",
                                        "change-me",
                                        "xxxx",
                                        "****",
                                        "....",
                                        "redacted",
                                        "withheld]",
                                        "<",
                                        "insert",
                                        "replace",
                                        "dummy",
                                        "sample_",
                                        "fake",
                                        "___",
                                        "goes_here",
                                        "goes-here",
                                        "00000000",
                                        "todo",
                                        "\xe2\x80\xa2\xe2\x80\xa2",
                                        "\xe2\x80\xa6",
                                        "foobar",
                                        "notreal",
                                        "not_real"};
    uint64_t seen[4] = {0, 0, 0, 0};
    size_t different = 0;

    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if ((seen[c >> 6] & UINT64_C(1) << (c & 63)) == 0) {
            seen[c >> 6] |= UINT64_C(1) << (c & 63);
            different++;
        }
    }
    if (different <= 2 || (length >= 12 && different <= 4)) {
        return 1;
    }
    return secret_contains_any(text, length < 200 ? length : 200, words, sizeof words / sizeof words[0]);
}

void secret_add(struct secret_scan *scan, enum secret_kind kind, size_t start, size_t end)
{
    struct secret_list *list = scan->list;

    if (list->count > 0 && start >= list->items[list->count - 1].start && end <= list->items[list->count - 1].end) {
        return;
    }
    if (list->count == list->capacity) {
        size_t capacity = list->capacity * 2 + 16;
        struct secret_span *items =
            memory_resize_array(list->allocator, list->items, list->capacity, capacity, sizeof *items);

        if (items == NULL) {
            scan->failed = 1;
            return;
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count].kind = kind;
    list->items[list->count].start = start;
    list->items[list->count].end = end;
    list->count++;
}

/* --- scan --- */

static int32_t anchor_fits(const struct anchor *anchor, const char *text)
{
    if (!anchor->any_case) {
        return memcmp(anchor->text, text, anchor->length) == 0;
    }
    for (size_t i = 0; i < anchor->length; i++) {
        if (lower(anchor->text[i]) != lower(text[i])) {
            return 0;
        }
    }
    return 1;
}

static void check_anchors(struct secret_scan *scan, size_t at, uint32_t window, uint16_t hash)
{
    uint16_t i = finder.buckets[hash >> (HASH_BITS - BUCKET_BITS)];

    for (; i != ENTRY_NONE; i = finder.entries[i].next) {
        if (finder.entries[i].window == window) {
            const struct anchor *anchor = &finder.anchors[finder.entries[i].anchor];
            size_t start = at - anchor->window;

            if (at >= anchor->window && start + anchor->length <= scan->length &&
                anchor_fits(anchor, scan->text + start)) {
                anchor->verify(scan, start, anchor->length, anchor->detail);
            }
        }
    }
}

static void check_mark(struct secret_scan *scan, size_t at)
{
    if (scan->text[at] == '.') {
        secret_verify_discord(scan, at);
    } else if (scan->text[at] == '~') {
        secret_verify_azure(scan, at);
    } else {
        secret_verify_number(scan, at);
    }
}

static void block_load(struct block *block, const struct secret_scan *scan, size_t start)
{
    size_t before = start < MARGIN_BYTES ? start : MARGIN_BYTES;
    size_t left = scan->length - start;
    size_t length = left < BLOCK_BYTES + MARGIN_BYTES ? left : BLOCK_BYTES + MARGIN_BYTES;

    memset(block->bytes, ' ', MARGIN_BYTES - before);
    memcpy(block->bytes + MARGIN_BYTES - before, scan->text + start - before, before + length);
    memset(block->bytes + MARGIN_BYTES + length, ' ', BLOCK_BYTES + MARGIN_BYTES - length);
}

static inline uint8_t is_digit(uint8_t byte)
{
    return (uint8_t)(byte - '0') < 10;
}

/* Marks the first digit of numbers of two or more digits, and the signs inside Discord and Azure tokens. */
static void block_mark(struct block *block)
{
    const uint8_t *bytes = block->bytes + MARGIN_BYTES;

    for (size_t i = 0; i < BLOCK_BYTES; i++) {
        uint8_t starts_number = (uint8_t)(is_digit(bytes[i]) & !is_digit(*(bytes + i - 1)) &
                                          (is_digit(bytes[i + 1]) | is_digit(bytes[i + 2])));
        uint8_t is_discord = (uint8_t)((bytes[i] == '.') & (bytes[i + 7] == '.'));
        uint8_t is_azure = (uint8_t)((bytes[i] == '~') & (*(bytes + i - 1) == 'Q'));

        block->marks[i] = (uint8_t)(starts_number | is_discord | is_azure);
    }
}

static void block_hash(struct block *block)
{
    const uint8_t *bytes = block->bytes + MARGIN_BYTES;

    for (size_t i = 0; i < BLOCK_BYTES; i++) {
        block->hashes[i] = hash_window(bytes + i);
    }
}

static void block_find_places(struct block *block, size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++) {
        uint32_t hash = block->hashes[i];
        uint64_t is_window = finder.bitmap[hash >> 6] >> (hash & 63) & 1;

        block->places[count] = (uint16_t)i;
        count += (size_t)(is_window | block->marks[i]);
    }
    block->place_count = count;
}

static void scan_text(struct secret_scan *scan)
{
    struct block block;

    for (size_t start = 0; start < scan->length; start += BLOCK_BYTES) {
        size_t left = scan->length - start;

        block_load(&block, scan, start);
        block_mark(&block);
        block_hash(&block);
        block_find_places(&block, left < BLOCK_BYTES ? left : BLOCK_BYTES);
        for (size_t i = 0; i < block.place_count; i++) {
            size_t place = block.places[i];

            check_anchors(scan, start + place, load_window((const char *)block.bytes + MARGIN_BYTES + place),
                          block.hashes[place]);
            if (block.marks[place]) {
                check_mark(scan, start + place);
            }
        }
    }
    secret_find_seeds(scan);
}

static int compare_spans(const void *a, const void *b)
{
    const struct secret_span *left = a;
    const struct secret_span *right = b;

    if (left->start != right->start) {
        return left->start < right->start ? -1 : 1;
    }
    return left->end > right->end ? -1 : left->end < right->end;
}

/* Sorts the spans and merges overlapping ones; the merged span has the kind of the longer. */
static void merge_spans(struct secret_list *list)
{
    size_t last_index = 0;

    if (list->count == 0) {
        return;
    }
    qsort(list->items, list->count, sizeof *list->items, compare_spans);
    for (size_t i = 1; i < list->count; i++) {
        struct secret_span *last = &list->items[last_index];
        const struct secret_span *next = &list->items[i];

        if (next->start < last->end) {
            if (next->end - next->start > last->end - last->start) {
                last->kind = next->kind;
            }
            last->end = next->end > last->end ? next->end : last->end;
        } else {
            list->items[++last_index] = *next;
        }
    }
    list->count = last_index + 1;
}

/* Converts offsets in the folded text to offsets in the original text. */
static void unfold_spans(const struct secret_fold *fold, struct secret_list *list)
{
    const struct secret_place *places = (const struct secret_place *)(const void *)fold->places.data;
    size_t count = fold->places.length / sizeof *places;
    size_t at = 0;

    for (size_t i = 0; i < list->count * 2; i++) {
        size_t *offset = i % 2 == 0 ? &list->items[i / 2].start : &list->items[i / 2].end;

        while (at < count && places[at].folded <= *offset) {
            at++;
        }
        if (at > 0) {
            *offset = places[at - 1].original + (*offset - places[at - 1].folded);
        }
    }
}

cpk_status secrets_scan(const char *text, size_t length, struct secret_list *list, cpk_error **error)
{
    struct secret_scan scan = {text, length, list, 0, {0, 0, 0}, 0};
    struct secret_fold fold;
    int32_t is_plain;

    (void)pthread_once(&finder_once, build_finder);
    list->count = 0;
    buffer_init(&fold.text, list->allocator);
    buffer_init(&fold.places, list->allocator);
    is_plain = secret_fold_text(&fold, text, length);
    if (!is_plain) {
        scan.text = buffer_text(&fold.text);
        scan.length = fold.text.length;
    }
    if (!fold.text.failed && !fold.places.failed) {
        scan_text(&scan);
        merge_spans(list);
        if (!is_plain) {
            unfold_spans(&fold, list);
        }
    } else {
        scan.failed = 1;
    }
    buffer_free(&fold.places);
    buffer_free(&fold.text);
    return scan.failed ? error_out_of_memory(error) : CPK_OK;
}

/* --- results --- */

const char *secret_kind_name(enum secret_kind kind)
{
    static const char *const names[] = {"api_key",     "private_key",  "password",    "authorization", "seed_phrase",
                                        "card_number", "bank_account", "national_id", "passport"};

    return (size_t)kind < SECRET_KIND_COUNT ? names[kind] : "";
}

const char *secret_kind_label(enum secret_kind kind)
{
    static const char *const labels[] = {"API key",     "private key",  "password",    "authorization",  "seed phrase",
                                         "card number", "bank account", "national ID", "passport number"};

    return (size_t)kind < SECRET_KIND_COUNT ? labels[kind] : "";
}

void secret_list_init(struct secret_list *list, const cpk_allocator *allocator)
{
    memset(list, 0, sizeof *list);
    list->allocator = allocator;
}

void secret_list_free(struct secret_list *list)
{
    memory_release_array(list->allocator, list->items, list->capacity, sizeof *list->items);
    list->items = NULL;
    list->count = 0;
    list->capacity = 0;
}

cpk_status secrets_mask(const char *text, size_t length, struct buffer *target, struct secret_counts *counts,
                        size_t *found, cpk_error **error)
{
    struct secret_list list;
    size_t copied = 0;
    cpk_status status;

    secret_list_init(&list, target->allocator);
    CPK_TRY_CLEANUP(secrets_scan(text, length, &list, error));
    for (size_t i = 0; i < list.count; i++) {
        buffer_append(target, text + copied, list.items[i].start - copied);
        buffer_append_byte(target, '[');
        buffer_append_text(target, secret_kind_label(list.items[i].kind));
        buffer_append_text(target, " withheld]");
        copied = list.items[i].end;
        if (counts != NULL) {
            counts->of_kind[list.items[i].kind]++;
        }
    }
    buffer_append(target, text + copied, length - copied);
    if (found != NULL) {
        *found = list.count;
    }
    if (target->failed) {
        status = error_out_of_memory(error);
    }
cleanup:
    secret_list_free(&list);
    return status;
}

int64_t secret_counts_total(const struct secret_counts *counts)
{
    int64_t total = 0;

    for (size_t i = 0; i < SECRET_KIND_COUNT; i++) {
        total += counts->of_kind[i];
    }
    return total;
}

void secret_counts_add(struct secret_counts *target, const struct secret_counts *more)
{
    for (size_t i = 0; i < SECRET_KIND_COUNT; i++) {
        target->of_kind[i] += more->of_kind[i];
    }
}

void secret_counts_write(const struct secret_counts *counts, struct buffer *target)
{
    struct json_writer writer;

    json_writer_init(&writer, target);
    json_write_begin_object(&writer);
    for (size_t i = 0; i < SECRET_KIND_COUNT; i++) {
        if (counts->of_kind[i] != 0) {
            json_write_key(&writer, secret_kind_name((enum secret_kind)i));
            json_write_int64(&writer, counts->of_kind[i]);
        }
    }
    json_write_end_object(&writer);
}

void secret_counts_read(struct secret_counts *counts, const char *json)
{
    for (size_t i = 0; json != NULL && i < SECRET_KIND_COUNT; i++) {
        char key[32];
        const char *at;

        snprintf(key, sizeof key, "\"%s\":", secret_kind_name((enum secret_kind)i));
        at = strstr(json, key);
        if (at != NULL) {
            long long count = strtoll(at + strlen(key), NULL, 10);

            counts->of_kind[i] += count > 0 && count < INT32_MAX ? count : 0;
        }
    }
}

#define UUID_LENGTH ((size_t)36)

/* Part of a UUID can look like a bank account number. A span that covers the whole UUID counts as a secret. */
static int32_t is_inside_uuid(const char *text, size_t length, const struct secret_span *span)
{
    const size_t first = span->end > UUID_LENGTH ? span->end - UUID_LENGTH : 0;

    for (size_t at = first; at < span->start && at + UUID_LENGTH <= length; at++) {
        if (secret_is_uuid(text + at, UUID_LENGTH)) {
            return 1;
        }
    }
    return 0;
}

void secrets_blank(char *text, size_t length)
{
    struct secret_list list;

    secret_list_init(&list, &memory_default);
    if (secrets_scan(text, length, &list, NULL) != CPK_OK) {
        memset(text, '*', length); /* the text could not be scanned */
    }
    for (size_t i = 0; i < list.count; i++) {
        if (!is_inside_uuid(text, length, &list.items[i])) {
            memset(text + list.items[i].start, '*', list.items[i].end - list.items[i].start);
        }
    }
    secret_list_free(&list);
}

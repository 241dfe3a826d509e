#include "support/test.h"

#include "base/memory.h"
#include "text/tokens/bpe_merge.h"
#include "text/tokens/tokens.h"

#define LINE_MAX_BYTES 65536
#define VECTOR_MAX_IDS 16384

/* An allocator that counts, and refuses when it is told to. */
struct counting {
    int64_t blocks;
    int64_t live;
    size_t live_bytes;
    size_t peak_bytes;
    int32_t refuse;
};

static void *counting_allocate(void *user, size_t size_bytes)
{
    struct counting *counts = user;

    if (counts->refuse) {
        return NULL;
    }
    counts->blocks++;
    counts->live++;
    counts->live_bytes += size_bytes;
    counts->peak_bytes = counts->live_bytes > counts->peak_bytes ? counts->live_bytes : counts->peak_bytes;
    return malloc(size_bytes);
}

static void *counting_resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    (void)old_size_bytes;
    return ((struct counting *)user)->refuse ? NULL : realloc(block, new_size_bytes);
}

static void counting_release(void *user, void *block, size_t size_bytes)
{
    ((struct counting *)user)->live--;
    ((struct counting *)user)->live_bytes -= size_bytes;
    free(block);
}

static cpk_allocator counting_allocator(struct counting *counts)
{
    cpk_allocator allocator = {
        sizeof(cpk_allocator), 0, counts, counting_allocate, counting_resize, counting_release,
    };

    return allocator;
}

static uint32_t random_below(uint32_t *seed, uint32_t limit)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) % limit;
}

static size_t parse_text(char **at, char *text)
{
    size_t length = 0;
    unsigned byte;

    while (sscanf(*at, "%2x", &byte) == 1 && **at != ' ') {
        text[length++] = (char)byte;
        *at += 2;
    }
    return length;
}

static size_t parse_ids(char *at, uint32_t *ids)
{
    size_t count = 0;

    while (*at == ' ') {
        ids[count++] = (uint32_t)strtoul(at, &at, 10);
    }
    return count;
}

/* The vectors are PyPI tiktoken's: tests/compat/tokens.py --vectors. */
static void check_vectors(int32_t encoding)
{
    static char line[LINE_MAX_BYTES];
    static char text[LINE_MAX_BYTES];
    static uint32_t wanted[VECTOR_MAX_IDS];
    static uint32_t ids[VECTOR_MAX_IDS];
    char path[256];
    int32_t lines = 0;
    FILE *file;

    snprintf(path, sizeof path, TEST_DATA_DIR "/text/%s.vectors", cpk_encoding_name(encoding));
    file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char *at = line;
        size_t length = parse_text(&at, text);
        size_t wanted_count = parse_ids(at, wanted);
        cpk_error *error = NULL;
        int64_t counted;
        struct token_list tokens = {.ids = ids, .capacity = VECTOR_MAX_IDS};

        lines++;
        assert_ok(tokens_encode(&memory_default, encoding, text, length, &tokens, &error), error);
        if (tokens.count != wanted_count || memcmp(ids, wanted, tokens.count * sizeof *ids) != 0) {
            fail_msg("%s:%d: %zu tokens, wanted %zu, or other ids", path, (int)lines, tokens.count, wanted_count);
        }
        assert_ok(tokens_count(&memory_default, encoding, text, length, &counted, &error), error);
        assert_int_equal(counted, wanted_count);
    }
    fclose(file);
    assert_true(lines > 900);
}

static void o200k_base_equals_tiktoken(void **state)
{
    (void)state;
    check_vectors(CPK_ENCODING_O200K_BASE);
}

static void cl100k_base_equals_tiktoken(void **state)
{
    (void)state;
    check_vectors(CPK_ENCODING_CL100K_BASE);
}

static void encoding_zero_is_o200k_base(void **state)
{
    const char text[] = "\xED\x95\x9C\xEA\xB5\xAD\xEC\x96\xB4 is one token in one of them";
    int64_t first;
    int64_t second;
    int64_t third;

    (void)state;
    assert_int_equal(tokens_count(&memory_default, 0, text, sizeof text - 1, &first, NULL), CPK_OK);
    assert_int_equal(tokens_count(&memory_default, CPK_ENCODING_O200K_BASE, text, sizeof text - 1, &second, NULL),
                     CPK_OK);
    assert_int_equal(tokens_count(&memory_default, CPK_ENCODING_CL100K_BASE, text, sizeof text - 1, &third, NULL),
                     CPK_OK);
    assert_int_equal(first, second);
    assert_true(second < third);
    assert_int_equal(tokens_count(&memory_default, 0, NULL, 0, &first, NULL), CPK_OK);
    assert_int_equal(first, 0);
}

static void unknown_encoding_is_rejected(void **state)
{
    cpk_error *error = NULL;
    int64_t count;

    (void)state;
    assert_int_equal(tokens_count(&memory_default, 3, "a", 1, &count, &error), CPK_ERROR_INVALID_ARGUMENT);
    assert_non_null(error);
    cpk_error_free(error);
    assert_int_equal(tokens_count(&memory_default, -1, "a", 1, &count, NULL), CPK_ERROR_INVALID_ARGUMENT);
}

static void count_is_set_when_the_array_is_too_small(void **state)
{
    uint32_t ids[2] = {0, 0};
    uint32_t all[8];
    struct token_list large = {.ids = all, .capacity = 8};
    struct token_list small = {.ids = ids, .capacity = 2};

    (void)state;
    assert_int_equal(tokens_encode(&memory_default, 0, "one two three four", 18, &large, NULL), CPK_OK);
    assert_int_equal(large.count, 4);
    assert_int_equal(tokens_encode(&memory_default, 0, "one two three four", 18, &small, NULL),
                     CPK_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(small.count, 4);
    assert_memory_equal(ids, all, sizeof ids);
}

/* Ordinary text allocates nothing; a long word allocates, frees the memory, and reports a failed allocation. */
static void only_long_words_allocate(void **state)
{
    static char word[10000];
    struct counting counts = {0};
    cpk_allocator allocator = counting_allocator(&counts);
    const char text[] = "Ordinary text, with invalid bytes \xFF\xFE and\xE2\x82 words.";
    cpk_error *error = NULL;
    int64_t count;

    (void)state;
    memset(word, 'x', sizeof word);
    assert_ok(tokens_count(&allocator, 0, text, sizeof text - 1, &count, &error), error);
    assert_int_equal(counts.blocks, 0);
    assert_ok(tokens_count(&allocator, 0, word, sizeof word, &count, &error), error);
    assert_true(counts.blocks > 0);
    assert_int_equal(counts.live, 0);
    memset(word, 0xFF, sizeof word);
    assert_ok(tokens_count(&allocator, 0, word, sizeof word, &count, &error), error);
    assert_int_equal(counts.live, 0);
    counts.refuse = 1;
    assert_int_equal(tokens_count(&allocator, 0, word, sizeof word, &count, NULL), CPK_ERROR_OUT_OF_MEMORY);
    memset(word, 'x', sizeof word);
    assert_int_equal(tokens_count(&allocator, 0, word, sizeof word, &count, NULL), CPK_ERROR_OUT_OF_MEMORY);
    assert_int_equal(counts.live, 0);
}

#define WORD_BYTES 3000

/* A word of few letters, of which some repeat for long. */
static size_t make_word(char word[WORD_BYTES], uint32_t *seed)
{
    static const char *const alphabets[] = {
        "a",   "ab",   "=",           "-_", "aAbB", "0123456789", "abcdefghijklmnopqrstuvwxyz", "\xD0\xB0\xD0\xB1",
        "ing", "ACGT", "\xE3\x81\x82"};
    const char *alphabet = alphabets[random_below(seed, (uint32_t)(sizeof alphabets / sizeof *alphabets))];
    size_t letters = strlen(alphabet);
    size_t length = 600 + random_below(seed, WORD_BYTES - 600);

    for (size_t at = 0; at < length;) {
        size_t run = random_below(seed, 4) == 0 ? random_below(seed, 200) : 1;
        char letter = alphabet[random_below(seed, (uint32_t)letters)];

        for (; run > 0 && at < length; run--) {
            word[at++] = letter;
        }
    }
    return length;
}

/* A long word is merged in windows: with the tokens that it has as a whole. */
static void windows_give_the_tokens_of_the_whole(void **state)
{
    static uint32_t ids[2][WORD_BYTES];
    char word[WORD_BYTES];
    uint32_t seed = 7;

    (void)state;
    for (int32_t encoding = CPK_ENCODING_O200K_BASE; encoding <= CPK_ENCODING_CL100K_BASE; encoding++) {
        const struct encoding_tables *tables = encoding_find(encoding);

        for (size_t round = 0; round < 1500; round++) {
            size_t length = make_word(word, &seed);
            struct token_list whole = {ids[0], WORD_BYTES, 0};
            struct token_list joined = {ids[1], WORD_BYTES, 0};
            size_t window = 160 + random_below(&seed, 400);

            assert_ok(bpe_merge_long(&memory_default, tables, word, length, WORD_BYTES, &whole, NULL), NULL);
            assert_ok(bpe_merge_long(&memory_default, tables, word, length, window, &joined, NULL), NULL);
            assert_int_equal(joined.count, whole.count);
            assert_memory_equal(ids[1], ids[0], whole.count * sizeof ids[0][0]);
        }
    }
}

/* A word of a megabyte takes no more memory than one of 64 KiB. */
static void memory_does_not_grow_with_a_word(void **state)
{
    const size_t length = 1 << 20;
    char *word = malloc(length);
    struct counting counting = {0};
    cpk_allocator allocator = counting_allocator(&counting);
    uint32_t seed = 3;
    int64_t count;

    (void)state;
    assert_non_null(word);
    for (size_t i = 0; i < length; i++) {
        word[i] = (char)('a' + random_below(&seed, 26));
    }
    assert_ok(tokens_count(&allocator, 0, word, length, &count, NULL), NULL);
    assert_true(count > 100000);
    assert_true(counting.peak_bytes < (size_t)2 << 20);
    free(word);
}

static void encodings_have_names(void **state)
{
    (void)state;
    assert_int_equal(cpk_encoding_from_name("o200k_base"), CPK_ENCODING_O200K_BASE);
    assert_int_equal(cpk_encoding_from_name("cl100k_base"), CPK_ENCODING_CL100K_BASE);
    assert_int_equal(cpk_encoding_from_name("O200K_BASE"), 0);
    assert_int_equal(cpk_encoding_from_name(""), 0);
    assert_int_equal(cpk_encoding_from_name(NULL), 0);
    assert_string_equal(cpk_encoding_name(CPK_ENCODING_O200K_BASE), "o200k_base");
    assert_string_equal(cpk_encoding_name(CPK_ENCODING_CL100K_BASE), "cl100k_base");
    assert_null(cpk_encoding_name(0));
    assert_null(cpk_encoding_name(99));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(o200k_base_equals_tiktoken),
        cmocka_unit_test(cl100k_base_equals_tiktoken),
        cmocka_unit_test(encoding_zero_is_o200k_base),
        cmocka_unit_test(unknown_encoding_is_rejected),
        cmocka_unit_test(count_is_set_when_the_array_is_too_small),
        cmocka_unit_test(only_long_words_allocate),
        cmocka_unit_test(windows_give_the_tokens_of_the_whole),
        cmocka_unit_test(memory_does_not_grow_with_a_word),
        cmocka_unit_test(encodings_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

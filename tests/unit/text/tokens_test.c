#include "support/test.h"

#include "base/memory.h"
#include "text/tokens/tokens.h"

#define LINE_MAX_BYTES 65536
#define VECTOR_MAX_IDS 16384

/* An allocator that counts, and refuses when it is told to. */
struct counting {
    int64_t blocks;
    int64_t live;
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
    return malloc(size_bytes);
}

static void *counting_resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    (void)old_size_bytes;
    return ((struct counting *)user)->refuse ? NULL : realloc(block, new_size_bytes);
}

static void counting_release(void *user, void *block, size_t size_bytes)
{
    (void)size_bytes;
    ((struct counting *)user)->live--;
    free(block);
}

static cpk_allocator counting_allocator(struct counting *counts)
{
    cpk_allocator allocator = {
        sizeof(cpk_allocator), 0, counts, counting_allocate, counting_resize, counting_release,
    };

    return allocator;
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
        cmocka_unit_test(encodings_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

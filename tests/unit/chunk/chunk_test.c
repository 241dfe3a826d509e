#include "support/test.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "chunk/chunk.h"
#include "text/tokens/tokens.h"

#define CHUNKS_MAX 20000

/* The chunks of a text that was put together record by record, and where its records start. */
struct fixture {
    struct buffer text;
    struct chunk_range chunks[CHUNKS_MAX];
    size_t chunk_count;
    int64_t record_starts[CHUNKS_MAX];
    int32_t conversation_starts[CHUNKS_MAX];
    int64_t record_count;
    struct chunker_options options;
    struct chunker *chunker;
};

static struct fixture shared;

static cpk_status take_chunk(void *user, const struct chunk_range *chunk, cpk_error **error)
{
    struct fixture *test = user;

    (void)error;
    assert_true(test->chunk_count < CHUNKS_MAX);
    test->chunks[test->chunk_count++] = *chunk;
    return CPK_OK;
}

static struct fixture *start(int32_t encoding, int64_t max_tokens, int64_t overlap_tokens)
{
    cpk_error *error = NULL;

    memset(&shared, 0, sizeof shared);
    buffer_init(&shared.text, &memory_default);
    shared.options.encoding = encoding;
    shared.options.max_tokens = max_tokens;
    shared.options.overlap_tokens = overlap_tokens;
    assert_ok(chunker_create(&memory_default, &shared.options, take_chunk, &shared, &shared.chunker, &error), error);
    return &shared;
}

static int64_t count(const struct fixture *test, int64_t offset, int64_t length)
{
    int64_t tokens;

    assert_int_equal(
        tokens_count(&memory_default, test->options.encoding, test->text.data + offset, (size_t)length, &tokens, NULL),
        CPK_OK);
    return tokens;
}

static int64_t add(struct fixture *test, const char *record, size_t length, int32_t starts_conversation)
{
    cpk_error *error = NULL;
    int64_t tokens;

    test->record_starts[test->record_count] = (int64_t)test->text.length;
    test->conversation_starts[test->record_count++] = starts_conversation;
    buffer_append(&test->text, record, length);
    assert_ok(chunker_add(test->chunker, record, length, starts_conversation, &tokens, &error), error);
    assert_int_equal(tokens, count(test, (int64_t)(test->text.length - length), (int64_t)length));
    return tokens;
}

static void add_text(struct fixture *test, const char *record, int32_t starts_conversation)
{
    add(test, record, strlen(record), starts_conversation);
}

static int64_t record_at(const struct fixture *test, int64_t offset)
{
    int64_t record = test->record_count - 1;

    while (test->record_starts[record] > offset) {
        record--;
    }
    return record;
}

static int32_t on_code_point(const struct fixture *test, int64_t offset)
{
    return utf8_floor(test->text.data, test->text.length, (size_t)offset) == (size_t)offset;
}

/* What holds for all chunks of any text. */
static void finish(struct fixture *test)
{
    cpk_error *error = NULL;
    int64_t covered = 0;

    assert_ok(chunker_finish(test->chunker, &error), error);
    chunker_free(test->chunker);
    for (size_t i = 0; i < test->chunk_count; i++) {
        const struct chunk_range *chunk = &test->chunks[i];
        int64_t end = chunk->offset + chunk->length;

        assert_true(chunk->length > 0);
        assert_true(chunk->offset <= covered);
        assert_true(end > covered);
        assert_true(end <= (int64_t)test->text.length);
        assert_true(on_code_point(test, chunk->offset) && on_code_point(test, end));
        assert_int_equal(chunk->tokens, count(test, chunk->offset, chunk->length));
        assert_true(chunk->tokens <= test->options.max_tokens);
        assert_int_equal(chunk->first_record, record_at(test, chunk->offset));
        assert_int_equal(chunk->last_record, record_at(test, end - 1));
        if (chunk->offset < covered) {
            assert_true(count(test, chunk->offset, covered - chunk->offset) <= test->options.overlap_tokens);
        }
        covered = end;
    }
    assert_int_equal(covered, test->text.length);
}

static void done(struct fixture *test)
{
    buffer_free(&test->text);
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static const char *const WORDS[] = {
    "the ",
    "chunk ",
    "of text ",
    "isn't ",
    "ends. ",
    "Begins! ",
    "why? ",
    "12345678 ",
    "\n",
    "\n\n",
    "\n \n",
    "  ",
    "\t",
    "/",
    "//\n",
    "...",
    "\r\n",
    " \n",
    "日本語",
    "文章。",
    "「引用」",
    "です！",
    "Привет, ",
    "мир. ",
    "ไทย",
    "नमस्ते। ",
    "👩‍👩‍👧",
    "👍🏽 ",
    "é",
    "e\u0301",
    "한국어 ",
    "العربية؟ ",
    "# heading\n",
    "#",
    "```c\nint x;\n```\n",
    "supercalifragilistic",
    "\u00a0",
    "\u3000",
    "\u2028",
    "\ufeff",
    "<|endoftext|>",
};

static size_t make_record(uint32_t *state, struct buffer *record, uint32_t words_max)
{
    static const char *const ENDS[] = {"\n", "\n\n", "  \n", "!\n", "//\n", "\r\n", "。\n", "\n \n", " \t\n\n\n"};
    uint32_t words = next_random(state) % words_max;
    const char *only = next_random(state) % 8 == 0 ? WORDS[next_random(state) % (sizeof WORDS / sizeof *WORDS)] : NULL;

    buffer_clear(record);
    buffer_append_text(record, next_random(state) % 4 == 0 ? "#" : "## user\n");
    for (uint32_t i = 0; i < words; i++) {
        buffer_append_text(record, only != NULL ? only : WORDS[next_random(state) % (sizeof WORDS / sizeof *WORDS)]);
    }
    buffer_append_text(record, ENDS[next_random(state) % (sizeof ENDS / sizeof *ENDS)]);
    return record->length;
}

/* Streams of records in many scripts, small and large, with every limit and overlap. */
static void chunks_cover_any_text_exactly(void **state)
{
    static const int64_t MAX_TOKENS[] = {16, 17, 31, 64, 200, 1000};
    uint32_t seed = 1;
    struct buffer record;

    (void)state;
    buffer_init(&record, &memory_default);
    for (int32_t round = 0; round < 240; round++) {
        int64_t max_tokens = MAX_TOKENS[round % 6];
        int64_t overlap_tokens = round % 4 == 0 ? 0 : next_random(&seed) % (uint32_t)(max_tokens / 2 + 1);
        struct fixture *test = start(round / 2 % 2 + 1, max_tokens, overlap_tokens);
        uint32_t words_max = round % 3 == 0 ? 600 : 40;

        for (uint32_t records = next_random(&seed) % 60; records > 0; records--) {
            make_record(&seed, &record, words_max);
            add(test, record.data, record.length, next_random(&seed) % 5 == 0);
        }
        finish(test);
        done(test);
    }
    buffer_free(&record);
}

/* Why the format of records is as it is: no token spans two of them. */
static void record_counts_add_up(void **state)
{
    uint32_t seed = 7;
    struct buffer record;

    (void)state;
    buffer_init(&record, &memory_default);
    for (int32_t round = 0; round < 200; round++) {
        struct fixture *test = start(round % 2 + 1, 1 << 30, 0);
        int64_t sum = 0;

        for (int32_t i = 0; i < 30; i++) {
            make_record(&seed, &record, 6);
            sum += add(test, record.data, record.length, 0);
        }
        assert_int_equal(count(test, 0, (int64_t)test->text.length), sum);
        finish(test);
        assert_int_equal(test->chunk_count, 1);
        done(test);
    }
    buffer_free(&record);
}

/* Ten tokens or so each; the third record of four begins a conversation. */
static void split_before_a_conversation_is_preferred(void **state)
{
    const char *record = "# user\none two three four five six\n";
    struct fixture *test = start(CPK_ENCODING_O200K_BASE, 45, 0);

    (void)state;
    add_text(test, record, 1);
    add_text(test, record, 0);
    add_text(test, record, 0);
    add_text(test, record, 1);
    add_text(test, record, 0);
    add_text(test, record, 0);
    finish(test);
    assert_int_equal(test->chunk_count, 2);
    assert_int_equal(test->chunks[1].offset, test->record_starts[3]);
    done(test);
}

static void split_that_leaves_a_small_chunk_is_avoided(void **state)
{
    const char *record = "# user\none two three four five six\n";
    struct fixture *test = start(CPK_ENCODING_O200K_BASE, 45, 0);

    (void)state;
    add_text(test, record, 1);
    add_text(test, record, 1);
    add_text(test, record, 0);
    add_text(test, record, 0);
    add_text(test, record, 0);
    finish(test);
    assert_int_equal(test->chunk_count, 2);
    assert_int_equal(test->chunks[1].offset, test->record_starts[4]);
    done(test);
}

static void message_that_fits_is_not_split(void **state)
{
    struct fixture *test = start(CPK_ENCODING_O200K_BASE, 32, 0);

    (void)state;
    add_text(test, "# user\nshort\n", 1);
    add_text(test, "# user\none two three four five. Six seven eight nine ten eleven twelve thirteen fourteen\n", 0);
    add_text(test, "# user\none two three four five. Six seven eight nine ten eleven twelve thirteen fourteen\n", 0);
    finish(test);
    for (size_t i = 0; i < test->chunk_count; i++) {
        assert_int_equal(test->chunks[i].offset, test->record_starts[test->chunks[i].first_record]);
    }
    done(test);
}

static void large_message_is_split_at_paragraphs(void **state)
{
    const char *paragraph = "One sentence here. Another sentence there, which is longer.\n\n";
    struct fixture *test = start(CPK_ENCODING_O200K_BASE, 64, 0);
    struct buffer record;

    (void)state;
    buffer_init(&record, &memory_default);
    buffer_append_text(&record, "# user\n");
    for (int32_t i = 0; i < 40; i++) {
        buffer_append_text(&record, paragraph);
    }
    add(test, record.data, record.length, 1);
    finish(test);
    assert_true(test->chunk_count > 5);
    for (size_t i = 1; i < test->chunk_count; i++) {
        assert_memory_equal(test->text.data + test->chunks[i].offset - 2, "\n\nOne", 5);
    }
    buffer_free(&record);
    done(test);
}

static void overlap_repeats_whole_messages(void **state)
{
    const char *record = "# user\none two three four five six\n";
    struct fixture *test = start(CPK_ENCODING_O200K_BASE, 64, 24);

    (void)state;
    for (int32_t i = 0; i < 20; i++) {
        add_text(test, record, i == 0);
    }
    finish(test);
    assert_true(test->chunk_count > 3);
    for (size_t i = 1; i < test->chunk_count; i++) {
        const struct chunk_range *before = &test->chunks[i - 1];

        assert_int_equal(test->chunks[i].first_record, before->last_record - 1);
        assert_int_equal(test->chunks[i].offset, test->record_starts[before->last_record - 1]);
    }
    done(test);
}

static void overlap_repeats_the_tail_of_a_large_message(void **state)
{
    struct fixture *test = start(CPK_ENCODING_O200K_BASE, 40, 12);

    (void)state;
    for (int32_t i = 0; i < 6; i++) {
        add_text(test, "# user\nThe first sentence is here for a while. The last one repeats again.\n", i == 0);
    }
    finish(test);
    assert_true(test->chunk_count > 1);
    for (size_t i = 1; i < test->chunk_count; i++) {
        assert_memory_equal(test->text.data + test->chunks[i].offset, " The last one", 13);
    }
    done(test);
}

/* A long word must not take the square of its length. */
static void long_run_of_one_letter_is_split(void **state)
{
    static char record[300003];
    static const int64_t MAX_TOKENS[] = {64, 5000};

    (void)state;
    memset(record, 'a', sizeof record);
    record[0] = '#';
    record[1] = '\n';
    record[sizeof record - 1] = '\n';
    for (size_t i = 0; i < 2; i++) {
        struct fixture *test = start(CPK_ENCODING_CL100K_BASE, MAX_TOKENS[i], MAX_TOKENS[i] / 4);

        add(test, record, sizeof record, 1);
        finish(test);
        assert_true((int64_t)test->chunk_count > 300000 / 8 / MAX_TOKENS[i]);
        assert_true((int64_t)test->chunk_count < 300000 / 2 / MAX_TOKENS[i]);
        done(test);
    }
}

/* Bytes that are no UTF-8 by themselves: no cut is looked for before them for ever. */
static void stray_continuation_bytes_are_split(void **state)
{
    static const char *const units[] = {"\x80", "\xBF", "\xE2\x82", "\xF0\x90\x80", "a\x80\x80\x80\x80\x80"};
    static char record[30003];

    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct fixture *test = start(CPK_ENCODING_O200K_BASE, 16, i % 2 == 0 ? 8 : 0);

        for (size_t at = 0; at < sizeof record; at++) {
            record[at] = units[i][at % strlen(units[i])];
        }
        record[0] = '#';
        record[sizeof record - 1] = '\n';
        add(test, record, sizeof record, 1);
        finish(test);
        assert_true(test->chunk_count > 50);
        done(test);
    }
}

static void empty_input_gives_no_chunk(void **state)
{
    struct fixture *test = start(0, 16, 8);

    (void)state;
    finish(test);
    assert_int_equal(test->chunk_count, 0);
    done(test);
}

static void invalid_options_and_records_are_rejected(void **state)
{
    static const struct chunker_options WRONG[] = {
        {0, 15, 0}, {0, 0, 0}, {0, -5, 0}, {0, 100, 51}, {0, 100, -1}, {7, 100, 0},
    };
    struct chunker_options options = {0, 16, 0};
    struct chunker *made;
    int64_t tokens;

    (void)state;
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        cpk_error *error = NULL;

        assert_int_equal(chunker_create(&memory_default, &WRONG[i], take_chunk, &shared, &made, &error),
                         CPK_ERROR_INVALID_ARGUMENT);
        assert_null(made);
        cpk_error_free(error);
    }
    assert_int_equal(chunker_create(&memory_default, &options, take_chunk, &shared, &made, NULL), CPK_OK);
    assert_int_equal(chunker_add(made, "no mark\n", 8, 0, &tokens, NULL), CPK_ERROR_INTERNAL);
    assert_int_equal(chunker_add(made, "# no end", 8, 0, &tokens, NULL), CPK_ERROR_INTERNAL);
    assert_int_equal(chunker_add(made, "", 0, 0, &tokens, NULL), CPK_ERROR_INTERNAL);
    chunker_free(made);
    chunker_free(NULL);
}

static cpk_status refuse_chunk(void *user, const struct chunk_range *chunk, cpk_error **error)
{
    (void)user;
    (void)chunk;
    (void)error;
    return CPK_ERROR_CANCELLED;
}

static void status_of_the_callback_is_returned(void **state)
{
    struct chunker_options options = {0, 16, 0};
    struct chunker *made;
    int64_t tokens;

    (void)state;
    assert_int_equal(chunker_create(&memory_default, &options, refuse_chunk, NULL, &made, NULL), CPK_OK);
    assert_int_equal(chunker_add(made, "# a\n", 4, 0, &tokens, NULL), CPK_OK);
    assert_int_equal(chunker_finish(made, NULL), CPK_ERROR_CANCELLED);
    chunker_free(made);
}

/* Refuses the allocation whose turn it is, and knows what was given back. */
struct failing {
    int64_t until_failure;
    int64_t live;
};

static void *failing_allocate(void *user, size_t size_bytes)
{
    struct failing *state = user;

    if (state->until_failure-- == 0) {
        return NULL;
    }
    state->live++;
    return malloc(size_bytes);
}

static void *failing_resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    (void)old_size_bytes;
    return ((struct failing *)user)->until_failure-- == 0 ? NULL : realloc(block, new_size_bytes);
}

static void failing_release(void *user, void *block, size_t size_bytes)
{
    (void)size_bytes;
    ((struct failing *)user)->live--;
    free(block);
}

static cpk_status run_with(const cpk_allocator *allocator)
{
    static char word[3000];
    struct chunker_options options = {0, 32, 8};
    struct chunker *made;
    cpk_status status;
    int64_t tokens;

    memset(word, 'x', sizeof word);
    word[0] = '#';
    word[sizeof word - 1] = '\n';
    status = chunker_create(allocator, &options, take_chunk, &shared, &made, NULL);
    for (int32_t i = 0; status == CPK_OK && i < 40; i++) {
        status = i == 30 ? chunker_add(made, word, sizeof word, 0, &tokens, NULL)
                         : chunker_add(made, "# a\n", 4, 0, &tokens, NULL);
    }
    if (status == CPK_OK) {
        status = chunker_finish(made, NULL);
    }
    chunker_free(made);
    return status;
}

static void failed_allocation_is_reported(void **state)
{
    cpk_status status = CPK_ERROR_OUT_OF_MEMORY;
    int64_t failures = 0;

    (void)state;
    while (status != CPK_OK) {
        struct failing refusing = {failures, 0};
        const cpk_allocator allocator = {
            sizeof(cpk_allocator), 0, &refusing, failing_allocate, failing_resize, failing_release,
        };

        shared.chunk_count = 0;
        status = run_with(&allocator);
        assert_true(status == CPK_OK || status == CPK_ERROR_OUT_OF_MEMORY);
        assert_int_equal(refusing.live, 0);
        failures++;
    }
    assert_true(failures > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_cover_any_text_exactly),
        cmocka_unit_test(record_counts_add_up),
        cmocka_unit_test(split_before_a_conversation_is_preferred),
        cmocka_unit_test(split_that_leaves_a_small_chunk_is_avoided),
        cmocka_unit_test(message_that_fits_is_not_split),
        cmocka_unit_test(large_message_is_split_at_paragraphs),
        cmocka_unit_test(overlap_repeats_whole_messages),
        cmocka_unit_test(overlap_repeats_the_tail_of_a_large_message),
        cmocka_unit_test(long_run_of_one_letter_is_split),
        cmocka_unit_test(stray_continuation_bytes_are_split),
        cmocka_unit_test(empty_input_gives_no_chunk),
        cmocka_unit_test(invalid_options_and_records_are_rejected),
        cmocka_unit_test(status_of_the_callback_is_returned),
        cmocka_unit_test(failed_allocation_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

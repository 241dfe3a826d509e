#include "support/test.h"

#include "analyze/language/word_table.h"
#include "base/memory.h"

static uint64_t hash_number(uint64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "word%llu", (unsigned long long)number);
    return word_hash_bytes(WORD_HASH_BEGIN, text, strlen(text));
}

/* Sums the values of a word. */
static uint64_t sum_of(const struct word_table *table, uint64_t hash, size_t *count)
{
    uint64_t sum = 0;

    *count = 0;
    for (const uint64_t *value = word_table_find(table, hash); value != NULL;
         value = word_table_next(table, hash, value)) {
        sum += *value;
        *count += 1;
    }
    return sum;
}

static void values_are_found_after_the_table_has_grown(void **state)
{
    struct word_table *table;
    struct arena arena;
    size_t count;

    (void)state;
    arena_init(&arena, &memory_default);
    table = word_table_create(&arena);
    assert_non_null(table);
    for (uint64_t i = 0; i < 5000; i++) {
        assert_true(word_table_add(table, hash_number(i), i));
        assert_true(word_table_add(table, hash_number(i % 7), 1));
    }
    for (uint64_t i = 7; i < 5000; i++) {
        assert_int_equal(sum_of(table, hash_number(i), &count), i);
        assert_int_equal(count, 1);
    }
    assert_int_equal(sum_of(table, hash_number(3), &count), 3 + 714);
    assert_int_equal(count, 715);
    assert_null(word_table_find(table, hash_number(5000)));
    arena_free(&arena);
}

static void a_list_adds_bits_to_its_words(void **state)
{
    struct word_table *table;
    struct arena arena;

    (void)state;
    arena_init(&arena, &memory_default);
    table = word_table_create(&arena);
    assert_non_null(table);
    assert_true(word_table_fill(table, " the  casa ", 1));
    assert_true(word_table_fill(table, "casa straße", 4));
    assert_int_equal(*word_table_find(table, word_hash_bytes(WORD_HASH_BEGIN, "the", 3)), 1);
    assert_int_equal(*word_table_find(table, word_hash_bytes(WORD_HASH_BEGIN, "casa", 4)), 5);
    assert_int_equal(
        *word_table_find(
            table, word_hash_bytes(word_hash_code_point(word_hash_bytes(WORD_HASH_BEGIN, "stra", 4), 0xDF), "e", 1)),
        4);
    arena_free(&arena);
}

static void a_table_without_an_arena_does_not_grow(void **state)
{
    struct word_slot slots[16] = {{0, 0}};
    struct word_table table = {NULL, slots, 15, 0};
    uint64_t added = 0;

    (void)state;
    while (word_table_at(&table, hash_number(added)) != NULL) {
        added++;
        assert_in_range(added, 1, 15);
    }
    assert_null(word_table_find(&table, hash_number(added)));
    assert_non_null(word_table_find(&table, hash_number(0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_after_the_table_has_grown),
        cmocka_unit_test(a_list_adds_bits_to_its_words),
        cmocka_unit_test(a_table_without_an_arena_does_not_grow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

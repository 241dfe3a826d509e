#include "support/test.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"

/* Counts what is out, by bytes, so that a wrong size on release shows. */
struct ledger {
    size_t out_bytes;
    int32_t refuse;
};

static void *ledger_allocate(void *user, size_t size_bytes)
{
    struct ledger *ledger = user;

    if (ledger->refuse) {
        return NULL;
    }
    ledger->out_bytes += size_bytes;
    return malloc(size_bytes);
}

static void *ledger_resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    struct ledger *ledger = user;

    if (ledger->refuse) {
        return NULL;
    }
    ledger->out_bytes += new_size_bytes - old_size_bytes;
    return realloc(block, new_size_bytes);
}

static void ledger_release(void *user, void *block, size_t size_bytes)
{
    ((struct ledger *)user)->out_bytes -= size_bytes;
    free(block);
}

static void all_memory_is_released_with_its_size(void **state)
{
    struct ledger ledger = {0, 0};
    cpk_allocator allocator = {sizeof allocator, 0, &ledger, ledger_allocate, ledger_resize, ledger_release};
    struct arena arena;
    struct buffer buffer;
    char *text = memory_copy_text(&allocator, "text");

    (void)state;
    memory_release_text(&allocator, text);
    assert_int_equal(ledger.out_bytes, 0);

    arena_init(&arena, &allocator);
    for (size_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < 3000; i++) {
            assert_non_null(arena_allocate(&arena, i));
        }
        assert_non_null(arena_allocate(&arena, 1000000));
        arena_reset(&arena);
        assert_true(ledger.out_bytes < 70000);
    }
    arena_free(&arena);
    assert_int_equal(ledger.out_bytes, 0);

    buffer_init(&buffer, &allocator);
    for (size_t i = 0; i < 1000; i++) {
        buffer_append_format(&buffer, "%zu,", i);
    }
    assert_false(buffer.failed);
    assert_int_equal(buffer.length, 3890);
    ledger.refuse = 1;
    buffer_append(&buffer, "0123456789", 10);
    while (!buffer.failed) {
        buffer_append_text(&buffer, "more");
    }
    assert_int_equal(strlen(buffer_text(&buffer)), buffer.length);
    buffer_free(&buffer);
    assert_int_equal(ledger.out_bytes, 0);
}

static void error_has_code_domain_message_and_retryable(void **state)
{
    cpk_error *error = NULL;

    (void)state;
    assert_int_equal(error_set_errno(&error, 28, "storage", "can't write %s", "a/b"), CPK_ERROR_NO_SPACE);
    assert_string_equal(cpk_error_native(error), "errno 28");
    error_prefix(&error, CPK_ERROR_NO_SPACE, "input %d", 3);
    assert_string_equal(cpk_error_message(error), "input 3: can't write a/b: No space left on device");
    assert_string_equal(cpk_error_domain(error), "storage");
    assert_int_equal(error_out_of_memory(&error), CPK_ERROR_OUT_OF_MEMORY);
    assert_int_equal(cpk_error_code(error), CPK_ERROR_OUT_OF_MEMORY);
    cpk_error_free(error);
    cpk_error_free(NULL);
    assert_int_equal(error_set(NULL, CPK_ERROR_BUSY, "x", "y"), CPK_ERROR_BUSY);
    assert_string_equal(cpk_status_name(CPK_ERROR_INTERNAL), "CPK_ERROR_INTERNAL");
    assert_string_equal(cpk_status_name(999), "CPK_ERROR_UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_memory_is_released_with_its_size),
        cmocka_unit_test(error_has_code_domain_message_and_retryable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

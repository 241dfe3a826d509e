#include "support/test.h"

#include "base/hash.h"
#include "ingest/content_hash.h"

static const struct content_hash sample = {{1, {UINT64_MAX, 3}, 4096}, 5, 6, 7};

static void written_hash_is_read_again(void **state)
{
    char text[CONTENT_HASH_BYTES];
    struct content_hash read;

    (void)state;
    content_hash_write(&sample, text);
    assert_true(content_hash_read(text, &read));
    assert_memory_equal(&read, &sample, sizeof read);
}

static void other_texts_are_no_hashes(void **state)
{
    char text[CONTENT_HASH_BYTES + 1];
    struct content_hash read;

    (void)state;
    assert_false(content_hash_read(NULL, &read));
    assert_false(content_hash_read("", &read));
    content_hash_write(&sample, text);
    for (size_t i = 0; text[i] != '\0'; i++) {
        char byte = text[i];

        text[i] = 'x';
        assert_false(content_hash_read(text, &read));
        text[i] = '\0';
        assert_false(content_hash_read(text, &read));
        text[i] = byte;
    }
    strcat(text, "0");
    assert_false(content_hash_read(text, &read));
    content_hash_write(&(struct content_hash){{1, {2, 3}, 4096}, 5, 6, 0}, text); /* no messages */
    assert_false(content_hash_read(text, &read));
}

static void sum_depends_on_the_hashes_and_not_on_their_order(void **state)
{
    static const uint64_t hashes[] = {1, 2, 3};
    static const uint64_t turned[] = {3, 1, 2};
    static const uint64_t other[] = {1, 2, 4};

    (void)state;
    assert_true(content_hash_sum(0, hashes, 3) == content_hash_sum(0, turned, 3));
    assert_true(content_hash_sum(content_hash_sum(0, hashes, 1), hashes + 1, 2) == content_hash_sum(0, hashes, 3));
    assert_true(content_hash_sum(0, hashes, 3) != content_hash_sum(0, other, 3));
}

/* Each bit and the length change both halves, at every place of a block. */
static void every_bit_counts(void **state)
{
    unsigned char bytes[200] = {0};
    uint64_t hash[2];
    uint64_t changed[2];

    (void)state;
    for (size_t length = 1; length <= sizeof bytes; length++) {
        hash_wide(7, bytes, length, hash);
        hash_wide(7, bytes, length - 1, changed);
        assert_true(hash[0] != changed[0] && hash[1] != changed[1]);
        for (size_t bit = 0; bit < 8 * length; bit++) {
            bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
            hash_wide(7, bytes, length, changed);
            assert_true(hash[0] != changed[0] && hash[1] != changed[1]);
            bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_hash_is_read_again),
        cmocka_unit_test(other_texts_are_no_hashes),
        cmocka_unit_test(sum_depends_on_the_hashes_and_not_on_their_order),
        cmocka_unit_test(every_bit_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

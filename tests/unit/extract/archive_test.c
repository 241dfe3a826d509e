#include "support/test.h"

#include "extract/archive/archive.h"

#include "base/error.h"
#include "unit/extract/zip.h"

#define MIB ((size_t)1024 * 1024)

struct opened {
    struct context context;
    struct bytes_source source;
    cpk_reader reader;
    struct archive *archive;
    cpk_error *error;
};

static cpk_status open_bytes(struct opened *opened, struct zip_bytes bytes)
{
    opened->reader = bytes_reader(&opened->source, bytes.data, bytes.length, "export.zip");
    opened->archive = NULL;
    opened->error = NULL;
    return archive_open(&opened->context, &opened->reader, NULL, &opened->archive, &opened->error);
}

static void close_bytes(struct opened *opened, struct zip_bytes bytes)
{
    archive_close(opened->archive);
    cpk_error_free(opened->error);
    free(bytes.data);
}

/* Reads an entry to its end or its first failure and returns how many bytes came. */
static cpk_status read_entry(struct opened *opened, size_t index, char *text, size_t capacity, size_t *length,
                             int32_t *damaged)
{
    struct archive_stream stream;
    cpk_status status = archive_stream_open(opened->archive, index, &stream, &opened->error);
    char scrap[7];
    size_t got = 1;

    *length = 0;
    while (status == CPK_OK && got > 0) {
        status = stream.reader.read(stream.reader.self, scrap, sizeof scrap, &got, &opened->error);
        for (size_t i = 0; status == CPK_OK && i < got; i++) {
            if (*length < capacity) {
                text[*length] = scrap[i];
            }
            (*length)++;
        }
    }
    *damaged = stream.damaged;
    archive_stream_close(&stream);
    return status;
}

static size_t find_bytes(struct zip_bytes bytes, const void *needle, size_t length, size_t from)
{
    for (size_t at = from; at + length <= bytes.length; at++) {
        if (memcmp(bytes.data + at, needle, length) == 0) {
            return at;
        }
    }
    fail_msg("bytes not found");
    return 0;
}

static void assert_says(const struct opened *opened, const char *words)
{
    if (strstr(cpk_error_message(opened->error), words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", cpk_error_message(opened->error), words);
    }
}

/* Bytes that don't compress. */
static unsigned char noise(size_t index)
{
    uint64_t mixed = (uint64_t)index * UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    return (unsigned char)(mixed >> 40);
}

static void entries_are_listed_and_read(void **state)
{
    struct opened opened;
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;
    char text[64];
    size_t length;
    int32_t damaged;

    (void)state;
    context_init(&opened.context);
    zip_put_text(&maker, "conversations.json", "[1,2,3]");
    zip_put_text(&maker, "folder/na\xc3\xafve.md", "# Title");
    assert_true(zip_dir_add(maker.zip, "empty", 0) >= 0);
    zip_put_text(&maker, "../../etc/passwd", "x");
    bytes = zip_finish(&maker);

    assert_true(archive_is(bytes.data, bytes.length));
    assert_ok(open_bytes(&opened, bytes), opened.error);
    assert_int_equal(archive_entry_count(opened.archive), 4);
    assert_string_equal(archive_entry_at(opened.archive, 0)->name, "conversations.json");
    assert_int_equal(archive_entry_at(opened.archive, 0)->size_bytes, 7);
    assert_string_equal(archive_entry_at(opened.archive, 1)->name, "folder/na\xc3\xafve.md");
    assert_string_equal(archive_entry_at(opened.archive, 1)->base_name, "na\xc3\xafve.md");
    assert_true(archive_entry_at(opened.archive, 2)->directory);
    assert_string_equal(archive_entry_at(opened.archive, 3)->base_name, "passwd");
    assert_ok(read_entry(&opened, 0, text, sizeof text, &length, &damaged), opened.error);
    assert_int_equal(length, 7);
    assert_memory_equal(text, "[1,2,3]", 7);
    assert_ok(read_entry(&opened, 1, text, sizeof text, &length, &damaged), opened.error);
    assert_memory_equal(text, "# Title", 7);
    close_bytes(&opened, bytes);
}

static void names_are_clean_utf8(void **state)
{
    struct opened opened;
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;

    (void)state;
    context_init(&opened.context);
    zip_put_text(&maker, "caf\x01.txt", "x");
    assert_true(zip_file_rename(maker.zip, 0, "caf\x82.txt", ZIP_FL_ENC_CP437) == 0); /* e acute, code page 437 */
    zip_put_text(&maker, "a\x1b[31mb.txt", "y");
    bytes = zip_finish(&maker);
    assert_ok(open_bytes(&opened, bytes), opened.error);
    assert_string_equal(archive_entry_at(opened.archive, 0)->name, "caf\xc3\xa9.txt");
    assert_string_equal(archive_entry_at(opened.archive, 1)->name, "a?[31mb.txt");
    close_bytes(&opened, bytes);
}

static void entries_with_equal_names_are_separate(void **state)
{
    struct opened opened;
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;
    char text[8];
    size_t length, first, second;
    int32_t damaged;

    (void)state;
    context_init(&opened.context);
    zip_put_text(&maker, "a.json", "one");
    zip_put_text(&maker, "b.json", "two");
    bytes = zip_finish(&maker);
    first = find_bytes(bytes, "b.json", 6, 0);
    second = find_bytes(bytes, "b.json", 6, first + 1);
    bytes.data[first] = 'a';
    bytes.data[second] = 'a';
    assert_ok(open_bytes(&opened, bytes), opened.error);
    assert_string_equal(archive_entry_at(opened.archive, 1)->name, "a.json");
    assert_ok(read_entry(&opened, 0, text, sizeof text, &length, &damaged), opened.error);
    assert_memory_equal(text, "one", 3);
    assert_ok(read_entry(&opened, 1, text, sizeof text, &length, &damaged), opened.error);
    assert_memory_equal(text, "two", 3);
    close_bytes(&opened, bytes);
}

static void encrypted_entry_is_reported(void **state)
{
    static const int32_t methods[] = {ZIP_EM_TRAD_PKWARE, ZIP_EM_AES_256};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct opened opened;
        struct zip_maker maker = zip_start();
        struct zip_bytes bytes;
        char text[8];
        size_t length;
        int32_t damaged;

        context_init(&opened.context);
        zip_put_text(&maker, "conversations.json", "[]");
        if (zip_file_set_encryption(maker.zip, 0, (zip_uint16_t)methods[i], "secret") != 0) {
            zip_discard(maker.zip);
            zip_source_free(maker.source);
            continue; /* this libzip can't make such an archive */
        }
        bytes = zip_finish(&maker);
        assert_ok(open_bytes(&opened, bytes), opened.error);
        assert_true(archive_entry_at(opened.archive, 0)->encrypted);
        assert_int_equal(read_entry(&opened, 0, text, sizeof text, &length, &damaged), CPK_ERROR_ENCRYPTED);
        assert_says(&opened, "password");
        close_bytes(&opened, bytes);
    }
}

static void truncated_archive_is_reported(void **state)
{
    struct opened opened;
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;
    unsigned char *random = malloc(4000);

    (void)state;
    context_init(&opened.context);
    assert_non_null(random);
    for (size_t i = 0; i < 4000; i++) {
        random[i] = noise(i);
    }
    zip_put(&maker, "conversations.json", random, 4000);
    free(random);
    bytes = zip_finish(&maker);
    for (size_t length = 0; length < bytes.length; length += length < bytes.length - 200 ? 97 : 1) {
        struct zip_bytes cut = {bytes.data, length};

        assert_int_equal(open_bytes(&opened, cut), CPK_ERROR_INVALID_DATA);
        assert_null(opened.archive);
        assert_says(&opened, "export.zip");
        cpk_error_free(opened.error);
    }
    free(bytes.data);
}

static void damaged_entry_does_not_affect_others(void **state)
{
    struct opened opened;
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;
    char text[4096];
    char *big = malloc(MIB);
    size_t length, at;
    int32_t damaged;

    (void)state;
    context_init(&opened.context);
    assert_non_null(big);
    for (size_t i = 0; i < MIB; i++) {
        big[i] = (char)('a' + (i * 2654435761u >> 20) % 23);
    }
    zip_put_text(&maker, "before.json", "before");
    zip_put(&maker, "big.json", big, MIB);
    zip_put_text(&maker, "after.json", "after");
    bytes = zip_finish(&maker);
    at = find_bytes(bytes, "big.json", 8, 0);
    memset(bytes.data + at + bytes.length / 2, 0xff, 64);
    assert_ok(open_bytes(&opened, bytes), opened.error);
    assert_int_equal(read_entry(&opened, 1, text, sizeof text, &length, &damaged), CPK_ERROR_INVALID_DATA);
    assert_true(damaged);
    assert_true(length > 64 * 1024); /* what came before the damage is given */
    assert_memory_equal(text, big, sizeof text);
    assert_says(&opened, "big.json");
    error_clear(&opened.error);
    assert_ok(read_entry(&opened, 2, text, sizeof text, &length, &damaged), opened.error);
    assert_memory_equal(text, "after", 5);
    close_bytes(&opened, bytes);
    free(big);
}

static void wrong_checksum_is_damage(void **state)
{
    struct opened opened;
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;
    char text[64];
    size_t length, at;
    int32_t damaged;

    (void)state;
    context_init(&opened.context);
    zip_put_text(&maker, "a.json", "stored as it is");
    assert_int_equal(zip_set_file_compression(maker.zip, 0, ZIP_CM_STORE, 0), 0);
    bytes = zip_finish(&maker);
    at = find_bytes(bytes, "as it is", 8, 0);
    bytes.data[at] = 'X';
    assert_ok(open_bytes(&opened, bytes), opened.error);
    assert_int_equal(read_entry(&opened, 0, text, sizeof text, &length, &damaged), CPK_ERROR_INVALID_DATA);
    assert_true(damaged);
    assert_int_equal(length, 15); /* the checksum comes last */
    close_bytes(&opened, bytes);
}

static void error_of_the_reader_is_returned(void **state)
{
    struct opened opened;
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;
    char text[64];
    char *big = malloc(MIB);
    size_t length;
    int32_t damaged;

    (void)state;
    context_init(&opened.context);
    assert_non_null(big);
    for (size_t i = 0; i < MIB; i++) {
        big[i] = (char)noise(i);
    }
    zip_put(&maker, "a.json", big, MIB);
    free(big);
    bytes = zip_finish(&maker);
    assert_ok(open_bytes(&opened, bytes), opened.error);
    opened.source.fail_at = 300000;
    assert_int_equal(read_entry(&opened, 0, text, sizeof text, &length, &damaged), CPK_ERROR_IO);
    assert_false(damaged);
    assert_says(&opened, "on fire");
    archive_close(opened.archive);
    error_clear(&opened.error);
    opened.archive = NULL;
    assert_int_equal(archive_open(&opened.context, &opened.reader, NULL, &opened.archive, &opened.error), CPK_ERROR_IO);
    close_bytes(&opened, bytes);
}

static struct zip_bytes make_bomb(size_t size_bytes)
{
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;
    char *zeros = calloc(1, size_bytes);

    assert_non_null(zeros);
    zip_put(&maker, "conversations.json", zeros, size_bytes);
    free(zeros);
    bytes = zip_finish(&maker);
    return bytes;
}

static void ratio_limit_counts_inflated_bytes(void **state)
{
    struct opened opened;
    struct zip_bytes bytes = make_bomb(64 * MIB);
    char text[8];
    size_t length, at;
    int32_t damaged;

    (void)state;
    context_init(&opened.context);
    at = find_bytes(bytes, "PK\1\2", 4, 0);
    memset(bytes.data + at + 24, 0, 3);    /* it claims to be small */
    memset(bytes.data + at + 20, 0xee, 3); /* and hardly compressed */
    assert_ok(open_bytes(&opened, bytes), opened.error);
    assert_int_equal(read_entry(&opened, 0, text, sizeof text, &length, &damaged), CPK_ERROR_LIMIT_EXCEEDED);
    assert_false(damaged);
    assert_says(&opened, "archive.max_ratio");
    assert_true(length < 64 * MIB);
    close_bytes(&opened, bytes);
}

static void total_limit_covers_all_entries(void **state)
{
    struct opened opened;
    struct zip_bytes bytes = make_bomb(3 * MIB);
    char text[8];
    size_t length;
    int32_t damaged;

    (void)state;
    context_init(&opened.context);
    assert_ok(settings_set(&opened.context.settings, "archive.max_total_bytes", 4 * (int64_t)MIB, NULL), NULL);
    assert_ok(open_bytes(&opened, bytes), opened.error);
    assert_ok(read_entry(&opened, 0, text, sizeof text, &length, &damaged), opened.error);
    assert_int_equal(length, 3 * MIB);
    assert_int_equal(read_entry(&opened, 0, text, sizeof text, &length, &damaged), CPK_ERROR_LIMIT_EXCEEDED);
    assert_says(&opened, "archive.max_total_bytes");
    close_bytes(&opened, bytes);
}

static void nested_archive_counts_towards_the_outermost(void **state)
{
    struct opened outer, inner;
    struct zip_bytes bytes = make_bomb(3 * MIB);
    struct zip_bytes copy = make_bomb(3 * MIB);
    char text[8];
    size_t length;
    int32_t damaged;

    (void)state;
    context_init(&outer.context);
    assert_ok(settings_set(&outer.context.settings, "archive.max_total_bytes", 4 * (int64_t)MIB, NULL), NULL);
    inner.context = outer.context;
    assert_ok(open_bytes(&outer, bytes), outer.error);
    inner.error = NULL;
    inner.reader = bytes_reader(&inner.source, copy.data, copy.length, "inner.zip");
    assert_ok(archive_open(&outer.context, &inner.reader, outer.archive, &inner.archive, &inner.error), inner.error);
    assert_ok(read_entry(&inner, 0, text, sizeof text, &length, &damaged), inner.error);
    assert_int_equal(read_entry(&outer, 0, text, sizeof text, &length, &damaged), CPK_ERROR_LIMIT_EXCEEDED);
    close_bytes(&inner, copy);
    close_bytes(&outer, bytes);
}

static void declared_sizes_are_not_trusted(void **state)
{
    struct opened opened;
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;
    char text[64];
    size_t length, at;
    int32_t damaged;

    (void)state;
    context_init(&opened.context);
    zip_put_text(&maker, "a.json", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    bytes = zip_finish(&maker);
    at = find_bytes(bytes, "PK\1\2", 4, 0);
    bytes.data[at + 24] = 5; /* claimed, not true: all of it is read */
    assert_ok(open_bytes(&opened, bytes), opened.error);
    assert_ok(read_entry(&opened, 0, text, sizeof text, &length, &damaged), opened.error);
    assert_int_equal(length, 40);
    archive_close(opened.archive);
    bytes.data[at + 20] = 2; /* cuts the compressed bytes */
    assert_ok(open_bytes(&opened, bytes), opened.error);
    assert_int_equal(read_entry(&opened, 0, text, sizeof text, &length, &damaged), CPK_ERROR_INVALID_DATA);
    assert_true(damaged);
    close_bytes(&opened, bytes);
}

static void unsupported_compression_is_named(void **state)
{
    struct opened opened;
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;
    char text[64];
    size_t length, at;
    int32_t damaged;

    (void)state;
    context_init(&opened.context);
    zip_put_text(&maker, "a.json", "[]");
    bytes = zip_finish(&maker);
    at = find_bytes(bytes, "PK\1\2", 4, 0);
    bytes.data[at + 10] = 98; /* PPMd */
    assert_ok(open_bytes(&opened, bytes), opened.error);
    assert_int_equal(archive_entry_at(opened.archive, 0)->unsupported_method, 98);
    assert_int_equal(read_entry(&opened, 0, text, sizeof text, &length, &damaged), CPK_ERROR_UNSUPPORTED);
    assert_says(&opened, "98");
    close_bytes(&opened, bytes);
}

static void put_little_endian(unsigned char *bytes, uint64_t value, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (unsigned char)(value >> (8 * i));
    }
}

/* The same archive with a ZIP64 end record that claims `count` entries. */
static struct zip_bytes with_end64(struct zip_bytes plain, uint64_t count)
{
    static const unsigned char locator_signature[4] = {'P', 'K', 6, 7};
    static const unsigned char end64_signature[4] = {'P', 'K', 6, 6};
    size_t end = find_bytes(plain, "PK\5\6", 4, 0);
    size_t directory = find_bytes(plain, "PK\1\2", 4, 0);
    struct zip_bytes bytes = {calloc(1, plain.length + 76), plain.length + 76};
    unsigned char *at = bytes.data + end;

    assert_non_null(bytes.data);
    memcpy(bytes.data, plain.data, end);
    memcpy(at, end64_signature, 4);
    put_little_endian(at + 4, 44, 8);
    put_little_endian(at + 12, 45, 2);
    put_little_endian(at + 14, 45, 2);
    put_little_endian(at + 24, count, 8);
    put_little_endian(at + 32, count, 8);
    put_little_endian(at + 40, end - directory, 8);
    put_little_endian(at + 48, directory, 8);
    memcpy(at + 56, locator_signature, 4);
    put_little_endian(at + 64, end, 8);
    put_little_endian(at + 72, 1, 4);
    memcpy(at + 76, plain.data + end, plain.length - end);
    memset(at + 76 + 8, 0xff, 12); /* counts, size and offset: see the other record */
    free(plain.data);
    return bytes;
}

static void zip64_is_read(void **state)
{
    struct opened opened;
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;
    char text[64];
    size_t length;
    int32_t damaged;

    (void)state;
    context_init(&opened.context);
    zip_put_text(&maker, "a.json", "[]");
    bytes = with_end64(zip_finish(&maker), 1);
    assert_ok(open_bytes(&opened, bytes), opened.error);
    assert_int_equal(archive_entry_count(opened.archive), 1);
    assert_ok(read_entry(&opened, 0, text, sizeof text, &length, &damaged), opened.error);
    assert_int_equal(length, 2);
    close_bytes(&opened, bytes);
}

static void false_entry_count_is_rejected(void **state)
{
    struct opened opened;
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;

    (void)state;
    context_init(&opened.context);
    zip_put_text(&maker, "a.json", "[]");
    bytes = with_end64(zip_finish(&maker), UINT64_C(1) << 40);
    assert_int_equal(open_bytes(&opened, bytes), CPK_ERROR_INVALID_DATA);
    assert_says(&opened, "entries");
    close_bytes(&opened, bytes);
}

static void entry_limit_names_the_setting(void **state)
{
    struct opened opened;
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;
    char name[32];

    (void)state;
    context_init(&opened.context);
    assert_ok(settings_set(&opened.context.settings, "archive.max_entries", 100, NULL), NULL);
    for (int i = 0; i < 101; i++) {
        snprintf(name, sizeof name, "%d.json", i);
        zip_put_text(&maker, name, "");
    }
    bytes = zip_finish(&maker);
    assert_int_equal(open_bytes(&opened, bytes), CPK_ERROR_LIMIT_EXCEEDED);
    assert_says(&opened, "archive.max_entries");
    close_bytes(&opened, bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_listed_and_read),
        cmocka_unit_test(names_are_clean_utf8),
        cmocka_unit_test(entries_with_equal_names_are_separate),
        cmocka_unit_test(encrypted_entry_is_reported),
        cmocka_unit_test(truncated_archive_is_reported),
        cmocka_unit_test(damaged_entry_does_not_affect_others),
        cmocka_unit_test(wrong_checksum_is_damage),
        cmocka_unit_test(error_of_the_reader_is_returned),
        cmocka_unit_test(ratio_limit_counts_inflated_bytes),
        cmocka_unit_test(total_limit_covers_all_entries),
        cmocka_unit_test(nested_archive_counts_towards_the_outermost),
        cmocka_unit_test(declared_sizes_are_not_trusted),
        cmocka_unit_test(unsupported_compression_is_named),
        cmocka_unit_test(zip64_is_read),
        cmocka_unit_test(false_entry_count_is_rejected),
        cmocka_unit_test(entry_limit_names_the_setting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Encryption at rest: vectors, every kind of damage, ranges, keys and their rotation. */
#include "storage/encryption/encryption.h"

#include "base/error.h"
#include "storage/encryption/frame.h"
#include "storage/place.h"
#include "storage/storage.h"
#include "support/scratch.h"
#include "support/test.h"

#include <fcntl.h>
#include <sys/stat.h>

#define KEY_A       "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define KEY_B       "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff000102030405060708090a0b0c0d0e0f"
#define BLOB        "users/u1/a"
#define LARGE_BYTES (3 * (size_t)FRAME_BYTES + 1000)
#define LINE_BYTES  20000

static struct context test_context;
static int64_t test_now_us;

/* A folder, seen with encryption and without. */
struct vault {
    char folder[SCRATCH_PATH_BYTES];
    char uri[SCRATCH_PATH_BYTES + 32];
    struct storage *raw;
    struct storage *encrypted;
};

static void set_keys(const char *keys)
{
    assert_int_equal(
        settings_set_text(&test_context.settings, &test_context.allocator, "storage.master_key", keys, NULL), CPK_OK);
}

static cpk_status vault_open(struct vault *vault, const char *keys, cpk_error **error)
{
    set_keys(keys);
    return storage_open(&test_context, vault->uri, &vault->encrypted, error);
}

static void vault_make(struct vault *vault)
{
    cpk_error *error = NULL;

    scratch_make(vault->folder);
    snprintf(vault->uri, sizeof vault->uri, "encrypted+file:%s", vault->folder);
    assert_ok(vault_open(vault, KEY_A, &error), error);
    assert_ok(storage_open(&test_context, vault->uri + strlen("encrypted+"), &vault->raw, &error), error);
}

static void vault_remove(struct vault *vault)
{
    storage_free(vault->encrypted);
    storage_free(vault->raw);
    scratch_remove(vault->folder);
}

static void vault_reopen(struct vault *vault, const char *keys)
{
    cpk_error *error = NULL;

    storage_free(vault->encrypted);
    assert_ok(vault_open(vault, keys, &error), error);
}

static void put(struct storage *storage, const char *key, const void *data, size_t length)
{
    cpk_error *error = NULL;

    assert_ok(storage_put(storage, key, data, length, &error), error);
}

static void get(struct storage *storage, const char *key, struct buffer *target)
{
    cpk_error *error = NULL;

    buffer_clear(target);
    assert_ok(storage_get(storage, key, target, &error), error);
}

/* The blob `key` is refused with an error that names it. */
static void assert_refused(struct vault *vault, const char *key)
{
    struct buffer read;
    cpk_error *error = NULL;

    buffer_init(&read, &test_context.allocator);
    assert_int_equal(storage_get(vault->encrypted, key, &read, &error), CPK_ERROR_STORAGE);
    assert_non_null(strstr(cpk_error_message(error), key));
    error_clear(&error);
    buffer_free(&read);
}

static unsigned char *make_bytes(size_t length)
{
    unsigned char *bytes = malloc(length + 1);
    uint32_t state = 12345;

    assert_non_null(bytes);
    for (size_t i = 0; i < length; i++) {
        state = state * 1664525 + 1013904223;
        bytes[i] = (unsigned char)(state >> 24);
    }
    return bytes;
}

/* ---- Vectors ---- */

struct vector {
    unsigned char bytes[6][LINE_BYTES / 12]; /* key, iv, aad, msg, ct and tag */
    size_t length[6];
    int32_t is_valid;
};

static size_t from_hex(const char *hex, unsigned char *bytes)
{
    size_t length = hex[0] == '-' ? 0 : strlen(hex) / 2;

    for (size_t i = 0; i < length; i++) {
        unsigned value;

        assert_int_equal(sscanf(hex + 2 * i, "%2x", &value), 1);
        bytes[i] = (unsigned char)value;
    }
    return length;
}

static int32_t vector_read(char *line, struct vector *vector)
{
    char *state = NULL;
    const char *number = strtok_r(line, " \n", &state);
    const char *result = strtok_r(NULL, " \n", &state);

    if (number == NULL || number[0] == '#') {
        return 0;
    }
    vector->is_valid = strcmp(result, "valid") == 0;
    for (size_t i = 0; i < 6; i++) {
        vector->length[i] = from_hex(strtok_r(NULL, " \n", &state), vector->bytes[i]);
    }
    return 1;
}

static void vector_check(const struct vector *vector)
{
    unsigned char sealed[LINE_BYTES];
    unsigned char opened[LINE_BYTES];
    size_t length = vector->length[3];
    struct aead_text text = {vector->bytes[1], vector->bytes[2], vector->length[2], vector->bytes[3], length};
    struct aead aead;

    assert_int_equal(vector->length[0], AEAD_KEY_BYTES);
    assert_int_equal(vector->length[1], AEAD_NONCE_BYTES);
    if (vector->is_valid) {
        assert_int_equal(aead_begin(&aead, vector->bytes[0], 0, NULL), CPK_OK);
        assert_int_equal(aead_seal(&aead, &text, sealed, NULL), CPK_OK);
        assert_memory_equal(sealed, vector->bytes[4], length);
        assert_memory_equal(sealed + length, vector->bytes[5], AEAD_TAG_BYTES);
        aead_end(&aead);
    }
    memcpy(sealed, vector->bytes[4], vector->length[4]);
    memcpy(sealed + vector->length[4], vector->bytes[5], AEAD_TAG_BYTES);
    text.input = sealed;
    text.length = vector->length[4] + AEAD_TAG_BYTES;
    assert_int_equal(aead_begin(&aead, vector->bytes[0], 1, NULL), CPK_OK);
    assert_int_equal(aead_open(&aead, &text, opened, NULL), vector->is_valid ? CPK_OK : CPK_ERROR_INVALID_DATA);
    if (vector->is_valid) {
        assert_memory_equal(opened, vector->bytes[3], length);
    }
    aead_end(&aead);
}

static void wycheproof_vectors_pass(void **state)
{
    static struct vector vector;
    char line[LINE_BYTES];
    int32_t valid = 0;
    int32_t invalid = 0;
    FILE *file = fopen(TEST_DATA_DIR "/crypto/aes_256_gcm.txt", "r");

    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (vector_read(line, &vector)) {
            vector_check(&vector);
            valid += vector.is_valid;
            invalid += !vector.is_valid;
        }
    }
    fclose(file);
    assert_int_equal(valid, 39);
    assert_int_equal(invalid, 27);
}

/* ---- Blobs ---- */

static void blobs_of_every_size_come_back(void **state)
{
    static const size_t sizes[] = {
        0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 2 * FRAME_BYTES, 4 * FRAME_BYTES + 1, 300001};
    unsigned char *bytes = make_bytes(LARGE_BYTES * 2);
    struct buffer read;
    struct vault vault;

    (void)state;
    buffer_init(&read, &test_context.allocator);
    vault_make(&vault);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        cpk_blob_info info;

        put(vault.encrypted, BLOB, bytes, sizes[i]);
        get(vault.encrypted, BLOB, &read);
        assert_int_equal(read.length, sizes[i]);
        assert_int_equal(memcmp(buffer_text(&read), bytes, sizes[i]), 0);
        assert_int_equal(storage_stat(vault.encrypted, BLOB, &info, NULL), CPK_OK);
        assert_int_equal(info.size_bytes, sizes[i]);
        get(vault.raw, BLOB, &read);
        assert_int_equal(read.length, frame_sealed_bytes((int64_t)sizes[i]));
        assert_int_equal(frame_plain_bytes((int64_t)read.length), sizes[i]);
        assert_null(sizes[i] < 32 ? NULL : memmem(read.data, read.length, bytes, 32));
    }
    buffer_free(&read);
    vault_remove(&vault);
    free(bytes);
}

static void random_ranges_and_pieces_come_back(void **state)
{
    unsigned char *bytes = make_bytes(LARGE_BYTES);
    struct buffer read;
    struct vault vault;

    (void)state;
    buffer_init(&read, &test_context.allocator);
    vault_make(&vault);
    srand(1);
    for (int32_t i = 0; i < 400; i++) {
        size_t size = i % 4 == 0 ? (size_t)(rand() % 4) * FRAME_BYTES : (size_t)rand() % LARGE_BYTES;
        size_t offset = i % 5 == 0 ? (size_t)(rand() % 4) * FRAME_BYTES : (size_t)rand() % (LARGE_BYTES + 100);
        size_t length = i % 3 == 0 ? FRAME_BYTES : (size_t)rand() % LARGE_BYTES;
        size_t expected = offset >= size ? 0 : length < size - offset ? length : size - offset;
        struct storage_reader *reader;
        cpk_error *error = NULL;
        size_t got = 1;

        put(vault.encrypted, BLOB, bytes, size);
        buffer_clear(&read);
        assert_ok(storage_read_open(vault.encrypted, BLOB, (int64_t)offset, (int64_t)length, &reader, &error), error);
        while (got > 0) {
            size_t piece = (size_t)rand() % 100000 + 1;

            assert_ok(storage_read_data(reader, buffer_reserve(&read, piece), piece, &got, &error), error);
            read.length += got;
        }
        storage_read_close(reader);
        assert_int_equal(read.length, expected);
        assert_int_equal(memcmp(buffer_text(&read), bytes + (expected > 0 ? offset : 0), expected), 0);
    }
    buffer_free(&read);
    vault_remove(&vault);
    free(bytes);
}

static void every_flipped_bit_of_a_small_blob_is_refused(void **state)
{
    struct buffer sealed;
    struct vault vault;

    (void)state;
    buffer_init(&sealed, &test_context.allocator);
    vault_make(&vault);
    put(vault.encrypted, BLOB, "a small blob", 12);
    get(vault.raw, BLOB, &sealed);
    for (size_t i = 0; i < sealed.length * 8; i++) {
        sealed.data[i / 8] ^= (char)(1 << (i % 8));
        put(vault.raw, BLOB, sealed.data, sealed.length);
        assert_refused(&vault, BLOB);
        sealed.data[i / 8] ^= (char)(1 << (i % 8));
    }
    put(vault.raw, BLOB, sealed.data, sealed.length);
    get(vault.encrypted, BLOB, &sealed);
    assert_string_equal(sealed.data, "a small blob");
    buffer_free(&sealed);
    vault_remove(&vault);
}

static void every_other_length_is_refused(void **state)
{
    unsigned char *bytes = make_bytes(LARGE_BYTES);
    struct buffer sealed;
    struct vault vault;

    (void)state;
    buffer_init(&sealed, &test_context.allocator);
    vault_make(&vault);
    put(vault.encrypted, BLOB, bytes, 40);
    get(vault.raw, BLOB, &sealed);
    buffer_append(&sealed, "0123456789abcdef0123456789abcdef", 32);
    for (size_t length = 0; length <= sealed.length; length++) {
        if (length != sealed.length - 32) {
            put(vault.raw, BLOB, sealed.data, length);
            assert_refused(&vault, BLOB);
        }
    }
    put(vault.encrypted, BLOB, bytes, LARGE_BYTES);
    get(vault.raw, BLOB, &sealed);
    for (size_t i = 0; i < 60; i++) {
        size_t length = i < 4 ? FRAME_HEADER_BYTES + i * FRAME_SEALED_BYTES : (size_t)rand() % sealed.length;

        put(vault.raw, BLOB, sealed.data, length);
        assert_refused(&vault, BLOB);
    }
    buffer_free(&sealed);
    vault_remove(&vault);
    free(bytes);
}

/* More frames than two batches: two threads work at them. */
#define MANY_FRAMES ((size_t)45)
#define MANY_BYTES  (MANY_FRAMES * FRAME_BYTES + 1000)

static void put_in_pieces(struct storage *storage, const unsigned char *bytes, size_t length)
{
    struct storage_writer *writer;
    cpk_error *error = NULL;

    assert_ok(storage_write_open(storage, BLOB, -1, &writer, &error), error);
    for (size_t at = 0; at < length;) {
        size_t piece = (size_t)rand() % 500000 + 1;

        piece = piece < length - at ? piece : length - at;
        assert_ok(storage_write_data(writer, bytes + at, piece, &error), error);
        at += piece;
    }
    assert_ok(storage_write_commit(writer, &error), error);
}

static void large_blobs_come_back_from_two_threads(void **state)
{
    unsigned char *bytes = make_bytes(MANY_BYTES);
    struct buffer read;
    struct vault vault;

    (void)state;
    buffer_init(&read, &test_context.allocator);
    vault_make(&vault);
    srand(2);
    for (size_t i = 0; i < 30; i++) {
        const size_t size = i % 3 == 0 ? (MANY_FRAMES - i) * FRAME_BYTES : MANY_BYTES - i;
        const size_t offset = (size_t)rand() % size;
        const size_t length = (size_t)rand() % (size - offset + 1);

        put_in_pieces(vault.encrypted, bytes, size);
        get(vault.encrypted, BLOB, &read);
        assert_int_equal(read.length, size);
        assert_memory_equal(read.data, bytes, size);
        buffer_clear(&read);
        assert_int_equal(storage_get_range(vault.encrypted, BLOB, (int64_t)offset, (int64_t)length, &read, NULL),
                         CPK_OK);
        assert_memory_equal(buffer_text(&read), bytes + offset, length);
    }
    buffer_free(&read);
    vault_remove(&vault);
    free(bytes);
}

/* Reads until the end or a failure; what is read is the start of the blob. */
static cpk_status read_to_failure(struct storage *storage, const unsigned char *bytes, cpk_error **error)
{
    unsigned char *piece = malloc(MANY_BYTES);
    struct storage_reader *reader;
    cpk_status status;
    size_t at = 0;
    size_t got = 1;

    assert_non_null(piece);
    status = storage_read_open(storage, BLOB, 0, -1, &reader, error);
    if (status == CPK_OK) {
        while (status == CPK_OK && got > 0) {
            status = storage_read_data(reader, piece, 70000, &got, error);
            assert_memory_equal(piece, bytes + at, got);
            at += got;
        }
        if (status != CPK_OK) { /* and nothing comes after it */
            assert_int_equal(storage_read_data(reader, piece, 70000, &got, NULL), CPK_ERROR_STORAGE);
            assert_int_equal(got, 0);
        }
        storage_read_close(reader);
    }
    free(piece);
    return status;
}

static void damage_of_any_frame_of_a_large_blob_is_refused(void **state)
{
    unsigned char *bytes = make_bytes(MANY_BYTES);
    struct buffer sealed;
    struct vault vault;

    (void)state;
    buffer_init(&sealed, &test_context.allocator);
    vault_make(&vault);
    put(vault.encrypted, BLOB, bytes, MANY_BYTES);
    get(vault.raw, BLOB, &sealed);
    for (size_t frame = 0; frame <= MANY_FRAMES; frame++) {
        char *at = sealed.data + FRAME_HEADER_BYTES + frame * FRAME_SEALED_BYTES + (size_t)rand() % 1000;
        cpk_error *error = NULL;
        char expected[40];

        *at = (char)(*at ^ 1);
        put(vault.raw, BLOB, sealed.data, sealed.length);
        *at = (char)(*at ^ 1);
        assert_int_equal(read_to_failure(vault.encrypted, bytes, &error), CPK_ERROR_STORAGE);
        snprintf(expected, sizeof expected, "frame %zu is", frame);
        assert_non_null(strstr(cpk_error_message(error), expected));
        error_clear(&error);
    }
    buffer_free(&sealed);
    vault_remove(&vault);
    free(bytes);
}

static void ranges_of_a_truncated_blob_are_refused(void **state)
{
    unsigned char *bytes = make_bytes(LARGE_BYTES);
    struct buffer sealed;
    struct buffer read;
    struct vault vault;

    (void)state;
    buffer_init(&sealed, &test_context.allocator);
    buffer_init(&read, &test_context.allocator);
    vault_make(&vault);
    put(vault.encrypted, BLOB, bytes, LARGE_BYTES);
    get(vault.raw, BLOB, &sealed);
    put(vault.raw, BLOB, sealed.data, FRAME_HEADER_BYTES + 2 * (size_t)FRAME_SEALED_BYTES);
    for (int64_t offset = FRAME_BYTES; offset <= 4 * (int64_t)FRAME_BYTES; offset += FRAME_BYTES) {
        struct storage_reader *reader = NULL;
        cpk_error *error = NULL;

        /* No byte of a truncated end is missed: reading there is an error and not the end of the blob. */
        assert_int_equal(storage_read_open(vault.encrypted, BLOB, offset, 10, &reader, &error), CPK_ERROR_STORAGE);
        error_clear(&error);
    }
    assert_int_equal(storage_get_range(vault.encrypted, BLOB, 100, 1000, &read, NULL), CPK_OK); /* an intact frame */
    buffer_free(&read);
    buffer_free(&sealed);
    vault_remove(&vault);
    free(bytes);
}

static void random_damage_of_a_large_blob_is_refused(void **state)
{
    unsigned char *bytes = make_bytes(LARGE_BYTES);
    struct buffer sealed;
    struct vault vault;

    (void)state;
    buffer_init(&sealed, &test_context.allocator);
    vault_make(&vault);
    put(vault.encrypted, BLOB, bytes, LARGE_BYTES);
    get(vault.raw, BLOB, &sealed);
    srand(2);
    for (int32_t i = 0; i < 300; i++) {
        size_t at = (size_t)rand() % sealed.length;
        char change = (char)(1 << (rand() % 8));

        sealed.data[at] ^= change;
        put(vault.raw, BLOB, sealed.data, sealed.length);
        assert_refused(&vault, BLOB);
        sealed.data[at] ^= change;
    }
    buffer_free(&sealed);
    vault_remove(&vault);
    free(bytes);
}

/* Puts together a blob from a header and frames of `from`. */
static void put_frames(struct vault *vault, const struct buffer *from, const size_t *frames, size_t count)
{
    struct buffer made;

    buffer_init(&made, &test_context.allocator);
    buffer_append(&made, from->data, FRAME_HEADER_BYTES);
    for (size_t i = 0; i < count; i++) {
        size_t at = FRAME_HEADER_BYTES + frames[i] * FRAME_SEALED_BYTES;

        buffer_append(&made, from->data + at,
                      from->length - at < FRAME_SEALED_BYTES ? from->length - at : FRAME_SEALED_BYTES);
    }
    put(vault->raw, BLOB, made.data, made.length);
    buffer_free(&made);
}

static void moved_frames_are_refused(void **state)
{
    static const size_t dropped[] = {0, 2, 3};
    static const size_t dropped_first[] = {1, 2, 3};
    static const size_t swapped[] = {1, 0, 2, 3};
    static const size_t doubled[] = {0, 1, 1, 2, 3};
    static const size_t doubled_last[] = {0, 1, 2, 3, 3};
    static const size_t only_last[] = {3};
    unsigned char *bytes = make_bytes(LARGE_BYTES);
    struct buffer sealed;
    struct vault vault;

    (void)state;
    buffer_init(&sealed, &test_context.allocator);
    vault_make(&vault);
    put(vault.encrypted, BLOB, bytes, LARGE_BYTES);
    get(vault.raw, BLOB, &sealed);
#define REFUSED(frames)                                                                                                \
    put_frames(&vault, &sealed, frames, sizeof frames / sizeof *(frames));                                             \
    assert_refused(&vault, BLOB)
    REFUSED(dropped);
    REFUSED(dropped_first);
    REFUSED(swapped);
    REFUSED(doubled);
    REFUSED(doubled_last);
    REFUSED(only_last);
#undef REFUSED
    buffer_free(&sealed);
    vault_remove(&vault);
    free(bytes);
}

/* Frames and whole blobs of the same user, and of an earlier version of the same blob. */
static void swapped_blobs_and_frames_are_refused(void **state)
{
    unsigned char *bytes = make_bytes(LARGE_BYTES);
    struct buffer first;
    struct buffer second;
    struct vault vault;

    (void)state;
    buffer_init(&first, &test_context.allocator);
    buffer_init(&second, &test_context.allocator);
    vault_make(&vault);
    put(vault.encrypted, BLOB, bytes, LARGE_BYTES);
    put(vault.encrypted, "users/u1/b", bytes, LARGE_BYTES);
    get(vault.raw, BLOB, &first);
    get(vault.raw, "users/u1/b", &second);
    put(vault.raw, "users/u1/b", first.data, first.length);
    assert_refused(&vault, "users/u1/b");
    put(vault.raw, "users/u2/a", first.data, first.length);
    assert_refused(&vault, "users/u2/a");
    put(vault.encrypted, BLOB, bytes, LARGE_BYTES);
    get(vault.raw, BLOB, &second);
    for (size_t i = 0; i < 4; i++) {
        size_t at = FRAME_HEADER_BYTES + i * FRAME_SEALED_BYTES;
        size_t length = second.length - at < FRAME_SEALED_BYTES ? second.length - at : FRAME_SEALED_BYTES;
        char *whole = malloc(second.length);

        memcpy(whole, second.data, second.length);
        memcpy(whole + at, first.data + at, length);
        put(vault.raw, BLOB, whole, second.length);
        assert_refused(&vault, BLOB);
        free(whole);
    }
    buffer_free(&first);
    buffer_free(&second);
    vault_remove(&vault);
    free(bytes);
}

static int32_t count_key(void *user, const char *key, const cpk_blob_info *info)
{
    (void)key;
    (void)info;
    ++*(int64_t *)user;
    return 0;
}

static int64_t count_keys(struct storage *storage, const char *prefix)
{
    int64_t count = 0;

    assert_int_equal(storage_list(storage, prefix, count_key, &count, NULL), CPK_OK);
    return count;
}

static void key_folder_is_hidden_and_reserved(void **state)
{
    struct storage_writer *writer;
    struct storage_reader *reader;
    cpk_blob_info info;
    struct vault vault;

    (void)state;
    vault_make(&vault);
    put(vault.encrypted, BLOB, "x", 1);
    assert_int_equal(count_keys(vault.raw, ""), 2);
    assert_int_equal(count_keys(vault.encrypted, ""), 1);
    assert_int_equal(count_keys(vault.encrypted, "contextpack.keys/"), 0);
    for (size_t i = 0; i < 2; i++) {
        const char *key = i == 0 ? DATA_KEYS_FOLDER : DATA_KEYS_FOLDER "/a/b";

        assert_int_equal(storage_write_open(vault.encrypted, key, -1, &writer, NULL), CPK_ERROR_INVALID_ARGUMENT);
        assert_int_equal(storage_read_open(vault.encrypted, key, 0, -1, &reader, NULL), CPK_ERROR_INVALID_ARGUMENT);
        assert_int_equal(storage_stat(vault.encrypted, key, &info, NULL), CPK_ERROR_INVALID_ARGUMENT);
        assert_int_equal(storage_remove(vault.encrypted, key, NULL), CPK_ERROR_INVALID_ARGUMENT);
    }
    put(vault.encrypted, DATA_KEYS_FOLDER "2/a", "x", 1); /* only a similar name */
    vault_remove(&vault);
}

static void plain_blobs_are_refused(void **state)
{
    struct vault vault;

    (void)state;
    vault_make(&vault);
    put(vault.raw, BLOB, "written before the storage was encrypted, and longer than a header is: 64 bytes", 79);
    assert_refused(&vault, BLOB);
    vault_remove(&vault);
}

/* ---- Keys ---- */

static void rotate(struct vault *vault, int64_t age_ms, struct encryption_rotation *rotation)
{
    const struct encryption_rotate_request request = {age_ms, NULL, NULL};
    cpk_error *error = NULL;

    assert_ok(encryption_rotate(storage_encryption(vault->encrypted), &request, rotation, &error), error);
}

static void assert_text(struct vault *vault, const char *key, const char *text)
{
    struct buffer read;

    buffer_init(&read, &test_context.allocator);
    get(vault->encrypted, key, &read);
    assert_string_equal(buffer_text(&read), text);
    buffer_free(&read);
}

static void master_key_is_rotated(void **state)
{
    struct encryption_rotation rotation;
    struct vault vault;

    (void)state;
    vault_make(&vault);
    put(vault.encrypted, BLOB, "one", 3);
    put(vault.encrypted, "users/u2/a", "two", 3);
    vault_reopen(&vault, KEY_B);
    assert_int_equal(storage_read_open(vault.encrypted, BLOB, 0, -1, &(struct storage_reader *){NULL}, NULL),
                     CPK_ERROR_STORAGE);
    vault_reopen(&vault, KEY_B "," KEY_A); /* both can be read until the rotation is done */
    assert_text(&vault, BLOB, "one");
    rotate(&vault, -1, &rotation);
    assert_int_equal(rotation.data_keys, 2);
    assert_int_equal(rotation.rewrapped_keys, 2);
    assert_int_equal(rotation.blobs, 0);
    rotate(&vault, -1, &rotation);
    assert_int_equal(rotation.rewrapped_keys, 0);
    vault_reopen(&vault, KEY_B);
    assert_text(&vault, BLOB, "one");
    assert_text(&vault, "users/u2/a", "two");
    vault_remove(&vault);
}

static void data_keys_are_rotated(void **state)
{
    unsigned char *bytes = make_bytes(LARGE_BYTES);
    struct encryption_rotation rotation;
    struct buffer before;
    struct buffer after;
    struct vault vault;

    (void)state;
    buffer_init(&before, &test_context.allocator);
    buffer_init(&after, &test_context.allocator);
    vault_make(&vault);
    put(vault.encrypted, BLOB, "one", 3);
    put(vault.encrypted, "users/u1/large", bytes, LARGE_BYTES);
    put(vault.encrypted, "users/u11/a", "two", 3); /* not in the folder of u1 */
    get(vault.raw, BLOB, &before);
    test_now_us += 5000000;
    rotate(&vault, 10000, &rotation);
    assert_int_equal(rotation.new_keys, 0);
    rotate(&vault, 1000, &rotation);
    assert_int_equal(rotation.new_keys, 2);
    assert_int_equal(rotation.blobs, 3);
    assert_int_equal(rotation.blob_bytes, LARGE_BYTES + 6);
    assert_int_equal(rotation.replaced_keys, 2);
    get(vault.raw, BLOB, &after);
    assert_memory_not_equal(frame_header_key_id((unsigned char *)before.data),
                            frame_header_key_id((unsigned char *)after.data), DATA_KEY_ID_BYTES);
    test_now_us += INT64_C(3601000000);
    rotate(&vault, INT64_C(86400000), &rotation);
    assert_int_equal(rotation.blobs, 0);
    assert_int_equal(rotation.removed_keys, 2);
    vault_reopen(&vault, KEY_A);
    assert_text(&vault, BLOB, "one");
    assert_text(&vault, "users/u11/a", "two");
    get(vault.encrypted, "users/u1/large", &after);
    assert_int_equal(after.length, LARGE_BYTES);
    assert_memory_equal(after.data, bytes, LARGE_BYTES);
    put(vault.raw, BLOB, before.data, before.length); /* an old copy: its key is gone */
    assert_refused(&vault, BLOB);
    buffer_free(&before);
    buffer_free(&after);
    vault_remove(&vault);
    free(bytes);
}

static void forgotten_users_blobs_cant_be_read(void **state)
{
    struct buffer copy;
    struct vault vault;
    cpk_error *error = NULL;

    (void)state;
    buffer_init(&copy, &test_context.allocator);
    vault_make(&vault);
    put(vault.encrypted, BLOB, "one", 3);
    put(vault.encrypted, "users/u2/a", "two", 3);
    get(vault.raw, BLOB, &copy);
    assert_ok(encryption_forget(storage_encryption(vault.encrypted), "users/u1/", &error), error);
    assert_text(&vault, BLOB, "one"); /* not while a blob is left */
    assert_ok(storage_remove(vault.encrypted, BLOB, &error), error);
    assert_ok(encryption_forget(storage_encryption(vault.encrypted), "users/u1/", &error), error);
    put(vault.raw, BLOB, copy.data, copy.length); /* from a backup without keys */
    assert_refused(&vault, BLOB);
    assert_text(&vault, "users/u2/a", "two");
    assert_ok(encryption_forget(storage_encryption(vault.encrypted), "users", &error), error);
    assert_ok(encryption_forget(storage_encryption(vault.encrypted), "users/u2/deeper", &error), error);
    vault_reopen(&vault, KEY_A);
    assert_text(&vault, "users/u2/a", "two");
    put(vault.encrypted, BLOB, "new", 3); /* a new key */
    assert_text(&vault, BLOB, "new");
    buffer_free(&copy);
    vault_remove(&vault);
}

static int32_t give_master_key(void *user, int32_t index, void *key, size_t key_bytes)
{
    memset(key, 7, key_bytes);
    return index >= 1 ? 0 : *(int32_t *)user;
}

static void keys_come_from_files_and_callbacks(void **state)
{
    struct context context;
    struct master_keys keys;
    char folder[SCRATCH_PATH_BYTES];
    char path[SCRATCH_PATH_BYTES + 16];
    int32_t answer = 1;
    FILE *file;

    (void)state;
    context_init(&context);
    assert_int_equal(master_keys_read(&context, &keys, NULL), CPK_ERROR_INVALID_ARGUMENT);
    scratch_make(folder);
    snprintf(path, sizeof path, "%s/keys", folder);
    file = fopen(path, "w");
    fprintf(file, "# new\n%s\n%s\n", KEY_A, KEY_B);
    fclose(file);
    chmod(path, 0640);
    assert_int_equal(settings_set_text(&context.settings, &context.allocator, "storage.master_key_file", path, NULL),
                     CPK_OK);
    assert_int_equal(master_keys_read(&context, &keys, NULL), CPK_ERROR_PERMISSION_DENIED);
    chmod(path, 0600);
    assert_int_equal(master_keys_read(&context, &keys, NULL), CPK_OK);
    assert_int_equal(keys.count, 2);
    assert_int_equal(keys.keys[0].bytes[31], 0x1f);
    file = fopen(path, "a");
    fprintf(file, "%.63s\n", KEY_A);
    fclose(file);
    assert_int_equal(master_keys_read(&context, &keys, NULL), CPK_ERROR_INVALID_ARGUMENT);
    context.master_key = give_master_key;
    context.master_key_user = &answer;
    assert_int_equal(master_keys_read(&context, &keys, NULL), CPK_OK);
    assert_int_equal(keys.count, 1);
    assert_int_equal(keys.keys[0].bytes[0], 7);
    answer = -1;
    assert_int_equal(master_keys_read(&context, &keys, NULL), CPK_ERROR_STORAGE);
    scratch_remove(folder);
    context_free(&context);
}

static int32_t keep_key(void *user, const char *key, const cpk_blob_info *info)
{
    (void)info;
    snprintf(user, CPK_STORAGE_KEY_BYTES_MAX + 1, "%s", key);
    return 1;
}

static void damaged_and_swapped_key_blobs_are_refused(void **state)
{
    char path[CPK_STORAGE_KEY_BYTES_MAX + 1] = "";
    char other[CPK_STORAGE_KEY_BYTES_MAX + 1] = "";
    struct buffer blob;
    struct vault vault;

    (void)state;
    buffer_init(&blob, &test_context.allocator);
    vault_make(&vault);
    put(vault.encrypted, BLOB, "one", 3);
    assert_int_equal(storage_list(vault.raw, DATA_KEYS_FOLDER, keep_key, path, NULL), CPK_OK);
    get(vault.raw, path, &blob);
    for (size_t i = 0; i < blob.length; i++) {
        struct buffer read;

        blob.data[i] ^= 1;
        put(vault.raw, path, blob.data, blob.length);
        vault_reopen(&vault, KEY_A);
        buffer_init(&read, &test_context.allocator);
        assert_int_equal(storage_get(vault.encrypted, BLOB, &read, NULL), CPK_ERROR_STORAGE);
        assert_int_equal(storage_put(vault.encrypted, BLOB, "x", 1, NULL), CPK_ERROR_STORAGE);
        buffer_free(&read);
        blob.data[i] ^= 1;
    }
    put(vault.raw, path, blob.data, blob.length);
    snprintf(other, sizeof other, "%s", path);
    other[strlen(other) - 1] = other[strlen(other) - 1] == 'f' ? 'e' : 'f';
    put(vault.raw, other, blob.data, blob.length);
    assert_ok(storage_remove(vault.raw, path, NULL), NULL);
    vault_reopen(&vault, KEY_A);
    assert_int_equal(storage_put(vault.encrypted, BLOB, "x", 1, NULL), CPK_ERROR_STORAGE);
    buffer_free(&blob);
    vault_remove(&vault);
}

static int64_t test_clock(void *user)
{
    return *(int64_t *)user;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wycheproof_vectors_pass),
        cmocka_unit_test(blobs_of_every_size_come_back),
        cmocka_unit_test(random_ranges_and_pieces_come_back),
        cmocka_unit_test(large_blobs_come_back_from_two_threads),
        cmocka_unit_test(damage_of_any_frame_of_a_large_blob_is_refused),
        cmocka_unit_test(every_flipped_bit_of_a_small_blob_is_refused),
        cmocka_unit_test(every_other_length_is_refused),
        cmocka_unit_test(ranges_of_a_truncated_blob_are_refused),
        cmocka_unit_test(random_damage_of_a_large_blob_is_refused),
        cmocka_unit_test(moved_frames_are_refused),
        cmocka_unit_test(swapped_blobs_and_frames_are_refused),
        cmocka_unit_test(key_folder_is_hidden_and_reserved),
        cmocka_unit_test(plain_blobs_are_refused),
        cmocka_unit_test(master_key_is_rotated),
        cmocka_unit_test(data_keys_are_rotated),
        cmocka_unit_test(forgotten_users_blobs_cant_be_read),
        cmocka_unit_test(keys_come_from_files_and_callbacks),
        cmocka_unit_test(damaged_and_swapped_key_blobs_are_refused),
    };

    scratch_in_memory();
    context_init(&test_context);
    test_now_us = INT64_C(1700000000000000);
    test_context.clock = test_clock;
    test_context.clock_user = &test_now_us;
    return cmocka_run_group_tests_name("storage: encryption", tests, NULL, NULL);
}

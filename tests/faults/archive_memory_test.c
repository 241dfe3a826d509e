/* Opens and reads an archive while one allocation after another is refused, those of libzip and zlib among them: what
 * is read is whole, or the error says that memory is missing. A member that is left out as damaged would be lost
 * silently. */
#include "support/test.h"

#include "base/error.h"
#include "extract/archive/archive.h"
#include "faults/fault_memory.h"
#include "unit/extract/zip.h"

/* libzip loses some of its own when it has no memory. LeakSanitizer calls this. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libzip.so\n";
}

#define TEXT_BYTES 20000

static char text[TEXT_BYTES];

static cpk_status read_member(struct archive *archive, char *target, size_t *length, cpk_error **error)
{
    struct archive_stream stream;
    size_t got = 1;
    cpk_status status = archive_stream_open(archive, 0, &stream, error);

    *length = 0;
    while (status == CPK_OK && got > 0 && *length < TEXT_BYTES) {
        status = stream.reader.read(stream.reader.self, target + *length, TEXT_BYTES - *length, &got, error);
        *length += status == CPK_OK ? got : 0;
    }
    archive_stream_close(&stream);
    return status;
}

/* Returns whether an allocation was refused. */
static int32_t read_with_refusal(const struct context *context, const struct zip_bytes *bytes, int64_t refused)
{
    static char target[TEXT_BYTES];
    struct bytes_source source;
    cpk_reader reader = bytes_reader(&source, bytes->data, bytes->length, "export.zip");
    struct archive *archive = NULL;
    cpk_error *error = NULL;
    size_t length = 0;
    int64_t refusals;
    cpk_status status;

    fault_memory_arm(refused, 0);
    status = archive_open(context, &reader, NULL, &archive, &error);
    if (status == CPK_OK) {
        status = read_member(archive, target, &length, &error);
    }
    archive_close(archive);
    fault_memory_disarm(&refusals);
    if (status == CPK_OK) {
        assert_int_equal(length, TEXT_BYTES);
        assert_memory_equal(target, text, TEXT_BYTES);
    } else if (status != CPK_ERROR_OUT_OF_MEMORY) {
        fail_msg("allocation %lld: %s", (long long)refused, cpk_error_message(error));
    }
    cpk_error_free(error);
    return refusals > 0;
}

static void failed_allocation_is_not_reported_as_a_damaged_member(void **state)
{
    struct zip_maker maker = zip_start();
    struct context context;
    struct zip_bytes bytes;
    int64_t refused = 0;

    (void)state;
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)('a' + i * i % 23);
    }
    zip_put(&maker, "conversations.json", text, sizeof text);
    bytes = zip_finish(&maker);
    context_init(&context);
    while (read_with_refusal(&context, &bytes, refused)) {
        refused++;
    }
    assert_true(refused > 10);
    free(bytes.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failed_allocation_is_not_reported_as_a_damaged_member),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Any bytes as an archive's file, and any bytes as lines that come back as they were. */
#include "base/json/json.h"
#include "base/memory.h"
#include "maintenance/gzip.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static cpk_status parse_line(void *user, const char *line, size_t length, cpk_error **error)
{
    struct json_object *parsed = NULL;

    (void)user;
    if (json_parse(line, length, 64, &parsed, error) == CPK_OK) {
        json_object_put(parsed);
    }
    return CPK_OK;
}

static cpk_status collect_line(void *user, const char *line, size_t length, cpk_error **error)
{
    (void)error;
    buffer_append(user, line, length);
    buffer_append_byte(user, '\n');
    return CPK_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gzip_writer writer;
    struct buffer file;
    struct buffer back;

    (void)gzip_lines(&memory_default, data, size, parse_line, NULL, NULL);
    buffer_init(&file, &memory_default);
    buffer_init(&back, &memory_default);
    if (gzip_begin(&writer, &file, NULL) != CPK_OK || gzip_add(&writer, data, size, NULL) != CPK_OK ||
        gzip_add(&writer, "\n", 1, NULL) != CPK_OK || gzip_finish(&writer, NULL) != CPK_OK) {
        abort();
    }
    gzip_discard(&writer);
    if (gzip_lines(&memory_default, file.data, file.length, collect_line, &back, NULL) == CPK_OK &&
        (back.length != size + 1 || memcmp(back.data, data, size) != 0)) {
        abort();
    }
    buffer_free(&file);
    buffer_free(&back);
    return 0;
}

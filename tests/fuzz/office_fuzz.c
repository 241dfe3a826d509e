/* Any bytes as the XML parts of a DOCX, PPTX, XLSX, OpenDocument text or EPUB: a line with its kind, then the parts in
 * the order below, with a NUL between them. */
#include "base/memory.h"
#include "extract/import.h"
#include "fuzz/extract_target.h"

#include <zlib.h>

#define PARTS_MAX 6

static const struct {
    const char *kind;
    const char *parts[PARTS_MAX];
} KINDS[] = {
    {"docx\n",
     {"word/document.xml", "word/_rels/document.xml.rels", "word/styles.xml", "word/numbering.xml",
      "word/footnotes.xml", "[Content_Types].xml"}},
    {"pptx\n",
     {"ppt/presentation.xml", "ppt/_rels/presentation.xml.rels", "ppt/slide1.xml", "ppt/_rels/slide1.xml.rels",
      "ppt/notes.xml", "[Content_Types].xml"}},
    {"xlsx\n",
     {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sheet1.xml", "xl/strings.xml", "xl/styles.xml",
      "[Content_Types].xml"}},
    {"odf\n", {"content.xml", "META-INF/manifest.xml", "meta.xml", "a", "b", "c"}},
    {"epub\n", {"META-INF/container.xml", "o.opf", "a.html", "META-INF/encryption.xml", "a", "b"}},
};

struct zip {
    struct buffer bytes;
    struct buffer directory;
    uint32_t count;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void append_number(struct buffer *target, uint64_t value, size_t bytes)
{
    for (; bytes > 0; bytes--, value >>= 8) {
        buffer_append_byte(target, (char)(value & 0xFF));
    }
}

/* What the headers of an entry have in common. */
static void append_header(struct buffer *target, const char *name, const uint8_t *data, size_t size)
{
    append_number(target, 20, 2);
    append_number(target, 0, 8);
    append_number(target, crc32(0, data, (uInt)size), 4);
    append_number(target, size, 4);
    append_number(target, size, 4);
    append_number(target, strlen(name), 2);
    append_number(target, 0, 2);
}

static void add_part(struct zip *zip, const char *name, const uint8_t *data, size_t size)
{
    size_t offset = zip->bytes.length;

    buffer_append(&zip->bytes, "PK\3\4", 4);
    append_header(&zip->bytes, name, data, size);
    buffer_append_text(&zip->bytes, name);
    buffer_append(&zip->bytes, data, size);
    buffer_append(&zip->directory, "PK\1\2\24\0", 6);
    append_header(&zip->directory, name, data, size);
    append_number(&zip->directory, 0, 10);
    append_number(&zip->directory, offset, 4);
    buffer_append_text(&zip->directory, name);
    zip->count++;
}

static void finish(struct zip *zip)
{
    size_t offset = zip->bytes.length;

    buffer_append(&zip->bytes, buffer_text(&zip->directory), zip->directory.length);
    buffer_append(&zip->bytes, "PK\5\6\0\0\0\0", 8);
    append_number(&zip->bytes, zip->count, 2);
    append_number(&zip->bytes, zip->count, 2);
    append_number(&zip->bytes, zip->directory.length, 4);
    append_number(&zip->bytes, offset, 4);
    append_number(&zip->bytes, 0, 2);
}

static cpk_status read_at(void *self, int64_t offset, void *target, size_t capacity, size_t *got, cpk_error **error)
{
    const struct fuzz_source *source = self;
    size_t left = (uint64_t)offset < source->size ? source->size - (size_t)offset : 0;

    (void)error;
    *got = left < capacity ? left : capacity;
    if (*got > 0) {
        memcpy(target, source->data + offset, *got);
    }
    return CPK_OK;
}

static void read_zip(const struct zip *zip)
{
    struct fuzz_source source;
    cpk_reader reader = fuzz_reader(&source, (const uint8_t *)zip->bytes.data, zip->bytes.length, "fuzz");
    cpk_sink sink = fuzz_sink();
    struct import_report report;
    cpk_error *error = NULL;
    struct context context;
    struct import_options options = {.context = &context};

    context_init(&context);
    reader.size_bytes = (int64_t)zip->bytes.length;
    reader.read_at = read_at;
    import_read(&options, &reader, &sink, &report, &error);
    cpk_error_free(error);
    context_free(&context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct zip zip = {.count = 0};

    buffer_init(&zip.bytes, &memory_default);
    buffer_init(&zip.directory, &memory_default);
    for (size_t kind = 0; kind < sizeof KINDS / sizeof KINDS[0]; kind++) {
        size_t length = strlen(KINDS[kind].kind);

        if (size < length || memcmp(data, KINDS[kind].kind, length) != 0) {
            continue;
        }
        data += length;
        size -= length;
        for (size_t i = 0; i < PARTS_MAX; i++) {
            const uint8_t *end = size > 0 ? memchr(data, '\0', size) : NULL;
            size_t part = end != NULL ? (size_t)(end - data) : size;

            add_part(&zip, KINDS[kind].parts[i], data, part);
            data += part + (end != NULL);
            size -= part + (end != NULL);
        }
        finish(&zip);
        read_zip(&zip);
        break;
    }
    buffer_free(&zip.bytes);
    buffer_free(&zip.directory);
    return 0;
}

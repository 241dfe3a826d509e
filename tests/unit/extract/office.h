/* Documents made in memory by the tests: packages of parts. */
#ifndef TESTS_UNIT_EXTRACT_OFFICE_H
#define TESTS_UNIT_EXTRACT_OFFICE_H

#include "base/memory.h"
#include "unit/extract/input.h"

#define W_SPACES                                                                                                       \
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "                                        \
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" "                                 \
    "xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\" "                                          \
    "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\""
#define W_DOCUMENT(body) "<?xml version=\"1.0\"?><w:document " W_SPACES "><w:body>" body "</w:body></w:document>"
#define W_P(text)        "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define RELATIONS(items)                                                                                               \
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" items "</Relationships>"
#define RELATION(id, type, target)                                                                                     \
    "<Relationship Id=\"" id "\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" type     \
    "\" Target=\"" target "\"/>"
#define LINK(id, target)                                                                                               \
    "<Relationship Id=\"" id                                                                                           \
    "\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink\" Target=\"" target       \
    "\" TargetMode=\"External\"/>"

struct part {
    const char *name;
    const char *text; /* NULL: the end of the list */
};

static inline struct zip_bytes office_make(const char *first, const struct part *parts)
{
    struct zip_maker maker = zip_start();

    zip_put_text(&maker, first, "");
    for (; parts->text != NULL; parts++) {
        zip_put_text(&maker, parts->name, parts->text);
    }
    return zip_finish(&maker);
}

/* Reads a package; `first` is the entry that tells its kind. */
static inline cpk_status package_read(struct input *input, const char *name, const char *first,
                                      const struct part *parts)
{
    struct zip_bytes bytes = office_make(first, parts);
    cpk_status status;

    input_init(input);
    status = input_read(input, name, bytes.data, bytes.length);
    free(bytes.data);
    return status;
}

/* A DOCX whose body is all that matters. */
static inline cpk_status docx_read_body(struct input *input, const char *document)
{
    const struct part parts[] = {{"word/document.xml", document}, {NULL, NULL}};

    return package_read(input, "notes.docx", "[Content_Types].xml", parts);
}

/* All text of the messages, joined by an empty line. */
static inline void assert_document(const struct input *input, const char *wanted)
{
    struct buffer text;

    buffer_init(&text, &memory_default);
    for (size_t i = 0; i < input->recorder.count; i++) {
        buffer_append_text(&text, i > 0 ? "\n\n" : "");
        buffer_append_text(&text, input->recorder.messages[i].text);
    }
    assert_string_equal(buffer_text(&text), wanted);
    buffer_free(&text);
}

#endif

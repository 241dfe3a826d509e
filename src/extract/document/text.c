#include "extract/document/text.h"

#include "extract/document/document.h"

static int32_t is_blank(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\f') {
            return 0;
        }
    }
    return 1;
}

static cpk_status text_line(void *self, struct document *document, const char *line, size_t length, cpk_error **error)
{
    (void)self;
    if (is_blank(line, length)) {
        if (document_section_bytes(document) >= DOCUMENT_SECTION_BYTES) {
            return document_end_section(document, error);
        }
        length = 0;
    }
    return document_add_line(document, line, length, error);
}

static const char *text_name(void *self)
{
    (void)self;
    return "text";
}

static int32_t text_sniff(void *self, const void *head, size_t length, const char *name)
{
    (void)self;
    return document_is_possible(head, length, name) ? 10 : 0;
}

static cpk_status text_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct document_format format = {.provider = "text", .line = text_line};

    return document_read(self, reader, sink, &format, NULL, error);
}

void text_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, text_name, text_sniff, text_extract);
}

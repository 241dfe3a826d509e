#include "extract/format.h"

#include "base/error.h"
#include "base/settings.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define BLOCK_BYTES ((size_t)64 * 1024)

void format_derived_id(uint64_t hash, char id[FORMAT_DERIVED_ID_BYTES])
{
    snprintf(id, FORMAT_DERIVED_ID_BYTES, "made-%016llx", (unsigned long long)hash);
}

int32_t format_is_document(const char *name)
{
    static const char *const names[] = {"text",      "markdown", "html",     "pdf",         "docx", "pptx",
                                        "xlsx",      "odf",      "epub",     "csv",         "rtf",  "mail",
                                        "subtitles", "calendar", "contacts", "meeting-chat"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

size_t format_stem_length(const char *name)
{
    static const char *const endings[] = {"txt",  "text",  "md",  "markdown", "mdown", "log",  "rst",  "html",
                                          "htm",  "xhtml", "pdf", "rtf",      "docx",  "docm", "pptx", "pptm",
                                          "xlsx", "xlsm",  "odt", "ods",      "odp",   "epub", "csv",  "tsv",
                                          "json", "jsonl", "eml", "emlx",     "vtt",   "srt",  "ics",  "vcf"};
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; i < sizeof endings / sizeof endings[0] && dot != NULL && dot != name; i++) {
        if (strcasecmp(dot + 1, endings[i]) == 0) {
            return (size_t)(dot - name);
        }
    }
    return strlen(name);
}

void format_driver_init(cpk_extractor_driver *driver, const struct context *context, const char *(*name)(void *self),
                        int32_t (*sniff)(void *self, const void *head, size_t length, const char *name_hint),
                        cpk_status (*extract)(void *self, const cpk_reader *reader, const cpk_sink *sink,
                                              cpk_error **error))
{
    memset(driver, 0, sizeof *driver);
    driver->abi_version = CPK_EXTRACTOR_ABI;
    driver->struct_size = sizeof *driver;
    driver->self = (void *)context;
    driver->name = name;
    driver->sniff = sniff;
    driver->extract = extract;
}

cpk_status format_read_block(const cpk_reader *reader, struct buffer *bytes, size_t *got, cpk_error **error)
{
    char *end = buffer_reserve(bytes, BLOCK_BYTES);

    if (end == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY(reader->read(reader->self, end, BLOCK_BYTES, got, error));
    bytes->length += *got;
    bytes->data[bytes->length] = '\0';
    return CPK_OK;
}

cpk_status format_read_all(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                           const struct format_limit *limit, struct buffer *bytes, cpk_error **error)
{
    int64_t max_bytes = context_setting(context, limit->setting);
    size_t got = 1;

    while (got > 0) {
        CPK_TRY(format_read_block(reader, bytes, &got, error));
        if ((int64_t)bytes->length > max_bytes) {
            return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "import", "%s is %slonger than %s (%lld)", reader->name,
                             limit->kind, limit->name, (long long)max_bytes);
        }
        CPK_TRY(sink->progress(sink->self, (int64_t)bytes->length, error));
    }
    return CPK_OK;
}

/* Any bytes as a message or a mailbox, with its attachments. */
#include "base/context.h"
#include "extract/import.h"
#include "fuzz/extract_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_source source;
    cpk_reader reader = fuzz_reader(&source, data, size, "fuzz.eml");
    cpk_sink sink = fuzz_sink();
    struct import_report report;
    cpk_error *error = NULL;
    struct context context;
    struct import_options options = {.context = &context};

    context_init(&context);
    import_read(&options, &reader, &sink, &report, &error);
    cpk_error_free(error);
    context_free(&context);
    return 0;
}

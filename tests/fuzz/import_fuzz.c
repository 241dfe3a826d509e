#include "extract/import.h"
#include "fuzz/extract_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Detection and everything behind it; archives need a reader that can seek and are left to their own target. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_source source;
    cpk_reader reader = fuzz_reader(&source, data, size, "fuzz");
    cpk_sink sink = fuzz_sink();
    cpk_error *error = NULL;
    struct import_report report;
    struct context context;
    struct import_options options = {.context = &context};
    cpk_status status;

    context_init(&context);
    status = import_read(&options, &reader, &sink, &report, &error);
    if ((status == CPK_OK) != (error == NULL) || (status == CPK_OK && report.messages == 0)) {
        abort();
    }
    cpk_error_free(error);
    return 0;
}

/* Any bytes as an RTF document. */
#include "extract/rtf/rtf.h"
#include "fuzz/extract_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_source source;
    cpk_reader reader = fuzz_reader(&source, data, size, "fuzz.rtf");
    cpk_sink sink = fuzz_sink();
    cpk_extractor_driver driver;
    cpk_error *error = NULL;
    struct context context;

    context_init(&context);
    rtf_driver_init(&driver, &context);
    driver.extract(driver.self, &reader, &sink, &error);
    cpk_error_free(error);
    context_free(&context);
    return 0;
}

#include "extract/document/text.h"
#include "fuzz/extract_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_source source;
    cpk_reader reader = fuzz_reader(&source, data, size, "fuzz.txt");
    cpk_sink sink = fuzz_sink();
    cpk_extractor_driver driver;
    cpk_error *error = NULL;
    struct context context;

    context_init(&context);
    text_driver_init(&driver, &context);
    driver.sniff(driver.self, data, size < FORMAT_SNIFF_BYTES ? size : FORMAT_SNIFF_BYTES, reader.name);
    driver.extract(driver.self, &reader, &sink, &error);
    cpk_error_free(error);
    return 0;
}

/* Any bytes as an HTML page. */
#include "extract/html/html.h"
#include "fuzz/extract_target.h"

#define MEMORY_BYTES_MAX (INT64_C(256) << 20)
#define PROCESSOR_MS_MAX 2000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_source source;
    cpk_reader reader = fuzz_reader(&source, data, size, "fuzz.html");
    cpk_sink sink = fuzz_sink();
    cpk_extractor_driver driver;
    cpk_error *error = NULL;
    struct context context;

    context_init(&context);
    context.settings.values[SETTING_IMPORT_MAX_HTML_MEMORY_BYTES] = MEMORY_BYTES_MAX;
    context.settings.values[SETTING_IMPORT_MAX_HTML_MS] = PROCESSOR_MS_MAX;
    html_driver_init(&driver, &context);
    driver.sniff(driver.self, data, size < FORMAT_SNIFF_BYTES ? size : FORMAT_SNIFF_BYTES, reader.name);
    driver.extract(driver.self, &reader, &sink, &error);
    cpk_error_free(error);
    return 0;
}

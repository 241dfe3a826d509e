/* Any bytes as a table, and as a text of any encoding. */
#include "extract/document/csv.h"
#include "extract/document/text.h"
#include "fuzz/extract_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_with(void (*init)(cpk_extractor_driver *driver, const struct context *context), const char *name,
                      const uint8_t *data, size_t size)
{
    struct fuzz_source source;
    cpk_reader reader = fuzz_reader(&source, data, size, name);
    cpk_sink sink = fuzz_sink();
    cpk_extractor_driver driver;
    cpk_error *error = NULL;
    struct context context;

    context_init(&context);
    init(&driver, &context);
    driver.sniff(driver.self, data, size < FORMAT_SNIFF_BYTES ? size : FORMAT_SNIFF_BYTES, name);
    driver.extract(driver.self, &reader, &sink, &error);
    cpk_error_free(error);
    context_free(&context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_with(csv_driver_init, "fuzz.csv", data, size);
    read_with(text_driver_init, "fuzz.txt", data, size);
    return 0;
}

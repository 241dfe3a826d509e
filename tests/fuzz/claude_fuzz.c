#include "extract/claude/claude.h"
#include "fuzz/extract_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Any bytes as a file of a Claude export. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_source source;
    cpk_reader reader = fuzz_reader(&source, data, size, "fuzz.json");
    cpk_sink sink = fuzz_sink();
    cpk_extractor_driver driver;
    cpk_error *error = NULL;
    struct context context;
    cpk_status status;

    context_init(&context);
    claude_driver_init(&driver, &context);
    driver.sniff(driver.self, data, size < FORMAT_SNIFF_BYTES ? size : FORMAT_SNIFF_BYTES, reader.name);
    status = driver.extract(driver.self, &reader, &sink, &error);
    if ((status == CPK_OK) != (error == NULL)) {
        abort();
    }
    cpk_error_free(error);
    return 0;
}

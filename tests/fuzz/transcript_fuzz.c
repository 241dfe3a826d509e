#include "extract/chatgpt/chatgpt.h"
#include "extract/transcript/memory_list.h"
#include "extract/transcript/transcript.h"
#include "fuzz/extract_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(void (*init)(cpk_extractor_driver *, const struct context *), const uint8_t *data, size_t size)
{
    struct fuzz_source source;
    cpk_reader reader = fuzz_reader(&source, data, size, "fuzz.md");
    cpk_sink sink = fuzz_sink();
    cpk_extractor_driver driver;
    cpk_error *error = NULL;
    struct context context;

    context_init(&context);
    init(&driver, &context);
    driver.sniff(driver.self, data, size < FORMAT_SNIFF_BYTES ? size : FORMAT_SNIFF_BYTES, reader.name);
    driver.extract(driver.self, &reader, &sink, &error);
    cpk_error_free(error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run(transcript_driver_init, data, size);
    run(memory_list_driver_init, data, size);
    run(chatgpt_page_driver_init, data, size);
    return 0;
}

#include "extract/chatbotui/chatbotui.h"
#include "extract/claude_code/claude_code.h"
#include "extract/codex/codex.h"
#include "extract/copilot/copilot.h"
#include "extract/cursor/cursor.h"
#include "extract/deepseek/deepseek.h"
#include "extract/format.h"
#include "extract/gemini/gemini.h"
#include "extract/generic/generic.h"
#include "extract/grok/grok.h"
#include "extract/librechat/librechat.h"
#include "extract/mistral/mistral.h"
#include "extract/openai/openai.h"
#include "extract/openwebui/openwebui.h"
#include "extract/perplexity/perplexity.h"
#include "extract/sharegpt/sharegpt.h"
#include "fuzz/extract_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void (*const drivers[])(cpk_extractor_driver *, const struct context *) = {
    chatbotui_driver_init,
    claude_code_driver_init,
    codex_driver_init,
    copilot_driver_init,
    cursor_driver_init,
    deepseek_driver_init,
    gemini_driver_init,
    gemini_html_driver_init,
    generic_driver_init,
    grok_driver_init,
    librechat_driver_init,
    mistral_driver_init,
    openai_driver_init,
    openwebui_driver_init,
    perplexity_driver_init,
    sharegpt_driver_init,
    cursor_transcript_driver_init,
};

#define DRIVER_COUNT (sizeof drivers / sizeof drivers[0])

static void extract(const cpk_extractor_driver *driver, const uint8_t *data, size_t size)
{
    struct fuzz_source source;
    cpk_reader reader = fuzz_reader(&source, data, size, "conversation_1.txt");
    cpk_sink sink = fuzz_sink();
    cpk_error *error = NULL;

    driver->extract(driver->self, &reader, &sink, &error);
    cpk_error_free(error);
}

/* The first byte chooses the importer; one that is none of their numbers, such as that of a file of theirs, chooses
 * those that recognise the input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cpk_extractor_driver driver;
    struct context context;

    context_init(&context);
    for (size_t i = 0; i < DRIVER_COUNT; i++) {
        drivers[i](&driver, &context);
        if (size > 0 && data[0] == i) {
            extract(&driver, data + 1, size - 1);
        } else if (driver.sniff(driver.self, data, size < FORMAT_SNIFF_BYTES ? size : FORMAT_SNIFF_BYTES, "") > 0) {
            extract(&driver, data, size);
        }
    }
    return 0;
}

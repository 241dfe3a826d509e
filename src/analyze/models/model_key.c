#include "analyze/models/model_key.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

#define DOMAIN "analyzer"

/* Where the keys of a protocol come from. */
static const struct {
    enum text_setting setting;
    const char *setting_name;
    const char *variable;
} SOURCES[] = {
    [MODEL_OPENAI] = {TEXT_SETTING_MODELS_OPENAI_API_KEY, "models.openai_api_key", "OPENAI_API_KEY"},
    [MODEL_ANTHROPIC] = {TEXT_SETTING_MODELS_ANTHROPIC_API_KEY, "models.anthropic_api_key", "ANTHROPIC_API_KEY"},
};

/* White space around a key, as at the end of a file that it was read from, is no part of it. */
static int32_t copy_key(char key[MODEL_KEY_BYTES], const char *text)
{
    size_t length;

    text += strspn(text, " \t\r\n");
    length = strcspn(text, " \t\r\n");
    if (length >= MODEL_KEY_BYTES || text[length + strspn(text + length, " \t\r\n")] != '\0') {
        return 0;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '!' || text[i] > '~') {
            return 0;
        }
    }
    memcpy(key, text, length);
    key[length] = '\0';
    return 1;
}

cpk_status model_key_read(const struct context *context, const struct model_options *options, char key[MODEL_KEY_BYTES],
                          cpk_error **error)
{
    const char *variable = SOURCES[options->protocol].variable;
    const char *setting_name = SOURCES[options->protocol].setting_name;
    const char *text = context_text_setting(context, SOURCES[options->protocol].setting);

    if (text[0] == '\0') {
        text = getenv(variable);
    }
    key[0] = '\0';
    if (text != NULL && !copy_key(key, text)) {
        return error_set_native(error, CPK_ERROR_UNAUTHENTICATED, DOMAIN, "unauthenticated", 0,
                                "the key in %s or %s is not one word of ASCII characters", setting_name, variable);
    }
    if (key[0] == '\0' && options->is_default_url) {
        return error_set_native(error, CPK_ERROR_UNAUTHENTICATED, DOMAIN, "unauthenticated", 0,
                                "there is no key for %s: set %s or the setting %s", options->base_url, variable,
                                setting_name);
    }
    return CPK_OK;
}

#include "base/settings.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <string.h>

static const struct setting_info infos[SETTING_COUNT] = {
#define SETTING(symbol, name, default_value, minimum, maximum, summary)                                                \
    {name, default_value, minimum, maximum, summary},
#include "base/settings.def"
};

static const struct text_setting_info text_infos[TEXT_SETTING_COUNT] = {
#define TEXT_SETTING(symbol, name, is_secret, summary) {name, is_secret, summary},
#include "base/settings.def"
};

void settings_init(struct settings *settings)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        settings->values[i] = infos[i].default_value;
    }
    memset((void *)settings->texts, 0, sizeof settings->texts);
}

const struct setting_info *settings_info(enum setting setting)
{
    return &infos[setting];
}

enum setting settings_find(const char *name)
{
    size_t i = 0;

    while (i < SETTING_COUNT && strcmp(infos[i].name, name) != 0) {
        i++;
    }
    return (enum setting)i;
}

cpk_status settings_set(struct settings *settings, const char *name, int64_t value, cpk_error **error)
{
    enum setting found = settings_find(name);

    if (found == SETTING_COUNT) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "settings", "there is no setting \"%s\"", name);
    }
    if (value < infos[found].minimum || value > infos[found].maximum) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "settings", "%s must be from %lld to %lld, not %lld", name,
                         (long long)infos[found].minimum, (long long)infos[found].maximum, (long long)value);
    }
    settings->values[found] = value;
    return CPK_OK;
}

const struct text_setting_info *settings_text_info(enum text_setting setting)
{
    return &text_infos[setting];
}

/* TEXT_SETTING_COUNT when there is none of that name. */
static enum text_setting find_text(const char *name)
{
    size_t i = 0;

    while (i < TEXT_SETTING_COUNT && strcmp(text_infos[i].name, name) != 0) {
        i++;
    }
    return (enum text_setting)i;
}

static void wipe_text(char **text, const cpk_allocator *allocator)
{
    if (*text != NULL) {
        explicit_bzero(*text, strlen(*text)); /* may be a secret */
        memory_release_text(allocator, *text);
        *text = NULL;
    }
}

/* Only JSON values may have line breaks and tabs. */
static int32_t is_allowed_byte(enum text_setting setting, unsigned char byte)
{
    if (setting == TEXT_SETTING_BILLING_PACKAGES && (byte == '\n' || byte == '\r' || byte == '\t')) {
        return 1;
    }
    return byte >= 0x20 && byte != 0x7f;
}

/* Requires valid UTF-8 on one line, so that a value cannot end an HTTP header or a log line. */
static cpk_status check_text_value(enum text_setting setting, const char *name, const char *value, cpk_error **error)
{
    size_t length = strlen(value);

    if (length > TEXT_SETTING_BYTES_MAX) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "settings", "%s has %zu bytes, %d are allowed", name,
                         length, TEXT_SETTING_BYTES_MAX);
    }
    for (size_t i = 0; i < length; i++) {
        if (!is_allowed_byte(setting, (unsigned char)value[i])) {
            return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "settings", "%s contains a control character", name);
        }
    }
    if (utf8_valid_prefix(value, length) != length) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "settings", "%s is not valid UTF-8", name);
    }
    return CPK_OK;
}

cpk_status settings_set_text(struct settings *settings, const cpk_allocator *allocator, const char *name,
                             const char *value, cpk_error **error)
{
    enum text_setting found = find_text(name);
    char *copy = NULL;

    if (found == TEXT_SETTING_COUNT) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "settings", "there is no text setting \"%s\"", name);
    }
    if (value != NULL && value[0] != '\0') {
        CPK_TRY(check_text_value(found, name, value, error));
        copy = memory_copy_text(allocator, value);
        if (copy == NULL) {
            return error_out_of_memory(error);
        }
    }
    wipe_text(&settings->texts[found], allocator);
    settings->texts[found] = copy;
    return CPK_OK;
}

void settings_free(struct settings *settings, const cpk_allocator *allocator)
{
    for (size_t i = 0; i < TEXT_SETTING_COUNT; i++) {
        wipe_text(&settings->texts[i], allocator);
    }
}

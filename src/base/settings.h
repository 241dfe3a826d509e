/* Settings: a table of int64 values with names, bounds and defaults, and a table of texts (settings.def). */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include <contextpack/error.h>

enum setting {
#define SETTING(symbol, name, default_value, minimum, maximum, summary) SETTING_##symbol,
#include "base/settings.def"
    SETTING_COUNT
};

enum text_setting {
#define TEXT_SETTING(symbol, name, is_secret, summary) TEXT_SETTING_##symbol,
#include "base/settings.def"
    TEXT_SETTING_COUNT
};

struct settings {
    int64_t values[SETTING_COUNT];
    char *texts[TEXT_SETTING_COUNT]; /* NULL: not set */
};

struct setting_info {
    const char *name;
    int64_t default_value;
    int64_t minimum;
    int64_t maximum;
    const char *summary;
};

struct text_setting_info {
    const char *name;
    int32_t is_secret; /* never shown, logged or listed */
    const char *summary;
};

#define TEXT_SETTING_BYTES_MAX 65536

void settings_init(struct settings *settings); /* the defaults */
const struct setting_info *settings_info(enum setting setting);
/* Sets by name. CPK_ERROR_INVALID_ARGUMENT names the setting and its bounds. */
cpk_status settings_set(struct settings *settings, const char *name, int64_t value, cpk_error **error);
/* SETTING_COUNT if there is no setting of that name. */
enum setting settings_find(const char *name);

const struct text_setting_info *settings_text_info(enum text_setting setting);
/* Stores a copy; NULL or "" unsets. CPK_ERROR_INVALID_ARGUMENT names the setting, never the value. */
cpk_status settings_set_text(struct settings *settings, const cpk_allocator *allocator, const char *name,
                             const char *value, cpk_error **error);
/* Wipes and frees the texts. */
void settings_free(struct settings *settings, const cpk_allocator *allocator);

#endif

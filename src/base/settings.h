/* Limits and knobs: a table of int64 values with names, bounds and defaults (settings.def). */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include <contextpack/error.h>

typedef enum setting {
#define SETTING(symbol, name, default_value, minimum, maximum, summary) SETTING_##symbol,
#include "base/settings.def"
#undef SETTING
    SETTING_COUNT
} setting;

typedef struct settings {
    int64_t values[SETTING_COUNT];
} settings;

typedef struct setting_info {
    const char *name;
    int64_t default_value;
    int64_t minimum;
    int64_t maximum;
    const char *summary;
} setting_info;

void settings_init(settings *settings); /* the defaults */
const setting_info *settings_info(setting setting);
/* Sets by name. CPK_ERROR_INVALID_ARGUMENT names the setting and its bounds. */
cpk_status settings_set(settings *settings, const char *name, int64_t value, cpk_error **error);
/* SETTING_COUNT when there is none of that name. */
setting settings_find(const char *name);

#endif

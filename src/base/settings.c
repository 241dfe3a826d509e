#include "base/settings.h"

#include "base/error.h"

#include <string.h>

static const setting_info infos[SETTING_COUNT] = {
#define SETTING(symbol, name, default_value, minimum, maximum, summary)                                                \
    {name, default_value, minimum, maximum, summary},
#include "base/settings.def"
#undef SETTING
};

void settings_init(settings *settings)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        settings->values[i] = infos[i].default_value;
    }
}

const setting_info *settings_info(setting setting)
{
    return &infos[setting];
}

setting settings_find(const char *name)
{
    size_t i = 0;

    while (i < SETTING_COUNT && strcmp(infos[i].name, name) != 0) {
        i++;
    }
    return (setting)i;
}

cpk_status settings_set(settings *settings, const char *name, int64_t value, cpk_error **error)
{
    setting found = settings_find(name);

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

#include "base/settings.h"
#include "api/check.h"

#include <contextpack/engine.h>

size_t cpk_setting_count(void)
{
    return SETTING_COUNT;
}

cpk_status cpk_setting_info(size_t index, cpk_setting_details *details, cpk_error **error)
{
    const struct setting_info *info;
    cpk_setting_details result = {sizeof result, 0, NULL, NULL, 0, 0, 0};

    CPK_CHECK_ARG(details != NULL, "details", error);
    CPK_CHECK_OUT_STRUCT(details, "details", error);
    if (index >= SETTING_COUNT) {
        return error_set(error, CPK_ERROR_NOT_FOUND, "settings", "there are %d settings", (int)SETTING_COUNT);
    }
    info = settings_info((enum setting)index);
    result.name = info->name;
    result.summary = info->summary;
    result.default_value = info->default_value;
    result.minimum = info->minimum;
    result.maximum = info->maximum;
    params_write(details, &result, sizeof result);
    return CPK_OK;
}

size_t cpk_text_setting_count(void)
{
    return TEXT_SETTING_COUNT;
}

cpk_status cpk_text_setting_info(size_t index, cpk_text_setting_details *details, cpk_error **error)
{
    const struct text_setting_info *info;
    cpk_text_setting_details result = {sizeof result, 0, NULL, NULL};

    CPK_CHECK_ARG(details != NULL, "details", error);
    CPK_CHECK_OUT_STRUCT(details, "details", error);
    if (index >= TEXT_SETTING_COUNT) {
        return error_set(error, CPK_ERROR_NOT_FOUND, "settings", "there are %d text settings", (int)TEXT_SETTING_COUNT);
    }
    info = settings_text_info((enum text_setting)index);
    result.is_secret = info->is_secret;
    result.name = info->name;
    result.summary = info->summary;
    params_write(details, &result, sizeof result);
    return CPK_OK;
}

#include "payments/origin.h"

#include "base/error.h"

#include <string.h>

static int32_t is_live_key(const char *key)
{
    static const char *const prefixes[] = {"sk_live_", "rk_live_"};

    for (size_t i = 0; key != NULL && i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (strncmp(key, prefixes[i], strlen(prefixes[i])) == 0) {
            return 1;
        }
    }
    return 0;
}

static cpk_status read_mode(const struct context *context, int32_t *is_live, cpk_error **error)
{
    const char *mode = context_text_setting(context, TEXT_SETTING_STRIPE_MODE);

    *is_live = is_live_key(context_text_setting(context, TEXT_SETTING_STRIPE_SECRET_KEY));
    if (mode == NULL || mode[0] == '\0') {
        return CPK_OK;
    }
    *is_live = strcmp(mode, "live") == 0;
    return *is_live || strcmp(mode, "test") == 0
               ? CPK_OK
               : error_set(error, CPK_ERROR_INVALID_ARGUMENT, "billing", "the setting stripe.mode is live or test");
}

/* Returns 1 if the account is in the comma-separated list, or the list is "*". */
static int32_t is_listed(const char *list, const char *account)
{
    const size_t length = strlen(account);

    while (list != NULL && *list != '\0') {
        size_t word;

        list += strspn(list, ", \t\r\n");
        word = strcspn(list, ", \t\r\n");
        if ((word == 1 && list[0] == '*') || (word == length && memcmp(list, account, length) == 0)) {
            return 1;
        }
        list += word;
    }
    return 0;
}

cpk_status origin_check(const struct context *context, const struct event *event, const char **problem,
                        cpk_error **error)
{
    int32_t is_live;

    *problem = NULL;
    CPK_TRY(read_mode(context, &is_live, error));
    if (!is_live) {
        return CPK_OK;
    }
    if (!event->is_live && context_setting(context, SETTING_STRIPE_ALLOW_TEST_EVENTS) == 0) {
        *problem = "refused: an event of test mode beside a live key; stripe.allow_test_events allows it";
    } else if (event->account != NULL &&
               !is_listed(context_text_setting(context, TEXT_SETTING_STRIPE_ACCOUNTS), event->account)) {
        *problem = "refused: an event of another account; stripe.accounts allows it";
    }
    return CPK_OK;
}

#include "payments/stripe/money.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define MICROS INT64_C(1000000)

/* Stripe's lists: UGX and ISK have no decimals but two in Stripe's amounts. */
static const char ZERO_DECIMALS[][4] = {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga",
                                        "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"};
static const char THREE_DECIMALS[][4] = {"bhd", "jod", "kwd", "omr", "tnd"};
static const char TWO_THAT_ARE_ZERO[][4] = {"isk", "ugx"};

static int32_t is_among(const char *currency, const char (*list)[4], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(currency, list[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

int32_t money_decimals(const char *currency)
{
    if (currency == NULL) {
        return 2;
    }
    if (is_among(currency, ZERO_DECIMALS, sizeof ZERO_DECIMALS / sizeof ZERO_DECIMALS[0])) {
        return 0;
    }
    return is_among(currency, THREE_DECIMALS, sizeof THREE_DECIMALS / sizeof THREE_DECIMALS[0]) ? 3 : 2;
}

int64_t money_step(const char *currency)
{
    if (money_decimals(currency) == 3) {
        return 10;
    }
    return currency != NULL && is_among(currency, TWO_THAT_ARE_ZERO, 2) ? 100 : 1;
}

static int64_t micros_of_smallest(const char *currency)
{
    int64_t factor = MICROS;

    for (int32_t i = money_decimals(currency); i > 0; i--) {
        factor /= 10;
    }
    return factor;
}

int64_t money_from_micros(int64_t micros, const char *currency)
{
    const int64_t factor = micros_of_smallest(currency);
    const int64_t rest = micros % factor;

    return micros / factor + (rest >= factor / 2 + factor % 2) - (-rest >= factor / 2 + factor % 2);
}

int64_t money_to_micros(int64_t amount, const char *currency)
{
    const int64_t factor = micros_of_smallest(currency);

    if (amount > INT64_MAX / factor) {
        return INT64_MAX;
    }
    return amount < -(INT64_MAX / factor) ? -INT64_MAX : amount * factor;
}

int64_t money_share(int64_t value, int64_t part, int64_t whole)
{
    if (value <= 0 || part <= 0 || whole <= 0) {
        return 0;
    }
    if (part >= whole) {
        return value;
    }
    while (whole > INT64_MAX / value) {
        whole /= 2;
        part /= 2;
    }
    return value * part / whole;
}

const char *money_currency(const struct context *context)
{
    const char *currency = context_text_setting(context, TEXT_SETTING_BILLING_CURRENCY);

    return currency[0] != '\0' ? currency : "usd";
}

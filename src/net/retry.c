#include "net/retry.h"

#include "base/time.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct retry_policy RETRY_NEVER = {.attempts = 1};

const struct retry_policy RETRY_USUAL = {
    .attempts = 3,
    .server_errors = 1,
    .statuses = {408, 409, 429},
    .backoff_ms = 500,
    .backoff_max_ms = 8000,
    .retry_after_max_ms = 120000,
};

int64_t retry_delay_ms(const struct retry_policy *policy, int32_t attempt, double chance)
{
    int64_t delay_ms = policy->backoff_ms;

    if (attempt >= policy->attempts) {
        return RETRY_NO;
    }
    for (int32_t i = 1; i < attempt && delay_ms < policy->backoff_max_ms; i++) {
        delay_ms *= 2;
    }
    if (delay_ms > policy->backoff_max_ms) {
        delay_ms = policy->backoff_max_ms;
    }
    return (int64_t)((double)delay_ms * (1 - 0.25 * chance));
}

static int32_t status_is_listed(const struct retry_policy *policy, int32_t status)
{
    for (size_t i = 0; i < sizeof policy->statuses / sizeof policy->statuses[0] && policy->statuses[i] != 0; i++) {
        if (policy->statuses[i] == status) {
            return 1;
        }
    }
    return policy->server_errors && status >= 500;
}

static int32_t wants_retry(const struct retry_policy *policy, const struct retry_answer *answer)
{
    if (answer->verdict != NULL && strcmp(answer->verdict, "true") == 0) {
        return 1;
    }
    if (answer->verdict != NULL && strcmp(answer->verdict, "false") == 0) {
        return 0;
    }
    return status_is_listed(policy, answer->status);
}

/* Parses a non-negative decimal number; returns -1 on failure. Not strtod(), which depends on the host's locale. */
static double read_number(const char *text)
{
    double number = 0;
    double place = 1;

    if (text == NULL || text[0] < '0' || text[0] > '9') {
        return -1;
    }
    while (*text >= '0' && *text <= '9') {
        number = number * 10 + (*text++ - '0');
    }
    if (*text == '.') {
        text++;
        while (*text >= '0' && *text <= '9') {
            place /= 10;
            number += place * (*text++ - '0');
        }
    }
    return *text == '\0' && isfinite(number) ? number : -1;
}

int64_t retry_parse_date(const char *text)
{
    static const char MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char iso[TIME_TEXT_BYTES];
    char month[4] = "";
    const char *found;

    if (text == NULL || strlen(text) != strlen("Tue, 14 Nov 2023 22:13:30 GMT") || strcmp(text + 25, " GMT") != 0) {
        return CPK_TIME_UNKNOWN;
    }
    memcpy(month, text + 8, 3);
    found = strstr(MONTHS, month);
    if (found == NULL || (found - MONTHS) % 3 != 0) {
        return CPK_TIME_UNKNOWN;
    }
    snprintf(iso, sizeof iso, "%.4s-%02d-%.2sT%.8sZ", text + 12, (int)((found - MONTHS) / 3 + 1), text + 5, text + 17);
    return time_parse_iso(iso, strlen(iso));
}

/* Returns the delay that the server requests in milliseconds, or -1. */
static double requested_delay_ms(const struct retry_answer *answer, int64_t now_us)
{
    double requested_ms = read_number(answer->retry_after_ms);
    int64_t date_us;

    if (requested_ms >= 0) {
        return requested_ms;
    }
    requested_ms = read_number(answer->retry_after);
    if (requested_ms >= 0) {
        return requested_ms * 1000;
    }
    date_us = retry_parse_date(answer->retry_after);
    if (date_us == CPK_TIME_UNKNOWN) {
        return -1;
    }
    requested_ms = (double)(date_us - now_us) / 1000;
    return requested_ms > 0 ? requested_ms : 0;
}

int64_t retry_after_answer_ms(const struct retry_policy *policy, const struct retry_answer *answer, int32_t attempt,
                              int64_t now_us, double chance)
{
    int64_t delay_ms = retry_delay_ms(policy, attempt, chance);
    double requested_ms = requested_delay_ms(answer, now_us);

    if (delay_ms == RETRY_NO || !wants_retry(policy, answer)) {
        return RETRY_NO;
    }
    if (requested_ms < 0) {
        return delay_ms;
    }
    return requested_ms > (double)policy->retry_after_max_ms ? RETRY_NO : (int64_t)ceil(requested_ms);
}

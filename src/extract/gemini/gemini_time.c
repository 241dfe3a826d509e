#include "base/time.h"
#include "extract/gemini/gemini_internal.h"

#include <string.h>
#include <strings.h>

#define TEXT_BYTES_MAX 80 /* longer lines are no times */

/* What was found of a time; -1: not yet. */
struct found {
    int32_t year;
    int32_t month;
    int32_t day;
    int32_t hour;
    int32_t minute;
    int32_t second;
    int32_t afternoon; /* 1 PM, 0 AM */
    int32_t zone_minutes;
};

/* Starts of the names of months, in languages that write them with Latin letters. */
static const struct {
    const char *start;
    int32_t month;
} months[] = {{"jan", 1},
              {"ene", 1},
              {"gen", 1},
              {"feb", 2},
              {"fev", 2},
              {"f\xC3\xA9v", 2},
              {"mar", 3},
              {"m\xC3\xA4r", 3},
              {"mrt", 3},
              {"maart", 3},
              {"apr", 4},
              {"avr", 4},
              {"abr", 4},
              {"may", 5},
              {"mai", 5},
              {"mag", 5},
              {"mei", 5},
              {"juin", 6},
              {"jun", 6},
              {"giu", 6},
              {"juil", 7},
              {"jul", 7},
              {"lug", 7},
              {"aug", 8},
              {"ao", 8},
              {"ago", 8},
              {"sep", 9},
              {"set", 9},
              {"oct", 10},
              {"okt", 10},
              {"out", 10},
              {"ott", 10},
              {"nov", 11},
              {"dec", 12},
              {"dez", 12},
              {"d\xC3\xA9"
               "c",
               12},
              {"dic", 12}};

/* Minutes east of UTC. */
static const struct {
    const char *name;
    int32_t minutes;
} zones[] = {{"UTC", 0},    {"GMT", 0},    {"Z", 0},      {"WET", 0},    {"WEST", 60},  {"BST", 60},    {"CET", 60},
             {"CEST", 120}, {"MEZ", 60},   {"MESZ", 120}, {"EET", 120},  {"EEST", 180}, {"MSK", 180},   {"SAST", 120},
             {"IST", 330},  {"SGT", 480},  {"HKT", 480},  {"AWST", 480}, {"JST", 540},  {"KST", 540},   {"ACST", 570},
             {"ACDT", 630}, {"AEST", 600}, {"AEDT", 660}, {"NZST", 720}, {"NZDT", 780}, {"BRT", -180},  {"ART", -180},
             {"NST", -210}, {"NDT", -150}, {"AST", -240}, {"ADT", -180}, {"EST", -300}, {"EDT", -240},  {"CST", -360},
             {"CDT", -300}, {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420}, {"AKST", -540}, {"AKDT", -480},
             {"HST", -600}};

/* Replaces separators by spaces: commas, and the narrow and the fixed space. */
static void copy_plain(char target[TEXT_BYTES_MAX + 1], const char *text, size_t length)
{
    size_t to = 0;

    for (size_t at = 0; at < length; at++) {
        if (length - at >= 3 && memcmp(text + at, "\xE2\x80\xAF", 3) == 0) {
            target[to++] = ' ';
            at += 2;
        } else if (length - at >= 2 && memcmp(text + at, "\xC2\xA0", 2) == 0) {
            target[to++] = ' ';
            at++;
        } else if (length - at >= 3 &&
                   (memcmp(text + at, "\xE5\xB9\xB4", 3) == 0 || memcmp(text + at, "\xE6\x9C\x88", 3) == 0)) {
            target[to++] = '/'; /* year and month, as in Chinese and Japanese */
            at += 2;
        } else if (length - at >= 3 && memcmp(text + at, "\xE6\x97\xA5", 3) == 0) {
            target[to++] = ' ';
            at += 2;
        } else {
            target[to++] = text[at] == ',' || text[at] == '\t' ? ' ' : text[at];
        }
    }
    target[to] = '\0';
}

/* Reads up to three numbers of at most four digits with one of `marks` between them. Returns how many there are;
 * *end is then after the last one. */
static size_t read_numbers(const char *text, const char *marks, int32_t numbers[3], const char **end)
{
    size_t count = 0;
    const char *at = text;

    while (count < 3) {
        int32_t number = 0;
        size_t digits = 0;

        for (; *at >= '0' && *at <= '9' && digits < 4; digits++, at++) {
            number = number * 10 + (*at - '0');
        }
        if (digits == 0) {
            break;
        }
        numbers[count++] = number;
        *end = at;
        if (*at == '\0' || strchr(marks, *at) == NULL) {
            break;
        }
        at++;
    }
    return count;
}

/* "GMT+5:30", "UTC-8", or a name. */
static int32_t take_zone(struct found *found, const char *token)
{
    int32_t numbers[3] = {0, 0, 0};
    const char *end = token;

    if ((strncmp(token, "GMT", 3) == 0 || strncmp(token, "UTC", 3) == 0) && (token[3] == '+' || token[3] == '-') &&
        read_numbers(token + 4, ":", numbers, &end) >= 1) {
        found->zone_minutes = (numbers[0] * 60 + numbers[1]) * (token[3] == '-' ? -1 : 1);
        return 1;
    }
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        if (strcmp(token, zones[i].name) == 0) {
            found->zone_minutes = zones[i].minutes;
            return 1;
        }
    }
    return 0;
}

static int32_t take_month(struct found *found, const char *token)
{
    for (size_t i = 0; found->month < 0 && i < sizeof months / sizeof months[0]; i++) {
        if (strncasecmp(token, months[i].start, strlen(months[i].start)) == 0) {
            found->month = months[i].month;
            return 1;
        }
    }
    return 0;
}

/* "13.11.2025", "13/11/2025", "2025-11-13", "2025/11/13". A month after the day: only American dates have them the
 * other way round, and those of Takeout are in words. */
static int32_t take_date(struct found *found, const char *token)
{
    int32_t numbers[3];
    const char *end = token;

    if (read_numbers(token, "./-", numbers, &end) != 3 || (*end != '\0' && *end != '.')) {
        return 0;
    }
    found->year = numbers[0] > 31 ? numbers[0] : numbers[2];
    found->month = numbers[1];
    found->day = numbers[0] > 31 ? numbers[2] : numbers[0];
    return 1;
}

static int32_t take_time(struct found *found, const char *token)
{
    int32_t numbers[3] = {0, 0, 0};
    const char *end = token;

    if (strchr(token, ':') == NULL || read_numbers(token, ":", numbers, &end) < 2) {
        return 0;
    }
    found->hour = numbers[0];
    found->minute = numbers[1];
    found->second = numbers[2];
    return 1;
}

static int32_t take_number(struct found *found, const char *token)
{
    int32_t numbers[3];
    const char *end = token;

    if (read_numbers(token, "", numbers, &end) != 1 || (*end != '\0' && *end != '.')) {
        return 0;
    }
    if (numbers[0] > 31) {
        found->year = numbers[0];
    } else {
        found->day = numbers[0];
    }
    return 1;
}

static void take_token(struct found *found, const char *token)
{
    if (strcasecmp(token, "AM") == 0 || strcasecmp(token, "a.m.") == 0) {
        found->afternoon = 0;
    } else if (strcasecmp(token, "PM") == 0 || strcasecmp(token, "p.m.") == 0) {
        found->afternoon = 1;
    } else if (!take_zone(found, token) && !take_time(found, token) && !take_date(found, token) &&
               !take_number(found, token)) {
        (void)take_month(found, token);
    }
}

static int64_t time_of(const struct found *found)
{
    int64_t hour = found->hour;
    int64_t days;
    int64_t seconds;
    int64_t time_us;

    if (found->year < 1990 || found->month < 1 || found->month > 12 || found->day < 1 || found->day > 31 ||
        found->hour < 0 || found->hour > 24 || found->minute > 59 || found->second > 60) {
        return CPK_TIME_UNKNOWN;
    }
    if (found->afternoon >= 0) {
        hour = hour % 12 + 12 * found->afternoon;
    }
    days = time_days_from_civil(found->year, found->month, found->day);
    seconds = days * 86400 + hour * 3600 + (int64_t)(found->minute - found->zone_minutes) * 60 + found->second;
    time_us = seconds * 1000000;
    return time_is_plausible(time_us) ? time_us : CPK_TIME_UNKNOWN;
}

int64_t gemini_time_parse(const char *text, size_t length)
{
    struct found found = {-1, -1, -1, -1, 0, 0, -1, 0};
    char plain[TEXT_BYTES_MAX + 1];
    char *rest = plain;
    char *token;

    if (length > TEXT_BYTES_MAX) {
        return CPK_TIME_UNKNOWN;
    }
    copy_plain(plain, text, length);
    while ((token = strsep(&rest, " ")) != NULL) {
        if (*token != '\0') {
            take_token(&found, token);
        }
    }
    return time_of(&found);
}

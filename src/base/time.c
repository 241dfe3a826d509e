#include "base/time.h"

#include <string.h>
#include <time.h>

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_DAY    (INT64_C(86400) * US_PER_SECOND)

#define YEAR_1_S      INT64_C(-62135596800)
#define YEAR_1990_S   INT64_C(631152000)
#define YEAR_2200_S   INT64_C(7258118400)
#define YEAR_10000_S  INT64_C(253402300800)

struct civil {
    int64_t year;
    int32_t month;
    int32_t day;
    int64_t us_of_day;
};

/* Conversion between days and dates: Howard Hinnant, "chrono-compatible low-level date algorithms". */
int64_t time_days_from_civil(int64_t year, int32_t month, int32_t day)
{
    int64_t shifted = month <= 2 ? year - 1 : year;
    int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    int64_t year_of_era = shifted - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

static struct civil civil_from_time(int64_t time_us)
{
    struct civil result;
    int64_t days = time_us / US_PER_DAY;
    int64_t era;
    int64_t day_of_era;
    int64_t year_of_era;
    int64_t day_of_year;
    int64_t shifted_month;

    result.us_of_day = time_us % US_PER_DAY;
    if (result.us_of_day < 0) {
        result.us_of_day += US_PER_DAY;
        days--;
    }
    days += 719468;
    era = (days >= 0 ? days : days - 146096) / 146097;
    day_of_era = days - era * 146097;
    year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    shifted_month = (5 * day_of_year + 2) / 153;
    result.day = (int32_t)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    result.month = (int32_t)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    result.year = year_of_era + era * 400 + (result.month <= 2);
    return result;
}

int64_t time_clamp(int64_t time_us)
{
    if (time_us == CPK_TIME_UNKNOWN) {
        return time_us;
    }
    return time_us < TIME_FIRST_US ? TIME_FIRST_US : time_us > TIME_LAST_US ? TIME_LAST_US : time_us;
}

/* Writes the last `count` decimal digits of a number. */
static char *put_digits(char *to, uint32_t number, size_t count)
{
    for (size_t i = count; i > 0; i--) {
        to[i - 1] = (char)('0' + number % 10);
        number /= 10;
    }
    return to + count;
}

static char *put_part(char *to, uint32_t number, size_t count, char separator)
{
    to = put_digits(to, number, count);
    *to = separator;
    return to + 1;
}

void time_format_iso(int64_t time_us, char text[TIME_TEXT_BYTES])
{
    uint32_t seconds;
    struct civil at;
    char *to = text;

    text[0] = '\0';
    if (time_us == CPK_TIME_UNKNOWN) {
        return;
    }
    at = civil_from_time(time_us);
    seconds = (uint32_t)(at.us_of_day / US_PER_SECOND);
    to = put_part(to, (uint32_t)at.year, 4, '-');
    to = put_part(to, (uint32_t)at.month, 2, '-');
    to = put_part(to, (uint32_t)at.day, 2, 'T');
    to = put_part(to, seconds / 3600, 2, ':');
    to = put_part(to, seconds / 60 % 60, 2, ':');
    to = put_part(to, seconds % 60, 2, '.');
    to = put_part(to, (uint32_t)(at.us_of_day % US_PER_SECOND), 6, 'Z');
    *to = '\0';
}

void time_format_minute(int64_t time_us, char text[TIME_TEXT_BYTES])
{
    time_format_iso(time_us, text);
    if (text[0] != '\0') {
        text[10] = ' ';
        text[16] = '\0';
    }
}

void time_format_date(int64_t time_us, char text[TIME_TEXT_BYTES])
{
    time_format_iso(time_us, text);
    if (text[0] != '\0') {
        text[10] = '\0';
    }
}

struct scanner {
    const char *at;
    const char *end;
};

static int32_t scan_digits(struct scanner *scan, int32_t count, int32_t *value)
{
    *value = 0;
    for (int32_t i = 0; i < count; i++) {
        if (scan->at == scan->end || *scan->at < '0' || *scan->at > '9') {
            return 0;
        }
        *value = *value * 10 + (*scan->at++ - '0');
    }
    return 1;
}

static int32_t scan_byte(struct scanner *scan, const char *any_of)
{
    if (scan->at == scan->end || *scan->at == '\0' || strchr(any_of, *scan->at) == NULL) {
        return 0;
    }
    scan->at++;
    return 1;
}

static int32_t scan_fraction(struct scanner *scan, int64_t *us)
{
    int64_t unit = US_PER_SECOND / 10;

    *us = 0;
    if (scan->at == scan->end || *scan->at < '0' || *scan->at > '9') {
        return 0;
    }
    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9') {
        *us += (*scan->at++ - '0') * unit;
        unit /= 10;
    }
    return 1;
}

static int32_t scan_zone(struct scanner *scan, int64_t *offset_us)
{
    int32_t sign;
    int32_t hours;
    int32_t minutes = 0;

    *offset_us = 0;
    if (scan->at == scan->end || scan_byte(scan, "Zz")) {
        return scan->at == scan->end;
    }
    sign = *scan->at == '-' ? -1 : 1;
    if (!scan_byte(scan, "+-") || !scan_digits(scan, 2, &hours)) {
        return 0;
    }
    if (scan->at < scan->end) {
        scan_byte(scan, ":");
        if (!scan_digits(scan, 2, &minutes)) {
            return 0;
        }
    }
    *offset_us = sign * (hours * INT64_C(3600) + minutes * INT64_C(60)) * US_PER_SECOND;
    return scan->at == scan->end && hours < 24 && minutes < 60;
}

static int32_t scan_clock(struct scanner *scan, int64_t *us_of_day)
{
    int32_t hour;
    int32_t minute;
    int32_t second = 0;
    int64_t fraction_us = 0;

    if (!scan_digits(scan, 2, &hour) || !scan_byte(scan, ":") || !scan_digits(scan, 2, &minute)) {
        return 0;
    }
    if (scan_byte(scan, ":") && !scan_digits(scan, 2, &second)) {
        return 0;
    }
    if (scan_byte(scan, ".,") && !scan_fraction(scan, &fraction_us)) {
        return 0;
    }
    *us_of_day = (hour * INT64_C(3600) + minute * INT64_C(60) + second) * US_PER_SECOND + fraction_us;
    return hour <= 24 && minute < 60 && second <= 60;
}

int64_t time_parse_iso(const char *text, size_t length)
{
    struct scanner scan = {text, text + length};
    int32_t year;
    int32_t month;
    int32_t day;
    int64_t us_of_day = 0;
    int64_t offset_us = 0;
    int64_t time_us;

    if (!scan_digits(&scan, 4, &year) || !scan_byte(&scan, "-") || !scan_digits(&scan, 2, &month) ||
        !scan_byte(&scan, "-") || !scan_digits(&scan, 2, &day) || month < 1 || month > 12 || day < 1 || day > 31) {
        return CPK_TIME_UNKNOWN;
    }
    if (scan.at < scan.end) {
        if (!scan_byte(&scan, "Tt ") || !scan_clock(&scan, &us_of_day)) {
            return CPK_TIME_UNKNOWN;
        }
        if (scan.at < scan.end && *scan.at == ' ') {
            scan.at++;
        }
        if (!scan_zone(&scan, &offset_us)) {
            return CPK_TIME_UNKNOWN;
        }
    }
    time_us = time_days_from_civil(year, month, day) * US_PER_DAY + us_of_day - offset_us;
    return time_is_shown(time_us) ? time_us : CPK_TIME_UNKNOWN;
}

int32_t time_is_shown(int64_t time_us)
{
    return time_us >= YEAR_1_S * US_PER_SECOND && time_us < YEAR_10000_S * US_PER_SECOND;
}

int32_t time_is_plausible(int64_t time_us)
{
    return time_us >= YEAR_1990_S * US_PER_SECOND && time_us < YEAR_2200_S * US_PER_SECOND;
}

int64_t time_between(int64_t from_us, int64_t until_us)
{
    int64_t difference;

    if (from_us == CPK_TIME_UNKNOWN || until_us == CPK_TIME_UNKNOWN || until_us <= from_us) {
        return 0;
    }
    return __builtin_sub_overflow(until_us, from_us, &difference) ? INT64_MAX : difference;
}

int64_t time_add(int64_t time_us, int64_t by_us)
{
    int64_t sum;

    if (time_us == CPK_TIME_UNKNOWN) {
        return CPK_TIME_UNKNOWN;
    }
    if (__builtin_add_overflow(time_us, by_us, &sum)) {
        return by_us > 0 ? INT64_MAX : CPK_TIME_UNKNOWN + 1;
    }
    return sum == CPK_TIME_UNKNOWN ? CPK_TIME_UNKNOWN + 1 : sum;
}

int64_t time_from_number(double number)
{
    static const double units[] = {1e6, 1e3, 1.0, 1e-3}; /* seconds, ms, us, ns */

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        double us = number * units[i];

        if (us >= (double)YEAR_1990_S * 1e6 && us < (double)YEAR_2200_S * 1e6) {
            return (int64_t)(us + 0.5);
        }
    }
    return CPK_TIME_UNKNOWN;
}

int64_t time_monotonic_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

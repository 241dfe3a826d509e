#include "terminal/format.h"

#include <contextpack/base.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

const char *format_count(char text[FORMAT_NUMBER_BYTES], int64_t count)
{
    char digits[FORMAT_NUMBER_BYTES];
    uint64_t magnitude = count < 0 ? 0 - (uint64_t)count : (uint64_t)count;
    size_t length = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)magnitude);
    size_t used = 0;

    if (count < 0) {
        text[used++] = '-';
    }
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            text[used++] = ',';
        }
        text[used++] = digits[i];
    }
    text[used] = '\0';
    return text;
}

const char *format_size(char text[FORMAT_NUMBER_BYTES], int64_t size_bytes)
{
    static const char *const UNITS[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    double size = (double)size_bytes / 1000.0;
    size_t unit = 0;

    if (size_bytes < 0) {
        snprintf(text, FORMAT_NUMBER_BYTES, "-");
        return text;
    }
    if (size_bytes < 1000) {
        snprintf(text, FORMAT_NUMBER_BYTES, "%d B", (int)size_bytes);
        return text;
    }
    while (size >= 999.95 && unit + 1 < sizeof UNITS / sizeof UNITS[0]) {
        size /= 1000.0;
        unit++;
    }
    snprintf(text, FORMAT_NUMBER_BYTES, "%.1f %s", size, UNITS[unit]);
    return text;
}

/* Splits a time into whole seconds, rounded down also before 1970, and the remaining microseconds. */
static time_t split_time(int64_t time_us, int32_t *fraction_us)
{
    int64_t seconds = time_us / 1000000;
    int64_t rest = time_us % 1000000;

    if (rest < 0) {
        rest += 1000000;
        seconds--;
    }
    *fraction_us = (int32_t)rest;
    return (time_t)seconds;
}

/* Writes `count` digits and a mark; exports have millions of times. */
static char *put_digits(char *to, int32_t number, int32_t count, char mark)
{
    for (int32_t i = count - 1; i >= 0; i--, number /= 10) {
        to[i] = (char)('0' + number % 10);
    }
    to[count] = mark;
    return to + count + 1;
}

const char *format_time_iso(char text[FORMAT_TIME_BYTES], int64_t time_us)
{
    struct tm parts = {0};
    int32_t fraction_us = 0;
    time_t seconds = split_time(time_us, &fraction_us);
    char *at;

    if (gmtime_r(&seconds, &parts) == NULL) {
        text[0] = '\0';
        return text;
    }
    at = put_digits(text, parts.tm_year + 1900, 4, '-');
    at = put_digits(at, parts.tm_mon + 1, 2, '-');
    at = put_digits(at, parts.tm_mday, 2, 'T');
    at = put_digits(at, parts.tm_hour, 2, ':');
    at = put_digits(at, parts.tm_min, 2, ':');
    at = put_digits(at, parts.tm_sec, 2, fraction_us == 0 ? 'Z' : '.');
    if (fraction_us != 0) {
        at = fraction_us % 1000 == 0 ? put_digits(at, fraction_us / 1000, 3, 'Z') : put_digits(at, fraction_us, 6, 'Z');
    }
    *at = '\0';
    return text;
}

const char *format_time_local(char text[FORMAT_TIME_BYTES], int64_t time_us)
{
    struct tm parts = {0};
    int32_t fraction_us = 0;
    time_t seconds = 0;

    if (time_us != CPK_TIME_UNKNOWN) {
        seconds = split_time(time_us, &fraction_us);
    }
    if (time_us == CPK_TIME_UNKNOWN || localtime_r(&seconds, &parts) == NULL ||
        strftime(text, FORMAT_TIME_BYTES, "%Y-%m-%d %H:%M", &parts) == 0) {
        snprintf(text, FORMAT_TIME_BYTES, "-");
    }
    return text;
}

const char *format_dollars(char text[FORMAT_NUMBER_BYTES], int64_t micros)
{
    uint64_t magnitude = micros < 0 ? 0 - (uint64_t)micros : (uint64_t)micros;
    unsigned long long dollars = magnitude / 1000000;
    unsigned long long rest = magnitude % 1000000;

    if (rest % 10000 == 0) {
        snprintf(text, FORMAT_NUMBER_BYTES, "%s$%llu.%02llu", micros < 0 ? "-" : "", dollars, rest / 10000);
    } else {
        snprintf(text, FORMAT_NUMBER_BYTES, "%s$%llu.%06llu", micros < 0 ? "-" : "", dollars, rest);
    }
    return text;
}

const char *format_money(char text[FORMAT_NUMBER_BYTES], int64_t micros, const char *currency)
{
    char dollars[FORMAT_NUMBER_BYTES];
    const char *number = format_dollars(dollars, micros);

    snprintf(text, FORMAT_NUMBER_BYTES, "%s%s %.8s", micros < 0 ? "-" : "", number + (micros < 0 ? 2 : 1), currency);
    return text;
}

bool format_read_time(const char *text, int64_t *time_us)
{
    struct tm parts;
    const char *end;

    memset(&parts, 0, sizeof parts);
    end = strptime(text, "%Y-%m-%d", &parts);
    if (end != NULL && *end == 'T') {
        end = strptime(end, "T%H:%M:%SZ", &parts);
    }
    if (end == NULL || *end != '\0' || parts.tm_year < 70 || parts.tm_year > 300) {
        return false;
    }
    *time_us = (int64_t)timegm(&parts) * 1000000;
    return true;
}

const char *format_plural(int64_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

/* Length of the UTF-8 sequence that starts here, or 0 if it is ill-formed. */
static size_t sequence_length(const unsigned char *bytes)
{
    size_t length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xc2 ? 0 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;

    if (length == 0 || bytes[0] > 0xf4) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    if ((bytes[0] == 0xe0 && bytes[1] < 0xa0) || (bytes[0] == 0xed && bytes[1] > 0x9f) ||
        (bytes[0] == 0xf0 && bytes[1] < 0x90) || (bytes[0] == 0xf4 && bytes[1] > 0x8f)) {
        return 0;
    }
    return length;
}

size_t format_utf8_length(const char *text)
{
    size_t at = 0;

    while (text[at] != '\0') {
        size_t length = sequence_length((const unsigned char *)text + at);

        if (length == 0) {
            break;
        }
        at += length;
    }
    return at;
}

size_t format_width(const char *text)
{
    size_t width = 0;

    for (; *text != '\0'; text++) {
        width += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return width;
}

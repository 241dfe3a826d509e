/* Times in microseconds since 1970 UTC and their text forms. Independent of locale and time zone. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <contextpack/base.h>

/* First and last time with a four-digit year: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z. */
#define TIME_FIRST_US   INT64_C(-62135596800000000)
#define TIME_LAST_US    INT64_C(253402300799999999)
#define TIME_TEXT_BYTES 32 /* fits every format below, with the NUL */

void time_format_iso(int64_t time_us, char text[TIME_TEXT_BYTES]);    /* "2024-03-01T10:22:05.123456Z"; "" if unknown */
void time_format_date(int64_t time_us, char text[TIME_TEXT_BYTES]);   /* "2024-03-01"; "" if unknown */
void time_format_minute(int64_t time_us, char text[TIME_TEXT_BYTES]); /* "2024-03-01 10:22"; "" if unknown */

/* ISO 8601: date, optional time ('T' or ' '), optional fraction, optional zone (Z, +hh:mm, +hhmm, +hh; default UTC).
 * CPK_TIME_UNKNOWN if the text is not one or the time is outside time_is_shown(). */
int64_t time_parse_iso(const char *text, size_t length);

/* The nearest time from TIME_FIRST_US to TIME_LAST_US; CPK_TIME_UNKNOWN is returned unchanged. */
int64_t time_clamp(int64_t time_us);

/* Seconds, milliseconds, microseconds or nanoseconds since 1970, distinguished by magnitude; CPK_TIME_UNKNOWN outside
 * the years 1990 to 2200. */
int64_t time_from_number(double number);

/* 0001-01-01 to 9999-12-31: the range that the formats above and both databases support. */
int32_t time_is_shown(int64_t time_us);

/* 1990 to 2200: the accepted range for times of messages. */
int32_t time_is_plausible(int64_t time_us);

/* Microseconds from one time to a later one, at most INT64_MAX; 0 when either is unknown or `until_us` is not later. */
int64_t time_between(int64_t from_us, int64_t until_us);

/* time_us + by_us, saturating within the valid range; CPK_TIME_UNKNOWN is returned unchanged. */
int64_t time_add(int64_t time_us, int64_t by_us);

/* Monotonic time for deadlines and durations, from an unspecified start; unaffected by changes of the system clock. */
int64_t time_monotonic_us(void);

int64_t time_days_from_civil(int64_t year, int32_t month, int32_t day); /* days since 1970-01-01, proleptic Gregorian */

#endif

/* Times as microseconds since 1970 UTC, to and from text; no locale, no time zone of the machine. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <contextpack/base.h>

/* Times that a date with a year of four digits can name: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z. */
#define TIME_FIRST_US   INT64_C(-62135596800000000)
#define TIME_LAST_US    INT64_C(253402300799999999)
#define TIME_TEXT_BYTES 32 /* room for every format below, with the NUL */

void time_format_iso(int64_t time_us, char text[TIME_TEXT_BYTES]);    /* "2024-03-01T10:22:05.123456Z"; "" if unknown */
void time_format_date(int64_t time_us, char text[TIME_TEXT_BYTES]);   /* "2024-03-01"; "" if unknown */
void time_format_minute(int64_t time_us, char text[TIME_TEXT_BYTES]); /* "2024-03-01 10:22"; "" if unknown */

/* ISO 8601: date, optional time ('T' or ' '), optional fraction, optional zone (Z, +hh:mm, +hhmm, +hh; none is UTC).
 * CPK_TIME_UNKNOWN when it is not one, or time_is_shown() is 0 for it. */
int64_t time_parse_iso(const char *text, size_t length);

/* The nearest time within TIME_FIRST_US to TIME_LAST_US; CPK_TIME_UNKNOWN stays. */
int64_t time_clamp(int64_t time_us);

/* Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size; CPK_TIME_UNKNOWN outside the
 * years 1990 to 2200. */
int64_t time_from_number(double number);

/* From 0001-01-01 to 9999-12-31: what the formats above, and both databases, can show. */
int32_t time_is_shown(int64_t time_us);

/* From 1990 to 2200, as times of messages are. */
int32_t time_is_plausible(int64_t time_us);

/* Microseconds from one time to a later one, at most INT64_MAX; 0 when either is unknown or `until_us` is not later. */
int64_t time_between(int64_t from_us, int64_t until_us);

/* Moved by so much, and no further than the first or last time but CPK_TIME_UNKNOWN; unknown stays unknown. */
int64_t time_add(int64_t time_us, int64_t by_us);

/* Microseconds since some moment before this process: for deadlines and durations, because no setting of a clock
 * changes it. */
int64_t time_monotonic_us(void);

int64_t time_days_from_civil(int64_t year, int32_t month, int32_t day); /* days since 1970-01-01, proleptic */

#endif

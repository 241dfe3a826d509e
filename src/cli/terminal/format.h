/* Formats numbers, sizes and times for people. */
#ifndef CLI_TERMINAL_FORMAT_H
#define CLI_TERMINAL_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FORMAT_TIME_BYTES   40
#define FORMAT_NUMBER_BYTES 32

/* All return `text`. */
const char *format_count(char text[FORMAT_NUMBER_BYTES], int64_t count);     /* "1,234,567" */
const char *format_size(char text[FORMAT_NUMBER_BYTES], int64_t size_bytes); /* "12.3 MB"; "-" below 0 */
const char *format_time_iso(char text[FORMAT_TIME_BYTES],
                            int64_t time_us); /* "2024-01-02T03:04:05Z", with its fraction */
const char *format_time_local(char text[FORMAT_TIME_BYTES], int64_t time_us); /* "2024-01-02 03:04"; "-" when unknown */
const char *format_dollars(char text[FORMAT_NUMBER_BYTES], int64_t micros);   /* "$1.25" */

/* "1.25 eur" */
const char *format_money(char text[FORMAT_NUMBER_BYTES], int64_t micros, const char *currency);

/* Reads "2026-01-31" or "2026-01-31T12:00:00Z" (UTC) into microseconds since 1970. Returns false for other texts. */
bool format_read_time(const char *text, int64_t *time_us);

/* Returns "message" for 1 and "messages" for other counts. */
const char *format_plural(int64_t count, const char *one, const char *many);

/* Number of bytes of `text` before the first ill-formed UTF-8 sequence. */
size_t format_utf8_length(const char *text);

/* Width of a text in columns: its number of code points. */
size_t format_width(const char *text);

#endif

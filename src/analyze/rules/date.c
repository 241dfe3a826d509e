#include "analyze/rules/date.h"

#include "base/time.h"

#include <stdlib.h>

#define DAY_US INT64_C(86400000000)

struct calendar_date {
    int64_t year; /* 0: not said */
    int32_t month;
    int32_t day;
};

static void read_date_words(const struct rule_sentence *sentence, const struct capture *when,
                            struct calendar_date *date)
{
    for (size_t i = when->start; i < when->end; i++) {
        const struct rule_word *word = &sentence->words[i];

        if ((word->classes & CLASS_MONTH) != 0) {
            date->month = (int32_t)strtol(word->gloss, NULL, 10);
        } else if ((word->flags & WORD_NUMBER) != 0) {
            long number = strtol(word->key, NULL, 10); /* "12th" too */

            date->year = number > 1990 && number < 2200 ? number : date->year;
            date->day = number >= 1 && number <= 31 ? (int32_t)number : date->day;
        }
    }
}

/* The first instant after the date. */
static int64_t after_date(const struct calendar_date *date, int64_t year)
{
    int32_t month = date->month == 0 ? 12 : date->month;
    int64_t days;

    if (date->day != 0 && date->month != 0) {
        days = time_days_from_civil(year, month, date->day) + 1;
    } else {
        days = time_days_from_civil(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1);
    }
    return days * DAY_US;
}

int64_t date_end(const struct rule_sentence *sentence, const struct capture *when, int64_t from_us)
{
    struct calendar_date date = {0, 0, 0};
    int64_t year;

    read_date_words(sentence, when, &date);
    if (date.year != 0) {
        return after_date(&date, date.year) - 1;
    }
    if (from_us == CPK_TIME_UNKNOWN || date.month == 0) {
        return CPK_TIME_UNKNOWN;
    }
    for (year = 1990; year < 2200 && after_date(&date, year) <= from_us; year++) {
    }
    return after_date(&date, year) - 1;
}

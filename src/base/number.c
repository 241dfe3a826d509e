#include "base/number.h"

#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static locale_t c_locale;

static void create_c_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* static in glibc and musl: allocates nothing */
}

static locale_t get_c_locale(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, create_c_locale);
    return c_locale;
}

double number_read(const char *text, char **end)
{
    locale_t locale = get_c_locale();

    return locale != (locale_t)0 ? strtod_l(text, end, locale) : strtod(text, end);
}

void number_write(double value, int digits, char text[NUMBER_TEXT_BYTES])
{
    locale_t locale = get_c_locale();
    locale_t earlier = locale != (locale_t)0 ? uselocale(locale) : (locale_t)0;

    snprintf(text, NUMBER_TEXT_BYTES, "%.*g", digits, value);
    if (earlier != (locale_t)0) {
        uselocale(earlier);
    }
}

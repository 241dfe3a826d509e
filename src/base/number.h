#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

/* Decimal numbers as text, with a decimal point in every locale of the host: strtod() and printf() use the locale's. */

#define NUMBER_TEXT_BYTES 32

/* Like strtod(). `end` may be NULL. */
double number_read(const char *text, char **end);

/* With at most `digits` significant digits, 1 to 17. */
void number_write(double value, int digits, char text[NUMBER_TEXT_BYTES]);

#endif

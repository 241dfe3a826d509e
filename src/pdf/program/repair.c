/* A document whose end is missing has no trailer, and PDFium then does not look for the catalogue. It gets one. */
#include "pdf/program/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CATALOG_BYTES_MAX 4096 /* from the object's start to its type */
#define TRAILER_BYTES_MAX 128

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The number of the object whose keyword "obj" stands at `at`; 0 if there is none. */
static unsigned long object_number(const char *data, size_t at)
{
    size_t start = at;
    unsigned long number = 0;

    while (start > 0 && is_space(data[start - 1])) {
        start--;
    }
    while (start > 0 && is_digit(data[start - 1])) { /* the generation */
        start--;
    }
    while (start > 0 && is_space(data[start - 1])) {
        start--;
    }
    while (start > 0 && is_digit(data[start - 1])) {
        start--;
    }
    while (is_digit(data[start]) && number < 100000000) {
        number = number * 10 + (unsigned long)(data[start++] - '0');
    }
    return number;
}

/* The number of the last object of the type Catalog; 0: none. */
static unsigned long find_catalog(const char *data, size_t length)
{
    unsigned long found = 0;
    const char *at = data;

    while ((at = memmem(at, length - (size_t)(at - data), "/Catalog", 8)) != NULL) {
        size_t end = (size_t)(at - data);
        size_t start = end > CATALOG_BYTES_MAX ? end - CATALOG_BYTES_MAX : 0;

        for (size_t i = end; i > start + 4; i--) {
            if (memcmp(data + i - 4, " obj", 4) == 0) {
                found = object_number(data, i - 3);
                break;
            }
        }
        at += 8;
    }
    return found;
}

char *repair_trailer(const char *data, size_t length, size_t *repaired_length)
{
    unsigned long catalog = find_catalog(data, length);
    char *repaired = catalog > 0 ? malloc(length + TRAILER_BYTES_MAX) : NULL;
    int added;

    if (repaired == NULL) {
        return NULL;
    }
    memcpy(repaired, data, length);
    added = snprintf(repaired + length, TRAILER_BYTES_MAX,
                     "\nendstream\nendobj\ntrailer\n<< /Root %lu 0 R >>\nstartxref\n0\n%%%%EOF\n", catalog);
    *repaired_length = length + (size_t)added;
    return repaired;
}

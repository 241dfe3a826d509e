/* A document whose end is missing or damaged has no usable trailer, and PDFium then does not look for the catalogue;
 * without a header it does not look for anything. Such documents get them. */
#include "pdf/program/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CATALOG_BYTES_MAX 4096 /* from the object's start to its type */
#define TRAILER_BYTES_MAX 128
#define HEADER            "%PDF-1.7\n"
#define HEADER_SEARCH     1024 /* bytes from the start in which readers look for the header */
#define TRAILER_SEARCH    2048 /* from the end: where startxref stands in a whole file */

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

int has_trailer(const char *data, size_t length)
{
    size_t searched = length < TRAILER_SEARCH ? length : TRAILER_SEARCH;

    return memmem(data + length - searched, searched, "startxref", 9) != NULL;
}

char *repair_document(const char *data, size_t length, size_t *repaired_length)
{
    int has_header = memmem(data, length < HEADER_SEARCH ? length : HEADER_SEARCH, "%PDF-", 5) != NULL;
    int is_encrypted = memmem(data, length, "/Encrypt", 8) != NULL; /* its key is in the trailer */
    unsigned long catalog = is_encrypted ? 0 : find_catalog(data, length);
    char *repaired = catalog > 0 ? malloc(length + sizeof HEADER + TRAILER_BYTES_MAX) : NULL;
    size_t at = 0;

    if (repaired == NULL) {
        return NULL;
    }
    if (!has_header) {
        memcpy(repaired, HEADER, sizeof HEADER - 1);
        at = sizeof HEADER - 1;
    }
    memcpy(repaired + at, data, length);
    at += length;
    at += (size_t)snprintf(repaired + at, TRAILER_BYTES_MAX,
                           "\nendstream\nendobj\ntrailer\n<< /Root %lu 0 R >>\nstartxref\n0\n%%%%EOF\n", catalog);
    *repaired_length = at;
    return repaired;
}

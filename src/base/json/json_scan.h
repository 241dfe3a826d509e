/* Scanning of validated JSON text, shared by json_view.c, json_text.c and json_members.c. */
#ifndef BASE_JSON_JSON_SCAN_H
#define BASE_JSON_JSON_SCAN_H

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define JSON_NO_SPAN UINT32_MAX

static inline int32_t json_is_space(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

static inline const char *json_pass_space(const char *at, const char *end)
{
    while (at < end && json_is_space(*at)) {
        at++;
    }
    return at;
}

/* The first quotation mark, backslash or NUL, or `end`. */
static inline const char *json_find_special(const char *at, const char *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i nul = _mm_setzero_si128();

    while (end - at >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i found = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
                                     _mm_cmpeq_epi8(bytes, nul));
        unsigned mask = (unsigned)_mm_movemask_epi8(found);

        if (mask != 0) {
            return at + __builtin_ctz(mask);
        }
        at += 16;
    }
#else
    const uint64_t ones = UINT64_C(0x0101010101010101);

    for (uint64_t word = 0; end - at >= (ptrdiff_t)sizeof word; at += sizeof word) {
        memcpy(&word, at, sizeof word);
        uint64_t quote = word ^ (ones * '"');
        uint64_t backslash = word ^ (ones * '\\');

        if ((((word - ones) & ~word) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & (ones << 7)) {
            break;
        }
    }
#endif
    while (at < end && *at != '"' && *at != '\\' && *at != '\0') {
        at++;
    }
    return at;
}

/* Returns the end of the string that starts at `at`. Sets *escapes to 1 if it contains any. */
static inline const char *json_pass_string(const char *at, const char *end, uint32_t *escapes)
{
    at = json_find_special(at + 1, end);
    while (at < end && *at != '"') {
        *escapes |= *at == '\\';
        at = json_find_special(at + (*at == '\\' ? 2 : 1), end);
    }
    return at < end ? at + 1 : end;
}

#endif

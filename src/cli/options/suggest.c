#include "options/suggest.h"

#include <string.h>

#define WORD_BYTES_MAX 40

static size_t smaller(size_t left, size_t right)
{
    return left < right ? left : right;
}

/* Edit distance: insertions, deletions, replacements and swaps of adjacent characters. */
static size_t edit_distance(const char *from, size_t from_length, const char *to, size_t to_length)
{
    size_t rows[3][WORD_BYTES_MAX + 1] = {{0}};
    size_t *before_last = rows[0];
    size_t *last = rows[1];
    size_t *row = rows[2];

    for (size_t j = 0; j <= to_length; j++) {
        last[j] = j;
    }
    for (size_t i = 1; i <= from_length; i++) {
        size_t *free_row = before_last;

        row[0] = i;
        for (size_t j = 1; j <= to_length; j++) {
            row[j] = smaller(smaller(last[j], row[j - 1]) + 1, last[j - 1] + (from[i - 1] != to[j - 1]));
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
                row[j] = smaller(row[j], before_last[j - 2] + 1);
            }
        }
        before_last = last;
        last = row;
        row = free_row;
    }
    return last[to_length];
}

void suggest_init(struct suggest *suggest, const char *word)
{
    suggest->word = word;
    suggest->nearest = NULL;
    suggest->distance = strlen(word) / 3 + 2;
}

void suggest_offer(struct suggest *suggest, const char *candidate)
{
    size_t word_length = strlen(suggest->word);
    size_t candidate_length = strlen(candidate);
    size_t distance = 0;

    if (word_length == 0 || word_length > WORD_BYTES_MAX || candidate_length > WORD_BYTES_MAX) {
        return;
    }
    distance = edit_distance(suggest->word, word_length, candidate, candidate_length);
    if (strncmp(suggest->word, candidate, word_length) == 0) {
        distance = 1; /* a prefix counts as distance 1 */
    }
    if (distance < suggest->distance && distance < candidate_length) {
        suggest->nearest = candidate;
        suggest->distance = distance;
    }
}

#include "analyze/rules/place.h"

#include "base/hash.h"

#include <string.h>

static const char *const places[] = {
#include "analyze/rules/tables/places.def"
};

int32_t place_is_known(const char *name, size_t length, int32_t capital)
{
    size_t low = 0;
    size_t high = sizeof places / sizeof places[0];

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        size_t size = strcspn(places[middle], "^");
        int order = memcmp(places[middle], name, size < length ? size : length);

        if (order == 0 && size == length) {
            return capital || places[middle][size] != '^';
        }
        if (order < 0 || (order == 0 && size < length)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return 0;
}

static size_t filter_bit(const char *word, size_t length)
{
    return (size_t)hash_bytes(0, word, length) & (PLACE_FILTER_BITS - 1);
}

void place_filter_fill(struct place_filter *filter)
{
    memset(filter, 0, sizeof *filter);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        size_t bit = filter_bit(places[i], strcspn(places[i], " ^"));

        filter->bits[bit / 64] |= UINT64_C(1) << (bit % 64);
    }
}

int32_t place_may_begin(const struct place_filter *filter, const char *word, size_t length)
{
    size_t bit = filter_bit(word, length);

    return (filter->bits[bit / 64] >> (bit % 64) & 1) != 0;
}

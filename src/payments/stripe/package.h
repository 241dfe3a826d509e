/* What can be bought, from the setting billing.packages: credits in packages, credits by number, the unlimited plan. */
#ifndef PAYMENTS_STRIPE_PACKAGE_H
#define PAYMENTS_STRIPE_PACKAGE_H

#include "base/arena.h"

#include <contextpack/error.h>

#define PACKAGE_TIERS_MAX   16
#define PACKAGES_MAX        100
#define PACKAGE_CREDITS_MAX 1000000000

/* With so many credits or more, each of them costs so much: the price of the last tier that is reached, for all. */
struct package_tier {
    int64_t from_credits;
    int64_t unit_price_micros; /* millionths of the currency's unit */
};

struct package {
    const char *id;
    const char *name;     /* what the buyer reads */
    const char *currency; /* lower case, three letters */
    int64_t credits;      /* 0: the buyer says how many (tiers), or it is a plan */
    int64_t price;        /* in the currency's smallest unit; with tiers 0 */
    const char *interval; /* "month" or "year" of a subscription; NULL: paid once */
    int32_t is_unlimited; /* gives the unlimited plan */
    const char *price_id; /* a price that was made at Stripe, instead of one made with the checkout; or NULL */
    struct package_tier tiers[PACKAGE_TIERS_MAX]; /* ascending */
    size_t tier_count;
};

struct package_list {
    struct package *items; /* in the arena */
    size_t count;
};

/* Reads the setting. NULL and "" are an empty list. CPK_ERROR_INVALID_ARGUMENT names the setting, the package and what
 * is wrong with it. */
cpk_status package_list_read(const char *setting, struct arena *arena, struct package_list *packages,
                             cpk_error **error);
/* NULL when there is none of that id. */
const struct package *package_find(const struct package_list *packages, const char *id);
/* What so many credits of it cost, in the currency's smallest unit, half a unit rounded up; `credits` 0 for a package
 * that has its own number. CPK_ERROR_INVALID_ARGUMENT when the number does not fit the package. */
cpk_status package_price(const struct package *package, int64_t credits, int64_t *granted, int64_t *price,
                         cpk_error **error);

#endif

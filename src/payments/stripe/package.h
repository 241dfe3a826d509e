/* The packages on sale, from the setting billing.packages: fixed credits, credits by quantity, the unlimited
 * plan. */
#ifndef PAYMENTS_STRIPE_PACKAGE_H
#define PAYMENTS_STRIPE_PACKAGE_H

#include "base/arena.h"

#include <contextpack/error.h>

#define PACKAGE_TIERS_MAX   16
#define PACKAGES_MAX        100
#define PACKAGE_CREDITS_MAX 1000000000

/* Unit price for quantities of at least from_credits. The highest tier reached applies to all credits. */
struct package_tier {
    int64_t from_credits;
    int64_t unit_price_micros; /* millionths of the currency's unit */
};

struct package {
    const char *id;
    const char *name;     /* display name for the buyer */
    const char *currency; /* lower case, three letters */
    int64_t credits;      /* 0: the buyer chooses the quantity (tiers), or it is a plan */
    int64_t price;        /* in the currency's smallest unit; 0 with tiers */
    const char *interval; /* "month" or "year" for subscriptions; NULL: one-time payment */
    int32_t is_unlimited; /* gives the unlimited plan */
    const char *price_id; /* id of an existing Stripe price to use instead of creating one at checkout; may be NULL */
    struct package_tier tiers[PACKAGE_TIERS_MAX]; /* ascending */
    size_t tier_count;
};

struct package_list {
    struct package *items; /* allocated in the arena */
    size_t count;
};

/* Parses the setting; NULL and "" give an empty list. CPK_ERROR_INVALID_ARGUMENT names the setting, the package
 * and the problem. */
cpk_status package_list_read(const char *setting, struct arena *arena, struct package_list *packages,
                             cpk_error **error);
/* Returns NULL if there is no package with this id. */
const struct package *package_find(const struct package_list *packages, const char *id);
/* Price of this many credits in the currency's smallest unit, half up; `credits` is 0 for a package with a
 * fixed number. CPK_ERROR_INVALID_ARGUMENT if the number does not fit the package. */
cpk_status package_price(const struct package *package, int64_t credits, int64_t *granted, int64_t *price,
                         cpk_error **error);

#endif

#ifndef CONTEXTPACK_PACKAGE_H
#define CONTEXTPACK_PACKAGE_H

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Something that can be bought, from the setting billing.packages: a number of credits, credits by the piece with
 * volume tiers, or the unlimited plan.
 * An immutable snapshot: any thread may read it; its texts live until cpk_package_free().
 */
typedef struct cpk_package cpk_package;

/** The package of that id. CPK_ERROR_NOT_FOUND; CPK_ERROR_INVALID_ARGUMENT when the setting is wrong. Since 0.2. */
CPK_API cpk_status cpk_package_get(cpk_session *session, const char *package_id, cpk_package **package,
                                   cpk_error **error);

/**
 * What so many credits of a package cost. Of a package with tiers, the price of the last tier that is reached counts
 * for all credits; the product is rounded to the currency's smallest unit, half of one up. Nothing else is rounded.
 *
 * @param credits  how many, of a package with tiers; 0 for one that has its own number
 * @param granted  out, may be NULL: the credits that are bought; 0 for a plan
 * @param price    out: in the currency's smallest unit (cents, yen); 0 where only Stripe knows it (a price_id)
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  that many can't be bought of it
 * Since 0.2.
 */
CPK_API cpk_status cpk_package_price(const cpk_package *package, int64_t credits, int64_t *granted, int64_t *price,
                                     cpk_error **error);

/** What the snapshot holds; texts are borrowed from it. Since 0.2. */
CPK_API const char *cpk_package_id(const cpk_package *package);
CPK_API const char *cpk_package_name(const cpk_package *package);     /* what the buyer reads */
CPK_API const char *cpk_package_currency(const cpk_package *package); /* lower case, three letters */
CPK_API int32_t cpk_package_decimals(const cpk_package *package);     /* of the currency: 2 for usd, 0 for jpy */
CPK_API int64_t cpk_package_credits(const cpk_package *package);      /* 0: by the piece, or a plan */
CPK_API int64_t cpk_package_amount(const cpk_package *package); /* in the currency's smallest unit; 0: see its tiers, or
                                                                   Stripe knows it */
CPK_API const char *cpk_package_interval(const cpk_package *package); /* "month", "year"; NULL: paid once */
CPK_API int32_t cpk_package_is_unlimited(const cpk_package *package); /* 1: gives the unlimited plan */
CPK_API const char *cpk_package_price_id(const cpk_package *package); /* a price made at Stripe; NULL if none */
CPK_API int32_t cpk_package_tier_count(const cpk_package *package);
CPK_API int64_t cpk_package_tier_from_credits(const cpk_package *package, int32_t tier); /* tiers count from 0 */
CPK_API int64_t cpk_package_tier_unit_micros(const cpk_package *package,
                                             int32_t tier); /* price of a credit, millionths of the currency's unit */

/** Releases the snapshot. NULL is allowed. Since 0.2. */
CPK_API void cpk_package_free(cpk_package *package);

/** All packages, in the order of the setting. Immutable. */
typedef struct cpk_package_list cpk_package_list;

/** All packages, for every session. CPK_ERROR_INVALID_ARGUMENT tells what is wrong with the setting. Since 0.2. */
CPK_API cpk_status cpk_package_list_get(cpk_session *session, cpk_package_list **list, cpk_error **error);

/** What the list holds. NULL gives none; borrowed texts and items live as long as the list. Since 0.2. */
CPK_API size_t cpk_package_list_count(const cpk_package_list *list);
CPK_API const cpk_package *cpk_package_list_at(const cpk_package_list *list, size_t index); /* borrowed */
CPK_API const char *cpk_package_list_next(const cpk_package_list *list); /* NULL: it is all of them */

/** Writes the whole list into `buffer` as cpk_list_head tells, when `capacity` bytes are enough. Tiers are left out.
 * Returns the bytes that it takes, also when nothing was written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_package_list_copy(const cpk_package_list *list, void *buffer, size_t capacity);

/** Releases the list with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_package_list_free(cpk_package_list *list);

#ifdef __cplusplus
}
#endif
#endif

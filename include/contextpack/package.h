#ifndef CONTEXTPACK_PACKAGE_H
#define CONTEXTPACK_PACKAGE_H

/**
 * Packages: what users can buy, from the setting billing.packages.
 *
 * An example that prints the price of each package with a fixed number of credits:
 *
 *     cpk_package_list *list = NULL;
 *
 *     if (cpk_package_list_get(session, &list, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *     for (size_t i = 0; i < cpk_package_list_count(list); i++) {
 *         const cpk_package *package = cpk_package_list_at(list, i);
 *
 *         printf("%s: %d %s\n", cpk_package_name(package), (int)cpk_package_amount(package),
 *                cpk_package_currency(package));
 *     }
 *     cpk_package_list_free(list);
 */

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Something that can be bought: a fixed number of credits, a chosen number of credits with volume tiers, or the
 * unlimited plan.
 * An immutable record: any thread may read it. Its texts are valid until cpk_package_free().
 */
typedef struct cpk_package cpk_package;

/**
 * Reads one package.
 *
 * @param session     any session
 * @param package_id  the package's id in the setting
 * @param package     out: free it with cpk_package_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND         the setting has no such package
 *         CPK_ERROR_INVALID_ARGUMENT  the setting is wrong; the message says what is wrong
 * Since 0.2.
 */
CPK_API cpk_status cpk_package_get(cpk_session *session, const char *package_id, cpk_package **package,
                                   cpk_error **error);

/**
 * Computes the price of a number of credits. In a package with tiers, the unit price of the highest tier reached
 * applies to all credits; the product is rounded half up to the currency's smallest unit.
 *
 * @param package  the package
 * @param credits  the number to buy, for a package with tiers; 0 for other packages
 * @param granted  out, may be NULL: the credits bought; 0 for a plan
 * @param price    out: in the currency's smallest unit (cents, yen); 0 if the price is defined at Stripe (price_id)
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  this number cannot be bought in this package
 * Since 0.2.
 */
CPK_API cpk_status cpk_package_price(const cpk_package *package, int64_t credits, int64_t *granted, int64_t *price,
                                     cpk_error **error);

/** Getters; texts are borrowed from the record. Since 0.2. */
CPK_API const char *cpk_package_id(const cpk_package *package);
CPK_API const char *cpk_package_name(const cpk_package *package);     /* shown to the buyer */
CPK_API const char *cpk_package_currency(const cpk_package *package); /* lower case, three letters */
CPK_API int32_t
cpk_package_decimals(const cpk_package *package); /* decimal places of the currency: 2 for usd, 0 for jpy */
CPK_API int64_t cpk_package_credits(const cpk_package *package); /* 0: the buyer chooses, or a plan */
CPK_API int64_t cpk_package_amount(const cpk_package *package); /* in the currency's smallest unit; 0: see the tiers, or
                                                                   the price is defined at Stripe */
CPK_API const char *cpk_package_interval(const cpk_package *package); /* "month", "year"; NULL: paid once */
CPK_API int32_t cpk_package_is_unlimited(const cpk_package *package); /* 1: gives the unlimited plan */
CPK_API const char *cpk_package_price_id(const cpk_package *package); /* a price defined at Stripe; NULL if none */
CPK_API int32_t cpk_package_tier_count(const cpk_package *package);
CPK_API int64_t cpk_package_tier_from_credits(const cpk_package *package, int32_t tier); /* tiers count from 0 */
CPK_API int64_t cpk_package_tier_unit_micros(const cpk_package *package,
                                             int32_t tier); /* price of one credit, millionths of the currency's unit */

/** Frees the record. NULL is allowed. Since 0.2. */
CPK_API void cpk_package_free(cpk_package *package);

/** All packages, in the order of the setting. Immutable. */
typedef struct cpk_package_list cpk_package_list;

/**
 * Reads all packages.
 *
 * @param session  any session
 * @param list     out: free it with cpk_package_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the setting is wrong; the message says what is wrong
 * Since 0.2.
 */
CPK_API cpk_status cpk_package_list_get(cpk_session *session, cpk_package_list **list, cpk_error **error);

/** Getters of a list; NULL is an empty list. Items and texts are borrowed from the list. Since 0.2. */
CPK_API size_t cpk_package_list_count(const cpk_package_list *list);
CPK_API const cpk_package *cpk_package_list_at(const cpk_package_list *list, size_t index); /* borrowed */
CPK_API const char *cpk_package_list_next(const cpk_package_list *list); /* always NULL: there is one page */

/** Copies the list to `buffer` in the layout of cpk_list_head, if `capacity` bytes are enough. Tiers are not copied.
 * Returns the number of bytes needed, whether or not they were written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_package_list_copy(const cpk_package_list *list, void *buffer, size_t capacity);

/** Frees the list with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_package_list_free(cpk_package_list *list);

#ifdef __cplusplus
}
#endif
#endif

#include "api/check.h"
#include "api/page.h"
#include "payments/packages.h"
#include "payments/stripe/money.h"

#include <contextpack/package.h>

cpk_status cpk_package_get(cpk_session *session, const char *package_id, cpk_package **package, cpk_error **error)
{
    CPK_CHECK_OUT(package, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(package_id, "package_id", error));
    return packages_get(session, package_id, package, error);
}

cpk_status cpk_package_price(const cpk_package *package, int64_t credits, int64_t *granted, int64_t *price,
                             cpk_error **error)
{
    int64_t unused = 0;

    CPK_CHECK_ARG(package != NULL, "package", error);
    CPK_CHECK_ARG(price != NULL, "price", error);
    CPK_CHECK_ARG(credits >= 0 && credits <= PACKAGE_CREDITS_MAX, "credits", error);
    return package_price(&package->facts, credits, granted != NULL ? granted : &unused, price, error);
}

#define RECORD_TYPE  cpk_package
#define RECORD_TABLE "records/package.def"
#include "api/getters.def"

int32_t cpk_package_decimals(const cpk_package *package)
{
    return package != NULL ? money_decimals(package->facts.currency) : 0;
}

static const struct package_tier *tier_at(const cpk_package *package, int32_t tier)
{
    return package != NULL && tier >= 0 && (size_t)tier < package->facts.tier_count ? &package->facts.tiers[tier]
                                                                                    : NULL;
}

int64_t cpk_package_tier_from_credits(const cpk_package *package, int32_t tier)
{
    const struct package_tier *found = tier_at(package, tier);

    return found != NULL ? found->from_credits : 0;
}

int64_t cpk_package_tier_unit_micros(const cpk_package *package, int32_t tier)
{
    const struct package_tier *found = tier_at(package, tier);

    return found != NULL ? found->unit_price_micros : 0;
}

void cpk_package_free(cpk_package *package)
{
    record_free(package);
}

cpk_status cpk_package_list_get(cpk_session *session, cpk_package_list **list, cpk_error **error)
{
    const struct store_page page = {.limit = PACKAGES_MAX + 1};
    struct record_list *items = NULL;

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(packages_list(session, &items, error));
    *list = page_list_create(&session->engine->context, &page, items, 0, NULL);
    return *list != NULL ? CPK_OK : error_out_of_memory(error);
}

PAGE_LIST_CALLS(cpk_package_list, cpk_package)

#define RECORD_TYPE  cpk_package
#define RECORD_TABLE "records/package.def"
#define ROW_FILL     row_fill
#include "api/row_fill.def"

PAGE_LIST_COPY_CALL(cpk_package_list, row_fill)

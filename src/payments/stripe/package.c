#include "payments/stripe/package.h"

#include "base/error.h"
#include "base/json/json.h"
#include "payments/stripe/money.h"

#include <string.h>

#define DOMAIN           "billing"
#define SETTING_NAME     "billing.packages"
#define SETTING_DEPTH    8
#define PRICE_MAX        INT64_C(99999999999)
#define UNIT_MICROS_MAX  INT64_C(1000000000000)
#define MICROS           INT64_C(1000000)
#define ID_BYTES_MAX     200
#define NAME_BYTES_MAX   200
#define CURRENCY_LETTERS 3

static cpk_status complain(const char *id, const char *what, cpk_error **error)
{
    return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the setting " SETTING_NAME ", package \"%s\": %s",
                     id != NULL ? id : "", what);
}

struct member {
    const char *name;
    json_type type;
};

static const struct member PACKAGE_MEMBERS[] = {
    {"id", json_type_string},       {"name", json_type_string},       {"currency", json_type_string},
    {"interval", json_type_string}, {"price_id", json_type_string},   {"credits", json_type_int},
    {"price", json_type_int},       {"unlimited", json_type_boolean}, {"tiers", json_type_array},
};

static const struct member TIER_MEMBERS[] = {
    {"from_credits", json_type_int},
    {"unit_price_micros", json_type_int},
};

/* Rejects unknown members and fractional prices: a typo must not change what is sold. */
static cpk_status check_members(struct json_object *object, const struct member *members, size_t count, const char *id,
                                cpk_error **error)
{
    if (!json_object_is_type(object, json_type_object)) {
        return complain(id, "it is no JSON object", error);
    }
    json_object_object_foreach(object, name, value)
    {
        size_t i = 0;

        while (i < count && strcmp(members[i].name, name) != 0) {
            i++;
        }
        if (i == count ||
            (!json_object_is_type(value, members[i].type) && !json_object_is_type(value, json_type_null))) {
            return complain(id,
                            i == count ? "it has a member that packages don't have"
                                       : "a member has the wrong type: prices and credits are whole numbers",
                            error);
        }
    }
    return CPK_OK;
}

static cpk_status copy_member(struct json_object *object, const char *key, struct arena *arena, const char **copy,
                              cpk_error **error)
{
    const char *text = json_member_text(object, key);

    *copy = arena_copy_text(arena, text);
    return text != NULL && *copy == NULL ? error_out_of_memory(error) : CPK_OK;
}

static int32_t is_currency(const char *currency)
{
    size_t length = currency != NULL ? strlen(currency) : 0;

    for (size_t i = 0; i < length; i++) {
        if (currency[i] < 'a' || currency[i] > 'z') {
            return 0;
        }
    }
    return length == CURRENCY_LETTERS;
}

static cpk_status read_tiers(struct package *package, struct json_object *object, cpk_error **error)
{
    struct json_object *tiers = json_member_array(object, "tiers");
    size_t count = tiers != NULL ? json_object_array_length(tiers) : 0;

    if (count > PACKAGE_TIERS_MAX) {
        return complain(package->id, "too many tiers", error);
    }
    for (size_t i = 0; i < count; i++) {
        struct json_object *tier = json_object_array_get_idx(tiers, i);
        int64_t from = json_member_int64(tier, "from_credits", -1);
        int64_t price = json_member_int64(tier, "unit_price_micros", -1);

        CPK_TRY(check_members(tier, TIER_MEMBERS, sizeof TIER_MEMBERS / sizeof TIER_MEMBERS[0], package->id, error));
        if (from < 1 || from > PACKAGE_CREDITS_MAX || price < 1 || price > UNIT_MICROS_MAX ||
            (i > 0 && from <= package->tiers[i - 1].from_credits)) {
            return complain(package->id,
                            "each tier needs from_credits, ascending from 1, and unit_price_micros of at least 1",
                            error);
        }
        package->tiers[i] = (struct package_tier){from, price};
    }
    package->tier_count = count;
    return CPK_OK;
}

static cpk_status check_price(const struct package *package, cpk_error **error)
{
    int32_t has_price = package->price > 0 || package->price_id != NULL;

    if (package->price_id != NULL && (package->price_id[0] == '\0' || package->price > 0)) {
        return complain(package->id, "its price_id must not be empty, and stands instead of a price", error);
    }
    if (package->price % money_step(package->currency) != 0) {
        return complain(package->id, "its price is no amount that Stripe charges in its currency", error);
    }
    if (package->tier_count > 0 ? has_price : !has_price) {
        return complain(package->id, "it needs a price (in the currency's smallest unit), or tiers instead", error);
    }
    return CPK_OK;
}

static cpk_status check_package(const struct package *package, cpk_error **error)
{
    if (package->id == NULL || package->id[0] == '\0' || strlen(package->id) > ID_BYTES_MAX) {
        return complain(package->id, "it needs an id of 1 to 200 bytes", error);
    }
    if (package->name != NULL && strlen(package->name) > NAME_BYTES_MAX) {
        return complain(package->id, "its name must have at most 200 bytes", error);
    }
    if (!is_currency(package->currency)) {
        return complain(package->id, "its currency must be three lower-case letters", error);
    }
    if (package->price < 0 || package->price > PRICE_MAX || package->credits < 0 ||
        package->credits > PACKAGE_CREDITS_MAX) {
        return complain(package->id, "credits or price are out of range", error);
    }
    if ((package->credits > 0) + (package->is_unlimited != 0) + (package->tier_count > 0) != 1) {
        return complain(package->id, "it needs one of credits, tiers and unlimited", error);
    }
    if (package->interval != NULL && strcmp(package->interval, "month") != 0 &&
        strcmp(package->interval, "year") != 0) {
        return complain(package->id, "its interval must be \"month\" or \"year\"", error);
    }
    return check_price(package, error);
}

static cpk_status read_package(struct json_object *object, struct arena *arena, struct package *package,
                               cpk_error **error)
{
    memset(package, 0, sizeof *package);
    CPK_TRY(copy_member(object, "id", arena, &package->id, error));
    CPK_TRY(
        check_members(object, PACKAGE_MEMBERS, sizeof PACKAGE_MEMBERS / sizeof PACKAGE_MEMBERS[0], package->id, error));
    CPK_TRY(copy_member(object, "name", arena, &package->name, error));
    CPK_TRY(copy_member(object, "currency", arena, &package->currency, error));
    CPK_TRY(copy_member(object, "interval", arena, &package->interval, error));
    CPK_TRY(copy_member(object, "price_id", arena, &package->price_id, error));
    package->credits = json_member_int64(object, "credits", 0);
    package->price = json_member_int64(object, "price", 0);
    package->is_unlimited = json_member_true(object, "unlimited");
    CPK_TRY(read_tiers(package, object, error));
    CPK_TRY(check_package(package, error));
    if (package->name == NULL) {
        package->name = package->id;
    }
    return CPK_OK;
}

static cpk_status read_all(struct json_object *array, struct arena *arena, struct package_list *packages,
                           cpk_error **error)
{
    size_t count = json_object_is_type(array, json_type_array) ? json_object_array_length(array) : PACKAGES_MAX + 1;

    if (count > PACKAGES_MAX) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                         "the setting " SETTING_NAME " must be a JSON array of at most %d packages", PACKAGES_MAX);
    }
    packages->items = arena_allocate_zeroed(arena, count + 1, sizeof *packages->items);
    if (packages->items == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        CPK_TRY(read_package(json_object_array_get_idx(array, i), arena, &packages->items[i], error));
        if (package_find(packages, packages->items[i].id) != NULL) {
            return complain(packages->items[i].id, "there are two of that id", error);
        }
        packages->count++;
    }
    return CPK_OK;
}

cpk_status package_list_read(const char *setting, struct arena *arena, struct package_list *packages, cpk_error **error)
{
    struct json_object *array = NULL;
    cpk_status status;

    packages->items = NULL;
    packages->count = 0;
    if (setting == NULL || setting[0] == '\0') {
        return CPK_OK;
    }
    status = json_parse_strict(setting, strlen(setting), SETTING_DEPTH, &array, NULL);
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        return error_out_of_memory(error);
    }
    if (status != CPK_OK) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                         "the setting " SETTING_NAME " is not JSON, or says a name twice");
    }
    status = read_all(array, arena, packages, error);
    json_object_put(array);
    return status;
}

const struct package *package_find(const struct package_list *packages, const char *id)
{
    for (size_t i = 0; i < packages->count; i++) {
        if (strcmp(packages->items[i].id, id) == 0) {
            return &packages->items[i];
        }
    }
    return NULL;
}

/* Rounds millionths of a unit to an amount that Stripe can charge, half up; a non-zero price gives at least the
 * smallest. */
static int64_t round_to_minor(int64_t micros, const char *currency)
{
    int64_t step = money_step(currency);
    int64_t factor = MICROS * step;
    int64_t steps;

    for (int32_t i = money_decimals(currency); i > 0; i--) {
        factor /= 10;
    }
    steps = (micros + factor / 2) / factor;
    return (steps == 0 && micros > 0 ? 1 : steps) * step;
}

static cpk_status price_of_tier(const struct package *package, int64_t credits, int64_t *price, cpk_error **error)
{
    const struct package_tier *tier = NULL;

    for (size_t i = 0; i < package->tier_count && package->tiers[i].from_credits <= credits; i++) {
        tier = &package->tiers[i];
    }
    if (tier == NULL || credits > PACKAGE_CREDITS_MAX) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                         "the package \"%s\" is sold from %lld to %d credits", package->id,
                         (long long)package->tiers[0].from_credits, PACKAGE_CREDITS_MAX);
    }
    if (tier->unit_price_micros < 1) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the package \"%s\" has a tier without a price",
                         package->id);
    }
    if (credits > INT64_MAX / 2 / tier->unit_price_micros) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "%lld credits of the package \"%s\" cost too much",
                         (long long)credits, package->id);
    }
    *price = round_to_minor(credits * tier->unit_price_micros, package->currency);
    return *price <= PRICE_MAX
               ? CPK_OK
               : error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                           "%lld credits of the package \"%s\" cost too much", (long long)credits, package->id);
}

cpk_status package_price(const struct package *package, int64_t credits, int64_t *granted, int64_t *price,
                         cpk_error **error)
{
    if (package->tier_count > 0) {
        *granted = credits;
        return price_of_tier(package, credits, price, error);
    }
    if (credits != 0 && credits != package->credits) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the package \"%s\" has its own number of credits",
                         package->id);
    }
    *granted = package->credits;
    *price = package->price;
    return CPK_OK;
}

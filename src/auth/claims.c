#include "auth/claims.h"

#include "base/error.h"
#include "base/utf8.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#define PAYLOAD_DEPTH_MAX 32
#define AUDIENCE_DEFAULT  "authenticated"
#define SECONDS_MAX       1e11 /* year 5138 */

/* Returns a text member, or NULL if it is missing, not a text or contains a NUL. */
static const char *member_text(struct json_object *object, const char *name)
{
    size_t length = 0;
    const char *text = json_member_text_length(object, name, &length);

    return text != NULL && strlen(text) == length ? text : NULL;
}

/* Converts a member in seconds since 1970 to microseconds. Returns 1, 0 if it is missing, or -1 if it is invalid. */
static int32_t member_time(struct json_object *object, const char *name, int64_t *time_us)
{
    struct json_object *member;
    double seconds;

    if (!json_object_object_get_ex(object, name, &member)) {
        return 0;
    }
    if (!json_object_is_type(member, json_type_int) && !json_object_is_type(member, json_type_double)) {
        return -1;
    }
    seconds = json_object_get_double(member);
    if (!(fabs(seconds) <= SECONDS_MAX)) {
        return -1;
    }
    *time_us = (int64_t)(seconds * 1000000);
    return 1;
}

/* Returns 1 if the comma-separated list contains `text`; spaces around commas are ignored. */
static int32_t list_contains(const char *list, const char *text)
{
    size_t wanted = strlen(text);

    for (;;) {
        size_t length;

        list += strspn(list, " ,");
        if (*list == '\0') {
            return 0;
        }
        length = strcspn(list, ",");
        while (length > 0 && list[length - 1] == ' ') {
            length--;
        }
        if (length == wanted && memcmp(list, text, length) == 0) {
            return 1;
        }
        list += strcspn(list, ",");
    }
}

static enum jwt_result check_times(const struct context *context, struct json_object *payload)
{
    int64_t skew_us = context_setting(context, SETTING_AUTH_CLOCK_SKEW_MS) * 1000;
    int64_t now_us = context_local_now(context);
    int64_t expires_us = 0;
    int64_t starts_us = 0;
    int64_t issued_us = 0;
    int32_t has_start = member_time(payload, "nbf", &starts_us);
    int32_t has_issue = member_time(payload, "iat", &issued_us);

    if (member_time(payload, "exp", &expires_us) != 1 || has_start < 0 || has_issue < 0) {
        return JWT_BAD_CLAIMS;
    }
    if (now_us - skew_us >= expires_us) {
        return JWT_EXPIRED;
    }
    if ((has_start && now_us + skew_us < starts_us) || (has_issue && now_us + skew_us < issued_us)) {
        return JWT_TOO_EARLY;
    }
    return JWT_GOOD;
}

static enum jwt_result check_issuer(const struct context *context, struct json_object *payload)
{
    const char *issuers = context_text_setting(context, TEXT_SETTING_AUTH_ISSUER);
    const char *issuer = member_text(payload, "iss");

    if (json_object_object_get_ex(payload, "iss", NULL) && issuer == NULL) {
        return JWT_BAD_CLAIMS;
    }
    if (issuers[0] == '\0') {
        return JWT_GOOD;
    }
    return issuer != NULL && list_contains(issuers, issuer) ? JWT_GOOD : JWT_WRONG_ISSUER;
}

/* The same for a JSON text; one that contains a NUL never matches. */
static int32_t list_contains_value(const char *list, struct json_object *value)
{
    const char *text = json_object_get_string(value);

    return strlen(text) == (size_t)json_object_get_string_len(value) && list_contains(list, text);
}

static enum jwt_result check_audience_value(const char *wanted, struct json_object *audience)
{
    enum jwt_result result = JWT_WRONG_AUDIENCE;

    if (json_object_is_type(audience, json_type_string)) {
        return list_contains_value(wanted, audience) ? JWT_GOOD : JWT_WRONG_AUDIENCE;
    }
    if (!json_object_is_type(audience, json_type_array)) {
        return JWT_BAD_CLAIMS;
    }
    for (size_t i = 0; i < json_object_array_length(audience); i++) {
        struct json_object *item = json_object_array_get_idx(audience, i);

        if (!json_object_is_type(item, json_type_string)) {
            return JWT_BAD_CLAIMS;
        }
        if (list_contains_value(wanted, item)) {
            result = JWT_GOOD;
        }
    }
    return result;
}

static enum jwt_result check_audience(const struct context *context, struct json_object *payload, int32_t is_service)
{
    const char *wanted = context_text_setting(context, TEXT_SETTING_AUTH_AUDIENCE);
    struct json_object *audience;

    if (!json_object_object_get_ex(payload, "aud", &audience)) {
        return is_service ? JWT_GOOD : JWT_WRONG_AUDIENCE;
    }
    return check_audience_value(wanted[0] != '\0' ? wanted : AUDIENCE_DEFAULT, audience);
}

/* Copies one sanitized line, truncated at a character boundary. */
static void copy_line(char *target, size_t size_bytes, const char *text)
{
    size_t length = text != NULL ? strlen(text) : 0;

    if (length >= size_bytes) {
        length = utf8_floor(text, length, size_bytes - 1);
    }
    if (length > 0) {
        memcpy(target, text, length);
    }
    target[length] = '\0';
    utf8_clean_line(target);
}

static void read_profile(struct json_object *payload, struct claims *claims)
{
    struct json_object *metadata = json_member_object(payload, "user_metadata");
    const char *email = member_text(payload, "email");
    const char *name = member_text(metadata, "full_name");
    const char *avatar = member_text(metadata, "avatar_url");
    const char *at = email != NULL ? strchr(email, '@') : NULL;

    if (at != NULL && at != email && at[1] != '\0' && strlen(email) <= CLAIMS_EMAIL_BYTES_MAX &&
        email[strcspn(email, " \t\r\n")] == '\0') {
        copy_line(claims->email, sizeof claims->email, email);
    }
    copy_line(claims->full_name, sizeof claims->full_name, name != NULL ? name : member_text(metadata, "name"));
    if (avatar != NULL && strlen(avatar) < sizeof claims->avatar_url &&
        (strncasecmp(avatar, "https://", 8) == 0 || strncasecmp(avatar, "http://", 7) == 0)) {
        copy_line(claims->avatar_url, sizeof claims->avatar_url, avatar);
    }
}

static enum jwt_result read_payload(const struct context *context, struct json_object *payload, struct claims *claims)
{
    const char *role = member_text(payload, "role");
    const char *subject = member_text(payload, "sub");
    enum jwt_result result;

    if (role == NULL || strlen(role) >= sizeof claims->role ||
        (subject == NULL && json_object_object_get_ex(payload, "sub", NULL))) {
        return JWT_BAD_CLAIMS;
    }
    memcpy(claims->role, role, strlen(role) + 1);
    result = check_times(context, payload);
    if (result == JWT_GOOD) {
        result = check_audience(context, payload, strcmp(role, CLAIMS_ROLE_SERVICE) == 0);
    }
    if (result == JWT_GOOD) {
        result = check_issuer(context, payload);
    }
    if (result != JWT_GOOD) {
        return result;
    }
    if (subject != NULL && uuid_is_valid(subject)) {
        memcpy(claims->subject, subject, sizeof claims->subject);
    }
    read_profile(payload, claims);
    return strcmp(role, CLAIMS_ROLE_USER) == 0 && claims->subject[0] == '\0' ? JWT_BAD_CLAIMS : JWT_GOOD;
}

enum jwt_result claims_read(const struct jwt *jwt, struct claims *claims)
{
    struct json_object *payload;
    enum jwt_result result = JWT_BAD_CLAIMS;
    cpk_status status = json_parse_strict(jwt->payload, jwt->payload_length, PAYLOAD_DEPTH_MAX, &payload, NULL);

    memset(claims, 0, sizeof *claims);
    if (status != CPK_OK) {
        return status == CPK_ERROR_OUT_OF_MEMORY ? JWT_NO_MEMORY : JWT_BAD_CLAIMS;
    }
    if (json_object_is_type(payload, json_type_object)) {
        result = read_payload(jwt->context, payload, claims);
    }
    json_object_put(payload);
    return result;
}

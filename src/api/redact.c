#include <contextpack/redact.h>

#include "api/check.h"
#include "base/context.h"
#include "base/memory.h"
#include "text/personal/placeholders.h"
#include "text/secrets/secrets.h"

#include <stdint.h>
#include <string.h>

#define NAMES_BYTES_MAX ((size_t)1024 * 1024)

/* The text on its way: without secrets, then without personal data. */
struct redact_call {
    struct personal_names *names;
    struct placeholders placeholders;
    struct secret_counts secrets;
    struct buffer withheld;
    struct buffer masked;
};

void cpk_redact_options_init(cpk_redact_options *options, size_t struct_size)
{
    params_init(options, struct_size);
}

void cpk_redact_report_init(cpk_redact_report *report, size_t struct_size)
{
    params_init(report, struct_size);
}

static cpk_status make_key(const char *secret, unsigned char key[HASH_SHA256_BYTES], cpk_error **error)
{
    struct context context;
    struct hash_sha256 hash;

    if (secret == NULL) {
        context_init(&context);
        return context_random(&context, key, HASH_SHA256_BYTES, error);
    }
    CPK_TRY(hash_sha256_start(&hash, error));
    hash_sha256_add(&hash, "placeholders of key ", 20);
    hash_sha256_add(&hash, secret, strlen(secret));
    return hash_sha256_finish(&hash, key, error);
}

static void write_report(const struct redact_call *call, cpk_redact_report *report)
{
    const int64_t *personal = call->placeholders.of_kind;
    const int64_t *secrets = call->secrets.of_kind;
    const cpk_redact_report result = {.struct_size = sizeof result,
                                      .person = personal[PERSONAL_PERSON],
                                      .email = personal[PERSONAL_EMAIL],
                                      .phone = personal[PERSONAL_PHONE],
                                      .address = personal[PERSONAL_ADDRESS],
                                      .ip_address = personal[PERSONAL_IP_ADDRESS],
                                      .url = personal[PERSONAL_URL],
                                      .birth_date = personal[PERSONAL_BIRTH_DATE],
                                      .card_number = personal[PERSONAL_CARD_NUMBER] + secrets[SECRET_CARD_NUMBER],
                                      .id_number = personal[PERSONAL_ID_NUMBER],
                                      .api_key = secrets[SECRET_API_KEY],
                                      .private_key = secrets[SECRET_PRIVATE_KEY],
                                      .password = secrets[SECRET_PASSWORD],
                                      .authorization = secrets[SECRET_AUTHORIZATION],
                                      .seed_phrase = secrets[SECRET_SEED_PHRASE],
                                      .bank_account = secrets[SECRET_BANK_ACCOUNT],
                                      .national_id = secrets[SECRET_NATIONAL_ID],
                                      .passport = secrets[SECRET_PASSPORT]};

    if (report != NULL) {
        params_write(report, &result, sizeof result);
    }
}

static cpk_status redact(struct redact_call *call, const char *text, size_t length, const cpk_redact_options *options,
                         cpk_error **error)
{
    CPK_TRY(make_key(options->key, call->placeholders.key, error));
    CPK_TRY(personal_names_create(&memory_default, options->names, &call->names, error));
    call->placeholders.names = call->names;
    CPK_TRY(secrets_mask(text, length, &call->withheld, &call->secrets, NULL, error));
    return placeholders_mask(&call->placeholders, buffer_text(&call->withheld), call->withheld.length, &call->masked,
                             error);
}

cpk_status cpk_redact(const char *text, size_t length_bytes, const cpk_redact_options *caller_options,
                      cpk_write_fn write, void *write_user, cpk_redact_report *report, cpk_error **error)
{
    static const unsigned char no_key[HASH_SHA256_BYTES];
    cpk_redact_options options = CPK_REDACT_OPTIONS_INIT;
    struct redact_call call;
    cpk_status status;

    if (report != NULL) {
        CPK_CHECK_OUT_STRUCT(report, "report", error);
    }
    CPK_CHECK_ARG(text != NULL || length_bytes == 0, "text", error);
    CPK_CHECK_ARG(write != NULL, "write", error);
    CPK_TRY(params_read(&options, sizeof options, caller_options, "redact options", error));
    CPK_CHECK_ARG(options.reserved == 0, "options.reserved", error);
    CPK_CHECK_ARG(options.key == NULL || options.key[0] != '\0', "options.key", error);
    CPK_TRY(check_text(options.names, NAMES_BYTES_MAX, "options.names", error));
    memset(&call, 0, sizeof call);
    buffer_init(&call.withheld, &memory_default);
    buffer_init(&call.masked, &memory_default);
    placeholders_init(&call.placeholders, &memory_default, NULL, no_key);
    CPK_TRY_CLEANUP(redact(&call, text != NULL ? text : "", length_bytes, &options, error));
    if (call.masked.length > 0 && write(write_user, buffer_text(&call.masked), call.masked.length) != 0) {
        status = error_set(error, CPK_ERROR_CANCELLED, "redact", "the write callback stopped the call");
        goto cleanup;
    }
    write_report(&call, report);
cleanup:
    explicit_bzero(call.placeholders.key, sizeof call.placeholders.key);
    placeholders_free(&call.placeholders);
    personal_names_free(call.names);
    buffer_free(&call.withheld);
    buffer_free(&call.masked);
    return status;
}

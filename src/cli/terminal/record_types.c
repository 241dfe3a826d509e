/* What lines and columns show of each record. */
#include "records/fields.h"
#include "terminal/format.h"
#include "terminal/records.h"

#include <stdio.h>

#define RECORD_FORM_ID                     RECORD_TEXT
#define RECORD_FORM_TEXT                   RECORD_TEXT
#define RECORD_FORM_FOLDER                 RECORD_TEXT
#define RECORD_FORM_WORD(words)            RECORD_WORD
#define RECORD_FORM_JSON                   RECORD_JSON
#define RECORD_FORM_COUNT                  RECORD_COUNT
#define RECORD_FORM_TOKENS                 RECORD_COUNT
#define RECORD_FORM_CREDITS                RECORD_COUNT
#define RECORD_FORM_AMOUNT                 RECORD_COUNT
#define RECORD_FORM_SMALL                  RECORD_COUNT
#define RECORD_FORM_PERCENT                RECORD_COUNT
#define RECORD_FORM_BYTES                  RECORD_SIZE
#define RECORD_FORM_MONEY                  RECORD_MONEY
#define RECORD_FORM_TIME                   RECORD_TIME
#define RECORD_FORM_FLAG                   RECORD_FLAG
#define RECORD_FORM_ENUM(words)            RECORD_##words
#define RECORD_PAYMENT_PLAN                RECORD_PLAN

#define RECORD_MISSING_NOT_NULL            RECORD_NEVER
#define RECORD_MISSING_NULLABLE            RECORD_NULL
#define RECORD_MISSING_ZERO_IF_NULL        RECORD_NEVER
#define RECORD_MISSING_NONE_IS_ZERO        RECORD_ZERO
#define RECORD_MISSING_EMPTY_IF_NULL       RECORD_EMPTY
#define RECORD_MISSING_UNKNOWN_IF_NULL     RECORD_NULL
#define RECORD_MISSING_DEFAULT(value)      RECORD_EMPTY

#define RECORD_VALUE_TEXT(value, given)    (value)->text = (given)
#define RECORD_VALUE_WORD(value, given)    (value)->text = (given)
#define RECORD_VALUE_FOLDER(value, given)  (value)->text = (given)
#define RECORD_VALUE_NUMBER(value, given)  (value)->number = (given)
#define RECORD_VALUE_TIME(value, given)    (value)->number = (given)
#define RECORD_VALUE_SHORT(value, given)   (value)->number = (given)
#define RECORD_VALUE_PERCENT(value, given) (value)->number = (given)

#define RECORD                             user
#define RECORD_TABLE                       "records/user.def"
#include "terminal/record_fields.def"

#define RECORD       pack
#define RECORD_TABLE "records/pack.def"
#include "terminal/record_fields.def"

#define RECORD       source
#define RECORD_TABLE "records/source.def"
#include "terminal/record_fields.def"

#define RECORD       export
#define RECORD_TABLE "records/export.def"
#include "terminal/record_fields.def"

#define RECORD       transaction
#define RECORD_TABLE "records/transaction.def"
#include "terminal/record_fields.def"

#define RECORD       admin_action
#define RECORD_TABLE "records/admin_action.def"
#include "terminal/record_fields.def"

#define RECORD       job
#define RECORD_TABLE "records/job.def"
#include "terminal/record_fields.def"

#define RECORD       legacy_pack
#define RECORD_TABLE "records/legacy_pack.def"
#include "terminal/record_fields.def"

#define RECORD       package
#define RECORD_TABLE "records/package.def"
#include "terminal/record_fields.def"

#define RECORD       payment
#define RECORD_TABLE "records/payment.def"
#include "terminal/record_fields.def"

#define RECORD       payment_attempt
#define RECORD_TABLE "records/payment_attempt.def"
#include "terminal/record_fields.def"

#define RECORD       payment_velocity
#define RECORD_TABLE "records/payment_velocity.def"
#include "terminal/record_fields.def"

#define RECORD       reconcile_report
#define RECORD_TABLE "records/reconcile_report.def"
#include "terminal/record_fields.def"

#define RECORD       key_report
#define RECORD_TABLE "records/key_report.def"
#include "terminal/record_fields.def"

#define RECORD       redact_report
#define RECORD_TABLE "records/redact_report.def"
#include "terminal/record_fields.def"

#define RECORD       storage_copy_report
#define RECORD_TABLE "records/storage_copy_report.def"
#include "terminal/record_fields.def"

#define RECORD       backup_report
#define RECORD_TABLE "records/backup_report.def"
#include "terminal/record_fields.def"

/* The records below show bytes as a plain number. */
#undef RECORD_FORM_BYTES
#define RECORD_FORM_BYTES RECORD_COUNT

#define RECORD            archive_report
#define RECORD_TABLE      "records/archive_report.def"
#include "terminal/record_fields.def"

#define RECORD       sweep_report
#define RECORD_TABLE "records/sweep_report.def"
#include "terminal/record_fields.def"

#define RECORD       worker_report
#define RECORD_TABLE "records/worker_report.def"
#include "terminal/record_fields.def"

#define RECORD       work
#define RECORD_TABLE "records/work.def"
#include "terminal/record_fields.def"

#define RECORD       quote
#define RECORD_TABLE "records/quote.def"
#include "terminal/record_fields.def"

#define RECORD       user_deletion
#define RECORD_TABLE "records/user_deletion.def"
#include "terminal/record_fields.def"

const struct record_type RECORD_USER = {
    .fields = user_fields,
    .read = user_read,
    .keys = user_keys,
    .columns = "ID {id}|E-MAIL {email}|PLAN {payment_plan}|CREDITS {credits_balance}",
    .lines = "Id {id}|E-mail {email}|Name {full_name}|?Avatar {avatar_url}|Plan {payment_plan}|"
             "Credits {credits_balance}|Analysed {chunks_analyzed}|?Suspended {suspended_at}|"
             "?Because {suspension_reason}|Created {created_at}|?Deleted {deleted_at}",
};

/* Two lines are of the pack's progress, which `pack show` adds. */
const struct record_type RECORD_PACK = {
    .fields = pack_fields,
    .read = pack_read,
    .keys = pack_keys,
    .columns = "NAME {name}|SOURCES {total_sources}|TOKENS {total_tokens}|CHANGED {updated_at}|ID {id}",
    .lines = "Id {id}|Name {name}|?Description {description}|?Prompt {custom_system_prompt}|Sources {total_sources}|"
             "?  completed {completed_sources}|?  failed {failed_sources}|Tokens {total_tokens}|Created {created_at}|"
             "Changed {updated_at}",
};

const struct record_type RECORD_SOURCE = {
    .fields = source_fields,
    .read = source_read,
    .keys = source_keys,
    .columns = "NAME {name}|FORMAT {format}|STATUS {status_name}|MESSAGES {message_count}|TOKENS {text_tokens}|ID {id}",
    .lines = "Id {id}|Pack {pack_id}|Name {name}|Type {type_name}|Format {format:}|Status {status_name}, {progress}%|"
             "?Error {error_message}|Size {file_size}|Conversations {conversation_count}|Messages {message_count}|"
             "  known {known_messages}|?Not read {loss_summary}|Tokens {text_tokens}|Chunks {processed_chunks} of "
             "{total_chunks}|?Stands still {stalled_reason}|?Lease {lease_until}|"
             "Cost {cost_micros}|Created {created_at}|Completed {completed_at}",
};

const struct record_type RECORD_EXPORT = {
    .fields = export_fields,
    .read = export_read,
    .keys = export_keys,
    .columns =
        "TYPE {type_name}|STATUS {status_name}|TOKENS {token_count}|SIZE {file_size}|CREATED {created_at}|ID {id}",
    .lines = "Id {id}|Pack {pack_id}|Type {type_name}|Status {status_name}|?Error {error_message}|Tokens {token_count}|"
             "Size {file_size}|Created {created_at}",
};

const struct record_type RECORD_TRANSACTION = {
    .fields = transaction_fields,
    .read = transaction_read,
    .keys = transaction_keys,
    .columns = "TIME {created_at}|TYPE {type_name}|CREDITS {credits}|AMOUNT {amount_micros}|FOR {description}",
};

const struct record_type RECORD_ADMIN_ACTION = {
    .fields = admin_action_fields,
    .read = admin_action_read,
    .keys = admin_action_keys,
    .columns = "TIME {created_at}|ACTION {type_name}|USER {target_user_id}|CREDITS {credits}|REASON {reason}",
    .lines = "Id {id}|Action {type_name}|User {target_user_id}|By {admin_user_id:the service}|?Credits {credits}|"
             "?Amount {amount_micros}|Reason {reason}|Time {created_at}",
};

const struct record_type RECORD_JOB = {
    .fields = job_fields,
    .read = job_read,
    .keys = job_keys,
    .columns = "FILE {file_name}|STATUS {status_name}|CHUNKS {total_chunks}|MESSAGES {extracted_count}|ID {id}",
    .lines = "Id {id}|File {file_name}|Size {file_size}|Status {status_name}|?Error {error_message}|"
             "Messages {extracted_count}|Chunks {total_chunks}|  analysed {processed_chunks}|?  failed {failed_chunks}|"
             "Created {created_at}|Completed {completed_at}",
};

const struct record_type RECORD_LEGACY_PACK = {
    .fields = legacy_pack_fields,
    .read = legacy_pack_read,
    .keys = legacy_pack_keys,
    .columns = "NAME {name}|SIZE {file_size}|MADE {created_at}|ID {id}|COPY {copy_id}",
};

/* "9.99 usd" */
static void format_price(char *text, size_t size, const cpk_package *package)
{
    const int64_t amount = cpk_package_amount(package);
    const int32_t decimals = cpk_package_decimals(package);
    int64_t unit = 1;

    for (int32_t i = 0; i < decimals; i++) {
        unit *= 10;
    }
    if (amount == 0) {
        snprintf(text, size, "%s", cpk_package_tier_count(package) > 0 ? "by number" : "at Stripe");
    } else if (decimals == 0) {
        snprintf(text, size, "%lld %s", (long long)amount, cpk_package_currency(package));
    } else {
        snprintf(text, size, "%lld.%0*lld %s", (long long)(amount / unit), (int)decimals, (long long)(amount % unit),
                 cpk_package_currency(package));
    }
}

static void package_extras(const void *record, struct record_extra *extras)
{
    char number[FORMAT_NUMBER_BYTES];

    extras[0].key = "how_many";
    snprintf(extras[0].text, sizeof extras[0].text, "%s",
             cpk_package_is_unlimited(record)     ? "unlimited"
             : cpk_package_tier_count(record) > 0 ? "any"
                                                  : format_count(number, cpk_package_credits(record)));
    extras[1].key = "price";
    format_price(extras[1].text, sizeof extras[1].text, record);
}

static void package_members(const void *record, struct json_out *json)
{
    json_out_begin(json, "tiers", '[');
    for (int32_t tier = 0; tier < cpk_package_tier_count(record); tier++) {
        json_out_begin(json, NULL, '{');
        json_out_number(json, "from_credits", cpk_package_tier_from_credits(record, tier));
        json_out_number(json, "unit_price_micros", cpk_package_tier_unit_micros(record, tier));
        json_out_end(json, '}');
    }
    json_out_end(json, ']');
}

const struct record_type RECORD_PACKAGE = {
    .fields = package_fields,
    .read = package_read,
    .keys = package_keys,
    .columns = "PACKAGE {id}|NAME {name}|CREDITS {how_many}|PRICE {price}|EVERY {interval}",
    .add_extras = package_extras,
    .add_members = package_members,
};

static void payment_extras(const void *record, struct record_extra *extras)
{
    char number[FORMAT_NUMBER_BYTES];

    extras[0].key = "how_many";
    snprintf(extras[0].text, sizeof extras[0].text, "%s",
             cpk_payment_is_unlimited(record) ? "unlimited" : format_count(number, cpk_payment_credits(record)));
}

const struct record_type RECORD_PAYMENT = {
    .fields = payment_fields,
    .read = payment_read,
    .keys = payment_keys,
    .columns = "PAYMENT {id}|STRIPE {stripe_payment_id}|CUSTOMER {customer_id}|CREDITS {how_many}|AMOUNT {amount:0}|"
               "CURRENCY {currency}|SINCE {created_at}",
    .add_extras = payment_extras,
};

const struct record_type RECORD_PAYMENT_ATTEMPT = {
    .fields = payment_attempt_fields,
    .read = payment_attempt_read,
    .keys = payment_attempt_keys,
    .columns = "TIME {created_at}|USER {user_id}|TYPE {type}|STATUS {status_name}|CREDITS {credits_requested}|"
               "ADDRESS {ip_address}|WHY {error_message}",
};

#define VELOCITY_COLUMNS(subject, others)                                                                              \
    subject " {subject}|ATTEMPTS {attempts}|SUCCEEDED {succeeded}|FAILED {failed}|REFUSED {refused}|" others           \
            " {others}|LAST {last_at}"

static const char *const keys_of_users[][2] = {{"subject", "user_id"}, {"others", "ip_addresses"}, {NULL, NULL}};
static const char *const keys_of_addresses[][2] = {{"subject", "ip_address"}, {"others", "users"}, {NULL, NULL}};

const struct record_type RECORD_VELOCITY_OF_USERS = {
    .fields = payment_velocity_fields,
    .read = payment_velocity_read,
    .keys = keys_of_users,
    .columns = VELOCITY_COLUMNS("USER", "ADDRESSES"),
};
const struct record_type RECORD_VELOCITY_OF_ADDRESSES = {
    .fields = payment_velocity_fields,
    .read = payment_velocity_read,
    .keys = keys_of_addresses,
    .columns = VELOCITY_COLUMNS("ADDRESS", "USERS"),
};

const struct record_type RECORD_RECONCILE_REPORT = {
    .fields = reconcile_report_fields,
    .read = reconcile_report_read,
    .keys = reconcile_report_keys,
    .lines = "Since {starts_at}|Events {seen}|Known {known}|Processed {processed}|Unclaimed {unclaimed}|"
             "Ignored {ignored}|Refused {refused}|Failed {failed}|?First failure {first_failure}",
};

const struct record_type RECORD_KEYS = {
    .fields = key_report_fields,
    .read = key_report_read,
    .keys = key_report_keys,
    .lines = "Data keys {data_keys}|Wrapped again {rewrapped_keys}|New {new_keys}|Files encrypted again {blobs}|"
             "Bytes of them {blob_bytes}|Keys removed {removed_keys}|Replaced keys that stay {replaced_keys}",
};

const struct record_type RECORD_REDACT = {
    .fields = redact_report_fields,
    .read = redact_report_read,
    .keys = redact_report_keys,
};

const struct record_type RECORD_STORAGE_COPY = {
    .fields = storage_copy_report_fields,
    .read = storage_copy_report_read,
    .keys = storage_copy_report_keys,
    .lines = "Files copied {blobs}|Bytes of them {blob_bytes}|Known files {known_blobs}|"
             "Files verified {verified_blobs}|Files removed {removed_blobs}",
};

const struct record_type RECORD_BACKUP = {
    .fields = backup_report_fields,
    .read = backup_report_read,
    .keys = backup_report_keys,
    .lines = "Database {database_bytes}|Files copied {blobs}|Bytes of them {blob_bytes}|Known files {known_blobs}",
};
const struct record_type RECORD_BACKUP_WITHOUT_FILES = {
    .fields = backup_report_fields,
    .read = backup_report_read,
    .keys = backup_report_keys,
    .lines = "Database {database_bytes}",
};

static const char *const keys_of_archiving[][2] = {{"restored_rows", NULL}, {"damaged_files", NULL}, {NULL, NULL}};
static const char *const keys_of_restoring[][2] = {
    {"bytes", NULL}, {"known_files", NULL}, {"deleted_rows", NULL}, {NULL, NULL}};

const struct record_type RECORD_ARCHIVING = {
    .fields = archive_report_fields,
    .read = archive_report_read,
    .keys = keys_of_archiving,
    .lines = "Files {files}|Rows {rows}|Bytes {bytes}|Known files {known_files}|Rows deleted {deleted_rows}",
};
const struct record_type RECORD_RESTORING = {
    .fields = archive_report_fields,
    .read = archive_report_read,
    .keys = keys_of_restoring,
    .lines = "Files {files}|Rows {rows}|Rows restored {restored_rows}|Damaged files {damaged_files}",
};

const struct record_type RECORD_SWEEP = {
    .fields = sweep_report_fields,
    .read = sweep_report_read,
    .keys = sweep_report_keys,
    .lines = "Blobs {blobs}|Orphans {orphans}|Their bytes {orphan_bytes}|Removed {removed}|Too young {young_orphans}|"
             "Users skipped {skipped_users}|Unknown blobs {unknown_blobs}",
};

const struct record_type RECORD_WORKER_REPORT = {
    .fields = worker_report_fields,
    .read = worker_report_read,
    .keys = worker_report_keys,
    .lines = "Claimed {claimed}|Done {done}|Failed {failed}|Dead {dead}|Deferred {deferred}|Cancelled {cancelled}|"
             "Given back {released}|Rescued {rescued}|Chunks {chunks}|Tokens in {input_tokens}|"
             "Tokens out {output_tokens}",
};

const struct record_type RECORD_WORK = {
    .fields = work_fields,
    .read = work_read,
    .keys = work_keys,
    .columns =
        "SOURCE {id}|STATE {state_name}|WHY {reason}|ATTEMPTS {attempts}|SUBMITTED {submitted_at}|USER {user_id}",
    .lines =
        "Source {id}|User {user_id}|To do {kind}|State {state_name}|?Why {reason}|?Error {message}|"
        "Priority {priority}|Attempts {attempts}|Submitted {submitted_at}|Not before {run_at}|?Lease {lease_until}",
};

const struct record_type RECORD_USER_DELETION = {
    .fields = user_deletion_fields,
    .read = user_deletion_read,
    .keys = user_deletion_keys,
    .lines = "Packs {packs}|Sources {sources}|Documents {exports}|V1 jobs {jobs}|V1 packs {legacy_packs}|Blobs {blobs}|"
             "Bytes {blob_bytes}|Kept entries {kept_transactions}|Kept payments {kept_payment_attempts}|"
             "Kept actions {kept_admin_actions}|Kept blobs {kept_blobs}",
};

static const char *const keys_of_quote[][2] = {{"balance", "credits_balance"}, {NULL, NULL}};

static struct record_extra *add_extra(struct record_extra *extra, const char *key, const char *text)
{
    extra->key = key;
    snprintf(extra->text, sizeof extra->text, "%s", text);
    return extra + 1;
}

static void quote_extras(const void *record, struct record_extra *extras)
{
    const cpk_quote *quote = record;
    char text[FORMAT_NUMBER_BYTES];

    if (quote->unknown_sources > 0) {
        extras = add_extra(extras, "unknown", format_count(text, quote->unknown_sources));
    }
    extras = add_extra(extras, "needed",
                       quote->is_unlimited ? "none: unlimited plan" : format_count(text, quote->credits_needed));
    extras = add_extra(extras, "credits", format_count(text, quote->balance + quote->held_here));
    if (quote->price_micros > 0) {
        extras = add_extra(extras, "cost", format_money(text, quote->cost_micros, quote->currency));
    }
    if (!quote->can_proceed && quote->chunks_covered < quote->chunks_left) {
        add_extra(extras, "covered", format_count(text, quote->chunks_covered));
    }
}

const struct record_type RECORD_QUOTE = {
    .fields = quote_fields,
    .read = quote_read,
    .keys = keys_of_quote,
    .lines = "?Not extracted {unknown}|Chunks {chunks_total}|Analysed {chunks_done}|Left {chunks_left}|"
             "Credits needed {needed}|Credits {credits}|?Cost {cost}|Can proceed {can_proceed}|?Covered {covered}",
    .add_extras = quote_extras,
};

/* Prints the library's records: as JSON objects, or as labelled lines for people. */
#ifndef CLI_TERMINAL_RECORDS_H
#define CLI_TERMINAL_RECORDS_H

#include "terminal/json_out.h"

#include <contextpack/contextpack.h>

/* `key` is NULL inside an array. */
void records_user_json(struct json_out *json, const char *key, const cpk_user *user);
void records_pack_json(struct json_out *json, const char *key, const cpk_pack *pack, const cpk_pack_progress *progress);
void records_source_json(struct json_out *json, const char *key, const cpk_source *source);
void records_export_members(struct json_out *json, const cpk_export *result); /* the fields without the braces */
void records_export_json(struct json_out *json, const char *key, const cpk_export *result);
void records_transaction_json(struct json_out *json, const char *key, const cpk_transaction *transaction);
void records_admin_action_json(struct json_out *json, const char *key, const cpk_admin_action *action);
void records_job_json(struct json_out *json, const char *key, const cpk_job *job);
void records_legacy_pack_json(struct json_out *json, const char *key, const cpk_legacy_pack *pack);
void records_quote_json(struct json_out *json, const char *key, const cpk_quote *quote);
void records_error_json(struct json_out *json, const char *key, const cpk_error *error); /* null for NULL */

void records_user_text(struct output *out, const cpk_user *user);
void records_pack_text(struct output *out, const cpk_pack *pack, const cpk_pack_progress *progress);
void records_source_text(struct output *out, const cpk_source *source);
void records_export_text(struct output *out, const cpk_export *result);
void records_admin_action_text(struct output *out, const cpk_admin_action *action);
void records_job_text(struct output *out, const cpk_job *job);

void records_quote_text(struct output *out, const cpk_quote *quote);

const char *records_plan_name(int32_t plan);

/* Prints "<label>: <text>"; the text is untrusted. */
void records_line(struct output *out, const char *label, const char *text);

#endif

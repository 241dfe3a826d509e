/* Prints the library's records: as JSON objects, as labelled lines, or as rows of columns. Fields come from the tables
 * in src/records; record_types.c lists what lines and columns show. */
#ifndef CLI_TERMINAL_RECORDS_H
#define CLI_TERMINAL_RECORDS_H

#include "terminal/columns.h"
#include "terminal/json_out.h"

#include <contextpack/contextpack.h>

#define RECORD_FIELDS_MAX 32
#define RECORD_EXTRAS_MAX 6 /* with the terminating one */

enum record_form {
    RECORD_TEXT,
    RECORD_WORD, /* field `status_name`, the key `status` */
    RECORD_JSON,
    RECORD_COUNT,
    RECORD_SIZE,
    RECORD_MONEY, /* millionths of a US dollar */
    RECORD_TIME,
    RECORD_FLAG,
    RECORD_PLAN, /* CPK_PLAN_* */
};

/* When a field has no value. */
enum record_missing {
    RECORD_NEVER,
    RECORD_NULL, /* NULL, a number below 0, CPK_TIME_UNKNOWN */
    RECORD_ZERO,
    RECORD_EMPTY, /* "" or the JSON [] or {} */
};

struct record_field {
    const char *name;
    enum record_form form;
    enum record_missing missing;
};

struct record_value {
    const char *text;
    int64_t number;
};

/* A named text that a command computes for a record. A NULL key ends an array. */
struct record_extra {
    const char *key;
    char text[64];
};

struct record_type {
    const struct record_field *fields;                             /* terminated by a NULL name */
    void (*read)(const void *record, struct record_value *values); /* one value for each field */
    const char *const (*keys)[2]; /* field names and their JSON keys; a NULL key hides the field; ends with NULL */
    /* The columns of a list and the lines of one record, separated by |. Each is a title and a text with names of
     * fields or extras in braces: "Size {file_size}". "{name:text}" shows `text` if the field has no value. Without
     * such a text the cell is "-", or the line is omitted if its title starts with a question mark. */
    const char *columns;
    const char *lines;
    void (*add_extras)(const void *record, struct record_extra *extras); /* or NULL */
    void (*add_members)(const void *record, struct json_out *json);      /* writes further members; or NULL */
};

extern const struct record_type RECORD_USER, RECORD_PACK, RECORD_SOURCE, RECORD_EXPORT, RECORD_TRANSACTION,
    RECORD_ADMIN_ACTION, RECORD_JOB, RECORD_LEGACY_PACK, RECORD_PACKAGE, RECORD_PAYMENT, RECORD_PAYMENT_ATTEMPT,
    RECORD_VELOCITY_OF_USERS, RECORD_VELOCITY_OF_ADDRESSES, RECORD_RECONCILE_REPORT, RECORD_BACKUP,
    RECORD_BACKUP_WITHOUT_FILES, RECORD_ARCHIVING, RECORD_RESTORING, RECORD_SWEEP, RECORD_WORK, RECORD_WORKER_REPORT,
    RECORD_USER_DELETION, RECORD_QUOTE, RECORD_KEYS, RECORD_REDACT, RECORD_STORAGE_COPY;

/* Prints an object; `key` is NULL inside an array. */
void records_json(struct json_out *json, const char *key, const struct record_type *type, const void *record);
/* Prints the members without the braces. */
void records_json_members(struct json_out *json, const struct record_type *type, const void *record);

/* Prints the lines of a record; `extras` may be NULL. */
void records_lines(struct output *out, const struct record_type *type, const void *record,
                   const struct record_extra *extras);

/* Starts a table with its headings; add the rows next. */
void records_begin_columns(struct columns *columns, const struct record_type *type);
void records_add_row(struct columns *columns, const struct record_type *type, const void *record);

void records_error_json(struct json_out *json, const char *key, const cpk_error *error); /* null for NULL */

const char *records_plan_name(int32_t plan);

/* Prints "<label>: <text>"; the text is untrusted. */
void records_line(struct output *out, const char *label, const char *text);

#endif

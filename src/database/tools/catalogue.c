/* Build-time program that compiles SQL files to C tables.
 *
 *   contextpack_catalogue OUT_DIR queries.sql queries.postgresql.sql schema/ENGINE/probe.sql
 * schema/ENGINE/0001_name.sql ...
 *
 * queries.sql holds blocks that begin with "-- name: x" (a statement) or "-- fragment: x" (text for @include(x)).
 * queries.postgresql.sql holds statements that replace those of the same name on PostgreSQL, and more fragments.
 * Statements are portable except for @words, macros that expand differently for each engine: see `words` below.
 * The other files belong to the engine that their folder is named after: bootstrap.sql, finish.sql, guard.sql,
 * locked.sql, plan.sql, survey.sql and numbered migrations, which are split into statements at semicolons outside
 * quotes and comments; and probe.sql and blockers.sql with one statement each. In survey.sql a comment "-- about: x"
 * before each statement names its subject ("-- always about: x" if it also runs on a database without tables), and
 * @words(list) expands to a list of words from model/words.h. Special comments of migrations:
 *   "-- part: x"       when the statements behind it are run: draft, plan, open (as at first), locked
 *   "-- least: n"      the last migration that a library must know to use a database that has this one (else: itself)
 */
#include "model/words.h"

#include <openssl/evp.h>

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS_MAX  512
#define NAME_BYTES  80
#define SHA256_SIZE 32

struct text {
    char *data;
    size_t length;
    size_t capacity;
};

struct block {
    char name[NAME_BYTES];
    int is_fragment;
    struct text sql;
    struct text postgresql; /* replaces sql on PostgreSQL; empty: it does not */
};

static struct block blocks[BLOCKS_MAX];
static size_t block_count;

/* Bounds of values: the years 1 to 9999 as microseconds and as times, money whose millionths fit 64 bits, and counts
 * whose sum over a million rows fits 64 bits. */
#define FIRST_US   "-62135596800000000"
#define LAST_US    "253402300799999999"
#define FIRST_TIME "timestamptz '0001-01-01 00:00:00+00'"
#define LAST_TIME  "timestamptz '9999-12-31 23:59:59.999999+00'"
#define MONEY_MAX  "9223372036854.775807"
#define MICROS_MAX "9223372036854775807"
#define COUNT_MAX  "1000000000000"
#define AMOUNT_MAX "1000000000"
#define CHUNKS_MAX "2147483646"

/* Expansions of @word(argument); "%" is replaced by the argument. */
static const struct {
    const char *name;
    const char *sqlite;
    const char *postgresql;
} words[] = {
    {"uuid", "%", "CAST(% AS uuid)"}, /* a bound uuid */
    /* a bound time in microseconds; seconds are separate, because PostgreSQL multiplies intervals as doubles */
    {"time", "%",
     "(timestamptz 'epoch' + CAST(% AS bigint) / 1000000 * interval '1 second' + mod(CAST(% AS bigint), 1000000) * "
     "interval '1 microsecond')"},
    /* a time column in microseconds, clamped to the years 1 to 9999 */
    {"time_us", "max(min(%, " LAST_US "), " FIRST_US ")",
     "CASE WHEN % > " LAST_TIME " THEN " LAST_US " WHEN % < " FIRST_TIME " THEN " FIRST_US
     " ELSE CAST(EXTRACT(epoch FROM %) * 1000000 AS bigint) END"},
    /* a time column to sort by, in the order of @time_us; nulls sort first */
    {"time_key", "max(min(COALESCE(%, " FIRST_US "), " LAST_US "), " FIRST_US ")",
     "GREATEST(LEAST(COALESCE(%, " FIRST_TIME "), " LAST_TIME "), " FIRST_TIME ")"},
    /* condition: the time column's value is clamped by @time_us */
    {"time_odd", "(% NOT BETWEEN " FIRST_US " AND " LAST_US ")", "(% NOT BETWEEN " FIRST_TIME " AND " LAST_TIME ")"},
    {"money", "%", "round(CAST(% AS numeric) / 1000000, 6)"}, /* bound money in millionths */
    /* a money column in millionths, clamped to 64 bits; NaN is 0 */
    {"money_micro", "%",
     "CASE WHEN % BETWEEN -" MONEY_MAX " AND " MONEY_MAX " THEN CAST(% * 1000000 AS bigint) WHEN % = 'NaN' THEN 0 "
     "WHEN % > 0 THEN " MICROS_MAX " WHEN % < 0 THEN -" MICROS_MAX " END"},
    {"money_odd", "(% = -9223372036854775807 - 1)", "(% NOT BETWEEN -" MONEY_MAX " AND " MONEY_MAX ")"},
    /* a count column for sums, clamped; null is 0 */
    {"count", "max(min(COALESCE(%, 0), " COUNT_MAX "), 0)", "GREATEST(LEAST(COALESCE(%, 0), " COUNT_MAX "), 0)"},
    /* the same for columns to add to: of 32 bits on PostgreSQL, and of money */
    {"chunks", "max(min(COALESCE(%, 0), " CHUNKS_MAX "), 0)", "GREATEST(LEAST(COALESCE(%, 0), " CHUNKS_MAX "), 0)"},
    {"cost", "CASE WHEN % BETWEEN 0 AND " COUNT_MAX " THEN % ELSE 0 END",
     "CASE WHEN % BETWEEN 0 AND 1000000 THEN % ELSE 0 END"},
    /* credits and money for sums: clamped, so that one row can't make the sum overflow or NaN */
    {"credits", "max(min(COALESCE(%, 0), 2147483647), -2147483647)", "COALESCE(%, 0)"},
    {"amount", "max(min(COALESCE(%, 0), " AMOUNT_MAX "000000), -" AMOUNT_MAX "000000)",
     "CASE WHEN % = 'NaN' THEN 0 ELSE GREATEST(LEAST(COALESCE(%, 0), " AMOUNT_MAX "), -" AMOUNT_MAX ") END"},
    {"count_odd", "(% NOT BETWEEN 0 AND " COUNT_MAX ")", "(% NOT BETWEEN 0 AND " COUNT_MAX ")"},
    {"json", "%", "CAST(% AS jsonb)"},                                 /* bound JSON */
    {"json_text", "%", "CAST(% AS text)"},                             /* a JSON column, as text */
    {"int_array", "%", "CAST(translate(%, '[]', '{}') AS integer[])"}, /* a bound JSON array of integers */
    /* an integer[] column of any shape as a flat JSON array */
    {"int_array_text", "(SELECT json_group_array(f.value) FROM json_each(%) f WHERE f.type = 'integer')",
     "CAST(array_to_json(ARRAY(SELECT f FROM unnest(%) f WHERE f IS NOT NULL)) AS text)"},
    /* a bound JSON array of texts or uuids, for IN */
    {"texts", "(SELECT value FROM json_each(%))", "(SELECT json_array_elements_text(CAST(% AS json)))"},
    {"uuids", "(SELECT value FROM json_each(%))", "(SELECT CAST(json_array_elements_text(CAST(% AS json)) AS uuid))"},
    {"append", "CAST(% AS BLOB)", "(%)"},                /* bytes joined by ||, which SQLite makes a text */
    {"folder_key", "%", "(left(%, 512) COLLATE \"C\")"}, /* a folder column as it is indexed and sorted: bytewise */
    /* a bound JSON array of claims of the queue, [user, kind, id, lease owner, number] */
    {"claims",
     "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), "
     "json_extract(value, '$[3]'), json_extract(value, '$[4]') FROM json_each(%)",
     "SELECT CAST(v.value ->> 0 AS uuid), v.value ->> 1, v.value ->> 2, v.value ->> 3, "
     "CAST(v.value ->> 4 AS bigint) FROM json_array_elements(CAST(% AS json)) v (value)"},
    /* a bound JSON array of texts as rows v (value) */
    {"text_rows", "json_each(%) v", "json_array_elements_text(CAST(% AS json)) v (value)"},
    {"archive_format", "%",
     "set_config('DateStyle', 'ISO', true) || set_config('TimeZone', 'UTC', true) || "
     "set_config('IntervalStyle', 'postgres', true) || set_config('extra_float_digits', '1', true) || "
     "set_config('bytea_output', 'hex', true) || set_config('lc_monetary', 'C', true) || %"},
    /* the columns of a table: name, type, 1 if generated, position */
    {"columns",
     "(SELECT name, type, hidden > 1 AS is_computed, cid AS place FROM pragma_table_xinfo(%) WHERE hidden <> 1)",
     "(SELECT CAST(a.attname AS text) AS name, format_type(a.atttypid, a.atttypmod) AS type, "
     "CASE WHEN a.attgenerated <> '' THEN 1 ELSE 0 END AS is_computed, CAST(a.attnum AS integer) AS place "
     "FROM pg_catalog.pg_attribute a WHERE a.attrelid = to_regclass('public.' || %) AND a.attnum > 0 "
     "AND NOT a.attisdropped)"},
    {"byte_order", "%", "(%) COLLATE \"C\""},  /* a text to sort bytewise */
    {"position", "instr(%)", "strpos(%)"},     /* position of a text in another, counted from 1; 0: none */
    {"inet", "%", "CAST(% AS inet)"},          /* a bound network address */
    {"inet_text", "%", "host(%)"},             /* an inet column as text */
    {"own", "contextpack_%", "contextpack.%"}, /* a table of the library */
    /* size of the database and of its unused pages in bytes; no argument */
    {"database_bytes", "(SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size())%",
     "pg_catalog.pg_database_size(pg_catalog.current_database())%"},
    {"free_bytes", "(SELECT freelist_count * page_size FROM pragma_freelist_count(), pragma_page_size())%",
     "CAST(0 AS bigint)%"},
};

/* Lists for @words(list) in survey.sql, which expands to literals. */
static const struct {
    const char *name;
    const char *const *words;
} word_lists[] = {
    {"source_type", (const char *const[]){SOURCE_TYPE_WORDS, NULL}},
    {"source_status", (const char *const[]){SOURCE_STATUS_WORDS, NULL}},
    {"export_type", (const char *const[]){EXPORT_TYPE_WORDS, NULL}},
    {"export_status", (const char *const[]){EXPORT_STATUS_WORDS, NULL}},
    {"job_status", (const char *const[]){JOB_STATUS_WORDS, NULL}},
    {"transaction_type", (const char *const[]){TRANSACTION_TYPE_WORDS, NULL}},
    {"payment_plan", (const char *const[]){PAYMENT_PLAN_WORDS, NULL}},
    {"payment_attempt_status", (const char *const[]){PAYMENT_ATTEMPT_STATUS_WORDS, NULL}},
    {"webhook_log_status", (const char *const[]){WEBHOOK_LOG_STATUS_WORDS, NULL}},
    {"admin_action_type", (const char *const[]){ADMIN_ACTION_TYPE_WORDS, NULL}},
    {"subscription_status", (const char *const[]){SUBSCRIPTION_STATUS_WORDS, NULL}},
    {"storage_reserved", (const char *const[]){STORAGE_ARCHIVE, NULL}},
    {"storage_users", (const char *const[]){STORAGE_USERS, NULL}},
};

static void die(const char *file, const char *what)
{
    fprintf(stderr, "catalogue: %s: %s\n", file, what);
    exit(1);
}

static void text_add(struct text *target, const char *bytes, size_t length)
{
    if (target->length + length + 1 > target->capacity) {
        target->capacity = (target->length + length + 1) * 2;
        target->data = realloc(target->data, target->capacity);
        if (target->data == NULL) {
            die("memory", "out of memory");
        }
    }
    memcpy(target->data + target->length, bytes, length);
    target->length += length;
    target->data[target->length] = '\0';
}

static struct text file_read(const char *path)
{
    struct text content = {NULL, 0, 0};
    char piece[4096];
    size_t got;
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        die(path, strerror(errno));
    }
    text_add(&content, "", 0);
    while ((got = fread(piece, 1, sizeof piece, file)) > 0) {
        text_add(&content, piece, got);
    }
    fclose(file);
    return content;
}

static void text_trim(struct text *target)
{
    while (target->length > 0 &&
           (isspace((unsigned char)target->data[target->length - 1]) || target->data[target->length - 1] == ';')) {
        target->data[--target->length] = '\0';
    }
}

static struct block *block_find(const char *name, size_t length, int is_fragment)
{
    for (size_t i = 0; i < block_count; i++) {
        if (blocks[i].is_fragment == is_fragment && strlen(blocks[i].name) == length &&
            memcmp(blocks[i].name, name, length) == 0) {
            return &blocks[i];
        }
    }
    return NULL;
}

static struct block *block_start(const char *path, const char *name, int is_fragment)
{
    size_t length = strcspn(name, " \r\n");
    struct block *added;

    if (length == 0 || length >= NAME_BYTES || block_count == BLOCKS_MAX ||
        block_find(name, length, is_fragment) != NULL) {
        die(path, "a block has no name or a duplicate name, or there are too many blocks");
    }
    added = &blocks[block_count++];
    memcpy(added->name, name, length);
    added->is_fragment = is_fragment;
    text_add(&added->sql, "", 0);
    return added;
}

/* The statement that a line "-- name: x" of queries.postgresql.sql replaces on PostgreSQL. */
static struct block *block_replaced(const char *path, const char *name)
{
    struct block *block = block_find(name, strcspn(name, " \r\n"), 0);

    if (block == NULL || block->postgresql.length > 0) {
        die(path, "a statement that is not in queries.sql, or is replaced twice");
    }
    return block;
}

/* Reads queries.sql, or queries.postgresql.sql, whose statements replace some of it. */
static void queries_read(const char *path, int are_replacements)
{
    struct text content = file_read(path);
    struct text *sql = NULL;
    char *line = content.data;

    while (*line != '\0') {
        size_t length = strcspn(line, "\n");
        char *next = line + length + (line[length] == '\n');

        if (strncmp(line, "-- fragment: ", 13) == 0) {
            sql = &block_start(path, line + 13, 1)->sql;
        } else if (strncmp(line, "-- name: ", 9) == 0) {
            sql = are_replacements ? &block_replaced(path, line + 9)->postgresql : &block_start(path, line + 9, 0)->sql;
        } else if (strncmp(line, "--", 2) != 0 && sql != NULL) {
            text_add(sql, line, (size_t)(next - line));
        }
        line = next;
    }
    for (size_t i = 0; i < block_count; i++) {
        text_trim(&blocks[i].sql);
        text_trim(&blocks[i].postgresql);
    }
    free(content.data);
}

static void expand(struct text *target, const char *sql, size_t length, int postgresql, int depth);

static void expand_list(struct text *target, const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof word_lists / sizeof word_lists[0]; i++) {
        if (strlen(word_lists[i].name) == length && memcmp(word_lists[i].name, name, length) == 0) {
            for (const char *const *word = word_lists[i].words; *word != NULL; word++) {
                text_add(target, word == word_lists[i].words ? "'" : ", '", word == word_lists[i].words ? 1 : 3);
                text_add(target, *word, strlen(*word));
                text_add(target, "'", 1);
            }
            return;
        }
    }
    die(name, "an unknown list of words");
}

struct word {
    const char *name;
    size_t name_length;
    const char *argument; /* may contain words itself */
    size_t argument_length;
};

/* Appends the expansion of a word. */
static void expand_word(struct text *target, const struct word *word, int postgresql, int depth)
{
    const char *name = word->name;
    const char *argument = word->argument;
    const size_t name_length = word->name_length;
    const size_t length = word->argument_length;

    if (name_length == 7 && memcmp(name, "include", 7) == 0) {
        struct block *fragment = block_find(argument, length, 1);

        if (fragment == NULL) {
            die(argument, "no such fragment");
        }
        expand(target, fragment->sql.data, fragment->sql.length, postgresql, depth + 1);
        return;
    }
    if (name_length == 5 && memcmp(name, "words", 5) == 0) {
        expand_list(target, argument, length);
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].name) == name_length && memcmp(words[i].name, name, name_length) == 0) {
            const char *form = postgresql ? words[i].postgresql : words[i].sqlite;
            size_t before = strcspn(form, "%");

            while (form[before] == '%') {
                text_add(target, form, before);
                expand(target, argument, length, postgresql, depth + 1);
                form += before + 1;
                before = strcspn(form, "%");
            }
            text_add(target, form, before);
            return;
        }
    }
    die(name, "an unknown @word");
}

static void expand(struct text *target, const char *sql, size_t length, int postgresql, int depth)
{
    size_t at = 0;

    if (depth > 8) {
        die(sql, "fragments are nested too deeply");
    }
    while (at < length) {
        size_t name = at + 1;
        size_t open = name;
        size_t close;
        int level = 0;

        if (sql[at] != '@') {
            text_add(target, sql + at, 1);
            at++;
            continue;
        }
        while (open < length && (isalnum((unsigned char)sql[open]) || sql[open] == '_')) {
            open++;
        }
        for (close = open; close < length; close++) {
            level += sql[close] == '(' ? 1 : sql[close] == ')' ? -1 : 0;
            if (level <= 0) {
                break;
            }
        }
        if (close >= length || sql[close] != ')') {
            die(sql, "an @word without parentheses");
        }
        expand_word(target, &(struct word){sql + name, open - name, sql + open + 1, close - open - 1}, postgresql,
                    depth);
        at = close + 1;
    }
}

static void write_literal(FILE *out, const char *sql, size_t length)
{
    fputs("\n        \"", out);
    for (size_t i = 0; i < length; i++) {
        switch (sql[i]) {
        case '\n':
            fputs("\\n\"\n        \"", out);
            break;
        case '"':
        case '\\':
            fprintf(out, "\\%c", sql[i]);
            break;
        default:
            fputc(sql[i], out);
        }
    }
    fputc('"', out);
}

static void write_statements(FILE *def, FILE *out)
{
    fputs("const struct catalogue_statement catalogue_statements[STATEMENT_COUNT] = {\n    {\"\", \"\", \"\"},\n", out);
    for (size_t i = 0; i < block_count; i++) {
        if (blocks[i].is_fragment) {
            continue;
        }
        fputs("STATEMENT(", def);
        for (const char *at = blocks[i].name; *at != '\0'; at++) {
            fputc(toupper((unsigned char)*at), def);
        }
        fputs(")\n", def);
        fprintf(out, "    {\"%s\",", blocks[i].name);
        for (int postgresql = 0; postgresql < 2; postgresql++) {
            const struct text *form =
                postgresql && blocks[i].postgresql.length > 0 ? &blocks[i].postgresql : &blocks[i].sql;
            struct text sql = {NULL, 0, 0};

            expand(&sql, form->data, form->length, postgresql, 0);
            write_literal(out, sql.data, sql.length);
            fputs(postgresql ? "},\n" : ",", out);
            free(sql.data);
        }
    }
    fputs("};\n\n", out);
}

/* Offset of the semicolon after a trigger's END, which must be on a separate line. */
static size_t trigger_end(const char *sql, size_t at)
{
    const char *end = strstr(sql + at, "\nEND;");

    if (end == NULL) {
        die(sql + at, "a trigger without END");
    }
    return (size_t)(end - sql) + 4;
}

/* Offset of the end of the statement at `at`: a semicolon outside quotes and comments, or the end of the text. */
static size_t statement_end(const char *sql, size_t at, size_t length)
{
    const char *line_end = sql + at + strcspn(sql + at, "\n");

    if (strncmp(sql + at, "CREATE TRIGGER ", 15) == 0 && line_end - sql >= 6 &&
        strncmp(line_end - 6, " BEGIN", 6) == 0) {
        return trigger_end(sql, at);
    }
    while (at < length && sql[at] != ';') {
        if (sql[at] == '\'' || sql[at] == '"') {
            char quote = sql[at++];

            while (at < length && sql[at] != quote) {
                at++;
            }
            at++;
        } else if (sql[at] == '-' && at + 1 < length && sql[at + 1] == '-') {
            at += strcspn(sql + at, "\n");
        } else if (sql[at] == '$' && at + 1 < length && sql[at + 1] == '$') {
            const char *close = strstr(sql + at + 2, "$$");

            at = close == NULL ? length : (size_t)(close - sql) + 2;
        } else {
            at++;
        }
    }
    return at < length ? at : length;
}

/* Skips white space and comment lines; returns the new offset. */
static size_t skip_blank(const char *sql, size_t at, size_t length)
{
    for (;;) {
        while (at < length && isspace((unsigned char)sql[at])) {
            at++;
        }
        if (at + 1 >= length || sql[at] != '-' || sql[at + 1] != '-') {
            return at;
        }
        at += strcspn(sql + at, "\n");
    }
}

/* Returns the subject of the statement at `at`: the rest of the last line "-- about: " between `from` and `at`. */
static struct text survey_subject(const char *path, const struct text *content, size_t from, size_t at, int *is_always)
{
    static const char always[] = "-- always about: ";
    static const char mark[] = "-- about: ";
    struct text subject = {NULL, 0, 0};

    for (size_t line = from; line < at; line += strcspn(content->data + line, "\n") + 1) {
        int is_marked = strncmp(content->data + line, mark, sizeof mark - 1) == 0;

        *is_always = strncmp(content->data + line, always, sizeof always - 1) == 0 || (*is_always && !is_marked);
        if (is_marked || strncmp(content->data + line, always, sizeof always - 1) == 0) {
            const char *start = content->data + line + (is_marked ? sizeof mark : sizeof always) - 1;

            subject.length = 0;
            text_add(&subject, start, strcspn(start, "\r\n"));
        }
    }
    if (subject.length == 0) {
        die(path, "a statement is not preceded by a line \"-- about: \"");
    }
    return subject;
}

/* Writes the array of survey statements with their subjects. Returns their number. */
static size_t write_survey(FILE *out, const char *engine, const char *path)
{
    struct text content = file_read(path);
    size_t count = 0;
    size_t from = 0;
    size_t at = skip_blank(content.data, 0, content.length);

    fprintf(out, "static const struct catalogue_survey %s_survey[] = {", engine);
    while (at < content.length) {
        size_t end = statement_end(content.data, at, content.length);
        int is_always = 0;
        struct text subject = survey_subject(path, &content, from, at, &is_always);
        struct text sql = {NULL, 0, 0};

        expand(&sql, content.data + at, end - at, strcmp(engine, "sqlite") != 0, 0);
        fputs("\n    {", out);
        write_literal(out, subject.data, subject.length);
        fputs(",", out);
        write_literal(out, sql.data, sql.length);
        fprintf(out, ", %d},", is_always);
        count++;
        free(sql.data);
        free(subject.data);
        from = end + 1 < content.length ? end + 1 : content.length;
        from += content.data[from] == '\n'; /* start at the beginning of a line */
        at = skip_blank(content.data, from, content.length);
    }
    fputs("\n};\n\n", out);
    free(content.data);
    return count;
}

/* Returns the rest of the last line between `from` and `at` that begins with `mark`, or NULL with a length of 0. */
static const char *directive(const char *sql, size_t from, size_t at, const char *mark, size_t *length)
{
    const char *found = NULL;

    *length = 0;
    for (size_t line = from; line < at; line += strcspn(sql + line, "\n") + 1) {
        if (strncmp(sql + line, mark, strlen(mark)) == 0) {
            found = sql + line + strlen(mark);
            *length = strcspn(found, " \r\n");
        }
    }
    return found;
}

/* Returns a statement's part: the last one named. A statement that only reports (SELECT '...') is a plan. */
static char part_of(const char *sql, size_t from, size_t at, char *current)
{
    size_t length;
    const char *named = directive(sql, from, at, "-- part: ", &length);

    if (named != NULL) {
        if (length == 0 || strchr("dpol", named[0]) == NULL) {
            die(named, "a part must be draft, plan, open or locked");
        }
        *current = named[0];
    }
    return strncmp(sql + at, "SELECT '", 8) == 0 && *current != 'd' ? 'p' : *current;
}

/* Writes the statements of a file as array "<engine>_<name>" and appends their parts to `parts`, which may be NULL.
 * Returns the number of statements. */
static size_t write_statement_array(FILE *out, const char *engine, const char *name, const struct text *content,
                                    struct text *parts)
{
    size_t count = 0;
    size_t from = 0;
    size_t at = skip_blank(content->data, 0, content->length);
    char current = 'o';

    fprintf(out, "static const char *const %s_%s[] = {", engine, name);
    while (at < content->length) {
        size_t end = statement_end(content->data, at, content->length);

        if (parts != NULL) {
            char part = part_of(content->data, from, at, &current);

            text_add(parts, &part, 1);
        }
        fputs("\n        (", out); /* parentheses avoid clang's -Wstring-concatenation */
        write_literal(out, content->data + at, end - at);
        fputs("),", out);
        count++;
        from = end + 1 < content->length ? end + 1 : content->length;
        from += content->data[from] == '\n'; /* start at the beginning of a line */
        at = skip_blank(content->data, from, content->length);
    }
    fputs(count == 0 ? "NULL};\n\n" : "\n};\n\n", out);
    return count;
}

static void checksum(const struct text *content, char hex[2 * SHA256_SIZE + 1])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int digest_length = 0;

    if (EVP_Digest(content->data, content->length, digest, &digest_length, EVP_sha256(), NULL) != 1) {
        die("SHA-256", "not available");
    }
    for (size_t i = 0; i < SHA256_SIZE; i++) {
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

/* Copies the name of the file's folder. */
static void engine_name(const char *path, char name[NAME_BYTES])
{
    const char *end = strrchr(path, '/');
    const char *start = end;

    while (start != NULL && start > path && start[-1] != '/') {
        start--;
    }
    if (start == NULL || start == end || (size_t)(end - start) >= NAME_BYTES) {
        die(path, "a migration's folder must be named after its engine");
    }
    memcpy(name, start, (size_t)(end - start));
    name[end - start] = '\0';
}

/* Writes a file of one statement as string "<engine>_<name>". */
static void write_single(FILE *out, const char *engine, const char *name, const struct text *content)
{
    size_t start = skip_blank(content->data, 0, content->length);
    size_t length = content->length;

    while (length > start && (isspace((unsigned char)content->data[length - 1]) || content->data[length - 1] == ';')) {
        length--;
    }
    fprintf(out, "static const char %s_%s[] =", engine, name);
    write_literal(out, content->data + start, length - start);
    fputs(";\n\n", out);
}

static long least_known(const struct text *content, long number)
{
    size_t length;
    const char *least = directive(content->data, 0, content->length, "-- least: ", &length);

    return least == NULL ? number : strtol(least, NULL, 10);
}

/* Writes a migration's statements and appends its line to the engine's table. */
static void write_migration(FILE *out, const char *engine, const char *path, long expected, struct text *table)
{
    const char *name = file_name(path);
    char number[5] = {0};
    char hex[2 * SHA256_SIZE + 1];
    char line[1024];
    struct text content;
    struct text parts = {NULL, 0, 0};
    size_t count;

    if (strlen(name) < 10 || name[4] != '_' || strtol(name, NULL, 10) != expected) {
        die(path, "migrations must be named NNNN_name.sql and numbered from 0001 without gaps");
    }
    memcpy(number, name, 4);
    content = file_read(path);
    checksum(&content, hex);
    text_add(&parts, "", 0);
    count = write_statement_array(out, engine, number, &content, &parts);
    snprintf(line, sizeof line, "    {%ld, \"%.*s\", \"%s\", %ld, %s_%s, %zu, ", expected, (int)(strlen(name) - 5 - 4),
             name + 5, hex, least_known(&content, expected), engine, number, count);
    text_add(table, line, strlen(line));
    text_add(table, "\"", 1);
    text_add(table, parts.data, parts.length);
    text_add(table, "\"},\n", 4);
    free(parts.data);
    free(content.data);
}

/* Writes a file that is not a migration and appends its member to the engine's initializer. Returns 0 for migrations.
 */
static int write_special(FILE *out, const char *engine, const char *path, struct text *members)
{
    static const char *const singles[] = {"blockers", "probe"};
    static const char *const scripts[] = {"bootstrap", "finish", "guard", "locked", "plan"};
    const char *name = file_name(path);
    size_t length = strcspn(name, ".");
    char member[256];
    struct text content;

    for (size_t i = 0; i < sizeof singles / sizeof singles[0]; i++) {
        if (strlen(singles[i]) == length && memcmp(singles[i], name, length) == 0) {
            content = file_read(path);
            write_single(out, engine, singles[i], &content);
            snprintf(member, sizeof member, " .%s = %s_%s,", singles[i], engine, singles[i]);
            text_add(members, member, strlen(member));
            free(content.data);
            return 1;
        }
    }
    if (strcmp(name, "survey.sql") == 0) {
        snprintf(member, sizeof member, " .survey = %s_survey, .survey_count = %zu,", engine,
                 write_survey(out, engine, path));
        text_add(members, member, strlen(member));
        return 1;
    }
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        if (strlen(scripts[i]) == length && memcmp(scripts[i], name, length) == 0) {
            content = file_read(path);
            snprintf(member, sizeof member, " .%s = {%s_%s, %zu},", scripts[i], engine, scripts[i],
                     write_statement_array(out, engine, scripts[i], &content, NULL));
            text_add(members, member, strlen(member));
            free(content.data);
            return 1;
        }
    }
    return 0;
}

/* Writes the files of one engine, which must be sorted, and appends its line to `schemas`. Returns the number of files.
 */
static int write_schema(FILE *out, char **paths, int count, struct text *schemas)
{
    struct text table = {NULL, 0, 0};
    struct text members = {NULL, 0, 0};
    char engine[NAME_BYTES];
    char other[NAME_BYTES];
    char line[512];
    long number = 0;
    int i;

    engine_name(paths[0], engine);
    text_add(&members, "", 0);
    for (i = 0; i < count; i++) {
        engine_name(paths[i], other);
        if (strcmp(engine, other) != 0) {
            break;
        }
        if (!write_special(out, engine, paths[i], &members)) {
            write_migration(out, engine, paths[i], ++number, &table);
        }
    }
    fprintf(out, "static const struct catalogue_migration %s_migrations[] = {\n%s};\n\n", engine, table.data);
    snprintf(line, sizeof line, "    {.dialect = CPK_DIALECT_%s, .migrations = %s_migrations, .migration_count = %ld,",
             strcmp(engine, "sqlite") == 0 ? "SQLITE" : "POSTGRESQL", engine, number);
    text_add(schemas, line, strlen(line));
    text_add(schemas, members.data, members.length);
    text_add(schemas, "},\n", 3);
    free(members.data);
    free(table.data);
    return i;
}

static void write_schemas(FILE *out, char **paths, int count)
{
    struct text schemas = {NULL, 0, 0};

    for (int done = 0; done < count;) {
        done += write_schema(out, paths + done, count - done, &schemas);
    }
    fprintf(out,
            "const struct catalogue_schema catalogue_schemas[] = {\n%s};\n"
            "const size_t catalogue_schema_count = sizeof catalogue_schemas / sizeof catalogue_schemas[0];\n",
            schemas.data);
    free(schemas.data);
}

static FILE *output_open(const char *directory, const char *name)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", directory, name);
    file = fopen(path, "wb");
    if (file == NULL) {
        die(path, strerror(errno));
    }
    return file;
}

int main(int argc, char **argv)
{
    FILE *def;
    FILE *out;

    if (argc < 5) {
        die("usage", "contextpack_catalogue OUT_DIR queries.sql queries.postgresql.sql schema/ENGINE/*.sql");
    }
    queries_read(argv[2], 0);
    queries_read(argv[3], 1);
    def = output_open(argv[1], "statements.def");
    out = output_open(argv[1], "catalogue_data.c");
    fputs("#include \"database/catalogue.h\"\n\n", out);
    write_statements(def, out);
    write_schemas(out, argv + 4, argc - 4);
    for (size_t i = 0; i < block_count; i++) {
        free(blocks[i].sql.data);
        free(blocks[i].postgresql.data);
    }
    if (fclose(def) != 0 || fclose(out) != 0) {
        die(argv[1], strerror(errno));
    }
    return 0;
}

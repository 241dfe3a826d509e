/* The library's SQL, compiled from queries.sql and schema/ at build time: statements and numbered migrations. */
#ifndef DATABASE_CATALOGUE_H
#define DATABASE_CATALOGUE_H

#include <contextpack/backend/database.h>

enum statement_id {
    STATEMENT_NONE, /* 0: SQL outside the catalogue */
#define STATEMENT(symbol) STATEMENT_##symbol,
#include "database/statements.def"
#undef STATEMENT
    STATEMENT_COUNT
};

/* A statement in each dialect. */
struct catalogue_statement {
    const char *name; /* as in queries.sql */
    const char *sqlite;
    const char *postgresql;
};

/* Part of a migration that a statement belongs to, see migrate.h. */
#define MIGRATION_PART_DRAFT  'd' /* creates temporary tables that plans compare with */
#define MIGRATION_PART_PLAN   'p' /* reads, and returns the changes of the migration and their statements */
#define MIGRATION_PART_OPEN   'o' /* runs in the transaction before it locks tables of the service */
#define MIGRATION_PART_LOCKED 'l' /* runs in the transaction with the locks */

struct catalogue_script {
    const char *const *statements;
    size_t count;
};

struct catalogue_migration {
    int64_t number; /* 1, 2, ... without gaps */
    const char *name;
    const char *checksum; /* SHA-256 of the file, hex */
    int64_t least_known;  /* the last migration that a library must know to use a database that has this one */
    const char *const *statements;
    size_t statement_count;
    const char *parts; /* a MIGRATION_PART_* for each statement */
};

/* One check of a database that this library did not create. */
struct catalogue_survey {
    const char *subject; /* what the statement checks, for messages */
    const char *sql; /* returns rows (kind, line), see migrate.h; kind "query": `line` is a statement to run likewise */
    int32_t is_always; /* 1: also run on a database without tables of the service */
};

/* The schema of one engine. */
struct catalogue_schema {
    int32_t dialect;      /* CPK_DIALECT_* */
    const char *probe;    /* returns one row: 1 if the table of migrations exists, else 0; number of tables */
    const char *blockers; /* returns sessions that hold the tables to change; NULL: not available */
    struct catalogue_script bootstrap; /* creates the table of migrations if missing; admits one process at a time */
    struct catalogue_script guard;     /* tries the migration lock (one row: 1 if taken); configures its transaction */
    struct catalogue_script plan;      /* runs before the plans of migrations; empty: no planning */
    struct catalogue_script finish;    /* runs before each statement that follows the transaction */
    struct catalogue_script locked;    /* creates, calls and drops the function that runs the locked part */
    const struct catalogue_survey *survey; /* the first statement prepares the transaction of each of the others */
    size_t survey_count;
    const struct catalogue_migration *migrations;
    size_t migration_count;
};

const char *catalogue_name(enum statement_id id);
const char *catalogue_sql(enum statement_id id, int32_t dialect);      /* NULL for an unknown dialect */
const struct catalogue_schema *catalogue_schema_find(int32_t dialect); /* NULL: unknown dialect */

/* Generated. */
extern const struct catalogue_statement catalogue_statements[];
extern const struct catalogue_schema catalogue_schemas[];
extern const size_t catalogue_schema_count;

#endif

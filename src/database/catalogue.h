/* The SQL of the library, made from queries.sql and schema/ at build time: statements by name, migrations by number. */
#ifndef DATABASE_CATALOGUE_H
#define DATABASE_CATALOGUE_H

#include <contextpack/backend/database.h>

enum statement_id {
    STATEMENT_NONE, /* 0: SQL that is not in the catalogue */
#define STATEMENT(symbol) STATEMENT_##symbol,
#include "database/statements.def"
#undef STATEMENT
    STATEMENT_COUNT
};

/* One statement in the words of each engine. */
struct catalogue_statement {
    const char *name; /* as in queries.sql */
    const char *sqlite;
    const char *postgresql;
};

/* When a statement of a migration is run: see migrate.h. */
#define MIGRATION_PART_DRAFT  'd' /* makes what plans compare with */
#define MIGRATION_PART_PLAN   'p' /* reads, and tells what the migration changes and by which statements */
#define MIGRATION_PART_OPEN   'o' /* in the transaction, before it locks a table of the service's */
#define MIGRATION_PART_LOCKED 'l' /* in the transaction, with the locks */

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

/* A look at a database that this library did not make. */
struct catalogue_survey {
    const char *subject; /* what the statement looks at, in words */
    const char *sql; /* returns rows (kind, line), as migrations do; of the kind "query": SQL to run in the same way */
    int32_t is_always; /* 1: also in a database without tables of the service */
};

/* The DDL of one engine. Statements may return rows (kind, line) that tell what they did: see migrate.h. */
struct catalogue_schema {
    int32_t dialect;      /* CPK_DIALECT_* */
    const char *probe;    /* one row: 1 when the table of migrations is there, else 0; how many tables there are */
    const char *blockers; /* rows: who holds the tables that a migration changes; NULL: not known */
    struct catalogue_script
        bootstrap; /* makes the table of migrations where absent; of several processes lets in one */
    struct catalogue_script
        guard; /* one row: 1 for the process that may migrate; then what makes its transaction wait */
    struct catalogue_script plan;          /* before the plans of migrations; none: the engine plans nothing */
    struct catalogue_script finish;        /* before each statement that is run after the transaction */
    struct catalogue_script locked;        /* makes the function that runs what needs locks, calls it, and drops it */
    const struct catalogue_survey *survey; /* the first statement prepares each of the others' transaction */
    size_t survey_count;
    const struct catalogue_migration *migrations;
    size_t migration_count;
};

const char *catalogue_name(enum statement_id id);
const char *catalogue_sql(enum statement_id id, int32_t dialect);      /* NULL for an unknown dialect */
const struct catalogue_schema *catalogue_schema_find(int32_t dialect); /* NULL when this build has none */

/* Generated. */
extern const struct catalogue_statement catalogue_statements[];
extern const struct catalogue_schema catalogue_schemas[];
extern const size_t catalogue_schema_count;

#endif

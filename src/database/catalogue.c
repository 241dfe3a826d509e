#include "database/catalogue.h"

const char *catalogue_name(enum statement_id id)
{
    return catalogue_statements[id].name;
}

const char *catalogue_sql(enum statement_id id, int32_t dialect)
{
    switch (dialect) {
    case CPK_DIALECT_SQLITE:
        return catalogue_statements[id].sqlite;
    case CPK_DIALECT_POSTGRESQL:
        return catalogue_statements[id].postgresql;
    default:
        return NULL;
    }
}

const struct catalogue_schema *catalogue_schema_find(int32_t dialect)
{
    for (size_t i = 0; i < catalogue_schema_count; i++) {
        if (catalogue_schemas[i].dialect == dialect) {
            return &catalogue_schemas[i];
        }
    }
    return NULL;
}

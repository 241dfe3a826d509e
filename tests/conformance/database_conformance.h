/* What every database driver must do, whatever its engine; sessions come from `uri`. */
#ifndef TESTS_CONFORMANCE_DATABASE_CONFORMANCE_H
#define TESTS_CONFORMANCE_DATABASE_CONFORMANCE_H

#include "database/database.h"

/* Runs one cmocka group on a database. `several_processes` 1: others can open it by the same URI. */
int database_conformance_run(const char *name, const char *uri, int several_processes);

#endif

/* A database driver of version 0.1.0, over SQLite: it knows no slot that came later. Never change it. */
#ifndef TESTS_ABI_0_1_0_DATABASE_H
#define TESTS_ABI_0_1_0_DATABASE_H

#include <contextpack/backend/database.h>

/* Fills the table. `path` is a file that need not be there; it must outlive the driver. */
void database_driver_init(cpk_database_driver *driver, const char *path);

#endif

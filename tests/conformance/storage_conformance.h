/* What every storage driver must do, line by line of <contextpack/backend/storage.h>. */
#ifndef TESTS_CONFORMANCE_STORAGE_CONFORMANCE_H
#define TESTS_CONFORMANCE_STORAGE_CONFORMANCE_H

#include <contextpack/backend/storage.h>

/* Takes the driver over, runs every test on it and destroys it; it must be empty. Returns the number of failures. */
int storage_conformance_run(const char *name, const cpk_storage_driver *driver);

#endif

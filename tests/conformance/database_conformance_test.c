#include "support/test.h"

#include "conformance/database_conformance.h"
#include "support/backend.h"
#include "support/scratch.h"

#include <unistd.h>

static int run_on_sqlite(void)
{
    char folder[SCRATCH_SHORT_BYTES];
    char uri[128];
    char path[128];
    static const char *const files[] = {"test.db", "test.db-wal", "test.db-shm"};
    int failed;

    scratch_make_short(folder);
    snprintf(uri, sizeof uri, "sqlite:%s/test.db", folder);
    failed = database_conformance_run("sqlite file", uri, 1);
    failed += database_conformance_run("sqlite memory", "sqlite::memory:", 0);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
    rmdir(folder);
    return failed;
}

int main(void)
{
    char uri[BACKEND_URI_BYTES];

    if (!backend_is_postgres()) {
        return run_on_sqlite();
    }
    backend_fresh(uri, 0);
    return database_conformance_run(getenv("CONTEXTPACK_TEST_BACKEND"), uri, 1);
}

/* What a lease, a hold, chunks and conversations belong to. */
#ifndef STORE_WORK_KEY_H
#define STORE_WORK_KEY_H

#include <stdint.h>

#define OWNER_SOURCE 1
#define OWNER_EXPORT 2
#define OWNER_JOB    3 /* V1 job */
#define OWNER_TASK   4 /* has no user: user_id is NULL; see store_task_enter() */

/* One row that is worked on. Texts are borrowed. */
struct work_key {
    const char *user_id;     /* NULL: the user of the store */
    int32_t kind;            /* OWNER_* */
    const char *id;          /* source_id, export_id, job_id or name of the task */
    const char *lease_owner; /* NULL: the lease is not checked */
};

#endif

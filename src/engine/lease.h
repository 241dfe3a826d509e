/* A lease: the exclusive right to work on one source or export, renewed while work goes on. */
#ifndef ENGINE_LEASE_H
#define ENGINE_LEASE_H

#include "engine/lease_owner.h"
#include "engine/session.h"
#include "store/lease.h"
#include "store/source.h"

struct lease {
    cpk_session *session;
    int32_t kind; /* OWNER_SOURCE, OWNER_EXPORT */
    char id[200];
    char owner[LEASE_OWNER_BYTES];
    int64_t renew_us; /* time of the next renewal */
    int32_t is_over;  /* already released together with the last change */
};

/* Creates the owner text without taking the lease: for a row that is inserted with its lease. */
cpk_status lease_prepare(struct lease *lease, cpk_session *session, int32_t kind, const char *id, cpk_error **error);
/* Takes the lease, also from a dead process of this machine. CPK_ERROR_BUSY while another process holds it. */
cpk_status lease_acquire(struct lease *lease, cpk_session *session, int32_t kind, const char *id, cpk_error **error);
/* The same for a source, after checking that the user may work or pay (USER_MAY_*). Returns the source as read
 * under the lease. */
cpk_status lease_acquire_source(struct lease *lease, cpk_session *session, const char *source_id, int32_t what,
                                cpk_source **source, cpk_error **error);
/* Renews after a third of the lease time; cheap to call often. CPK_ERROR_CONFLICT if the lease was lost. */
cpk_status lease_keep(struct lease *lease, cpk_error **error);
/* Renews immediately: call before steps that no transaction protects, such as replacing a blob. */
cpk_status lease_confirm(struct lease *lease, cpk_error **error);
/* Ignores a deleted row. If the database cannot be reached, this process can take the lease again at once. */
void lease_release(struct lease *lease);
/* Tells whether a call failed because another process holds the lease that it needs. */
bool lease_is_held(const cpk_error *error);
/* Drops the lease without a query: the row was not created, is deleted, or was released already. */
void lease_forget(const struct lease *lease);
/* Releases the lease. CPK_ERROR_CONFLICT if it was lost before or its row is deleted. */
cpk_status lease_give_up(struct lease *lease, cpk_error **error);

/* The row of the lease; its texts are the lease's. */
struct work_key lease_key(const struct lease *lease);
/* Expiry time of a lease taken now. */
int64_t lease_expiry(const cpk_session *session);

#endif

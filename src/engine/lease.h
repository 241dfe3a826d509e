/* The right to work on one source or export, kept alive while work goes on. */
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
    int64_t renew_us; /* when to renew it next */
    int32_t is_over;  /* it was released with the last change under it */
};

/* Names the holder without taking the lease yet: for a row that is created with its lease. */
cpk_status lease_prepare(struct lease *lease, cpk_session *session, int32_t kind, const char *id, cpk_error **error);
/* Takes over from a process of this machine that is gone. CPK_ERROR_BUSY while another one works. */
cpk_status lease_acquire(struct lease *lease, cpk_session *session, int32_t kind, const char *id, cpk_error **error);
/* The same for a source and a user who may work or pay (USER_MAY_*), with the source as it is under the lease. */
cpk_status lease_acquire_source(struct lease *lease, cpk_session *session, const char *source_id, int32_t what,
                                cpk_source **source, cpk_error **error);
/* Renews when a third of its time has passed; cheap to call often. CPK_ERROR_CONFLICT when it was lost. */
cpk_status lease_keep(struct lease *lease, cpk_error **error);
/* Renews at once: before something that no transaction guards, such as replacing a blob. */
cpk_status lease_confirm(struct lease *lease, cpk_error **error);
/* What is gone is fine. Where the database can't be told, this process's next one takes the lease over at once. */
void lease_release(struct lease *lease);
/* The same without telling the database: the row was not made, or is gone or released already. */
void lease_forget(const struct lease *lease);
/* Releases it; CPK_ERROR_CONFLICT when it was lost before, or its row is gone. */
cpk_status lease_give_up(struct lease *lease, cpk_error **error);

/* When a lease taken now ends. */
int64_t lease_expiry(const cpk_session *session);

#endif

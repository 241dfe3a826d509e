/* Text that identifies a lease holder so that other processes can check it: machine, boot, PID namespace,
 * process id, start time. */
#ifndef ENGINE_LEASE_OWNER_H
#define ENGINE_LEASE_OWNER_H

#include "base/context.h"

#define LEASE_OWNER_BYTES 256

/* Creates an owner text for this process, with a random part that makes each one unique. It counts as alive
 * until lease_owner_forget(), after which leases that still name it (because the database could not be updated)
 * can be taken over. `group`, usually a session, is the argument for lease_owner_forget_group(). */
cpk_status lease_owner_create(const struct context *context, const void *group, char text[LEASE_OWNER_BYTES],
                              cpk_error **error);
void lease_owner_forget(const char *text);        /* the owner holds no lease any more; unknown texts are ignored */
void lease_owner_forget_group(const void *group); /* forgets all remaining owners of the group */

/* Returns 1 if the owner ran on this machine and no longer exists (its process has ended, or this process has
 * forgotten it); 0 if it is alive or this cannot be determined. */
int32_t lease_owner_is_gone(const char *text);

#endif

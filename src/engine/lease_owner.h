/* Who holds a lease, in words that another process can check: machine, boot, process namespace, process, start. */
#ifndef ENGINE_LEASE_OWNER_H
#define ENGINE_LEASE_OWNER_H

#include "base/context.h"

#define LEASE_OWNER_BYTES 256

/* This process, with a random part, so that two runs in it differ. The process remembers it until it is forgotten: a
 * row may still name an owner of ours whose end the database was never told of. `group` is what
 * lease_owner_forget_group() may name later: a session. */
cpk_status lease_owner_create(const struct context *context, const void *group, char text[LEASE_OWNER_BYTES],
                              cpk_error **error);
void lease_owner_forget(const char *text);        /* it works on nothing any more; unknown ones are ignored */
void lease_owner_forget_group(const void *group); /* all of a group that are left */

/* 1 when the owner ran on this machine and is surely gone: its process has ended, or is this one and has forgotten it;
 * 0 when it lives or nobody here can tell. */
int32_t lease_owner_is_gone(const char *text);

#endif

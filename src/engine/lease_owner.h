/* Who holds a lease, in words that another process can check: machine, boot, process namespace, process, start. */
#ifndef ENGINE_LEASE_OWNER_H
#define ENGINE_LEASE_OWNER_H

#include "base/context.h"

#define OWNER_TEXT_BYTES 256

/* This process, with a random part, so that two runs in it differ. The process remembers it until it is forgotten: a
 * row may still name an owner of ours whose end the database was never told of. `group` is what owner_forget_group()
 * may name later: a session. */
cpk_status owner_create(const struct context *context, const void *group, char text[OWNER_TEXT_BYTES],
                        cpk_error **error);
void owner_forget(const char *text);        /* it works on nothing any more; unknown ones are ignored */
void owner_forget_group(const void *group); /* all of a group that are left */

/* 1 when the owner ran on this machine and is surely gone: its process has ended, or is this one and has forgotten it;
 * 0 when it lives or nobody here can tell. */
int32_t owner_is_gone(const char *text);

#endif

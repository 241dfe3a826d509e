/* Who holds a lease, in words that another process can check: machine, boot, process namespace, process, start. */
#ifndef PIPELINE_OWNER_H
#define PIPELINE_OWNER_H

#include "base/context.h"

#define OWNER_TEXT_BYTES 192

/* This process, with a random part, so that two runs in it differ. */
cpk_status owner_create(const context *context, char text[OWNER_TEXT_BYTES], cpk_error **error);

/* 1 when the owner ran on this machine and its process is surely gone; 0 when it lives or nobody here can tell. */
int32_t owner_is_gone(const char *text);

#endif

#ifndef CONTEXTPACK_NODE_EXTRACTOR_H
#define CONTEXTPACK_NODE_EXTRACTOR_H

#include "host.h"

/** Adds JavaScript's next extractor to the host's; one beyond HOST_EXTRACTORS_MAX is ignored. */
void extractor_add(host *host, const char *name);

#endif

/* Lists of an assistant's memories as people paste them: "[2025-03-02] - User lives in Ghent", "- User has a dog". */
#ifndef EXTRACT_TRANSCRIPT_MEMORY_LIST_H
#define EXTRACT_TRANSCRIPT_MEMORY_LIST_H

#include "extract/format.h"

void memory_list_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

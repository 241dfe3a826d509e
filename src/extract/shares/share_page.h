/* Pages of shared conversations: data of ChatGPT (of all years) and Poe; and pages as browsers save them, without data:
 * ChatGPT, Copilot, DeepSeek and Perplexity. */
#ifndef EXTRACT_SHARES_SHARE_PAGE_H
#define EXTRACT_SHARES_SHARE_PAGE_H

#include "base/context.h"

#include <contextpack/backend/extractor.h>

struct html_tree;

/* Passes the messages of a page to the sink. `text` is the page in UTF-8, `tree` the same. *found is 0 if it is no
 * page of a shared conversation. */
cpk_status share_page_read(struct html_tree *tree, const char *text, size_t length, const char *name,
                           const cpk_sink *sink, int32_t *found, cpk_error **error);

#endif

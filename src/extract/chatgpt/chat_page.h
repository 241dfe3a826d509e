/* The page chat.html of a ChatGPT export, which contains the conversations as the JSON of a script. */
#ifndef EXTRACT_CHATGPT_CHAT_PAGE_H
#define EXTRACT_CHATGPT_CHAT_PAGE_H

#include "base/context.h"

#include <contextpack/backend/extractor.h>

/* 1 if the start of a file is that of such a page. */
int32_t chat_page_is(const void *head, size_t length);

/* A reader of the JSON in the page. */
struct chat_page {
    const cpk_reader *inner;
    cpk_reader reader; /* points to this struct, which must not be moved */
    char held[4096];   /* read from the page, not yet returned */
    size_t held_at;
    size_t held_length;
    size_t matched; /* characters of the variable's name that were seen */
    int32_t state;
    int64_t depth; /* open brackets */
};

void chat_page_open(struct chat_page *page, const cpk_reader *inner);

#endif

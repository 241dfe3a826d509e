/* The markers that ChatGPT leaves in its texts for citations, images and named things, turned into readable text. */
#ifndef EXTRACT_CHATGPT_CITATION_H
#define EXTRACT_CHATGPT_CITATION_H

#include "base/json/json_view.h"

/* 1 when the text may hold a marker, so that most texts need no copy. `bare` asks also for markers that have lost
 * their private-use brackets ("citeturn0search0"), which only an assistant's text has. */
int32_t citation_possible(const char *text, size_t length, int32_t bare);

/* Appends the text without markers. What a marker stands for comes from the message's `references`, its
 * metadata.content_references (may be NONE): a link where one is given, else nothing. What references bring is at most
 * their own JSON's length and some, so that no number of equal markers makes a text grow without end.
 * CPK_ERROR_OUT_OF_MEMORY is all that can go wrong. */
cpk_status citation_append_readable(struct buffer *target, const char *text, size_t length, int32_t bare,
                                    struct json_view references, cpk_error **error);

#endif

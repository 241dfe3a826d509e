/* The elements that scan.h cuts, checked and ready to be looked into, one at a time. */
#ifndef EXTRACT_JSON_ELEMENTS_H
#define EXTRACT_JSON_ELEMENTS_H

#include "base/json/json_view.h"
#include "extract/json/json_split.h"

/* Takes one element; NONE is a JSON null. The view is good until the call returns. `raw` says where it was. */
typedef cpk_status (*element_fn)(void *user, struct json_view value, struct json_element *raw, cpk_error **error);

/* As json_split_read(); an element that is no JSON becomes a note of CPK_NOTE_DAMAGED, one of more values than
 * import.max_json_values a note of CPK_NOTE_OVER_LIMIT. */
cpk_status elements_read(const struct context *context, const cpk_reader *reader, const cpk_sink *sink, element_fn each,
                         void *user, cpk_error **error);

#endif

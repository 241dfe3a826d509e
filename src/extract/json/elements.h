/* The elements that json_split.h finds, validated and readable as json_views, one at a time. */
#ifndef EXTRACT_JSON_ELEMENTS_H
#define EXTRACT_JSON_ELEMENTS_H

#include "base/json/json_view.h"
#include "extract/json/json_split.h"

/* Receives one element; NONE for a JSON null. The view is valid until the call returns. `raw` has its position. */
typedef cpk_status (*element_fn)(void *user, struct json_view value, struct json_element *raw, cpk_error **error);

/* As json_split_read(). An element that is not valid JSON gives a CPK_NOTE_DAMAGED, one with more values than
 * import.max_json_values a CPK_NOTE_OVER_LIMIT. */
cpk_status elements_read(const struct context *context, const cpk_reader *reader, const cpk_sink *sink, element_fn each,
                         void *user, cpk_error **error);

/* As elements_read(), for formats in which an element is a conversation, and its bytes alone decide what it gives: one
 * that the caller of the import knows (struct import_known) is counted, but not passed on. Adds the number of their
 * messages to *known, which may be NULL. `format` is the driver's name. */
cpk_status elements_read_conversations(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                                       const char *format, element_fn each, void *user, int64_t *known,
                                       cpk_error **error);

/* As elements_read(), with json_split_options.is_unwrapped. */
cpk_status elements_read_values(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                                element_fn each, void *user, cpk_error **error);

#endif

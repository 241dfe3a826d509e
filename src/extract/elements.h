/* The elements that scan.h cuts, parsed by json-c, one alive at a time. */
#ifndef EXTRACT_ELEMENTS_H
#define EXTRACT_ELEMENTS_H

#include "extract/scan.h"

#include <json-c/json.h>

/* Takes one parsed element; `value` is NULL for a JSON null and is freed after the call. `raw` says where it was. */
typedef cpk_status (*element_fn)(void *user, struct json_object *value, scan_element *raw, cpk_error **error);

/* As scan_read(); an element that json-c refuses becomes a note of CPK_NOTE_DAMAGED. */
cpk_status elements_read(const context *context, const cpk_reader *reader, const cpk_sink *sink, element_fn each,
                         void *user, cpk_error **error);

#endif

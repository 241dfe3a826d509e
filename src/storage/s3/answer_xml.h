/* A reader of the XML in S3's answers: elements and text, without attributes, document types and entities of its own.
 * Memory is bounded; whatever the bytes are, it ends. */
#ifndef STORAGE_S3_ANSWER_XML_H
#define STORAGE_S3_ANSWER_XML_H

#include "base/buffer.h"

#include <contextpack/error.h>

#define XML_DEPTH_MAX      8
#define XML_PATH_BYTES_MAX 512
#define XML_TEXT_BYTES_MAX 65536 /* of one element */

/* Called at the end of each element. `path` is "ListBucketResult/Contents/Key"; `text` is the element's own text since
 * the end of its last child, with entities decoded; valid until it returns. A non-zero result stops the reading. */
typedef int32_t (*xml_element_fn)(void *user, const char *path, const char *text);

/* CPK_ERROR_INVALID_DATA: not well-formed, too deep, a name or text too long, a document type, or invalid UTF-8. */
cpk_status answer_xml_read(const cpk_allocator *allocator, const char *bytes, size_t length, xml_element_fn element,
                           void *user, cpk_error **error);

#endif

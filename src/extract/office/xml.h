/* Streaming XML parts of documents: namespaces by number, elements by the table of a format. A document type
 * declaration is refused, so there are no entities besides the five of XML, and nothing outside of the part is read. */
#ifndef EXTRACT_OFFICE_XML_H
#define EXTRACT_OFFICE_XML_H

#include "base/context.h"

#include <contextpack/backend/extractor.h>

enum xml_space {
    XML_NONE,    /* attributes without a prefix */
    XML_UNKNOWN, /* any other namespace */
    XML_W,       /* WordprocessingML, transitional and strict */
    XML_M,       /* Office mathematics */
    XML_A,       /* DrawingML */
    XML_R,       /* relationships of a part */
    XML_MC,      /* markup compatibility */
    XML_P,       /* PresentationML */
    XML_S,       /* SpreadsheetML */
    XML_C,       /* charts */
    XML_WP,      /* drawings of WordprocessingML */
    XML_V,       /* VML */
    XML_RELS,    /* the relationships of a package */
    XML_CORE,    /* properties of a package */
    XML_DC,
    XML_DCTERMS,
    XML_OFFICE, /* OpenDocument */
    XML_TEXT,
    XML_TABLE,
    XML_STYLE,
    XML_META,
    XML_DRAW,
    XML_XLINK,
    XML_MANIFEST,
    XML_PRESENTATION,
    XML_OPF, /* EPUB */
    XML_CONTAINER,
    XML_ENCRYPTION
};

/* An element that a format knows. `id` is not 0. */
struct xml_name {
    const char *local;
    enum xml_space space;
    int32_t id;
};

struct xml; /* a part while it is read */

/* What a format does with a part. Functions may be NULL. A status that is not CPK_OK ends the part. */
struct xml_format {
    const struct xml_name *names; /* sorted by local name */
    size_t name_count;
    cpk_status (*start)(void *self, struct xml *xml, int32_t id, cpk_error **error); /* id 0: unknown */
    cpk_status (*end)(void *self, struct xml *xml, int32_t id, cpk_error **error);
    cpk_status (*text)(void *self, struct xml *xml, const char *text, size_t length, cpk_error **error);
};

#define XML_NAMES(table) (table), sizeof(table) / sizeof((table)[0])

/* Reads a whole part. *malformed is 1 if its end was not reached because it is not well-formed: CPK_OK, and what came
 * before was passed on. `is_doctype_allowed`: a declaration without an internal subset is skipped, as in EPUB.
 * CPK_ERROR_INVALID_DATA    it has a document type declaration
 * CPK_ERROR_LIMIT_EXCEEDED  names import.max_xml_depth */
cpk_status xml_read(const struct context *context, const cpk_reader *reader, const struct xml_format *format,
                    void *self, int32_t is_doctype_allowed, int32_t *malformed, cpk_error **error);

/* The attribute of the element that starts, or NULL; valid during the call. */
const char *xml_attribute(const struct xml *xml, enum xml_space space, const char *local);
/* An attribute of any namespace, also without one. */
const char *xml_value(const struct xml *xml, const char *local);

/* The whole number that an attribute of any namespace has, from 0 to 1,000,000; else `otherwise`. */
int32_t xml_number(const struct xml *xml, const char *local, int32_t otherwise);

/* A switch, an attribute of any namespace: 1 unless its value is "0", "false", "off" or "none". */
int32_t xml_is_on(const struct xml *xml, const char *local, int32_t otherwise);

/* The id of the element that contains the current one (0 if unknown), and the current one's in `text`. */
int32_t xml_parent(const struct xml *xml);
int32_t xml_current(const struct xml *xml);
size_t xml_depth(const struct xml *xml); /* 1 for the root */

#endif

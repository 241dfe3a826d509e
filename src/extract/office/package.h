/* Documents that are ZIP archives of parts: Office Open XML, OpenDocument and EPUB. */
#ifndef EXTRACT_OFFICE_PACKAGE_H
#define EXTRACT_OFFICE_PACKAGE_H

#include "base/buffer.h"
#include "extract/archive/archive.h"
#include "extract/office/text_map.h"
#include "extract/office/xml.h"

#define PACKAGE_PART_NAME_MAX 1024

struct package {
    const struct context *context;
    const cpk_sink *sink;
    struct archive *archive;
    const char *name; /* of the document */
    struct arena arena;
    struct text_map parts;      /* lower-case names: indexes + 1 */
    int32_t is_doctype_allowed; /* without an internal subset, as in EPUB */
    int32_t damaged;            /* a part was not read to its end; a note says so */
    int64_t hidden;             /* places whose text is hidden, and was left out */

    /* Properties of the document; "" if unknown. */
    struct buffer title;
    struct buffer author;
    struct buffer subject;
    struct buffer keywords;
    struct buffer description;
    struct buffer created; /* 2024-03-01T09:00:00Z */
    struct buffer modified;
};

/* A relationship of a part to another one or to an address. */
struct relation {
    const char *type;   /* the last segment: "hyperlink", "header" */
    const char *target; /* the other part's name, or the address */
    int32_t is_external;
    const char *id;
    struct relation *next; /* in the order of the file */
};

struct relations {
    struct relation *first;
    struct text_map by_id;
};

/* Lists the parts. CPK_ERROR_LIMIT_EXCEEDED names a setting of documents (document.*). Close it also after a failure.
 */
cpk_status package_open(struct package *package, const struct context *context, struct archive *archive,
                        const char *name, const cpk_sink *sink, cpk_error **error);
void package_close(struct package *package);

int32_t package_has(const struct package *package, const char *part);

/* Reads an XML part. A part that is missing is not an error: *found is 0. One that is not well-formed is read up to the
 * damage, which a note reports. */
cpk_status package_read_xml(struct package *package, const char *part, const struct xml_format *format, void *self,
                            int32_t *found, cpk_error **error);

/* Reads any part into a buffer, as package_read_xml(). */
cpk_status package_read_bytes(struct package *package, const char *part, struct buffer *bytes, int32_t *found,
                              cpk_error **error);

/* The relationships of a part; of the package for "". */
cpk_status package_read_relations(struct package *package, const char *part, struct relations *relations,
                                  cpk_error **error);
const struct relation *relations_find(const struct relations *relations, const char *id);        /* NULL: none */
const struct relation *relations_find_type(const struct relations *relations, const char *type); /* the first */

/* The name of a part from a reference in another one; in the arena, NULL without memory. */
const char *package_resolve(struct package *package, const char *from_part, const char *target);

cpk_status package_note_damage(struct package *package, const char *what, cpk_error **error);

/* The main part of an OOXML package: the target of its relationship "officeDocument", else `usual`. Also reads the
 * package's properties. */
cpk_status package_open_main(struct package *package, const char *usual, const char **main_part, cpk_error **error);

/* CPK_ERROR_LIMIT_EXCEEDED if a document's text has become too long. */
cpk_status package_check_text(const struct package *package, const struct buffer *text, cpk_error **error);

#endif

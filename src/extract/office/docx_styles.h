/* Styles and numberings of a WordprocessingML document. */
#ifndef EXTRACT_OFFICE_DOCX_STYLES_H
#define EXTRACT_OFFICE_DOCX_STYLES_H

#include "extract/office/package.h"

#define DOCX_LIST_LEVELS 9
#define DOCX_BODY_LEVEL  9 /* outline level of text that is no heading; an unset one is -1 */

/* What a style says of a paragraph, with its ancestors' after docx_style_find(). -1 and NULL: nothing. */
struct docx_style {
    const char *id;
    const char *based_on;
    int32_t outline; /* 0 to 8: heading 1 to 9 */
    int32_t is_title;
    int32_t is_code;
    int32_t is_hidden; /* its text; -1: nothing said */
    const char *num_id;
    int32_t list_level;
    int32_t is_resolved;
};

struct docx_list_level {
    const char *format; /* NULL: decimal */
    const char *text;   /* "%1.%2" */
    int32_t start;
};

/* An abstract numbering; the lists that use it count on. */
struct docx_numbering {
    struct docx_list_level levels[DOCX_LIST_LEVELS];
    const char *style_link; /* the style whose numbering is meant */
    int32_t counters[DOCX_LIST_LEVELS];
    int32_t is_counted[DOCX_LIST_LEVELS];
};

/* A list, which a paragraph names. */
struct docx_list {
    struct docx_numbering *numbering;
    int32_t start[DOCX_LIST_LEVELS]; /* an override, or -1 */
    int32_t is_begun;
};

/* Both parts are read when a paragraph needs them. */
struct docx_styles {
    struct package *package;
    const char *styles_part; /* NULL: none, or already read */
    const char *numbering_part;
    struct text_map styles;
    struct text_map numberings;
    struct text_map lists;
    const struct docx_style *usual; /* of paragraphs without a style; may be NULL */
};

void docx_styles_init(struct docx_styles *styles, struct package *package, const struct relations *relations);
cpk_status docx_styles_read(struct docx_styles *styles, cpk_error **error);    /* before docx_style_find() */
cpk_status docx_numbering_read(struct docx_styles *styles, cpk_error **error); /* before docx_list_next() */

/* NULL: unknown; id NULL: the usual style. */
const struct docx_style *docx_style_find(const struct docx_styles *styles, const char *id);

/* 1 if a style of characters or paragraphs hides text; 0 also for an unknown one. */
int32_t docx_style_hides(const struct docx_styles *styles, const char *id);

#define DOCX_LABEL_BYTES 64
/* Counts the next item of a list and writes its label: "-", "3.", "2.1)". 0 if there is no such list. */
int32_t docx_list_next(const struct docx_styles *styles, const char *num_id, int32_t level,
                       char label[DOCX_LABEL_BYTES]);

#endif

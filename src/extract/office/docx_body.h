/* Reads the parts of a WordprocessingML document that contain text: the body, notes, comments, headers and footers. */
#ifndef EXTRACT_OFFICE_DOCX_BODY_H
#define EXTRACT_OFFICE_DOCX_BODY_H

#include "extract/document/flow.h"
#include "extract/office/docx_styles.h"

/* The elements that are known. */
enum docx_element {
    DOCX_P = 1,
    DOCX_R,
    DOCX_T,
    DOCX_TAB,
    DOCX_BR,
    DOCX_HYPHEN,
    DOCX_SYM,
    DOCX_PPR,
    DOCX_PSTYLE,
    DOCX_NUMPR,
    DOCX_NUMID,
    DOCX_ILVL,
    DOCX_OUTLINE,
    DOCX_RPR,
    DOCX_RSTYLE,
    DOCX_VANISH,
    DOCX_DRAWING,
    DOCX_SHAPE,
    DOCX_DEL,
    DOCX_MOVED,
    DOCX_CHANGE,
    DOCX_TBL,
    DOCX_GRIDCOL,
    DOCX_TR,
    DOCX_TRPR,
    DOCX_TC,
    DOCX_TCPR,
    DOCX_SPAN,
    DOCX_HYPERLINK,
    DOCX_FOOTNOTE_REF,
    DOCX_ENDNOTE_REF,
    DOCX_COMMENT_REF,
    DOCX_BOX,
    DOCX_ALTERNATE,
    DOCX_CHOICE,
    DOCX_FALLBACK,
    DOCX_FIELD_CHAR,
    DOCX_INSTRUCTION,
    DOCX_NOTE,
    DOCX_COMMENT,
    DOCX_SECTION,
    DOCX_SDTPR,
    DOCX_FIELD_SIMPLE,
    DOCX_PTAB,
    DOCX_MATH_TEXT,
    DOCX_MATH_FRACTION,
    DOCX_MATH_NUM,
    DOCX_MATH_DEN,
    DOCX_MATH_SUP,
    DOCX_MATH_SUB,
    DOCX_MATH_ROOT,
    DOCX_MATH_DEGREE,
    DOCX_MATH_BASE,
    DOCX_MATH_GROUP,
    DOCX_MATH_BEGIN,
    DOCX_MATH_END,
    DOCX_MATH_SEPARATOR,
    DOCX_MATH_NARY,
    DOCX_MATH_NARY_PR,
    DOCX_MATH_CHAR,
    DOCX_MATH_NAME,
    DOCX_MATH_ROW,
    DOCX_MATH_MATRIX,
    DOCX_MATH
};

#define DOCX_MATH_DEPTH_MAX 64 /* deeper formulas are read without their brackets */

/* An open element of a formula. */
struct docx_math {
    int32_t id;
    size_t start;  /* of its text in the paragraph */
    int32_t count; /* of its bases so far */
    char begin[8];
    char end[8];
    char separator[8];
};

/* What is open: a part, a text box, or a table with its current cell. */
struct docx_level {
    struct docx_level *outer;
    struct flow flow;    /* of a text box, note or cell */
    struct flow *target; /* where paragraphs go: `flow`, or an outer one */
    struct flow boxes;   /* text boxes of the current paragraph */
    int32_t is_table;
    struct flow_table table;
    int32_t span; /* columns of the current cell */
    int32_t is_row_deleted;

    struct buffer text; /* of the current paragraph */
    const struct docx_style *style;
    struct buffer num_id; /* "": that of the style */
    int32_t list_level;
    int32_t outline;
    int32_t is_joined; /* its mark is deleted: the next paragraph continues it */
    struct docx_run {
        int32_t is_open;
        int32_t is_hidden;
        int32_t is_style_hidden; /* its own style or else the paragraph's, but not both */
        int32_t own;             /* what its properties say: hidden 1, not 0, nothing -1 */
        int32_t is_counted;
    } run;
    int32_t is_inside_hidden; /* a text box of a hidden run */
    struct flow_gap gap;
    size_t link_start;
    struct buffer link; /* the address of an open hyperlink; "" if none is open */
};

enum docx_part { DOCX_PART_BODY, DOCX_PART_FOOTNOTES, DOCX_PART_ENDNOTES, DOCX_PART_COMMENTS, DOCX_PART_MARGIN };

struct docx_body {
    struct package *package;
    struct docx_styles *styles;
    struct relations relations; /* of the current part */
    enum docx_part part;
    int32_t has_footnotes; /* of the text so far */
    int32_t has_endnotes;
    int32_t has_comments;
    struct text_map hidden_notes; /* "c7": notes and comments that hidden text refers to */
    struct flow *out;
    struct docx_level *level;
    struct docx_level *unused;
    size_t skip_depth;   /* elements at this depth and below are skipped; 0: none */
    int64_t written;     /* bytes of text so far */
    int64_t choices[32]; /* `written` at the start of each open alternative */
    int32_t choice_count;
    int32_t field_depth;
    struct buffer instruction; /* of the outermost open field */
    struct docx_math math[DOCX_MATH_DEPTH_MAX];
    int32_t math_depth;
    struct buffer note_label;
};

void docx_body_init(struct docx_body *body, struct package *package, struct docx_styles *styles, struct flow *out);
void docx_body_free(struct docx_body *body);

/* Adds the text of a part to `out`: notes with their labels, headers and footers as one line with `label` before it. */
cpk_status docx_body_read(struct docx_body *body, const char *part_name, enum docx_part part, cpk_error **error);

/* --- docx_math.c --- */

/* The start and end of an element in a formula; `text` is that of the paragraph. */
void docx_math_start(struct docx_body *body, const struct xml *xml, int32_t id, struct buffer *text);
void docx_math_end(struct docx_body *body, int32_t id, struct buffer *text);

#endif

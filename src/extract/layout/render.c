/* Lines to Markdown: paragraphs, headings, lists, code, tables. */
#include "base/error.h"
#include "base/utf8.h"
#include "extract/layout/layout.h"
#include "extract/layout/layout_internal.h"
#include "extract/transcript/speaker.h"

#include <math.h>
#include <string.h>

#define SIZE_STEPS        4 /* of a point, in the histogram of font sizes */
#define SIZES             800
#define RATIO_STEPS       50 /* of a font size, in the histogram of line distances */
#define RATIOS            160
#define LEADING_DEFAULT   1.2F
#define LEADING_TOLERANCE 1.3F  /* of the usual line distance: within a paragraph */
#define HEADING_SIZE_MIN  1.12F /* of the body's font size */
#define HEADING_LEVELS    4
#define HEADING_BYTES_MAX 240
#define BOLD_BYTES_MAX    100
#define SIZE_TOLERANCE    0.12F /* between lines of one paragraph */
#define INDENT_MIN        0.9F  /* in font sizes */
#define LIST_INDENT       1.5F
#define LIST_LEVELS       4
#define CODE_PERCENT_MAX  60 /* of the text: above that a fixed-width font is the document's normal one */
#define CODE_ADVANCE      0.6F
#define CODE_INDENT_MAX   60
#define MARK_DISTANCE_MIN 150  /* bytes between page marks: slides and the like would be mostly marks */
#define WRAP_SLACK        0.6F /* in font sizes: the next word would have fitted into a line that ends earlier */

struct renderer {
    const struct layout *layout;
    struct buffer *target;
    float body_size;
    float leading; /* usual distance of baselines, in font sizes */
    float heading_sizes[HEADING_LEVELS];
    size_t heading_count;
    int32_t has_code;

    struct buffer paragraph; /* text of the open paragraph */
    size_t open;             /* 1: a paragraph is open */
    size_t first;            /* its first line */
    size_t last;             /* its last line */
    float right_max;         /* of its lines */
    float list_left;         /* of the first marker of the list */
    size_t marker;           /* bytes of the list marker of its first line, 0: none */
    uint32_t lines;
    int32_t is_bold;
    uint32_t page; /* of the last mark */
    size_t marked; /* bytes of the target at the last mark */
};

static const char *line_text(const struct renderer *renderer, const struct layout_line *line)
{
    return buffer_text(&renderer->layout->text) + line->text;
}

/* --- statistics of the document --- */

static int32_t size_step(float size)
{
    int32_t step = (int32_t)(size * SIZE_STEPS + 0.5F);

    return step < 0 ? 0 : step >= SIZES ? SIZES - 1 : step;
}

static void find_body_size(struct renderer *renderer, const size_t bytes[SIZES])
{
    int32_t best = 0;

    for (int32_t i = 1; i < SIZES; i++) {
        best = bytes[i] > bytes[best] ? i : best;
    }
    renderer->body_size = best > 0 ? (float)best / SIZE_STEPS : 10;
}

/* The largest sizes above the body's, each at least 4% smaller than the one before. */
static void find_heading_sizes(struct renderer *renderer, const size_t bytes[SIZES])
{
    for (int32_t i = SIZES - 1; i > 0 && renderer->heading_count < HEADING_LEVELS; i--) {
        float size = (float)i / SIZE_STEPS;

        if (size < renderer->body_size * HEADING_SIZE_MIN) {
            break;
        }
        if (bytes[i] > 0 &&
            (renderer->heading_count == 0 || size < renderer->heading_sizes[renderer->heading_count - 1] * 0.96F)) {
            renderer->heading_sizes[renderer->heading_count++] = size;
        }
    }
}

static void find_leading(struct renderer *renderer)
{
    const struct layout *layout = renderer->layout;
    size_t counts[RATIOS] = {0};
    int32_t best = 0;

    for (size_t i = 1; i < layout->line_count; i++) {
        const struct layout_line *a = &layout->lines[i - 1];
        const struct layout_line *b = &layout->lines[i];
        float ratio = b->size > 0 ? (b->baseline - a->baseline) / b->size : 0;

        if (a->page == b->page && fabsf(a->size - b->size) < 0.5F && ratio > 0.8F && ratio < 2.6F) {
            counts[(int32_t)(ratio * RATIO_STEPS)]++;
        }
    }
    for (int32_t i = 1; i < RATIOS; i++) {
        best = counts[i] > counts[best] ? i : best;
    }
    renderer->leading = best > 0 ? (float)(best + 1) / RATIO_STEPS : LEADING_DEFAULT;
}

static void find_statistics(struct renderer *renderer)
{
    static const size_t none = 0;
    const struct layout *layout = renderer->layout;
    size_t bytes[SIZES] = {none};
    size_t fixed = 0;
    size_t all = 0;

    for (size_t i = 0; i < layout->line_count; i++) {
        const struct layout_line *line = &layout->lines[i];

        if ((line->flags & LINE_FURNITURE) == 0) {
            bytes[size_step(line->size)] += line->length;
            fixed += (line->flags & LINE_FIXED) != 0 ? line->length : 0;
            all += line->length;
        }
    }
    renderer->has_code = fixed * 100 <= all * CODE_PERCENT_MAX;
    find_body_size(renderer, bytes);
    find_heading_sizes(renderer, bytes);
    find_leading(renderer);
}

/* --- what a line is --- */

static int32_t is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int32_t is_bullet(uint32_t c)
{
    static const uint32_t bullets[] = {0x2022, 0x2023, 0x2043, 0x204C, 0x2219, 0x25A0, 0x25A1, 0x25AA, 0x25AB,
                                       0x25B6, 0x25B8, 0x25BA, 0x25CB, 0x25CF, 0x25E6, 0x2605, 0x2713, 0x2714,
                                       0x27A2, 0x2B9A, 0xF0A7, 0xF0B7, 0xF0D8, 0xB7,   '*',    '-',    0x2013};

    for (size_t i = 0; i < sizeof bullets / sizeof bullets[0]; i++) {
        if (bullets[i] == c) {
            return 1;
        }
    }
    return 0;
}

/* Bytes of a list marker with the white space behind it: a bullet, "1.", "12)", "(a)", "b." 0: none. *is_ordered. */
static size_t marker_length(const char *text, size_t length, int32_t *is_ordered)
{
    size_t at = 0;
    uint32_t c;
    int32_t valid;

    *is_ordered = 0;
    if (length < 3) {
        return 0;
    }
    at = utf8_decode(text, length, &c, &valid);
    if (is_bullet(c)) {
        return at < length && text[at] == ' ' ? at + 1 : 0;
    }
    *is_ordered = 1;
    at = text[0] == '(';
    if (is_digit(text[at])) {
        size_t start = at;

        while (at < length && is_digit(text[at]) && at - start < 4) {
            at++;
        }
    } else if ((text[at] | 0x20) >= 'a' && (text[at] | 0x20) <= 'z') {
        at++;
    } else {
        return 0;
    }
    if (at + 1 < length && (text[at] == ')' || (text[at] == '.' && text[0] != '(')) && text[at + 1] == ' ') {
        return at + 2;
    }
    return 0;
}

static int32_t heading_level(const struct renderer *renderer, const struct layout_line *line)
{
    for (size_t i = 0; i < renderer->heading_count; i++) {
        if (line->size >= renderer->heading_sizes[i] * 0.97F) {
            return (int32_t)i + 1;
        }
    }
    return 0;
}

static int32_t is_code(const struct renderer *renderer, const struct layout_line *line)
{
    return renderer->has_code && (line->flags & LINE_FIXED) != 0 && (line->flags & LINE_TURNED) == 0;
}

static int32_t ends_sentence(const char *text, size_t length)
{
    static const char *const ends[] = {".",       "!", "?", ":", ";", "\xE3\x80\x82", "\xEF\xBC\x81", "\xEF\xBC\x9F",
                                       "\xD8\x9F"};

    while (length > 0 && (text[length - 1] == '"' || text[length - 1] == ')' || text[length - 1] == ' ')) {
        length--;
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t end = strlen(ends[i]);

        if (length >= end && memcmp(text + length - end, ends[i], end) == 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t starts_lower(const char *text, size_t length)
{
    return length > 0 && ((text[0] >= 'a' && text[0] <= 'z') || (unsigned char)text[0] >= 0x80 || text[0] == '(');
}

/* --- paragraphs --- */

static void append_joined(struct renderer *renderer, const struct layout_line *line)
{
    struct buffer *paragraph = &renderer->paragraph;
    const char *text = line_text(renderer, line);
    size_t length = line->length;

    if (paragraph->length > 0 && (renderer->layout->lines[renderer->last].flags & LINE_HYPHEN) != 0) {
        size_t before = paragraph->length;
        size_t after = 0;

        while (before > 0 && paragraph->data[before - 1] != ' ') {
            before--;
        }
        while (after < length && ((text[after] | 0x20) >= 'a' && (text[after] | 0x20) <= 'z')) {
            after++;
        }
        if (layout_words_keep_hyphen(&renderer->layout->words, buffer_text(paragraph) + before,
                                     paragraph->length - before, text, after, length)) {
            buffer_append_byte(paragraph, '-');
        }
    } else if (paragraph->length > 0 && !layout_is_ideographic(paragraph->data, paragraph->length, text, length)) {
        buffer_append_byte(paragraph, ' ');
    }
    buffer_append(paragraph, text, length);
}

/* The level of the open paragraph as a heading: of the outline, by its size, or as a short bold line. 0: none. */
static int32_t paragraph_level(const struct renderer *renderer)
{
    const struct layout *layout = renderer->layout;
    const struct layout_line *first = &layout->lines[renderer->first];
    const struct buffer *paragraph = &renderer->paragraph;
    int32_t level;

    if (paragraph->length > HEADING_BYTES_MAX || paragraph->length < 2 || (first->flags & LINE_TURNED) != 0) {
        return 0;
    }
    if (layout->heading_count > 0) {
        uint64_t hash = layout_hash_title(paragraph->data, paragraph->length);

        for (size_t i = 0; i < layout->heading_count; i++) {
            if (layout->headings[i].hash == hash) {
                return (int32_t)layout->headings[i].level;
            }
        }
    }
    level = renderer->marker == 0 ? heading_level(renderer, first) : 0;
    if (level == 0 && renderer->is_bold && renderer->marker == 0 && renderer->lines <= 2 &&
        paragraph->length <= BOLD_BYTES_MAX && !ends_sentence(paragraph->data, paragraph->length)) {
        level = (int32_t)renderer->heading_count + 1;
    }
    return level;
}

static void close_paragraph(struct renderer *renderer)
{
    struct buffer *paragraph = &renderer->paragraph;
    int32_t level;

    if (!renderer->open) {
        return;
    }
    renderer->open = 0;
    if ((renderer->layout->lines[renderer->last].flags & LINE_HYPHEN) != 0) {
        buffer_append_byte(paragraph, '-'); /* nothing went on behind it */
    }
    level = paragraph_level(renderer);
    for (int32_t i = 0; i < level; i++) {
        buffer_append_byte(renderer->target, '#');
    }
    if (level > 0) {
        buffer_append_byte(renderer->target, ' ');
    }
    buffer_append(renderer->target, buffer_text(paragraph), paragraph->length);
    buffer_append_text(renderer->target, renderer->marker > 0 ? "\n" : "\n\n");
    buffer_clear(paragraph);
}

/* Two spaces for each level that the marker is indented from the list's first one. */
static void append_list_indent(struct renderer *renderer, const struct layout_line *line, int32_t is_first)
{
    float level = (line->left - renderer->list_left) / (LIST_INDENT * (line->size > 1 ? line->size : 1));

    if (is_first || level < 0) {
        renderer->list_left = line->left;
        return;
    }
    for (int32_t i = 0; i < LIST_LEVELS && (float)i + 0.5F < level; i++) {
        buffer_append_text(&renderer->paragraph, "  ");
    }
}

static void open_paragraph(struct renderer *renderer, size_t index)
{
    const struct layout_line *line = &renderer->layout->lines[index];
    const char *text = line_text(renderer, line);
    const struct layout_line *previous = &renderer->layout->lines[renderer->last];
    int32_t is_higher =
        line->page != previous->page || line->baseline < previous->baseline; /* another column or cell */
    size_t was_marker = renderer->marker;
    int32_t is_ordered;

    renderer->marker = (line->flags & LINE_TURNED) == 0 ? marker_length(text, line->length, &is_ordered) : 0;
    if (renderer->marker == 0 && was_marker > 0) {
        buffer_append_byte(renderer->target, '\n'); /* the list ends */
    }
    renderer->open = 1;
    renderer->first = renderer->last = index;
    renderer->right_max = line->right;
    renderer->lines = 1;
    renderer->is_bold = (line->flags & LINE_BOLD) != 0;
    if (renderer->marker > 0) {
        append_list_indent(renderer, line, was_marker == 0 || is_higher);
    }
    if (renderer->marker > 0 && !is_ordered) {
        buffer_append_text(&renderer->paragraph, "- ");
        buffer_append(&renderer->paragraph, text + renderer->marker, line->length - renderer->marker);
        return;
    }
    buffer_append(&renderer->paragraph, text, line->length);
}

/* A line that goes on in another column or on the next page. */
static int32_t goes_on_elsewhere(const struct renderer *renderer, const struct layout_line *last,
                                 const struct layout_line *line)
{
    const struct buffer *paragraph = &renderer->paragraph;

    return (last->flags & LINE_HYPHEN) != 0 || (!ends_sentence(buffer_text(paragraph), paragraph->length) &&
                                                starts_lower(line_text(renderer, line), line->length));
}

/* 1 if the line's first word would have fitted behind the last line: somebody broke it there on purpose. */
static int32_t is_broken_early(const struct renderer *renderer, const struct layout_line *last,
                               const struct layout_line *line)
{
    float right = renderer->right_max > line->right ? renderer->right_max : line->right;

    return (line->flags & (LINE_RTL | LINE_TURNED)) == 0 && (last->flags & LINE_HYPHEN) == 0 &&
           last->right + line->first_width + WRAP_SLACK * line->size < right;
}

static int32_t is_indented(const struct renderer *renderer, const struct layout_line *last,
                           const struct layout_line *line)
{
    if ((line->flags & (LINE_RTL | LINE_TURNED)) != 0) {
        return 0;
    }
    if (renderer->marker > 0) { /* the end of a list item: back to the marker's edge or before it */
        return line->left < renderer->layout->lines[renderer->first].left + 0.3F * line->size &&
               (last->flags & LINE_HYPHEN) == 0 && renderer->lines > 1;
    }
    return line->left > last->left + INDENT_MIN * line->size && (last->flags & LINE_HYPHEN) == 0;
}

/* 1 if the line goes on with the open paragraph. */
static int32_t belongs(const struct renderer *renderer, const struct layout_line *line)
{
    const struct layout_line *last = &renderer->layout->lines[renderer->last];
    float distance = (line->baseline - last->baseline) / (line->size > last->size ? line->size : last->size);
    float larger = line->size > last->size ? line->size : last->size;
    int32_t is_ordered;

    if (((line->flags ^ last->flags) & LINE_TURNED) != 0 || fabsf(line->size - last->size) > SIZE_TOLERANCE * larger ||
        ((line->flags & LINE_BOLD) != 0) != renderer->is_bold ||
        marker_length(line_text(renderer, line), line->length, &is_ordered) > 0) {
        return 0;
    }
    if (line->page != last->page || distance < 0) {
        return goes_on_elsewhere(renderer, last, line) && heading_level(renderer, last) == 0;
    }
    if (distance < 0.5F) {
        return 1; /* pieces side by side */
    }
    if (distance > renderer->leading * LEADING_TOLERANCE) {
        return 0;
    }
    if ((last->flags & LINE_HYPHEN) == 0 &&
        speaker_begins_turn(line_text(renderer, line), line->length,
                            ends_sentence(buffer_text(&renderer->paragraph), renderer->paragraph.length))) {
        return 0;
    }
    return heading_level(renderer, line) > 0 ||
           (!is_broken_early(renderer, last, line) && !is_indented(renderer, last, line));
}

/* --- code --- */

static size_t count_code(const struct renderer *renderer, size_t first, size_t end)
{
    const struct layout *layout = renderer->layout;
    size_t count = 0;

    while (first + count < end && is_code(renderer, &layout->lines[first + count]) &&
           layout->lines[first + count].page == layout->lines[first].page &&
           (layout->lines[first + count].flags & LINE_FURNITURE) == 0) {
        count++;
    }
    return count;
}

static void append_code(struct renderer *renderer, size_t first, size_t count)
{
    const struct layout *layout = renderer->layout;
    float left = layout->lines[first].left;

    for (size_t i = 1; i < count; i++) {
        left = layout->lines[first + i].left < left ? layout->lines[first + i].left : left;
    }
    buffer_append_text(renderer->target, "```\n");
    for (size_t i = 0; i < count; i++) {
        const struct layout_line *line = &layout->lines[first + i];
        float wanted = (line->left - left) / (CODE_ADVANCE * (line->size > 1 ? line->size : 1)) + 0.5F;
        int32_t spaces = wanted > CODE_INDENT_MAX ? CODE_INDENT_MAX : (int32_t)wanted;

        if (i > 0 && line->baseline - layout->lines[first + i - 1].baseline > 1.9F * line->size) {
            buffer_append_byte(renderer->target, '\n');
        }
        for (int32_t k = 0; k < spaces; k++) {
            buffer_append_byte(renderer->target, ' ');
        }
        buffer_append(renderer->target, line_text(renderer, line), line->length);
        if ((line->flags & LINE_HYPHEN) != 0) {
            buffer_append_byte(renderer->target, '-');
        }
        buffer_append_byte(renderer->target, '\n');
    }
    buffer_append_text(renderer->target, "```\n\n");
}

/* --- pages --- */

static void mark_page(struct renderer *renderer, const struct layout_line *line)
{
    uint32_t index = renderer->layout->pages[line->page].index;

    if (index != renderer->page && renderer->target->length - renderer->marked > MARK_DISTANCE_MIN) {
        renderer->marked = renderer->target->length;
        renderer->page = index;
        if (renderer->marker > 0) {
            buffer_append_byte(renderer->target, '\n'); /* the list ends */
            renderer->marker = 0;
        }
        buffer_append_format(renderer->target, "<!-- p%u -->\n\n", index + 1);
    }
}

static void begin_block(struct renderer *renderer, const struct layout_line *line)
{
    close_paragraph(renderer);
    if (renderer->marker > 0) {
        buffer_append_byte(renderer->target, '\n');
        renderer->marker = 0;
    }
    mark_page(renderer, line);
}

/* Renders a block of several lines; 0 if there is none at `index`. */
static size_t render_block(struct renderer *renderer, size_t index)
{
    const struct layout *layout = renderer->layout;
    const struct layout_line *line = &layout->lines[index];
    size_t code = count_code(renderer, index, layout->line_count);

    if (code >= 2 || (code == 1 && renderer->open && !belongs(renderer, line))) {
        begin_block(renderer, line);
        append_code(renderer, index, code);
        return code;
    }
    if (line->cell_count >= 2) {
        struct buffer table;
        size_t rows;

        buffer_init(&table, layout->allocator);
        rows = layout_table_append(layout, index, layout->line_count, &table);
        if (rows > 0) {
            begin_block(renderer, line);
            buffer_append(renderer->target, buffer_text(&table), table.length);
            buffer_append_byte(renderer->target, '\n');
            renderer->target->failed |= table.failed;
        }
        buffer_free(&table);
        return rows;
    }
    return 0;
}

static void render_line(struct renderer *renderer, size_t index)
{
    const struct layout_line *line = &renderer->layout->lines[index];

    if (renderer->open && belongs(renderer, line)) {
        append_joined(renderer, line);
        renderer->last = index;
        renderer->lines++;
        renderer->right_max = line->page != renderer->layout->lines[index - 1].page || line->right > renderer->right_max
                                  ? line->right
                                  : renderer->right_max;
        return;
    }
    close_paragraph(renderer);
    mark_page(renderer, line);
    open_paragraph(renderer, index);
}

cpk_status layout_render(struct layout *layout, struct buffer *markdown, cpk_error **error)
{
    struct renderer renderer = {.layout = layout, .target = markdown};
    size_t index = 0;

    if (!layout->keeps_running_lines) {
        CPK_TRY(layout_furniture_mark(layout, error));
    }
    buffer_init(&renderer.paragraph, layout->allocator);
    renderer.marked = markdown->length;
    find_statistics(&renderer);
    while (index < layout->line_count) {
        size_t taken = 0;

        if ((layout->lines[index].flags & LINE_FURNITURE) == 0) {
            taken = render_block(&renderer, index);
            if (taken == 0) {
                render_line(&renderer, index);
            }
        }
        index += taken > 0 ? taken : 1;
    }
    close_paragraph(&renderer);
    markdown->failed |= renderer.paragraph.failed;
    buffer_free(&renderer.paragraph);
    return markdown->failed ? error_out_of_memory(error) : CPK_OK;
}

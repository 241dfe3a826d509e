#include "extract/layout/layout.h"

#include "base/memory.h"
#include "support/test.h"
#include "unit/extract/scarce.h"

#define PAGE_WIDTH  600
#define PAGE_HEIGHT 800
#define WORDS_MAX   2000
#define SIZE        10

/* A page under construction. Words are WIDTH points a character wide. */
struct sheet {
    struct page_word words[WORDS_MAX];
    char texts[WORDS_MAX][32];
    size_t count;
    float size;
    uint32_t flags;
};

static void add_word(struct sheet *sheet, float left, float baseline, const char *text)
{
    struct page_word *word = &sheet->words[sheet->count];

    assert_true(sheet->count < WORDS_MAX);
    snprintf(sheet->texts[sheet->count], sizeof sheet->texts[0], "%s", text);
    *word = (struct page_word){.text = sheet->texts[sheet->count],
                               .length = (uint32_t)strlen(text),
                               .flags = sheet->flags,
                               .left = left,
                               .right = left + (float)strlen(text) * sheet->size / 2,
                               .top = baseline - sheet->size * 0.7F,
                               .bottom = baseline + sheet->size * 0.2F,
                               .baseline = baseline,
                               .size = sheet->size};
    sheet->count++;
}

/* Adds the words of a line from `left` on. */
static void add_line(struct sheet *sheet, float left, float baseline, const char *line)
{
    char copy[512];
    char *rest = copy;
    const char *word;

    snprintf(copy, sizeof copy, "%s", line);
    while ((word = strtok_r(rest, " ", &rest)) != NULL) {
        add_word(sheet, left, baseline, word);
        left = sheet->words[sheet->count - 1].right + sheet->size * 0.3F;
    }
}

static struct sheet *new_sheet(void)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);

    assert_non_null(sheet);
    sheet->size = SIZE;
    return sheet;
}

static void add_sheet(struct layout *layout, struct sheet *sheet, uint32_t index)
{
    const struct page page = {
        .index = index, .width = PAGE_WIDTH, .height = PAGE_HEIGHT, .words = sheet->words, .word_count = sheet->count};
    cpk_error *error = NULL;

    assert_ok(layout_add_page(layout, &page, &error), error);
    free(sheet);
}

static void assert_rendered(struct layout *layout, const char *expected)
{
    struct buffer markdown;
    cpk_error *error = NULL;

    buffer_init(&markdown, &memory_default);
    assert_ok(layout_render(layout, &markdown, &error), error);
    assert_string_equal(buffer_text(&markdown), expected);
    buffer_free(&markdown);
    layout_free(layout);
}

static struct layout *new_layout(void)
{
    struct layout *layout = NULL;

    assert_int_equal(layout_create(&memory_default, &layout, NULL), CPK_OK);
    return layout;
}

static void assert_sheet(struct sheet *sheet, const char *expected)
{
    struct layout *layout = new_layout();

    add_sheet(layout, sheet, 0);
    assert_rendered(layout, expected);
}

static void lines_become_a_paragraph(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    add_line(sheet, 50, 100, "The quick brown fox jumps over the lazy dog and");
    add_line(sheet, 50, 112, "then it sleeps for a very long while in the sun");
    add_line(sheet, 50, 124, "of May.");
    add_line(sheet, 50, 150, "Another paragraph stands below it.");
    assert_sheet(sheet,
                 "The quick brown fox jumps over the lazy dog and then it sleeps for a very long while in the sun "
                 "of May.\n\nAnother paragraph stands below it.\n\n");
}

static void turns_of_speakers_are_paragraphs(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    add_line(sheet, 50, 100, "You: I row each day of the week on the river, and");
    add_line(sheet, 50, 112, "what I want to know is whether that is too often.");
    add_line(sheet, 50, 124, "ChatGPT: I am a bot that runs, and it is fine to do");
    add_line(sheet, 50, 136, "so: keep a note of the hours that you row each day.");
    add_line(sheet, 50, 148, "12/03/2025, 10:02 - Ada: I row each day of the week");
    add_line(sheet, 50, 160, "so far. Tutor: this one is in the middle of a line.");
    add_line(sheet, 50, 172, "Tutor: I am the one who begins a line of the page.");
    add_line(sheet, 50, 184, "Note: that is a note and no turn of anybody's here,");
    add_line(sheet, 50, 196, "http://a.example: is none either, you see that now.");
    assert_sheet(sheet,
                 "You: I row each day of the week on the river, and what I want to know is whether that is too "
                 "often.\n\nChatGPT: I am a bot that runs, and it is fine to do so: keep a note of the hours that "
                 "you row each day.\n\n12/03/2025, 10:02 - Ada: I row each day of the week so far. Tutor: this "
                 "one is in the middle of a line.\n\nTutor: I am the one who begins a line of the page. Note: that "
                 "is a note and no turn of anybody's here, http://a.example: is none either, you see that now.\n\n");
}

static void a_first_line_indent_starts_a_paragraph(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    add_line(sheet, 50, 100, "First words of a text that fills its whole line up");
    add_line(sheet, 50, 112, "to the end of the column and then it stops here so");
    add_line(sheet, 65, 124, "Second words of a text that fill up its whole line");
    add_line(sheet, 50, 136, "and go on.");
    assert_sheet(sheet, "First words of a text that fills its whole line up to the end of the column and then it stops "
                        "here so\n\nSecond words of a text that fill up its whole line and go on.\n\n");
}

/* Two columns: the stream writes one after the other, their lines stand side by side. */
static void columns_are_read_one_after_the_other(void **state)
{
    struct sheet *sheet = new_sheet();
    char expected[4096] = "";
    char line[128];

    (void)state;
    for (int column = 0; column < 2; column++) {
        for (int i = 0; i < 10; i++) {
            snprintf(line, sizeof line, "column %c row %c of the text that is it", 'a' + column, 'a' + i);
            add_line(sheet, column == 0 ? 50 : 310, 100 + 12 * (float)i, line);
            snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%s%s", i > 0 ? " " : "", line);
        }
        snprintf(expected + strlen(expected), sizeof expected - strlen(expected), column == 0 ? " " : "\n\n");
    }
    assert_sheet(sheet, expected);
}

/* Lines that are too long for the left column must not pull lines of the right one forward. */
static void a_long_line_does_not_mix_columns(void **state)
{
    struct sheet *sheet = new_sheet();
    struct layout *layout = new_layout();
    struct buffer markdown;

    (void)state;
    for (int i = 0; i < 12; i++) {
        add_line(sheet, 50, 100 + 12 * (float)i,
                 i % 4 == 1 ? "leftlong this line reaches far into the other column indeed"
                            : "left some words of the column.");
    }
    for (int i = 0; i < 12; i++) {
        add_line(sheet, 310, 100 + 12 * (float)i, "right some words of the other column.");
    }
    add_sheet(layout, sheet, 0);
    buffer_init(&markdown, &memory_default);
    assert_int_equal(layout_render(layout, &markdown, NULL), CPK_OK);
    assert_true(strstr(strstr(buffer_text(&markdown), "right"), "left") == NULL);
    buffer_free(&markdown);
    layout_free(layout);
}

/* Printed pages draw boxes after the text around them. */
static void what_stands_above_is_read_before(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    add_line(sheet, 50, 100, "First paragraph of the page, before the box:");
    add_line(sheet, 50, 220, "Last paragraph of the page, after the box.");
    sheet->flags = WORD_FIXED_WIDTH;
    add_line(sheet, 70, 150, "int main(void)");
    add_line(sheet, 90, 162, "return 0;");
    assert_sheet(sheet, "First paragraph of the page, before the box:\n\n```\nint main(void)\n   return 0;\n```\n\n"
                        "Last paragraph of the page, after the box.\n\n");
}

static void pieces_of_a_line_are_joined(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    add_line(sheet, 50, 100, "See the");
    add_line(sheet, 50, 150, "Other line.");
    add_word(sheet, 86, 100, "manual"); /* a link, drawn last, behind "the" */
    assert_sheet(sheet, "See the manual\n\nOther line.\n\n");
}

static void hyphens_of_line_breaks_are_removed(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    add_line(sheet, 50, 88, "A well-known and widely read text is this one here.");
    add_line(sheet, 50, 120, "This is some infor");
    sheet->words[sheet->count - 1].flags |= WORD_HYPHEN;
    add_line(sheet, 50, 132, "mation about a well-");
    add_line(sheet, 50, 144, "known fact; and X-");
    add_line(sheet, 50, 156, "Ray. It is over.");
    assert_sheet(sheet, "A well-known and widely read text is this one here.\n\n"
                        "This is some information about a well-known fact; and X-Ray. It is over.\n\n");
}

static void a_hyphen_within_a_compound_of_short_words_stays(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    add_line(sheet, 50, 88, "A source, or out of it, and a cpu: contextpack-serve is one.");
    add_line(sheet, 50, 120, "Always build out-");
    add_line(sheet, 50, 132, "of-source, with contextpack-serve-");
    add_line(sheet, 50, 144, "cpu, which is some infor-");
    add_line(sheet, 50, 156, "mation-rich text.");
    assert_sheet(sheet, "A source, or out of it, and a cpu: contextpack-serve is one.\n\n"
                        "Always build out-of-source, with contextpack-serve-cpu, which is some information-rich "
                        "text.\n\n");
}

/* Readers infer white space before and behind superscripts; where nothing is between the letters, there is none. */
static void inferred_white_space_needs_a_gap(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    add_word(sheet, 50, 100, "required");
    sheet->size = 6;
    sheet->flags = WORD_JOINED | WORD_INFERRED;
    add_word(sheet, sheet->words[0].right + 1.3F, 96, "6");
    sheet->size = SIZE;
    add_word(sheet, sheet->words[1].right + 0.5F, 100, ",");
    add_word(sheet, sheet->words[2].right + 2, 100, "apart");
    sheet->flags = 0;
    add_word(sheet, sheet->words[3].right + 0.3F, 100, "spaced");
    assert_sheet(sheet, "required6, apart spaced\n\n");
}

static void letter_spaced_lines_are_words(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    for (int i = 0; i < 14; i++) {
        static const char *const letters[] = {"C", "U", "R", "R", "I", "C", "U", "L", "U", "M", "V", "I", "T", "E:"};

        add_word(sheet, 50 + 9 * (float)i + (i >= 10 ? 9 : 0), 100, letters[i]);
    }
    for (int i = 0; i < 5; i++) { /* columns of a form */
        add_word(sheet, 50 + 30 * (float)i, 140, "M");
    }
    add_line(sheet, 50, 180, "S k i l l s");
    add_line(sheet, 50, 220, "a b c d");
    add_line(sheet, 50, 260, "A B C");
    assert_sheet(sheet, "CURRICULUM VITE:\n\nM M M M M\n\nSkills\n\na b c d\n\nA B C\n\n");
}

static void ideographs_have_no_white_space(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    for (int i = 0; i < 6; i++) {
        static const char *const characters[] = {"\xE5\x85\xA8", "\xE4\xB8\x96", "\xE7\x95\x8C",
                                                 "\xEF\xBC\x8C", "\xE8\x81\x94", "\xE5\x90\x88"};

        add_word(sheet, 50 + 18 * (float)(i % 3), i < 3 ? 100 : 112, characters[i]);
    }
    add_word(sheet, 104, 112, "ATA");
    assert_sheet(sheet, "\xE5\x85\xA8\xE4\xB8\x96\xE7\x95\x8C\xEF\xBC\x8C\xE8\x81\x94\xE5\x90\x88 ATA\n\n");
}

static void large_and_bold_lines_are_headings(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    sheet->size = 20;
    add_line(sheet, 50, 80, "Jane Doe");
    sheet->size = 14;
    add_line(sheet, 50, 120, "Experience");
    sheet->size = SIZE;
    sheet->flags = WORD_BOLD;
    add_line(sheet, 50, 150, "Baker, 2019");
    sheet->flags = 0;
    add_line(sheet, 50, 162, "Baked bread every day of the week, and cakes.");
    add_line(sheet, 50, 174, "And went home.");
    assert_sheet(sheet,
                 "# Jane Doe\n\n## Experience\n\n### Baker, 2019\n\nBaked bread every day of the week, and cakes. "
                 "And went home.\n\n");
}

static void titles_of_the_outline_are_headings(void **state)
{
    struct sheet *sheet = new_sheet();
    struct layout *layout = new_layout();

    (void)state;
    add_line(sheet, 50, 100, "1 Introduction");
    add_line(sheet, 50, 130, "Text of the introduction is here.");
    assert_int_equal(layout_expect_heading(layout, "1  Introduction", 1, NULL), CPK_OK);
    add_sheet(layout, sheet, 0);
    assert_rendered(layout, "## 1 Introduction\n\nText of the introduction is here.\n\n");
}

static void markers_make_lists(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    add_line(sheet, 50, 100, "\xE2\x80\xA2 Bread and butter and jam and honey and a");
    add_line(sheet, 58, 112, "cup of tea");
    add_line(sheet, 50, 124, "\xE2\x80\xA2 Cake");
    add_line(sheet, 70, 136, "\xE2\x80\xA2 of chocolate");
    add_line(sheet, 50, 160, "After the list.");
    add_line(sheet, 50, 190, "1. One");
    add_line(sheet, 50, 202, "2. Two");
    assert_sheet(sheet, "- Bread and butter and jam and honey and a cup of tea\n- Cake\n  - of chocolate\n\nAfter the "
                        "list.\n\n1. One\n2. Two\n");
}

/* A row of a table whose cells are lists: the stream writes cell after cell. */
static void cells_of_several_lines_stay_apart(void **state)
{
    static const char *const lines[] = {"first", "second", "third", "fourth"};
    struct sheet *sheet = new_sheet();

    (void)state;
    add_line(sheet, 50, 60, "A title over both of the columns, which reaches far to the right");
    for (int cell = 0; cell < 2; cell++) {
        for (int i = 0; i < 4; i++) {
            char line[32];

            snprintf(line, sizeof line, "- %s %c", lines[i], 'a' + cell);
            add_line(sheet, cell == 0 ? 70 : 320, 100 + 14 * (float)i, line);
        }
    }
    add_line(sheet, 50, 170, "The next row.");
    add_line(sheet, 300, 170, "Its other cell.");
    assert_sheet(sheet, "A title over both of the columns, which reaches far to the right\n\n"
                        "- first a\n- second a\n- third a\n- fourth a\n"
                        "- first b\n- second b\n- third b\n- fourth b\n\nThe next row. Its other cell.\n\n");
}

static void aligned_cells_make_a_table(void **state)
{
    struct sheet *sheet = new_sheet();
    static const char *const rows[3][3] = {{"Year", "City", "Work"}, {"2019", "Rome", "a|b"}, {"2020", "", "Baker"}};

    (void)state;
    add_line(sheet, 50, 100, "My places:");
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++) {
            if (rows[i][k][0] != '\0') {
                add_line(sheet, 50 + 100 * (float)k, 130 + 14 * (float)i, rows[i][k]);
            }
        }
    }
    assert_sheet(sheet, "My places:\n\n| Year | City | Work |\n| --- | --- | --- |\n| 2019 | Rome | a\\|b |\n"
                        "| 2020 | | Baker |\n\n");
}

static void running_lines_are_kept_when_asked_for(void **state)
{
    struct layout *layout = new_layout();

    (void)state;
    layout_keep_running_lines(layout);
    for (uint32_t page = 0; page < 3; page++) {
        struct sheet *sheet = new_sheet();
        char number[16];

        add_line(sheet, 50, 40, "Header");
        add_line(sheet, 50, 200, "Body of the page.");
        snprintf(number, sizeof number, "%u", page + 1);
        add_line(sheet, 280, 770, number);
        add_sheet(layout, sheet, page);
    }
    assert_rendered(layout, "Header\n\nBody of the page.\n\n1\n\nHeader\n\nBody of the page.\n\n2\n\n"
                            "Header\n\nBody of the page.\n\n3\n\n");
}

static void running_lines_and_page_numbers_are_removed(void **state)
{
    struct layout *layout = new_layout();
    char line[128];

    (void)state;
    for (uint32_t page = 0; page < 4; page++) {
        struct sheet *sheet = new_sheet();

        add_line(sheet, 50, 40, "Jane Doe, Curriculum Vitae");
        snprintf(line, sizeof line,
                 "The sentence on sheet %c has enough words to be a page of text, and then some more",
                 'a' + (char)page);
        add_line(sheet, 50, 200, line);
        add_line(sheet, 50, 212, "words of the same kind, which end with a full stop, and that is the end of this.");
        snprintf(line, sizeof line, "Page %u of 4", page + 1);
        add_line(sheet, 280, 770, line);
        add_sheet(layout, sheet, page);
    }
    assert_rendered(layout, "Jane Doe, Curriculum Vitae\n\n"
                            "The sentence on sheet a has enough words to be a page of text, and then some more words "
                            "of the same kind, which "
                            "end with a full stop, and that is the end of this.\n\n<!-- p2 -->\n\n"
                            "The sentence on sheet b has enough words to be a page of text, and then some more words "
                            "of the same kind, which "
                            "end with a full stop, and that is the end of this.\n\n<!-- p3 -->\n\n"
                            "The sentence on sheet c has enough words to be a page of text, and then some more words "
                            "of the same kind, which "
                            "end with a full stop, and that is the end of this.\n\n<!-- p4 -->\n\n"
                            "The sentence on sheet d has enough words to be a page of text, and then some more words "
                            "of the same kind, which "
                            "end with a full stop, and that is the end of this.\n\n");
}

static void numbers_that_do_not_count_pages_stay(void **state)
{
    struct layout *layout = new_layout();
    static const char *const numbers[3] = {"17", "9", "42"};
    struct buffer markdown;

    (void)state;
    for (uint32_t page = 0; page < 3; page++) {
        struct sheet *sheet = new_sheet();

        add_line(sheet, 50, 100, "Words of a page.");
        add_line(sheet, 280, 770, numbers[page]);
        add_sheet(layout, sheet, page);
    }
    buffer_init(&markdown, &memory_default);
    assert_int_equal(layout_render(layout, &markdown, NULL), CPK_OK);
    for (size_t i = 0; i < 3; i++) {
        assert_non_null(strstr(buffer_text(&markdown), numbers[i]));
    }
    buffer_free(&markdown);
    layout_free(layout);
}

static void text_from_right_to_left_keeps_its_order(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    add_word(sheet, 200, 100, "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D"); /* shalom */
    add_word(sheet, 150, 100, "\xD7\xA2\xD7\x95\xD7\x9C\xD7\x9D"); /* olam */
    assert_sheet(sheet, "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xD7\xA2\xD7\x95\xD7\x9C\xD7\x9D\n\n");
}

/* The stream has the left column of a form first: "name: Dan" of one line. */
static void columns_from_right_to_left_stay_apart(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    add_word(sheet, 150, 100, "\xD7\x93\xD7\x9F"); /* Dan */
    add_word(sheet, 200, 100, "\xD7\xA9\xD7\x9D"); /* name */
    assert_sheet(sheet, "\xD7\x93\xD7\x9F \xD7\xA9\xD7\x9D\n\n");
}

static void words_of_two_directions_stand_apart(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    add_word(sheet, 200, 100, "\xD7\xA9\xD7\x9D");
    add_word(sheet, 200 - 2 * sheet->size, 100, "Java");
    sheet->words[1].flags |= WORD_JOINED;
    assert_sheet(sheet, "\xD7\xA9\xD7\x9D Java\n\n");
}

/* A page that was scanned sideways, and a stamp in the margin of an upright one. */
static void turned_text_is_read_in_its_own_direction(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    for (int i = 0; i < 3; i++) {
        sheet->words[i] = (struct page_word){.text = i == 0   ? "up"
                                                     : i == 1 ? "we"
                                                              : "go",
                                             .length = 2,
                                             .flags = 3u << WORD_TURN_SHIFT,
                                             .left = 20,
                                             .right = 30,
                                             .top = 500 - 20 * (float)i,
                                             .bottom = 512 - 20 * (float)i,
                                             .baseline = 28,
                                             .size = SIZE};
    }
    sheet->count = 3;
    add_line(sheet, 50, 100, "Upright words are most of the page.");
    assert_sheet(sheet, "Upright words are most of the page.\n\nup we go\n\n");
}

static void words_drawn_twice_are_read_once(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    add_word(sheet, 50, 100, "Bold");
    add_word(sheet, 50.4F, 100, "Bold");
    add_word(sheet, 50.4F, 112, "Bold");
    assert_sheet(sheet, "Bold Bold\n\n");
}

static void ligatures_are_spelled_out(void **state)
{
    struct sheet *sheet = new_sheet();

    (void)state;
    add_line(sheet, 50, 100,
             "e\xEF\xAC\x80"
             "ort of the \xEF\xAC\x81rst o\xEF\xAC\x83"
             "ce.");
    assert_sheet(sheet, "effort of the first office.\n\n");
}

/* Coordinates of any kind end, and give every word once. */
static void nonsense_coordinates_lose_nothing(void **state)
{
    struct sheet *sheet = new_sheet();
    struct layout *layout = new_layout();
    struct buffer markdown;
    uint32_t random = 7;
    char word[16];
    size_t found = 0;

    (void)state;
    for (int i = 0; i < 800; i++) {
        random = random * 1664525u + 1013904223u;
        sheet->size = (float)(random >> 8 & 63) / 2;
        sheet->flags = random >> 4 & 0x33f;
        snprintf(word, sizeof word, "qzq%d", i);
        add_word(sheet, (float)(int32_t)(random >> 3 & 0xfff) - 1000, (float)(random >> 16 & 0x7ff), word);
    }
    add_sheet(layout, sheet, 0);
    buffer_init(&markdown, &memory_default);
    assert_int_equal(layout_render(layout, &markdown, NULL), CPK_OK);
    for (const char *at = buffer_text(&markdown); (at = strstr(at, "qzq")) != NULL; at += 3) {
        found++;
    }
    assert_int_equal(found, 800);
    buffer_free(&markdown);
    layout_free(layout);
}

static cpk_status render_with(const cpk_allocator *allocator)
{
    struct sheet *sheet = new_sheet();
    struct layout *layout = NULL;
    struct page page = {.width = PAGE_WIDTH, .height = PAGE_HEIGHT, .words = sheet->words};
    struct buffer markdown;
    cpk_status status = layout_create(allocator, &layout, NULL);

    add_line(sheet, 50, 40, "Title of it");
    add_line(sheet, 50, 100, "\xE2\x80\xA2 Some words of a list");
    add_line(sheet, 50, 130, "a");
    add_line(sheet, 150, 130, "b");
    add_line(sheet, 50, 142, "c");
    add_line(sheet, 150, 142, "d");
    page.word_count = sheet->count;
    buffer_init(&markdown, allocator);
    for (int i = 0; i < 3 && status == CPK_OK; i++) {
        status = layout_add_page(layout, &page, NULL);
    }
    status = status == CPK_OK ? layout_expect_heading(layout, "Title of it", 0, NULL) : status;
    status = status == CPK_OK ? layout_render(layout, &markdown, NULL) : status;
    buffer_free(&markdown);
    layout_free(layout);
    free(sheet);
    return status;
}

static void a_failed_allocation_is_an_error(void **state)
{
    struct scarce scarce;
    cpk_allocator allocator = scarce_allocator(&scarce);
    cpk_status status = CPK_ERROR_OUT_OF_MEMORY;

    (void)state;
    for (long calls = 0; status != CPK_OK; calls++) {
        scarce = (struct scarce){calls, 0};
        status = render_with(&allocator);
        assert_true(status == CPK_OK || status == CPK_ERROR_OUT_OF_MEMORY);
        assert_true(calls < 10000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_a_paragraph),
        cmocka_unit_test(turns_of_speakers_are_paragraphs),
        cmocka_unit_test(a_first_line_indent_starts_a_paragraph),
        cmocka_unit_test(columns_are_read_one_after_the_other),
        cmocka_unit_test(a_long_line_does_not_mix_columns),
        cmocka_unit_test(what_stands_above_is_read_before),
        cmocka_unit_test(pieces_of_a_line_are_joined),
        cmocka_unit_test(hyphens_of_line_breaks_are_removed),
        cmocka_unit_test(a_hyphen_within_a_compound_of_short_words_stays),
        cmocka_unit_test(inferred_white_space_needs_a_gap),
        cmocka_unit_test(letter_spaced_lines_are_words),
        cmocka_unit_test(ideographs_have_no_white_space),
        cmocka_unit_test(large_and_bold_lines_are_headings),
        cmocka_unit_test(titles_of_the_outline_are_headings),
        cmocka_unit_test(markers_make_lists),
        cmocka_unit_test(cells_of_several_lines_stay_apart),
        cmocka_unit_test(aligned_cells_make_a_table),
        cmocka_unit_test(running_lines_are_kept_when_asked_for),
        cmocka_unit_test(running_lines_and_page_numbers_are_removed),
        cmocka_unit_test(numbers_that_do_not_count_pages_stay),
        cmocka_unit_test(text_from_right_to_left_keeps_its_order),
        cmocka_unit_test(columns_from_right_to_left_stay_apart),
        cmocka_unit_test(words_of_two_directions_stand_apart),
        cmocka_unit_test(turned_text_is_read_in_its_own_direction),
        cmocka_unit_test(words_drawn_twice_are_read_once),
        cmocka_unit_test(ligatures_are_spelled_out),
        cmocka_unit_test(nonsense_coordinates_lose_nothing),
        cmocka_unit_test(a_failed_allocation_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

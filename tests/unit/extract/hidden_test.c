/* Hidden text of documents is left out, whatever hides it, and words around it stay apart. */
#include "support/test.h"

#include "unit/extract/office.h"

#define HIDE       "<w:rPr><w:vanish/></w:rPr>"
#define RUN(text)  "<w:r><w:t xml:space='preserve'>" text "</w:t></w:r>"
#define GONE(text) "<w:r>" HIDE "<w:t xml:space='preserve'>" text "</w:t></w:r>"

static const struct {
    const char *body;
    const char *text;
} BODIES[] = {
    {"<w:p>" RUN("Ann lives in ") GONE("Rome ") RUN("Oslo.") "</w:p>", "Ann lives in Oslo."},
    {"<w:p>" RUN("one") GONE(" gone ") RUN("two") "</w:p>", "one two"},
    {"<w:p>" RUN("one") GONE(" gone") RUN(", two") "</w:p>", "one, two"},
    {"<w:p>" RUN("Vis") GONE("xx") RUN("ible") "</w:p>", "Visible"},
    {"<w:p><w:r>" HIDE "<w:tab/></w:r>" RUN("a") "<w:r>" HIDE "<w:br/></w:r>" RUN("b") "</w:p>", "a b"},
    {W_P("kept") "<w:p>" GONE("whole paragraph") "</w:p>" W_P("too"), "kept\n\ntoo"},
    /* Its mark alone is hidden. */
    {"<w:p><w:pPr>" HIDE "</w:pPr>" RUN("seen") "</w:p>", "seen"},
    {"<w:p><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>seen</w:t></w:r><w:r><w:rPr><w:vanish "
     "w:val='true'/></w:rPr><w:t> not</w:t></w:r></w:p>",
     "seen"},
    {"<w:p><w:r><w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>seen</w:t></w:r></w:p>",
     "seen"},
    {"<w:p><w:r><w:rPr><w:webHidden/></w:rPr><w:t>seen</w:t></w:r></w:p>", "seen"},
    {"<w:tbl><w:tr><w:tc>" W_P("a") "</w:tc><w:tc><w:p>" GONE("b") RUN("c") "</w:p></w:tc></w:tr></w:tbl>",
     "| a | c |\n| --- | --- |"},
    /* Marks of an index stand in hidden runs; what follows is no part of their field. */
    {"<w:p>" RUN("a") "<w:r>" HIDE "<w:fldChar w:fldCharType='begin'/></w:r><w:r>" HIDE
                      "<w:instrText>XE \"a\"</w:instrText></w:r><w:r>" HIDE
                      "<w:fldChar w:fldCharType='end'/></w:r>" RUN(" b") "</w:p>",
     "a b"},
    {"<w:p>" RUN("a") "<w:r>" HIDE "<w:txbxContent>" W_P("boxed") "</w:txbxContent></w:r></w:p>", "a"},
    {"<w:p>" RUN("a") "<w:r>" HIDE "<mc:AlternateContent><mc:Choice Requires='x'><w:t>new</w:t></mc:Choice>"
                      "<mc:Fallback><w:t>usual</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>",
     "a"},
    {"<w:p>" RUN("a") "<w:r><mc:AlternateContent><mc:Choice Requires='x'><d:anchor><d:docPr hidden='1'/><w:txbxContent>"
                      "" W_P("boxed") "</w:txbxContent></d:anchor></mc:Choice><mc:Fallback><v:rect "
                                      "style='width:1;visibility:hidden'><w:txbxContent>" W_P(
                                          "boxed") "</w:txbxContent></v:rect></mc:Fallback></mc:AlternateContent>"
                                                   "</w:r></w:p>",
     "a"},
    {"<w:p>" RUN("a") "<w:hyperlink r:id='l'>" GONE(" b") "</w:hyperlink>" RUN("c") "</w:p>", "a c"},
    {"<w:p><m:oMath><m:r><m:t>x</m:t></m:r><m:r><w:rPr><w:vanish/></w:rPr><m:t>y</m:t></m:r></m:oMath></w:p>", "x"},
    /* Styles: of characters, of paragraphs, inherited; both together show the text again. */
    {"<w:p>" RUN("a ") "<w:r><w:rPr><w:rStyle w:val='Secret'/></w:rPr><w:t>b</w:t></w:r>" RUN("c") "</w:p>", "a c"},
    {"<w:p>" RUN("a ") "<w:r><w:rPr><w:rStyle w:val='Deeper'/></w:rPr><w:t>b</w:t></w:r>" RUN("c") "</w:p>", "a c"},
    {"<w:p>" RUN("a ") "<w:r><w:rPr><w:rStyle w:val='Shown'/></w:rPr><w:t>b</w:t></w:r>" RUN("c") "</w:p>", "a bc"},
    {"<w:p>" RUN(
         "a ") "<w:r><w:rPr><w:rStyle w:val='Secret'/><w:vanish w:val='false'/></w:rPr><w:t>b</w:t></w:r></w:p>",
     "a b"},
    {"<w:p><w:pPr><w:pStyle w:val='Quiet'/></w:pPr>" RUN("a") "</w:p>" W_P("b"), "b"},
    {"<w:p><w:pPr><w:pStyle w:val='Quiet'/></w:pPr>" RUN(
         "a") "<w:r><w:rPr><w:rStyle w:val='Secret'/></w:rPr><w:t>b</w:t></w:r></w:p>",
     "b"},
    {"<w:p><w:pPr><w:pStyle w:val='Mark'/></w:pPr>" RUN("a") "</w:p>", "a"},
    /* Notes that only hidden text refers to. */
    {"<w:p>" RUN("a") "<w:r>" HIDE
                      "<w:footnoteReference w:id='2'/></w:r><w:r><w:footnoteReference w:id='3'/></w:r></w:p>",
     "a[^3]\n\n[^3]: Third"},
};

static cpk_status read_body(struct input *input, const char *body)
{
    struct part parts[] = {
        {"word/_rels/document.xml.rels", RELATIONS(RELATION("s", "styles", "styles.xml") RELATION(
                                             "f", "footnotes", "footnotes.xml") LINK("l", "https://a.example/"))},
        {"word/styles.xml",
         "<w:styles " W_SPACES "><w:style w:type='character' w:styleId='Secret'>" HIDE
         "</w:style><w:style w:type='character' w:styleId='Deeper'><w:basedOn w:val='Secret'/></w:style>"
         "<w:style w:type='character' w:styleId='Shown'><w:basedOn w:val='Secret'/><w:rPr><w:vanish w:val='0'/></w:rPr>"
         "</w:style><w:style w:type='paragraph' w:styleId='Quiet'>" HIDE "</w:style>"
         "<w:style w:type='paragraph' w:styleId='Mark'><w:pPr>" HIDE "</w:pPr></w:style></w:styles>"},
        {"word/footnotes.xml",
         "<w:footnotes " W_SPACES "><w:footnote w:id='2'>" W_P("Second") "</w:footnote><w:footnote w:id='3'>" W_P(
             "Third") "</w:footnote></w:footnotes>"},
        {"word/document.xml", NULL},
        {NULL, NULL}};
    struct buffer document;
    cpk_status status;

    buffer_init(&document, &memory_default);
    buffer_append_format(&document,
                         "<w:document " W_SPACES
                         " xmlns:d='http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing' "
                         "xmlns:v='urn:schemas-microsoft-com:vml'><w:body>%s</w:body></w:document>",
                         body);
    parts[3].text = buffer_text(&document);
    status = package_read(input, "notes.docx", "[Content_Types].xml", parts);
    buffer_free(&document);
    return status;
}

static void text_of_word_is_left_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof BODIES / sizeof BODIES[0]; i++) {
        struct input input;

        assert_ok(read_body(&input, BODIES[i].body), input.error);
        assert_document(&input, BODIES[i].text);
        input_free(&input);
    }
}

/* What was left out is told. */
static void a_note_counts_the_places(void **state)
{
    struct input input;

    (void)state;
    assert_ok(read_body(&input, "<w:p>" RUN("a") GONE("b") RUN("c") GONE("d") "</w:p>"), input.error);
    assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_NOT_READ), 1);
    assert_string_equal(input.recorder.notes[0].text, "hidden content was left out in 2 places");
    assert_int_equal(input.report.damaged, 0);
    input_free(&input);
    assert_ok(read_body(&input, W_P("a")), input.error);
    assert_int_equal(input.recorder.note_count, 0);
    input_free(&input);
    assert_int_equal(read_body(&input, "<w:p>" GONE("all") "</w:p>"), CPK_ERROR_NO_CONTENT);
    input_free(&input);
}

static void read_as(const char *name, const char *first, const struct part *parts, const char *text)
{
    struct input input;

    assert_ok(package_read(&input, name, first, parts), input.error);
    assert_document(&input, text);
    assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_NOT_READ), 1);
    input_free(&input);
}

#define P_SPACES                                                                                                       \
    "xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main' "                                            \
    "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main' "                                                 \
    "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'"
#define SHAPE(attributes, text)                                                                                        \
    "<p:sp><p:nvSpPr><p:cNvPr id='2' name='x' " attributes "/></p:nvSpPr><a:p><a:r><a:t>" text                         \
    "</a:t></a:r></a:p></p:sp>"

static void slides_and_shapes_are_left_out(void **state)
{
    const struct part parts[] = {
        {"ppt/presentation.xml",
         "<p:presentation " P_SPACES "><p:sldIdLst><p:sldId id='256' r:id='r1'/><p:sldId id='257' r:id='r2'/><p:sldId "
         "id='258' r:id='r3'/></p:sldIdLst></p:presentation>"},
        {"ppt/_rels/presentation.xml.rels", RELATIONS(RELATION("r1", "slide", "s1.xml") RELATION(
                                                "r2", "slide", "s2.xml") RELATION("r3", "slide", "s3.xml"))},
        {"ppt/s1.xml", "<p:sld " P_SPACES " show='1'>" SHAPE("", "first") SHAPE("hidden='1'", "covered")
                           SHAPE("hidden='0'", "seen") "</p:sld>"},
        {"ppt/s2.xml", "<p:sld " P_SPACES " show='0'>" SHAPE("", "skipped") "</p:sld>"},
        {"ppt/_rels/s2.xml.rels", RELATIONS(RELATION("n", "notesSlide", "n.xml"))},
        {"ppt/n.xml", "<p:notes " P_SPACES ">" SHAPE("", "its notes") "</p:notes>"},
        {"ppt/s3.xml", "<p:sld " P_SPACES ">" SHAPE("", "third") "</p:sld>"},
        {NULL, NULL}};

    (void)state;
    read_as("a.pptx", "[Content_Types].xml", parts, "## Slide 1\n\nfirst\n\nseen\n\n## Slide 3\n\nthird");
}

#define S_SPACES                                                                                                       \
    "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' "                                               \
    "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'"
#define SHEET_CELL(name, text) "<c r='" name "' t='inlineStr'><is><t>" text "</t></is></c>"

static void sheets_rows_and_columns_are_left_out(void **state)
{
    const struct part parts[] = {
        {"xl/workbook.xml", "<workbook " S_SPACES
                            "><sheets><sheet name='Seen' state='visible' r:id='r1'/><sheet name='Not' state='hidden' "
                            "r:id='r2'/><sheet name='Never' state='veryHidden' r:id='r2'/></sheets></workbook>"},
        {"xl/_rels/workbook.xml.rels",
         RELATIONS(RELATION("r1", "worksheet", "s.xml") RELATION("r2", "worksheet", "t.xml"))},
        {"xl/s.xml",
         "<worksheet " S_SPACES "><cols><col min='1' max='1' hidden='0'/><col min='2' max='3' hidden='1'/></cols>"
         "<sheetData><row>" SHEET_CELL("A1", "a") SHEET_CELL("B1", "no") SHEET_CELL("D1", "d")
             SHEET_CELL("E1", "e") "</row><row hidden='1'>" SHEET_CELL("A2", "no") "</row><row>" SHEET_CELL("A3", "f")
                 SHEET_CELL("C3", "no") SHEET_CELL("E3", "g") "</row></sheetData></worksheet>"},
        {"xl/t.xml",
         "<worksheet " S_SPACES "><sheetData><row>" SHEET_CELL("A1", "no") "</row></sheetData></worksheet>"},
        {NULL, NULL}};

    (void)state;
    read_as("a.xlsx", "[Content_Types].xml", parts, "## Seen\n\n| a | d | e |\n| --- | --- | --- |\n| f | | g |");
}

#define O_SPACES                                                                                                       \
    "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "                                                 \
    "xmlns:style='urn:oasis:names:tc:opendocument:xmlns:style:1.0' "                                                   \
    "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' "                                                     \
    "xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' "                                                   \
    "xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' "                                                  \
    "xmlns:presentation='urn:oasis:names:tc:opendocument:xmlns:presentation:1.0'"
#define O_STYLE(attributes, properties) "<style:style " attributes ">" properties "</style:style>"
#define O_MANIFEST                                                                                                     \
    {                                                                                                                  \
        "META-INF/manifest.xml", "<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>"          \
    }

static void text_of_opendocument_is_left_out(void **state)
{
    const struct part parts[] = {
        O_MANIFEST,
        {"styles.xml", "<office:document-styles " O_SPACES
                       ">" O_STYLE("style:name='Quiet' style:family='paragraph'",
                                   "<style:text-properties text:display='none'/>") "</office:document-styles>"},
        {"content.xml",
         "<office:document-content " O_SPACES "><office:automatic-styles>" O_STYLE(
             "style:name='T1' style:family='text'", "<style:text-properties text:display='none'/>")
             O_STYLE("style:name='T2' style:family='text'", "<style:text-properties text:display='true'/>") O_STYLE(
                 "style:name='P1' style:family='paragraph' style:parent-style-name='Quiet'",
                 "") "</office:automatic-styles><office:text>"
                     "<text:p>one<text:span text:style-name='T1'> gone<text:span text:style-name='T2'>x</text:span>"
                     "</text:span>two<text:span text:style-name='T2'>!</text:span></text:p>"
                     "<text:p text:style-name='P1'>by a style</text:p><text:h text:style-name='Quiet'>head</text:h>"
                     "<text:section text:display='none'><text:p>section</text:p></text:section>"
                     "<text:section text:display='condition' "
                     "text:is-hidden='true'><text:p>unmet</text:p></text:section>"
                     "<text:section text:display='true'><text:p>seen</text:p></text:section>"
                     "<text:p><text:hidden-paragraph text:is-hidden='true'/>dropped</text:p>"
                     "<text:p>a<text:hidden-text text:is-hidden='true'>b</text:hidden-text>c</text:p>"
                     "<text:p><draw:frame draw:display='none'><draw:text-box><text:p>boxed</text:p></draw:text-box>"
                     "</draw:frame>last</text:p></office:text></office:document-content>"},
        {NULL, NULL}};

    (void)state;
    read_as("a.odt", "mimetype", parts, "one two!\n\nseen\n\nac\n\nlast");
}

static void sheets_of_opendocument_are_left_out(void **state)
{
    const struct part parts[] = {
        O_MANIFEST,
        {"content.xml",
         "<office:document-content " O_SPACES "><office:automatic-styles>" O_STYLE(
             "style:name='ta2' style:family='table'",
             "<style:table-properties table:display='false'/>") "</office:automatic-styles><office:spreadsheet>"
                                                                "<table:table table:name='Seen'><table:table-column/>"
                                                                "<table:table-column table:visibility='collapse' "
                                                                "table:number-columns-repeated='2'/"
                                                                "><table:table-column/>"
                                                                "<table:table-row><table:table-cell><text:p>a</text:p>"
                                                                "</table:table-cell><table:table-cell "
                                                                "table:number-columns-repeated='2'><text:p>no</text:p>"
                                                                "</table:table-cell><table:table-cell><text:p>b</"
                                                                "text:p>"
                                                                "</table:table-cell></table:table-row><table:table-row "
                                                                "table:visibility='filter'><table:table-cell><text:p>no"
                                                                "</text:p></table:table-cell></table:table-row>"
                                                                "</table:table><table:table table:name='Not' "
                                                                "table:style-name='ta2'><table:table-row><table:table-"
                                                                "cell>"
                                                                "<text:p>no</text:p></table:table-cell></"
                                                                "table:table-row>"
                                                                "</table:table></office:spreadsheet>"
                                                                "</office:document-content>"},
        {NULL, NULL}};

    (void)state;
    read_as("a.ods", "mimetype", parts, "## Seen\n\n| a | b |\n| --- | --- |");
}

static void slides_of_opendocument_are_left_out(void **state)
{
    const struct part parts[] = {
        O_MANIFEST,
        {"content.xml",
         "<office:document-content " O_SPACES "><office:automatic-styles>" O_STYLE(
             "style:name='dp2' style:family='drawing-page'",
             "<style:drawing-page-properties presentation:visibility='hidden'/>") "</office:automatic-styles>"
                                                                                  "<office:presentation><draw:page "
                                                                                  "draw:name='p1'><text:p>a</text:p>"
                                                                                  "</draw:page><draw:page "
                                                                                  "draw:name='p2' "
                                                                                  "draw:style-name='dp2'><text:p>no</"
                                                                                  "text:p>"
                                                                                  "</draw:page><draw:page "
                                                                                  "draw:name='p3'>"
                                                                                  "<text:p>b</text:p></draw:page>"
                                                                                  "</office:presentation>"
                                                                                  "</office:document-content>"},
        {NULL, NULL}};

    (void)state;
    read_as("a.odp", "mimetype", parts, "## Slide 1: p1\n\na\n\n## Slide 3: p3\n\nb");
}

static const struct {
    const char *name;
    const char *input;
    const char *text;
} TEXTS[] = {
    {"a.rtf", "{\\rtf1 one{\\v  gone }two \\v more\\v0 three\\v 1\\plain four}", "one two threefour"},
    {"a.rtf", "{\\rtf1 a{\\v \\u8364? b}c\\par d}", "a c\n\nd"},
    {"a.html", "<p>one<span style='display:none'>no</span> two", "one two"},
    {"a.html", "<p>one <b style='color:red; DISPLAY : none !important'>no</b>two", "one two"},
    {"a.html", "<p>a<p style='visibility:hidden'>no<p style='mso-hide:all'>no<p hidden>no<p aria-hidden=true>no", "a"},
    {"a.html", "<p style='display:block;nodisplay:none;--display:none'>seen<p style='opacity:.5'>too", "seen\n\ntoo"},
    {"a.html", "<p>a<p style='opacity:0'>no<p style='font-size: 0px'>no<p style='position:absolute;left:-9999px'>no",
     "a"},
    {"a.html",
     "<p>a<p style='color:#FFF;background:white'>no<p style='color:transparent'>no<p style='text-indent:-999em'>no",
     "a"},
    {"a.html", "<p>a<p style='width:0;height:0;overflow:hidden'>no<p style='position:absolute;clip:rect(0 0 0 0)'>no",
     "a"},
    {"a.html", "<p>a<p style='color:white'>no", "a"},
    {"a.html", "<body bgcolor=black><p>a<p style='color:white'>seen", "a\n\nseen"},
    {"a.html",
     "<p style='opacity:0;transition:opacity 1s'>fades in<div style='font-size:0'><p style='font-size:1em'>too",
     "fades in\n\ntoo"},
    {"a.html",
     "<p style='width:0'>wide<p style='margin-left:-20px;left:-9999px'>near<p style='color:#fff;background:#000'>seen",
     "wide\n\nnear\n\nseen"},
    {"a.html",
     "<style>.x{display:none} #y{ opacity : 0 } em{visibility:hidden}</style><p>a<p class='b x'>no<p "
     "id=y>no<p><em>no</em>",
     "a"},
    {"a.html",
     "<style>/* p{display:none} */ p.x,q{left:-9999px;position:fixed}</style><p>a<p class=x>no<div class=x>seen</div>",
     "a\n\nseen"},
    {"a.html",
     "<style>@media print{p{display:none}}@import 'x';.x p{display:none}body{display:none}</style><p>a<div "
     "class=x><p>seen</div>",
     "a\n\nseen"},
    {"a.html", "<style>.x{display:none}.x{display:block}.y{color:#fff}</style><p class=x>a<p class=y>no<p class=Y>seen",
     "a\n\nseen"},
    {"a.html", "<style>.y{color:#fff}p{background:#123}</style><p class=y>seen", "seen"},
    {"a.html", "<style>.x{display:none</style><style>.y{opacity:0}</style><p>a<p class=x>no<p class=y>no", "a"},
};

static void text_of_pages_is_left_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        struct input input;

        input_init(&input);
        assert_ok(input_read_text(&input, TEXTS[i].name, TEXTS[i].input), input.error);
        assert_document(&input, TEXTS[i].text);
        input_free(&input);
    }
}

static void hidden_text_of_a_page_is_told(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_text(&input, "a.html", "<p>a<p style='opacity:0'>no<p style='display:none'>no<p>b"),
              input.error);
    assert_int_equal(input.recorder.note_count, 1);
    assert_int_equal(input.recorder.notes[0].note, CPK_NOTE_NOT_READ);
    assert_string_equal(input.recorder.notes[0].text, "text that the style hides was left out in 2 places");
    input_free(&input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_of_word_is_left_out),
        cmocka_unit_test(a_note_counts_the_places),
        cmocka_unit_test(slides_and_shapes_are_left_out),
        cmocka_unit_test(sheets_rows_and_columns_are_left_out),
        cmocka_unit_test(text_of_opendocument_is_left_out),
        cmocka_unit_test(sheets_of_opendocument_are_left_out),
        cmocka_unit_test(slides_of_opendocument_are_left_out),
        cmocka_unit_test(text_of_pages_is_left_out),
        cmocka_unit_test(hidden_text_of_a_page_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

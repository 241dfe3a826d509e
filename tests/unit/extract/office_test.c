/* PPTX, XLSX, OpenDocument and EPUB. */
#include "support/test.h"

#include "unit/extract/office.h"

#define TYPES "[Content_Types].xml"

static void read_as(const char *name, const char *first, const struct part *parts, const char *format, const char *text)
{
    struct input input;

    assert_ok(package_read(&input, name, first, parts), input.error);
    assert_string_equal(input.report.format, format);
    assert_int_equal(input.recorder.messages[0].kind, CPK_KIND_DOCUMENT);
    assert_document(&input, text);
    input_free(&input);
}

#define P_SPACES                                                                                                       \
    "xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main' "                                            \
    "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main' "                                                 \
    "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'"
#define A_P(text)            "<a:p><a:r><a:t>" text "</a:t></a:r></a:p>"
#define SHAPE(type, content) "<p:sp><p:nvPr><p:ph type='" type "'/></p:nvPr>" content "</p:sp>"

static void slides_are_read_in_their_order(void **state)
{
    const struct part parts[] = {
        {"ppt/presentation.xml",
         "<p:presentation " P_SPACES "><p:sldIdLst><p:sldId id='256' r:id='r2'/><p:sldId id='257' r:id='r1'/>"
         "</p:sldIdLst></p:presentation>"},
        {"ppt/_rels/presentation.xml.rels",
         RELATIONS(RELATION("r1", "slide", "slides/slide1.xml") RELATION("r2", "slide", "slides/slide2.xml"))},
        {"ppt/slides/slide1.xml",
         "<p:sld " P_SPACES "><a:tbl><a:tblGrid><a:gridCol/><a:gridCol/></a:tblGrid><a:tr><a:tc>" A_P(
             "a") "</a:tc><a:tc>" A_P("b") "</a:tc></a:tr></a:tbl>" SHAPE("sldNum", A_P("9")) "</p:sld>"},
        {"ppt/slides/slide2.xml",
         "<p:sld " P_SPACES ">" SHAPE("title", A_P("Plan"))
             SHAPE("body", A_P("One") "<a:p><a:pPr lvl='1'/><a:r><a:t>Two</a:t></a:r></a:p>") "</p:sld>"},
        {"ppt/slides/_rels/slide2.xml.rels", RELATIONS(RELATION("n", "notesSlide", "../notes/n.xml"))},
        {"ppt/notes/n.xml", "<p:notes " P_SPACES ">" SHAPE("body", A_P("Say it")) "</p:notes>"},
        {NULL, NULL}};

    (void)state;
    read_as("a.pptx", TYPES, parts, "pptx",
            "## Slide 1: Plan\n\nOne\n\n- Two\n\nNotes:\n\nSay it\n\n## Slide 2\n\n| a | b |\n| --- | --- |");
}

#define S_SPACES                                                                                                       \
    "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' "                                               \
    "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'"

static void sheets_are_read_as_tables(void **state)
{
    const struct part parts[] = {
        {"xl/workbook.xml", "<workbook " S_SPACES "><sheets><sheet name='Costs' r:id='r1'/></sheets></workbook>"},
        {"xl/_rels/workbook.xml.rels", RELATIONS(RELATION("r1", "worksheet", "s.xml") RELATION(
                                           "s", "sharedStrings", "strings.xml") RELATION("t", "styles", "styles.xml"))},
        {"xl/strings.xml",
         "<sst " S_SPACES
         "><si><t>What</t></si><si><r><t>Two </t></r><r><t>runs</t></r><rPh><t>no</t></rPh></si></sst>"},
        {"xl/styles.xml",
         "<styleSheet " S_SPACES "><numFmts><numFmt numFmtId='164' formatCode='\"d\"0'/><numFmt numFmtId='165' "
         "formatCode='yyyy\\-mm'/></numFmts><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/>"
         "<xf numFmtId='165'/></cellXfs></styleSheet>"},
        {"xl/s.xml",
         "<worksheet " S_SPACES
         "><sheetData><row><c r='A1' t='s'><v>0</v></c><c r='C1' t='inlineStr'><is><t>in|line</t></is></c></row>"
         "<row/><row><c r='A3' t='s'><v>1</v></c><c r='B3' s='1'><v>45352</v></c><c s='3'><v>45352.5</v></c></row>"
         "<row><c s='2'><v>7</v></c><c t='b'><v>1</v></c><c t='s'><v>999999</v></c></row>"
         "<row><c><v>4.4000000000000004</v></c><c><v>1234567890123456789</v></c><c><v>0.1</v></c></row>"
         "</sheetData></worksheet>"},
        {NULL, NULL}};

    (void)state;
    read_as("a.xlsx", TYPES, parts, "xlsx",
            "## Costs\n\n| What | | in\\|line |\n| --- | --- | --- |\n| Two runs | 2024-03-01 | 2024-03-01 12:00 |\n| "
            "7 | TRUE | |\n| 4.4 | 1234567890123456789 | 0.1 |");
}

#define O_SPACES                                                                                                       \
    "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "                                                 \
    "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' "                                                     \
    "xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' xmlns:xlink='http://www.w3.org/1999/xlink' "        \
    "xmlns:dc='http://purl.org/dc/elements/1.1/'"

static void texts_of_opendocument_are_read(void **state)
{
    const struct part parts[] = {
        {"META-INF/manifest.xml", "<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>"},
        {"meta.xml",
         "<office:meta " O_SPACES "><dc:title>Notes</dc:title><dc:date>2024-03-01T09:00:00</dc:date></office:meta>"},
        {"content.xml",
         "<office:document-content " O_SPACES
         "><text:list-style xmlns:style='urn:oasis:names:tc:opendocument:xmlns:style:1.0' "
         "style:name='N'><text:list-level-style-number text:level='1' "
         "style:num-format='1'/></text:list-style><office:text>"
         "<text:tracked-changes><text:p>old</text:p></text:tracked-changes><text:h text:outline-level='2'>Work</text:h>"
         "<text:p>A<text:s "
         "text:c='2'/>b<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Why</text:p>"
         "</text:note-body></text:note> <text:a "
         "xlink:href='https://a.example/'>c</text:a><text:line-break/><text:span>d</text:span></text:p>"
         "<text:list "
         "text:style-name='N'><text:list-item><text:p>one</text:p><text:list><text:list-item><text:p>sub</text:p>"
         "</text:list-item></text:list></text:list-item><text:list-item><text:p>two</text:p></text:list-item></"
         "text:list>"
         "<table:table><table:table-row><table:table-cell><text:p>x</text:p></"
         "table:table-cell><table:table-cell><text:p>y</text:p>"
         "</table:table-cell><table:table-cell table:number-columns-repeated='16000'/></table:table-row></table:table>"
         "</office:text></office:document-content>"},
        {NULL, NULL}};

    (void)state;
    read_as(
        "a.odt", "mimetype", parts, "odf",
        "---\ntitle: Notes\nmodified: 2024-03-01T09:00:00\n---\n\n## Work\n\nA  b[^1] [c](https://a.example/)\nd\n\n"
        "1. one\n  1. sub\n2. two\n\n| x | y |\n| --- | --- |\n\n[^1]: Why");
}

static void charts_are_tables(void **state)
{
    const struct part parts[] = {
        {"word/document.xml", W_DOCUMENT(W_P("text"))},
        {"word/_rels/document.xml.rels", RELATIONS(RELATION("r1", "chart", "c.xml"))},
        {"word/c.xml",
         "<c:chart xmlns:c='http://schemas.openxmlformats.org/drawingml/2006/chart' "
         "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'><c:title><a:t>Costs</a:t></c:title>"
         "<c:ser><c:tx><c:pt idx='0'><c:v>Rent</c:v></c:pt></c:tx><c:cat><c:pt idx='0'><c:v>May</c:v></c:pt><c:pt "
         "idx='1'>"
         "<c:v>June</c:v></c:pt></c:cat><c:val><c:pt idx='1'><c:v>7</c:v></c:pt><c:pt "
         "idx='999999999'><c:v>8</c:v></c:pt></c:val>"
         "</c:ser></c:chart>"},
        {NULL, NULL}};

    (void)state;
    read_as("a.docx", TYPES, parts, "docx", "text\n\nCosts\n\n| | Rent |\n| --- | --- |\n| May | |\n| June | 7 |");
}

static void encrypted_documents_say_so(void **state)
{
    const struct part odf[] = {
        {"META-INF/manifest.xml",
         "<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'><m:file-entry>"
         "<m:encryption-data/></m:file-entry></m:manifest>"},
        {"content.xml", "?"},
        {NULL, NULL}};
    const struct part epub[] = {
        {"META-INF/container.xml", "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfile "
                                   "full-path='o.opf'/></container>"},
        {"META-INF/encryption.xml", "<e xmlns:x='http://www.w3.org/2001/04/xmlenc#'><x:EncryptionMethod "
                                    "Algorithm='http://www.w3.org/2001/04/xmlenc#aes128-cbc'/></e>"},
        {"o.opf", "<p/>"},
        {NULL, NULL}};
    struct input input;

    (void)state;
    assert_int_equal(package_read(&input, "a.odt", "mimetype", odf), CPK_ERROR_ENCRYPTED);
    assert_says(cpk_error_message(input.error), "a.odt is encrypted");
    input_free(&input);
    assert_int_equal(package_read(&input, "a.epub", "mimetype", epub), CPK_ERROR_ENCRYPTED);
    input_free(&input);
}

static void chapters_of_a_book_are_read_in_their_order(void **state)
{
    const struct part parts[] = {
        {"META-INF/container.xml", "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfile "
                                   "full-path='b/o.opf'/></container>"},
        {"b/o.opf",
         "<!DOCTYPE package><package xmlns='http://www.idpf.org/2007/opf' "
         "xmlns:dc='http://purl.org/dc/elements/1.1/'><metadata>"
         "<dc:title>Book</dc:title><dc:creator>Ann</dc:creator><dc:creator>Bo</dc:creator></metadata><manifest>"
         "<item id='one' href='c%201.xhtml' media-type='application/xhtml+xml'/><item id='two' href='../two.html#x' "
         "media-type='application/xhtml+xml'/>"
         "</manifest><spine><itemref idref='two'/><itemref idref='one'/><itemref idref='none'/></spine></package>"},
        {"b/c 1.xhtml", "<html><body><h1>First</h1><p>a</p></body></html>"},
        {"two.html", "<!DOCTYPE html><html><body><h1>Second</h1><p>b</p></body></html>"},
        {NULL, NULL}};

    (void)state;
    read_as("a.epub", "mimetype", parts, "epub",
            "---\ntitle: Book\nauthor: Ann, Bo\n---\n\n# Second\n\nb\n\n# First\n\na");
}

/* A book of which some chapters were lost, or all. */
static void missing_chapters_are_told(void **state)
{
    const struct part parts[] = {
        {"META-INF/container.xml", "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfile "
                                   "full-path='b/o.opf'/></container>"},
        {"b/o.opf", "<package xmlns='http://www.idpf.org/2007/opf'><manifest><item id='one' href='one.html' "
                    "media-type='text/html'/><item id='two' href='two.html' media-type='text/html'/><item id='three' "
                    "href='three.html' media-type='text/html'/></manifest><spine><itemref idref='one'/><itemref "
                    "idref='two'/><itemref idref='three'/></spine></package>"},
        {"b/three.html", "<html><body><p>c</p></body></html>"},
        {NULL, NULL}};
    const struct part none[] = {parts[0], parts[1], {NULL, NULL}};
    struct input input;

    (void)state;
    assert_ok(package_read(&input, "a.epub", "mimetype", parts), input.error);
    assert_document(&input, "c");
    assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_MISSING_FILE), 1);
    assert_says(input.recorder.notes[0].text, "2 chapters that the book names are not in it: b/one.html, ...");
    assert_int_equal(input.report.missing_files, 1);
    input_free(&input);
    assert_int_equal(package_read(&input, "a.epub", "mimetype", none), CPK_ERROR_NO_CONTENT);
    assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_MISSING_FILE), 1);
    input_free(&input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slides_are_read_in_their_order), cmocka_unit_test(sheets_are_read_as_tables),
        cmocka_unit_test(texts_of_opendocument_are_read), cmocka_unit_test(charts_are_tables),
        cmocka_unit_test(encrypted_documents_say_so),     cmocka_unit_test(chapters_of_a_book_are_read_in_their_order),
        cmocka_unit_test(missing_chapters_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* DOCX: what is read of a document, and what is refused. */
#include "support/test.h"

#include "unit/extract/office.h"

/* Each body, and the text that is read from it. */
static const struct {
    const char *document;
    const char *text;
} BODIES[] = {
    {W_DOCUMENT(W_P("One &amp; two &#8364;") W_P("three")), "One & two \xE2\x82\xAC\n\nthree"},
    {W_DOCUMENT("<w:p><w:pPr><w:outlineLvl w:val='1'/></w:pPr><w:r><w:t>Work</w:t></w:r></w:p>" W_P("At a bank")),
     "## Work\n\nAt a bank"},
    {W_DOCUMENT("<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:br w:type='page'/>"
                "<w:noBreakHyphen/><w:sym w:font='Wingdings' w:char='F0FC'/></w:r></w:p>"),
     "a\tb\nc-\xE2\x9C\x93"},
    {W_DOCUMENT("<w:tbl><w:tblGrid><w:gridCol/><w:gridCol/><w:gridCol/></w:tblGrid>"
                "<w:tr><w:tc>" W_P("Year") "</w:tc><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>" W_P(
                    "Place") "</w:tc></w:tr>"
                             "<w:tr><w:tc>" W_P("2020") "</w:tc><w:tc>" W_P("a|b")
                                 W_P("c") "</w:tc><w:tc>" W_P("d") "</w:tc></w:tr></w:tbl>"),
     "| Year | Place | |\n| --- | --- | --- |\n| 2020 | a\\|b c | d |"},
    {W_DOCUMENT("<w:tbl><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc>" W_P("only")
                    W_P("framed") "</w:tc></w:tr></w:tbl>"),
     "only\n\nframed"},
    {W_DOCUMENT("<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>" W_P("gone") "</w:tc><w:tc>" W_P(
         "too") "</w:tc></w:tr>"
                "<w:tr><w:tc>" W_P("a") "</w:tc><w:tc>" W_P("b") "</w:tc></w:tr></w:tbl>"),
     "| a | b |\n| --- | --- |"},
    {W_DOCUMENT("<w:p><w:del><w:r><w:delText>old</w:delText><w:t>old</w:t></w:r></w:del><w:ins><w:r><w:t>new</w:t></"
                "w:r></w:ins>"
                "<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom></w:p>"),
     "new"},
    {W_DOCUMENT("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>one </w:t></w:r></w:p>" W_P("line")), "one line"},
    {W_DOCUMENT(
         "<w:p><w:pPr><w:outlineLvl w:val='9'/><w:pPrChange><w:pPr><w:outlineLvl w:val='0'/></w:pPr></w:pPrChange>"
         "</w:pPr><w:r><w:t>body</w:t></w:r></w:p>"),
     "body"},
    {W_DOCUMENT("<w:p><w:r><w:t>before</w:t></w:r><w:r><mc:AlternateContent><mc:Choice "
                "Requires='wps'><w:txbxContent>" W_P("boxed") "</w:txbxContent></"
                                                              "mc:Choice><mc:Fallback><w:txbxContent>" W_P(
                                                                  "boxed") "</w:txbxContent></mc:Fallback>"
                                                                           "</mc:AlternateContent></w:r><w:r><w:t> "
                                                                           "after</w:t></w:r></w:p>"),
     "before after\n\nboxed"},
    {W_DOCUMENT("<w:p><w:r><mc:AlternateContent><mc:Choice Requires='new'/><mc:Fallback><w:t>usual</w:t></mc:Fallback>"
                "</mc:AlternateContent></w:r></w:p>"),
     "usual"},
    {W_DOCUMENT(
         "<w:p><m:oMath><m:r><m:t>y=</m:t></m:r><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t>"
         "</m:r></m:den></m:f><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>n+1</m:t></m:r></m:sup></"
         "m:sSup>"
         "<m:rad><m:deg/><m:e><m:r><m:t>z</m:t></m:r></m:e></m:rad><m:d><m:e><m:r><m:t>k</m:t></m:r></m:e></m:d></"
         "m:oMath></w:p>"),
     "y=(a+b)/2x^(n+1)\xE2\x88\x9Az(k)"},
    {W_DOCUMENT("<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>HYPERLINK "
                "\"https://a.example/\"</w:instrText></w:r>"
                "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>here</w:t></w:r><w:r><w:fldChar "
                "w:fldCharType='end'/></w:r></w:p>"),
     "[here](https://a.example/)"},
    {"<x:document "
     "xmlns:x='http://purl.oclc.org/ooxml/wordprocessingml/main'><x:body><x:p><x:r><x:t>strict</x:t></x:r></x:p></"
     "x:body></x:document>",
     "strict"},
    {W_DOCUMENT("<w:p><!-- a <w:t>comment</w:t> --><w:r><w:t><![CDATA[<raw> & so]]></w:t></w:r></w:p>"), "<raw> & so"},
};

static void bodies_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof BODIES / sizeof BODIES[0]; i++) {
        struct input input;

        assert_ok(docx_read_body(&input, BODIES[i].document), input.error);
        assert_document(&input, BODIES[i].text);
        assert_string_equal(input.report.format, "docx");
        assert_int_equal(input.recorder.messages[0].kind, CPK_KIND_DOCUMENT);
        input_free(&input);
    }
}

static const struct part WHOLE[] = {
    {"_rels/.rels", RELATIONS(RELATION("r1", "officeDocument", "word/main.xml")
                                  RELATION("r2", "metadata/core-properties", "docProps/core.xml"))},
    {"docProps/core.xml",
     "<p:coreProperties xmlns:p='http://schemas.openxmlformats.org/package/2006/metadata/core-properties' "
     "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:t='http://purl.org/dc/terms/'><dc:title>My life</dc:title>"
     "<dc:creator>Ann</dc:creator><t:modified>2024-03-01T09:00:00Z</t:modified></p:coreProperties>"},
    {"word/_rels/main.xml.rels",
     RELATIONS(RELATION("s", "styles", "styles.xml") RELATION("n", "numbering", "/word/numbering.xml")
                   RELATION("f", "footnotes", "footnotes.xml") RELATION("c", "comments", "./comments.xml")
                       RELATION("h1", "header", "header1.xml") RELATION("h2", "header", "header2.xml")
                           LINK("l", "https://b.example/?a=1&amp;b=2"))},
    {"word/styles.xml",
     "<w:styles " W_SPACES "><w:style w:type='paragraph' w:styleId='H'><w:name w:val='heading 2'/></w:style>"
     "<w:style w:styleId='Sub'><w:basedOn w:val='H'/></w:style>"
     "<w:style w:styleId='L'><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:style>"
     "<w:style w:styleId='C'><w:name w:val='HTML Preformatted'/></w:style></w:styles>"},
    {"word/numbering.xml",
     "<w:numbering " W_SPACES
     "><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='3'/><w:numFmt w:val='decimal'/>"
     "<w:lvlText w:val='%1.'/></w:lvl><w:lvl w:ilvl='1'><w:numFmt w:val='lowerLetter'/><w:lvlText "
     "w:val='%1%2)'/></w:lvl></w:abstractNum>"
     "<w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:numFmt w:val='bullet'/></w:lvl></w:abstractNum>"
     "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num><w:num w:numId='2'><w:abstractNumId "
     "w:val='1'/></w:num></w:numbering>"},
    {"word/footnotes.xml", "<w:footnotes " W_SPACES "><w:footnote w:id='0' w:type='separator'>" W_P(
                               "---") "</w:footnote>"
                                      "<w:footnote w:id='2'>" W_P("A note") "</w:footnote></w:footnotes>"},
    {"word/comments.xml",
     "<w:comments " W_SPACES
     "><w:comment w:id='7' w:author='Bo' w:date='2024-02-01T00:00:00Z'>" W_P("Really?") "</w:comment></w:comments>"},
    {"word/header1.xml", "<w:hdr " W_SPACES ">" W_P("Running head") "</w:hdr>"},
    {"word/header2.xml", "<w:hdr " W_SPACES ">" W_P("Running head") "</w:hdr>"},
    {"word/main.xml",
     W_DOCUMENT(
         "<w:p><w:pPr><w:pStyle w:val='Sub'/></w:pPr><w:r><w:t>Life</w:t></w:r></w:p>"
         "<w:p><w:r><w:t>Lives</w:t><w:footnoteReference w:id='2'/><w:t> in </w:t></w:r><w:hyperlink "
         "r:id='l'><w:r><w:t>Oslo</w:t></w:r>"
         "</w:hyperlink><w:r><w:commentReference w:id='7'/></w:r></w:p>"
         "<w:p><w:pPr><w:pStyle w:val='L'/></w:pPr><w:r><w:t>third</w:t></w:r></w:p>"
         "<w:p><w:pPr><w:numPr><w:ilvl w:val='1'/><w:numId "
         "w:val='1'/></w:numPr></w:pPr><w:r><w:t>under</w:t></w:r></w:p>"
         "<w:p><w:pPr><w:pStyle w:val='L'/></w:pPr><w:r><w:t>fourth</w:t></w:r></w:p>"
         "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='2'/></w:numPr></w:pPr><w:r><w:t>dot</w:t></w:r></w:p>"
         "<w:p><w:pPr><w:pStyle w:val='C'/></w:pPr><w:r><w:t xml:space='preserve'>  x = 1</w:t></w:r></w:p>"
         "<w:p><w:pPr><w:pStyle w:val='C'/></w:pPr><w:r><w:t>y = 2</w:t></w:r></w:p>")},
    {NULL, NULL}};

static void a_whole_document_is_read(void **state)
{
    struct input input;

    (void)state;
    assert_ok(package_read(&input, "a.docx", "[Content_Types].xml", WHOLE), input.error);
    assert_document(&input, "---\ntitle: My life\nauthor: Ann\nmodified: 2024-03-01T09:00:00Z\n---\n\n"
                            "## Life\n\nLives[^2] in [Oslo](https://b.example/?a=1&b=2)[^c7]\n\n"
                            "3. third\n  3a) under\n4. fourth\n- dot\n\n```\n  x = 1\ny = 2\n```\n\n"
                            "[^2]: A note\n\n[^c7]: Comment by Bo, 2024-02-01: Really?\n\nHeader: Running head");
    assert_string_equal(input.recorder.messages[0].conversation_title, "My life");
    assert_int_equal(input.recorder.messages[0].time_us, INT64_C(1709283600000000));
    input_free(&input);
}

static void refused(const char *document, cpk_status wanted, const char *words)
{
    struct input input;

    assert_int_equal(docx_read_body(&input, document), wanted);
    assert_non_null(strstr(cpk_error_message(input.error), words));
    assert_int_equal(input.recorder.count, 0);
    input_free(&input);
}

static void declarations_and_entities_are_refused(void **state)
{
    (void)state;
    refused("<!DOCTYPE w:document SYSTEM 'file:///etc/passwd'>" W_DOCUMENT(W_P("a")), CPK_ERROR_INVALID_DATA, "DTD");
    refused("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>" W_DOCUMENT(W_P("&b;")),
            CPK_ERROR_INVALID_DATA, "DTD");
    refused("<!DOCTYPE", CPK_ERROR_INVALID_DATA, "DTD");
}

static void depth_is_limited(void **state)
{
    struct input input;
    struct buffer document;

    (void)state;
    buffer_init(&document, &memory_default);
    buffer_append_text(&document, "<w:document " W_SPACES ">");
    for (int i = 0; i < 100000; i++) {
        buffer_append_text(&document, "<a>");
    }
    assert_int_equal(docx_read_body(&input, buffer_text(&document)), CPK_ERROR_LIMIT_EXCEEDED);
    assert_non_null(strstr(cpk_error_message(input.error), "import.max_xml_depth (512)"));
    input_free(&input);
    buffer_free(&document);
}

static void damage_keeps_what_came_before(void **state)
{
    static const char *const damaged[] = {
        "<w:document " W_SPACES "><w:body>" W_P("kept") "<w:p><w:r><w:t>also",
        "<w:document " W_SPACES "><w:body>" W_P("kept") W_P("also") "</w:other>" W_P("lost"),
        "<w:document " W_SPACES "><w:body>" W_P("kept") W_P("also") "<!lost",
        "<w:document " W_SPACES "><w:body>" W_P("kept") "<w:tbl><w:tr><w:tc>" W_P("also") "<",
    };

    (void)state;
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        struct input input;

        assert_ok(docx_read_body(&input, damaged[i]), input.error);
        assert_document(&input, "kept\n\nalso");
        assert_int_equal(input.report.damaged, 1);
        input_free(&input);
    }
}

static void bombs_name_their_limit(void **state)
{
    const size_t length = (size_t)8 << 20;
    char *bomb = malloc(length + 1);
    const struct part parts[] = {{"word/document.xml", bomb}, {NULL, NULL}};
    struct input input;

    (void)state;
    assert_non_null(bomb);
    memset(bomb, 'a', length);
    memcpy(bomb, "<a>", 3);
    bomb[length] = '\0';
    assert_int_equal(package_read(&input, "a.docx", "[Content_Types].xml", parts), CPK_ERROR_LIMIT_EXCEEDED);
    assert_non_null(strstr(cpk_error_message(input.error), "document.max_ratio (200)"));
    input_free(&input);
    free(bomb);
}

/* Two entries of the directory that name the same data. */
static void overlapping_entries_are_refused(void **state)
{
    const struct part parts[] = {
        {"word/document.xml", W_DOCUMENT(W_P("a"))}, {"word/styles.xml", "<a/>"}, {NULL, NULL}};
    struct zip_bytes bytes = office_make("[Content_Types].xml", parts);
    struct input input;
    size_t first = 0;

    (void)state;
    for (size_t at = 0; at + 46 < bytes.length; at++) {
        if (memcmp(bytes.data + at, "PK\1\2", 4) == 0 && memcmp(bytes.data + at + 46, "word/", 5) == 0) {
            if (first > 0) {
                memcpy(bytes.data + at + 42, bytes.data + first + 42, 4);
            }
            first = at;
        }
    }
    input_init(&input);
    assert_int_equal(input_read(&input, "a.docx", bytes.data, bytes.length), CPK_ERROR_INVALID_DATA);
    assert_says(cpk_error_message(input.error), "overlap");
    input_free(&input);
    free(bytes.data);
}

static void encrypted_containers_say_so(void **state)
{
    unsigned char bytes[4096];
    struct input input;

    (void)state;
    memset(bytes, 0, sizeof bytes);
    memcpy(bytes, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    bytes[30] = 9;
    bytes[48] = 1;
    input_init(&input);
    assert_int_equal(input_read(&input, "a.doc", bytes, sizeof bytes), CPK_ERROR_UNSUPPORTED);
    assert_says(cpk_error_message(input.error), "an old Office document");
    for (size_t i = 0; i < 16; i++) {
        bytes[1024 + 2 * i] = (unsigned char)"EncryptedPackage"[i];
    }
    cpk_error_free(input.error);
    input.error = NULL;
    assert_int_equal(input_read(&input, "a.docx", bytes, sizeof bytes), CPK_ERROR_ENCRYPTED);
    input_free(&input);
}

/* A damaged sum of a part: nothing of the document is read. */
static void damaged_sums_are_refused(void **state)
{
    const struct part parts[] = {{"word/document.xml", W_DOCUMENT(W_P("a"))}, {NULL, NULL}};
    struct zip_bytes bytes = office_make("[Content_Types].xml", parts);
    struct input input;

    (void)state;
    for (size_t at = 0; at + 46 < bytes.length; at++) {
        if (memcmp(bytes.data + at, "PK\1\2", 4) == 0) {
            bytes.data[at + 16] ^= 1;
        }
        if (memcmp(bytes.data + at, "PK\3\4", 4) == 0) {
            bytes.data[at + 14] ^= 1;
        }
    }
    input_init(&input);
    assert_int_equal(input_read(&input, "a.docx", bytes.data, bytes.length), CPK_ERROR_INVALID_DATA);
    assert_int_equal(input.recorder.count, 0);
    input_free(&input);
    free(bytes.data);
}

/* The part in UTF-16, as XML allows, and one byte at a time. */
static void encodings_are_read(void **state)
{
    const char *document = "<?xml version='1.0' encoding='UTF-16'?>" W_DOCUMENT(W_P("Gr\xC3\xB6\xC3\x9F"
                                                                                    "e"));
    struct zip_maker maker = zip_start();
    struct zip_bytes bytes;
    struct buffer wide;
    struct input input;

    (void)state;
    buffer_init(&wide, &memory_default);
    buffer_append(&wide, "\xFF\xFE", 2);
    for (const unsigned char *at = (const unsigned char *)document; *at != '\0'; at++) {
        unsigned unit = *at < 0x80 ? *at : (unsigned)(*at & 0x1F) << 6 | (at[1] & 0x3F);

        at += *at >= 0x80;
        buffer_append_byte(&wide, (char)(unit & 0xFF));
        buffer_append_byte(&wide, (char)(unit >> 8));
    }
    zip_put_text(&maker, "[Content_Types].xml", "");
    zip_put(&maker, "word/document.xml", wide.data, wide.length);
    bytes = zip_finish(&maker);
    input_init(&input);
    assert_ok(input_read(&input, "a.docx", bytes.data, bytes.length), input.error);
    assert_document(&input, "Gr\xC3\xB6\xC3\x9F"
                            "e");
    input_free(&input);
    free(bytes.data);
    buffer_free(&wide);
}

/* A long text crosses the blocks in which the part is read. */
static void long_documents_are_read_whole(void **state)
{
    struct buffer document;
    struct buffer wanted;
    struct input input;

    (void)state;
    buffer_init(&document, &memory_default);
    buffer_init(&wanted, &memory_default);
    buffer_append_text(&document, "<w:document " W_SPACES "><w:body>");
    for (int i = 0; i < 4000; i++) {
        buffer_append_format(&document, "<w:p w:a=\"%d>\"><w:r><w:t>n&#%d;%d &lt;</w:t></w:r></w:p>", i,
                             0xE000 + i % 64, i);
        buffer_append_format(&wanted, "%sn\xEE\x80%c%d <", i > 0 ? "\n\n" : "", 0x80 + i % 64, i);
    }
    buffer_append_text(&document, "</w:body></w:document>");
    assert_ok(docx_read_body(&input, buffer_text(&document)), input.error);
    assert_document(&input, buffer_text(&wanted));
    input_free(&input);
    buffer_free(&document);
    buffer_free(&wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_are_read),
        cmocka_unit_test(a_whole_document_is_read),
        cmocka_unit_test(declarations_and_entities_are_refused),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(damage_keeps_what_came_before),
        cmocka_unit_test(bombs_name_their_limit),
        cmocka_unit_test(overlapping_entries_are_refused),
        cmocka_unit_test(encrypted_containers_say_so),
        cmocka_unit_test(damaged_sums_are_refused),
        cmocka_unit_test(encodings_are_read),
        cmocka_unit_test(long_documents_are_read_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

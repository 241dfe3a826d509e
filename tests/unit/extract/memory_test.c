/* Each allocation of an import is refused, alone: the import reports CPK_ERROR_OUT_OF_MEMORY or gives what it gives
 * with enough memory. What is lost without a word would never be read again. */
#include "support/test.h"

#include "unit/extract/office.h"
#include "unit/extract/scarce.h"

#include <dirent.h>
#include <limits.h>

#define FILE_BYTES_MAX ((size_t)64 * 1024)

struct outcome {
    cpk_status status;
    uint64_t hash; /* of all messages and notes */
    size_t messages;
};

static void add_bytes(struct outcome *outcome, const void *data, size_t length)
{
    const unsigned char *bytes = data;

    for (size_t i = 0; i < length; i++) {
        outcome->hash = (outcome->hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    }
}

static void add_text(struct outcome *outcome, const char *text)
{
    add_bytes(outcome, text != NULL ? text : "\1", text != NULL ? strlen(text) + 1 : 1);
}

static cpk_status take_message(void *self, const cpk_message *message, cpk_error **error)
{
    struct outcome *outcome = self;

    (void)error;
    outcome->messages++;
    add_bytes(outcome, &message->flags, sizeof message->flags);
    add_bytes(outcome, &message->role, sizeof message->role);
    add_bytes(outcome, &message->kind, sizeof message->kind);
    add_bytes(outcome, &message->time_us, sizeof message->time_us);
    add_text(outcome, message->provider);
    add_text(outcome, message->conversation_id);
    add_text(outcome, message->conversation_title);
    add_text(outcome, message->message_id);
    add_text(outcome, message->parent_id);
    add_text(outcome, message->model);
    add_text(outcome, message->text);
    for (size_t i = 0; i < message->attachment_count; i++) {
        add_text(outcome, message->attachments[i].id);
        add_text(outcome, message->attachments[i].name);
        add_text(outcome, message->attachments[i].media_type);
        add_bytes(outcome, &message->attachments[i].size_bytes, sizeof message->attachments[i].size_bytes);
    }
    return CPK_OK;
}

static cpk_status take_note(void *self, int32_t note, const char *where, const char *text, cpk_error **error)
{
    struct outcome *outcome = self;

    (void)error;
    add_bytes(outcome, &note, sizeof note);
    add_text(outcome, where);
    add_text(outcome, text);
    return CPK_OK;
}

static cpk_status take_progress(void *self, int64_t done_bytes, cpk_error **error)
{
    (void)self;
    (void)done_bytes;
    (void)error;
    return CPK_OK;
}

/* `refused` is the number of the allocation that fails; `*left` is below 0 when there was one. */
static struct outcome import_file(const char *name, const char *data, size_t length, long refused, long *left)
{
    struct scarce scarce = {refused, 1};
    struct outcome outcome = {.hash = UINT64_C(0xcbf29ce484222325)};
    cpk_sink sink = {sizeof sink, 0, &outcome, take_message, take_note, take_progress};
    struct import_report report;
    struct context context;
    struct bytes_source source;
    cpk_reader reader = bytes_reader(&source, data, length, name);
    struct import_options options = {.context = &context};

    context_init(&context);
    context.allocator = scarce_allocator(&scarce);
    outcome.status = import_read(&options, &reader, &sink, &report, NULL);
    *left = scarce.left;
    return outcome;
}

static void refuse_each_of_bytes(const char *name, const char *data, size_t length)
{
    struct outcome expected;
    long left = -1;

    expected = import_file(name, data, length, LONG_MAX, &left);
    for (long refused = 0; left < 0 || refused == 0; refused++) {
        struct outcome got = import_file(name, data, length, refused, &left);

        if (got.status != CPK_ERROR_OUT_OF_MEMORY &&
            (got.status != expected.status || got.hash != expected.hash || got.messages != expected.messages)) {
            fail_msg("%s, allocation %ld: %s with %zu messages, expected %s with %zu of the same content", name,
                     refused, cpk_status_name(got.status), got.messages, cpk_status_name(expected.status),
                     expected.messages);
        }
    }
}

static void refuse_each(const char *path, const char *name)
{
    char *data = malloc(FILE_BYTES_MAX);
    FILE *file = fopen(path, "rb");
    size_t length;

    assert_non_null(data);
    assert_non_null(file);
    length = fread(data, 1, FILE_BYTES_MAX, file);
    fclose(file);
    assert_true(length > 0 && length < FILE_BYTES_MAX);
    refuse_each_of_bytes(name, data, length);
    free(data);
}

static void refuse_each_of_package(const char *name, const char *first, const struct part *parts)
{
    struct zip_bytes bytes = office_make(first, parts);

    refuse_each_of_bytes(name, (const char *)bytes.data, bytes.length);
    free(bytes.data);
}

static void refuse_each_of_folder(const char *folder)
{
    DIR *listing = opendir(folder);
    const struct dirent *entry;
    size_t files = 0;

    assert_non_null(listing);
    while ((entry = readdir(listing)) != NULL) {
        char path[1024];

        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            refuse_each(path, entry->d_name);
            files++;
        }
    }
    closedir(listing);
    assert_true(files > 3);
}

static void chatgpt_reports_every_failed_allocation(void **state)
{
    (void)state;
    refuse_each_of_folder(TEST_DATA_DIR "/chatgpt");
}

static void claude_reports_every_failed_allocation(void **state)
{
    (void)state;
    refuse_each_of_folder(TEST_DATA_DIR "/claude");
}

static void chats_report_every_failed_allocation(void **state)
{
    (void)state;
    refuse_each_of_folder(TEST_DATA_DIR "/chats");
}

static void shares_report_every_failed_allocation(void **state)
{
    static const char *const NAMES[] = {"chatgpt-stream.html", "chatgpt-post.html",   "chatgpt-next.html",
                                        "chatgpt-saved.html",  "deepseek-saved.html", "poe.html",
                                        "gemini.txt",          "grok.json",           "deleted.html"};

    (void)state;
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        char path[1024];

        snprintf(path, sizeof path, "%s/shares/%s", TEST_DATA_DIR, NAMES[i]);
        refuse_each(path, NAMES[i]);
    }
}

static void documents_report_every_failed_allocation(void **state)
{
    (void)state;
    refuse_each(PROJECT_DIR "/README.md", "README.md");
    refuse_each(PROJECT_DIR "/README.md", "README.txt");
    refuse_each(TEST_DATA_DIR "/html/article.html", "article.html");
}

#define LONG_WORDS                                                                                                     \
    "words that are longer than what a buffer has at first, so that its growth is refused, too: one, two, three, four"

static void word_reports_every_failed_allocation(void **state)
{
    const struct part parts[] = {
        {"docProps/core.xml",
         "<p:coreProperties xmlns:p='http://schemas.openxmlformats.org/package/2006/metadata/core-properties' "
         "xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>" LONG_WORDS "</dc:title><dc:creator>Ann</dc:creator>"
         "</p:coreProperties>"},
        {"word/_rels/document.xml.rels", RELATIONS(RELATION("s", "styles", "styles.xml") RELATION(
                                             "f", "footnotes", "footnotes.xml") LINK("l", "https://a.example/"))},
        {"word/styles.xml",
         "<w:styles " W_SPACES "><w:style w:type='character' w:styleId='S'><w:rPr><w:vanish/></w:rPr>"
         "</w:style></w:styles>"},
        {"word/footnotes.xml",
         "<w:footnotes " W_SPACES "><w:footnote w:id='2'>" W_P("note") "</w:footnote><w:footnote w:id='3'>" W_P(
             "hidden") "</w:footnote></w:footnotes>"},
        {"word/document.xml",
         W_DOCUMENT(W_P(LONG_WORDS) "<w:p><w:hyperlink r:id='l'><w:r><w:t>" LONG_WORDS
                                    "</w:t></w:r></w:hyperlink><w:r><w:rPr><w:rStyle w:val='S'/></w:rPr><w:t> gone "
                                    "</w:t><w:footnoteReference w:id='3'/></w:r><w:r><w:t>seen</w:t>"
                                    "<w:footnoteReference w:id='2'/></w:r></w:p><w:tbl><w:tr><w:tc>" W_P(
                                        LONG_WORDS) "</w:tc><w:tc>" W_P("b") "</w:tc></w:tr></w:tbl>")},
        {NULL, NULL}};

    (void)state;
    refuse_each_of_package("a.docx", "[Content_Types].xml", parts);
}

static void slides_report_every_failed_allocation(void **state)
{
#define P_SPACES                                                                                                       \
    "xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main' "                                            \
    "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main' "                                                 \
    "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'"
    const struct part parts[] = {{"ppt/presentation.xml",
                                  "<p:presentation " P_SPACES
                                  "><p:sldIdLst><p:sldId r:id='r1'/></p:sldIdLst></p:presentation>"},
                                 {"ppt/_rels/presentation.xml.rels", RELATIONS(RELATION("r1", "slide", "s1.xml"))},
                                 {"ppt/s1.xml", "<p:sld " P_SPACES "><p:sp><a:p><a:r><a:t>" LONG_WORDS
                                                "</a:t></a:r></a:p></p:sp><a:tbl><a:tblGrid><a:gridCol/>"
                                                "<a:gridCol/></a:tblGrid><a:tr><a:tc><a:p><a:r><a:t>" LONG_WORDS
                                                "</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r>"
                                                "<a:t>b</a:t></a:r></a:p></a:tc></a:tr></a:tbl></p:sld>"},
                                 {NULL, NULL}};

    (void)state;
    refuse_each_of_package("a.pptx", "[Content_Types].xml", parts);
}

static void sheets_report_every_failed_allocation(void **state)
{
#define S_SPACES                                                                                                       \
    "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' "                                               \
    "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'"
    const struct part parts[] = {
        {"xl/workbook.xml", "<workbook " S_SPACES "><sheets><sheet name='Costs' r:id='r1'/></sheets></workbook>"},
        {"xl/_rels/workbook.xml.rels",
         RELATIONS(RELATION("r1", "worksheet", "s.xml") RELATION("s", "sharedStrings", "strings.xml"))},
        {"xl/strings.xml", "<sst " S_SPACES "><si><t>" LONG_WORDS "</t></si></sst>"},
        {"xl/s.xml", "<worksheet " S_SPACES "><cols><col min='2' max='2' hidden='1'/></cols><sheetData><row><c r='A1' "
                     "t='s'><v>0</v></c><c r='B1'><v>1</v></c><c r='C1'><v>2</v></c></row></sheetData></worksheet>"},
        {NULL, NULL}};

    (void)state;
    refuse_each_of_package("a.xlsx", "[Content_Types].xml", parts);
}

static void opendocument_reports_every_failed_allocation(void **state)
{
#define O_SPACES                                                                                                       \
    "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "                                                 \
    "xmlns:style='urn:oasis:names:tc:opendocument:xmlns:style:1.0' "                                                   \
    "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' "                                                     \
    "xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' xmlns:xlink='http://www.w3.org/1999/xlink'"
    const struct part parts[] = {
        {"META-INF/manifest.xml", "<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>"},
        {"content.xml",
         "<office:document-content " O_SPACES "><style:style style:name='T' style:family='text' "
         "style:parent-style-name='U'><style:text-properties text:display='none'/></style:style><office:text><text:p>"
         "<text:a xlink:href='https://a.example/'>" LONG_WORDS
         "</text:a><text:span text:style-name='T'> gone </text:span>"
         "seen<text:note><text:note-body><text:p>" LONG_WORDS "</text:p></text:note-body></text:note></text:p>"
         "<table:table><table:table-column table:visibility='collapse'/><table:table-column/><table:table-column/>"
         "<table:table-row><table:table-cell><text:p>no</text:p></"
         "table:table-cell><table:table-cell><text:p>" LONG_WORDS
         "</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row>"
         "</table:table></office:text></office:document-content>"},
        {NULL, NULL}};

    (void)state;
    refuse_each_of_package("a.odt", "mimetype", parts);
}

static void texts_report_every_failed_allocation(void **state)
{
    static const char rtf[] =
        "{\\rtf1 " LONG_WORDS "{\\v gone }\\par\\pard\\intbl " LONG_WORDS "\\cell b\\cell\\row\\pard \\'e9 end}";

    (void)state;
    refuse_each_of_bytes("a.rtf", rtf, sizeof rtf - 1);
    refuse_each(TEST_DATA_DIR "/fuzz/csv/quotes", "a.csv");
    refuse_each(TEST_DATA_DIR "/fuzz/csv/utf16", "b.csv");
}

static void mail_reports_every_failed_allocation(void **state)
{
    (void)state;
    refuse_each(TEST_DATA_DIR "/fuzz/mail/alternative", "alternative.eml");
    refuse_each(TEST_DATA_DIR "/fuzz/mail/attachments", "attachments.eml");
    refuse_each(TEST_DATA_DIR "/fuzz/mail/mailbox", "mailbox.mbox");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(chatgpt_reports_every_failed_allocation),
                                       cmocka_unit_test(claude_reports_every_failed_allocation),
                                       cmocka_unit_test(chats_report_every_failed_allocation),
                                       cmocka_unit_test(shares_report_every_failed_allocation),
                                       cmocka_unit_test(documents_report_every_failed_allocation),
                                       cmocka_unit_test(word_reports_every_failed_allocation),
                                       cmocka_unit_test(slides_report_every_failed_allocation),
                                       cmocka_unit_test(sheets_report_every_failed_allocation),
                                       cmocka_unit_test(opendocument_reports_every_failed_allocation),
                                       cmocka_unit_test(texts_report_every_failed_allocation),
                                       cmocka_unit_test(mail_reports_every_failed_allocation)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

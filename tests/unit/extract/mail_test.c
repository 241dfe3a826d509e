/* E-mail: messages and mailboxes. */
#include "support/test.h"

#include "base/time.h"
#include "extract/mail/mime.h"
#include "unit/extract/office.h"

#define HEAD "From: Bo <bo@b.example>\r\nTo: ann@a.example\r\nSubject: Plan\r\nMIME-Version: 1.0\r\n"
#define TOP  "Subject: Plan\nFrom: Bo <bo@b.example>\nTo: ann@a.example\n"

/* Each message, and the text that is read from it. */
static const struct {
    const char *message;
    const char *text;
} MESSAGES[] = {
    {HEAD "Date: Tue, 1 Jul 2003 10:52:37 +0200\r\n\r\nHello\r\nAnn\r\n", TOP "Date: 2003-07-01 08:52\n\nHello\nAnn"},
    {HEAD "Content-Transfer-Encoding: quoted-printable\r\nContent-Type: text/plain; charset=\"iso-8859-1\"\r\n\r\n"
          "Gr=FC=DFe, so=\r\nft =3D =zz=",
     TOP "\nGr\xC3\xBC\xC3\x9F"
         "e, soft = =zz"},
    {HEAD
     "Content-Transfer-Encoding: BASE64\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSGVs\r\nbG8g4o\r\nKs\r\n",
     TOP "\nHello \xE2\x82\xAC"},
    {HEAD "Content-Type: text/plain; charset=koi8-r\r\n\r\n\xD0\xD2\xC9\xD7\xC5\xD4",
     TOP "\n\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82"},
    {HEAD "Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>One</p><ul><li>two</ul><div "
          "style='display:none'>preheader</div></body></html>",
     TOP "\nOne\n\n- two"},
    {HEAD "Content-Type: text/plain; format=flowed\r\n\r\nA long \r\nline\r\n> quoted \r\n> too\r\n-- \r\nBo",
     TOP "\nA long line\n> quoted too\n-- \nBo"},
    /* Alternatives are read once. */
    {HEAD "Content-Type: multipart/alternative; boundary=b\r\n\r\npreamble\r\n--b\r\n\r\nplain\r\n--b\r\nContent-Type: "
          "text/html\r\n\r\n<p>plain</p>\r\n--b--\r\nepilogue",
     TOP "\nplain"},
    {HEAD "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n--b\r\nContent-Type: "
          "multipart/related; boundary=\"c d\"\r\n\r\n--c d\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--c "
          "d\r\nContent-Type: image/png; name=logo.png\r\n\r\nx\r\n--c d--\r\n--b--",
     TOP "Attachments: logo.png\n\nrich"},
    /* Cut off, without its last boundary. */
    {HEAD
     "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\nContent-Type: text/plain\r\n\r\ntwo",
     TOP "\none\n\ntwo"},
    {HEAD "Content-Type: multipart/mixed\r\n\r\nno boundary", TOP "\nno boundary"},
    {HEAD "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nsigned\r\n--b\r\nContent-Type: "
          "application/pgp-signature; name=s.asc\r\n\r\nxx\r\n--b--",
     TOP "\nsigned"},
    {"From: =?utf-8?q?J=C3=B6rg_M?= =?UTF-8?B?w7xsbGVy?= <j@a.example>\nSubject: =?iso-8859-1?Q?=A1Hola?= =?bad\n "
     "=?utf-8?B?4oI=?=\n =?utf-8?B?rA==?=\nMessage-ID: <1>\n\nx",
     "Subject: \xC2\xA1Hola =?bad \xE2\x82\xAC\nFrom: J\xC3\xB6rg M\xC3\xBCller <j@a.example>\n\nx"},
    {"From: \xC3\xA4 b\nDate: x\nReceived: y\n\nraw", "From: \xC3\xA4 b\n\nraw"},
    {"Subject: only a subject\nFrom: a\nReceived: b\n", "Subject: only a subject\nFrom: a"},
};

/* Apple Mail's files: the message's length, the message, a property list. */
static void messages_of_apple_mail_are_read(void **state)
{
    static const char message[] = HEAD "\r\nHello\r\n";
    static const char list[] = "<?xml version=\"1.0\"?><plist><dict><key>subject</key></dict></plist>\n";
    char file[1024];

    (void)state;
    for (int32_t is_cut = 0; is_cut < 2; is_cut++) {
        struct input input;

        snprintf(file, sizeof file, "%zu      \n%s%s", strlen(message) + (is_cut ? 99 : 0), message,
                 is_cut ? "" : list);
        input_init(&input);
        assert_ok(input_read_text(&input, "1234.emlx", file), input.error);
        assert_string_equal(input.report.format, "mail");
        assert_document(&input, TOP "\nHello");
        assert_int_equal(input.report.damaged, is_cut);
        input_free(&input);
        /* The name decides nothing. */
        input_init(&input);
        assert_ok(input_read_text(&input, "1234.txt", file), input.error);
        assert_string_equal(input.report.format, "mail");
        input_free(&input);
    }
}

static void messages_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof MESSAGES / sizeof MESSAGES[0]; i++) {
        struct input input;

        input_init(&input);
        assert_ok(input_read_text(&input, "a.eml", MESSAGES[i].message), input.error);
        assert_string_equal(input.report.format, "mail");
        assert_document(&input, MESSAGES[i].text);
        for (size_t j = 0; j < input.recorder.count; j++) {
            assert_int_equal(input.recorder.messages[j].kind, CPK_KIND_DOCUMENT);
        }
        input_free(&input);
    }
}

/* Neither the sender nor those who are quoted are known to be the person. */
static void nobody_is_taken_for_the_person(void **state)
{
    struct buffer message;
    struct input input;

    (void)state;
    buffer_init(&message, &memory_default);
    buffer_append_text(&message, HEAD "\r\nI live in Oslo.\n\nOn Monday, Ann wrote:\n> I live in Rome.\n\n");
    for (int i = 0; i < 1000; i++) { /* more than one section */
        buffer_append_text(&message, "I am a baker in Oslo.\n\n");
    }
    input_init(&input);
    assert_ok(input_read(&input, "a.eml", message.data, message.length), input.error);
    assert_true(input.recorder.count > 1);
    for (size_t i = 0; i < input.recorder.count; i++) {
        assert_int_equal(input.recorder.messages[i].role, CPK_ROLE_UNKNOWN);
        assert_int_equal(input.recorder.messages[i].kind, CPK_KIND_DOCUMENT);
    }
    input_free(&input);
    buffer_free(&message);
}

#define MIXED HEAD "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee below\r\n"

static void attachments_are_documents_of_their_own(void **state)
{
    static const char message[] = MIXED
        "--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename*0*=utf-8''co%73t;\r\n "
        "filename*1=\"s.csv\"\r\n\r\nwhat,cost\r\nrent,7\r\nfood,8\r\n"
        "--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=\"../a/cat.png\"\r\n\r\nPNG\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: c@c.example\r\nSubject: Inner\r\nDate: Mon, 3 Mar 2025 "
        "10:00:00 GMT\r\n\r\ninner text\r\n"
        "--b\r\nContent-Type: application/octet-stream; name=broken.docx\r\nContent-Transfer-Encoding: "
        "base64\r\n\r\nUEsDBAAA\r\n--b--";
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_text(&input, "a.eml", message), input.error);
    assert_int_equal(input.recorder.count, 3);
    assert_string_equal(input.recorder.messages[0].text,
                        TOP "Attachments: costs.csv, cat.png, part 5.eml, broken.docx\n\nsee below");
    assert_string_equal(input.recorder.messages[1].provider, "csv");
    assert_string_equal(input.recorder.messages[1].conversation_title, "costs");
    assert_string_equal(input.recorder.messages[2].conversation_title, "Inner");
    assert_string_equal(input.recorder.messages[2].text,
                        "Subject: Inner\nFrom: c@c.example\nDate: 2025-03-03 10:00\n\ninner text");
    assert_int_equal(input.recorder.messages[2].time_us, INT64_C(1740996000000000));
    assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_NOT_READ), 1);
    assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_DAMAGED), 1);
    input_free(&input);
}

#define PART(type, name) "--b\r\nContent-Type: " type "\r\nContent-Disposition: attachment; filename=" name "\r\n\r\n"

/* Neither a document of somebody, nor a message in the message, nor a chat is the person's because it came by mail. */
static void attachments_are_of_nobody_known(void **state)
{
    static const char message[] = MIXED PART("text/plain", "cv.txt") "My name is Bo Berg. I live in Oslo.\r\n" PART(
        "text/html",
        "letter"
        ".html") "<html><body><p>I am a baker.</p></body></html>\r\n" PART("text/plain",
                                                                           "memory.txt") "[2025-01-02] User lives in "
                                                                                         "Oslo.\r\n[2025-01-03] User "
                                                                                         "is a "
                                                                                         "baker.\r\n" PART(
                                                                                             "application/json",
                                                                                             "chat.json") "{\"messages"
                                                                                                          "\":[{"
                                                                                                          "\"role\":"
                                                                                                          "\"user\","
                                                                                                          "\"content\":"
                                                                                                          "\"I live in "
                                                                                                          "Oslo\"},"
                                                                                                          "{\"role\":"
                                                                                                          "\"assistant"
                                                                                                          "\","
                                                                                                          "\"content\":"
                                                                                                          "\"Nice\"}]}"
                                                                                                          "\r\n" PART(
                                                                                                              "text/"
                                                                                                              "plain",
                                                                                                              "talk."
                                                                                                              "txt") "U"
                                                                                                                     "s"
                                                                                                                     "e"
                                                                                                                     "r"
                                                                                                                     ":"
                                                                                                                     " "
                                                                                                                     "I"
                                                                                                                     " "
                                                                                                                     "l"
                                                                                                                     "i"
                                                                                                                     "v"
                                                                                                                     "e"
                                                                                                                     " "
                                                                                                                     "i"
                                                                                                                     "n"
                                                                                                                     " "
                                                                                                                     "O"
                                                                                                                     "s"
                                                                                                                     "l"
                                                                                                                     "o"
                                                                                                                     "."
                                                                                                                     "\r\n\r\nAssistant: "
                                                                                                                     "N"
                                                                                                                     "i"
                                                                                                                     "c"
                                                                                                                     "e"
                                                                                                                     "."
                                                                                                                     "\r\n\r\nUser: I am a "
                                                                                                                     "b"
                                                                                                                     "a"
                                                                                                                     "k"
                                                                                                                     "e"
                                                                                                                     "r"
                                                                                                                     "."
                                                                                                                     "\r\n" PART(
                                                                                                                         "message/"
                                                                                                                         "rfc822",
                                                                                                                         "inner."
                                                                                                                         "eml")
                                                                                                                         HEAD
        "Content-Type: multipart/mixed; boundary=c\r\n\r\n"
        "--c\r\nContent-Type: text/markdown; name=me.md\r\n\r\n# Me\r\n\r\nI live in Oslo.\r\n--c--\r\n"
        "--b--";
    int32_t assistant = 0;
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_text(&input, "a.eml", message), input.error);
    assert_true(input.recorder.count >= 8);
    for (size_t i = 0; i < input.recorder.count; i++) {
        const struct recorded_message *at = &input.recorder.messages[i];

        assert_int_not_equal(at->role, CPK_ROLE_USER);
        assert_int_not_equal(at->kind, CPK_KIND_MEMORY);
        assert_int_not_equal(at->kind, CPK_KIND_INSTRUCTIONS);
        assistant += at->role == CPK_ROLE_ASSISTANT;
    }
    assert_true(assistant > 0);
    input_free(&input);
}

/* What follows a message in an archive is not of the mail. */
static void documents_beside_a_message_keep_their_author(void **state)
{
    static const struct part parts[] = {{"a.eml", MIXED PART("text/plain", "cv.txt") "I live in Oslo.\r\n--b--"},
                                        {"b.txt", "I live in Rome."},
                                        {NULL, NULL}};
    struct input input;
    int32_t own = 0;

    (void)state;
    assert_ok(package_read(&input, "all.zip", "first.txt", parts), input.error);
    for (size_t i = 0; i < input.recorder.count; i++) {
        int32_t is_own = strcmp(input.recorder.messages[i].text, "I live in Rome.") == 0;

        assert_int_equal(input.recorder.messages[i].role, is_own ? CPK_ROLE_USER : CPK_ROLE_UNKNOWN);
        own += is_own;
    }
    assert_int_equal(own, 1);
    input_free(&input);
}

static void mailboxes_are_read_message_by_message(void **state)
{
    struct buffer box;
    struct input input;

    (void)state;
    buffer_init(&box, &memory_default);
    buffer_append_text(&box,
                       "From a@a.example Mon Mar  3 10:00:00 2025\nFrom: a\nSubject: One\n\nfirst\nFrom here on no "
                       "message begins\n>From is marked: 1\n\nFrom the 1st: no date\n");
    for (int i = 0; i < 20000; i++) { /* longer than a block */
        buffer_append_text(&box, "filler\n");
    }
    buffer_append_text(&box,
                       "\nFrom b@b.example Mon Mar  3 11:00:00 2025\nFrom: b\nSubject: Two\n\nsecond\n\nFrom c Mon "
                       "Mar 3 11:00 2025\nFrom: c\nContent-Type: multipart/encrypted; boundary=x\n\n--x--\n\nFrom d "
                       "Mon Mar 3 11:00 2025\nFrom: d\nSubject: Four\n\nfourth\n");
    input_init(&input);
    assert_ok(input_read(&input, "a.mbox", box.data, box.length), input.error);
    assert_string_equal(input.recorder.messages[0].conversation_title, "One");
    assert_says(input.recorder.messages[0].text,
                "first\nFrom here on no message begins\nFrom is marked: 1\n\nFrom the 1st");
    assert_int_equal(input.report.conversations, 3);
    assert_string_equal(input.recorder.messages[input.recorder.count - 1].text, "Subject: Four\nFrom: d\n\nfourth");
    assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_UNREADABLE_FILE), 1);
    input_free(&input);
    buffer_free(&box);
}

static void only_messages_are_recognised(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        const char *format;
    } inputs[] = {
        {"a.txt", "From: a\nTo: b\nSubject: c\nDate: d\n\nx", "mail"},
        {"a.txt", "From: a\nTo: b\n\nA letter", "text"},
        {"a.txt", "Dear Ann,\n\nFrom: a\nTo: b\nDate: c\nSubject: d", "text"},
        {"a.md", "Message-ID: none\n\ntext", "markdown"},
        {"a.eml", "Subject: x\n\ny", "mail"},
        {"a.txt", "\n\nDear Ann,\nI write.\nTo: b", "text"},
        {"a.txt", "\n  From: a\nTo: b\nSubject: c\nDate: d\n\nx", "text"},
        {"a.txt", "From time to time I walk.\n\nTo: nobody", "text"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        struct input input;

        input_init(&input);
        assert_ok(input_read_text(&input, inputs[i].name, inputs[i].text), input.error);
        assert_string_equal(input.report.format, inputs[i].format);
        input_free(&input);
    }
}

/* As some programs that save and join messages write them. */
static void empty_lines_before_a_message_are_nothing(void **state)
{
    static const char *const before[] = {"\n", "\r\n", "\r\n\r\n", " \t\n\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\n"};
    static const char *const messages[] = {
        "Subject: One\nFrom: a\nTo: b\n\nfirst\n\nsecond",
        "From a Mon Mar 3 10:00 2025\nSubject: One\nFrom: a\nTo: b\n\nfirst\n\nsecond\n",
        "From a Mon Mar 3 10:00 2025\r\n\r\nSubject: One\r\nFrom: a\r\nTo: b\r\n\r\nfirst\r\n\r\nsecond\r\n"};
    static const char *const names[] = {"a.eml", "a.mbox", "a.txt", "no name"};

    (void)state;
    for (size_t i = 0; i < 6 * 3 * 4; i++) {
        char text[400];
        struct input input;

        snprintf(text, sizeof text, "%s%s", before[i % 6], messages[i / 6 % 3]);
        input_init(&input);
        assert_ok(input_read_text(&input, names[i / 18], text), input.error);
        assert_string_equal(input.report.format, "mail");
        assert_int_equal(input.report.conversations, 1);
        assert_document(&input, "Subject: One\nFrom: a\nTo: b\n\nfirst\n\nsecond");
        input_free(&input);
    }
}

/* Wherever a message of several parts is cut off, what is there is read, and it is told that there was more. */
static void messages_that_are_cut_off_say_so(void **state)
{
    static const char whole[] = MIXED PART("text/plain", "a.txt") "one\r\n" PART("text/plain", "b.txt") "two\r\n--b--";
    struct buffer box;
    struct input input;

    (void)state;
    for (size_t length = strlen(HEAD) + 54; length <= sizeof whole - 1; length++) {
        size_t lost = length < sizeof whole - 1;

        input_init(&input);
        assert_ok(input_read(&input, "a.eml", whole, length), input.error);
        assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_DAMAGED), lost);
        assert_int_equal(input.report.damaged, lost);
        input_free(&input);
    }
    buffer_init(&box, &memory_default); /* one that is not the last */
    buffer_append_format(&box, "From a Mon Mar 3 10:00 2025\n%.*s\n\nFrom b Mon Mar 3 10:00 2025\n%s\n",
                         (int)sizeof whole - 10, whole, whole);
    input_init(&input);
    assert_ok(input_read(&input, "a.mbox", box.data, box.length), input.error);
    assert_int_equal(input.report.damaged, 1);
    input_free(&input);
    buffer_free(&box);
}

static void refused(const char *text, cpk_status wanted, const char *words)
{
    struct input input;

    input_init(&input);
    assert_int_equal(input_read_text(&input, "a.eml", text), wanted);
    assert_says(cpk_error_message(input.error), words);
    input_free(&input);
}

static void limits_are_named(void **state)
{
    struct buffer message;
    struct input input;

    (void)state;
    refused(HEAD "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n\r\nMIAG",
            CPK_ERROR_ENCRYPTED, "an encrypted message");
    buffer_init(&message, &memory_default);
    buffer_append_text(&message, HEAD "Content-Type: multipart/mixed; boundary=b\r\n\r\n");
    for (int i = 0; i < 10001; i++) {
        buffer_append_text(&message, "--b\r\n\r\nx\r\n");
    }
    refused(buffer_text(&message), CPK_ERROR_LIMIT_EXCEEDED, "document.max_entries (10000)");
    buffer_clear(&message);
    buffer_append_text(&message, HEAD);
    for (int i = 0; i < 5000; i++) { /* one in another, without an end */
        buffer_append_format(&message, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i);
    }
    buffer_append_text(&message, "\r\n--b0--");
    input_init(&input);
    assert_ok(input_read(&input, "a.eml", message.data, message.length), input.error);
    assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_DAMAGED), 1);
    input_free(&input);
    buffer_clear(&message);
    for (int i = 0; i < 100; i++) { /* forwarded again and again */
        buffer_append_format(&message, HEAD "Content-Type: message/rfc822\r\n\r\n");
    }
    input_init(&input);
    assert_ok(input_read(&input, "a.eml", message.data, message.length), input.error);
    assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_UNREADABLE_FILE), 1);
    assert_says(input.recorder.notes[0].text, "archive.max_depth (3)");
    input_free(&input);
    buffer_free(&message);
}

/* Fields of megabytes, made to be searched again and again. */
static void long_fields_take_no_time(void **state)
{
    struct buffer message;
    struct input input;
    int64_t start = time_monotonic_us();

    (void)state;
    buffer_init(&message, &memory_default);
    buffer_append_text(&message, "From: a\r\nReceived: b\r\nSubject: ");
    for (int i = 0; i < 400000; i++) {
        buffer_append_text(&message, "=?a?q?=?b?b?");
    }
    buffer_append_text(&message, "\r\nContent-Type: text/plain");
    for (int i = 0; i < 400000; i++) {
        buffer_append_text(&message, ";\r\n x*1*=a");
    }
    buffer_append_text(&message, "\r\n\r\nshort");
    input_init(&input);
    assert_ok(input_read(&input, "a.eml", message.data, message.length), input.error);
    assert_true(time_monotonic_us() - start < 5000000);
    input_free(&input);
    buffer_free(&message);
}

static int64_t time_of(const char *text)
{
    return mime_time((struct mime_span){text, strlen(text)});
}

static void dates_are_read(void **state)
{
    (void)state;
    assert_int_equal(time_of(" Mon, 3 Mar 2025 10:00:00 +0000 (UTC)"), INT64_C(1740996000000000));
    assert_int_equal(time_of("3 March 2025 05:00 EST"), INT64_C(1740996000000000));
    assert_int_equal(time_of("Mon, 03-Mar-25 10:00:00 GMT"), INT64_C(1740996000000000));
    assert_int_equal(time_of("Mon, 3 Mar 2025 11:30:00 +0130"), INT64_C(1740996000000000));
    assert_int_equal(time_of("yesterday"), CPK_TIME_UNKNOWN);
    assert_int_equal(time_of("99 Mar 2025 10:00:00"), CPK_TIME_UNKNOWN);
    assert_int_equal(time_of(""), CPK_TIME_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_read),
        cmocka_unit_test(messages_of_apple_mail_are_read),
        cmocka_unit_test(nobody_is_taken_for_the_person),
        cmocka_unit_test(attachments_are_documents_of_their_own),
        cmocka_unit_test(attachments_are_of_nobody_known),
        cmocka_unit_test(documents_beside_a_message_keep_their_author),
        cmocka_unit_test(mailboxes_are_read_message_by_message),
        cmocka_unit_test(empty_lines_before_a_message_are_nothing),
        cmocka_unit_test(messages_that_are_cut_off_say_so),
        cmocka_unit_test(only_messages_are_recognised),
        cmocka_unit_test(limits_are_named),
        cmocka_unit_test(long_fields_take_no_time),
        cmocka_unit_test(dates_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

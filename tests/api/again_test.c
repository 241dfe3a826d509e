/* Newer exports of the same conversations: those with the same bytes are not read again, and nothing else is different
 * from reading them. */
#include "support/person.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOTES_BYTES 2048

struct importer {
    struct person person;
    char notes[NOTES_BYTES]; /* of the last import */
    long long unchanged;     /* as the log says */
    long long read;
};

static void collect_log(void *user, int32_t level, const char *domain, const char *message)
{
    struct importer *importer = user;

    (void)level;
    if (strcmp(domain, "import") == 0 && strstr(message, "conversations are unchanged") != NULL) {
        importer->unchanged = strtoll(message, NULL, 10);
        importer->read = strtoll(strstr(message, "not read, ") + 10, NULL, 10);
    }
}

static void collect_note(void *user, int32_t note, const char *where, const char *text)
{
    struct importer *importer = user;
    size_t used = strlen(importer->notes);

    (void)where;
    snprintf(importer->notes + used, sizeof importer->notes - used, "%d %s\n", (int)note, text);
}

static void importer_create(struct importer *importer)
{
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;

    memset(importer, 0, sizeof *importer);
    options.log = collect_log;
    options.log_user = importer;
    options.log_level = CPK_LOG_DEBUG;
    assert_ok(person_create(&importer->person, &options, CPK_PLAN_UNLIMITED, &error), error);
}

static cpk_pack *make_pack(struct importer *importer)
{
    cpk_error *error = NULL;
    cpk_pack *pack;

    assert_ok(cpk_pack_create(importer->person.session, NULL, &pack, &error), error);
    return pack;
}

static cpk_source *import_named(struct importer *importer, const cpk_pack *pack, const char *name, const char *text)
{
    cpk_run_options run = CPK_RUN_OPTIONS_INIT;
    cpk_input input = CPK_INPUT_INIT;
    cpk_source *source;
    cpk_source *done;
    cpk_error *error = NULL;

    input.data = text;
    input.length = strlen(text);
    input.name = name;
    run.note = collect_note;
    run.note_user = importer;
    importer->notes[0] = '\0';
    importer->unchanged = 0;
    importer->read = 0;
    assert_ok(cpk_source_add(importer->person.session, cpk_pack_id(pack), &input, NULL, NULL, &source, &error), error);
    assert_ok(cpk_source_run(importer->person.session, cpk_source_id(source), CPK_SOURCE_READY_FOR_ANALYSIS, &run,
                             &done, &error),
              error);
    cpk_source_free(source);
    return done;
}

static cpk_source *import_into(struct importer *importer, const cpk_pack *pack, const char *json)
{
    return import_named(importer, pack, "conversations.json", json);
}

/* Writes an export of conversations: "a3b1" is conversation a with three messages and b with one. A '!' after it adds a
 * message of an unknown kind. With `mark`, the bytes of each conversation are other ones, and its messages the same. */
static const char *write_export(const char *plan, const char *mark)
{
    static char json[16384];
    size_t used = (size_t)snprintf(json, sizeof json, "[");

#define ADD(...) used += (size_t)snprintf(json + used, sizeof json - used, __VA_ARGS__)
    for (const char *at = plan; *at != '\0'; at += 2 + (at[2] == '!')) {
        char parent[16] = "null";

        ADD("%s{\"title\":\"Chat %c\",%s\"padding\":\"%0250d\",\"conversation_id\":\"%c\",\"mapping\":{",
            at > plan ? "," : "", *at, mark, 0, *at);
        for (int i = 0; i < at[1] - '0'; i++) {
            ADD("%s\"%c%d\":{\"parent\":%s,\"message\":{\"author\":{\"role\":\"user\"},\"content\":{\"content_type\":"
                "\"text\",\"parts\":[\"Message %d of conversation %c is about my garden.\"]}}}",
                i > 0 ? "," : "", *at, i, parent, i, *at);
            snprintf(parent, sizeof parent, "\"%c%d\"", *at, i);
        }
        if (at[2] == '!') {
            ADD(",\"%codd\":{\"parent\":%s,\"message\":{\"author\":{\"role\":\"user\"},\"content\":{\"content_type\":"
                "\"odd\",\"x\":1}}}",
                *at, parent);
        }
        ADD("}}");
    }
    ADD("]");
#undef ADD
    return json;
}

/* Imports the export into a pack, and with other bytes into a pack that read all before in the same way. */
static void assert_same(struct importer *importer, cpk_pack *packs[2], const char *plan, long long unchanged,
                        long long read)
{
    static int marks;
    char mark[32];
    char notes[NOTES_BYTES];
    cpk_source *source = import_into(importer, packs[0], write_export(plan, ""));
    cpk_source *other;

    assert_int_equal(importer->unchanged, unchanged);
    if (unchanged > 0) {
        assert_int_equal(importer->read, read);
    }
    memcpy(notes, importer->notes, sizeof notes);
    snprintf(mark, sizeof mark, "\"x\":%d,", marks++);
    other = import_into(importer, packs[1], write_export(plan, mark));
    assert_int_equal(importer->unchanged, 0);
    assert_string_equal(importer->notes, notes);
    assert_int_equal(cpk_source_message_count(source), cpk_source_message_count(other));
    assert_int_equal(cpk_source_known_messages(source), cpk_source_known_messages(other));
    assert_int_equal(cpk_source_conversation_count(source), cpk_source_conversation_count(other));
    assert_int_equal(cpk_source_total_chunks(source), cpk_source_total_chunks(other));
    assert_int_equal(cpk_source_text_tokens(source), cpk_source_text_tokens(other));
    assert_int_equal(cpk_source_is_partial(source), cpk_source_is_partial(other));
    assert_string_equal(cpk_source_format(source), cpk_source_format(other));
    assert_string_equal(cpk_source_extractor(source), cpk_source_extractor(other));
    assert_string_equal(cpk_source_losses(source), cpk_source_losses(other));
    cpk_source_free(source);
    cpk_source_free(other);
}

static void unchanged_conversations_are_not_read_again(void **state)
{
    struct importer importer;
    cpk_pack *packs[2];

    (void)state;
    importer_create(&importer);
    packs[0] = make_pack(&importer);
    packs[1] = make_pack(&importer);
    assert_same(&importer, packs, "a3b1c2", 0, 3);
    assert_same(&importer, packs, "a3b2c2d1", 2, 2); /* b has grown, d is new */
    assert_same(&importer, packs, "d1a3c2b2", 4, 0); /* other order, nothing new */
    assert_same(&importer, packs, "b3a3", 1, 1);     /* b has grown again */
    assert_same(&importer, packs, "b3", 1, 0);
    assert_same(&importer, packs, "b2c2", 1, 1); /* an older b: what the pack knows of it is not what it was then */
    cpk_pack_free(packs[0]);
    cpk_pack_free(packs[1]);
    person_free(&importer.person);
}

static void conversation_with_a_note_is_read_again(void **state)
{
    struct importer importer;
    cpk_pack *packs[2];

    (void)state;
    importer_create(&importer);
    packs[0] = make_pack(&importer);
    packs[1] = make_pack(&importer);
    assert_same(&importer, packs, "a3!b1", 0, 2);
    assert_true(importer.notes[0] != '\0');
    assert_same(&importer, packs, "a3!b1c1", 1, 2);
    assert_true(importer.notes[0] != '\0');
    cpk_pack_free(packs[0]);
    cpk_pack_free(packs[1]);
    person_free(&importer.person);
}

/* What a deleted source brought is not known any more, whatever another source says of the bytes. */
static void messages_of_a_deleted_source_come_back(void **state)
{
    struct importer importer;
    cpk_pack *pack;
    cpk_source *first;
    cpk_source *source;
    cpk_error *error = NULL;

    (void)state;
    importer_create(&importer);
    pack = make_pack(&importer);
    first = import_into(&importer, pack, write_export("a2b1", ""));
    source = import_into(&importer, pack, write_export("a3b1", "")); /* has a hash of all of a, and one message of it */
    assert_int_equal(cpk_source_message_count(source), 1);
    cpk_source_free(source);
    assert_ok(cpk_source_delete(importer.person.session, cpk_source_id(first), &error), error);
    cpk_source_free(first);
    source = import_into(&importer, pack, write_export("b1a3", ""));
    assert_int_equal(importer.unchanged, 0);
    assert_int_equal(cpk_source_message_count(source), 3); /* two of a, one of b */
    assert_int_equal(cpk_source_known_messages(source), 1);
    cpk_source_free(source);
    source = import_into(&importer, pack, write_export("a3b1", " "));
    assert_int_equal(cpk_source_known_messages(source), 4);
    cpk_source_free(source);
    cpk_pack_free(pack);
    person_free(&importer.person);
}

static void other_packs_know_nothing(void **state)
{
    struct importer importer;
    cpk_pack *packs[2];
    cpk_source *source;

    (void)state;
    importer_create(&importer);
    packs[0] = make_pack(&importer);
    packs[1] = make_pack(&importer);
    cpk_source_free(import_into(&importer, packs[0], write_export("a2b1", "")));
    source = import_into(&importer, packs[1], write_export("b1a2", ""));
    assert_int_equal(importer.unchanged, 0);
    assert_int_equal(cpk_source_message_count(source), 3);
    cpk_source_free(source);
    cpk_pack_free(packs[0]);
    cpk_pack_free(packs[1]);
    person_free(&importer.person);
}

/* What is attached to a mail is of nobody known: the person's own export is read after it all the same. The other way
 * round, nothing is new. */
static void an_export_that_came_by_mail_is_not_known(void **state)
{
    static char mail[20000];
    const char *json = write_export("a2", "");
    struct importer importer;
    cpk_pack *packs[2];
    cpk_source *source;

    (void)state;
    importer_create(&importer);
    packs[0] = make_pack(&importer);
    packs[1] = make_pack(&importer);
    snprintf(mail, sizeof mail,
             "From: a\nTo: b\nSubject: c\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: "
             "application/json; name=conversations.json\n\n%s\n--b--\n",
             json);
    cpk_source_free(import_named(&importer, packs[0], "a.eml", mail));
    source = import_into(&importer, packs[0], json);
    assert_int_equal(cpk_source_message_count(source), 2);
    assert_int_equal(cpk_source_known_messages(source), 0);
    cpk_source_free(source);
    cpk_source_free(import_into(&importer, packs[1], json));
    source = import_named(&importer, packs[1], "a.eml", mail);
    assert_int_equal(cpk_source_known_messages(source), 2);
    cpk_source_free(source);
    cpk_pack_free(packs[0]);
    cpk_pack_free(packs[1]);
    person_free(&importer.person);
}

#define BIG_BYTES ((size_t)2 << 20)

/* Writes a byte into the middle of the file, once. */
static int32_t change_file(void *user, int32_t stage, int64_t done, int64_t total)
{
    FILE **file = user;

    (void)stage;
    (void)done;
    (void)total;
    if (*file != NULL) {
        assert_int_equal(fseek(*file, BIG_BYTES / 2, SEEK_SET), 0);
        assert_int_equal(fputc('!', *file), '!');
        assert_int_equal(fclose(*file), 0);
        *file = NULL;
    }
    return 0;
}

static cpk_status add_file(struct importer *importer, const cpk_pack *pack, const char *path, FILE **changed,
                           int32_t *added)
{
    cpk_run_options run = CPK_RUN_OPTIONS_INIT;
    cpk_input input = CPK_INPUT_INIT;
    cpk_source *source = NULL;
    cpk_status status;

    input.path = path;
    run.progress = changed != NULL ? change_file : NULL;
    run.progress_user = changed;
    status = cpk_source_add(importer->person.session, cpk_pack_id(pack), &input, &run, added, &source, NULL);
    cpk_source_free(source);
    return status;
}

/* In one pass, and in two where the pack has a source of the same size. */
static void a_file_that_changes_while_it_is_read_is_not_added(void **state)
{
    struct importer importer;
    char path[] = "/tmp/contextpack-again-XXXXXX";
    char *bytes = malloc(BIG_BYTES);
    int32_t added;
    cpk_pack *pack;
    FILE *file;

    (void)state;
    assert_non_null(bytes);
    importer_create(&importer);
    pack = make_pack(&importer);
    close(mkstemp(path));
    for (int round = 0; round < 2; round++) {
        memset(bytes, 'a' + round, BIG_BYTES);
        file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes, 1, BIG_BYTES, file), BIG_BYTES);
        assert_int_equal(fclose(file), 0);
        usleep(20000); /* more than the clock of a file system counts in */
        file = fopen(path, "r+");
        assert_non_null(file);
        assert_int_equal(add_file(&importer, pack, path, &file, &added), CPK_ERROR_BUSY);
        assert_null(file);
        assert_ok(add_file(&importer, pack, path, NULL, &added), NULL);
        assert_true(added);
        assert_ok(add_file(&importer, pack, path, NULL, &added), NULL);
        assert_false(added);
    }
    remove(path);
    free(bytes);
    cpk_pack_free(pack);
    person_free(&importer.person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unchanged_conversations_are_not_read_again),
        cmocka_unit_test(conversation_with_a_note_is_read_again),
        cmocka_unit_test(messages_of_a_deleted_source_come_back),
        cmocka_unit_test(other_packs_know_nothing),
        cmocka_unit_test(an_export_that_came_by_mail_is_not_known),
        cmocka_unit_test(a_file_that_changes_while_it_is_read_is_not_added),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

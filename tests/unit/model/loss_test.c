#include "model/loss.h"

#include "base/memory.h"
#include "support/test.h"

#include <contextpack/backend/extractor.h>

static void assert_summary(const struct loss *loss, int32_t only_lost, const char *expected)
{
    struct buffer summary;

    buffer_init(&summary, &memory_default);
    loss_append_summary(loss, only_lost, &summary);
    assert_false(summary.failed);
    assert_string_equal(buffer_text(&summary), expected);
    buffer_free(&summary);
}

static void notes_are_counted_by_reason(void **state)
{
    static const int32_t notes[] = {CPK_NOTE_SKIPPED_CONVERSATION,
                                    CPK_NOTE_SKIPPED_CONVERSATION,
                                    CPK_NOTE_UNREADABLE_CONVERSATION,
                                    CPK_NOTE_OVER_LIMIT,
                                    CPK_NOTE_SKIPPED_MESSAGE,
                                    CPK_NOTE_DAMAGED,
                                    CPK_NOTE_DAMAGED,
                                    CPK_NOTE_MISSING_FILE,
                                    CPK_NOTE_UNREADABLE_FILE,
                                    CPK_NOTE_UNKNOWN_FILE,
                                    CPK_NOTE_UNREAD_PAGES,
                                    CPK_NOTE_SKIPPED_FILE,
                                    CPK_NOTE_REPAIRED,
                                    CPK_NOTE_KEPT,
                                    9999};
    struct loss loss = {.conversations = 30};

    (void)state;
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        loss_count_note(&loss, notes[i]);
    }
    assert_summary(&loss, 0,
                   "4 of 34 conversations skipped: 2 without content, 1 unreadable, 1 over a limit; 1 message without "
                   "content skipped; truncated or damaged in 2 places; 1 file missing; 1 file unreadable; 1 file of an "
                   "unknown format; pages unread in 1 place");
    assert_summary(&loss, 1,
                   "2 of 34 conversations skipped: 1 unreadable, 1 over a limit; truncated or damaged in 2 places; 1 "
                   "file missing; 1 file unreadable; pages unread in 1 place");
}

/* What had no content is no loss. */
static void only_lost_content_makes_an_input_partial(void **state)
{
    static const enum loss_kind lost[] = {LOSS_UNREADABLE_CONVERSATIONS, LOSS_LARGE_CONVERSATIONS,
                                          LOSS_DAMAGED_PLACES,           LOSS_MISSING_FILES,
                                          LOSS_UNREADABLE_FILES,         LOSS_UNREAD_PAGES};
    struct loss loss = {
        .conversations = 1,
        .of_kind = {[LOSS_EMPTY_CONVERSATIONS] = 3, [LOSS_EMPTY_MESSAGES] = 2, [LOSS_UNKNOWN_FILES] = 2}};

    (void)state;
    assert_false(loss_is_partial(&loss));
    assert_summary(&loss, 1, "");
    assert_summary(&loss, 0,
                   "3 of 4 conversations skipped: 3 without content; 2 messages without content skipped; 2 files of "
                   "unknown formats");
    assert_summary(&(struct loss){.conversations = 9}, 0, "");
    for (size_t i = 0; i < sizeof lost / sizeof lost[0]; i++) {
        struct loss one = {.conversations = 1};

        one.of_kind[lost[i]] = 1;
        assert_true(loss_is_partial(&one));
    }
}

static void json_is_read_back(void **state)
{
    static const char *const wrong[] = {
        NULL, "", "[]", "{", "7", "{\"damaged_places\":-4}", "{\"conversations\":\"x\"}"};
    struct loss loss = {.conversations = 5, .of_kind = {[LOSS_DAMAGED_PLACES] = 1, [LOSS_LARGE_CONVERSATIONS] = 2}};
    struct loss again;
    struct buffer json;

    (void)state;
    buffer_init(&json, &memory_default);
    loss_write_json(&loss, &json);
    assert_string_equal(
        buffer_text(&json),
        "{\"found_conversations\":7,\"conversations\":5,\"empty_conversations\":0,"
        "\"unreadable_conversations\":0,\"large_conversations\":2,\"empty_messages\":0,"
        "\"damaged_places\":1,\"missing_files\":0,\"unreadable_files\":0,\"unknown_files\":0,\"unread_pages\":0}");
    loss_read_json(&again, buffer_text(&json));
    assert_memory_equal(&again, &loss, sizeof loss);
    buffer_free(&json);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        loss_read_json(&again, wrong[i]);
        assert_memory_equal(&again, &(struct loss){0}, sizeof again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_are_counted_by_reason),
        cmocka_unit_test(only_lost_content_makes_an_input_partial),
        cmocka_unit_test(json_is_read_back),
    };

    return cmocka_run_group_tests_name("model: loss", tests, NULL, NULL);
}

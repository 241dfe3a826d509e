#include "support/test.h"

#include "model/pack_mark.h"

static int32_t is_mark(const char *text)
{
    return pack_mark_is(text, strlen(text));
}

static void documents_of_packs_are_recognised(void **state)
{
    (void)state;
    assert_true(is_mark(PACK_MARK_HEADING "Ada\n\n" PACK_MARK_ABOUT "1 source)."));
    assert_true(is_mark("\xEF\xBB\xBF\r\n" PACK_MARK_HEADING "Ada\r\n\r\n" PACK_MARK_NOTHING));
    assert_true(is_mark("{\"format\":\"contextpack\",\"version\":1,\"notice\":\"x\"}"));
    assert_true(
        is_mark("\n{\n  \"a\": {\"format\": \"x\"},\n  \"format\" : \"contextpack\",\n  \"notice\": \"x\"\n}\n"));
}

static void other_texts_are_not(void **state)
{
    (void)state;
    assert_false(is_mark(""));
    assert_false(is_mark(PACK_MARK_HEADING));
    assert_false(is_mark(PACK_MARK_HEADING "an idea\n\nI write about packs."));
    assert_false(is_mark("Notes\n\n" PACK_MARK_HEADING "Ada\n\n" PACK_MARK_ABOUT));
    assert_false(is_mark("{\"format\":\"contextpack\"}"));
    assert_false(is_mark("{\"format\":\"other\",\"notice\":\"contextpack\"}"));
    assert_false(is_mark("[{\"format\":\"contextpack\",\"notice\":\"x\"}]"));
    assert_false(
        is_mark("{\"text\":\"{\\\"format\\\":\\\"contextpack\\\",\\\"notice\\\":1}\"}")); /* quoted in a chat */
    assert_false(is_mark("{\"notice\":1,\"format\""));
    assert_false(is_mark("{\"notice\":1,\"format\":"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_of_packs_are_recognised),
        cmocka_unit_test(other_texts_are_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

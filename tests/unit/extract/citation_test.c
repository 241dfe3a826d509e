/* Markers of ChatGPT's citations, of all years. */
#include "support/test.h"

#include "base/context.h"
#include "extract/chatgpt/citation.h"

#define OPEN  "\xEE\x88\x80"
#define SEP   "\xEE\x88\x82"
#define CLOSE "\xEE\x88\x81"
#define LEFT  "\xE3\x80\x90"
#define RIGHT "\xE3\x80\x91"
#define STAR  "\xE2\x80\xA0"

static void check(const char *text, const char *metadata, int32_t is_answer, const char *expected)
{
    struct context context;
    struct json_doc doc;
    struct buffer target;
    cpk_error *error = NULL;
    struct json_view root;

    context_init(&context);
    json_doc_init(&doc, &context.allocator);
    buffer_init(&target, &context.allocator);
    assert_int_equal(json_doc_read(&doc, metadata, strlen(metadata), 32, 10000), CPK_OK);
    root = json_doc_root(&doc);
    if (citation_possible(text, strlen(text), is_answer)) {
        struct citation_sources sources = {json_get(root, "content_references"), json_get(root, "citations"),
                                           json_get(root, "cited"), json_get(root, "search_result_groups")};

        assert_ok(citation_append_readable(&target, text, strlen(text), is_answer, &sources, &error), error);
    } else {
        buffer_append_text(&target, text);
    }
    assert_string_equal(buffer_text(&target), expected);
    buffer_free(&target);
    json_doc_free(&doc);
}

static void pages_of_a_group_become_links(void **state)
{
    static const char metadata[] =
        "{\"content_references\":[{\"matched_text\":\"\\ue200cite\\ue202turn0search3\\ue202turn0search8\\ue201\","
        "\"type\":\"grouped_webpages\",\"alt\":\"([A](https://a.example/p))\",\"items\":["
        "{\"title\":\"A [1]\",\"url\":\"https://a.example/p(1)\",\"supporting_websites\":["
        "{\"title\":\"C\",\"url\":\"https://c.example/\"},{\"title\":\"A\",\"url\":\"https://a.example/p(1)\"}]},"
        "{\"title\":\"\",\"url\":\"https://b.example/q\"}]}]}";

    (void)state;
    check("It says so." OPEN "cite" SEP "turn0search3" SEP "turn0search8" CLOSE " Done.", metadata, 1,
          "It says so. ([A (1)](https://a.example/p%281%29), [C](https://c.example/), https://b.example/q) Done.");
    check("The same without brackets citeturn0search3turn0search8.", metadata, 1,
          "The same without brackets ([A (1)](https://a.example/p%281%29), [C](https://c.example/), "
          "https://b.example/q).");
}

static void only_safe_addresses_become_links(void **state)
{
    (void)state;
    check("See " OPEN "cite" SEP "turn0search0" CLOSE ".",
          "{\"content_references\":[{\"matched_text\":\"\\ue200cite\\ue202turn0search0\\ue201\",\"alt\":"
          "\"[x](javascript:alert(1))\",\"items\":[{\"title\":\"x\",\"url\":\"javascript:alert(1)\"},"
          "{\"title\":\"y\",\"url\":\"file:///etc/passwd\"},{\"title\":\"z\",\"url\":\"data:text/html,a\"}]}]}",
          1, "See.");
    check("Write to " OPEN "url" SEP "us" SEP "mailto:us@a.example" CLOSE " or " OPEN "url" SEP "them" SEP
          "javascript:x" CLOSE ".",
          "{}", 1, "Write to [us](mailto:us@a.example) or them.");
}

static void search_results_are_found_by_turn(void **state)
{
    static const char metadata[] =
        "{\"search_result_groups\":[{\"domain\":\"a.example\",\"entries\":[{\"title\":\"One\",\"url\":"
        "\"https://a.example/1\",\"ref_id\":{\"turn_index\":0,\"ref_type\":\"search\",\"ref_index\":4}},"
        "{\"title\":\"Two\",\"url\":\"https://a.example/2\",\"ref_id\":{\"turn_index\":1,\"ref_type\":\"news\","
        "\"ref_index\":4}}]}]}";

    (void)state;
    check("Known " OPEN "cite" SEP "turn1news4" SEP "turn0search4" CLOSE "; unknown " OPEN "cite" SEP "turn0news4" CLOSE
          ".",
          metadata, 1, "Known ([Two](https://a.example/2), [One](https://a.example/1)); unknown.");
}

static void numbered_markers_find_their_page(void **state)
{
    static const char metadata[] =
        "{\"citations\":[{\"start_ix\":1,\"end_ix\":2,\"citation_format_type\":\"tether_og\",\"metadata\":{\"type\":"
        "\"webpage\",\"title\":\"Nine\",\"url\":\"https://nine.example\",\"extra\":{\"cited_message_idx\":9,"
        "\"search_result_idx\":null}}},{\"metadata\":{\"type\":\"webpage\",\"title\":\"Second\",\"url\":"
        "\"https://second.example\",\"extra\":null}},{\"metadata\":{\"type\":\"file\",\"name\":\"plan.pdf\"}}]}";

    (void)state;
    check("Old " LEFT "9" STAR "source" RIGHT ", next " LEFT "3:1" STAR "source" RIGHT ", file " LEFT "5" STAR
          "source" RIGHT " end " LEFT "7" STAR "source" RIGHT ".",
          metadata, 1,
          "Old ([Nine](https://nine.example)), next ([Second](https://second.example)), file (plan.pdf) end.");
    check("A list: " LEFT "1" STAR "x" RIGHT ".",
          "{\"cited\":[{\"title\":\"Zero\",\"url\":\"https://0.example\"},{\"title\":\"One\",\"url\":"
          "\"https://1.example\"}]}",
          1, "A list: ([One](https://1.example)).");
    check("Decoded wrongly \xC3\xA3\xE2\x82\xAC\xC2\x90"
          "9\xC3\xA2\xE2\x82\xAC\xC2\xA0source\xC3\xA3\xE2\x82\xAC\xE2\x80\x98.",
          metadata, 1, "Decoded wrongly ([Nine](https://nine.example)).");
    check("Ordinary " LEFT "2024" RIGHT " brackets " LEFT "note" RIGHT, metadata, 1,
          "Ordinary " LEFT "2024" RIGHT " brackets " LEFT "note" RIGHT);
}

static void odd_markers_leave_no_trace(void **state)
{
    (void)state;
    check("Stay in Positano." SEP "turn0search0 Next" OPEN "cite" SEP "turn0search1 no close", "{}", 1,
          "Stay in Positano. Next no close");
    check("See \xEE\x88\x83this span\xEE\x88\x84 and \xEE\x88\x85that\xEE\x88\x86.", "{}", 0,
          "See this span and that.");
    check("From code " LEFT "F:src/a.c" STAR "L1-L9" RIGHT ".", "{}", 1, "From code (src/a.c L1-L9).");
    check("Copied :contentReference[oaicite:0]{index=0}, and [oai_citation:1\xE2\x80\xA1title](https://t.example).",
          "{\"citations\":[{\"metadata\":{\"title\":\"T\",\"url\":\"https://t.example/0\"}}]}", 1,
          "Copied ([T](https://t.example/0)), and [title](https://t.example).");
    check("Pictures " OPEN "i" SEP "turn0image0" SEP "turn0image1" CLOSE "and iturn0image0turn0image3.", "{}", 1,
          "Pictures and.");
    check("Go to " OPEN "entity" SEP "[\"city\",\"Porto\",\"x\"]" CLOSE ".", "{}", 1, "Go to Porto.");
}

static void other_text_is_not_changed(void **state)
{
    static const char *const texts[] = {
        "Turn 4 pages, then return0search1 and turn left; saturn5rings5 too.",
        "oaicite alone, oai_ and o.a.i: koala, oaic",
        "An icon font \xEE\x88\xBF here.",
        "turn0search0",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        check(texts[i], "{}", i != 2, texts[i]);
    }
    check("We wrote citeturn0search0 and " LEFT "8" STAR "x", "{}", 0,
          "We wrote citeturn0search0 and " LEFT "8" STAR "x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_of_a_group_become_links),    cmocka_unit_test(only_safe_addresses_become_links),
        cmocka_unit_test(search_results_are_found_by_turn), cmocka_unit_test(numbered_markers_find_their_page),
        cmocka_unit_test(odd_markers_leave_no_trace),       cmocka_unit_test(other_text_is_not_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

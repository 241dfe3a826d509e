/* cpk_*_list_copy: the block equals the results of the getters. */
#include "support/person.h"

static char *copy(const cpk_pack_list *list, cpk_list_head *head)
{
    size_t bytes = cpk_pack_list_copy(list, NULL, 0);
    char *block = malloc(bytes + 1);

    assert_non_null(block);
    block[0] = 'x';
    assert_int_equal(cpk_pack_list_copy(list, block, bytes - 1), bytes); /* too small: nothing is written */
    assert_int_equal(block[0], 'x');
    block[bytes] = 'x';
    assert_int_equal(cpk_pack_list_copy(list, block, bytes), bytes);
    assert_int_equal(block[bytes], 'x');
    memcpy(head, block, sizeof *head);
    assert_int_equal(head->size_bytes, bytes);
    return block;
}

static const char *assert_next_text(const char *at, const char *expected)
{
    assert_string_equal(at, expected != NULL ? expected : "\xff");
    return at + strlen(at) + 1;
}

static void page_copy_equals_the_getters(void **state)
{
    cpk_engine_options options = person_options();
    cpk_pack_params params = CPK_PACK_PARAMS_INIT;
    cpk_pack_list *list;
    cpk_error *error = NULL;
    cpk_list_head head;
    const char *texts;
    struct person person;
    char *block;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    params.name = "Zweites P\xc3\xa4"
                  "ckchen";
    params.description = "";
    for (int i = 0; i < 3; i++) {
        cpk_pack *pack;

        params.custom_system_prompt = i == 1 ? "Be brief." : NULL;
        assert_ok(cpk_pack_create(person.session, &params, &pack, &error), error);
        cpk_pack_free(pack);
    }
    assert_ok(cpk_pack_list_get(person.session, NULL, &list, &error), error);
    block = copy(list, &head);
    assert_int_equal(head.items, cpk_pack_list_count(list));
    assert_int_equal(head.items, 4);
    assert_int_equal(head.numbers, 4);
    assert_int_equal(head.texts, 4);
    texts = block + sizeof head + head.items * head.numbers * (int64_t)sizeof(int64_t);
    for (int64_t i = 0; i < head.items; i++) {
        const cpk_pack *pack = cpk_pack_list_at(list, (size_t)i);
        int64_t numbers[4];

        memcpy(numbers, block + sizeof head + i * (int64_t)sizeof numbers, sizeof numbers);
        assert_int_equal(numbers[0], cpk_pack_total_sources(pack));
        assert_int_equal(numbers[1], cpk_pack_total_tokens(pack));
        assert_int_equal(numbers[2], cpk_pack_created_at(pack));
        assert_int_equal(numbers[3], cpk_pack_updated_at(pack));
        texts = assert_next_text(texts, cpk_pack_id(pack));
        texts = assert_next_text(texts, cpk_pack_name(pack));
        texts = assert_next_text(texts, cpk_pack_description(pack));
        texts = assert_next_text(texts, cpk_pack_custom_system_prompt(pack));
    }
    assert_ptr_equal(texts, block + head.size_bytes);
    free(block);
    cpk_pack_list_free(list);
    person_free(&person);
}

static void empty_page_copies_only_its_head(void **state)
{
    cpk_engine_options options = person_options();
    cpk_export_list *list;
    cpk_error *error = NULL;
    cpk_list_head head = {1, 1, 1, 1};
    struct person person;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    assert_ok(cpk_export_list_get(person.session, cpk_pack_id(person.pack), NULL, &list, &error), error);
    assert_int_equal(cpk_export_list_copy(list, &head, sizeof head), sizeof head);
    assert_int_equal(head.items, 0);
    assert_int_equal(head.size_bytes, sizeof head);
    cpk_export_list_free(list);
    person_free(&person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_copy_equals_the_getters),
        cmocka_unit_test(empty_page_copies_only_its_head),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

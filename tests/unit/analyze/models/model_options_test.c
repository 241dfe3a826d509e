/* URIs of models. */
#include "support/test.h"

#include "analyze/models/model_options.h"

static void parse(const char *uri, struct model_options *options)
{
    struct context context;
    cpk_error *error = NULL;

    context_init(&context);
    assert_ok(model_options_parse(&context, uri, options, &error), error);
    context_free(&context);
}

static void defaults_are_those_of_the_vendor(void **state)
{
    struct model_options options;

    (void)state;
    parse("openai:gpt-4o-mini", &options);
    assert_string_equal(options.name, "gpt-4o-mini");
    assert_string_equal(options.base_url, "https://api.openai.com/v1");
    assert_int_equal(options.temperature_milli, 0);
    assert_int_equal(options.format, MODEL_FORMAT_SCHEMA);
    assert_true(options.is_streamed && options.is_default_url && !options.is_local && !options.is_azure);
    parse("anthropic:claude-x", &options);
    assert_string_equal(options.base_url, "https://api.anthropic.com");
    assert_string_equal(options.api_version, "2023-06-01");
    assert_int_equal(options.max_output_tokens, 8192);
    assert_true(model_options_match("openai:") && model_options_match("anthropic:x"));
    assert_false(model_options_match("extractive:") || model_options_match("OpenAI:x"));
}

static void options_are_read(void **state)
{
    struct model_options options;

    (void)state;
    parse("openai:meta-llama/Llama%203:free?base_url=http%3A%2F%2F127.0.0.1:8080/v1/&seed=7&temperature=0.25&stream=0"
          "&max_output_tokens=500&concurrency=3&format=json_object&organization=org-1&project=p&price_input=0.15"
          "&price_output=0.6",
          &options);
    assert_string_equal(options.name, "meta-llama/Llama 3:free");
    assert_string_equal(options.base_url, "http://127.0.0.1:8080/v1");
    assert_true(options.has_seed && options.seed == 7 && options.is_local && !options.is_streamed);
    assert_int_equal(options.temperature_milli, 250);
    assert_int_equal(options.max_output_tokens, 500);
    assert_int_equal(options.concurrency, 3);
    assert_int_equal(options.format, MODEL_FORMAT_OBJECT);
    assert_string_equal(options.organization, "org-1");
    assert_int_equal(options.price.micros[PRICE_INPUT], 150000);
    assert_int_equal(options.price.micros[PRICE_CACHED], PRICE_UNSET);
    parse("openai:d?base_url=https://r.openai.azure.com/openai/deployments/d&api_version=2024-10-21", &options);
    assert_true(options.is_azure);
    parse("openai:x?base_url=https://host.example/v1&temperature=default", &options);
    assert_int_equal(options.temperature_milli, -1);
    assert_false(options.is_azure);
}

static void wrong_uris_are_refused_without_repeating_them(void **state)
{
    static const char *const WRONG[] = {
        "openai:",
        "openai:?base_url=https://host.example",
        "openai:x?",
        "openai:x?base_url=http://host.example/v1",
        "openai:x?base_url=https://hunter2@host.example",
        "openai:x?base_url=https://host.example/?key=hunter2",
        "openai:x?base_url=ftp://host.example",
        "openai:x?base_url=",
        "openai:x?api_key=hunter2",
        "openai:x?key=hunter2",
        "openai:x?seed=-1",
        "openai:x?seed=hunter2",
        "openai:x?temperature=3",
        "openai:x?concurrency=1000",
        "openai:x?format=xml",
        "openai:x?stream=yes",
        "openai:x?price_input=-3",
        "openai:x?price_tea=3",
        "openai:x%0ahunter2",
        "openai:x%4",
        "openai:x?organization=%0d%0aX-Other:%20hunter2",
    };
    struct context context;

    (void)state;
    context_init(&context);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        struct model_options options;
        cpk_error *error = NULL;

        if (strcmp(WRONG[i], "openai:x?") == 0) { /* an empty query is none */
            assert_ok(model_options_parse(&context, WRONG[i], &options, &error), error);
            continue;
        }
        if (model_options_parse(&context, WRONG[i], &options, &error) != CPK_ERROR_INVALID_ARGUMENT) {
            fail_msg("%s is accepted", WRONG[i]);
        }
        assert_null(strstr(cpk_error_message(error), "hunter2"));
        cpk_error_free(error);
    }
    context_free(&context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_vendor),
        cmocka_unit_test(options_are_read),
        cmocka_unit_test(wrong_uris_are_refused_without_repeating_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Addresses that users' URLs may and may not connect to. */
#include "support/test.h"

#include "base/memory.h"
#include "net/guard.h"

static const struct {
    const char *address;
    int32_t is_public;
} CASES[] = {
    {"8.8.8.8", 1},
    {"1.1.1.1", 1},
    {"93.184.216.34", 1},
    {"9.255.255.255", 1},
    {"11.0.0.0", 1},
    {"100.63.255.255", 1},
    {"100.128.0.0", 1},
    {"126.255.255.255", 1},
    {"128.0.0.0", 1},
    {"169.253.255.255", 1},
    {"169.255.0.0", 1},
    {"172.15.255.255", 1},
    {"172.32.0.0", 1},
    {"192.0.1.0", 1},
    {"192.167.255.255", 1},
    {"192.169.0.0", 1},
    {"198.17.255.255", 1},
    {"198.20.0.0", 1},
    {"223.255.255.255", 1},
    {"168.63.129.15", 1},
    {"0.0.0.0", 0},
    {"0.255.255.255", 0},
    {"10.0.0.0", 0},
    {"10.255.255.255", 0},
    {"100.64.0.0", 0},
    {"100.100.100.200", 0},
    {"100.127.255.255", 0},
    {"127.0.0.1", 0},
    {"127.255.255.255", 0},
    {"168.63.129.16", 0},
    {"169.254.169.254", 0},
    {"169.254.170.2", 0},
    {"172.16.0.0", 0},
    {"172.31.255.255", 0},
    {"192.0.0.1", 0},
    {"192.0.0.192", 0},
    {"192.0.2.1", 0},
    {"192.31.196.1", 0},
    {"192.52.193.1", 0},
    {"192.88.99.1", 0},
    {"192.168.0.0", 0},
    {"192.168.255.255", 0},
    {"192.175.48.1", 0},
    {"198.18.0.0", 0},
    {"198.19.255.255", 0},
    {"198.51.100.1", 0},
    {"203.0.113.1", 0},
    {"224.0.0.1", 0},
    {"239.255.255.250", 0},
    {"240.0.0.1", 0},
    {"255.255.255.255", 0},
    {"2606:4700:4700::1111", 1},
    {"2a00:1450:4001:831::200e", 1},
    {"2001:4860:4860::8888", 1},
    {"2001:200::1", 1},
    {"2001:db7:ffff::1", 1},
    {"2003::1", 1},
    {"3fff:1000::1", 1},
    {"::", 0},
    {"::1", 0},
    {"::127.0.0.1", 0},
    {"::8.8.8.8", 0},
    {"::ffff:127.0.0.1", 0},
    {"::ffff:8.8.8.8", 0},
    {"::ffff:0:127.0.0.1", 0},
    {"64:ff9b::127.0.0.1", 0},
    {"64:ff9b::8.8.8.8", 0},
    {"64:ff9b:1::10.0.0.1", 0},
    {"100::1", 0},
    {"2001::1", 0},
    {"2001:0:4136:e378:8000:63bf:3fff:fdd2", 0},
    {"2001:2::1", 0},
    {"2001:10::1", 0},
    {"2001:20::1", 0},
    {"2001:1ff:ffff::1", 0},
    {"2001:db8::1", 0},
    {"2002:7f00:1::", 0},
    {"2002:a00:1::1", 0},
    {"2620:4f:8000::1", 0},
    {"3fff::1", 0},
    {"3fff:fff::1", 0},
    {"4000::1", 0},
    {"5f00::1", 0},
    {"fc00::1", 0},
    {"fd00:ec2::254", 0},
    {"fd20:ce::254", 0},
    {"fe80::1", 0},
    {"fe80::a9fe:a9fe", 0},
    {"fec0::1", 0},
    {"ff02::1", 0},
    {"1fff::1", 0},
};

static void set_allowed(struct context *context, const char *text)
{
    assert_ok(settings_set_text(&context->settings, &context->allocator, "net.allow_addresses", text, NULL), NULL);
}

static void only_public_addresses_are_allowed_by_default(void **state)
{
    struct context context;
    struct guard guard;

    (void)state;
    context_init(&context);
    assert_ok(guard_init(&guard, &context, NULL), NULL);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        if (guard_allows_text(&guard, CASES[i].address, 443) != CASES[i].is_public) {
            fail_msg("%s must %sbe allowed", CASES[i].address, CASES[i].is_public ? "" : "not ");
        }
        assert_int_equal(guard_allows_text(&guard, CASES[i].address, 80), CASES[i].is_public);
        assert_false(guard_allows_text(&guard, CASES[i].address, 22));
        assert_false(guard_allows_text(&guard, CASES[i].address, 8080));
    }
    assert_false(guard_allows_text(&guard, "8.8.8.8", 0));
    assert_false(guard_allows_text(&guard, "8.8.8.8", 65536 + 443));
    assert_false(guard_allows_text(&guard, NULL, 443));
    assert_false(guard_allows_text(&guard, "", 443));
    assert_false(guard_allows_text(&guard, "fe80::1%lo", 443));
    assert_false(guard_allows(&guard, &(struct sockaddr){.sa_family = AF_UNIX}));
    guard_free(&guard);
}

static void listed_networks_are_allowed(void **state)
{
    struct context context;
    struct guard guard;

    (void)state;
    context_init(&context);
    set_allowed(&context, "127.0.0.1, 10.1.0.0/16,192.168.4.0/23 ,::1,fd00:1::/32");
    assert_ok(guard_init(&guard, &context, NULL), NULL);
    assert_int_equal(guard.allowed_count, 5);
    assert_true(guard_allows_text(&guard, "127.0.0.1", 8080));
    assert_false(guard_allows_text(&guard, "127.0.0.2", 80));
    assert_true(guard_allows_text(&guard, "10.1.255.255", 22));
    assert_false(guard_allows_text(&guard, "10.2.0.0", 80));
    assert_true(guard_allows_text(&guard, "192.168.5.255", 80));
    assert_false(guard_allows_text(&guard, "192.168.6.0", 80));
    assert_true(guard_allows_text(&guard, "::1", 1));
    assert_false(guard_allows_text(&guard, "::2", 80));
    assert_true(guard_allows_text(&guard, "fd00:1::9", 80));
    assert_false(guard_allows_text(&guard, "fd00:2::9", 80));
    assert_false(guard_allows_text(&guard, "::ffff:127.0.0.1", 80)); /* the list names another form */
    assert_true(guard_allows_text(&guard, "8.8.8.8", 443));
    guard_free(&guard);
    set_allowed(&context, "0.0.0.0/0");
    assert_ok(guard_init(&guard, &context, NULL), NULL);
    assert_true(guard_allows_text(&guard, "127.0.0.1", 8080));
    assert_false(guard_allows_text(&guard, "::1", 8080));
    guard_free(&guard);
    context_free(&context);
}

static void invalid_list_is_rejected(void **state)
{
    static const char *const WRONG[] = {
        "localhost",
        "127.0.0.1/33",
        "::1/129",
        "10.0.0.0/",
        "10.0.0.0/x",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "127.1",
        "0x7f.0.0.1",
        "10.0.0.0/ 8",
        "[::1]",
        "/8",
        "127.0.0.1:80",
        "1111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111",
    };
    struct context context;
    struct guard guard;
    cpk_error *error = NULL;

    (void)state;
    context_init(&context);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        set_allowed(&context, WRONG[i]);
        assert_int_equal(guard_init(&guard, &context, &error), CPK_ERROR_INVALID_ARGUMENT);
        assert_non_null(strstr(cpk_error_message(error), "net.allow_addresses"));
        guard_free(&guard);
    }
    cpk_error_free(error);
    context_free(&context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_public_addresses_are_allowed_by_default),
        cmocka_unit_test(listed_networks_are_allowed),
        cmocka_unit_test(invalid_list_is_rejected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

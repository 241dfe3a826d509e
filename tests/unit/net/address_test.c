/* Canonical addresses and networks; rejection of invalid ones. */
#include "support/test.h"

#include "net/address.h"

static void address_is_canonicalized(void **state)
{
    static const char *const cases[][3] = {
        {"192.0.2.1", "192.0.2.1", "192.0.2.1"},
        {"::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1"},
        {"::FFFF:c000:201", "192.0.2.1", "192.0.2.1"},
        {"2001:DB8:0:0:0::1", "2001:db8::1", "2001:db8::/64"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
        {"::1", "::1", "::/64"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char address[ADDRESS_BYTES];
        char network[ADDRESS_BYTES];

        assert_int_equal(address_canonical(cases[i][0], address, network), 1);
        assert_string_equal(address, cases[i][1]);
        assert_string_equal(network, cases[i][2]);
    }
}

static void invalid_address_is_rejected(void **state)
{
    static const char *const cases[] = {"",
                                        "localhost",
                                        "192.0.2",
                                        "192.0.2.1:80",
                                        "192.0.2.0/24",
                                        "0192.0.2.1",
                                        "0x7f.0.0.1",
                                        "192.0.2.256",
                                        "[::1]",
                                        "fe80::1%eth0",
                                        "2001:db8::/64",
                                        " ::1",
                                        "1:2:3:4:5:6:7:8:9",
                                        "::g"};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char address[ADDRESS_BYTES];
        char network[ADDRESS_BYTES];

        if (address_canonical(cases[i], address, network)) {
            fail_msg("%s is taken for %s", cases[i], address);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(address_is_canonicalized),
        cmocka_unit_test(invalid_address_is_rejected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

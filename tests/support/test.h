/* What every cmocka test includes, in the order that cmocka asks for. */
#ifndef TESTS_SUPPORT_TEST_H
#define TESTS_SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <contextpack/error.h>

/* Fails with the error's message. */
#define assert_ok(expression, error)                                                                                   \
    do {                                                                                                               \
        cpk_status assert_status_ = (expression);                                                                      \
        if (assert_status_ != CPK_OK) {                                                                                \
            fail_msg("%s: %s: %s", #expression, cpk_status_name(assert_status_), cpk_error_message(error));            \
        }                                                                                                              \
    } while (0)

#endif

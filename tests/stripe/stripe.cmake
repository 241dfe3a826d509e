# Requests to Stripe against its public description; skipped where stripe-mock is not installed.
find_program(CONTEXTPACK_STRIPE_MOCK stripe-mock HINTS $ENV{XDG_CACHE_HOME}/contextpack/bin
    $ENV{HOME}/.cache/contextpack/bin)
if(NOT CONTEXTPACK_STRIPE_MOCK)
    message(STATUS "stripe-mock is not installed, and stripe_mock_test is skipped: scripts/install-stripe-mock builds it")
endif()
cpk_api_test(stripe_mock_test ${CMAKE_CURRENT_LIST_DIR}/mock_test.c)
target_compile_definitions(stripe_mock_test PRIVATE STRIPE_MOCK="${CONTEXTPACK_STRIPE_MOCK}")
set_tests_properties(stripe_mock_test PROPERTIES SKIP_REGULAR_EXPRESSION "stripe-mock is not installed")

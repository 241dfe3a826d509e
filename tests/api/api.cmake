cpk_api_test(api_pipeline_test ${CMAKE_CURRENT_LIST_DIR}/pipeline_test.c)
cpk_api_test(api_arguments_test ${CMAKE_CURRENT_LIST_DIR}/arguments_test.c)
cpk_api_test(api_memory_test ${CMAKE_CURRENT_LIST_DIR}/memory_test.c)
cpk_api_test(api_threads_test ${CMAKE_CURRENT_LIST_DIR}/threads_test.c)
cpk_api_test(api_null_test ${CMAKE_CURRENT_LIST_DIR}/null_test.c)
cpk_api_test(api_recovery_test ${CMAKE_CURRENT_LIST_DIR}/recovery_test.c)
cpk_api_test(api_list_copy_test ${CMAKE_CURRENT_LIST_DIR}/list_copy_test.c)
cpk_api_test(api_accounts_test ${CMAKE_CURRENT_LIST_DIR}/accounts_test.c)
cpk_api_test(api_credits_test ${CMAKE_CURRENT_LIST_DIR}/credits_test.c)
cpk_api_test(api_stripe_test ${CMAKE_CURRENT_LIST_DIR}/stripe_test.c)
target_link_libraries(api_stripe_test PRIVATE OpenSSL::Crypto PkgConfig::SQLITE)
cpk_api_test(api_webhook_test ${CMAKE_CURRENT_LIST_DIR}/webhook_test.c)
target_link_libraries(api_webhook_test PRIVATE OpenSSL::Crypto PkgConfig::SQLITE)
cpk_api_test(api_checkout_test ${CMAKE_CURRENT_LIST_DIR}/checkout_test.c)
target_link_libraries(api_checkout_test PRIVATE OpenSSL::Crypto)
cpk_api_test(api_reconcile_test ${CMAKE_CURRENT_LIST_DIR}/reconcile_test.c)
target_link_libraries(api_reconcile_test PRIVATE OpenSSL::Crypto)
cpk_api_test(api_plans_test ${CMAKE_CURRENT_LIST_DIR}/plans_test.c)
target_link_libraries(api_plans_test PRIVATE OpenSSL::Crypto)
cpk_api_test(api_jobs_test ${CMAKE_CURRENT_LIST_DIR}/jobs_test.c)
cpk_api_test(api_token_test ${CMAKE_CURRENT_LIST_DIR}/token_test.c)
target_link_libraries(api_token_test PRIVATE OpenSSL::Crypto)
cpk_api_test(api_quote_test ${CMAKE_CURRENT_LIST_DIR}/quote_test.c)
cpk_api_test(api_report_test ${CMAKE_CURRENT_LIST_DIR}/report_test.c)
target_link_libraries(api_report_test PRIVATE OpenSSL::Crypto)

cpk_api_test(api_secrets_test ${CMAKE_CURRENT_LIST_DIR}/secrets_test.c)
cpk_api_test(api_blobs_test ${CMAKE_CURRENT_LIST_DIR}/blobs_test.c)
target_link_libraries(api_blobs_test PRIVATE PkgConfig::SQLITE)

cpk_api_test(api_fairness_test ${CMAKE_CURRENT_LIST_DIR}/fairness_test.c)
set_tests_properties(api_fairness_test PROPERTIES RUN_SERIAL ON)

cpk_api_test(api_backup_test ${CMAKE_CURRENT_LIST_DIR}/backup_test.c)

cpk_on_postgres(api_backup_test api_pipeline_test api_arguments_test api_threads_test api_null_test api_recovery_test api_list_copy_test
    api_accounts_test api_stripe_test api_checkout_test api_webhook_test api_plans_test api_credits_test api_jobs_test api_token_test
    api_quote_test api_report_test api_blobs_test api_secrets_test
    api_reconcile_test)
# Not behind pgbouncer, too: what it refuses is the library's own memory.
cpk_postgres_test(api_memory_test_postgres $<TARGET_FILE:api_memory_test>)
if(TEST api_memory_test_postgres)
    set_tests_properties(api_memory_test_postgres PROPERTIES ENVIRONMENT CONTEXTPACK_TEST_BACKEND=postgres)
endif()

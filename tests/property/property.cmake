# Random operations on the ledger by many processes. ledger_property.c says how to run all of it.
add_executable(ledger_property ${CMAKE_CURRENT_LIST_DIR}/ledger_property.c)
target_link_libraries(ledger_property PRIVATE contextpack contextpack_flags PkgConfig::LIBPQ PkgConfig::SQLITE
    OpenSSL::Crypto Threads::Threads)
target_include_directories(ledger_property PRIVATE ${PROJECT_SOURCE_DIR}/tests)
add_test(NAME ledger_property COMMAND ledger_property --operations 4000)
cpk_postgres_test(ledger_property_postgres $<TARGET_FILE:ledger_property> --operations 4000)
if(TEST ledger_property_postgres)
    set_tests_properties(ledger_property_postgres PROPERTIES ENVIRONMENT CONTEXTPACK_TEST_BACKEND=postgres)
endif()

# One PostgreSQL and one pgbouncer for all tests that ask for the fixture `postgres` (cpk_postgres_test).
if(CONTEXTPACK_HAS_POSTGRES)
    add_test(NAME postgres_setup COMMAND ${CONTEXTPACK_POSTGRES_SERVER} start ${CONTEXTPACK_POSTGRES_STATE})
    add_test(NAME postgres_cleanup COMMAND ${CONTEXTPACK_POSTGRES_SERVER} stop ${CONTEXTPACK_POSTGRES_STATE})
    set_tests_properties(postgres_setup PROPERTIES FIXTURES_SETUP postgres)
    set_tests_properties(postgres_cleanup PROPERTIES FIXTURES_CLEANUP postgres)
endif()

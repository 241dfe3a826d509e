# One PostgreSQL and one pgbouncer for all tests that ask for the fixture `postgres` (cpk_postgres_test).
if(CONTEXTPACK_HAS_POSTGRES)
    add_test(NAME postgres_setup COMMAND ${CONTEXTPACK_POSTGRES_SERVER} start ${CONTEXTPACK_POSTGRES_STATE})
    add_test(NAME postgres_cleanup COMMAND ${CONTEXTPACK_POSTGRES_SERVER} stop ${CONTEXTPACK_POSTGRES_STATE})
    # A database of today's schema, which the tests' own ones are copied from.
    add_test(NAME postgres_template COMMAND ${CONTEXTPACK_POSTGRES_SERVER} use ${CONTEXTPACK_POSTGRES_STATE} --
        ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/template.py $<TARGET_FILE:contextpack_cli>)
    set_tests_properties(postgres_template PROPERTIES DEPENDS postgres_setup)
    set_tests_properties(postgres_setup postgres_template PROPERTIES FIXTURES_SETUP postgres)
    set_tests_properties(postgres_cleanup PROPERTIES FIXTURES_CLEANUP postgres)
endif()
if(TARGET contextpack_cli)
    set_target_properties(make_export PROPERTIES EXCLUDE_FROM_ALL OFF)
    cpk_postgres_test(postgres_kill_test ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/kill_test.py
        $<TARGET_FILE:contextpack_cli> $<TARGET_FILE:make_export> --rounds 6)
endif()

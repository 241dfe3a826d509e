# One PostgreSQL and one pgbouncer for all tests that ask for the fixture `postgres` (cpk_postgres_test).
if(CONTEXTPACK_HAS_POSTGRES)
    add_test(NAME postgres_setup COMMAND ${CONTEXTPACK_POSTGRES_SERVER} start ${CONTEXTPACK_POSTGRES_STATE})
    add_test(NAME postgres_cleanup COMMAND ${CONTEXTPACK_POSTGRES_SERVER} stop ${CONTEXTPACK_POSTGRES_STATE})
    # A database of today's schema, which the tests' own ones are copied from.
    add_test(NAME postgres_template COMMAND ${CONTEXTPACK_USE_SERVER} ${CONTEXTPACK_POSTGRES_STATE}
        ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/template.py $<TARGET_FILE:contextpack_cli>)
    set_tests_properties(postgres_template PROPERTIES DEPENDS postgres_setup)
    set_tests_properties(postgres_setup postgres_template PROPERTIES FIXTURES_SETUP postgres)
    set_tests_properties(postgres_cleanup PROPERTIES FIXTURES_CLEANUP postgres)
endif()
if(TARGET contextpack_cli)
    set_target_properties(make_export PROPERTIES EXCLUDE_FROM_ALL OFF)
    cpk_postgres_test(postgres_kill_test ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/kill_test.py
        $<TARGET_FILE:contextpack_cli> $<TARGET_FILE:make_export> --rounds 6)
    # The part in Python needs a library that an interpreter can load.
    set(relay_options)
    if(CONTEXTPACK_SANITIZE)
        set(relay_options --no-engine)
    endif()
    cpk_postgres_test(postgres_relay_test ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/relay_test.py
        $<TARGET_FILE:contextpack_cli> ${relay_options})
    set_tests_properties(postgres_relay_test PROPERTIES TIMEOUT 600 ENVIRONMENT
        "CONTEXTPACK_LIBRARY=$<TARGET_FILE:contextpack>;PYTHONPATH=${PROJECT_SOURCE_DIR}/bindings/python")
    if(CONTEXTPACK_HAS_POSTGRES) # they start servers of their own
        add_test(NAME postgres_standby_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/standby_test.py
            $<TARGET_FILE:contextpack_cli>)
    endif()
    if(CONTEXTPACK_HAS_POSTGRES AND NOT CONTEXTPACK_SANITIZE)
        add_test(NAME postgres_outage_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/outage_test.py
            $<TARGET_FILE:contextpack_cli>)
        set_tests_properties(postgres_outage_test PROPERTIES TIMEOUT 600 ENVIRONMENT
            "CONTEXTPACK_LIBRARY=$<TARGET_FILE:contextpack>;PYTHONPATH=${PROJECT_SOURCE_DIR}/bindings/python")
    endif()
    if(NOT CONTEXTPACK_SANITIZE) # a sanitizer must be loaded before anything else
        add_library(wrong_clock MODULE ${CMAKE_CURRENT_LIST_DIR}/wrong_clock.c)
        set_target_properties(wrong_clock PROPERTIES C_VISIBILITY_PRESET default)
        target_link_libraries(wrong_clock PRIVATE contextpack_flags ${CMAKE_DL_LIBS})
        add_library(slow_names MODULE ${CMAKE_CURRENT_LIST_DIR}/slow_names.c)
        set_target_properties(slow_names PROPERTIES C_VISIBILITY_PRESET default)
        target_link_libraries(slow_names PRIVATE contextpack_flags ${CMAKE_DL_LIBS})
        cpk_postgres_test(postgres_pooler_test ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/pooler_test.py
            $<TARGET_FILE:contextpack_cli> $<TARGET_FILE:slow_names>)
        cpk_postgres_test(postgres_clock_test ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/clock_test.py
            $<TARGET_FILE:contextpack_cli> $<TARGET_FILE:wrong_clock>)
    else()
        cpk_postgres_test(postgres_pooler_test ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/pooler_test.py
            $<TARGET_FILE:contextpack_cli>)
    endif()
endif()

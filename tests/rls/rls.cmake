# Row-level security, privileges and the schema on PostgreSQL, also of a database that was in use before.
set(rls_subjects setup)
if(NOT CONTEXTPACK_SANITIZE) # the others are about SQL
    list(APPEND rls_subjects rls schema migrate survey owner)
endif()
foreach(subject IN LISTS rls_subjects)
    cpk_postgres_test(rls_${subject}_test ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/${subject}_test.py
        $<TARGET_FILE:contextpack_cli>)
endforeach()

# The same matrix through the public API, on every engine.
cpk_api_test(api_matrix_test ${CMAKE_CURRENT_LIST_DIR}/api_matrix_test.c)
target_link_libraries(api_matrix_test PRIVATE PkgConfig::LIBPQ)
cpk_on_postgres(api_matrix_test)

# Plans and costs with many rows: one PostgreSQL is enough.
cpk_unit_test(rls_plans_test ${CMAKE_CURRENT_LIST_DIR}/plans_test.c base sqlite database)
cpk_postgres_test(rls_plans_test_postgres $<TARGET_FILE:rls_plans_test>)
if(TEST rls_plans_test_postgres)
    set_tests_properties(rls_plans_test_postgres PROPERTIES ENVIRONMENT CONTEXTPACK_TEST_BACKEND=postgres)
endif()

# Row-level security, privileges and the schema on PostgreSQL, also of a database that was in use before.
foreach(subject rls schema migrate)
    cpk_postgres_test(rls_${subject}_test ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/${subject}_test.py
        $<TARGET_FILE:contextpack_cli>)
endforeach()

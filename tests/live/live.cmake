# A database as years of the service leave it: taken over while it is in use.
if(TARGET contextpack_cli)
    cpk_postgres_test(live_migrate_test ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/live_test.py
        $<TARGET_FILE:contextpack_cli>)
endif()

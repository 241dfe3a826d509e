# Odd values in every column: of clients on PostgreSQL, and put in by direct SQL on both engines.
if(NOT CONTEXTPACK_SANITIZE)
    set(values_environment "CONTEXTPACK_LIBRARY=$<TARGET_FILE:contextpack>"
        "CONTEXTPACK_COMMAND=$<TARGET_FILE:contextpack_cli>" "PYTHONDONTWRITEBYTECODE=1"
        "PYTHONPATH=${PROJECT_SOURCE_DIR}/bindings/python:${PROJECT_SOURCE_DIR}/tests/rls")
    foreach(subject odd_values delete_by_sql bonus folders archive ambiguous doctor)
        add_test(NAME values_${subject}_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/${subject}_test.py
            $<TARGET_FILE:contextpack_cli> sqlite)
        cpk_postgres_test(values_${subject}_test_postgres ${PYTHON3} -B
            ${CMAKE_CURRENT_LIST_DIR}/${subject}_test.py $<TARGET_FILE:contextpack_cli> postgres)
        set_tests_properties(values_${subject}_test PROPERTIES ENVIRONMENT "${values_environment}")
        if(TEST values_${subject}_test_postgres)
            set_tests_properties(values_${subject}_test_postgres PROPERTIES ENVIRONMENT "${values_environment}")
        endif()
    endforeach()
endif()

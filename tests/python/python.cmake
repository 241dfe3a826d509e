# The Python package on this build's library. A sanitized library can't be loaded into an interpreter.
if(NOT CONTEXTPACK_SANITIZE)
    set(python_environment "CONTEXTPACK_LIBRARY=$<TARGET_FILE:contextpack>"
        "CONTEXTPACK_COMMAND=$<TARGET_FILE:contextpack_cli>" "PYTHONDONTWRITEBYTECODE=1"
        "PYTHONPATH=${PROJECT_SOURCE_DIR}/bindings/python:${CMAKE_CURRENT_LIST_DIR}")
    foreach(noun aio boundary callbacks coverage docs drivers earlier_service layout lifetime package payments service signals sqlite)
        add_test(NAME python_${noun}_test COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/${noun}_test.py)
        set_tests_properties(python_${noun}_test PROPERTIES ENVIRONMENT "${python_environment}" TIMEOUT 600)
    endforeach()
    add_test(NAME python_interpreters_test COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/interpreters.py)
    set_tests_properties(python_interpreters_test PROPERTIES ENVIRONMENT "${python_environment}" TIMEOUT 1800)

    cpk_postgres_test(postgres_trips_test ${PYTHON3} -B ${PROJECT_SOURCE_DIR}/tests/postgres/trips_test.py)
    cpk_postgres_test(python_earlier_service_test_postgres ${PYTHON3} -B
        ${CMAKE_CURRENT_LIST_DIR}/earlier_service_test.py)
    if(TEST postgres_trips_test)
        set_tests_properties(postgres_trips_test python_earlier_service_test_postgres PROPERTIES
            ENVIRONMENT "${python_environment}")
    endif()

    # The limits leave room for a busy machine; what else runs beside would still blur them.
    add_test(NAME python_calls_bench COMMAND ${PYTHON3} ${PROJECT_SOURCE_DIR}/tests/bench/bindings/calls.py)
    set_tests_properties(python_calls_bench PROPERTIES ENVIRONMENT "${python_environment}" TIMEOUT 600 RUN_SERIAL ON)

    # These need pip with a registry the first time.
    add_test(NAME python_types_test COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/types_test.py
        ${CMAKE_CURRENT_BINARY_DIR}/python_types)
    add_test(NAME python_wheel_test COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/wheel_test.py
        ${CMAKE_CURRENT_BINARY_DIR}/python_wheel $<TARGET_FILE:contextpack> $<TARGET_FILE:contextpack_cli>)
    set_tests_properties(python_types_test python_wheel_test PROPERTIES TIMEOUT 900 LABELS network)
endif()

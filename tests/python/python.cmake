# The Python package on this build's library. Sanitized, the sanitizer's runtime is loaded before the interpreter, whose
# memory all comes from malloc then, so that what nothing refers to any more at its end is found; what is left out there
# would find nothing more: other languages' memory, files of the package, timing.
set(python_environment "CONTEXTPACK_LIBRARY=$<TARGET_FILE:contextpack>"
    "CONTEXTPACK_COMMAND=$<TARGET_FILE:contextpack_cli>" "PYTHONPYCACHEPREFIX=${CMAKE_CURRENT_BINARY_DIR}/python_cache"
    "PYTHONPATH=${PROJECT_SOURCE_DIR}/bindings/python:${CMAKE_CURRENT_LIST_DIR}")
add_test(NAME python_imports_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/imports_test.py)
set(python_tests aio boundary callbacks drivers lifetime links models service signals stack)
if(CONTEXTPACK_SANITIZE)
    execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=libasan.so OUTPUT_VARIABLE python_asan
        OUTPUT_STRIP_TRAILING_WHITESPACE)
    list(APPEND python_environment "LD_PRELOAD=${python_asan}" "PYTHONMALLOC=malloc" "ASAN_OPTIONS=detect_leaks=1"
        "LSAN_OPTIONS=suppressions=${CMAKE_CURRENT_LIST_DIR}/leaks.supp:print_suppressions=0")
    if(NOT CMAKE_C_COMPILER_ID STREQUAL GNU OR NOT CONTEXTPACK_SANITIZE MATCHES address OR NOT python_asan MATCHES "^/")
        set(python_tests)
    endif()
else()
    list(APPEND python_tests coverage docs earlier_service layout package payments sqlite)
endif()
foreach(noun IN LISTS python_tests)
    add_test(NAME python_${noun}_test COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/${noun}_test.py)
    set_tests_properties(python_${noun}_test PROPERTIES ENVIRONMENT "${python_environment}" TIMEOUT 600
        ENVIRONMENT_MODIFICATION PYTHONDONTWRITEBYTECODE=unset:)
endforeach()

if(NOT CONTEXTPACK_SANITIZE)
    add_test(NAME python_interpreters_test COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/interpreters.py)
    set_tests_properties(python_interpreters_test PROPERTIES ENVIRONMENT "${python_environment}" TIMEOUT 1800
        ENVIRONMENT_MODIFICATION PYTHONDONTWRITEBYTECODE=unset:)

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

# The command under SIGKILL, bad inputs and failing surroundings. Sanitizers make it slow and want to be loaded first.
if(TARGET contextpack_cli)
    set(kill_test ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/kill_test.py $<TARGET_FILE:contextpack_cli>
        $<TARGET_FILE:make_export>)
    set(failure_test ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/failure_test.py $<TARGET_FILE:contextpack_cli>
        $<TARGET_FILE:make_export>)
    set_target_properties(make_export PROPERTIES EXCLUDE_FROM_ALL OFF)
    if(NOT CONTEXTPACK_SANITIZE)
        add_test(NAME json_memory_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/json_memory_test.py
            $<TARGET_FILE:contextpack_cli>)
    endif()
    if(CONTEXTPACK_SANITIZE)
        add_test(NAME kill_test COMMAND ${kill_test} --moments 10)
        add_test(NAME failure_test COMMAND ${failure_test} --slow)
    else()
        add_library(fault_calls MODULE ${CMAKE_CURRENT_LIST_DIR}/fault_calls.c)
        set_target_properties(fault_calls PROPERTIES C_VISIBILITY_PRESET default)
        target_link_libraries(fault_calls PRIVATE contextpack_flags ${CMAKE_DL_LIBS})
        add_test(NAME kill_test COMMAND ${kill_test})
        add_test(NAME kill_calls_test COMMAND ${kill_test} --calls $<TARGET_FILE:fault_calls>)
        add_test(NAME write_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/write_test.py
            $<TARGET_FILE:contextpack_cli> $<TARGET_FILE:make_export> $<TARGET_FILE:fault_calls>)
        add_test(NAME failure_test COMMAND ${failure_test} --calls $<TARGET_FILE:fault_calls>)
        add_test(NAME damage_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/damage_test.py)
        set_tests_properties(damage_test PROPERTIES
            ENVIRONMENT "CONTEXTPACK_COMMAND=$<TARGET_FILE:contextpack_cli>" TIMEOUT 1800)
        add_library(fault_memory MODULE ${CMAKE_CURRENT_LIST_DIR}/fault_memory.c)
        set_target_properties(fault_memory PROPERTIES C_VISIBILITY_PRESET default)
        target_include_directories(fault_memory PRIVATE ${PROJECT_SOURCE_DIR}/tests)
        target_link_libraries(fault_memory PRIVATE contextpack_flags)
        add_test(NAME scarce_memory_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/scarce_memory_test.py
            $<TARGET_FILE:contextpack_cli> --preload $<TARGET_FILE:fault_memory>)
    endif()
endif()

# Memory refused to the libraries below.
cpk_api_test(memory_faults_test ${CMAKE_CURRENT_LIST_DIR}/memory_faults_test.c)
target_sources(memory_faults_test PRIVATE ${CMAKE_CURRENT_LIST_DIR}/fault_memory.c)
target_link_libraries(memory_faults_test PRIVATE OpenSSL::Crypto)
set_target_properties(memory_faults_test PROPERTIES ENABLE_EXPORTS ON C_VISIBILITY_PRESET default)
cpk_postgres_test(memory_faults_test_postgres $<TARGET_FILE:memory_faults_test>)
if(TEST memory_faults_test_postgres)
    set_tests_properties(memory_faults_test_postgres PROPERTIES ENVIRONMENT CONTEXTPACK_TEST_BACKEND=postgres)
endif()
cpk_unit_test(archive_memory_test ${CMAKE_CURRENT_LIST_DIR}/archive_memory_test.c base model sqlite extract)
target_sources(archive_memory_test PRIVATE ${CMAKE_CURRENT_LIST_DIR}/fault_memory.c)
set_target_properties(archive_memory_test PROPERTIES ENABLE_EXPORTS ON C_VISIBILITY_PRESET default)

# Workers that are killed, on both databases; by hand with --chunks 200 --processes 4.
if(NOT CONTEXTPACK_SANITIZE) # an interpreter loads the library
    set(workers_test ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/workers_test.py)
    set(workers_environment "CONTEXTPACK_LIBRARY=$<TARGET_FILE:contextpack>;PYTHONPATH=${PROJECT_SOURCE_DIR}/bindings/python")
    add_test(NAME workers_test COMMAND ${workers_test})
    cpk_postgres_test(workers_test_postgres ${workers_test} --backend postgres)
    foreach(name workers_test workers_test_postgres)
        if(TEST ${name})
            set_tests_properties(${name} PROPERTIES TIMEOUT 600 ENVIRONMENT "${workers_environment}")
        endif()
    endforeach()
endif()

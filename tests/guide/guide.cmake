add_test(NAME header_examples_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/header_examples_test.py ${CMAKE_C_COMPILER})

# The guide's snippets; those in JavaScript are tests/node's to run. C runs under the sanitizers, too, which also look for leaks.
set(guide ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/guide_test.py)
set(guide_cflags "-I${PROJECT_SOURCE_DIR}/include")
if(CONTEXTPACK_SANITIZE)
    string(APPEND guide_cflags " -fsanitize=${CONTEXTPACK_SANITIZE}")
endif()
string(APPEND guide_cflags " $<TARGET_FILE:contextpack_conformance> $<TARGET_FILE:contextpack>"
    " -Wl,-rpath,$<TARGET_FILE_DIR:contextpack> -lsqlite3 -pthread")
add_test(NAME guide_c_test COMMAND ${guide} c)
set_tests_properties(guide_c_test PROPERTIES TIMEOUT 600
    ENVIRONMENT "CC=${CMAKE_C_COMPILER};CONTEXTPACK_CFLAGS=${guide_cflags}")
# The first sample of each README, twice on an export of two million tokens.
set(first_sample ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/first_sample_test.py)
if(NOT CONTEXTPACK_SANITIZE)
    add_test(NAME first_sample_c_test COMMAND ${first_sample} c)
    set_tests_properties(first_sample_c_test PROPERTIES TIMEOUT 300 ENVIRONMENT
        "CC=${CMAKE_C_COMPILER};CONTEXTPACK_CFLAGS=${guide_cflags};CONTEXTPACK_MAKE_EXPORT=$<TARGET_FILE:make_export>")
    add_test(NAME first_sample_python_test COMMAND ${first_sample} python)
    set_tests_properties(first_sample_python_test PROPERTIES TIMEOUT 300 ENVIRONMENT
        "CONTEXTPACK_LIBRARY=$<TARGET_FILE:contextpack>;PYTHONPATH=${PROJECT_SOURCE_DIR}/bindings/python;CONTEXTPACK_MAKE_EXPORT=$<TARGET_FILE:make_export>")
endif()
if(TARGET contextpack_cli)
    add_test(NAME guide_sh_test COMMAND ${guide} sh)
    set_tests_properties(guide_sh_test PROPERTIES TIMEOUT 600 ENVIRONMENT
        "CONTEXTPACK_COMMAND=$<TARGET_FILE:contextpack_cli>")
endif()
if(NOT CONTEXTPACK_SANITIZE)
    add_test(NAME guide_python_test COMMAND ${guide} python)
    set_tests_properties(guide_python_test PROPERTIES TIMEOUT 600 ENVIRONMENT
        "CONTEXTPACK_LIBRARY=$<TARGET_FILE:contextpack>;PYTHONPATH=${PROJECT_SOURCE_DIR}/bindings/python")
endif()

# One scenario in every language: see tests/scenario/README.md. The sanitized library can't be loaded into an interpreter.
add_executable(scenario_run ${CMAKE_CURRENT_LIST_DIR}/run.c)
target_link_libraries(scenario_run PRIVATE contextpack_flags contextpack PkgConfig::JSONC)
set(scenario_runners "c=$<TARGET_FILE:scenario_run>")
if(NOT CONTEXTPACK_SANITIZE)
    list(APPEND scenario_runners "python=${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/run.py")
    if(TARGET contextpack_node) # tests/node comes before this folder
        list(APPEND scenario_runners "node=${NODE} ${CMAKE_CURRENT_LIST_DIR}/run.mjs")
    endif()
endif()
add_test(NAME scenario_test COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/compare.py ${PROJECT_SOURCE_DIR}/tests/data
    ${CMAKE_CURRENT_BINARY_DIR}/scenario ${scenario_runners})
# The same with the files in a bucket.
if(NOT CONTEXTPACK_SANITIZE)
    cpk_s3_test(s3_scenario_test ${PYTHON3} -B ${PROJECT_SOURCE_DIR}/tests/s3/scenario_test.py ${PROJECT_SOURCE_DIR}/tests/data
        ${CMAKE_CURRENT_BINARY_DIR}/scenario_s3 ${scenario_runners})
endif()
foreach(name scenario_test s3_scenario_test)
    if(TEST ${name})
        set_tests_properties(${name} PROPERTIES ENVIRONMENT
            "CONTEXTPACK_LIBRARY=$<TARGET_FILE:contextpack>;PYTHONPATH=${PROJECT_SOURCE_DIR}/bindings/python;CONTEXTPACK_PACKAGE=${node_package}")
    endif()
endforeach()

# One scenario in every language: see tests/scenario/README.md.
add_executable(scenario_run ${CMAKE_CURRENT_LIST_DIR}/run.c)
target_link_libraries(scenario_run PRIVATE contextpack_flags contextpack PkgConfig::JSONC)
set(scenario_runners "c=$<TARGET_FILE:scenario_run>")
add_test(NAME scenario_test COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/compare.py ${PROJECT_SOURCE_DIR}/tests/data
    ${CMAKE_CURRENT_BINARY_DIR}/scenario ${scenario_runners})

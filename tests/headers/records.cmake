add_test(NAME records_test
    COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/records_test.py ${PROJECT_SOURCE_DIR})

add_test(NAME includes_test
    COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/includes_test.py ${PROJECT_SOURCE_DIR}/src)

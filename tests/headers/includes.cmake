add_test(NAME includes_test
    COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/includes_test.py ${PROJECT_SOURCE_DIR}/src)
add_test(NAME words_test COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/words_test.py ${PROJECT_SOURCE_DIR}/src)

# A sanitized library exports the sanitizer's own symbols, too.
if(NOT CONTEXTPACK_SANITIZE)
    add_test(NAME headers_test
        COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/headers_test.py ${PROJECT_SOURCE_DIR} $<TARGET_FILE:contextpack>)
    add_test(NAME headers_rewording_test
        COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/rewording_test.py ${PROJECT_SOURCE_DIR})
    add_test(NAME headers_kinds_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/kinds_test.py ${PROJECT_SOURCE_DIR})
endif()

# Token ids against tiktoken's. Needs pip and npm with a registry the first time; the sanitized builds would only repeat
# the minutes that it takes.
add_executable(tokens_dump ${CMAKE_CURRENT_LIST_DIR}/tokens_dump.c)
target_link_libraries(tokens_dump PRIVATE contextpack_flags contextpack)
if(NOT CONTEXTPACK_SANITIZE)
    add_test(NAME compat_tokens_test COMMAND ${PYTHON3} ${CMAKE_CURRENT_LIST_DIR}/tokens.py
        ${CMAKE_CURRENT_BINARY_DIR}/compat_tokens $<TARGET_FILE:tokens_dump> ${PROJECT_SOURCE_DIR}/../shared/fixtures)
    set_tests_properties(compat_tokens_test PROPERTIES TIMEOUT 900 LABELS "compat;network")
endif()

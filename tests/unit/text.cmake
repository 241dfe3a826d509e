cpk_unit_test(text_tokens_test ${CMAKE_CURRENT_LIST_DIR}/text_tokens_test.c base text)
cpk_unit_test(text_unicode_test ${CMAKE_CURRENT_LIST_DIR}/text_unicode_test.c base text)
cpk_unit_test(text_secrets_test ${CMAKE_CURRENT_LIST_DIR}/text_secrets_test.c base text)

# The corpus: precision and recall, which fail below their limits.
add_executable(secrets_dump ${CMAKE_CURRENT_LIST_DIR}/secrets_dump.c)
target_sources(secrets_dump PRIVATE $<TARGET_OBJECTS:room_base> $<TARGET_OBJECTS:room_text>)
target_link_libraries(secrets_dump PRIVATE contextpack_flags PkgConfig::JSONC OpenSSL::Crypto Threads::Threads
    ${CMAKE_DL_LIBS} m)
add_test(NAME secrets_corpus_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/secrets_corpus_test.py
    $<TARGET_FILE:secrets_dump> ${PROJECT_SOURCE_DIR}/tests/data/secrets)

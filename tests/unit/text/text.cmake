cpk_unit_tests(text "base;text" tokens unicode secrets personal)

# The corpus: precision and recall, which fail below their limits.
add_executable(secrets_dump ${CMAKE_CURRENT_LIST_DIR}/secrets_dump.c)
target_sources(secrets_dump PRIVATE $<TARGET_OBJECTS:module_base> $<TARGET_OBJECTS:module_text>)
target_link_libraries(secrets_dump PRIVATE contextpack_flags PkgConfig::JSONC OpenSSL::Crypto Threads::Threads
    ${CMAKE_DL_LIBS} m)
add_test(NAME secrets_corpus_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/secrets_corpus_test.py
    $<TARGET_FILE:secrets_dump> ${PROJECT_SOURCE_DIR}/tests/data/secrets)

add_executable(personal_dump ${CMAKE_CURRENT_LIST_DIR}/personal_dump.c)
target_sources(personal_dump PRIVATE $<TARGET_OBJECTS:module_base> $<TARGET_OBJECTS:module_text>)
target_link_libraries(personal_dump PRIVATE contextpack_flags PkgConfig::JSONC OpenSSL::Crypto Threads::Threads
    ${CMAKE_DL_LIBS} m)
add_test(NAME personal_corpus_test COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/personal_corpus_test.py
    $<TARGET_FILE:personal_dump> ${PROJECT_SOURCE_DIR}/tests/data/personal)

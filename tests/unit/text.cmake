cpk_unit_test(text_tokens_test ${CMAKE_CURRENT_LIST_DIR}/text_tokens_test.c base text)
cpk_unit_test(text_unicode_test ${CMAKE_CURRENT_LIST_DIR}/text_unicode_test.c base text)

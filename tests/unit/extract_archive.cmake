cpk_unit_test(extract_archive_test ${CMAKE_CURRENT_LIST_DIR}/extract_archive_test.c base model extract)
cpk_unit_test(extract_claude_test ${CMAKE_CURRENT_LIST_DIR}/extract_claude_test.c base model extract)
cpk_unit_test(extract_bundle_test ${CMAKE_CURRENT_LIST_DIR}/extract_bundle_test.c base model extract)

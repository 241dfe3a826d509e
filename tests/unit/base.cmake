cpk_unit_test(base_utf8_test ${CMAKE_CURRENT_LIST_DIR}/base_utf8_test.c base)
cpk_unit_test(base_time_test ${CMAKE_CURRENT_LIST_DIR}/base_time_test.c base)
cpk_unit_test(base_json_test ${CMAKE_CURRENT_LIST_DIR}/base_json_test.c base)
cpk_unit_test(base_memory_test ${CMAKE_CURRENT_LIST_DIR}/base_memory_test.c base)

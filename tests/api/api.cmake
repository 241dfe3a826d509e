cpk_api_test(api_pipeline_test ${CMAKE_CURRENT_LIST_DIR}/pipeline_test.c)
cpk_api_test(api_arguments_test ${CMAKE_CURRENT_LIST_DIR}/arguments_test.c)
cpk_api_test(api_memory_test ${CMAKE_CURRENT_LIST_DIR}/memory_test.c)
cpk_api_test(api_threads_test ${CMAKE_CURRENT_LIST_DIR}/threads_test.c)

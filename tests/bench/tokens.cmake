# A measurement, not a test: build the target and run it.
add_executable(tokens_bench ${CMAKE_CURRENT_LIST_DIR}/tokens_bench.c)
target_link_libraries(tokens_bench PRIVATE contextpack_flags contextpack)

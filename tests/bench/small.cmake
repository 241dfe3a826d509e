# What small sources cost: tests/bench/small/run
add_executable(small_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/small/small_bench.c)
target_link_libraries(small_bench PRIVATE contextpack contextpack_flags PkgConfig::LIBPQ)

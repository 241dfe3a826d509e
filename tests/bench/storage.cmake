# A measurement, not a test: build the target and run it on a folder.
add_executable(storage_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/storage_bench.c)
cpk_link_modules(storage_bench base net storage)

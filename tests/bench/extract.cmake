# Measurements, not tests: make_export 200M > export.json, then extract_bench export.json.
add_executable(make_export EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/make_export.c)
target_link_libraries(make_export PRIVATE contextpack_flags m)
add_executable(extract_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/extract_bench.c)
cpk_link_modules(extract_bench extract)

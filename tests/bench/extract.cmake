# Measurements, not tests: make_export 200M > export.json, then extract_bench export.json.
add_executable(make_export EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/make_export.c)
target_link_libraries(make_export PRIVATE contextpack_flags m)
add_executable(extract_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/extract_bench.c)
foreach(module base model sqlite pdf extract)
    target_sources(extract_bench PRIVATE $<TARGET_OBJECTS:module_${module}>)
endforeach()
target_link_libraries(extract_bench PRIVATE contextpack_flags PkgConfig::JSONC PkgConfig::LIBZIP PkgConfig::GUMBO OpenSSL::Crypto
    ZLIB::ZLIB Threads::Threads m)

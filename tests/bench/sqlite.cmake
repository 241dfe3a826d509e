# A measurement, not a test: build the target and run it.
add_executable(sqlite_locks_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/sqlite_locks_bench.c
    $<TARGET_OBJECTS:module_base> $<TARGET_OBJECTS:module_sqlite> $<TARGET_OBJECTS:module_database>)
target_link_libraries(sqlite_locks_bench PRIVATE contextpack_flags PkgConfig::JSONC PkgConfig::SQLITE PkgConfig::LIBPQ
    OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS} m)

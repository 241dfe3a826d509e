add_executable(postgres_overhead EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/postgres_overhead.c
    $<TARGET_OBJECTS:module_base> $<TARGET_OBJECTS:module_sqlite> $<TARGET_OBJECTS:module_database>)
target_link_libraries(postgres_overhead PRIVATE contextpack_flags PkgConfig::CMOCKA PkgConfig::JSONC PkgConfig::SQLITE
    PkgConfig::LIBPQ OpenSSL::Crypto Threads::Threads m)
target_include_directories(postgres_overhead PRIVATE ${PROJECT_SOURCE_DIR}/tests)

# A measurement, not a test: build the target and run it on any texts.
add_executable(secrets_bench ${CMAKE_CURRENT_LIST_DIR}/secrets_bench.c)
target_sources(secrets_bench PRIVATE $<TARGET_OBJECTS:module_base> $<TARGET_OBJECTS:module_text>)
target_link_libraries(secrets_bench PRIVATE contextpack_flags PkgConfig::JSONC OpenSSL::Crypto Threads::Threads
    ${CMAKE_DL_LIBS} m)

add_executable(personal_bench ${CMAKE_CURRENT_LIST_DIR}/personal_bench.c)
target_sources(personal_bench PRIVATE $<TARGET_OBJECTS:module_base> $<TARGET_OBJECTS:module_text>)
target_link_libraries(personal_bench PRIVATE contextpack_flags PkgConfig::JSONC OpenSSL::Crypto Threads::Threads
    ${CMAKE_DL_LIBS} m)

# A measurement, not a test: analyze_bench conversations.json, see docs/analyzer.md.
add_executable(analyze_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/analyze_bench.c
    ${CMAKE_CURRENT_LIST_DIR}/chats.c)
foreach(module IN ITEMS base model text analyze_language analyze_rules analyze_profile analyze)
    target_sources(analyze_bench PRIVATE $<TARGET_OBJECTS:module_${module}>)
endforeach()
target_link_libraries(analyze_bench PRIVATE contextpack_flags PkgConfig::JSONC OpenSSL::Crypto ZLIB::ZLIB
    Threads::Threads m)
target_include_directories(analyze_bench PRIVATE ${PROJECT_SOURCE_DIR}/tests)

# A measurement, not a test: analyze_bench conversations.json, see docs/analyzer.md.
add_executable(analyze_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/analyze_bench.c
    ${CMAKE_CURRENT_LIST_DIR}/chats.c)
cpk_link_modules(analyze_bench analyze)
target_include_directories(analyze_bench PRIVATE ${PROJECT_SOURCE_DIR}/tests)

# As in extract.cmake, on the rooms of billing.
add_executable(event_fuzz ${CMAKE_CURRENT_LIST_DIR}/event_fuzz.c)
foreach(room base model billing)
    target_sources(event_fuzz PRIVATE $<TARGET_OBJECTS:room_${room}>)
endforeach()
target_link_libraries(event_fuzz PRIVATE contextpack_flags PkgConfig::JSONC OpenSSL::Crypto Threads::Threads m)
if(CONTEXTPACK_BUILD_FUZZERS)
    target_link_options(event_fuzz PRIVATE -fsanitize=fuzzer)
    target_compile_options(room_billing PRIVATE -fsanitize=fuzzer-no-link)
else()
    target_sources(event_fuzz PRIVATE ${CMAKE_CURRENT_LIST_DIR}/replay.c)
    add_test(NAME event_fuzz COMMAND event_fuzz ${PROJECT_SOURCE_DIR}/tests/unit/billing_event_test.c
        ${PROJECT_SOURCE_DIR}/tests/data/sample)
endif()

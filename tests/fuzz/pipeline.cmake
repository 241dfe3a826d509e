# As in extract.cmake; the one file of the room pipeline that reads foreign bytes.
add_executable(gzip_fuzz ${CMAKE_CURRENT_LIST_DIR}/gzip_fuzz.c ${PROJECT_SOURCE_DIR}/src/pipeline/gzip.c)
target_sources(gzip_fuzz PRIVATE $<TARGET_OBJECTS:room_base>)
target_link_libraries(gzip_fuzz PRIVATE contextpack_flags PkgConfig::JSONC OpenSSL::Crypto ZLIB::ZLIB Threads::Threads
    ${CMAKE_DL_LIBS} m)
if(CONTEXTPACK_BUILD_FUZZERS)
    target_link_options(gzip_fuzz PRIVATE -fsanitize=fuzzer)
else()
    target_sources(gzip_fuzz PRIVATE ${CMAKE_CURRENT_LIST_DIR}/replay.c)
    add_test(NAME gzip_fuzz COMMAND gzip_fuzz ${PROJECT_SOURCE_DIR}/tests/unit/pipeline_gzip_test.c
        ${PROJECT_SOURCE_DIR}/tests/data/sample)
endif()

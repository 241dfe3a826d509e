# cpk_s3_program(NAME MODULES...): s3_NAME from NAME.c, run with the server.
function(cpk_s3_program name)
    add_executable(s3_${name} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${name}.c)
    cpk_link_modules(s3_${name} ${ARGN})
    target_link_libraries(s3_${name} PRIVATE PkgConfig::CMOCKA)
    target_include_directories(s3_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    cpk_s3_test(s3_${name} $<TARGET_FILE:s3_${name}>)
endfunction()

# One RADOS Gateway for all tests that ask for the fixture `s3` (cpk_s3_test).
if(CONTEXTPACK_HAS_S3)
    add_test(NAME s3_setup COMMAND ${CONTEXTPACK_S3_SERVER} start ${CONTEXTPACK_S3_STATE})
    add_test(NAME s3_cleanup COMMAND ${CONTEXTPACK_S3_SERVER} stop ${CONTEXTPACK_S3_STATE})
    set_tests_properties(s3_setup PROPERTIES FIXTURES_SETUP s3)
    set_tests_properties(s3_cleanup PROPERTIES FIXTURES_CLEANUP s3)
    cpk_s3_program(object_test base net storage)
    cpk_s3_program(storage_test base net storage)
    target_sources(s3_storage_test PRIVATE ${PROJECT_SOURCE_DIR}/tests/conformance/storage_conformance.c)
endif()

# The public suite for storage drivers, on the built-in ones and on drivers with faults; tests/s3 runs it on a bucket.
cpk_unit_test(storage_conformance_test ${CMAKE_CURRENT_LIST_DIR}/storage_conformance_test.c base storage)
target_sources(storage_conformance_test PRIVATE ${PROJECT_SOURCE_DIR}/src/conformance/storage.c)

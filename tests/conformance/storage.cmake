# The suite that every storage driver must pass, on the built-in drivers and on a driver stacked on another.
cpk_unit_test(storage_conformance_test ${CMAKE_CURRENT_LIST_DIR}/storage_conformance_test.c base storage)
target_sources(storage_conformance_test PRIVATE ${CMAKE_CURRENT_LIST_DIR}/storage_conformance.c)

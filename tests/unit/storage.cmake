cpk_unit_test(storage_driver_test ${CMAKE_CURRENT_LIST_DIR}/storage_driver_test.c base storage)
cpk_unit_test(storage_path_test ${CMAKE_CURRENT_LIST_DIR}/storage_path_test.c base storage)

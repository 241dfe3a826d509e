cpk_unit_test(database_catalogue_test ${CMAKE_CURRENT_LIST_DIR}/database_catalogue_test.c base database)

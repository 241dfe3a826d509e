# The suite that every database driver must pass, on the built-in ones.
cpk_unit_test(database_conformance_test ${CMAKE_CURRENT_LIST_DIR}/database_conformance_test.c base database)
target_sources(database_conformance_test PRIVATE ${CMAKE_CURRENT_LIST_DIR}/database_conformance.c)
cpk_on_postgres(database_conformance_test)

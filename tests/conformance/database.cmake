# The suite that every database driver must pass, on the built-in ones.
cpk_unit_test(database_conformance_test ${CMAKE_CURRENT_LIST_DIR}/database_conformance_test.c base sqlite database)
target_sources(database_conformance_test PRIVATE ${CMAKE_CURRENT_LIST_DIR}/database_conformance.c)
cpk_on_postgres(database_conformance_test)

# The public one: as a host links it, but with the drivers' own objects beside it.
cpk_unit_test(driver_conformance_test ${CMAKE_CURRENT_LIST_DIR}/driver_conformance_test.c base sqlite database)
target_sources(driver_conformance_test PRIVATE ${PROJECT_SOURCE_DIR}/src/conformance/database.c)
cpk_on_postgres(driver_conformance_test)

# The ledger's invariants, and faults that each of them finds.
cpk_unit_test(ledger_conformance_test ${CMAKE_CURRENT_LIST_DIR}/ledger_conformance_test.c
    all api)
cpk_on_postgres(ledger_conformance_test)

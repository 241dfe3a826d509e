cpk_unit_tests(database "base;database" cancel catalogue database locks migrate schema sqlite turn uri)
cpk_on_postgres(database_cancel_test)

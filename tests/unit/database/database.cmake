cpk_unit_tests(database "base;sqlite;database" cancel catalogue database failure locks migrate schema sqlite sqlstate turn uri values)
cpk_on_postgres(database_cancel_test)

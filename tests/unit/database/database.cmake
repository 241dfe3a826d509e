cpk_unit_tests(database "base;database" catalogue database locks migrate schema sqlite turn uri)

cpk_unit_tests(storage "base;storage" driver encryption path)

cpk_unit_tests(maintenance all gzip)

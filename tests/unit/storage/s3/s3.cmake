cpk_unit_tests(storage_s3 "base;storage" answer cancel credentials location sign)

cpk_unit_tests(storage_s3 "base;storage" answer credentials location sign)

cpk_unit_tests(chunk "base;text;chunk" chunk boundary)

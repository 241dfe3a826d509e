cpk_unit_tests(net "base;net" address guard retry http)

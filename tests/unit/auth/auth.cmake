cpk_unit_tests(auth "base;net;auth" jwt claims jwks)

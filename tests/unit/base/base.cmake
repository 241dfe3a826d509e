cpk_unit_tests(base "base" utf8 thread number time json json_view memory sized library context)

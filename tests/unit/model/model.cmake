cpk_unit_tests(model "base;model" finding record)

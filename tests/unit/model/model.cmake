cpk_unit_tests(model "base;model" finding message_record)

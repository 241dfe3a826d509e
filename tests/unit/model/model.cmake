cpk_unit_tests(model "base;model" finding loss message_record pack_mark)

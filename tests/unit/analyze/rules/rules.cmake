cpk_unit_tests(analyze_rules "base;model;text;analyze/language;analyze/rules" instruction rules)

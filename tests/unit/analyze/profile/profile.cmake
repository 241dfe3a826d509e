cpk_unit_tests(analyze_profile "base;model;text;analyze/language;analyze/profile" finding_merge excerpt selection
    instruction_merge)

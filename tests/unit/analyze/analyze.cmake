cpk_unit_tests(analyze "base;model;text;analyze" sentence speech extractive finding_merge)

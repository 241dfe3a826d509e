set(analyze_modules "base;model;text;analyze/language;analyze/rules;analyze/profile;analyze")
cpk_unit_tests(analyze "${analyze_modules}" extractive)
cpk_unit_tests(analyze "${analyze_modules}" answer)

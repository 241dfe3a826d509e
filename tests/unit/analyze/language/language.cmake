cpk_unit_tests(analyze_language "base;model;text;analyze/language" language sentence own_text own_text_corpus word_table)

cpk_unit_tests(stripe "base;model;net;payments/stripe" signature event payment movement grant package answer)

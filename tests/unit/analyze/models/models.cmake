cpk_unit_tests(analyze_models "base;net;analyze/models" sse reply failure answer_text price model_options throttle call)

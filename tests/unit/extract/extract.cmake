cpk_unit_tests(extract "base;model;extract" archive bundle chatgpt claude document html import json_split memory normal tree)

cpk_unit_tests(extract "base;model;sqlite;extract" archive bundle chatgpt citation claude document html import json_split memory normal transcript tree)

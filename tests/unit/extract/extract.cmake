cpk_unit_tests(extract "base;model;sqlite;pdf;extract" archive bundle charset chatgpt chats citation claude document docx html import json_split layout memory normal office shares transcript tree)

cpk_unit_tests(extract "base;model;sqlite;pdf;extract" archive bundle chatgpt chats citation claude document docx html import json_split layout memory normal office shares transcript tree)

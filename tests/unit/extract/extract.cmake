cpk_unit_tests(extract "base;model;sqlite;extract" archive bundle chatgpt chats citation claude document html import json_split memory normal shares transcript tree)

<<<<<<< HEAD
cpk_unit_tests(extract "base;model;sqlite;extract" archive bundle chatgpt chats citation claude document html import json_split memory normal shares transcript tree)
=======
cpk_unit_tests(extract "base;model;sqlite;pdf;extract" archive bundle chatgpt chats citation claude document html import json_split layout memory normal transcript tree)
>>>>>>> 1d8c64c (extract: tests of the layout, packages with contextpack-pdf)

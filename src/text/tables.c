/* The tables that the build made (see CMakeLists.txt), put into read-only data by the assembler: compiling them as C
 * arrays would take minutes. */
#include "text/unicode.h"

#define TABLE(symbol, file)                                                                                            \
    __asm__(".pushsection .rodata\n"                                                                                   \
            ".balign 64\n"                                                                                             \
            ".globl " symbol "\n"                                                                                      \
            ".hidden " symbol "\n"                                                                                     \
            ".type " symbol ", %object\n" symbol ":\n"                                                                 \
            ".incbin \"" file "\"\n"                                                                                   \
            ".size " symbol ", . - " symbol "\n"                                                                       \
            ".popsection\n")

TABLE("encoding_o200k_base", "o200k_base.tables");
TABLE("encoding_cl100k_base", "cl100k_base.tables");
TABLE("unicode_blocks", "unicode_blocks.tables");
TABLE("unicode_records", "unicode_records.tables");
TABLE("unicode_lower_distances", "unicode_lower_distances.tables");

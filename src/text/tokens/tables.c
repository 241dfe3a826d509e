/* Includes the generated tables (see CMakeLists.txt). The large ones are placed in read-only data by the assembler,
 * because compiling them as C arrays would take minutes. */
#include "text/tokens/encoding.h"
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

TABLE("encoding_entries", "encoding_entries.tables");
TABLE("encoding_text", "encoding_text.tables");

extern const unsigned char encoding_entries[] __attribute__((visibility("hidden")));

#include "encodings.inc"
#include "unicode.inc"

const struct encoding_tables *encoding_find(int32_t encoding)
{
    switch (encoding) {
    case 0:
    case CPK_ENCODING_O200K_BASE:
        return &encoding_o200k_base;
    case CPK_ENCODING_CL100K_BASE:
        return &encoding_cl100k_base;
    default:
        return NULL;
    }
}

/* Prints what the compiler makes of every public struct: "name size" and "name.field offset size". The lines between
 * are made from the API's description by layout_test.py. */
#include <contextpack/contextpack.h>
#include <stdio.h>

#define STRUCT(name)       printf(#name " %zu\n", sizeof(name));
#define FIELD(name, field) printf(#name "." #field " %zu %zu\n", offsetof(name, field), sizeof(((name *)0)->field));

int main(void)
{
#include "layout.inc"
    return 0;
}

#include "pdf/program/pdfium.h"

#include "pdf/program/program.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

struct pdfium pdfium;

static const char *const names[] = {
#define FUNCTION(type, name, parameters) #name,
#include "pdf/program/pdfium.def"
#undef FUNCTION
};

static int find_functions(void *library, const char *path, char *detail, size_t detail_bytes)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        void *function = dlsym(library, names[i]);

        if (function == NULL) {
            snprintf(detail, detail_bytes, "%s lacks the function %s", path, names[i]);
            return 0;
        }
        memcpy((char *)&pdfium + i * sizeof function, &function, sizeof function);
    }
    return 1;
}

int pdfium_load(char *const *candidates, char *detail, size_t detail_bytes)
{
    snprintf(detail, detail_bytes, "no library was named");
    for (; *candidates != NULL; candidates++) {
        void *library = dlopen(*candidates, RTLD_NOW | RTLD_LOCAL);

        if (library == NULL) {
            const char *reason = dlerror();

            snprintf(detail, detail_bytes, "%s", reason != NULL ? reason : *candidates);
        } else if (find_functions(library, *candidates, detail, detail_bytes)) {
            pdfium.FPDF_InitLibrary();
            return 1;
        }
    }
    return 0;
}

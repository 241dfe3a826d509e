/* PDFium's functions, found at run time. */
#ifndef PDF_PROGRAM_PDFIUM_H
#define PDF_PROGRAM_PDFIUM_H

#include <stddef.h>

struct pdfium_rect { /* FS_RECTF */
    float left;
    float top;
    float right;
    float bottom;
};

struct pdfium_matrix { /* FS_MATRIX */
    float a;
    float b;
    float c;
    float d;
    float e;
    float f;
};

struct pdfium {
#define FUNCTION(type, name, parameters) type(*name) parameters;
#include "pdf/program/pdfium.def"
#undef FUNCTION
};

extern struct pdfium pdfium;

#endif

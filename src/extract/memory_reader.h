/* A reader of bytes in memory, for formats that convert their input and pass it to another format. */
#ifndef EXTRACT_MEMORY_READER_H
#define EXTRACT_MEMORY_READER_H

#include <contextpack/backend/extractor.h>

struct memory_source {
    const char *bytes;
    size_t length;
    size_t at;
};

/* Bytes and name stay the caller's; `source` must outlive the reader. */
cpk_reader memory_reader(struct memory_source *source, const char *bytes, size_t length, const char *name);

#endif

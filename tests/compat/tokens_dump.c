/* The library's side of the comparison with tiktoken: reads texts from standard input, each after its length (4 bytes,
 * little endian), and writes for each the number of its tokens and then their ids, 4 bytes each.
 *
 *     tokens_dump o200k_base < texts > ids */
#include <contextpack/tokens.h>

#include <stdio.h>
#include <stdlib.h>

static int read_length(uint32_t *length)
{
    unsigned char bytes[4];

    if (fread(bytes, 1, sizeof bytes, stdin) != sizeof bytes) {
        return 0;
    }
    *length = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    return 1;
}

static void write_number(uint32_t number)
{
    const unsigned char bytes[4] = {(unsigned char)number, (unsigned char)(number >> 8), (unsigned char)(number >> 16),
                                    (unsigned char)(number >> 24)};

    fwrite(bytes, 1, sizeof bytes, stdout);
}

/* Returns the tokens of the next text, or -1. */
static int64_t dump_text(int32_t encoding, uint32_t length)
{
    char *text = malloc(length + (size_t)1);
    uint32_t *ids = calloc(3 * (size_t)length + 1, sizeof *ids);
    int64_t result = -1;
    int64_t counted;
    size_t count;

    if (text != NULL && ids != NULL && fread(text, 1, length, stdin) == length &&
        cpk_tokens_encode(encoding, text, length, ids, 3 * (size_t)length, &count, NULL) == CPK_OK &&
        cpk_tokens_count(encoding, text, length, &counted, NULL) == CPK_OK && counted == (int64_t)count) {
        write_number((uint32_t)count);
        for (size_t i = 0; i < count; i++) {
            write_number(ids[i]);
        }
        result = counted;
    }
    free(ids);
    free(text);
    return result;
}

int main(int argc, char **argv)
{
    int32_t encoding = argc == 2 ? cpk_encoding_from_name(argv[1]) : 0;
    uint32_t length;

    if (encoding == 0) {
        fprintf(stderr, "usage: tokens_dump o200k_base|cl100k_base\n");
        return 2;
    }
    while (read_length(&length)) {
        if (dump_text(encoding, length) < 0) {
            fprintf(stderr, "tokens_dump: a text could not be read or encoded\n");
            return 1;
        }
    }
    return fflush(stdout) == 0 ? 0 : 1;
}

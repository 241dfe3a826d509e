/* Any bytes as the lines that a client sends, in uneven pieces, and as a document that is searched. */
#include "cli.h"
#include "mcp/search.h"
#include "mcp/server.h"

#include <fcntl.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct cli program; /* without a session: tools and resources fail after their arguments are read */
static struct mcp_server server;

struct pieces {
    const uint8_t *data;
    size_t size;
    size_t at;
    size_t step;
};

static ssize_t read_piece(void *user, void *buffer, size_t capacity, bool waits)
{
    struct pieces *pieces = user;
    size_t length = pieces->size - pieces->at;

    if (!waits && pieces->at % 3 == 0) {
        return -1;
    }
    length = length < pieces->step ? length : pieces->step;
    length = length < capacity ? length : capacity;
    memcpy(buffer, pieces->data + pieces->at, length);
    pieces->at += length;
    return (ssize_t)length;
}

static void search(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size);
    struct search search;

    if (text != NULL && search_init(&search, &server, "cat \xC3\x84rmel the", 5)) {
        search_text(&search, "pack", "name", "export", text);
        search_sort(&search);
        if (search.count > 5) {
            abort();
        }
        search_free(&search);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pieces pieces = {data, size, 0, size % 5 == 0 ? 1 + size % 17 : SIZE_MAX};

    if (program.out.fd == 0) {
        output_init(&program.out, open("/dev/null", O_WRONLY));
        output_init(&program.err, program.out.fd);
    }
    (void)mcp_server_run(&server, &program, &program.out, read_piece, &pieces);
    output_flush(&program.out);
    search(data, size);
    return 0;
}

/* Searches the documents of packs for the words of a query, without regard to case. */
#ifndef CLI_MCP_SEARCH_H
#define CLI_MCP_SEARCH_H

#include "mcp/documents.h"

#include <locale.h>

#define SEARCH_WORDS_MAX 16
#define SEARCH_ID_BYTES  40

/* A paragraph that has some of the words. Texts are owned. */
struct search_hit {
    char pack_id[SEARCH_ID_BYTES];
    char export_id[SEARCH_ID_BYTES];
    char *pack_name;
    char *heading; /* above the paragraph; "" if there is none */
    char *text;
    int score; /* different words of the query in it */
};

struct search {
    struct mcp_server *server;
    locale_t locale;
    char *query; /* folded; words are in it */
    const char *words[SEARCH_WORDS_MAX];
    size_t word_count;
    struct search_hit *hits;
    size_t count;
    size_t limit;
    size_t documents; /* that were searched */
    bool is_out_of_memory;
};

/* False if the query has no word. Call search_free() in any case. */
bool search_init(struct search *search, struct mcp_server *server, const char *query, size_t limit);
void search_free(struct search *search);

/* Searches the largest finished document of a pack. */
cpk_status search_pack(struct search *search, const cpk_pack *pack, cpk_error **error);
cpk_status search_all_packs(struct search *search, cpk_error **error);

/* Searches one text; the unit that the others consist of. */
void search_text(struct search *search, const char *pack_id, const char *pack_name, const char *export_id, char *text);

void search_sort(struct search *search); /* best first */

#endif

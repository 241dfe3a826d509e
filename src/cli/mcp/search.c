#include "mcp/search.h"

#include "cli.h"
#include "mcp/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <wctype.h>

#define PARAGRAPH_BYTES_MAX 2000 /* of a hit; the rest is cut */
#define PAGE_LIMIT          100

/* --- Folding --- */

/* Decodes one character of valid UTF-8; other bytes stand for themselves. */
static size_t decode(const char *text, wint_t *character)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t length = bytes[0] < 0x80 ? 1 : (bytes[0] < 0xE0 ? 2 : (bytes[0] < 0xF0 ? 3 : 4));

    *character = bytes[0];
    if (bytes[0] < 0xC2 || bytes[0] > 0xF4) {
        return 1;
    }
    *character = bytes[0] & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            *character = bytes[0];
            return 1;
        }
        *character = *character << 6 | (bytes[i] & 0x3F);
    }
    return length;
}

static size_t encode(wint_t character, char bytes[4])
{
    if (character < 0x80) {
        bytes[0] = (char)character;
        return 1;
    }
    if (character < 0x800) {
        bytes[0] = (char)(0xC0 | character >> 6);
        bytes[1] = (char)(0x80 | (character & 0x3F));
        return 2;
    }
    if (character < 0x10000) {
        bytes[0] = (char)(0xE0 | character >> 12);
        bytes[1] = (char)(0x80 | (character >> 6 & 0x3F));
        bytes[2] = (char)(0x80 | (character & 0x3F));
        return 3;
    }
    bytes[0] = (char)(0xF0 | character >> 18);
    bytes[1] = (char)(0x80 | (character >> 12 & 0x3F));
    bytes[2] = (char)(0x80 | (character >> 6 & 0x3F));
    bytes[3] = (char)(0x80 | (character & 0x3F));
    return 4;
}

/* A copy in lower case; NULL without memory. */
static char *fold(const struct search *search, const char *text)
{
    struct mcp_buffer folded = {.text = NULL};

    while (*text != '\0') {
        wint_t character = 0;
        char bytes[4];
        size_t length = decode(text, &character);

        if (length == 1 && character >= 0x80) {
            bytes[0] = *text;
            mcp_buffer_append(&folded, bytes, 1);
        } else {
            character = search->locale != (locale_t)0 ? towlower_l(character, search->locale) : towlower(character);
            mcp_buffer_append(&folded, bytes, encode(character, bytes));
        }
        text += length;
    }
    if (folded.text == NULL && !folded.is_out_of_memory) {
        return strdup("");
    }
    if (folded.is_out_of_memory) {
        mcp_buffer_free(&folded);
    }
    return folded.text;
}

/* --- The query --- */

bool search_init(struct search *search, struct mcp_server *server, const char *query, size_t limit)
{
    static const char SEPARATORS[] = " \t\r\n\"'`.,;:!?()[]{}<>|*_#/\\";
    char *state = NULL;

    memset(search, 0, sizeof *search);
    search->server = server;
    search->limit = limit;
    search->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    search->query = fold(search, query);
    search->hits = calloc(limit, sizeof *search->hits);
    if (search->query == NULL || search->hits == NULL) {
        search->is_out_of_memory = true;
        return true; /* told by the search itself */
    }
    for (char *word = strtok_r(search->query, SEPARATORS, &state);
         word != NULL && search->word_count < SEARCH_WORDS_MAX; word = strtok_r(NULL, SEPARATORS, &state)) {
        search->words[search->word_count++] = word;
    }
    return search->word_count > 0;
}

static void free_hit(struct search_hit *hit)
{
    free(hit->pack_name);
    free(hit->heading);
    free(hit->text);
}

void search_free(struct search *search)
{
    for (size_t i = 0; i < search->count; i++) {
        free_hit(&search->hits[i]);
    }
    free(search->hits);
    free(search->query);
    if (search->locale != (locale_t)0) {
        freelocale(search->locale);
    }
}

/* --- Hits --- */

static int count_words(const struct search *search, const char *folded)
{
    int count = 0;

    for (size_t i = 0; i < search->word_count; i++) {
        count += strstr(folded, search->words[i]) != NULL;
    }
    return count;
}

/* The place of a new hit: free, or that of the worst if the new one is better; NULL if it is not. */
static struct search_hit *find_place(struct search *search, int score)
{
    size_t worst = 0;

    if (search->count < search->limit) {
        return &search->hits[search->count++];
    }
    for (size_t i = 1; i < search->count; i++) {
        worst = search->hits[i].score <= search->hits[worst].score ? i : worst;
    }
    if (search->hits[worst].score >= score) {
        return NULL;
    }
    free_hit(&search->hits[worst]);
    return &search->hits[worst];
}

static char *copy_cut(const char *text)
{
    size_t length = strnlen(text, PARAGRAPH_BYTES_MAX);

    while (length > 0 && text[length] != '\0' && ((unsigned char)text[length] & 0xC0) == 0x80) {
        length--;
    }
    return strndup(text, length);
}

static void add_hit(struct search *search, const struct search_hit *found, const char *heading, const char *text)
{
    struct search_hit *place = find_place(search, found->score);

    if (place == NULL) {
        return;
    }
    *place = *found;
    place->pack_name = strdup(found->pack_name);
    place->heading = strdup(heading);
    place->text = copy_cut(text);
    if (place->pack_name == NULL || place->heading == NULL || place->text == NULL) {
        search->is_out_of_memory = true;
    }
}

/* Searches one paragraph. */
static void look_at(struct search *search, struct search_hit *found, const char *heading, const char *paragraph)
{
    char *folded = fold(search, paragraph);

    if (folded == NULL) {
        search->is_out_of_memory = true;
        return;
    }
    found->score = count_words(search, folded);
    if (found->score > 0) {
        add_hit(search, found, heading, paragraph);
    }
    free(folded);
}

/* The end of the paragraph at `text`: an empty line, a heading or a list item of the first level after it. */
static char *find_end(char *text)
{
    for (char *at = text; (at = strchr(at, '\n')) != NULL; at++) {
        if (at[1] == '\n' || at[1] == '#' || at[1] == '\0' || (at[1] == '-' && at[2] == ' ')) {
            return at;
        }
    }
    return text + strlen(text);
}

void search_text(struct search *search, const char *pack_id, const char *pack_name, const char *export_id, char *text)
{
    struct search_hit found = {.pack_name = (char *)(uintptr_t)pack_name};
    const char *heading = "";

    snprintf(found.pack_id, sizeof found.pack_id, "%s", pack_id);
    snprintf(found.export_id, sizeof found.export_id, "%s", export_id);
    while (*text != '\0' && !search->is_out_of_memory) {
        char *end = find_end(text);
        bool is_last = *end == '\0';

        *end = '\0';
        if (text[0] == '#') {
            heading = text + strspn(text, "# ");
        } else if (text[0] != '\0') {
            look_at(search, &found, heading, text);
        }
        text = is_last ? end : end + 1;
    }
}

static int compare_hits(const void *left, const void *right)
{
    const struct search_hit *a = left;
    const struct search_hit *b = right;

    return a->score != b->score ? b->score - a->score : strcmp(a->text, b->text);
}

void search_sort(struct search *search)
{
    if (search->count > 0 && !search->is_out_of_memory) {
        qsort(search->hits, search->count, sizeof *search->hits, compare_hits);
    }
}

/* --- Packs --- */

static cpk_status out_of_memory(cpk_error **error)
{
    *error = cpk_error_new(CPK_ERROR_OUT_OF_MEMORY, "mcp", "out of memory", "", 0);
    return CPK_ERROR_OUT_OF_MEMORY;
}

cpk_status search_pack(struct search *search, const cpk_pack *pack, cpk_error **error)
{
    struct mcp_documents documents;
    struct mcp_buffer text = {.text = NULL};
    const cpk_export *document = NULL;
    cpk_status status = CPK_OK;

    if (search->is_out_of_memory) {
        return out_of_memory(error);
    }
    status = mcp_documents_find(search->server, cpk_pack_id(pack), &documents, error);
    for (size_t i = MCP_DOCUMENT_TYPES; status == CPK_OK && document == NULL && i > 0; i--) {
        document = documents.found[i - 1];
    }
    if (document != NULL) {
        status = mcp_document_read(search->server, cpk_export_id(document), CPK_FORMAT_MARKDOWN, &text, error);
    }
    if (status == CPK_OK && text.text != NULL) {
        search->documents++;
        search_text(search, cpk_pack_id(pack), cpk_pack_name(pack), cpk_export_id(document), text.text);
    }
    mcp_documents_free(&documents);
    mcp_buffer_free(&text);
    return status == CPK_OK && search->is_out_of_memory ? out_of_memory(error) : status;
}

cpk_status search_all_packs(struct search *search, cpk_error **error)
{
    cpk_page page = CPK_PAGE_INIT;
    cpk_pack_list *before = NULL;
    cpk_status status = CPK_OK;

    page.limit = PAGE_LIMIT;
    for (;;) {
        cpk_pack_list *list = NULL;

        status = cpk_pack_list_get(search->server->cli->session, &page, &list, error);
        cpk_pack_list_free(before); /* page.after pointed into it */
        before = list;
        for (size_t i = 0; status == CPK_OK && i < cpk_pack_list_count(list); i++) {
            status = search_pack(search, cpk_pack_list_at(list, i), error);
            if (status == CPK_OK && mcp_is_cancelled(search->server)) {
                *error = cpk_error_new(CPK_ERROR_CANCELLED, "mcp", "cancelled", "", 0);
                status = CPK_ERROR_CANCELLED;
            }
        }
        page.after = cpk_pack_list_next(list);
        if (status != CPK_OK || page.after == NULL) {
            break;
        }
    }
    cpk_pack_list_free(before);
    return status;
}

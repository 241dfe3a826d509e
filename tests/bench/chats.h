/* Messages of a ChatGPT or Claude conversations.json for programs that run the offline analyzer without an engine. A
 * failure ends the program. */
#ifndef TESTS_BENCH_CHATS_H
#define TESTS_BENCH_CHATS_H

#include "model/finding.h"

#include <contextpack/backend/analyzer.h>

#define CONVERSATIONS_PER_CHUNK 20

struct json_object;

struct chats {
    struct json_object *document; /* has the texts */
    cpk_message *messages;
    size_t count;
    size_t capacity;
    size_t *chunk_ends; /* in `messages` */
    size_t chunk_count;
    int64_t user_bytes;
};

void chats_read(struct chats *chats, const char *path);
/* Analyses the chunks and merges their findings. */
void chats_analyze(const struct chats *chats, const cpk_analyzer_driver *driver, struct finding_set *result);
void chats_free(struct chats *chats);

#endif

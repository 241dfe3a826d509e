/* Any answer of a language model to any message: what is kept has a quote that stands in the message. The message is
 * what stands before the first NUL, or all of the input, which is then its own answer. */
#include "analyze/answer.h"
#include "analyze/chunk_text.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int32_t holds)
{
    if (!holds) {
        abort();
    }
}

/* The quote's words in order, whatever white space is between them. */
static int32_t stands(const char *text, const char *quote)
{
    for (const char *start = text; *start != '\0'; start++) {
        const char *at = start;
        const char *wanted = quote;

        while (*wanted != '\0' &&
               (*at == *wanted || (*wanted == ' ' && strchr(" \n\r\t", *at) != NULL && *at != '\0'))) {
            at++;
            wanted++;
        }
        if (*wanted == '\0') {
            return 1;
        }
    }
    return quote[0] == '\0';
}

static void check(const struct evidence *evidence, const char *answer, size_t length)
{
    struct finding_set set;

    finding_set_init(&set, &memory_default);
    (void)answer_check(evidence, answer, length, &set, NULL);
    require(set.count <= ANSWER_FINDINGS_MAX);
    for (size_t i = 0; i < set.count; i++) {
        require(set.items[i].evidence_count == 1);
        require(strlen(set.items[i].text) <= ANSWER_TEXT_BYTES);
        require(set.items[i].evidence[0].quote[0] != '\0');
        require(stands(evidence->messages[0].text, set.items[i].evidence[0].quote));
    }
    finding_set_free(&set);
}

/* Cuts a range as often as it can be cut. */
static void split(const struct evidence *evidence, const struct chunk_range *range, int depth)
{
    struct chunk_range halves[2];

    if (depth < 6 && chunk_text_split(evidence, range, halves)) {
        split(evidence, &halves[0], depth + 1);
        split(evidence, &halves[1], depth + 1);
    }
}

/* Built once. */
static const struct cue_table *get_cues(void)
{
    static const struct cue_table *cues;
    static struct arena arena;

    if (cues == NULL) {
        arena_init(&arena, &memory_default);
        cues = cue_table_create(&arena);
        require(cues != NULL);
    }
    return cues;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, 0, size);
    const size_t length = end != NULL ? (size_t)(end - data) : size;
    cpk_message message = CPK_MESSAGE_INIT;
    struct chunk_range all;
    struct evidence evidence;
    struct buffer text;
    struct buffer request;
    struct arena arena;

    arena_init(&arena, &memory_default);
    buffer_init(&text, &memory_default);
    buffer_init(&request, &memory_default);
    utf8_append_repaired(&text, (const char *)data, length);
    message.role = CPK_ROLE_USER;
    message.text = buffer_text(&text);
    message.text_length = text.length;
    require(evidence_read(&arena, get_cues(), &message, 1, &evidence, NULL) == CPK_OK);
    all = chunk_text_all(&evidence);
    require(chunk_text_append(&request, &evidence, &all, NULL) == CPK_OK);
    split(&evidence, &all, 0);
    if (end != NULL) {
        check(&evidence, (const char *)end + 1, size - length - 1);
    } else {
        check(&evidence, buffer_text(&text), text.length);
    }
    buffer_free(&request);
    buffer_free(&text);
    arena_free(&arena);
    return 0;
}

/* What it costs to look for the conversations that are known from an earlier file: counted in bytes, not in seconds. */
#include "support/test.h"

#include "unit/extract/input.h"

#define ELEMENTS_MAX  8
#define LENGTH_SMALL  512
#define COUNT_SMALL   3000
#define SLACK_BYTES   ((size_t)2 << 20) /* what may be hashed in vain at any one time */
#define AHEAD_BYTES   ((size_t)1 << 20) /* what may be read of a file before its first conversation is passed on */
#define LENGTH_MIDDLE ((size_t)300 * (LENGTH_SMALL + 1) - 1)
#define LENGTH_LARGE  ((size_t)3 << 20)

/* Knows what it was told to keep, as the extraction of a source does. */
struct memory {
    struct import_known known;
    struct import_element elements[ELEMENTS_MAX];
    size_t count;
    int32_t keeps;
    size_t in_vain; /* bytes hashed of elements that are not known */
    size_t read;    /* elements */
    size_t found;
    const struct bytes_source *source;
    size_t first_at; /* bytes that were read of the file when the first element was passed on */
};

static cpk_status prepare(void *self, int32_t *has_any, cpk_error **error)
{
    const struct memory *memory = self;

    (void)error;
    *has_any = memory->count > 0;
    return CPK_OK;
}

static int64_t find_length(void *self, uint64_t head, size_t index)
{
    const struct memory *memory = self;

    for (size_t i = 0; i < memory->count; i++) {
        if (memory->elements[i].head == head && index-- == 0) {
            return memory->elements[i].length;
        }
    }
    return 0;
}

static cpk_status find(void *self, const struct import_element *element, int64_t *messages, uint64_t *conversation,
                       cpk_error **error)
{
    struct memory *memory = self;

    (void)error;
    *conversation = 1;
    *messages = -1;
    for (size_t i = 0; i < memory->count && *messages < 0; i++) {
        *messages = memcmp(&memory->elements[i], element, sizeof *element) == 0 ? 1 : -1;
    }
    memory->in_vain += *messages < 0 ? (size_t)element->length : 0;
    memory->found += *messages > 0;
    return CPK_OK;
}

static void begin(void *self)
{
    struct memory *memory = self;

    memory->first_at = memory->read++ == 0 ? memory->source->at : memory->first_at;
}

static void end(void *self, const struct import_element *element)
{
    struct memory *memory = self;

    if (memory->keeps) {
        assert_true(memory->count < ELEMENTS_MAX);
        memory->elements[memory->count++] = *element;
    }
}

static void memory_init(struct memory *memory)
{
    memset(memory, 0, sizeof *memory);
    memory->known = (struct import_known){memory, prepare, find_length, find, begin, end};
}

/* Conversations of this many bytes that start with the same ones. */
static char *write_file(size_t count, size_t length)
{
    char *json = malloc(count * (length + 1) + 2);
    size_t used = 1;

    assert_non_null(json);
    json[0] = '[';
    for (size_t i = 0; i < count; i++) {
        int head = snprintf(json + used, 512,
                            "%s{\"title\":\"Same\",\"padding\":\"%0250d\",\"mapping\":{\"a\":{\"message\":{\"author\":{"
                            "\"role\":\"user\"},\"content\":{\"parts\":[\"%05zu\"]}}}},\"x\":\"",
                            i > 0 ? "," : "", 0, i);
        size_t fill = length + (i > 0) - (size_t)head - 2;

        used += (size_t)head;
        memset(json + used, 'x', fill);
        memcpy(json + used + fill, "\"}", 2);
        used += fill + 2;
    }
    memcpy(json + used, "]", 2);
    return json;
}

static void read_file(struct memory *memory, const char *json, size_t messages)
{
    struct bytes_source source;
    cpk_reader reader = bytes_reader(&source, json, strlen(json), "conversations.json");
    struct import_options options = {.known = &memory->known};
    struct input input;

    input_init(&input);
    options.context = &input.context;
    memory->source = &source;
    memory->in_vain = memory->read = memory->found = 0;
    assert_ok(import_read(&options, &reader, &input.recorder.sink, &input.report, &input.error), input.error);
    assert_int_equal(input.recorder.count, messages);
    assert_int_equal(input.recorder.note_count, 0);
    input_free(&input);
}

/* Learns `count` conversations of `length` bytes, and reads many small ones that start like them. */
static void read_like(struct memory *memory, size_t count, size_t length)
{
    char *first = write_file(count, length);
    char *second = write_file(COUNT_SMALL, LENGTH_SMALL);

    memory_init(memory);
    memory->keeps = 1;
    read_file(memory, first, count);
    memory->keeps = 0;
    read_file(memory, first, 0);
    assert_int_equal(memory->found, count);
    assert_int_equal(memory->read, 0);
    read_file(memory, second, COUNT_SMALL);
    assert_int_equal(memory->read, COUNT_SMALL);
    assert_int_equal(memory->found, 0);
    assert_true(memory->in_vain <= strlen(second) + SLACK_BYTES);
    free(second);
    free(first);
}

static void known_conversations_are_looked_for_only_where_they_can_end(void **state)
{
    struct memory memory;

    (void)state;
    read_like(&memory, 4, LENGTH_MIDDLE + 7);
    assert_true(memory.in_vain <= COUNT_SMALL * LENGTH_SMALL);
}

static void looking_in_vain_is_given_up(void **state)
{
    struct memory memory;

    (void)state;
    read_like(&memory, 4, LENGTH_MIDDLE);
    assert_true(memory.in_vain > 0);
}

static void no_more_is_read_than_the_conversations_need(void **state)
{
    struct memory memory;

    (void)state;
    read_like(&memory, 1, LENGTH_LARGE);
    assert_true(memory.first_at <= AHEAD_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_conversations_are_looked_for_only_where_they_can_end),
        cmocka_unit_test(looking_in_vain_is_given_up),
        cmocka_unit_test(no_more_is_read_than_the_conversations_need),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

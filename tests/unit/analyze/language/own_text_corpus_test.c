/* Measures own_text_find() on the marked messages of tests/data/analyze/own_text (see its README): precision and recall
 * in bytes. With OWN_TEXT_SHOW=1 in the environment every message with a wrong byte is printed; "held_" files only
 * with 2. */
#include "support/test.h"

#include "analyze/language/own_text.h"
#include "analyze/language/words.h"
#include "base/memory.h"

#include <dirent.h>
#include <stdio.h>

#define FILE_MAX    (256 * 1024)
#define MESSAGE_MAX (64 * 1024)

enum mark { MARK_NONE, MARK_OWN, MARK_DOUBTFUL, MARK_OTHER, MARKS };

struct corpus {
    struct arena arena;
    struct cue_table *cues;
    struct own_text_state state;
    const char *name; /* of the conversation */
    int32_t show;
    size_t messages;
    size_t kept[2][MARKS]; /* 0: for assertions, 1: quotable */
    size_t total[MARKS];
};

static size_t copy_unmarked(const char *marked, size_t length, char *text, unsigned char *marks)
{
    enum mark mark = MARK_NONE;
    size_t used = 0;

    for (size_t at = 0; at < length; at++) {
        char next = at + 1 < length ? marked[at + 1] : '\0';

        if (marked[at] == '{' && (next == '+' || next == '-' || next == '?')) {
            mark = next == '+' ? MARK_OWN : next == '-' ? MARK_OTHER : MARK_DOUBTFUL;
            at++;
        } else if (mark != MARK_NONE && next == '}' && (marked[at] == '+' || marked[at] == '-' || marked[at] == '?')) {
            mark = MARK_NONE;
            at++;
        } else {
            text[used] = marked[at];
            marks[used] = (unsigned char)mark;
            used++;
        }
    }
    return used;
}

static void show_message(const struct corpus *corpus, const char *text, const unsigned char *marks,
                         const struct own_text *own, size_t length)
{
    int32_t wrong = 0;

    for (size_t i = 0; i < length; i++) {
        wrong |= (marks[i] == MARK_OWN && own->text[i] == MASK_BYTE) ||
                 (marks[i] >= MARK_DOUBTFUL && text[i] != '\n' && text[i] != ' ' && own->text[i] != MASK_BYTE) ||
                 (marks[i] == MARK_OTHER && text[i] != '\n' && text[i] != ' ' && own->quotable[i] != MASK_BYTE);
    }
    if (wrong) {
        printf("--- %s\n", corpus->name);
        for (size_t i = 0; i < length; i++) {
            int32_t grade = own->text[i] != MASK_BYTE ? 0 : own->quotable[i] != MASK_BYTE ? 1 : 2;
            int32_t before = i == 0 ? 0 : own->text[i - 1] != MASK_BYTE ? 0 : own->quotable[i - 1] != MASK_BYTE ? 1 : 2;

            if (grade != before && text[i] != '\n') {
                printf("%s", grade == 0 ? "\033[0m" : grade == 1 ? "\033[33m" : "\033[31m");
            }
            putchar(text[i]);
        }
        printf("\033[0m\n");
    }
}

static void measure(struct corpus *corpus, const char *marked, size_t length)
{
    static char text[MESSAGE_MAX];
    static unsigned char marks[MESSAGE_MAX];
    struct own_text own;
    size_t used;

    while (length > 0 && marked[length - 1] == '\n') {
        length--;
    }
    assert_in_range(length, 1, MESSAGE_MAX);
    used = copy_unmarked(marked, length, text, marks);
    arena_reset(&corpus->arena);
    assert_true(own_text_find(&corpus->arena, corpus->cues, text, used, &corpus->state, &own));
    corpus->messages++;
    for (size_t i = 0; i < used; i++) {
        if (text[i] != ' ' && text[i] != '\n') {
            corpus->total[marks[i]]++;
            corpus->kept[0][marks[i]] += own.text[i] != MASK_BYTE;
            corpus->kept[1][marks[i]] += own.quotable[i] != MASK_BYTE;
        }
    }
    if (corpus->show) {
        show_message(corpus, text, marks, &own, used);
    }
}

static void measure_file(struct corpus *corpus, const char *path)
{
    static char data[FILE_MAX];
    static char name[128];
    FILE *file = fopen(path, "rb");
    size_t length;
    char *start = NULL;
    char *at = data;

    assert_non_null(file);
    length = fread(data, 1, sizeof data - 1, file);
    fclose(file);
    data[length] = '\0';
    while (at != NULL) {
        char *line = at;
        char *end = strchr(at, '\n');

        at = end == NULL ? NULL : end + 1;
        if (strncmp(line, "=== ", 4) == 0 || strcmp(line, "---\n") == 0 || strncmp(line, "---\n", 4) == 0 ||
            at == NULL) {
            if (start != NULL) {
                measure(corpus, start, (size_t)((at == NULL ? data + length : line) - start));
            }
            start = at;
        }
        if (strncmp(line, "=== ", 4) == 0 && end != NULL) {
            memset(&corpus->state, 0, sizeof corpus->state);
            snprintf(name, sizeof name, "%.*s", (int)(end - line - 4), line + 4);
            corpus->name = name;
        }
    }
}

static double percent(size_t part, size_t whole)
{
    return whole == 0 ? 100.0 : 100.0 * (double)part / (double)whole;
}

/* Measures the files whose names begin with "held_", or the others, against floors in percent. */
static void measure_files(int32_t held, double precision, double recall, double quotable_precision,
                          double quotable_recall)
{
    const char *show = getenv("OWN_TEXT_SHOW");
    struct corpus corpus = {.show = show != NULL && strtol(show, NULL, 10) > held};
    struct arena tables;
    DIR *folder = opendir(TEST_DATA_DIR "/analyze/own_text");
    double is[2][2];

    assert_non_null(folder);
    arena_init(&tables, &memory_default);
    arena_init(&corpus.arena, &memory_default);
    corpus.cues = cue_table_create(&tables);
    assert_non_null(corpus.cues);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[600];

        if (strstr(entry->d_name, ".txt") != NULL && (strncmp(entry->d_name, "held_", 5) == 0) == held) {
            snprintf(path, sizeof path, "%s/%s", TEST_DATA_DIR "/analyze/own_text", entry->d_name);
            measure_file(&corpus, path);
        }
    }
    closedir(folder);
    for (size_t i = 0; i < 2; i++) {
        size_t wrong = corpus.kept[i][MARK_OTHER] + (i == 0 ? corpus.kept[i][MARK_DOUBTFUL] : 0);

        is[i][0] = percent(corpus.kept[i][MARK_OWN], corpus.kept[i][MARK_OWN] + wrong);
        is[i][1] = percent(corpus.kept[i][MARK_OWN], corpus.total[MARK_OWN]);
        printf("%s, %s: %zu messages, precision %.1f%%, recall %.1f%%, %zu of %zu bytes of others kept\n",
               held ? "held out" : "open", i == 0 ? "for assertions" : "quotable", corpus.messages, is[i][0], is[i][1],
               corpus.kept[i][MARK_OTHER], corpus.total[MARK_OTHER]);
    }
    arena_free(&corpus.arena);
    arena_free(&tables);
    assert_true(corpus.messages >= 60);
    assert_true(is[0][0] >= precision && is[0][1] >= recall);
    assert_true(is[1][0] >= quotable_precision && is[1][1] >= quotable_recall);
}

static void open_messages_reach_their_floors(void **state)
{
    (void)state;
    measure_files(0, 99, 98, 98, 98);
}

static void held_out_messages_reach_their_floors(void **state)
{
    (void)state;
    measure_files(1, 94, 95, 87, 98);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_messages_reach_their_floors),
        cmocka_unit_test(held_out_messages_reach_their_floors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

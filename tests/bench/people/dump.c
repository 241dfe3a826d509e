/* Findings of a ChatGPT or Claude conversations.json, best first within a token budget (about four bytes each),
 * straight from the analyzer and the merge: what to look at while working on them. Usage: dump CONVERSATIONS.JSON
 * MAX_TOKENS [--evidence] */
#include "analyze/extractive.h"
#include "bench/chats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_score(const void *left, const void *right)
{
    const struct finding *a = *(const struct finding *const *)left;
    const struct finding *b = *(const struct finding *const *)right;

    return a->score < b->score ? 1 : a->score > b->score ? -1 : strcmp(a->text, b->text);
}

static void print_findings(const struct finding_set *set, size_t budget_bytes, int32_t with_evidence)
{
    const struct finding **order = calloc(set->count + 1, sizeof *order);
    size_t used = 0;

    for (size_t i = 0; order != NULL && i < set->count; i++) {
        order[i] = &set->items[i];
    }
    qsort(order, set->count, sizeof *order, compare_score);
    for (size_t i = 0; i < set->count; i++) {
        const struct finding *item = order[i];
        const char *quote = with_evidence && item->evidence_count > 0 ? item->evidence[0].quote : "";

        used += strlen(item->text) + strlen(quote) + 8;
        if (used > budget_bytes) {
            break;
        }
        if (item->category == FINDING_EXCERPT) {
            printf("- \xe2\x80\x9c%s\xe2\x80\x9d", item->text);
        } else {
            printf("- %s%s", item->superseded ? "Formerly: " : "", item->text);
        }
        if (getenv("DUMP_DETAILS") != NULL) {
            printf("   [%s %s %lld c%d x%lld/%lld%s]", finding_category_name(item->category), item->subject,
                   (long long)item->score, item->confidence, (long long)item->mentions, (long long)item->conversations,
                   item->superseded ? " old" : "");
        }
        printf("\n");
        if (quote[0] != '\0') {
            printf("  > %s\n", quote);
        }
    }
    free(order);
}

int main(int argc, char **argv)
{
    struct context context;
    cpk_analyzer_driver driver;
    struct finding_set result;
    struct chats chats;

    if (argc < 3) {
        fprintf(stderr, "usage: dump CONVERSATIONS.JSON MAX_TOKENS [--evidence]\n");
        return 2;
    }
    context_init(&context);
    if (extractive_driver_create(&driver, &context, NULL) != CPK_OK) {
        return 1;
    }
    chats_read(&chats, argv[1]);
    chats_analyze(&chats, &driver, &result);
    print_findings(&result, strtoul(argv[2], NULL, 10) * 4, argc > 3);
    finding_set_free(&result);
    driver.destroy(driver.self);
    chats_free(&chats);
    context_free(&context);
    return 0;
}

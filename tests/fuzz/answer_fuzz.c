/* Any answer of Stripe's, good or bad, and any setting billing.packages. */
#include "base/memory.h"
#include "payments/stripe/answer.h"
#include "payments/stripe/package.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_answer(const char *text, size_t length)
{
    struct problem problem;
    struct answer answer;
    struct arena arena;

    arena_init(&arena, &memory_default);
    if (answer_parse(text, length, &arena, &answer, NULL) == CPK_OK && answer.id == NULL) {
        abort();
    }
    if (problem_parse(text, length, &arena, &problem, NULL) == CPK_OK && problem.message != NULL &&
        (strlen(problem.message) > PROBLEM_MESSAGE_BYTES || strstr(problem.message, "sk_") != NULL)) {
        abort();
    }
    arena_free(&arena);
}

static void try_list(const char *text, size_t size)
{
    struct answer_list list;

    if (answer_list_parse(text, size, &list, NULL) == CPK_OK) {
        (void)json_object_array_length(list.data);
        answer_list_free(&list);
    }
}

/* Whatever is taken can be priced, and nothing costs less than nothing. */
static void try_packages(const char *setting)
{
    static const int64_t numbers[] = {0, 1, 100, 1000000, PACKAGE_CREDITS_MAX};
    struct package_list packages;
    struct arena arena;

    arena_init(&arena, &memory_default);
    if (package_list_read(setting, &arena, &packages, NULL) == CPK_OK) {
        for (size_t i = 0; i < packages.count; i++) {
            for (size_t j = 0; j < sizeof numbers / sizeof numbers[0]; j++) {
                int64_t granted = 0;
                int64_t price = 0;

                if (package_price(&packages.items[i], numbers[j], &granted, &price, NULL) == CPK_OK &&
                    (price < 0 || granted < 0)) {
                    abort();
                }
            }
        }
    }
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    if (text != NULL) {
        if (size > 0) {
            memcpy(text, data, size);
        }
        text[size] = '\0';
        try_answer(text, size);
        try_list(text, size);
        try_packages(text);
    }
    free(text);
    return 0;
}

/* Any text as a URL, an address, the list of allowed networks, and the headers that say when to ask again. */
#include "base/memory.h"
#include "base/utf8.h"
#include "net/address.h"
#include "net/guard.h"
#include "net/retry.h"
#include "net/url.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int32_t holds)
{
    if (!holds) {
        abort();
    }
}

static void check_url(const char *text)
{
    char shown[URL_SHOWN_MAX];

    if (url_check(text, shown, NULL) == CPK_OK) {
        require(strncmp(shown, "http", 4) == 0 && strlen(shown) < sizeof shown);
        require(utf8_valid_prefix(shown, strlen(shown)) == strlen(shown));
        /* No query: a '?' stands for bytes that are not UTF-8, in the text or escaped in its host. */
        require(strchr(shown, '?') == NULL || utf8_valid_prefix(text, strlen(text)) < strlen(text) ||
                strchr(text, '%') != NULL);
    }
}

/* The one spelling of an address is its own spelling. */
static void check_address(const char *text)
{
    char address[ADDRESS_BYTES];
    char network[ADDRESS_BYTES];
    char again[ADDRESS_BYTES];

    if (address_canonical(text, address, network)) {
        require(address_canonical(address, again, network) && strcmp(address, again) == 0);
    }
}

static void check_guard(const char *text)
{
    struct context context;
    struct guard guard;

    context_init(&context);
    if (settings_set_text(&context.settings, &context.allocator, "net.allow_addresses", text, NULL) == CPK_OK) {
        (void)guard_init(&guard, &context, NULL);
        (void)guard_allows_text(&guard, text, 443);
        guard_free(&guard);
    }
    context_free(&context);
}

static void check_retry(const char *text)
{
    static const int64_t nows_us[] = {0, INT64_C(1709208000000000)};

    for (size_t i = 0; i < 4; i++) {
        const struct retry_answer answer = {503, i < 2 ? text : NULL, i < 2 ? NULL : text, text};
        int64_t delay_ms = retry_after_answer_ms(&RETRY_USUAL, &answer, 1, nows_us[i % 2], 0.5);

        require(delay_ms == RETRY_NO || (delay_ms >= 0 && delay_ms <= RETRY_USUAL.retry_after_max_ms));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    require(text != NULL);
    if (size > 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    check_url(text);
    check_address(text);
    check_guard(text);
    check_retry(text);
    free(text);
    return 0;
}

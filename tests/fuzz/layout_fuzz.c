/* Words of any size at any place: 8 bytes are a word. */
#include "base/memory.h"
#include "base/utf8.h"
#include "extract/layout/layout.h"

#include <contextpack/error.h>

#include <stdlib.h>
#include <string.h>

#define WORDS_MAX  2000
#define WORD_BYTES 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const texts[] = {"word",
                                    "-",
                                    "1.",
                                    "2024",
                                    "\xE2\x80\xA2",
                                    "Heading",
                                    "infor-",
                                    "a|b",
                                    "(b)",
                                    "page",
                                    "\xD7\xA9\xD7\x9C",
                                    "\xEF\xAC\x81x",
                                    "\xE4\xB8\xAD",
                                    "end.",
                                    "3",
                                    "\xC3\xA9t\xC3\xA9",
                                    "N",
                                    "e",
                                    "\xC3\x89",
                                    "E:",
                                    "\xEF\xBC\x8C",
                                    "\xF0\xA0\x80\x80",
                                    "out-",
                                    "of-source"};

#define TEXTS (sizeof texts / sizeof texts[0])

static void make_word(struct page_word *word, const uint8_t *bytes)
{
    const char *text = texts[(bytes[0] & 31) % TEXTS];
    float size = (float)(bytes[1] & 63) / 2;

    memset(word, 0, sizeof *word);
    word->text = text;
    word->length = (uint32_t)strlen(text);
    word->flags = ((uint32_t)bytes[2] & 0x3F) | ((bytes[3] & 4) != 0 ? WORD_JOINED | WORD_INFERRED : 0) |
                  ((bytes[2] & 0xC0) == 0xC0 ? (uint32_t)(bytes[3] & 3) << WORD_TURN_SHIFT : 0);
    word->size = size;
    word->left = (float)(bytes[4] | (bytes[5] & 7) << 8) - 200;
    word->right = word->left + size * (float)word->length / 2;
    word->baseline = (float)(bytes[6] | (bytes[7] & 7) << 8) - 100;
    word->top = word->baseline - size;
    word->bottom = word->baseline;
}

static void add_page(struct layout *layout, const uint8_t *data, size_t size, uint32_t index)
{
    static struct page_word words[WORDS_MAX];
    struct page page = {.index = index, .width = 600, .height = 800, .words = words};

    while (size >= WORD_BYTES && page.word_count < WORDS_MAX) {
        make_word(&words[page.word_count++], data);
        data += WORD_BYTES;
        size -= WORD_BYTES;
    }
    if (layout_add_page(layout, &page, NULL) != CPK_OK) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t page_bytes = size > 0 && data[0] > 4 ? size : size / 4 / WORD_BYTES * WORD_BYTES + WORD_BYTES;
    struct layout *layout = NULL;
    struct buffer markdown;
    uint32_t index = 0;

    if (layout_create(&memory_default, &layout, NULL) != CPK_OK) {
        abort();
    }
    if (size > 1 && (data[1] & 0x80) != 0) {
        layout_keep_running_lines(layout);
    }
    for (size_t at = 0; at < size; at += page_bytes) {
        add_page(layout, data + at, size - at < page_bytes ? size - at : page_bytes, index++);
    }
    buffer_init(&markdown, &memory_default);
    if (layout_render(layout, &markdown, NULL) != CPK_OK ||
        utf8_valid_prefix(buffer_text(&markdown), markdown.length) != markdown.length) {
        abort();
    }
    buffer_free(&markdown);
    layout_free(layout);
    return 0;
}

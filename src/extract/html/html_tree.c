#include "extract/html/html_tree.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>
#include <time.h>

#define CHECK_INTERVAL 256 /* allocations between two checks of time and cancellation */

/* Precedes each block that gumbo allocates. */
struct html_block {
    struct html_block *previous;
    struct html_block *next;
    size_t size_bytes; /* with this header */
    size_t unused;     /* keeps the block aligned */
};

static int64_t processor_ms(void)
{
    struct timespec now = {0, 0};

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Leaves gumbo, which has no way to report a failure: its memory is in the list of blocks, so that nothing leaks. */
static void stop_parsing(struct html_tree *tree, cpk_status status)
{
    tree->status = status;
    longjmp(tree->stop, 1);
}

static void check_progress(struct html_tree *tree)
{
    if (processor_ms() - tree->start_ms > context_setting(tree->context, SETTING_IMPORT_MAX_HTML_MS)) {
        stop_parsing(tree, CPK_ERROR_TIMEOUT);
    }
    if (tree->sink != NULL) {
        cpk_status status = tree->sink->progress(tree->sink->self, 0, &tree->problem);

        if (status != CPK_OK) {
            stop_parsing(tree, status);
        }
    }
}

static void *allocate(void *user, size_t size_bytes)
{
    struct html_tree *tree = user;
    size_t limit = (size_t)context_setting(tree->context, SETTING_IMPORT_MAX_HTML_MEMORY_BYTES);
    struct html_block *block;

    if (++tree->allocations % CHECK_INTERVAL == 0) {
        check_progress(tree);
    }
    if (size_bytes > limit || tree->used_bytes + sizeof *block > limit - size_bytes) {
        stop_parsing(tree, CPK_ERROR_LIMIT_EXCEEDED);
    }
    block = memory_allocate(&tree->context->allocator, sizeof *block + size_bytes);
    if (block == NULL) {
        stop_parsing(tree, CPK_ERROR_OUT_OF_MEMORY);
        return NULL; /* not reached */
    }
    block->size_bytes = sizeof *block + size_bytes;
    block->previous = NULL;
    block->next = tree->blocks;
    if (tree->blocks != NULL) {
        tree->blocks->previous = block;
    }
    tree->blocks = block;
    tree->used_bytes += block->size_bytes;
    return block + 1;
}

static void release(void *user, void *memory)
{
    struct html_tree *tree = user;
    struct html_block *block;

    if (memory == NULL) {
        return;
    }
    block = (struct html_block *)memory - 1;
    if (block->previous != NULL) {
        block->previous->next = block->next;
    } else {
        tree->blocks = block->next;
    }
    if (block->next != NULL) {
        block->next->previous = block->previous;
    }
    tree->used_bytes -= block->size_bytes;
    memory_release(&tree->context->allocator, block, block->size_bytes);
}

static void run_parser(struct html_tree *tree, const char *text, size_t length)
{
    GumboOptions options = kGumboDefaultOptions;

    options.allocator = allocate;
    options.deallocator = release;
    options.userdata = tree;
    options.max_errors = 0;
    if (setjmp(tree->stop) == 0) {
        tree->root = gumbo_parse_with_options(&options, text, length)->root;
    }
}

static cpk_status report_stop(struct html_tree *tree, const char *name, cpk_error **error)
{
    switch (tree->status) {
    case CPK_OK:
        return CPK_OK;
    case CPK_ERROR_OUT_OF_MEMORY:
        return error_out_of_memory(error);
    case CPK_ERROR_LIMIT_EXCEEDED:
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "import",
                         "the tags of %s need more memory than import.max_html_memory_bytes (%lld)", name,
                         (long long)context_setting(tree->context, SETTING_IMPORT_MAX_HTML_MEMORY_BYTES));
    case CPK_ERROR_TIMEOUT:
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "import",
                         "the tags of %s take longer to read than import.max_html_ms (%lld)", name,
                         (long long)context_setting(tree->context, SETTING_IMPORT_MAX_HTML_MS));
    default:
        if (tree->problem != NULL) {
            cpk_error *problem = tree->problem;

            tree->problem = NULL;
            return error_give(error, problem);
        }
        return tree->status;
    }
}

cpk_status html_tree_parse(struct html_tree *tree, const struct context *context, const cpk_sink *sink,
                           const char *name, const char *text, size_t length, cpk_error **error)
{
    memset(tree, 0, sizeof *tree);
    tree->context = context;
    tree->sink = sink;
    tree->start_ms = processor_ms();
    run_parser(tree, text, length);
    if (tree->status != CPK_OK) {
        tree->root = NULL;
    }
    return report_stop(tree, name, error);
}

void html_tree_free(struct html_tree *tree)
{
    while (tree->blocks != NULL) {
        struct html_block *next = tree->blocks->next;

        memory_release(&tree->context->allocator, tree->blocks, tree->blocks->size_bytes);
        tree->blocks = next;
    }
    cpk_error_free(tree->problem);
    tree->problem = NULL;
    tree->root = NULL;
}

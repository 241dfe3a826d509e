#include "extract/chats/tree.h"

#include "base/memory.h"

#include <string.h>

enum tree_flag { FLAG_ON_PATH = 0x1, FLAG_DONE = 0x2, FLAG_CUT = 0x4, FLAG_ACTIVE = 0x8 };

int32_t tree_init_parents(struct tree *tree, const cpk_allocator *allocator, size_t count)
{
    memset(tree, 0, sizeof *tree);
    tree->allocator = allocator;
    tree->last_root = TREE_NONE;
    tree->parents = memory_allocate_array(allocator, count, sizeof *tree->parents);
    tree->flags = memory_allocate_zeroed(allocator, count);
    tree->count = count;
    if (tree->parents == NULL || tree->flags == NULL) {
        tree_free(tree);
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        tree->parents[i] = TREE_NONE;
    }
    return 1;
}

int32_t tree_init_links(struct tree *tree)
{
    tree->links = memory_allocate_array(tree->allocator, tree->count, sizeof *tree->links);
    if (tree->links == NULL) {
        tree_free(tree);
        return 0;
    }
    for (size_t i = 0; i < tree->count; i++) {
        tree->links[i] = (struct tree_links){TREE_NONE, TREE_NONE};
    }
    return 1;
}

int32_t tree_init(struct tree *tree, const cpk_allocator *allocator, size_t count)
{
    return tree_init_parents(tree, allocator, count) && tree_init_links(tree);
}

void tree_free(struct tree *tree)
{
    memory_release_array(tree->allocator, tree->parents, tree->count, sizeof *tree->parents);
    memory_release_array(tree->allocator, tree->links, tree->count, sizeof *tree->links);
    memory_release(tree->allocator, tree->flags, tree->count);
    tree->parents = NULL;
    tree->links = NULL;
    tree->flags = NULL;
    tree->count = 0;
}

int32_t tree_parent(const struct tree *tree, int32_t index)
{
    return (tree->flags[index] & FLAG_CUT) != 0 ? TREE_NONE : tree->parents[index];
}

static void cut_cycle(struct tree *tree, int32_t member)
{
    int32_t first = member;

    for (int32_t at = tree->parents[member]; at != member; at = tree->parents[at]) {
        first = at < first ? at : first;
    }
    tree->flags[first] |= FLAG_CUT;
}

size_t tree_cut_cycles(struct tree *tree)
{
    size_t cycles = 0;

    for (size_t i = 0; i < tree->count; i++) {
        int32_t at = (int32_t)i;
        int32_t cycle;

        while (at != TREE_NONE && (tree->flags[at] & (FLAG_ON_PATH | FLAG_DONE)) == 0) {
            tree->flags[at] |= FLAG_ON_PATH;
            at = tree_parent(tree, at);
        }
        cycle = at != TREE_NONE && (tree->flags[at] & FLAG_ON_PATH) != 0 ? at : TREE_NONE;

        at = (int32_t)i;
        while (at != TREE_NONE && (tree->flags[at] & FLAG_ON_PATH) != 0) {
            tree->flags[at] = (uint8_t)((tree->flags[at] & ~FLAG_ON_PATH) | FLAG_DONE);
            at = tree_parent(tree, at);
        }
        if (cycle != TREE_NONE) {
            cut_cycle(tree, cycle);
            cycles++;
        }
    }
    return cycles;
}

void tree_add(struct tree *tree, int32_t index)
{
    int32_t parent = tree_parent(tree, index);
    int32_t *last = parent != TREE_NONE ? &tree->links[parent].last_child : &tree->last_root;

    if (*last == TREE_NONE) {
        tree->links[index].next = index;
    } else {
        tree->links[index].next = tree->links[*last].next;
        tree->links[*last].next = index;
    }
    *last = index;
}

int32_t tree_is_added(const struct tree *tree, int32_t index)
{
    return tree->links[index].next != TREE_NONE;
}

int32_t tree_is_leaf(const struct tree *tree, int32_t index)
{
    return tree->links[index].last_child == TREE_NONE;
}

void tree_mark_active(struct tree *tree, int32_t current)
{
    for (int32_t child = tree->links[current].last_child; child != TREE_NONE && tree->links[child].next == child;
         child = tree->links[child].last_child) {
        current = child;
    }
    for (int32_t at = current; at != TREE_NONE; at = tree_parent(tree, at)) {
        tree->flags[at] |= FLAG_ACTIVE;
    }
}

int32_t tree_is_active(const struct tree *tree, int32_t index)
{
    return (tree->flags[index] & FLAG_ACTIVE) != 0;
}

/* The active node among siblings, or TREE_NONE; `last` is the last sibling. */
static int32_t find_active_sibling(const struct tree *tree, int32_t last)
{
    int32_t at = last;

    if (last == TREE_NONE) {
        return TREE_NONE;
    }
    do {
        at = tree->links[at].next;
        if (tree_is_active(tree, at)) {
            return at;
        }
    } while (at != last);
    return TREE_NONE;
}

/* The next node after `at` in depth-first order within the tree of `root`; TREE_NONE after the last. */
static int32_t next_in_tree(const struct tree *tree, int32_t root, int32_t at)
{
    if (tree->links[at].last_child != TREE_NONE) {
        return tree->links[tree->links[at].last_child].next;
    }
    while (at != root && tree->links[tree_parent(tree, at)].last_child == at) {
        at = tree_parent(tree, at);
    }
    return at == root ? TREE_NONE : tree->links[at].next;
}

void tree_iter_init(struct tree_iter *iter, const struct tree *tree)
{
    iter->tree = tree;
    iter->root = TREE_NONE;
    iter->at = TREE_NONE;
}

/* The root after `root`, or the first one if `root` is TREE_NONE. */
static int32_t next_root(const struct tree *tree, int32_t root)
{
    if (tree->last_root == TREE_NONE || root == tree->last_root) {
        return TREE_NONE;
    }
    return tree->links[root != TREE_NONE ? root : tree->last_root].next;
}

int32_t tree_iter_next(struct tree_iter *iter)
{
    const struct tree *tree = iter->tree;

    if (iter->root == TREE_NONE) {
        iter->at =
            find_active_sibling(tree, iter->at != TREE_NONE ? tree->links[iter->at].last_child : tree->last_root);
        if (iter->at != TREE_NONE) {
            return iter->at;
        }
    }
    do {
        iter->at = iter->root != TREE_NONE ? next_in_tree(tree, iter->root, iter->at) : TREE_NONE;
        if (iter->at == TREE_NONE) {
            iter->root = next_root(tree, iter->root);
            iter->at = iter->root;
        }
    } while (iter->at != TREE_NONE && tree_is_active(tree, iter->at));
    return iter->at;
}

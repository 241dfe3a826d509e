#include "extract/tree.h"

enum tree_mark { MARK_NEW, MARK_ON_WAY, MARK_DONE };

static void cut_cycle(tree_node *nodes, int32_t member)
{
    int32_t first = member;

    for (int32_t at = nodes[member].parent; at != member; at = nodes[at].parent) {
        first = at < first ? at : first;
    }
    nodes[first].parent = TREE_NONE;
}

size_t tree_cut_cycles(tree_node *nodes, size_t count)
{
    size_t cycles = 0;

    for (size_t i = 0; i < count; i++) {
        nodes[i].mark = MARK_NEW;
    }
    for (size_t i = 0; i < count; i++) {
        int32_t at = (int32_t)i;
        int32_t met;

        while (at != TREE_NONE && nodes[at].mark == MARK_NEW) {
            nodes[at].mark = MARK_ON_WAY;
            at = nodes[at].parent;
        }
        met = at != TREE_NONE && nodes[at].mark == MARK_ON_WAY ? at : TREE_NONE;

        at = (int32_t)i;
        while (at != TREE_NONE && nodes[at].mark == MARK_ON_WAY) {
            nodes[at].mark = MARK_DONE;
            at = nodes[at].parent;
        }
        if (met != TREE_NONE) {
            cut_cycle(nodes, met);
            cycles++;
        }
    }
    return cycles;
}

void tree_link(tree_node *nodes, size_t count, const int32_t *sequence)
{
    for (size_t i = 0; i < count; i++) {
        nodes[i].active = 0;
        nodes[i].first_child = TREE_NONE;
        nodes[i].last_child = TREE_NONE;
        nodes[i].next_sibling = TREE_NONE;
    }
    for (size_t i = 0; i < count; i++) {
        int32_t child = sequence[i];
        int32_t parent = nodes[child].parent;

        if (parent == TREE_NONE) {
            continue;
        }
        if (nodes[parent].last_child == TREE_NONE) {
            nodes[parent].first_child = child;
        } else {
            nodes[nodes[parent].last_child].next_sibling = child;
        }
        nodes[parent].last_child = child;
    }
}

void tree_mark_active(tree_node *nodes, int32_t current)
{
    while (nodes[current].first_child != TREE_NONE && nodes[current].first_child == nodes[current].last_child) {
        current = nodes[current].first_child;
    }
    for (int32_t at = current; at != TREE_NONE; at = nodes[at].parent) {
        nodes[at].active = 1;
    }
}

/* The node after `at` in depth-first order inside the tree of `root`; TREE_NONE after the last. */
static int32_t next_in_tree(const tree_node *nodes, int32_t root, int32_t at)
{
    if (nodes[at].first_child != TREE_NONE) {
        return nodes[at].first_child;
    }
    while (at != root && nodes[at].next_sibling == TREE_NONE) {
        at = nodes[at].parent;
    }
    return at == root ? TREE_NONE : nodes[at].next_sibling;
}

static int32_t active_child(const tree_node *nodes, int32_t at)
{
    int32_t child = nodes[at].first_child;

    while (child != TREE_NONE && !nodes[child].active) {
        child = nodes[child].next_sibling;
    }
    return child;
}

void tree_order(tree_node *nodes, size_t count, const int32_t *sequence, int32_t *order)
{
    size_t filled = 0;
    int32_t at = TREE_NONE;

    for (size_t i = 0; i < count && at == TREE_NONE; i++) {
        if (nodes[i].active && nodes[i].parent == TREE_NONE) {
            at = (int32_t)i;
        }
    }
    while (at != TREE_NONE) {
        order[filled++] = at;
        at = active_child(nodes, at);
    }
    for (size_t i = 0; i < count; i++) {
        int32_t root = sequence[i];

        if (nodes[root].parent != TREE_NONE) {
            continue;
        }
        for (at = root; at != TREE_NONE; at = next_in_tree(nodes, root, at)) {
            if (!nodes[at].active) {
                order[filled++] = at;
            }
        }
    }
}

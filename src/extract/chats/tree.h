/* Order of messages that form trees, also with cycles, several roots or missing parents. Linear in the number of
 * messages, not recursive, 13 bytes per message.
 *
 * Use: set `parents`, tree_cut_cycles(), tree_add() every node in the order of siblings, tree_mark_active(), then
 * iterate. */
#ifndef EXTRACT_CHATS_TREE_H
#define EXTRACT_CHATS_TREE_H

#include <contextpack/base.h>

#define TREE_NONE (-1)

/* Flags below TREE_FLAG_FREE belong to the tree, flags from TREE_FLAG_FREE up to the caller. */
#define TREE_FLAG_FREE 0x10

struct tree_links {
    int32_t last_child; /* TREE_NONE without children */
    int32_t next;       /* next sibling; after the last one the first */
};

struct tree {
    const cpk_allocator *allocator;
    int32_t *parents; /* in: index or TREE_NONE; see tree_parent() */
    struct tree_links *links;
    uint8_t *flags;
    size_t count;
    int32_t last_root;
};

/* Creates count nodes without parents and children; 0 if there is no memory. */
int32_t tree_init(struct tree *tree, const cpk_allocator *allocator, size_t count);
/* The same in two steps, for a caller that has other memory to release between them: parents and flags (5 bytes a
 * node), and what tree_add() needs (8 bytes). */
int32_t tree_init_parents(struct tree *tree, const cpk_allocator *allocator, size_t count);
int32_t tree_init_links(struct tree *tree);
void tree_free(struct tree *tree);

/* The parent, or TREE_NONE for roots and for nodes where a cycle was cut. */
int32_t tree_parent(const struct tree *tree, int32_t index);

/* Cuts every cycle at its node with the lowest index; returns the number of cycles. */
size_t tree_cut_cycles(struct tree *tree);

/* Appends the node to its parent's children, or to the roots. Call once per node, after tree_cut_cycles(). */
void tree_add(struct tree *tree, int32_t index);
int32_t tree_is_added(const struct tree *tree, int32_t index);
int32_t tree_is_leaf(const struct tree *tree, int32_t index);

/* Follows only children down from a node, then marks the path up to its root as active. */
void tree_mark_active(struct tree *tree, int32_t current);
int32_t tree_is_active(const struct tree *tree, int32_t index);

/* Iterates over all nodes, parents before children: the active branch first, then the others, each branch contiguously.
 */
struct tree_iter {
    const struct tree *tree;
    int32_t root; /* root of the current tree; TREE_NONE on the active branch */
    int32_t at;   /* the node that was returned last */
};

void tree_iter_init(struct tree_iter *iter, const struct tree *tree);
int32_t tree_iter_next(struct tree_iter *iter); /* TREE_NONE after the last */

#endif

/* The order of messages that form trees, whatever the export did to them: cycles, several roots, lost parents. Linear
 * in the number of messages, without recursion, 13 bytes a message.
 *
 * First the parents are set and cycles cut, then every node is added to its parent's children in the order that
 * siblings shall have, then the active branch is marked and the nodes are gone through. */
#ifndef EXTRACT_CHATS_TREE_H
#define EXTRACT_CHATS_TREE_H

#include <contextpack/base.h>

#define TREE_NONE (-1)

/* The lower bits of a node's flags are the tree's; from TREE_FLAG_FREE up they are the caller's. */
#define TREE_FLAG_FREE 0x10

struct tree_node {
    int32_t parent;     /* in: index or TREE_NONE; see tree_parent() */
    int32_t last_child; /* TREE_NONE without children */
    int32_t next;       /* sibling; the first one after the last */
};

struct tree {
    const cpk_allocator *allocator;
    struct tree_node *nodes;
    uint8_t *flags;
    size_t count;
    int32_t last_root;
};

/* count nodes without parents or children; 0 without memory. */
int32_t tree_init(struct tree *tree, const cpk_allocator *allocator, size_t count);
void tree_free(struct tree *tree);

/* The parent; TREE_NONE also for a node that was cut from its cycle. */
int32_t tree_parent(const struct tree *tree, int32_t index);

/* Cuts every cycle at the member that comes first; returns how many there were. */
size_t tree_cut_cycles(struct tree *tree);

/* Appends the node to its parent's children, or to the roots. Once for each node, after tree_cut_cycles(). */
void tree_add(struct tree *tree, int32_t index);
int32_t tree_is_added(const struct tree *tree, int32_t index);
int32_t tree_is_leaf(const struct tree *tree, int32_t index);

/* Follows single children down from a node, then marks the way up to its root as active. */
void tree_mark_active(struct tree *tree, int32_t current);
int32_t tree_is_active(const struct tree *tree, int32_t index);

/* Goes through all nodes, parents before children: the active branch from its root on, then the others, each branch in
 * one piece. */
struct tree_walk {
    const struct tree *tree;
    int32_t root; /* of the tree that is gone through; TREE_NONE while on the active branch */
    int32_t at;   /* the node that was given last */
};

void tree_walk_init(struct tree_walk *walk, const struct tree *tree);
int32_t tree_walk_next(struct tree_walk *walk); /* TREE_NONE after the last */

#endif

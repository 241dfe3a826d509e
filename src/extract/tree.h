/* The order of messages that form trees, whatever the export did to them: cycles, several roots, lost parents. Linear
 * in the number of messages, without recursion. */
#ifndef EXTRACT_TREE_H
#define EXTRACT_TREE_H

#include <stddef.h>
#include <stdint.h>

#define TREE_NONE (-1)

typedef struct tree_node {
    int32_t parent;       /* in: index or TREE_NONE; cycles are cut here */
    int32_t active;       /* out: 1 on the branch that ends at `current` */
    int32_t first_child;  /* out */
    int32_t last_child;   /* out */
    int32_t next_sibling; /* out */
    int32_t mark;         /* scratch */
} tree_node;

/* Cuts every cycle at the member that comes first; returns how many there were. */
size_t tree_cut_cycles(tree_node *nodes, size_t count);

/* Links children to parents, in the order of `sequence` (a permutation of all indexes). After tree_cut_cycles(). */
void tree_link(tree_node *nodes, size_t count, const int32_t *sequence);

/* Follows single children down from a node, then marks the way up to its root as active. */
void tree_mark_active(tree_node *nodes, int32_t current);

/* Fills `order` with all indexes, parents before children: the active branch from its root on, then the others, each
 * branch in one piece. */
void tree_order(tree_node *nodes, size_t count, const int32_t *sequence, int32_t *order);

#endif

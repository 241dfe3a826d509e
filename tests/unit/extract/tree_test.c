#include "support/test.h"

#include "base/memory.h"
#include "extract/chats/tree.h"

#define COUNT_MAX 16

struct made {
    struct tree tree;
    int32_t order[COUNT_MAX];
    size_t cycles;
};

static void make(struct made *made, const int32_t *parents, size_t count, int32_t current)
{
    struct tree_iter iter;
    size_t filled = 0;

    memset(made, 0, sizeof *made);
    assert_true(tree_init(&made->tree, &memory_default, count));
    for (size_t i = 0; i < count; i++) {
        made->tree.parents[i] = parents[i];
    }
    made->cycles = tree_cut_cycles(&made->tree);
    for (size_t i = 0; i < count; i++) {
        tree_add(&made->tree, (int32_t)i);
    }
    if (current != TREE_NONE) {
        tree_mark_active(&made->tree, current);
    }
    tree_iter_init(&iter, &made->tree);
    for (int32_t at = tree_iter_next(&iter); at != TREE_NONE; at = tree_iter_next(&iter)) {
        assert_true(filled < count);
        made->order[filled++] = at;
    }
    assert_int_equal(filled, count);
}

#define ASSERT_ORDER(made, ...)                                                                                        \
    do {                                                                                                               \
        const int32_t expected_[] = {__VA_ARGS__};                                                                     \
        assert_memory_equal((made)->order, expected_, sizeof expected_);                                               \
    } while (0)

static void active_branch_comes_first(void **state)
{
    static const int32_t parents[] = {TREE_NONE, 0, 0, 2, 2, 1};
    struct made made;

    (void)state;
    make(&made, parents, 6, 4);
    ASSERT_ORDER(&made, 0, 2, 4, 1, 5, 3);
    assert_int_equal(tree_is_active(&made.tree, 4), 1);
    assert_int_equal(tree_is_active(&made.tree, 3), 0);
    tree_free(&made.tree);
    make(&made, parents, 6, TREE_NONE);
    ASSERT_ORDER(&made, 0, 1, 5, 2, 3, 4);
    tree_free(&made.tree);
}

/* A current node in the middle of the only way on stands for the end of that way. */
static void only_children_are_active(void **state)
{
    static const int32_t parents[] = {TREE_NONE, 0, 1, 2};
    struct made made;

    (void)state;
    make(&made, parents, 4, 1);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(tree_is_active(&made.tree, (int32_t)i), 1);
    }
    tree_free(&made.tree);
}

static void cycle_is_cut_at_the_first_node(void **state)
{
    /* 0 -> 3 -> 2 -> 1 -> 3, and 4 <-> 5, and 6 hangs on 5 */
    static const int32_t parents[] = {3, 3, 1, 2, 5, 4, 5};
    struct made made;

    (void)state;
    make(&made, parents, 7, 0);
    assert_int_equal(made.cycles, 2);
    assert_int_equal(tree_parent(&made.tree, 1), TREE_NONE);
    assert_int_equal(tree_parent(&made.tree, 4), TREE_NONE);
    ASSERT_ORDER(&made, 1, 2, 3, 0, 4, 5, 6);
    tree_free(&made.tree);
}

static void several_roots_are_kept(void **state)
{
    static const int32_t parents[] = {TREE_NONE, TREE_NONE, 1, 0};
    struct made made;

    (void)state;
    make(&made, parents, 4, 2);
    ASSERT_ORDER(&made, 1, 2, 0, 3);
    tree_free(&made.tree);
}

/* Every shape of up to five nodes: each node comes once, after its parent. */
static void every_small_graph_is_ordered(void **state)
{
    int32_t parents[5];
    struct made made;

    (void)state;
    for (int32_t code = 0; code < 6 * 6 * 6 * 6 * 6; code++) {
        int32_t seen[5] = {0};
        int32_t rest = code;

        for (size_t i = 0; i < 5; i++, rest /= 6) {
            parents[i] = rest % 6 == (int32_t)i ? TREE_NONE : rest % 6 - (rest % 6 == 5 ? 6 : 0);
        }
        make(&made, parents, 5, code % 5);
        for (size_t i = 0; i < 5; i++) {
            int32_t node = made.order[i];
            int32_t parent = tree_parent(&made.tree, node);

            assert_int_equal(seen[node], 0);
            assert_true(parent == TREE_NONE || seen[parent]);
            seen[node] = 1;
        }
        assert_int_equal(tree_is_active(&made.tree, code % 5), 1);
        tree_free(&made.tree);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(active_branch_comes_first),      cmocka_unit_test(only_children_are_active),
        cmocka_unit_test(cycle_is_cut_at_the_first_node), cmocka_unit_test(several_roots_are_kept),
        cmocka_unit_test(every_small_graph_is_ordered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

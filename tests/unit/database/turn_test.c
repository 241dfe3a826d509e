/* The queue of an SQLite file's writers: order, timeouts, interrupts and deadlock detection. */
#include "support/test.h"

#include "base/context.h"
#include "database/database.h"
#include "database/sqlite/turn.h"
#include "support/scratch.h"

#include <pthread.h>
#include <sys/wait.h>
#include <time.h>

#define THREADS    8
#define PATIENT_MS 20000
#define SHORT_MS   50

static const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};

struct waiter {
    struct turn turn;
    pthread_t thread;
    int64_t left_ms;
    enum turn_result result;
    int *served; /* counts threads that had the turn */
    int place;
};

static void sleep_ms(int64_t ms)
{
    const struct timespec delay = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};

    nanosleep(&delay, NULL);
}

static void *wait_for_turn(void *argument)
{
    struct waiter *waiter = argument;

    waiter->result = turn_acquire(&waiter->turn, &waiter->left_ms);
    if (waiter->result == TURN_ACQUIRED) {
        waiter->place = (*waiter->served)++;
        turn_release(&waiter->turn);
    }
    return NULL;
}

static void start(struct waiter *waiter, struct turn_queue *queue, int64_t left_ms, int *served)
{
    assert_int_equal(turn_init(&waiter->turn, queue), 0);
    waiter->left_ms = left_ms;
    waiter->served = served;
    waiter->place = -1;
    assert_int_equal(pthread_create(&waiter->thread, NULL, wait_for_turn, waiter), 0);
}

static void finish(struct waiter *waiter)
{
    assert_int_equal(pthread_join(waiter->thread, NULL), 0);
    turn_free(&waiter->turn);
}

static void acquire(struct turn *turn, struct turn_queue *queue)
{
    int64_t left_ms = 0;

    assert_int_equal(turn_init(turn, queue), 0);
    assert_int_equal(turn_acquire(turn, &left_ms), TURN_ACQUIRED);
}

static void turns_are_granted_in_order(void **state)
{
    struct turn_queue *queue = turn_queue_acquire(NULL);
    struct waiter waiters[THREADS] = {0};
    struct turn first;
    int served = 0;

    (void)state;
    assert_non_null(queue);
    acquire(&first, queue);
    for (int i = 0; i < THREADS; i++) {
        start(&waiters[i], queue, PATIENT_MS, &served);
        sleep_ms(SHORT_MS); /* until it waits */
    }
    assert_int_equal(served, 0);
    turn_release(&first);
    turn_release(&first); /* a second release has no effect */
    for (int i = 0; i < THREADS; i++) {
        finish(&waiters[i]);
        assert_int_equal(waiters[i].result, TURN_ACQUIRED);
        assert_int_equal(waiters[i].place, i);
        assert_in_range(waiters[i].left_ms, 1, PATIENT_MS);
    }
    turn_free(&first);
    turn_queue_release(queue);
}

static void wait_ends_by_timeout_or_interrupt(void **state)
{
    struct turn_queue *queue = turn_queue_acquire(NULL);
    struct waiter waiters[3] = {0};
    struct turn first;
    int served = 0;

    (void)state;
    assert_non_null(queue);
    acquire(&first, queue);
    start(&waiters[0], queue, SHORT_MS, &served);
    start(&waiters[1], queue, PATIENT_MS, &served);
    start(&waiters[2], queue, PATIENT_MS, &served);
    finish(&waiters[0]);
    assert_int_equal(waiters[0].result, TURN_TIMED_OUT);
    assert_int_equal(waiters[0].left_ms, 0);
    sleep_ms(SHORT_MS);
    turn_interrupt(&waiters[1].turn);
    turn_interrupt(&first); /* no effect: it does not wait */
    finish(&waiters[1]);
    assert_int_equal(waiters[1].result, TURN_INTERRUPTED);
    turn_free(&first); /* releases the turn */
    finish(&waiters[2]);
    assert_int_equal(waiters[2].result, TURN_ACQUIRED);
    turn_queue_release(queue);
}

static void thread_that_has_the_turn_does_not_wait(void **state)
{
    struct turn_queue *queue = turn_queue_acquire(NULL);
    struct turn outer, inner;
    int64_t left_ms = PATIENT_MS;

    (void)state;
    assert_non_null(queue);
    acquire(&outer, queue);
    assert_int_equal(turn_init(&inner, queue), 0);
    assert_int_equal(turn_acquire(&inner, &left_ms), TURN_DEADLOCK);
    turn_release(&outer);
    assert_int_equal(turn_acquire(&inner, &left_ms), TURN_ACQUIRED);
    turn_free(&inner);
    turn_free(&outer);
    turn_queue_release(queue);
}

/* --- through the driver --- */

struct bench {
    char folder[SCRATCH_PATH_BYTES];
    char uri[SCRATCH_PATH_BYTES + 32];
    struct context context;
    struct database *database;
    cpk_error *error;
};

static int setup(void **state)
{
    struct bench *created = calloc(1, sizeof *created);

    assert_non_null(created);
    scratch_make(created->folder);
    snprintf(created->uri, sizeof created->uri, "sqlite:%s/test.db", created->folder);
    context_init(&created->context);
    created->context.settings.values[SETTING_DATABASE_BUSY_TIMEOUT_MS] = 200;
    assert_ok(database_open(&created->context, created->uri, &created->database, &created->error), created->error);
    *state = created;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    database_free(bench->database);
    context_free(&bench->context);
    scratch_remove(bench->folder);
    free(bench);
    return 0;
}

static struct db_session *open_session(struct bench *bench, struct database *database)
{
    struct db_session *session;

    assert_ok(db_session_open(database, &service, &session, &bench->error), bench->error);
    return session;
}

struct beginner {
    struct db_session *session;
    cpk_status status;
    char message[256];
};

static void *begin_to_write(void *argument)
{
    struct beginner *beginner = argument;
    cpk_error *error = NULL;

    beginner->status = db_begin(beginner->session, CPK_TRANSACTION_WRITE, &error);
    snprintf(beginner->message, sizeof beginner->message, "%s", error != NULL ? cpk_error_message(error) : "");
    cpk_error_free(error);
    if (beginner->status == CPK_OK) {
        db_rollback(beginner->session, NULL);
    }
    return NULL;
}

static void begin_elsewhere(struct beginner *beginner, struct db_session *session)
{
    pthread_t thread;

    beginner->session = session;
    assert_int_equal(pthread_create(&thread, NULL, begin_to_write, beginner), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

/* Two engines on one file share a queue. */
static void busy_timeout_limits_the_wait(void **state)
{
    struct bench *bench = *state;
    struct database *second;
    struct db_session *mine, *other;
    struct beginner beginner;

    assert_ok(database_open(&bench->context, bench->uri, &second, &bench->error), bench->error);
    mine = open_session(bench, bench->database);
    other = open_session(bench, second);
    assert_ok(db_begin(mine, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
    begin_elsewhere(&beginner, other);
    assert_int_equal(beginner.status, CPK_ERROR_BUSY);
    assert_non_null(strstr(beginner.message, "other threads of this process"));
    assert_int_equal(db_begin(other, CPK_TRANSACTION_WRITE, &bench->error), CPK_ERROR_BUSY);
    assert_non_null(strstr(cpk_error_message(bench->error), "this thread is writing"));
    cpk_error_free(bench->error);
    bench->error = NULL;
    assert_ok(db_begin(other, CPK_TRANSACTION_READ, &bench->error), bench->error); /* readers do not queue */
    assert_ok(db_rollback(other, &bench->error), bench->error);
    assert_ok(db_commit(mine, &bench->error), bench->error);
    begin_elsewhere(&beginner, other);
    assert_int_equal(beginner.status, CPK_OK);
    db_session_close(other);
    assert_ok(db_begin(mine, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
    db_session_close(mine); /* ends the transaction */
    other = open_session(bench, second);
    begin_elsewhere(&beginner, other);
    assert_int_equal(beginner.status, CPK_OK);
    db_session_close(other);
    database_free(second);
}

static void waiting_writer_can_be_cancelled(void **state)
{
    struct bench *bench = *state;
    struct db_session *mine = open_session(bench, bench->database);
    struct beginner beginner = {.session = open_session(bench, bench->database)};
    cpk_cancel *cancel;
    pthread_t thread;

    bench->context.settings.values[SETTING_DATABASE_BUSY_TIMEOUT_MS] = PATIENT_MS;
    assert_ok(cpk_cancel_create(&cancel, &bench->error), bench->error);
    assert_null(db_session_watch(beginner.session, cancel));
    assert_ok(db_begin(mine, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
    assert_int_equal(pthread_create(&thread, NULL, begin_to_write, &beginner), 0);
    sleep_ms(2 * SHORT_MS);
    cpk_cancel_request(cancel);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(beginner.status, CPK_ERROR_CANCELLED);
    db_session_close(beginner.session);
    db_session_close(mine);
    cpk_cancel_free(cancel);
}

/* The child opens the database again; it is forked while threads of the parent hold the turn and wait for it. */
static void forked_child_has_a_new_queue(void **state)
{
    struct turn_queue *queue = turn_queue_acquire(&(struct stat){.st_dev = 1, .st_ino = 2});
    struct turn mine;
    pid_t child;
    int status;

    (void)state;
    assert_non_null(queue);
    acquire(&mine, queue);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct turn_queue *again = turn_queue_acquire(&(struct stat){.st_dev = 1, .st_ino = 2});
        struct turn turn;
        int64_t left_ms = 0;

        _exit(again != NULL && again != queue && turn_init(&turn, again) == 0 &&
                      turn_acquire(&turn, &left_ms) == TURN_ACQUIRED
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    turn_free(&mine);
    turn_queue_release(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_are_granted_in_order),
        cmocka_unit_test(wait_ends_by_timeout_or_interrupt),
        cmocka_unit_test(thread_that_has_the_turn_does_not_wait),
        cmocka_unit_test_setup_teardown(busy_timeout_limits_the_wait, setup, teardown),
        cmocka_unit_test_setup_teardown(waiting_writer_can_be_cancelled, setup, teardown),
        cmocka_unit_test(forked_child_has_a_new_queue),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

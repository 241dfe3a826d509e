#include "storage/s3/lanes.h"

#include "base/cancel.h"
#include "base/error.h"
#include "base/thread.h"
#include "base/time.h"
#include "storage/watch.h"

#include <string.h>

#define TICK_US INT64_C(50000)

cpk_status lanes_open(struct lanes *lanes, struct client *client, size_t lane_bytes, lane_fn run, void *user,
                      cpk_error **error)
{
    size_t parallel = (size_t)context_setting(client_context(client), SETTING_S3_PARALLEL);

    memset(lanes, 0, sizeof *lanes);
    lanes->client = client;
    lanes->run = run;
    lanes->user = user;
    lanes->lane_bytes = lane_bytes;
    lanes->count_max = parallel + 1; /* one is filled or read while the others are under way */
    for (size_t i = 0; i < LANES_MAX; i++) {
        buffer_init(&lanes->lanes[i].bytes, &client_context(client)->allocator);
    }
    CPK_TRY(cpk_cancel_create(&lanes->stop, error));
    if (pthread_mutex_init(&lanes->lock, NULL) != 0) {
        cpk_cancel_free(lanes->stop);
        return error_out_of_memory(error);
    }
    if (pthread_cond_init(&lanes->ready, NULL) != 0 || thread_condition_init(&lanes->done) != 0) {
        pthread_mutex_destroy(&lanes->lock);
        cpk_cancel_free(lanes->stop);
        return error_out_of_memory(error);
    }
    lanes->is_open = 1;
    return CPK_OK;
}

void lanes_close(struct lanes *lanes)
{
    if (!lanes->is_open) {
        return;
    }
    cpk_cancel_request(lanes->stop);
    pthread_mutex_lock(&lanes->lock);
    lanes->is_ended = 1;
    pthread_cond_broadcast(&lanes->ready);
    pthread_mutex_unlock(&lanes->lock);
    for (size_t i = 0; i < lanes->thread_count; i++) {
        pthread_join(lanes->threads[i], NULL);
    }
    for (size_t i = 0; i < LANES_MAX; i++) {
        buffer_free(&lanes->lanes[i].bytes);
        error_clear(&lanes->lanes[i].error);
    }
    if (lanes->count > 1) {
        client_give_memory(lanes->client, (int64_t)((lanes->count - 1) * lanes->lane_bytes));
    }
    pthread_cond_destroy(&lanes->ready);
    pthread_cond_destroy(&lanes->done);
    pthread_mutex_destroy(&lanes->lock);
    cpk_cancel_free(lanes->stop);
    lanes->is_open = 0;
}

/* Works on a lane and makes it DONE. The caller holds the lock, which is released meanwhile. */
static void run_lane(struct lanes *lanes, struct lane *lane)
{
    lane->state = LANE_RUNNING;
    pthread_mutex_unlock(&lanes->lock);
    lane->status = lanes->run(lanes->user, lane, &lane->error);
    pthread_mutex_lock(&lanes->lock);
    lane->state = LANE_DONE;
    lanes->unfinished--;
    pthread_cond_signal(&lanes->done);
}

/* The lane of the earliest part that waits, or NULL. */
static struct lane *find_ready(struct lanes *lanes)
{
    struct lane *found = NULL;

    for (size_t i = 0; i < lanes->count; i++) {
        struct lane *lane = &lanes->lanes[i];

        if (lane->state == LANE_READY && (found == NULL || lane->number < found->number)) {
            found = lane;
        }
    }
    return found;
}

static void *work(void *argument)
{
    struct lanes *lanes = argument;

    watch_set_cancel(NULL, lanes->stop);
    pthread_mutex_lock(&lanes->lock);
    while (!lanes->is_ended) {
        struct lane *lane = find_ready(lanes);

        if (lane != NULL) {
            run_lane(lanes, lane);
        } else {
            pthread_cond_wait(&lanes->ready, &lanes->lock);
        }
    }
    pthread_mutex_unlock(&lanes->lock);
    return NULL;
}

/* A lane of that state, or NULL. The caller holds the lock. */
static struct lane *find_state(struct lanes *lanes, enum lane_state state)
{
    for (size_t i = 0; i < lanes->count; i++) {
        if (lanes->lanes[i].state == state) {
            return &lanes->lanes[i];
        }
    }
    return NULL;
}

struct lane *lanes_take_free(struct lanes *lanes)
{
    struct lane *found;

    pthread_mutex_lock(&lanes->lock);
    found = find_state(lanes, LANE_FREE);
    if (found == NULL && lanes->count < lanes->count_max &&
        (lanes->count == 0 || client_take_memory(lanes->client, (int64_t)lanes->lane_bytes))) {
        found = &lanes->lanes[lanes->count++];
    }
    if (found != NULL) {
        found->state = LANE_FILLING;
        buffer_clear(&found->bytes);
    }
    pthread_mutex_unlock(&lanes->lock);
    return found;
}

/* Waits a moment for any lane to be done. The caller holds the lock. */
static cpk_status wait_moment(struct lanes *lanes, cpk_error **error)
{
    cpk_status status = watch_check(error);

    if (status == CPK_OK) {
        thread_wait(&lanes->done, &lanes->lock, time_monotonic_us() + TICK_US);
    } else {
        cpk_cancel_request(lanes->stop);
    }
    return status;
}

/* Waits for a lane that is DONE, unless *lane is one. */
static cpk_status wait_for_done(struct lanes *lanes, struct lane **lane, cpk_error **error)
{
    cpk_status status = CPK_OK;

    pthread_mutex_lock(&lanes->lock);
    while (*lane == NULL && status == CPK_OK) {
        *lane = find_state(lanes, LANE_DONE);
        if (*lane == NULL) {
            status = wait_moment(lanes, error);
        }
    }
    pthread_mutex_unlock(&lanes->lock);
    return status;
}

cpk_status lanes_take(struct lanes *lanes, struct lane **lane, cpk_error **error)
{
    pthread_mutex_lock(&lanes->lock);
    *lane = find_state(lanes, LANE_DONE);
    pthread_mutex_unlock(&lanes->lock);
    if (*lane == NULL) {
        *lane = lanes_take_free(lanes);
    }
    return wait_for_done(lanes, lane, error);
}

cpk_status lanes_take_done(struct lanes *lanes, struct lane **lane, cpk_error **error)
{
    *lane = NULL;
    return wait_for_done(lanes, lane, error);
}

void lanes_submit(struct lanes *lanes, struct lane *lane)
{
    pthread_mutex_lock(&lanes->lock);
    lane->state = LANE_READY;
    lanes->unfinished++;
    if (lanes->thread_count < lanes->unfinished && lanes->thread_count + 1 < lanes->count_max &&
        thread_start(&lanes->threads[lanes->thread_count], NULL, work, lanes) == 0) {
        lanes->thread_count++;
    }
    if (lanes->thread_count > 0) {
        pthread_cond_signal(&lanes->ready);
    } else {
        run_lane(lanes, lane);
    }
    pthread_mutex_unlock(&lanes->lock);
}

cpk_status lanes_wait(struct lanes *lanes, struct lane *lane, cpk_error **error)
{
    cpk_status status = CPK_OK;

    pthread_mutex_lock(&lanes->lock);
    while (lane->state != LANE_DONE && status == CPK_OK) {
        status = wait_moment(lanes, error);
    }
    pthread_mutex_unlock(&lanes->lock);
    return status;
}

static void set_state(struct lanes *lanes, struct lane *lane, enum lane_state state)
{
    pthread_mutex_lock(&lanes->lock);
    lane->state = state;
    pthread_mutex_unlock(&lanes->lock);
}

cpk_status lanes_collect(struct lanes *lanes, struct lane *lane, cpk_error **error)
{
    cpk_error *problem = lane->error;

    lane->error = NULL;
    set_state(lanes, lane, LANE_FILLING);
    if (problem != NULL) {
        error_give(error, problem);
    }
    return lane->status;
}

void lanes_release(struct lanes *lanes, struct lane *lane)
{
    set_state(lanes, lane, LANE_FREE);
}

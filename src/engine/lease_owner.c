#include "engine/lease_owner.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#define FIELD_BYTES   40
#define UNKNOWN       "-"

#define FIRST_SPACE   "pid:[4026531836]" /* inode number of the initial PID namespace (outside containers) */
#define MACHINE_BYTES 16
#define COPY_BYTES    8

struct owner {
    char machine[FIELD_BYTES];
    char boot[FIELD_BYTES];
    char space[FIELD_BYTES]; /* PID namespace: process ids of a container are valid only inside it */
    long process;
    unsigned long long started; /* in clock ticks since boot: distinguishes reused process ids */
    char copy[FIELD_BYTES];     /* random id of this copy of the library; "" in texts of older versions */
};

/* An owner of this process that is still in use. */
struct live_owner {
    struct live_owner *next;
    cpk_allocator allocator;
    const void *group;
    char text[LEASE_OWNER_BYTES];
};

/* Owners of this copy of the library; another copy in the same process keeps its own list. */
static struct {
    pthread_mutex_t mutex;
    struct live_owner *first;
    char copy[2 * COPY_BYTES + 1]; /* "": not created yet */
} live = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void read_line(const char *path, char text[FIELD_BYTES])
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = descriptor >= 0 ? read(descriptor, text, FIELD_BYTES - 1) : 0;

    if (descriptor >= 0) {
        close(descriptor);
    }
    text[length > 0 ? length : 0] = '\0';
    text[strcspn(text, "\n/")] = '\0';
    if (text[0] == '\0') {
        memcpy(text, UNKNOWN, sizeof UNKNOWN);
    }
}

/* Process state from /proc/PID/stat. */
struct process_state {
    int32_t is_dead;            /* zombie or dying: it runs no more code */
    unsigned long long started; /* 0: unknown */
};

/* Skips to a field, counted from the preceding space. Only field 2, the bracketed name, may contain spaces. */
static const char *skip_fields(const char *at, int32_t count)
{
    for (int32_t i = 0; at != NULL && i < count; i++) {
        at = strchr(at + 1, ' ');
    }
    return at;
}

/* Field 2 (the name) may contain anything, so fields are counted after its closing bracket. A process whose
 * main thread has exited also shows as zombie; it is alive while it has other threads (field 20). */
static struct process_state state_of(long process)
{
    struct process_state state = {0, 0};
    char path[64];
    char text[1024];
    int descriptor;
    ssize_t length;
    const char *name_end;
    const char *threads;
    const char *started;

    snprintf(path, sizeof path, "/proc/%ld/stat", process);
    descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return state;
    }
    length = read(descriptor, text, sizeof text - 1);
    close(descriptor);
    text[length > 0 ? length : 0] = '\0';
    name_end = strrchr(text, ')');
    threads = skip_fields(name_end, 18);
    started = skip_fields(name_end, 20);
    if (started != NULL) {
        state.started = strtoull(started, NULL, 10);
        state.is_dead = strchr("ZXx", name_end[2]) != NULL && strtol(threads, NULL, 10) <= 1;
    }
    return state;
}

/* Identifies the machine across restarts by machine id and host name. Clones of a system image share the id;
 * containers have the id of their image and a host name without meaning. */
static cpk_status name_machine(struct owner *here, cpk_error **error)
{
    struct utsname system;
    char id[FIELD_BYTES];
    struct hash_sha256 hash;
    unsigned char digest[HASH_SHA256_BYTES];

    read_line("/etc/machine-id", id);
    memcpy(here->machine, UNKNOWN, sizeof UNKNOWN);
    if (strcmp(here->space, FIRST_SPACE) != 0 || strcmp(id, UNKNOWN) == 0 || uname(&system) != 0) {
        return CPK_OK;
    }
    CPK_TRY(hash_sha256_start(&hash, error));
    hash_sha256_add(&hash, id, strlen(id) + 1);
    hash_sha256_add(&hash, system.nodename, strlen(system.nodename));
    CPK_TRY(hash_sha256_finish(&hash, digest, error));
    hash_hex(digest, MACHINE_BYTES, here->machine);
    return CPK_OK;
}

static cpk_status describe_here(struct owner *here, cpk_error **error)
{
    ssize_t length = readlink("/proc/self/ns/pid", here->space, sizeof here->space - 1);

    here->space[length > 0 ? length : 0] = '\0';
    CPK_TRY(name_machine(here, error));
    read_line("/proc/sys/kernel/random/boot_id", here->boot);
    here->process = (long)getpid();
    here->started = state_of(here->process).started;
    return CPK_OK;
}

/* Not from the host's random source: two copies with the same seed must differ. The mutex is held. */
static cpk_status name_copy(cpk_error **error)
{
    unsigned char bytes[COPY_BYTES];
    ssize_t got = (ssize_t)sizeof bytes;

    if (live.copy[0] != '\0') {
        return CPK_OK;
    }
    do {
        got = getrandom(bytes, sizeof bytes, 0);
    } while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof bytes) {
        return error_set(error, CPK_ERROR_INTERNAL, "random", "the source of randomness failed");
    }
    hash_hex(bytes, sizeof bytes, live.copy);
    return CPK_OK;
}

static cpk_status remember(struct live_owner *made, const struct owner *here, const char *random, cpk_error **error)
{
    cpk_status status;

    pthread_mutex_lock(&live.mutex);
    status = name_copy(error);
    if (status == CPK_OK) {
        snprintf(made->text, sizeof made->text, "%s/%s/%s/%ld/%llu/%s/%s", here->machine, here->boot, here->space,
                 here->process, here->started, live.copy, random);
        made->next = live.first;
        live.first = made;
    }
    pthread_mutex_unlock(&live.mutex);
    return status;
}

cpk_status lease_owner_create(const struct context *context, const void *group, char text[LEASE_OWNER_BYTES],
                              cpk_error **error)
{
    struct owner here;
    unsigned char bytes[8];
    char random[2 * sizeof bytes + 1];
    struct live_owner *made;
    cpk_status status;

    CPK_TRY(describe_here(&here, error));
    CPK_TRY(context_random(context, bytes, sizeof bytes, error));
    hash_hex(bytes, sizeof bytes, random);
    made = memory_allocate_zeroed(&context->allocator, sizeof *made);
    if (made == NULL) {
        return error_out_of_memory(error);
    }
    made->allocator = context->allocator;
    made->group = group;
    status = remember(made, &here, random, error);
    if (status != CPK_OK) {
        memory_release(&context->allocator, made, sizeof *made);
        return status;
    }
    memcpy(text, made->text, LEASE_OWNER_BYTES);
    return CPK_OK;
}

/* Removes the entry with this text, or all entries of the group if text is NULL. */
static void forget(const char *text, const void *group)
{
    struct live_owner **at = &live.first;

    pthread_mutex_lock(&live.mutex);
    while (*at != NULL) {
        struct live_owner *current = *at;
        cpk_allocator allocator = current->allocator;

        if (text != NULL ? strcmp(current->text, text) != 0 : current->group != group) {
            at = &current->next;
            continue;
        }
        *at = current->next;
        memory_release(&allocator, current, sizeof *current);
    }
    pthread_mutex_unlock(&live.mutex);
}

void lease_owner_forget(const char *text)
{
    forget(text, NULL);
}

void lease_owner_forget_group(const void *group)
{
    forget(NULL, group);
}

/* Returns 1 if this copy of the library created the text and no longer uses it. */
static int32_t is_forgotten(const char *text, const struct owner *holder)
{
    int32_t is_ours;
    int32_t is_live = 0;

    pthread_mutex_lock(&live.mutex);
    is_ours = live.copy[0] != '\0' && strcmp(holder->copy, live.copy) == 0;
    for (const struct live_owner *at = live.first; at != NULL && !is_live; at = at->next) {
        is_live = strcmp(at->text, text) == 0;
    }
    pthread_mutex_unlock(&live.mutex);
    return is_ours && !is_live;
}

/* Copies a field up to the next '/'; returns NULL if there is none. */
static const char *take_field(const char *at, char field[FIELD_BYTES])
{
    size_t length = at != NULL ? strcspn(at, "/") : FIELD_BYTES;

    if (length >= FIELD_BYTES || at[length] != '/') {
        return NULL;
    }
    memcpy(field, at, length);
    field[length] = '\0';
    return at + length + 1;
}

static int32_t parse(const char *text, struct owner *owner)
{
    char number[FIELD_BYTES];
    const char *at = take_field(text, owner->machine);

    at = take_field(at, owner->boot);
    at = take_field(at, owner->space);
    at = take_field(at, number);
    if (at == NULL) {
        return 0;
    }
    owner->process = strtol(number, NULL, 10);
    at = take_field(at, number);
    if (at == NULL) {
        return 0;
    }
    owner->started = strtoull(number, NULL, 10);
    if (take_field(at, owner->copy) == NULL) {
        owner->copy[0] = '\0';
    }
    return owner->process > 0;
}

/* The boot id identifies the machine too, so the machine id (missing on minimal systems) is not compared. */
static int32_t is_same_boot(const struct owner *left, const struct owner *right)
{
    return strcmp(left->boot, UNKNOWN) != 0 && strcmp(left->boot, right->boot) == 0;
}

static int32_t is_same_machine(const struct owner *left, const struct owner *right)
{
    return strcmp(left->machine, UNKNOWN) != 0 && strcmp(left->machine, right->machine) == 0;
}

int32_t lease_owner_is_gone(const char *text)
{
    struct process_state state;
    struct owner holder;
    struct owner here;

    if (describe_here(&here, NULL) != CPK_OK || !parse(text, &holder)) {
        return 0;
    }
    if (!is_same_boot(&holder, &here)) {
        return is_same_machine(&holder, &here) && strcmp(holder.boot, UNKNOWN) != 0 && strcmp(here.boot, UNKNOWN) != 0;
    }
    if (here.space[0] == '\0' || strcmp(holder.space, here.space) != 0) {
        return 0; /* in another namespace the same number is another process */
    }
    if (kill((pid_t)holder.process, 0) != 0 && errno == ESRCH) {
        return 1;
    }
    if (holder.process == here.process && holder.started == here.started) {
        return is_forgotten(text, &holder);
    }
    state = state_of(holder.process);
    return state.is_dead || (state.started != 0 && holder.started != 0 && state.started != holder.started);
}

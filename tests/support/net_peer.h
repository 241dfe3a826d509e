/* An HTTP peer on loopback for the tests of the rooms that speak to one: net_peer.py in a process of its own. */
#ifndef TESTS_SUPPORT_NET_PEER_H
#define TESTS_SUPPORT_NET_PEER_H

#include "support/scratch.h"
#include "support/test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

struct peer {
    char folder[SCRATCH_SHORT_BYTES]; /* folder served as /file/NAME, written by tests */
    int port;
    int input; /* closing it ends the peer */
    pid_t pid;
};

static inline void peer_folder(struct peer *peer)
{
    scratch_make_short(peer->folder);
}

/* The folder exists. `script` prints its port; `first` and `second` are its arguments after the folder. */
static inline void peer_run(struct peer *peer, const char *script, const char *first, const char *second)
{
    int to[2];
    int from[2];
    char line[16] = "";
    FILE *said;

    assert_int_equal(pipe2(to, O_CLOEXEC), 0); /* another peer must not keep them open */
    assert_int_equal(pipe2(from, O_CLOEXEC), 0);
    peer->pid = fork();
    assert_true(peer->pid >= 0);
    if (peer->pid == 0) {
        dup2(to[0], 0);
        dup2(from[1], 1);
        execlp("python3", "python3", "-B", script, peer->folder, first, second, NULL);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    peer->input = to[1];
    said = fdopen(from[0], "r");
    assert_non_null(said);
    assert_non_null(fgets(line, sizeof line, said));
    fclose(said);
    peer->port = atoi(line);
    assert_true(peer->port > 0);
}

/* With a certificate and its key (files) it speaks TLS. */
static inline void peer_start(struct peer *peer, const char *certificate, const char *key)
{
    peer_run(peer, PROJECT_DIR "/tests/support/net_peer.py", certificate, key);
}

static inline void peer_stop(struct peer *peer)
{
    int status;

    close(peer->input);
    assert_int_equal(waitpid(peer->pid, &status, 0), peer->pid);
}

static inline void peer_write(const struct peer *peer, const char *name, const char *text)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", peer->folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fputs(text, file) >= 0, 1);
    assert_int_equal(fclose(file), 0);
}

static inline void peer_remove(const struct peer *peer, const char *name)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", peer->folder, name);
    unlink(path);
}

#endif

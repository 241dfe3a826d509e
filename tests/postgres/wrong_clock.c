/* Preloaded: the program's wall clock is WRONG_CLOCK_S seconds off; time as such goes on as it is. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static long off_by(void)
{
    const char *seconds = getenv("WRONG_CLOCK_S");

    return seconds != NULL ? strtol(seconds, NULL, 10) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int (*real)(clockid_t, struct timespec *) = NULL;
    void *symbol = dlsym(RTLD_NEXT, "clock_gettime");
    int result;

    memcpy(&real, &symbol, sizeof real);
    result = real(clock, now);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) {
        now->tv_sec += off_by();
    }
    return result;
}

time_t time(time_t *now)
{
    struct timespec shown;

    clock_gettime(CLOCK_REALTIME, &shown);
    if (now != NULL) {
        *now = shown.tv_sec;
    }
    return shown.tv_sec;
}

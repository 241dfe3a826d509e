/* Preloaded: the resolver takes half a minute for slow.example, and two.example has an address at which nobody answers
 * before that of the server. */
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

typedef int (*getaddrinfo_fn)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int getaddrinfo(const char *name, const char *service, const struct addrinfo *wanted, struct addrinfo **found)
{
    getaddrinfo_fn real = NULL;
    void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");

    memcpy(&real, &symbol, sizeof real);
    if (name != NULL && strcmp(name, "slow.example") == 0) {
        sleep(30);
        return EAI_AGAIN;
    }
    if (name != NULL && strcmp(name, "two.example") == 0) {
        int failed = real("127.0.0.2", service, wanted, found);

        return failed != 0 ? failed : real("127.0.0.1", service, wanted, &(*found)->ai_next);
    }
    return real(name, service, wanted, found);
}

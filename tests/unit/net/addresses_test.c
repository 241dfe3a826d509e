/* URLs that a user may give, each allowed or refused as listed, through the HTTP client as links use it. Names are
 * resolved and sockets connected by this program, so that no packet leaves it: what is allowed is seen at connect(). */
#include "support/test.h"

#include "base/memory.h"
#include "net/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <sys/socket.h>

#define INTERPOSED __attribute__((visibility("default")))

enum expected {
    ALLOWED, /* connect() is called */
    CLOSED,  /* CPK_ERROR_PERMISSION_DENIED: the address */
    INVALID  /* CPK_ERROR_INVALID_ARGUMENT: the URL */
};

static const struct {
    const char *url;
    enum expected expected;
} TABLE[] = {
    /* Public addresses, in every notation. */
    {"http://8.8.8.8/", ALLOWED},
    {"https://8.8.8.8/", ALLOWED},
    {"http://8.8.8.8:80/", ALLOWED},
    {"https://1.1.1.1:443/x?y#z", ALLOWED},
    {"http://1.1.1.1:443/", ALLOWED},
    {"http://134744072/", ALLOWED}, /* 8.8.8.8 */
    {"http://0x08080808/", ALLOWED},
    {"http://010.8.8.8/", ALLOWED},
    {"http://9.255.255.255/", ALLOWED},
    {"http://11.0.0.0/", ALLOWED},
    {"http://100.63.255.255/", ALLOWED},
    {"http://100.128.0.0/", ALLOWED},
    {"http://126.255.255.255/", ALLOWED},
    {"http://128.0.0.0/", ALLOWED},
    {"http://169.253.255.255/", ALLOWED},
    {"http://172.15.255.255/", ALLOWED},
    {"http://172.32.0.0/", ALLOWED},
    {"http://192.0.1.0/", ALLOWED},
    {"http://192.169.0.0/", ALLOWED},
    {"http://198.17.255.255/", ALLOWED},
    {"http://198.20.0.0/", ALLOWED},
    {"http://223.255.255.255/", ALLOWED},
    {"http://[2606:4700:4700::1111]/", ALLOWED},
    {"https://[2001:4860:4860::8888]/", ALLOWED},
    {"http://[2a00:1450:4001::200e]:443/", ALLOWED},
    {"http://public.example/", ALLOWED},
    {"https://PUBLIC.example/", ALLOWED},
    {"https://public.example./", ALLOWED},
    {"http://six.example/", ALLOWED},
    /* Other ports. */
    {"http://8.8.8.8:22/", CLOSED},
    {"http://8.8.8.8:25/", CLOSED},
    {"http://8.8.8.8:8080/", CLOSED},
    {"https://8.8.8.8:8443/", CLOSED},
    {"http://8.8.8.8:6379/", CLOSED},
    {"http://[2606:4700:4700::1111]:11211/", CLOSED},
    {"https://public.example:9200/", CLOSED},
    {"http://8.8.8.8:1/", CLOSED},
    {"http://8.8.8.8:65535/", CLOSED},
    {"http://8.8.8.8:65536/", INVALID},
    {"http://8.8.8.8:-1/", INVALID},
    {"http://8.8.8.8:80x/", INVALID},
    /* Loopback, in every notation. */
    {"http://127.0.0.1/", CLOSED},
    {"https://127.0.0.1/", CLOSED},
    {"http://127.0.0.1:80/", CLOSED},
    {"http://127.0.0.1:8080/", CLOSED},
    {"http://127.1/", CLOSED},
    {"http://127.0.1/", CLOSED},
    {"http://127.255.255.254/", CLOSED},
    {"http://127.127.127.127/", CLOSED},
    {"http://2130706433/", CLOSED},
    {"http://0x7f000001/", CLOSED},
    {"http://0x7f.1/", CLOSED},
    {"http://0x7f.0x0.0x0.0x1/", CLOSED},
    {"http://0177.1/", CLOSED},
    {"http://0177.0.0.01/", CLOSED},
    {"http://017700000001/", CLOSED},
    {"http://127.0.0.1./", CLOSED},
    {"http://localhost/", CLOSED},
    {"http://LOCALHOST/", CLOSED},
    {"http://localhost./", CLOSED},
    {"http://x.localhost/", CLOSED},
    {"http://[::1]/", CLOSED},
    {"http://[0:0:0:0:0:0:0:1]/", CLOSED},
    {"http://[::]/", CLOSED},
    {"http://0/", CLOSED},
    {"http://0.0.0.0/", CLOSED},
    {"http://0.1.2.3/", CLOSED},
    /* IPv6 addresses that carry an IPv4 one. */
    {"http://[::ffff:127.0.0.1]/", CLOSED},
    {"http://[::ffff:7f00:1]/", CLOSED},
    {"http://[::ffff:8.8.8.8]/", CLOSED},
    {"http://[::ffff:10.0.0.1]/", CLOSED},
    {"http://[::ffff:169.254.169.254]/", CLOSED},
    {"http://[::127.0.0.1]/", CLOSED},
    {"http://[::8.8.8.8]/", CLOSED},
    {"http://[::ffff:0:127.0.0.1]/", CLOSED},
    {"http://[64:ff9b::127.0.0.1]/", CLOSED},
    {"http://[64:ff9b::8.8.8.8]/", CLOSED},
    {"http://[64:ff9b:1::1]/", CLOSED},
    {"http://[2002:7f00:1::]/", CLOSED},
    {"http://[2002:808:808::1]/", CLOSED},
    {"http://[2001:0:7f00:1::1]/", CLOSED},
    {"http://[2001::1]/", CLOSED},
    /* Private and special networks. */
    {"http://10.0.0.0/", CLOSED},
    {"http://10.255.255.255/", CLOSED},
    {"http://10.1/", CLOSED},
    {"http://167772161/", CLOSED}, /* 10.0.0.1 */
    {"http://012.1.2.3/", CLOSED},
    {"http://100.64.0.0/", CLOSED},
    {"http://100.100.100.200/", CLOSED},
    {"http://100.127.255.255/", CLOSED},
    {"http://168.63.129.16/", CLOSED},
    {"http://169.254.0.1/", CLOSED},
    {"http://169.254.169.254/latest/meta-data/", CLOSED},
    {"http://0xA9FEA9FE/", CLOSED},
    {"http://2852039166/", CLOSED},
    {"http://0251.0376.0251.0376/", CLOSED},
    {"http://169.254.170.2/", CLOSED},
    {"http://172.16.0.0/", CLOSED},
    {"http://172.31.255.255/", CLOSED},
    {"http://192.0.0.1/", CLOSED},
    {"http://192.0.0.192/", CLOSED},
    {"http://192.0.2.1/", CLOSED},
    {"http://192.31.196.1/", CLOSED},
    {"http://192.52.193.1/", CLOSED},
    {"http://192.88.99.1/", CLOSED},
    {"http://192.168.0.1/", CLOSED},
    {"http://192.168.255.255/", CLOSED},
    {"http://192.175.48.1/", CLOSED},
    {"http://198.18.0.1/", CLOSED},
    {"http://198.19.255.255/", CLOSED},
    {"http://198.51.100.1/", CLOSED},
    {"http://203.0.113.1/", CLOSED},
    {"http://224.0.0.1/", CLOSED},
    {"http://239.255.255.255/", CLOSED},
    {"http://240.0.0.1/", CLOSED},
    {"http://255.255.255.255/", CLOSED},
    {"http://4294967295/", CLOSED},
    {"http://[100::1]/", CLOSED},
    {"http://[2001:db8::1]/", CLOSED},
    {"http://[2001:2::1]/", CLOSED},
    {"http://[2001:10::1]/", CLOSED},
    {"http://[2001:20::1]/", CLOSED},
    {"http://[2620:4f:8000::1]/", CLOSED},
    {"http://[3fff::1]/", CLOSED},
    {"http://[4000::1]/", CLOSED},
    {"http://[5f00::1]/", CLOSED},
    {"http://[fc00::1]/", CLOSED},
    {"http://[fd00:ec2::254]/", CLOSED},
    {"http://[fdff:ffff::1]/", CLOSED},
    {"http://[fe80::1]/", CLOSED},
    {"http://[fe80::1%25lo]/", CLOSED},
    {"http://[febf::1]/", CLOSED},
    {"http://[fec0::1]/", CLOSED},
    {"http://[ff02::1]/", CLOSED},
    {"http://[ff0e::1]/", CLOSED},
    /* Names that lead inside. */
    {"http://inside.example/", CLOSED},
    {"https://inside.example/", CLOSED},
    {"http://loopback.example/", CLOSED},
    {"http://loopback6.example/", CLOSED},
    {"http://mapped.example/", CLOSED},
    {"http://link-local.example/", CLOSED},
    {"http://metadata.google.internal/computeMetadata/v1/", CLOSED},
    {"http://zero.example/", CLOSED},
    {"http://all-inside.example/", CLOSED},
    /* Forms that are no URL of a page. */
    {"http://user@127.0.0.1/", INVALID},
    {"http://user:password@8.8.8.8/", INVALID},
    {"http://8.8.8.8@127.0.0.1/", INVALID},
    {"http://@8.8.8.8/", INVALID},
    {"http://127.0.0.1\\@8.8.8.8/", INVALID},
    {"http:\\\\8.8.8.8/", INVALID},
    {"http:///8.8.8.8/", INVALID},
    {"http://", INVALID},
    {"https://", INVALID},
    {"//8.8.8.8/", INVALID},
    {"8.8.8.8", INVALID},
    {"", INVALID},
    {" http://8.8.8.8/", INVALID},
    {"http://8.8.8.8/ x", INVALID},
    {"http://8.8.8.8/\r\nHost: x", INVALID},
    {"http://8.8.8.8\t/", INVALID},
    {"file:///etc/passwd", INVALID},
    {"file://localhost/etc/passwd", INVALID},
    {"ftp://8.8.8.8/", INVALID},
    {"gopher://127.0.0.1:6379/_FLUSHALL", INVALID},
    {"dict://127.0.0.1:11211/stats", INVALID},
    {"ldap://8.8.8.8/", INVALID},
    {"smb://8.8.8.8/x", INVALID},
    {"scp://8.8.8.8/x", INVALID},
    {"telnet://8.8.8.8/", INVALID},
    {"ws://8.8.8.8/", INVALID},
    {"javascript:alert(1)", INVALID},
    {"data:text/plain,x", INVALID},
    {"http://[::1/", INVALID},
    {"http://[g::1]/", INVALID},
    {"http://[1:2:3:4:5:6:7:8:9]/", INVALID},
};

/* --- Names and sockets of this program --- */

/* What a name is resolved to: the first list at first, the second from then on; addresses are separated by spaces. */
static struct {
    const char *name;
    const char *first;
    const char *later; /* NULL: the same */
    atomic_int asked;
} names[] = {
    {"public.example", "93.184.216.34", NULL, 0},
    {"six.example", "2606:2800:220:1:248:1893:25c8:1946", NULL, 0},
    {"inside.example", "10.0.0.5", NULL, 0},
    {"loopback.example", "127.0.0.1", NULL, 0},
    {"loopback6.example", "::1", NULL, 0},
    {"mapped.example", "::ffff:127.0.0.1", NULL, 0},
    {"link-local.example", "fe80::1", NULL, 0},
    {"metadata.google.internal", "169.254.169.254", NULL, 0},
    {"zero.example", "0.0.0.0", NULL, 0},
    {"all-inside.example", "10.0.0.5 127.0.0.1 ::1", NULL, 0},
    {"rebind.example", "93.184.216.34", "127.0.0.1", 0},
    {"rebind-link-local.example", "93.184.216.34", "169.254.169.254", 0},
    {"mixed.example", "127.0.0.1 93.184.216.34", NULL, 0},
    {"mixed6.example", "93.184.216.34 ::1", NULL, 0},
};

static atomic_int connected_public;
static atomic_int connected_inside;

static int is_inside(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        uint32_t host = ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr);

        return host >> 24 == 127 || host >> 24 == 10 || host >> 24 == 0 || host >> 16 == 0xA9FE || host >> 16 == 0xC0A8;
    }
    return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr) ||
           IN6_IS_ADDR_V4MAPPED(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
}

INTERPOSED int connect(int fd, const struct sockaddr *address, socklen_t length);
INTERPOSED int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    int type = 0;
    socklen_t size = sizeof type;

    (void)length;
    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
    if (type == SOCK_STREAM && (address->sa_family == AF_INET || address->sa_family == AF_INET6)) {
        atomic_fetch_add(is_inside(address) ? &connected_inside : &connected_public, 1);
    }
    errno = ECONNREFUSED;
    return -1;
}

static struct addrinfo *make_answer(const char *address, const char *service, const struct addrinfo *hints)
{
    struct addrinfo *answer = calloc(1, sizeof *answer + sizeof(struct sockaddr_in6));
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)(answer + 1);
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)(answer + 1);
    uint16_t port = htons((uint16_t)(service != NULL ? strtol(service, NULL, 10) : 0));

    assert_non_null(answer);
    answer->ai_socktype = hints != NULL ? hints->ai_socktype : SOCK_STREAM;
    answer->ai_addr = (struct sockaddr *)(void *)v4;
    if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = port;
        answer->ai_addrlen = sizeof *v4;
    } else {
        assert_int_equal(inet_pton(AF_INET6, address, &v6->sin6_addr), 1);
        v6->sin6_family = AF_INET6;
        v6->sin6_port = port;
        answer->ai_addrlen = sizeof *v6;
    }
    answer->ai_family = answer->ai_addr->sa_family;
    return answer;
}

static struct addrinfo *make_answers(const char *addresses, const char *service, const struct addrinfo *hints)
{
    struct addrinfo *list = NULL;
    struct addrinfo **end = &list;
    char copy[128];
    char *state = NULL;

    snprintf(copy, sizeof copy, "%s", addresses);
    for (char *word = strtok_r(copy, " ", &state); word != NULL; word = strtok_r(NULL, " ", &state)) {
        *end = make_answer(word, service, hints);
        end = &(*end)->ai_next;
    }
    return list;
}

/* A number in any notation that the C library reads, as its resolver does. */
static struct addrinfo *make_number(const char *node, const char *service, const struct addrinfo *hints)
{
    char text[INET6_ADDRSTRLEN];
    struct in_addr v4;
    struct in6_addr v6;

    if (inet_aton(node, &v4) != 0 && inet_ntop(AF_INET, &v4, text, sizeof text) != NULL) {
        return make_answer(text, service, hints);
    }
    return inet_pton(AF_INET6, node, &v6) == 1 ? make_answer(node, service, hints) : NULL;
}

INTERPOSED int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                           struct addrinfo **answers);
INTERPOSED int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                           struct addrinfo **answers)
{
    char name[256];
    size_t length = strlen(node);

    snprintf(name, sizeof name, "%s", node);
    if (length > 0 && length < sizeof name && name[length - 1] == '.') {
        name[length - 1] = '\0';
    }
    *answers = make_number(name, service, hints);
    for (size_t i = 0; *answers == NULL && i < sizeof names / sizeof names[0]; i++) {
        if (strcasecmp(names[i].name, name) == 0) {
            int asked = atomic_fetch_add(&names[i].asked, 1);

            *answers =
                make_answers(asked > 0 && names[i].later != NULL ? names[i].later : names[i].first, service, hints);
        }
    }
    if (*answers == NULL && (strcasecmp(name, "localhost") == 0 || strcasecmp(name, "x.localhost") == 0)) {
        *answers = make_answers("::1 127.0.0.1", service, hints);
    }
    return *answers != NULL ? 0 : EAI_NONAME;
}

INTERPOSED void freeaddrinfo(struct addrinfo *answers);
INTERPOSED void freeaddrinfo(struct addrinfo *answers)
{
    while (answers != NULL) {
        struct addrinfo *next = answers->ai_next;

        free(answers);
        answers = next;
    }
}

/* --- Tests --- */

static cpk_status request(struct context *context, const char *url)
{
    struct http_request get = {.url = url, .is_repeatable = 1};
    struct http_response response;
    struct http *client = NULL;
    cpk_status status;

    assert_ok(http_create(context, &client, NULL), NULL);
    atomic_store(&connected_public, 0);
    atomic_store(&connected_inside, 0);
    status = http_perform(client, &get, &response, NULL);
    http_response_free(&response);
    http_free(client);
    return status;
}

/* Before anything else: a connection to loopback, which must reach the connect() above. */
static int calls_are_interposed(void **state)
{
    struct context context;
    int is_interposed;

    (void)state;
    context_init(&context);
    context.settings.texts[TEXT_SETTING_NET_ALLOW_ADDRESSES] = memory_copy_text(&context.allocator, "127.0.0.1");
    (void)request(&context, "http://127.0.0.1:1/");
    is_interposed = atomic_load(&connected_inside) == 1;
    context_free(&context);
    return is_interposed ? 0 : -1; /* libcurl does not call this program: nothing may be sent */
}

static void table_is_kept(void **state)
{
    static const cpk_status STATUSES[] = {CPK_ERROR_NETWORK, CPK_ERROR_PERMISSION_DENIED, CPK_ERROR_INVALID_ARGUMENT};
    struct context context;

    (void)state;
    context_init(&context);
    assert_true(sizeof TABLE / sizeof TABLE[0] >= 120);
    for (size_t i = 0; i < sizeof TABLE / sizeof TABLE[0]; i++) {
        cpk_status status = request(&context, TABLE[i].url);
        int connected = atomic_load(&connected_public) + atomic_load(&connected_inside);

        if (status != STATUSES[TABLE[i].expected] || (connected > 0) != (TABLE[i].expected == ALLOWED) ||
            atomic_load(&connected_inside) > 0) {
            fail_msg("%s: %s, %d connections, expected %s", TABLE[i].url, cpk_status_name(status), connected,
                     cpk_status_name(STATUSES[TABLE[i].expected]));
        }
    }
    context_free(&context);
}

/* Full-width digits and dots become plain ones where libcurl knows international names; else they are no host. */
static void other_digits_lead_nowhere(void **state)
{
    static const char *const URLS[] = {
        "http://127\xE3\x80\x82\x31/", "http://\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1/",
        "http://\xE2\x91\xA0\xE2\x91\xA1\xE2\x91\xA6.0.0.1/", "http://loc\xC3\xA0lhost/"};
    struct context context;

    (void)state;
    context_init(&context);
    for (size_t i = 0; i < sizeof URLS / sizeof URLS[0]; i++) {
        assert_int_not_equal(request(&context, URLS[i]), CPK_OK);
        assert_int_equal(atomic_load(&connected_public) + atomic_load(&connected_inside), 0);
    }
    context_free(&context);
}

/* The first answer is public, every later one leads inside: whoever checks one and connects to another is fooled. */
static void changed_answers_do_not_lead_inside(void **state)
{
    static const char *const URLS[] = {"http://rebind.example/", "http://rebind-link-local.example/"};
    struct context context;

    (void)state;
    context_init(&context);
    for (size_t i = 0; i < sizeof URLS / sizeof URLS[0]; i++) {
        assert_int_equal(request(&context, URLS[i]), CPK_ERROR_NETWORK);
        assert_int_equal(atomic_load(&connected_public), 1);
        assert_int_equal(atomic_load(&connected_inside), 0);
        for (int round = 0; round < 3; round++) {
            assert_int_equal(request(&context, URLS[i]), CPK_ERROR_PERMISSION_DENIED);
            assert_int_equal(atomic_load(&connected_public) + atomic_load(&connected_inside), 0);
        }
    }
    context_free(&context);
}

/* Of several addresses only the public ones are tried. */
static void mixed_answers_do_not_lead_inside(void **state)
{
    struct context context;

    (void)state;
    context_init(&context);
    assert_int_not_equal(request(&context, "http://mixed.example/"), CPK_OK);
    assert_int_equal(atomic_load(&connected_inside), 0);
    assert_int_not_equal(request(&context, "http://mixed6.example/"), CPK_OK);
    assert_int_equal(atomic_load(&connected_inside), 0);
    context_free(&context);
}

static void setting_opens_what_it_lists(void **state)
{
    struct context context;

    (void)state;
    context_init(&context);
    context.settings.texts[TEXT_SETTING_NET_ALLOW_ADDRESSES] =
        memory_copy_text(&context.allocator, "127.0.0.1, 10.0.0.0/24");
    assert_int_equal(request(&context, "http://127.0.0.1:8080/"), CPK_ERROR_NETWORK);
    assert_int_equal(atomic_load(&connected_inside), 1);
    assert_int_equal(request(&context, "http://0x7f.1:8080/"), CPK_ERROR_NETWORK);
    assert_int_equal(atomic_load(&connected_inside), 1);
    assert_int_equal(request(&context, "http://inside.example/"), CPK_ERROR_NETWORK);
    assert_int_equal(atomic_load(&connected_inside), 1);
    assert_int_equal(request(&context, "http://127.0.0.2/"), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(request(&context, "http://10.0.1.1/"), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(request(&context, "http://[::1]/"), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(request(&context, "http://[::ffff:127.0.0.1]/"), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(atomic_load(&connected_public) + atomic_load(&connected_inside), 0);
    context_free(&context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_kept),
        cmocka_unit_test(other_digits_lead_nowhere),
        cmocka_unit_test(changed_answers_do_not_lead_inside),
        cmocka_unit_test(mixed_answers_do_not_lead_inside),
        cmocka_unit_test(setting_opens_what_it_lists),
    };

    return cmocka_run_group_tests(tests, calls_are_interposed, NULL);
}

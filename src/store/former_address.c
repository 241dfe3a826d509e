#include "store/former_address.h"

#include "base/buffer.h"
#include "base/hash.h"
#include "store/internal.h"

#include <string.h>

#define KEY_NAME      "former_addresses"
#define KEY_BYTES     32
#define KEY_HEX_BYTES (2 * KEY_BYTES + 1)

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

static int32_t is_gmail(const char *domain, size_t length)
{
    static const char *const names[] = {"gmail.com", "googlemail.com"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t at = 0;

        while (at < length && names[i][at] != '\0' && lower(domain[at]) == names[i][at]) {
            at++;
        }
        if (at == length && names[i][at] == '\0') {
            return 1;
        }
    }
    return 0;
}

static void normalise(const char *email, struct buffer *address)
{
    const char *start = email + strspn(email, " \t");
    const size_t length = strcspn(start, " \t\r\n");
    const char *at = memrchr(start, '@', length);
    const char *domain = at != NULL ? at + 1 : start + length;
    const size_t domain_length = (size_t)(start + length - domain);
    const int32_t has_no_dots = is_gmail(domain, domain_length);

    for (const char *letter = start; letter < (at != NULL ? at : domain) && *letter != '+'; letter++) {
        const char lowered = lower(*letter);

        if (*letter != '.' || !has_no_dots) {
            buffer_append(address, &lowered, 1);
        }
    }
    buffer_append(address, "@", 1);
    for (size_t i = 0; i < domain_length && !has_no_dots; i++) {
        const char lowered = lower(domain[i]);

        buffer_append(address, &lowered, 1);
    }
}

static cpk_status read_key(struct store *store, char key[KEY_HEX_BYTES], cpk_error **error)
{
    const char *value;
    struct statement query;
    int32_t has_row;

    key[0] = '\0';
    statement_start(&query, store->session, STATEMENT_SECRET_GET);
    statement_bind_text(&query, 1, KEY_NAME);
    CPK_TRY(statement_step(&query, &has_row, error));
    if (has_row) {
        value = statement_take_text(&query, NULL);
        if (value != NULL && strlen(value) == KEY_HEX_BYTES - 1) {
            memcpy(key, value, KEY_HEX_BYTES);
        }
        CPK_TRY(statement_check(&query, error));
    }
    statement_finish(&query);
    return CPK_OK;
}

/* Gets the database's random hash key, which is created on first use. */
static cpk_status get_key(struct store *store, char key[KEY_HEX_BYTES], cpk_error **error)
{
    unsigned char bytes[KEY_BYTES];
    struct statement change;

    CPK_TRY(read_key(store, key, error));
    if (key[0] != '\0') {
        return CPK_OK;
    }
    CPK_TRY(context_random(store->context, bytes, sizeof bytes, error));
    hash_hex(bytes, sizeof bytes, key);
    statement_start(&change, store->session, STATEMENT_SECRET_INSERT);
    statement_bind_text(&change, 1, KEY_NAME);
    statement_bind_text(&change, 2, key);
    statement_bind_int64(&change, 3, context_now(store->context));
    CPK_TRY(statement_run(&change, NULL, error));
    CPK_TRY(read_key(store, key, error)); /* another process may have created it meanwhile */
    return key[0] != '\0'
               ? CPK_OK
               : error_set(error, CPK_ERROR_INVALID_DATA, STORE_DOMAIN, "the key of former addresses is damaged");
}

static cpk_status hash_address(struct store *store, const char *email, char hash[HASH_SHA256_HEX_BYTES],
                               cpk_error **error)
{
    unsigned char digest[HASH_SHA256_BYTES];
    char key[KEY_HEX_BYTES];
    struct buffer address;
    cpk_status status;

    CPK_TRY(get_key(store, key, error));
    buffer_init(&address, &store->context->allocator);
    normalise(email, &address);
    status = address.failed ? error_out_of_memory(error)
                            : hash_hmac_sha256(key, KEY_HEX_BYTES - 1, address.data, address.length, digest, error);
    buffer_free(&address);
    CPK_TRY(status);
    hash_hex(digest, sizeof digest, hash);
    return CPK_OK;
}

cpk_status store_former_address_add(struct store *store, const char *email, cpk_error **error)
{
    char hash[HASH_SHA256_HEX_BYTES];
    struct statement change;

    CPK_TRY(hash_address(store, email, hash, error));
    statement_start(&change, store->session, STATEMENT_FORMER_ADDRESS_INSERT);
    statement_bind_text(&change, 1, hash);
    statement_bind_int64(&change, 2, context_now(store->context));
    return statement_run(&change, NULL, error);
}

cpk_status store_former_address_find(struct store *store, const char *email, int32_t *is_known, cpk_error **error)
{
    char hash[HASH_SHA256_HEX_BYTES];
    struct statement query;
    int32_t has_row;

    CPK_TRY(hash_address(store, email, hash, error));
    statement_start(&query, store->session, STATEMENT_FORMER_ADDRESS_COUNT);
    statement_bind_text(&query, 1, hash);
    CPK_TRY(statement_step(&query, &has_row, error));
    *is_known = has_row && statement_take_int64(&query) > 0;
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}

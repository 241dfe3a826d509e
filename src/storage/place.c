#include "storage/place.h"

#include "base/error.h"
#include "storage/encryption/encryption.h"
#include "storage/filesystem/filesystem.h"
#include "storage/memory/memory.h"
#include "storage/s3/s3.h"

#include <string.h>

#define DOMAIN              "storage"
#define SCHEME_SHOWN_LENGTH 16
#define ENCRYPTED_PREFIX    "encrypted+"

/* Makes the driver of a layer on `below`. */
typedef cpk_status (*open_layer_fn)(const struct context *context, struct storage *below, cpk_storage_driver *driver,
                                    cpk_error **error);

/* The message names only the scheme: the rest may contain a secret. */
static cpk_status set_uri_error(const char *uri, cpk_error **error)
{
    size_t length = strcspn(uri, ":");

    if (uri[length] == '\0' || length > SCHEME_SHOWN_LENGTH) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                         "the storage setting has no scheme; use file:DIR, s3://BUCKET or memory:");
    }
    return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                     "unknown storage scheme \"%.*s:\"; use file:DIR, s3://BUCKET or memory:", (int)length, uri);
}

const char *storage_base_uri(const char *uri, int32_t *layers)
{
    *layers = 0;
    if (strncmp(uri, ENCRYPTED_PREFIX, strlen(ENCRYPTED_PREFIX)) == 0) {
        *layers |= LAYER_ENCRYPTED;
        uri += strlen(ENCRYPTED_PREFIX);
    }
    return uri;
}

static cpk_status open_driver(const struct storage_place *place, const char *uri, cpk_storage_driver *driver,
                              cpk_error **error)
{
    if (strncmp(uri, "file:", 5) == 0) {
        return filesystem_driver_open(place->context, uri + 5, place->create, driver, error);
    }
    if (strcmp(uri, "memory:") == 0) {
        return memory_driver_open(place->context, driver, error);
    }
    return strncmp(uri, "s3://", 5) == 0 ? s3_driver_open(place->context, uri, driver, error)
                                         : set_uri_error(uri, error);
}

static cpk_status open_base(const struct storage_place *place, const char *uri, struct storage **storage,
                            cpk_error **error)
{
    cpk_storage_driver driver;
    cpk_status status;

    if (place->driver != NULL && strcmp(uri, STORAGE_HOST_URI) == 0) {
        return storage_create(place->context, place->driver, storage, error);
    }
    CPK_TRY(open_driver(place, uri, &driver, error));
    status = storage_create(place->context, &driver, storage, error);
    if (status != CPK_OK && driver.destroy != NULL) {
        driver.destroy(driver.self);
    }
    return status;
}

/* Puts a layer on *storage, which is owned by it on success. */
static cpk_status add_layer(const struct context *context, open_layer_fn open_layer, struct storage **storage,
                            cpk_error **error)
{
    cpk_storage_driver driver;
    cpk_status status;

    CPK_TRY(open_layer(context, *storage, &driver, error));
    status = storage_create_layer(&driver, storage, error);
    if (status != CPK_OK) {
        driver.destroy(driver.self);
    }
    return status;
}

static cpk_status add_encryption(const struct context *context, struct storage **storage, cpk_error **error)
{
    CPK_TRY(add_layer(context, encryption_driver_open, storage, error));
    storage_set_encryption(*storage);
    return CPK_OK;
}

static void free_layers(struct storage *storage, const struct storage_place *place)
{
    if (place->driver != NULL) {
        storage_disown_driver(storage);
    }
    storage_free(storage);
}

cpk_status storage_open_place(const struct storage_place *place, struct storage **storage, cpk_error **error)
{
    struct storage *opened = NULL;
    cpk_status status;
    const char *uri;
    int32_t layers;

    *storage = NULL;
    if (place->uri == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the storage setting is missing");
    }
    uri = storage_base_uri(place->uri, &layers);
    CPK_TRY(open_base(place, uri, &opened, error));
    if ((layers & LAYER_ENCRYPTED) != 0) {
        CPK_TRY_CLEANUP(add_encryption(place->context, &opened, error));
    }
    *storage = opened;
    return CPK_OK;
cleanup:
    free_layers(opened, place);
    return status;
}

cpk_status storage_open(const struct context *context, const char *uri, struct storage **storage, cpk_error **error)
{
    return storage_open_place(&(struct storage_place){context, uri, NULL, 1}, storage, error);
}

cpk_status storage_open_existing(const struct context *context, const char *uri, struct storage **storage,
                                 cpk_error **error)
{
    return storage_open_place(&(struct storage_place){context, uri, NULL, 0}, storage, error);
}

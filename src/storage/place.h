/* Opens storages by URI: a driver and the layers on it. */
#ifndef STORAGE_PLACE_H
#define STORAGE_PLACE_H

#include "storage/storage.h"

/* Where blobs are. */
struct storage_place {
    const struct context *context;
    const char *uri;                  /* "encrypted+" or nothing, and "file:DIR", "memory:", "s3://BUCKET/PREFIX" or,
                                         with a driver, "driver:" */
    const cpk_storage_driver *driver; /* of the host; NULL: none */
    int32_t create;                   /* 0: a missing folder is CPK_ERROR_NOT_FOUND; a missing bucket always is */
};

/* The URI of the host's driver. */
#define STORAGE_HOST_URI "driver:"

cpk_status storage_open_place(const struct storage_place *place, struct storage **storage, cpk_error **error);

/* Layers between the caller and what a URI names. */
#define LAYER_ENCRYPTED 1
/* The part of a URI behind the layers. */
const char *storage_base_uri(const char *uri, int32_t *layers);

/* Opens a URI; a missing folder is created. */
cpk_status storage_open(const struct context *context, const char *uri, struct storage **storage, cpk_error **error);
/* The same, but a missing folder is CPK_ERROR_NOT_FOUND. */
cpk_status storage_open_existing(const struct context *context, const char *uri, struct storage **storage,
                                 cpk_error **error);

#endif

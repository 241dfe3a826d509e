/* Verifies Stripe webhook signatures: `t=SECONDS,v1=HEX[,v1=HEX...]`, an HMAC-SHA256 of "SECONDS." and the raw
 * body. Stricter than Stripe's own libraries: exactly one `t`, digits only, lower-case hex. */
#ifndef PAYMENTS_STRIPE_SIGNATURE_H
#define PAYMENTS_STRIPE_SIGNATURE_H

#include <contextpack/error.h>

#define SIGNATURE_HEADER_BYTES_MAX 8192 /* a header has about 100 bytes per signature */

struct delivery_signature {
    const char *header; /* of header_length bytes */
    size_t header_length;
    const void *body; /* of body_length bytes, exactly as received */
    size_t body_length;
    const char *secrets;  /* one signing secret, or several separated by commas while they rotate; any one may match */
    int64_t now_us;       /* the current time */
    int64_t tolerance_ms; /* how far the header's time may be from now_us, in either direction; 0: any distance */
};

/* CPK_ERROR_PERMISSION_DENIED  no signature, a wrong one, or one that is too old: the message says which
 * CPK_ERROR_INVALID_ARGUMENT   there is no secret, or one holds white space */
cpk_status signature_verify(const struct delivery_signature *signature, cpk_error **error);

#endif

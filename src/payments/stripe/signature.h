/* Verifies Stripe webhook signatures: `t=SECONDS,v1=HEX[,v1=HEX...]`, an HMAC-SHA256 of "SECONDS." and the raw
 * body. Stricter than Stripe's own libraries: exactly one `t`, digits only, lower-case hex. */
#ifndef PAYMENTS_STRIPE_SIGNATURE_H
#define PAYMENTS_STRIPE_SIGNATURE_H

#include <contextpack/error.h>

#define SIGNATURE_HEADER_BYTES_MAX 8192 /* a header has about 100 bytes per signature */

/* `secrets`: one signing secret, or several separated by commas while they rotate; any one may match. `now_us` and
 * the header's time may differ by `tolerance_ms` in either direction; 0: by anything.
 * CPK_ERROR_PERMISSION_DENIED  no signature, a wrong one, or one that is too old: the message says which
 * CPK_ERROR_INVALID_ARGUMENT   there is no secret, or one holds white space */
cpk_status signature_verify(const char *header, size_t header_length, const void *body, size_t body_length,
                            const char *secrets, int64_t now_us, int64_t tolerance_ms, cpk_error **error);

#endif

/* Fetches what a link leads to. */
#ifndef INGEST_LINK_H
#define INGEST_LINK_H

#include "engine/op_context.h"

#include <contextpack/backend/extractor.h>

/* CPK_ERROR_INVALID_ARGUMENT for an address that link_open() refuses without a request. */
cpk_status link_check(const char *url, cpk_error **error);

/* Fetches a page or a shared conversation into a temporary file, and opens it as byte_reader_from_file() does. `name`
 * is used in errors and must outlive the reader. Redirects are followed here, each checked like the link itself. Pages
 * without content are errors, with a native code. Nothing is open after a failure:
 * - CPK_ERROR_NOT_FOUND: "deleted", there is no such page
 * - CPK_ERROR_PERMISSION_DENIED: "login", "private" or "challenge", not readable without an account, or by programs;
 *   "", the address is not public
 * - CPK_ERROR_NO_CONTENT: the page has no conversation or text
 * - CPK_ERROR_LIMIT_EXCEEDED: link.max_bytes, link.max_redirects
 * - CPK_ERROR_TIMEOUT, CPK_ERROR_NETWORK, CPK_ERROR_INVALID_ARGUMENT, CPK_ERROR_UNSUPPORTED */
cpk_status link_open(const struct op_context *op, const char *url, const char *name, cpk_reader *reader,
                     cpk_error **error);

#endif

/* Former e-mail addresses of accounts, stored as keyed hashes, so that a new account does not get a second bonus. */
#ifndef STORE_FORMER_ADDRESS_H
#define STORE_FORMER_ADDRESS_H

#include "store/store.h"

/* Service only; call in a transaction. Addresses are compared without case, without what follows a '+' in the local
 * part and, at gmail.com and googlemail.com, without dots in it. */
cpk_status store_former_address_add(struct store *store, const char *email, cpk_error **error);
cpk_status store_former_address_find(struct store *store, const char *email, int32_t *is_known, cpk_error **error);

#endif

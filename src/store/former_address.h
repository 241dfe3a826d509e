/* Addresses that accounts had and have no more: kept as keyed hashes, so that a new account gets no second bonus. */
#ifndef STORE_FORMER_ADDRESS_H
#define STORE_FORMER_ADDRESS_H

#include "store/store.h"

/* The service's, inside a transaction. Two spellings of a mailbox are one address: letters in either case, what follows
 * a '+' in the local part, and dots in it at gmail.com and googlemail.com. */
cpk_status store_former_address_add(struct store *store, const char *email, cpk_error **error);
cpk_status store_former_address_find(struct store *store, const char *email, int32_t *is_known, cpk_error **error);

#endif

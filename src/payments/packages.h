/* The packages on sale, as records for hosts. */
#ifndef PAYMENTS_PACKAGES_H
#define PAYMENTS_PACKAGES_H

#include "engine/session.h"
#include "payments/stripe/package.h"
#include "store/record.h"

#include <contextpack/package.h>

struct cpk_package {
    struct record record; /* the texts of `facts` follow the struct */
    struct package facts;
};

/* Reads the setting billing.packages into the arena. */
cpk_status packages_read(const cpk_session *session, struct arena *arena, struct package_list *packages,
                         cpk_error **error);
/* Lists all packages in the order of the setting billing.packages. */
cpk_status packages_list(const cpk_session *session, struct record_list **packages, cpk_error **error);
/* CPK_ERROR_NOT_FOUND if the setting has no package with this id. */
cpk_status packages_get(const cpk_session *session, const char *id, cpk_package **package, cpk_error **error);

#endif

/* What can be bought, as snapshots for hosts. */
#ifndef PAYMENTS_PACKAGES_H
#define PAYMENTS_PACKAGES_H

#include "engine/session.h"
#include "payments/stripe/package.h"
#include "store/snapshot.h"

#include <contextpack/package.h>

struct cpk_package {
    struct snapshot snapshot; /* the texts of `facts` are behind the struct */
    struct package facts;
};

/* The setting billing.packages, in the arena. */
cpk_status packages_read(const cpk_session *session, struct arena *arena, struct package_list *packages,
                         cpk_error **error);
/* All packages of the setting billing.packages, in its order. */
cpk_status packages_list(const cpk_session *session, struct snapshot_list **packages, cpk_error **error);
/* CPK_ERROR_NOT_FOUND when the setting has none of that id. */
cpk_status packages_get(const cpk_session *session, const char *id, cpk_package **package, cpk_error **error);

#endif

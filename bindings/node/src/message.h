#ifndef CONTEXTPACK_NODE_MESSAGE_H
#define CONTEXTPACK_NODE_MESSAGE_H

#include "value.h"

#include <contextpack/message.h>

/** A message as a list of cells, borrowed from it; `items` has room for MESSAGE_CELLS. */
#define MESSAGE_CELLS 12
cell message_cells(const cpk_message *message, cell *items, cell *attachments);

/** The number of attachments in message_cells(); each takes 4 cells, plus one for the list. */
#define MESSAGE_ATTACHMENTS_MAX 64

#endif

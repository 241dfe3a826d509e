/* Instructions, verbatim: custom instructions and memories that an export brings, and standing requests in chats ("from
 * now on", "always", "no more emojis"). Requests about one text or one answer are not among them. */
#ifndef ANALYZE_RULES_INSTRUCTION_H
#define ANALYZE_RULES_INSTRUCTION_H

#include "analyze/language/request.h"

#include <contextpack/message.h>

/* Subjects of FINDING_INSTRUCTION. */
#define INSTRUCTION_CUSTOM   "custom"   /* custom instructions, instructions of a project */
#define INSTRUCTION_MEMORY   "memory"   /* what an assistant has noted */
#define INSTRUCTION_STANDING "standing" /* a standing request in a chat */
#define INSTRUCTION_CORRECTION                                                                                         \
    "correction" /* "no emojis": standing if several conversations have it; see the merge                              \
                  */

/* One instruction. Texts are borrowed during the call. */
struct instruction {
    const char *subject;
    const char *value; /* the project's name for what belongs to one, otherwise "" */
    const char *text;
    int32_t ended;   /* a memory that the assistant was told to forget */
    int64_t time_us; /* or CPK_TIME_UNKNOWN */
};

typedef void (*instruction_emit_fn)(void *user, const struct instruction *instruction);

/* Reads a message of kind CPK_KIND_INSTRUCTIONS or CPK_KIND_MEMORY. 0 if there is no memory. */
int32_t instruction_read_told(struct arena *arena, const cpk_message *message, instruction_emit_fn emit, void *user);
/* Reads a message of the user's. `masked` is its text without what others wrote. 0 if there is no memory. */
int32_t instruction_read_speech(struct arena *arena, const cpk_message *message, const char *masked,
                                instruction_emit_fn emit, void *user);

#endif

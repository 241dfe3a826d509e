/* The answer of a language model to a chunk: asked with numbered messages between boundaries, in parts if the chunk is
 * too long for the model, checked against the chunk, and added to what the offline analyzer finds in it. */
#ifndef PROCESSING_MODEL_ANSWER_H
#define PROCESSING_MODEL_ANSWER_H

#include "processing/chunk_task.h"

/* Sets task->answer to a findings document, task->usage to the sum of all requests, task->findings and task->dropped;
 * task->error on failure. The chunk's messages are masked already. */
cpk_status model_answer_make(struct chunk_task *task);

#endif

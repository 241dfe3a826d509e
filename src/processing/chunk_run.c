#include "processing/chunk_run.h"

#include "processing/model_answer.h"

void chunk_run(struct chunk_task *task)
{
    if (task->status != CPK_OK) {
        return;
    }
    task->status = chunk_task_withhold(task, &task->error);
    if (task->status != CPK_OK || task->is_kept) {
        return;
    }
    task->status =
        task->context->schema != NULL ? model_answer_make(task) : chunk_task_ask(task, &task->masked, task->tokens);
}

#include <contextpack/message.h>

const char *cpk_role_name(int32_t role)
{
    switch (role) {
    case CPK_ROLE_USER:
        return "user";
    case CPK_ROLE_ASSISTANT:
        return "assistant";
    case CPK_ROLE_SYSTEM:
        return "system";
    case CPK_ROLE_TOOL:
        return "tool";
    default:
        return "unknown";
    }
}

const char *cpk_kind_name(int32_t kind)
{
    static const char *const names[] = {
        "unknown",      "text",   "code",     "thinking",   "tool_call", "tool_result", "attachment", "quote",
        "instructions", "memory", "artifact", "transcript", "document",  "summary",     "error",
    };

    if (kind < 0 || (size_t)kind >= sizeof names / sizeof names[0]) {
        return names[0];
    }
    return names[kind];
}

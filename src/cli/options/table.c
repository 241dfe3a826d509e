#include "options/table.h"

#include "commands.h"

#include <stdint.h>
#include <string.h>

#define ENCODINGS    "o200k_base|cl100k_base"
#define EXPORT_TYPES "compact|standard|complete"
#define PAGE_OPTIONS                                                                                                   \
    {"limit", '\0', VALUE_NUMBER, "N", NULL, "at most N items, 1 to 1000 (default: 100)"},                             \
    {                                                                                                                  \
        "after", '\0', VALUE_TEXT, "NEXT", NULL, "continue after a page: its \"next\""                                 \
    }
#define PERIOD_OPTIONS                                                                                                 \
    {"from", '\0', VALUE_TEXT, "TIME", NULL, "start, inclusive, UTC: 2026-01-31 or 2026-01-31T12:00:00Z"},             \
    {                                                                                                                  \
        "until", '\0', VALUE_TEXT, "TIME", NULL, "end, exclusive"                                                      \
    }
#define PART_OPTIONS                                                                                                   \
    {"partial", '\0', VALUE_NONE, NULL, NULL, "if the balance is too low, analyse as many chunks as it covers"},       \
    {                                                                                                                  \
        "max-chunks", '\0', VALUE_NUMBER, "N", NULL, "analyse at most N chunks now"                                    \
    }
#define PASSWORD_OPTION                                                                                                \
    {                                                                                                                  \
        "password-file", '\0', VALUE_FILE, "FILE", NULL,                                                               \
            "the first line of FILE opens encrypted documents (default: setting pdf.password)"                         \
    }
#define BUDGET_OPTION                                                                                                  \
    {                                                                                                                  \
        "max-tokens", '\0', VALUE_NUMBER, "N", NULL,                                                                   \
            "most tokens of a compact or standard document (default: as the settings say)"                             \
    }
#define YES_OPTION                                                                                                     \
    {                                                                                                                  \
        "yes", 'y', VALUE_NONE, NULL, NULL, "delete without confirmation; required without a terminal and with --json" \
    }
#define END                                                                                                            \
    {                                                                                                                  \
        NULL, '\0', VALUE_NONE, NULL, NULL, NULL                                                                       \
    }

const struct cli_option CLI_GLOBAL_OPTIONS[] = {
    {"database", '\0', VALUE_TEXT, "URI", NULL, "the database: sqlite:PATH or postgresql://..."},
    {"storage", '\0', VALUE_TEXT, "URI", NULL,
     "the storage for files: file:DIR or s3://BUCKET/PREFIX, encrypted with encrypted+ before it"},
    {"analyzer", '\0', VALUE_TEXT, "URI", NULL,
     "the analyzer: extractive: (offline, the default), openai:MODEL or anthropic:MODEL"},
    {"user", '\0', VALUE_TEXT, "USER", NULL, "act for this user, an id or e-mail address (default: the local user)"},
    {"config", '\0', VALUE_FILE, "FILE", NULL, "configuration file to read instead of the default one"},
    {"set", '\0', VALUE_TEXT, "NAME=VALUE", NULL, "a setting for this run; may be repeated; see contextpack settings"},
    {"json", '\0', VALUE_NONE, NULL, NULL, "JSON on standard output, errors as JSON on standard error"},
    {"quiet", 'q', VALUE_NONE, NULL, NULL, "print only results and errors"},
    {"verbose", 'v', VALUE_NONE, NULL, NULL, "print everything that was skipped or repaired, and the log"},
    {"no-progress", '\0', VALUE_NONE, NULL, NULL, "no progress bar and no progress lines"},
    {"color", '\0', VALUE_CHOICE, "WHEN", "never|auto|always",
     "use colours; auto: on a terminal, unless NO_COLOR is set"},
    {"help", 'h', VALUE_NONE, NULL, NULL, "print help"},
    {"version", 'V', VALUE_NONE, NULL, NULL, "print the version"},
    END,
};

#define MODE_OPTION                                                                                                    \
    {                                                                                                                  \
        "mode", '\0', VALUE_TEXT, "MODE", NULL, "permissions of written files, in octal (default: 600; folders 700)"   \
    }

static const struct cli_option NO_OPTIONS[] = {END};
static const struct cli_option LIST_OPTIONS[] = {PAGE_OPTIONS, END};
static const struct cli_option DELETE_OPTIONS[] = {YES_OPTION, END};

static const struct cli_option ROTATE_KEYS_OPTIONS[] = {
    {"older-than", '\0', VALUE_NUMBER, "DAYS", NULL,
     "also replace data keys of DAYS days and more, and encrypt their files again (default: none)"},
    END,
};

static const struct cli_option STORAGE_COPY_OPTIONS[] = {
    {"verify", '\0', VALUE_NONE, NULL, NULL, "compare the SHA-256 of every file in both storages"},
    {"mirror", '\0', VALUE_NONE, NULL, NULL, "remove files of TARGET that SOURCE does not have"},
    END,
};

static const struct cli_option BACKUP_OPTIONS[] = {
    {"files", '\0', VALUE_FOLDER, "DIR", NULL, "also copy the stored files to this folder"},
    {"replace", '\0', VALUE_NONE, NULL, NULL, "replace PATH if it exists"},
    END,
};

#define STRICT_OPTION                                                                                                  \
    {                                                                                                                  \
        "strict", '\0', VALUE_NONE, NULL, NULL, "an input of which anything would be lost is an error"                 \
    }

static const struct cli_option BUILD_OPTIONS[] = {
    {"output", 'o', VALUE_FOLDER, "DIR", NULL, "folder for the documents (default: one named after the pack)"},
    MODE_OPTION,
    {"type", 't', VALUE_CHOICE, "TYPE", EXPORT_TYPES "|all", "document to make; may be repeated (default: standard)"},
    BUDGET_OPTION,
    {"name", 'n', VALUE_TEXT, "NAME", NULL, "name of the pack, new or existing (default: from the first input)"},
    PART_OPTIONS,
    STRICT_OPTION,
    PASSWORD_OPTION,
    END,
};

static const struct cli_option INSPECT_OPTIONS[] = {STRICT_OPTION, PASSWORD_OPTION, END};

static const struct cli_option EXTRACT_OPTIONS[] = {
    {"active-branch", '\0', VALUE_NONE, NULL, NULL, "only messages of the branch that was open, not of the others"},
    {"text", '\0', VALUE_NONE, NULL, NULL, "print the normalised text instead of JSON Lines"},
    PASSWORD_OPTION,
    END,
};

static const struct cli_option CHUNK_OPTIONS[] = {
    {"max-tokens", '\0', VALUE_NUMBER, "N", NULL, "most tokens of a chunk (default: setting chunk.max_tokens)"},
    {"overlap-tokens", '\0', VALUE_NUMBER, "N", NULL,
     "tokens repeated from the previous chunk; 0: none (default: setting chunk.overlap_tokens)"},
    {"encoding", 'e', VALUE_CHOICE, "NAME", ENCODINGS, "encoding of the tokens (default: o200k_base)"},
    {"text", '\0', VALUE_NONE, NULL, NULL, "include the text of each chunk"},
    PASSWORD_OPTION,
    END,
};

static const struct cli_option TOKENS_OPTIONS[] = {
    {"encoding", 'e', VALUE_CHOICE, "NAME", ENCODINGS, "encoding of the tokens (default: o200k_base)"},
    {"ids", '\0', VALUE_NONE, NULL, NULL, "print the ids of the tokens instead of their number"},
    END,
};

static const struct cli_option REDACT_OPTIONS[] = {
    {"names", 'n', VALUE_TEXT, "NAMES", NULL, "names that are known, separated by commas"},
    {"key-file", '\0', VALUE_FILE, "FILE", NULL,
     "placeholders are computed with the first line of FILE (default: a random key)"},
    END,
};

static const struct cli_option USER_CREATE_OPTIONS[] = {
    {"email", '\0', VALUE_TEXT, "EMAIL", NULL, "e-mail address, unique (required)"},
    {"name", 'n', VALUE_TEXT, "NAME", NULL, "full name"},
    {"plan", '\0', VALUE_CHOICE, "PLAN", "credits|unlimited", "payment plan (default: credits)"},
    {"id", '\0', VALUE_TEXT, "UUID", NULL, "id of the user (default: a random one)"},
    {"avatar", '\0', VALUE_TEXT, "URL", NULL, "URL of a picture"},
    END,
};

static const struct cli_option USER_UPDATE_OPTIONS[] = {
    {"name", 'n', VALUE_TEXT, "NAME", NULL, "full name; \"\" removes it"},
    {"avatar", '\0', VALUE_TEXT, "URL", NULL, "URL of a picture; \"\" removes it"},
    {"email", '\0', VALUE_TEXT, "EMAIL", NULL, "new e-mail address"},
    END,
};

#define REASON_OPTIONS                                                                                                 \
    {"reason", 'r', VALUE_TEXT, "TEXT", NULL, "the reason, for the audit log (required)"},                             \
        {"details", '\0', VALUE_TEXT, "JSON", NULL, "details for the audit log, a JSON object"},                       \
    {                                                                                                                  \
        "admin", '\0', VALUE_TEXT, "ADMIN", NULL, "the administrator, an id or e-mail address (default: the service)"  \
    }
#define MAY_OWE_OPTION                                                                                                 \
    {                                                                                                                  \
        "may-owe", '\0', VALUE_NONE, NULL, NULL, "allow a negative balance"                                            \
    }

static const struct cli_option ADMIN_OPTIONS[] = {REASON_OPTIONS, END};

static const struct cli_option ADMIN_ADJUST_OPTIONS[] = {
    {"credits", 'c', VALUE_NUMBER, "N", NULL, "credits to add; negative: to take (required)"},
    MAY_OWE_OPTION,
    REASON_OPTIONS,
    END,
};

static const struct cli_option ADMIN_SUPPORT_OPTIONS[] = {
    {"credits", 'c', VALUE_NUMBER, "N", NULL, "credits to give (required)"},
    REASON_OPTIONS,
    END,
};

static const struct cli_option ADMIN_REFUND_OPTIONS[] = {
    {"amount-cents", '\0', VALUE_NUMBER, "N", NULL, "refunded amount, in cents of a US dollar (required)"},
    {"credits", 'c', VALUE_NUMBER, "N", NULL, "credits to take back (default: none)"},
    {"payment", '\0', VALUE_TEXT, "ID", NULL, "the refunded payment"},
    MAY_OWE_OPTION,
    REASON_OPTIONS,
    END,
};

static const struct cli_option ADMIN_LOG_OPTIONS[] = {
    {"admin", '\0', VALUE_TEXT, "ADMIN", NULL, "only actions of this administrator, an id or e-mail address"},
    PAGE_OPTIONS,
    END,
};

static const struct cli_option CHECKOUT_OPTIONS[] = {
    {"credits", 'c', VALUE_NUMBER, "N", NULL, "credits to buy, for a package with tiers"},
    {"success-url", '\0', VALUE_TEXT, "URL", NULL,
     "URL to redirect to after payment (required); may contain {CHECKOUT_SESSION_ID}"},
    {"cancel-url", '\0', VALUE_TEXT, "URL", NULL, "URL to redirect to if the buyer cancels"},
    {"ip", '\0', VALUE_TEXT, "ADDRESS", NULL, "the buyer's IP address, stored and used for the limit by address"},
    {"user-agent", '\0', VALUE_TEXT, "TEXT", NULL, "the buyer's user agent, stored"},
    END,
};

static const struct cli_option PAYMENT_LIST_OPTIONS[] = {
    {"ip", '\0', VALUE_TEXT, "ADDRESS", NULL, "only attempts from this IP address"},
    PAGE_OPTIONS,
    END,
};

static const struct cli_option VELOCITY_OPTIONS[] = {
    {"by", '\0', VALUE_CHOICE, "WHAT", "user|ip", "group by user or IP address (default: user)"},
    {"hours", '\0', VALUE_NUMBER, "N", NULL, "attempts of the last N hours (default: 24)"},
    {"minimum", '\0', VALUE_NUMBER, "N", NULL, "only users or addresses with at least N attempts"},
    {"limit", '\0', VALUE_NUMBER, "N", NULL, "at most N rows, 1 to 1000 (default: 100)"},
    END,
};

static const struct cli_option RECONCILE_OPTIONS[] = {
    {"since", '\0', VALUE_TEXT, "TIME", NULL,
     "a day or a time in UTC of the last 30 days (2026-01-31, 2026-01-31T12:00:00Z; default: 72 hours ago)"},
    END,
};

static const struct cli_option WEBHOOK_OPTIONS[] = {
    {"signature", '\0', VALUE_TEXT, "HEADER", NULL, "the value of the request's Stripe-Signature header (required)"},
    END,
};

static const struct cli_option JOB_CREATE_OPTIONS[] = {
    {"name", 'n', VALUE_TEXT, "NAME", NULL, "name of the file (default: its own name)"},
    {"run", '\0', VALUE_NONE, NULL, NULL, "also run the job"},
    PASSWORD_OPTION,
    END,
};

static const struct cli_option JOB_READ_OPTIONS[] = {
    {"output", 'o', VALUE_FILE, "FILE", NULL, "write to FILE (default: standard output)"},
    MODE_OPTION,
    END,
};

static const struct cli_option DRY_RUN_OPTIONS[] = {
    {"dry-run", '\0', VALUE_NONE, NULL, NULL, "print what would be done, change nothing"},
    END,
};

static const struct cli_option PACK_CREATE_OPTIONS[] = {
    {"name", 'n', VALUE_TEXT, "NAME", NULL, "the name, instead of as an argument"},
    {"description", 'd', VALUE_TEXT, "TEXT", NULL, "what the pack is for"},
    {"prompt", '\0', VALUE_TEXT, "TEXT", NULL, "added to the analyzer's instructions"},
    END,
};

static const struct cli_option SOURCE_ADD_OPTIONS[] = {
    {"name", 'n', VALUE_TEXT, "NAME", NULL, "name of the source (default: the file's name)"},
    {"url", '\0', VALUE_TEXT, "URL", NULL, "fetch a page or a shared conversation, instead of INPUT"},
    {"run", '\0', VALUE_NONE, NULL, NULL, "also extract, chunk and analyse it"},
    PASSWORD_OPTION,
    END,
};

static const struct cli_option SOURCE_RUN_OPTIONS[] = {
    {"until", '\0', VALUE_CHOICE, "STATUS", "ready|completed", "status to stop at (default: completed)"},
    PART_OPTIONS,
    PASSWORD_OPTION,
    END,
};

static const struct cli_option JOB_RUN_OPTIONS[] = {PART_OPTIONS, PASSWORD_OPTION, END};

static const struct cli_option STATEMENT_OPTIONS[] = {
    PERIOD_OPTIONS,
    {"format", 'f', VALUE_CHOICE, "FORMAT", "table|csv|json", "output format (default: table)"},
    {"output", 'o', VALUE_FILE, "FILE", NULL, "write CSV or JSON to FILE (default: standard output)"},
    MODE_OPTION,
    PAGE_OPTIONS,
    END,
};

static const struct cli_option GRANT_OPTIONS[] = {
    {"credits", 'c', VALUE_NUMBER, "N", NULL, "credits to give (required)"},
    {"type", 't', VALUE_CHOICE, "TYPE", "bonus|purchase|refund", "type of the transaction (default: bonus)"},
    {"key", '\0', VALUE_TEXT, "KEY", NULL, "identifies the request: the same key grants once (default: a new one)"},
    {"package", '\0', VALUE_TEXT, "ID", NULL, "the package that was bought"},
    {"description", 'd', VALUE_TEXT, "TEXT", NULL, "description, shown to the user"},
    END,
};

static const struct cli_option WORK_SUBMIT_OPTIONS[] = {
    {"until", '\0', VALUE_CHOICE, "STATUS", "ready|completed",
     "stop when the text is extracted and cut into chunks (ready), or run to the end (default)"},
    {"priority", '\0', VALUE_NUMBER, "N", NULL, "before work of the same user with a lower priority (default: 0)"},
    END,
};

static const struct cli_option WORK_LIST_OPTIONS[] = {
    {"state", '\0', VALUE_CHOICE, "STATE", "ready|waiting|running|dead|cancelled", "only work in this state"},
    PAGE_OPTIONS,
    END,
};

static const struct cli_option WORKER_OPTIONS[] = {
    {"concurrency", 'c', VALUE_NUMBER, "N", NULL, "sources to run at the same time, 1 to 256 (default: 1)"},
    {"until-empty", '\0', VALUE_NONE, NULL, NULL,
     "end when nothing is ready, running or to be tried again, instead of waiting for more"},
    {"metrics-file", '\0', VALUE_FILE, "FILE", NULL,
     "write metrics of the queue and the worker to FILE every second, in Prometheus' text format"},
    MODE_OPTION,
    END,
};

static const struct cli_option METRICS_OPTIONS[] = {
    {"output", 'o', VALUE_FILE, "FILE", NULL, "write to FILE (default: standard output)"},
    MODE_OPTION,
    END,
};

static const struct cli_option REPORT_OPTIONS[] = {
    PERIOD_OPTIONS,
    {"utc-offset", '\0', VALUE_NUMBER, "MINUTES", NULL, "time zone of the days, in minutes east of UTC"},
    {"format", 'f', VALUE_CHOICE, "FORMAT", "csv|json", "output format (default: csv)"},
    {"output", 'o', VALUE_FILE, "FILE", NULL, "write to FILE (default: standard output)"},
    MODE_OPTION,
    END,
};

static const struct cli_option SOURCE_READ_OPTIONS[] = {
    {"part", '\0', VALUE_CHOICE, "PART", "raw|extracted|withheld",
     "the original bytes, the text, or the numbers of withheld secrets by kind (default: extracted)"},
    {"output", 'o', VALUE_FILE, "FILE", NULL, "write to FILE (default: standard output)"},
    MODE_OPTION,
    END,
};

static const struct cli_option EXPORT_CREATE_OPTIONS[] = {
    {"type", 't', VALUE_CHOICE, "TYPE", EXPORT_TYPES, "type of the document (default: standard)"},
    BUDGET_OPTION,
    END,
};

static const struct cli_option EXPORT_READ_OPTIONS[] = {
    {"format", 'f', VALUE_CHOICE, "FORMAT", "markdown|json", "format of the document (default: markdown)"},
    {"output", 'o', VALUE_FILE, "FILE", NULL, "write to FILE (default: standard output)"},
    MODE_OPTION,
    END,
};

static const struct cli_option MIGRATE_OPTIONS[] = {
    {"dry-run", '\0', VALUE_NONE, NULL, NULL, "print what would be applied, change nothing"},
    {"report", '\0', VALUE_NONE, NULL, NULL, "print the report of earlier migrations, change nothing"},
    END,
};

static const struct cli_option HELP_OPTIONS[] = {
    {"man", '\0', VALUE_NONE, NULL, NULL, "print the manual page"},
    {"markdown", '\0', VALUE_NONE, NULL, NULL, "print the whole reference in Markdown"},
    END,
};

#define NO_ARGUMENTS "", 0, 0, NULL, false
#define ONE(name)    name, 1, 1, NULL, false
#define ANY          SIZE_MAX

const struct cli_command CLI_COMMANDS[] = {
    {"build", "INPUT...", 1, ANY, NULL, true, COMMAND_CREATES, "Make a context pack from exports, documents and texts",
     "Reads every INPUT, analyses what it says about its user, and writes documents for an assistant. An INPUT is a "
     "file, a folder (all files in it and below; unusable ones are skipped and listed) or - for text on standard "
     "input.\n\n"
     "The pack is found by its name or created. Without --name the name comes from the first input's file name; if "
     "that is not specific (conversations.json, export.zip), from its folder; otherwise it is \"Context pack\". "
     "Building the same input again repeats no work, and a newer export adds only what is new.\n\n"
     "The documents are DIR/TYPE.md to read and paste and DIR/TYPE.json for programs, such as out/standard.md. "
     "Each file is written completely or not at all.\n\n"
     "An unusable input is reported with the reason, and the build continues with the others: exit code 3, or 4 if "
     "none could be used. What could not be read of an input (the end of a truncated file, damage, missing parts, "
     "unreadable or too large conversations) is named in its line and in the documents, also when it is built again: "
     "exit code 3. With --strict such an input is an error and is not added. If the balance does not cover a source, "
     "its cost is reported (exit code 9); --partial "
     "analyses as many chunks as the balance covers, and the same command continues later. After Ctrl-C or a crash the "
     "same command continues where it stopped.",
     "contextpack build chatgpt-export.zip claude-export.zip -o out --type all\n"
     "pbpaste | contextpack build - --name Notes",
     BUILD_OPTIONS, command_build},
    {"inspect", "INPUT...", 1, ANY, NULL, true, 0, "Tell what an input contains, before anything is stored",
     "What was recognised (providers, how the export is divided, dates, conversations, messages by author, "
     "attachments), what would be skipped and why, what is missing, and an estimate of tokens, chunks and credits. "
     "With --json one object for each input. With --strict an input of which content would be lost is an error. Needs "
     "no database or storage.",
     "contextpack inspect chatgpt-export.zip", INSPECT_OPTIONS, command_inspect},
    {"extract", "INPUT...", 1, ANY, NULL, true, 0, "Print the messages of an export as JSON Lines",
     "One message a line: conversation_id, conversation_title, message_id, parent_id, role, kind, time (ISO 8601 or "
     "null), model, text, hidden, active_branch, attachments (id, name, media_type, size_bytes) and provider. Memory "
     "is bounded by the largest conversation, not by the file. Needs no database or storage.",
     "contextpack extract chatgpt-export.zip | jq -r 'select(.role == \"user\").text'", EXTRACT_OPTIONS,
     command_extract},
    {"chunk", "INPUT", 1, 1, NULL, true, 0, "Cut an input's text into chunks",
     "Prints JSON Lines: index, offset and length in bytes of the text that `contextpack extract --text` prints, exact "
     "tokens, and with --text the text. Cuts at the best boundary that fits: conversation, message, paragraph, "
     "sentence, word, code point. Needs no database or storage.",
     "contextpack chunk --max-tokens 8000 --text notes.md", CHUNK_OPTIONS, command_chunk},
    {"tokens", "[FILE...]", 0, ANY, NULL, true, 0, "Count the tokens of texts",
     "Counts the tokens of each FILE, or of standard input (also -). Special tokens such as \"<|endoftext|>\" are "
     "counted as ordinary text. Bytes that are not UTF-8 count as U+FFFD.",
     "contextpack tokens --encoding cl100k_base prompt.txt", TOKENS_OPTIONS, command_tokens},
    {"redact", "[FILE]", 0, 1, NULL, true, 0, "Replace secrets and personal data of a text",
     "Prints the text of FILE, or of standard input (also -), with secrets replaced by notices such as \"[password "
     "withheld]\" and personal data by placeholders such as \"[EMAIL_120934]\"; standard error tells how many. With "
     "--json one object: file, bytes, masked (how often each kind was replaced) and the text. With the same key the "
     "same "
     "value has the same placeholder everywhere. Needs no database or storage.",
     "contextpack redact --names \"Ana Prado\" notes.md", REDACT_OPTIONS, command_redact},

    {"pack create", "[NAME]", 0, 1, NULL, false, COMMAND_CREATES, "Create an empty pack",
     "Creates a pack without sources. `contextpack build` creates packs automatically.",
     "contextpack pack create \"Work\" --description \"Everything about my job\"", PACK_CREATE_OPTIONS,
     command_pack_create},
    {"pack list", NO_ARGUMENTS, 0, "List the packs, last changed first",
     "Lists the user's packs with their ids, sources and tokens.", "contextpack pack list --json", LIST_OPTIONS,
     command_pack_list},
    {"pack show", ONE("PACK"), 0, "Show a pack and the progress of its sources", "PACK is a pack's id or its name.",
     "contextpack pack show Work", NO_OPTIONS, command_pack_show},
    {"pack rename", "PACK NAME", 2, 2, NULL, false, 0, "Rename a pack", "PACK is a pack's id or its name.",
     "contextpack pack rename Work \"Work until 2025\"", NO_OPTIONS, command_pack_rename},
    {"pack delete", ONE("PACK"), COMMAND_DELETES, "Delete a pack with its sources and documents",
     "PACK is a pack's id or its name. Its stored files are deleted too; spent credits are not refunded. Files written "
     "by `contextpack build` are kept. Asks for confirmation on a terminal; elsewhere it needs --yes.",
     "contextpack pack delete Work --yes", DELETE_OPTIONS, command_pack_delete},

    {"pack quote", ONE("PACK"), 0, "Show the cost of analysing a pack's sources",
     "PACK is a pack's id or its name. Sources that are not extracted yet are counted separately.",
     "contextpack pack quote Work --json", NO_OPTIONS, command_pack_quote},

    {"source add", "PACK [INPUT]", 1, 2, NULL, true, 0, "Add an input to a pack without analysing it",
     "Stores the bytes of INPUT: a file, a link (https://...), or - for standard input. Adding the same bytes again "
     "returns the existing source. Continue with `contextpack source run`.",
     "contextpack source add Work notes.md", SOURCE_ADD_OPTIONS, command_source_add},
    {"source list", ONE("PACK"), 0, "List a pack's sources, newest first", "PACK is a pack's id or its name.",
     "contextpack source list Work", LIST_OPTIONS, command_source_list},
    {"source show", ONE("SOURCE"), 0, "Show a source", "SOURCE is a source's id.", "contextpack source show ID",
     NO_OPTIONS, command_source_show},
    {"source run", ONE("SOURCE"), 0, "Extract, chunk and analyse a source",
     "Continues the processing of the source with that id; finished work is not repeated.", "contextpack source run ID",
     SOURCE_RUN_OPTIONS, command_source_run},
    {"source read", ONE("SOURCE"), 0, "Print a source's text or raw bytes", "Prints a part of the source with that id.",
     "contextpack source read ID --part raw -o export.zip", SOURCE_READ_OPTIONS, command_source_read},
    {"source delete", ONE("SOURCE"), COMMAND_DELETES, "Delete a source",
     "Deletes the source with that id and its stored files. Asks for confirmation on a terminal; elsewhere it needs "
     "--yes.",
     "contextpack source delete ID --yes", DELETE_OPTIONS, command_source_delete},

    {"source quote", ONE("SOURCE"), 0, "Show the cost of analysing a source",
     "Chunks, credits, the balance, and the cost at billing.credit_price_micros. A source that is not extracted yet "
     "has no chunks: `contextpack source run ID --until ready` extracts it at no cost.",
     "contextpack source quote ID", NO_OPTIONS, command_source_quote},

    {"export create", ONE("PACK"), 0, "Make a document of a pack",
     "Makes the document from what has been analysed so far. If nothing changed, the existing document is returned.",
     "contextpack export create Work --type compact", EXPORT_CREATE_OPTIONS, command_export_create},
    {"export list", ONE("PACK"), 0, "List a pack's documents, newest first", "PACK is a pack's id or its name.",
     "contextpack export list Work", LIST_OPTIONS, command_export_list},
    {"export show", ONE("EXPORT"), 0, "Show a document's status, size and tokens", "EXPORT is a document's id.",
     "contextpack export show ID", NO_OPTIONS, command_export_show},
    {"export read", ONE("EXPORT"), 0, "Print a document", "Prints the document with that id.",
     "contextpack export read ID | xclip", EXPORT_READ_OPTIONS, command_export_read},
    {"export delete", ONE("EXPORT"), COMMAND_DELETES, "Delete a document",
     "Deletes the document with that id. Asks for confirmation on a terminal; elsewhere it needs --yes.",
     "contextpack export delete ID --yes", DELETE_OPTIONS, command_export_delete},

    {"user create", NO_ARGUMENTS, COMMAND_CREATES, "Create a user",
     "A new user has 10 credits. Without --user, commands act for the local user, who is created on first use.",
     "contextpack user create --email ada@example.org --name \"Ada\"", USER_CREATE_OPTIONS, command_user_create},
    {"user list", NO_ARGUMENTS, 0, "List the users, newest first", "Lists every user of the database.",
     "contextpack user list", LIST_OPTIONS, command_user_list},
    {"user show", "[USER]", 0, 1, NULL, false, 0, "Show a user",
     "USER is an id or an e-mail address; default: the user that commands act for.",
     "contextpack user show ada@example.org", NO_OPTIONS, command_user_show},
    {"user update", "[USER]", 0, 1, NULL, false, 0, "Change a user's name, picture or e-mail address",
     "USER is an id or an e-mail address; default: the user that commands act for.",
     "contextpack user update --name \"Ada Lovelace\"", USER_UPDATE_OPTIONS, command_user_update},
    {"user plan", "USER PLAN", 2, 2, NULL, false, 0, "Change a user's payment plan",
     "USER is an id or an e-mail address; PLAN is credits or unlimited. Not recorded in the audit log; use "
     "`contextpack admin plan` for that.",
     "contextpack user plan ada@example.org unlimited", NO_OPTIONS, command_user_plan},
    {"user suspend", ONE("USER"), 0, "Suspend an account",
     "A suspended account cannot add sources or start work; reading, making documents and deleting remain allowed. "
     "The user can read the reason. USER is an id or an e-mail address.",
     "contextpack user suspend ada@example.org --reason \"chargeback\"", ADMIN_OPTIONS, command_admin_suspend},
    {"user unsuspend", ONE("USER"), 0, "Lift a suspension", "USER is an id or an e-mail address.",
     "contextpack user unsuspend ada@example.org --reason \"paid\"", ADMIN_OPTIONS, command_admin_unsuspend},
    {"user delete", ONE("USER"), COMMAND_DELETES, "Delete an account with its data",
     "Deletes packs, sources, documents, V1 jobs and packs with their files. The ledger, payment attempts, the audit "
     "log and an anonymised profile are kept. Prints what was deleted and what was kept. If interrupted, call it again "
     "to continue. USER is an id or an e-mail address. Asks for confirmation on a terminal; elsewhere it needs --yes.",
     "contextpack user delete ada@example.org --yes", DELETE_OPTIONS, command_user_delete},

    {"admin adjust", ONE("USER"), 0, "Add credits to a balance, or take some",
     "USER is an id or an e-mail address. Taking credits may not make the balance negative, unless --may-owe is given.",
     "contextpack admin adjust ada@example.org --credits -5 --reason \"given twice\"", ADMIN_ADJUST_OPTIONS,
     command_admin_adjust},
    {"admin support", ONE("USER"), 0, "Give credits because of a support case", "USER is an id or an e-mail address.",
     "contextpack admin support ada@example.org --credits 10 --reason \"ticket 4711\"", ADMIN_SUPPORT_OPTIONS,
     command_admin_support},
    {"admin refund", ONE("USER"), 0, "Record a refund and take back its credits",
     "Transfers no money. USER is an id or an e-mail address.",
     "contextpack admin refund ada@example.org --amount-cents 999 --credits 100 --reason \"charged twice\"",
     ADMIN_REFUND_OPTIONS, command_admin_refund},
    {"admin suspend", ONE("USER"), 0, "Suspend an account", "As `contextpack user suspend`.",
     "contextpack admin suspend ada@example.org --reason \"chargeback\" --admin root@example.org", ADMIN_OPTIONS,
     command_admin_suspend},
    {"admin unsuspend", ONE("USER"), 0, "Lift a suspension", "As `contextpack user unsuspend`.",
     "contextpack admin unsuspend ada@example.org --reason \"paid\" --admin root@example.org", ADMIN_OPTIONS,
     command_admin_unsuspend},
    {"admin plan", "USER PLAN", 2, 2, NULL, false, 0, "Change a user's plan, recorded in the audit log",
     "USER is an id or an e-mail address; PLAN is credits or unlimited.",
     "contextpack admin plan ada@example.org unlimited --reason \"partner\"", ADMIN_OPTIONS, command_admin_plan},
    {"admin log", "[USER]", 0, 1, NULL, false, 0, "List the audit log, newest first",
     "All actions, or those on the account of USER, an id or an e-mail address.",
     "contextpack admin log ada@example.org --admin root@example.org", ADMIN_LOG_OPTIONS, command_admin_log},

    {"credits balance", NO_ARGUMENTS, 0, "Show the balance and the held credits",
     "For the user that commands act for, or --user.", "contextpack credits balance --user ada@example.org", NO_OPTIONS,
     command_credits_balance},
    {"credits grant", NO_ARGUMENTS, 0, "Give credits to a user",
     "To the user that commands act for, or to --user. `contextpack admin support` also records it in the audit log.",
     "contextpack credits grant --user ada@example.org --credits 10 --key welcome-ada", GRANT_OPTIONS,
     command_credits_grant},
    {"credits statement", NO_ARGUMENTS, 0, "List transactions, or print a statement",
     "For the user that commands act for, or --user. Without options it lists the transactions, newest first, page by "
     "page. With --from, --until or --format it prints a statement, oldest first: the opening balance, each "
     "transaction with the balance after it, the closing balance, and without --until the held and the free credits.",
     "contextpack credits statement --limit 20\n"
     "contextpack credits statement --from 2026-01-01 --until 2026-02-01 --format csv",
     STATEMENT_OPTIONS, command_credits_statement},
    {"credits audit", NO_ARGUMENTS, 0, "Compare every balance with its ledger",
     "Lists the users whose balance is not opening + transactions - holds; changes nothing. Exit code 8 if there is "
     "one.",
     "contextpack credits audit --json", NO_OPTIONS, command_credits_audit},

    {"report revenue", NO_ARGUMENTS, 0, "Report revenue and refunds by day",
     "By day, package and currency, oldest first; CSV or JSON. Days without revenue have no line.",
     "contextpack report revenue --from 2026-01-01 -o revenue.csv", REPORT_OPTIONS, command_report_revenue},
    {"report usage", NO_ARGUMENTS, 0, "Report usage by day",
     "Users, credits, usage on the unlimited plan, chunks, tokens and the analyzer's cost; CSV or JSON.",
     "contextpack report usage --format json", REPORT_OPTIONS, command_report_usage},

    {"package list", NO_ARGUMENTS, 0, "List the packages that can be bought",
     "Lists the packages of the setting billing.packages.", "contextpack package list", NO_OPTIONS,
     command_package_list},
    {"checkout create", ONE("PACKAGE"), 0, "Create a checkout and print its URL",
     "For the user that commands act for, or for --user. Sends a request to Stripe with the key of the setting "
     "stripe.secret_key. The attempt is recorded, also if it is rejected because of a limit.",
     "contextpack checkout create small --user ada@example.org --success-url https://example.org/done",
     CHECKOUT_OPTIONS, command_checkout_create},
    {"payment list", "[USER]", 0, 1, NULL, false, 0, "List payment attempts, newest first",
     "All attempts, or those of USER, an id or an e-mail address.", "contextpack payment list ada@example.org",
     PAYMENT_LIST_OPTIONS, command_payment_list},
    {"payment velocity", NO_ARGUMENTS, 0, "Count payment attempts by user or address",
     "For fraud review: users or IP addresses, most attempts first.",
     "contextpack payment velocity --by ip --hours 1 --minimum 10", VELOCITY_OPTIONS, command_payment_velocity},
    {"payment unclaimed", NO_ARGUMENTS, 0, "List unclaimed payments",
     "Payments at Stripe for credits or a plan that no event assigns to a user. A payment leaves the list when an "
     "event identifies the customer, or with `contextpack payment assign`.",
     "contextpack payment unclaimed", LIST_OPTIONS, command_payment_unclaimed},
    {"payment assign", "USER PAYMENT", 2, 2, NULL, false, 0, "Assign an unclaimed payment to a user",
     "Adds its credits or activates its plan; later events about the payment apply to the user too. USER is an id or "
     "an e-mail address, PAYMENT an id of `contextpack payment unclaimed`.",
     "contextpack payment assign ada@example.org PAYMENT --reason \"paid by her company\"", ADMIN_OPTIONS,
     command_payment_assign},
    {"payment reconcile", NO_ARGUMENTS, 0, "Process Stripe events that no webhook delivered",
     "Reads Stripe's list of events since TIME, with the key of the setting stripe.secret_key, and "
     "processes those that were not processed yet, oldest first. Each event takes effect once, also if a webhook "
     "delivers it. Stripe keeps events for 30 days. If events fail, the others are processed, the first failure is "
     "printed, and the exit code is 3.",
     "contextpack payment reconcile --since 2026-01-31", RECONCILE_OPTIONS, command_payment_reconcile},
    {"webhook stripe", NO_ARGUMENTS, 0, "Process a Stripe webhook from standard input",
     "Verifies the signature of the unchanged request body on standard input and processes the event once. Prints the "
     "result as JSON. A repeated event is not an error. The signing secret comes from "
     "CONTEXTPACK_STRIPE_WEBHOOK_SECRET; separate several by commas.",
     "contextpack webhook stripe --signature \"$HTTP_STRIPE_SIGNATURE\" < body", WEBHOOK_OPTIONS,
     command_webhook_stripe},

    {"job create", "INPUT", 1, 1, NULL, true, COMMAND_CREATES, "Create a V1 job from a file",
     "Stores the bytes of INPUT (a file, or - for standard input). A V1 job makes one pack from one file; for new work "
     "use `contextpack build`.",
     "contextpack job create chatgpt-export.zip --run", JOB_CREATE_OPTIONS, command_job_create},
    {"job list", NO_ARGUMENTS, 0, "List the V1 jobs, newest first", "For the user that commands act for, or --user.",
     "contextpack job list", LIST_OPTIONS, command_job_list},
    {"job show", ONE("JOB"), 0, "Show a V1 job", "JOB is a job's id.", "contextpack job show ID", NO_OPTIONS,
     command_job_show},
    {"job run", ONE("JOB"), 0, "Run a V1 job",
     "Continues the processing of the job with that id; finished work is not repeated. Failed chunks are listed and "
     "tried again. With --partial or --max-chunks the pack is made by the run that finishes the job.",
     "contextpack job run ID", JOB_RUN_OPTIONS, command_job_run},
    {"job quote", ONE("JOB"), 0, "Show the cost of finishing a V1 job", "See `contextpack source quote`.",
     "contextpack job quote ID", NO_OPTIONS, command_job_quote},
    {"job delete", ONE("JOB"), COMMAND_DELETES, "Delete a V1 job with its pack",
     "Deletes the job with that id and its stored files. Asks for confirmation on a terminal; elsewhere it needs "
     "--yes.",
     "contextpack job delete ID --yes", DELETE_OPTIONS, command_job_delete},
    {"job packs", NO_ARGUMENTS, 0, "List the V1 packs, newest first", "Also lists those made by the V1 service.",
     "contextpack job packs", LIST_OPTIONS, command_job_packs},
    {"job read", ONE("PACK"), 0, "Print a V1 pack", "PACK is the id of a V1 pack or of its job.",
     "contextpack job read ID -o pack.md", JOB_READ_OPTIONS, command_job_read},
    {"job copy", ONE("PACK"), 0, "Copy a V1 pack into a new pack",
     "The new pack has the V1 job's file as a pending source. The V1 pack is unchanged. PACK is the id of a V1 pack or "
     "of its job.",
     "contextpack job copy ID", NO_OPTIONS, command_job_copy},
    {"job uncopy", ONE("PACK"), COMMAND_DELETES, "Delete the copy of a V1 pack",
     "Deletes the pack that `contextpack job copy` made, with everything added to it. Asks for confirmation on a "
     "terminal; elsewhere it needs --yes.",
     "contextpack job uncopy ID --yes", DELETE_OPTIONS, command_job_uncopy},

    {"maintenance archive", NO_ARGUMENTS, 0, "Archive old rows in the storage",
     "Archives the past months of the ledger and of the audit log, which also stay in the database, and webhook logs "
     "older than the setting maintenance.webhook_days, which are deleted after their file was read back and verified.",
     "contextpack maintenance archive", NO_OPTIONS, command_maintenance_archive},
    {"maintenance restore", "[TABLE]", 0, 1, "webhook_logs|credit_transactions|admin_actions", false, 0,
     "Restore archived rows that are missing in the database",
     "Verifies every file against its manifest first. Exit code 8 if one is damaged.",
     "contextpack maintenance restore --dry-run", DRY_RUN_OPTIONS, command_maintenance_restore},
    {"maintenance sweep", NO_ARGUMENTS, 0, "Remove stored files that no row refers to",
     "Only files older than the setting maintenance.orphan_age_ms, so that running work is not affected.",
     "contextpack maintenance sweep --dry-run", DRY_RUN_OPTIONS, command_maintenance_sweep},

    {"worker", NO_ARGUMENTS, 0, "Run the sources that were submitted with `contextpack work submit`",
     "Claims sources of all users in turn and runs them, until it gets SIGTERM or SIGINT: then running sources are "
     "given "
     "back to the queue with what they committed. Any number of workers, on any number of machines, share the work. "
     "What "
     "fails is tried again after worker.retry_ms, doubled each time; after worker.max_attempts without progress it is "
     "dead. A second signal ends the worker at once.",
     "contextpack worker --concurrency 4", WORKER_OPTIONS, command_worker},
    {"work submit", ONE("SOURCE"), 0, "Submit a source to the workers",
     "A worker runs it as `contextpack source run` does. Submitting it again changes its priority, and makes work that "
     "waits, is dead or was cancelled ready. SOURCE is a source's id.",
     "contextpack work submit ID", WORK_SUBMIT_OPTIONS, command_work_submit},
    {"work list", NO_ARGUMENTS, 0, "List submitted work that is not done, oldest first",
     "Of all users, with its state, its attempts and why it waits.", "contextpack work list --state dead",
     WORK_LIST_OPTIONS, command_work_list},
    {"work show", ONE("SOURCE"), 0, "Show the work of a source", "SOURCE is a source's id.", "contextpack work show ID",
     NO_OPTIONS, command_work_show},
    {"work cancel", ONE("SOURCE"), 0, "Stop the work on a source, whoever does it",
     "Nothing more is charged, and reserved credits are back. Submitting or running the source goes on with it. SOURCE "
     "is "
     "a source's id.",
     "contextpack work cancel ID", NO_OPTIONS, command_work_cancel},
    {"work redrive", "[SOURCE]", 0, 1, NULL, false, 0, "Make dead work ready again",
     "All dead work, or that of SOURCE, a source's id.", "contextpack work redrive", NO_OPTIONS, command_work_redrive},
    {"metrics", NO_ARGUMENTS, 0, "Print metrics of the queue for Prometheus",
     "Submitted work by state, and the age of the oldest. `contextpack worker --metrics-file` adds a worker's "
     "counters.",
     "contextpack metrics", METRICS_OPTIONS, command_metrics},
    {"storage rotate-keys", NO_ARGUMENTS, 0, "Rotate the keys of an encrypted storage",
     "Wraps every data key by the first master key; after that the other master keys are not needed any more. With "
     "--older-than, old data keys are replaced too, and removed by a run at least an hour later.",
     "contextpack storage rotate-keys --older-than 90", ROTATE_KEYS_OPTIONS, command_storage_rotate_keys},
    {"storage copy", "SOURCE TARGET", 2, 2, NULL, false, 0, "Copy the files of a storage to another one",
     "SOURCE and TARGET are storages as in --storage: file:DIR or s3://BUCKET/PREFIX. Only files that TARGET does not "
     "have "
     "are copied; a copy that was stopped continues when it is run again. An encrypted storage is copied as it is, or, "
     "with encrypted+ before its URI, decrypted. Needs no database.",
     "contextpack storage copy file:/srv/blobs s3://backup/blobs --verify", STORAGE_COPY_OPTIONS, command_storage_copy},

    {"migrate", NO_ARGUMENTS, COMMAND_CREATES, "Migrate the database to this version's schema",
     "The only command that changes the schema of an existing PostgreSQL database; other commands create it in an "
     "empty database and in SQLite. Lines \"undo: ...\" are the SQL statements that revert a change; the report is "
     "stored in the database. Safe while the database is in use, and from several processes at once.",
     "contextpack migrate --dry-run", MIGRATE_OPTIONS, command_migrate},
    {"backup", "PATH", 1, 1, NULL, true, 0, "Copy the database and its files, also while in use",
     "Copies an SQLite database to the file PATH as of one moment, also while other programs write to it; copying the "
     "file with other tools is not safe. The copy is checked for damage. With --files the stored files are copied to a "
     "folder too, except those that it already has. For PostgreSQL use pg_dump.",
     "contextpack backup backup.db --files backup-files", BACKUP_OPTIONS, command_backup},
    {"mcp", NO_ARGUMENTS, 0, "Serve packs to MCP clients on standard input and output",
     "A server of the Model Context Protocol, which assistants start by themselves: it lists packs, reads and searches "
     "their documents, and changes nothing. See docs/mcp.md for how to add it to a client.",
     "claude mcp add contextpack -- contextpack mcp", NO_OPTIONS, command_mcp},
    {"doctor", NO_ARGUMENTS, 0, "Check the database, the storage and the ledger",
     "Checks the whole installation and changes nothing. Exit code 8 if a check failed.", "contextpack doctor",
     NO_OPTIONS, command_doctor},
    {"settings", NO_ARGUMENTS, 0, "List every setting with its value, bounds and default",
     "Set them with --set NAME=VALUE, in the environment (CONTEXTPACK_CHUNK_MAX_TOKENS for chunk.max_tokens) "
     "or "
     "as NAME = VALUE in the configuration file. Secrets are read from the environment and the file only, and are not "
     "shown.",
     "contextpack settings --set chunk.max_tokens=50000", NO_OPTIONS, command_settings},
    {"completion", "SHELL", 1, 1, "bash|zsh|fish", false, COMMAND_NO_CONFIG, "Print a completion script for a shell",
     "SHELL is bash, zsh or fish. A system package installs these scripts.", "eval \"$(contextpack completion bash)\"",
     NO_OPTIONS, command_completion},
    {"version", NO_ARGUMENTS, COMMAND_NO_CONFIG, "Print the version", "Prints the version of the linked library.",
     "contextpack version", NO_OPTIONS, command_version},
    {"help", "[COMMAND]", 0, 2, NULL, false, COMMAND_NO_CONFIG, "Print the help of a command",
     "Also for two topics: exit-codes and configuration.", "contextpack help pack create\ncontextpack help exit-codes",
     HELP_OPTIONS, command_help},
    {NULL, NULL, 0, 0, NULL, false, 0, NULL, NULL, NULL, NULL, NULL},
};

static const struct {
    const char *word;
    const char *summary;
} GROUPS[] = {
    {"pack", "Packs: named sets of sources and the documents made from them"},
    {"source", "Sources: the inputs of a pack"},
    {"export", "Documents made from a pack"},
    {"user", "Users of the database"},
    {"credits", "Credits and their ledger"},
    {"package", "Packages: what users can buy"},
    {"checkout", "Checkouts: Stripe's page where a user pays"},
    {"payment", "Payments and payment attempts"},
    {"webhook", "Webhooks of payment providers"},
    {"report", "Reports on revenue and usage"},
    {"admin", "Administration of accounts, recorded in the audit log"},
    {"job", "V1: jobs and their packs"},
    {"maintenance", "Maintenance of a service"},
    {"work", "Work that was submitted to workers"},
    {"storage", "Keys of an encrypted storage"},
};

const struct cli_command *table_command(const char *name)
{
    for (const struct cli_command *command = CLI_COMMANDS; command->name != NULL; command++) {
        if (strcmp(command->name, name) == 0) {
            return command;
        }
    }
    return NULL;
}

const char *table_group_summary(const char *word)
{
    for (size_t i = 0; i < sizeof GROUPS / sizeof GROUPS[0]; i++) {
        if (strcmp(GROUPS[i].word, word) == 0) {
            return GROUPS[i].summary;
        }
    }
    return "";
}

/* The section of a command, by its name or first word; the default is SECTION_PACKS. */
static const struct {
    const char *word;
    enum cli_section section;
} SECTIONS[] = {
    {"build", SECTION_FIRST},
    {"inspect", SECTION_FIRST},
    {"extract", SECTION_FIRST},
    {"pack list", SECTION_FIRST},
    {"migrate", SECTION_SERVICE},
    {"backup", SECTION_SERVICE},
    {"doctor", SECTION_SERVICE},
    {"maintenance", SECTION_SERVICE},
    {"work", SECTION_SERVICE},
    {"worker", SECTION_SERVICE},
    {"metrics", SECTION_SERVICE},
    {"storage", SECTION_SERVICE},
    {"webhook", SECTION_SERVICE},
    {"report", SECTION_SERVICE},
    {"user", SECTION_ADMINISTRATION},
    {"admin", SECTION_ADMINISTRATION},
    {"credits", SECTION_ADMINISTRATION},
    {"package", SECTION_ADMINISTRATION},
    {"checkout", SECTION_ADMINISTRATION},
    {"payment", SECTION_ADMINISTRATION},
    {"job", SECTION_V1},
};

enum cli_section table_section(const struct cli_command *command)
{
    for (size_t i = 0; i < sizeof SECTIONS / sizeof SECTIONS[0]; i++) {
        size_t length = strlen(SECTIONS[i].word);

        if (strncmp(command->name, SECTIONS[i].word, length) == 0 &&
            (command->name[length] == '\0' || command->name[length] == ' ')) {
            return SECTIONS[i].section;
        }
    }
    return SECTION_PACKS;
}

const char *table_section_title(enum cli_section section)
{
    static const char *const titles[SECTION_COUNT] = {"Start here", "Your packs", "Running a service", "Administration",
                                                      "V1"};

    return titles[section];
}

bool table_is_group(const char *word)
{
    return table_group_summary(word)[0] != '\0';
}

bool table_choice_has(const char *choices, const char *word)
{
    size_t length = strlen(word);

    while (*choices != '\0') {
        size_t choice_length = strcspn(choices, "|");

        if (choice_length == length && memcmp(choices, word, length) == 0) {
            return true;
        }
        choices += choice_length + (choices[choice_length] == '|');
    }
    return false;
}

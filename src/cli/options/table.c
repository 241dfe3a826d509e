#include "options/table.h"

#include "commands.h"

#include <stdint.h>
#include <string.h>

#define ENCODINGS    "o200k_base|cl100k_base"
#define EXPORT_TYPES "compact|standard|complete"
#define PAGE_OPTIONS                                                                                                   \
    {"limit", '\0', VALUE_NUMBER, "N", NULL, "at most N items, 1 to 1000 (default: 100)"},                             \
    {                                                                                                                  \
        "after", '\0', VALUE_TEXT, "NEXT", NULL, "go on where a list ended: its \"next\""                              \
    }
#define PERIOD_OPTIONS                                                                                                 \
    {"from", '\0', VALUE_TEXT, "TIME", NULL, "from this day or time on, UTC: 2026-01-31 or 2026-01-31T12:00:00Z"},     \
    {                                                                                                                  \
        "until", '\0', VALUE_TEXT, "TIME", NULL, "before this day or time"                                             \
    }
#define PART_OPTIONS                                                                                                   \
    {"partial", '\0', VALUE_NONE, NULL, NULL, "when credits are short, analyse as many chunks as they cover"},         \
    {                                                                                                                  \
        "max-chunks", '\0', VALUE_NUMBER, "N", NULL, "analyse at most N chunks now"                                    \
    }
#define YES_OPTION                                                                                                     \
    {                                                                                                                  \
        "yes", 'y', VALUE_NONE, NULL, NULL, "delete without asking; needed without a terminal and with --json"         \
    }
#define END                                                                                                            \
    {                                                                                                                  \
        NULL, '\0', VALUE_NONE, NULL, NULL, NULL                                                                       \
    }

const struct cli_option CLI_GLOBAL_OPTIONS[] = {
    {"database", '\0', VALUE_TEXT, "URI", NULL, "where rows are kept: sqlite:PATH"},
    {"storage", '\0', VALUE_TEXT, "URI", NULL, "where files are kept: file:DIR"},
    {"analyzer", '\0', VALUE_TEXT, "URI", NULL, "what finds facts in chunks: extractive: (offline, the default)"},
    {"user", '\0', VALUE_TEXT, "USER", NULL, "act for this user, by id or e-mail (default: this machine's own)"},
    {"config", '\0', VALUE_FILE, "FILE", NULL, "read this configuration file instead of the usual one"},
    {"set", '\0', VALUE_TEXT, "NAME=VALUE", NULL, "a setting for this run; may be repeated; see contextpack settings"},
    {"json", '\0', VALUE_NONE, NULL, NULL, "JSON on standard output, errors as JSON on standard error"},
    {"quiet", 'q', VALUE_NONE, NULL, NULL, "say nothing but results and errors"},
    {"verbose", 'v', VALUE_NONE, NULL, NULL, "tell everything that was skipped or repaired, and the library's log"},
    {"no-progress", '\0', VALUE_NONE, NULL, NULL, "no progress bar and no progress lines"},
    {"color", '\0', VALUE_CHOICE, "WHEN", "never|auto|always", "colours; auto: on a terminal without NO_COLOR"},
    {"help", 'h', VALUE_NONE, NULL, NULL, "explain the command"},
    {"version", 'V', VALUE_NONE, NULL, NULL, "print the version"},
    END,
};

#define MODE_OPTION                                                                                                    \
    {                                                                                                                  \
        "mode", '\0', VALUE_TEXT, "MODE", NULL, "rights of what is written, in octal (default: 600; folders 700)"      \
    }

static const struct cli_option NO_OPTIONS[] = {END};
static const struct cli_option LIST_OPTIONS[] = {PAGE_OPTIONS, END};
static const struct cli_option DELETE_OPTIONS[] = {YES_OPTION, END};

static const struct cli_option BACKUP_OPTIONS[] = {
    {"files", '\0', VALUE_FOLDER, "DIR", NULL, "copy the stored files into this folder, too"},
    {"replace", '\0', VALUE_NONE, NULL, NULL, "replace PATH where it exists"},
    END,
};

static const struct cli_option BUILD_OPTIONS[] = {
    {"output", 'o', VALUE_FOLDER, "DIR", NULL, "folder for the documents (default: one named after the pack)"},
    MODE_OPTION,
    {"type", 't', VALUE_CHOICE, "TYPE", EXPORT_TYPES "|all", "document to make; may be repeated (default: standard)"},
    {"name", 'n', VALUE_TEXT, "NAME", NULL, "name of the pack, new or known (default: from the first input)"},
    PART_OPTIONS,
    END,
};

static const struct cli_option EXTRACT_OPTIONS[] = {
    {"text", '\0', VALUE_NONE, NULL, NULL, "print the normalised text instead of JSON Lines"},
    END,
};

static const struct cli_option CHUNK_OPTIONS[] = {
    {"max-tokens", '\0', VALUE_NUMBER, "N", NULL, "tokens a chunk may have (default: setting chunk.max_tokens)"},
    {"overlap-tokens", '\0', VALUE_NUMBER, "N", NULL,
     "tokens of the chunk before that are repeated; 0: none (default: setting chunk.overlap_tokens)"},
    {"encoding", 'e', VALUE_CHOICE, "NAME", ENCODINGS, "what tokens are counted in (default: o200k_base)"},
    {"text", '\0', VALUE_NONE, NULL, NULL, "with each chunk's text"},
    END,
};

static const struct cli_option TOKENS_OPTIONS[] = {
    {"encoding", 'e', VALUE_CHOICE, "NAME", ENCODINGS, "what tokens are counted in (default: o200k_base)"},
    {"ids", '\0', VALUE_NONE, NULL, NULL, "print the tokens' ids instead of their number"},
    END,
};

static const struct cli_option USER_CREATE_OPTIONS[] = {
    {"email", '\0', VALUE_TEXT, "EMAIL", NULL, "e-mail address, unique (required)"},
    {"name", 'n', VALUE_TEXT, "NAME", NULL, "full name"},
    {"plan", '\0', VALUE_CHOICE, "PLAN", "credits|unlimited", "how work is paid for (default: credits)"},
    {"id", '\0', VALUE_TEXT, "UUID", NULL, "the id that a host knows the user by (default: a random one)"},
    {"avatar", '\0', VALUE_TEXT, "URL", NULL, "address of a picture"},
    END,
};

static const struct cli_option USER_UPDATE_OPTIONS[] = {
    {"name", 'n', VALUE_TEXT, "NAME", NULL, "full name; \"\" removes it"},
    {"avatar", '\0', VALUE_TEXT, "URL", NULL, "address of a picture; \"\" removes it"},
    {"email", '\0', VALUE_TEXT, "EMAIL", NULL, "another e-mail address"},
    END,
};

#define REASON_OPTIONS                                                                                                 \
    {"reason", 'r', VALUE_TEXT, "TEXT", NULL, "why, for the record (required)"},                                       \
        {"details", '\0', VALUE_TEXT, "JSON", NULL, "more for the record, a JSON object"},                             \
    {                                                                                                                  \
        "admin", '\0', VALUE_TEXT, "ADMIN", NULL, "who does it, by id or e-mail (default: the service itself)"         \
    }
#define MAY_OWE_OPTION                                                                                                 \
    {                                                                                                                  \
        "may-owe", '\0', VALUE_NONE, NULL, NULL, "the balance may go below zero"                                       \
    }

static const struct cli_option ADMIN_OPTIONS[] = {REASON_OPTIONS, END};

static const struct cli_option ADMIN_ADJUST_OPTIONS[] = {
    {"credits", 'c', VALUE_NUMBER, "N", NULL, "how many to add; negative: to take (required)"},
    MAY_OWE_OPTION,
    REASON_OPTIONS,
    END,
};

static const struct cli_option ADMIN_SUPPORT_OPTIONS[] = {
    {"credits", 'c', VALUE_NUMBER, "N", NULL, "how many to give (required)"},
    REASON_OPTIONS,
    END,
};

static const struct cli_option ADMIN_REFUND_OPTIONS[] = {
    {"amount-cents", '\0', VALUE_NUMBER, "N", NULL, "what was given back, in cents of a US dollar (required)"},
    {"credits", 'c', VALUE_NUMBER, "N", NULL, "how many credits to take for it (default: none)"},
    {"payment", '\0', VALUE_TEXT, "ID", NULL, "the payment it belongs to"},
    MAY_OWE_OPTION,
    REASON_OPTIONS,
    END,
};

static const struct cli_option ADMIN_LOG_OPTIONS[] = {
    {"admin", '\0', VALUE_TEXT, "ADMIN", NULL, "only what this one did, by id or e-mail"},
    PAGE_OPTIONS,
    END,
};

static const struct cli_option CHECKOUT_OPTIONS[] = {
    {"credits", 'c', VALUE_NUMBER, "N", NULL, "how many, of a package that is sold by number"},
    {"success-url", '\0', VALUE_TEXT, "URL", NULL,
     "where the browser goes when it is paid (required); may hold {CHECKOUT_SESSION_ID}"},
    {"cancel-url", '\0', VALUE_TEXT, "URL", NULL, "where it goes when the buyer gives up"},
    {"ip", '\0', VALUE_TEXT, "ADDRESS", NULL, "the buyer's address, for the record and the limit by address"},
    {"user-agent", '\0', VALUE_TEXT, "TEXT", NULL, "the buyer's browser, for the record"},
    END,
};

static const struct cli_option PAYMENT_LIST_OPTIONS[] = {
    {"ip", '\0', VALUE_TEXT, "ADDRESS", NULL, "only those from this address"},
    PAGE_OPTIONS,
    END,
};

static const struct cli_option VELOCITY_OPTIONS[] = {
    {"by", '\0', VALUE_CHOICE, "WHAT", "user|ip", "count by user or by address (default: user)"},
    {"hours", '\0', VALUE_NUMBER, "N", NULL, "attempts of the last N hours (default: 24)"},
    {"minimum", '\0', VALUE_NUMBER, "N", NULL, "only those with N attempts or more"},
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
    {"name", 'n', VALUE_TEXT, "NAME", NULL, "what to call the file (default: its own name)"},
    {"run", '\0', VALUE_NONE, NULL, NULL, "also take it to its pack"},
    END,
};

static const struct cli_option JOB_READ_OPTIONS[] = {
    {"output", 'o', VALUE_FILE, "FILE", NULL, "write to FILE (default: standard output)"},
    MODE_OPTION,
    END,
};

static const struct cli_option DRY_RUN_OPTIONS[] = {
    {"dry-run", '\0', VALUE_NONE, NULL, NULL, "tell what would be done and change nothing"},
    END,
};

static const struct cli_option PACK_CREATE_OPTIONS[] = {
    {"name", 'n', VALUE_TEXT, "NAME", NULL, "the name, instead of as an argument"},
    {"description", 'd', VALUE_TEXT, "TEXT", NULL, "what the pack is for"},
    {"prompt", '\0', VALUE_TEXT, "TEXT", NULL, "added to the analyzer's own instructions"},
    END,
};

static const struct cli_option SOURCE_ADD_OPTIONS[] = {
    {"name", 'n', VALUE_TEXT, "NAME", NULL, "what to call the source (default: the file's name)"},
    {"run", '\0', VALUE_NONE, NULL, NULL, "also extract, chunk and analyse it"},
    END,
};

static const struct cli_option SOURCE_RUN_OPTIONS[] = {
    {"until", '\0', VALUE_CHOICE, "STATUS", "ready|completed",
     "stop when chunked or when analysed (default: completed)"},
    PART_OPTIONS,
    END,
};

static const struct cli_option JOB_RUN_OPTIONS[] = {PART_OPTIONS, END};

static const struct cli_option STATEMENT_OPTIONS[] = {
    PERIOD_OPTIONS,
    {"format", 'f', VALUE_CHOICE, "FORMAT", "table|csv|json", "how to print the statement (default: table)"},
    {"output", 'o', VALUE_FILE, "FILE", NULL, "write CSV or JSON to FILE (default: standard output)"},
    MODE_OPTION,
    PAGE_OPTIONS,
    END,
};

static const struct cli_option GRANT_OPTIONS[] = {
    {"credits", 'c', VALUE_NUMBER, "N", NULL, "how many to give (required)"},
    {"type", 't', VALUE_CHOICE, "TYPE", "bonus|purchase|refund", "what they are (default: bonus)"},
    {"key", '\0', VALUE_TEXT, "KEY", NULL, "the same key again gives nothing more (default: a new one)"},
    {"package", '\0', VALUE_TEXT, "ID", NULL, "the package that was bought"},
    {"description", 'd', VALUE_TEXT, "TEXT", NULL, "what for; the user reads it"},
    END,
};

static const struct cli_option REPORT_OPTIONS[] = {
    PERIOD_OPTIONS,
    {"utc-offset", '\0', VALUE_NUMBER, "MINUTES", NULL, "where days begin: 60 is an hour before midnight UTC"},
    {"format", 'f', VALUE_CHOICE, "FORMAT", "csv|json", "how to print it (default: csv)"},
    {"output", 'o', VALUE_FILE, "FILE", NULL, "write to FILE (default: standard output)"},
    MODE_OPTION,
    END,
};

static const struct cli_option SOURCE_READ_OPTIONS[] = {
    {"part", '\0', VALUE_CHOICE, "PART", "raw|extracted|withheld",
     "the bytes as they came, the text, or how many secrets of each kind no analyzer was shown (default: extracted)"},
    {"output", 'o', VALUE_FILE, "FILE", NULL, "write to FILE (default: standard output)"},
    MODE_OPTION,
    END,
};

static const struct cli_option EXPORT_CREATE_OPTIONS[] = {
    {"type", 't', VALUE_CHOICE, "TYPE", EXPORT_TYPES, "which document (default: standard)"},
    END,
};

static const struct cli_option EXPORT_READ_OPTIONS[] = {
    {"format", 'f', VALUE_CHOICE, "FORMAT", "markdown|json", "which form (default: markdown)"},
    {"output", 'o', VALUE_FILE, "FILE", NULL, "write to FILE (default: standard output)"},
    MODE_OPTION,
    END,
};

static const struct cli_option MIGRATE_OPTIONS[] = {
    {"dry-run", '\0', VALUE_NONE, NULL, NULL, "tell what would be applied and change nothing"},
    {"report", '\0', VALUE_NONE, NULL, NULL, "print what was told when the database was migrated, and change nothing"},
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
    {"build", "INPUT...", 1, ANY, NULL, true, COMMAND_CREATES, "Make a context pack of exports, documents and pastes",
     "Reads every INPUT, analyses what it says about its user, and writes the documents that an assistant can be "
     "given. An INPUT is a file, a folder (its files, also in folders below; what holds nothing usable is skipped and "
     "named) or - for text on standard input.\n\n"
     "The pack is found by its name or created. Without --name the name comes from the first input's file name; when "
     "that says nothing (conversations.json, export.zip), from its folder; else it is \"Context pack\". "
     "Building the same input again does no work twice, and an export that grew adds only what is new.\n\n"
     "The documents are DIR/TYPE.md to read and paste and DIR/TYPE.json for programs, such as out/standard.md. "
     "Each is written whole or not at all.\n\n"
     "An input that can't be used is named with the reason, and the build goes on with the others: exit code 3, or 4 "
     "when none could be used. When the credits don't cover a source, it is named with what it needs (exit code 9); "
     "--partial analyses what they cover, and the same command goes on later. Stopped by Ctrl-C or killed, the same "
     "command goes on where it was.",
     "contextpack build chatgpt-export.zip claude-export.zip -o out --type all\n"
     "pbpaste | contextpack build - --name Notes",
     BUILD_OPTIONS, command_build},
    {"extract", "INPUT...", 1, ANY, NULL, true, 0, "Print the messages of an export as JSON Lines",
     "One message a line: conversation_id, conversation_title, message_id, parent_id, role, kind, time (ISO 8601 or "
     "null), model, text, hidden, active_branch, attachments (id, name, media_type, size_bytes) and provider. Memory "
     "is bounded by the largest conversation, not by the file. Needs neither database nor storage.",
     "contextpack extract chatgpt-export.zip | jq -r 'select(.role == \"user\").text'", EXTRACT_OPTIONS,
     command_extract},
    {"chunk", "INPUT", 1, 1, NULL, true, 0, "Cut an input's text by token budget",
     "Prints JSON Lines: index, offset and length in bytes of the text that `contextpack extract --text` prints, exact "
     "tokens, and with --text the text. Cuts at the best boundary that fits: conversation, message, paragraph, "
     "sentence, word, code point. Needs neither database nor storage.",
     "contextpack chunk --max-tokens 8000 --text notes.md", CHUNK_OPTIONS, command_chunk},
    {"tokens", "[FILE...]", 0, ANY, NULL, true, 0, "Count tokens, exactly as OpenAI's models do",
     "Counts the tokens of each FILE, or of standard input (also -). The text is ordinary text: \"<|endoftext|>\" is "
     "never a special token. Bytes that are not UTF-8 count as U+FFFD.",
     "contextpack tokens --encoding cl100k_base prompt.txt", TOKENS_OPTIONS, command_tokens},

    {"pack create", "[NAME]", 0, 1, NULL, false, COMMAND_CREATES, "Create an empty pack",
     "Creates a pack without sources. `contextpack build` creates packs by itself.",
     "contextpack pack create \"Work\" --description \"Everything about my job\"", PACK_CREATE_OPTIONS,
     command_pack_create},
    {"pack list", NO_ARGUMENTS, 0, "List the packs, last changed first",
     "Lists the user's packs with their ids, sources and tokens.", "contextpack pack list --json", LIST_OPTIONS,
     command_pack_list},
    {"pack show", ONE("PACK"), 0, "Show a pack and how far its sources are", "PACK is a pack's id or its name.",
     "contextpack pack show Work", NO_OPTIONS, command_pack_show},
    {"pack rename", "PACK NAME", 2, 2, NULL, false, 0, "Give a pack another name", "PACK is a pack's id or its name.",
     "contextpack pack rename Work \"Work until 2025\"", NO_OPTIONS, command_pack_rename},
    {"pack delete", ONE("PACK"), COMMAND_DELETES, "Delete a pack with its sources and documents",
     "PACK is a pack's id or its name. What was stored of it is deleted too; credits that were used stay used. Files "
     "that `contextpack build` wrote to a folder stay. Asks first on a terminal; elsewhere it needs --yes.",
     "contextpack pack delete Work --yes", DELETE_OPTIONS, command_pack_delete},

    {"pack quote", ONE("PACK"), 0, "Tell what analysing a pack's sources will cost",
     "PACK is a pack's id or its name. Sources that are not extracted yet are counted apart.",
     "contextpack pack quote Work --json", NO_OPTIONS, command_pack_quote},

    {"source add", "PACK INPUT", 2, 2, NULL, true, 0, "Add an input to a pack without analysing it",
     "Stores the bytes of INPUT (a file, or - for standard input). The same bytes again give the source that is there. "
     "`contextpack source run` goes on from here.",
     "contextpack source add Work notes.md", SOURCE_ADD_OPTIONS, command_source_add},
    {"source list", ONE("PACK"), 0, "List a pack's sources, newest first", "PACK is a pack's id or its name.",
     "contextpack source list Work", LIST_OPTIONS, command_source_list},
    {"source show", ONE("SOURCE"), 0, "Show a source", "SOURCE is a source's id.", "contextpack source show ID",
     NO_OPTIONS, command_source_show},
    {"source run", ONE("SOURCE"), 0, "Extract, chunk and analyse a source",
     "Does what is left to do of the source with that id, and nothing twice.", "contextpack source run ID",
     SOURCE_RUN_OPTIONS, command_source_run},
    {"source read", ONE("SOURCE"), 0, "Print a source's text or raw bytes",
     "Prints what is stored of the source with that id.", "contextpack source read ID --part raw -o export.zip",
     SOURCE_READ_OPTIONS, command_source_read},
    {"source delete", ONE("SOURCE"), COMMAND_DELETES, "Delete a source",
     "Deletes the source with that id and what is stored of it. Asks first on a terminal; elsewhere it needs --yes.",
     "contextpack source delete ID --yes", DELETE_OPTIONS, command_source_delete},

    {"source quote", ONE("SOURCE"), 0, "Tell what analysing a source will cost",
     "Chunks, credits, the balance, and the cost at billing.credit_price_micros. A source that is not extracted yet "
     "has "
     "no chunks to count: `contextpack source run ID --until ready` extracts it and costs nothing.",
     "contextpack source quote ID", NO_OPTIONS, command_source_quote},

    {"export create", ONE("PACK"), 0, "Make a document of a pack",
     "Makes it from what has been analysed so far. When nothing changed, the document that is there is given.",
     "contextpack export create Work --type compact", EXPORT_CREATE_OPTIONS, command_export_create},
    {"export list", ONE("PACK"), 0, "List a pack's documents, newest first", "PACK is a pack's id or its name.",
     "contextpack export list Work", LIST_OPTIONS, command_export_list},
    {"export show", ONE("EXPORT"), 0, "Show a document's state, size and tokens", "EXPORT is a document's id.",
     "contextpack export show ID", NO_OPTIONS, command_export_show},
    {"export read", ONE("EXPORT"), 0, "Print a document", "Prints the document with that id.",
     "contextpack export read ID | xclip", EXPORT_READ_OPTIONS, command_export_read},
    {"export delete", ONE("EXPORT"), COMMAND_DELETES, "Delete a document",
     "Deletes the document with that id. Asks first on a terminal; elsewhere it needs --yes.",
     "contextpack export delete ID --yes", DELETE_OPTIONS, command_export_delete},

    {"user create", NO_ARGUMENTS, COMMAND_CREATES, "Create a user",
     "A new user has 10 credits. Without --user, commands act for this machine's own user, who is made on first use.",
     "contextpack user create --email ada@example.org --name \"Ada\"", USER_CREATE_OPTIONS, command_user_create},
    {"user list", NO_ARGUMENTS, 0, "List the users, newest first", "Lists every user of the database.",
     "contextpack user list", LIST_OPTIONS, command_user_list},
    {"user show", "[USER]", 0, 1, NULL, false, 0, "Show a user",
     "USER is an id or an e-mail; without it, the user that commands act for.", "contextpack user show ada@example.org",
     NO_OPTIONS, command_user_show},
    {"user update", "[USER]", 0, 1, NULL, false, 0, "Change a user's name, picture or e-mail address",
     "USER is an id or an e-mail; without it, the user that commands act for.",
     "contextpack user update --name \"Ada Lovelace\"", USER_UPDATE_OPTIONS, command_user_update},
    {"user plan", "USER PLAN", 2, 2, NULL, false, 0, "Put a user on a plan",
     "USER is an id or an e-mail; PLAN is credits or unlimited. Leaves no record: `contextpack admin plan` does.",
     "contextpack user plan ada@example.org unlimited", NO_OPTIONS, command_user_plan},
    {"user suspend", ONE("USER"), 0, "Suspend an account",
     "It can't start work that costs credits any more; reading, making documents and deleting stay allowed. The user "
     "is "
     "told the reason. USER is an id or an e-mail.",
     "contextpack user suspend ada@example.org --reason \"chargeback\"", ADMIN_OPTIONS, command_admin_suspend},
    {"user unsuspend", ONE("USER"), 0, "Lift a suspension", "USER is an id or an e-mail.",
     "contextpack user unsuspend ada@example.org --reason \"paid\"", ADMIN_OPTIONS, command_admin_unsuspend},
    {"user delete", ONE("USER"), COMMAND_DELETES, "Delete an account with all that is stored of it",
     "Erases packs, sources, documents, V1 jobs and packs with their files. The ledger, payment attempts and "
     "administrators' actions stay, and the profile without name, picture and address. Tells what was erased and what "
     "was "
     "kept. Broken off, it goes on when called again. USER is an id or an e-mail. Asks first on a terminal; elsewhere "
     "it needs --yes.",
     "contextpack user delete ada@example.org --yes", DELETE_OPTIONS, command_user_delete},

    {"admin adjust", ONE("USER"), 0, "Add credits to a balance, or take some",
     "USER is an id or an e-mail. What is taken may not leave less than none, unless --may-owe.",
     "contextpack admin adjust ada@example.org --credits -5 --reason \"given twice\"", ADMIN_ADJUST_OPTIONS,
     command_admin_adjust},
    {"admin support", ONE("USER"), 0, "Give credits because of a support case", "USER is an id or an e-mail.",
     "contextpack admin support ada@example.org --credits 10 --reason \"ticket 4711\"", ADMIN_SUPPORT_OPTIONS,
     command_admin_support},
    {"admin refund", ONE("USER"), 0, "Record a refund and take back its credits",
     "Moves no money. USER is an id or an e-mail.",
     "contextpack admin refund ada@example.org --amount-cents 999 --credits 100 --reason \"charged twice\"",
     ADMIN_REFUND_OPTIONS, command_admin_refund},
    {"admin suspend", ONE("USER"), 0, "Suspend an account", "As `contextpack user suspend`.",
     "contextpack admin suspend ada@example.org --reason \"chargeback\" --admin root@example.org", ADMIN_OPTIONS,
     command_admin_suspend},
    {"admin unsuspend", ONE("USER"), 0, "Lift a suspension", "As `contextpack user unsuspend`.",
     "contextpack admin unsuspend ada@example.org --reason \"paid\" --admin root@example.org", ADMIN_OPTIONS,
     command_admin_unsuspend},
    {"admin plan", "USER PLAN", 2, 2, NULL, false, 0, "Put a user on a plan, for the record",
     "USER is an id or an e-mail; PLAN is credits or unlimited.",
     "contextpack admin plan ada@example.org unlimited --reason \"partner\"", ADMIN_OPTIONS, command_admin_plan},
    {"admin log", "[USER]", 0, 1, NULL, false, 0, "List administrators' actions, newest first",
     "All of them, or those on the account of USER, an id or an e-mail.",
     "contextpack admin log ada@example.org --admin root@example.org", ADMIN_LOG_OPTIONS, command_admin_log},

    {"credits balance", NO_ARGUMENTS, 0, "Show the free and the held credits",
     "Of the user that commands act for, or of --user.", "contextpack credits balance --user ada@example.org",
     NO_OPTIONS, command_credits_balance},
    {"credits grant", NO_ARGUMENTS, 0, "Give credits to a user",
     "To the user that commands act for, or to --user. `contextpack admin support` does it on an administrator's "
     "record.",
     "contextpack credits grant --user ada@example.org --credits 10 --key welcome-ada", GRANT_OPTIONS,
     command_credits_grant},
    {"credits statement", NO_ARGUMENTS, 0, "List the ledger's entries, or print a statement",
     "Of the user that commands act for, or of --user. By itself it lists the entries, newest first, page by page. "
     "With "
     "--from, --until or --format it prints a statement, oldest first: the opening balance, each entry with the "
     "balance "
     "after it, the closing balance, and to the end what running work holds and what is left.",
     "contextpack credits statement --limit 20\n"
     "contextpack credits statement --from 2026-01-01 --until 2026-02-01 --format csv",
     STATEMENT_OPTIONS, command_credits_statement},
    {"credits audit", NO_ARGUMENTS, 0, "Compare every balance with its ledger",
     "Lists the users whose balance is not opening + entries - holds; changes nothing. Exit code 8 when there is one.",
     "contextpack credits audit --json", NO_OPTIONS, command_credits_audit},

    {"report revenue", NO_ARGUMENTS, 0, "Tell what was bought and given back, by day",
     "By day, package and currency, oldest first; CSV or JSON. Days without any have no line.",
     "contextpack report revenue --from 2026-01-01 -o revenue.csv", REPORT_OPTIONS, command_report_revenue},
    {"report usage", NO_ARGUMENTS, 0, "Tell what was used, by day",
     "Users, credits, use on the unlimited plan, chunks, tokens and the analyzer's cost; CSV or JSON.",
     "contextpack report usage --format json", REPORT_OPTIONS, command_report_usage},

    {"package list", NO_ARGUMENTS, 0, "List what can be bought", "As the setting billing.packages has it.",
     "contextpack package list", NO_OPTIONS, command_package_list},
    {"checkout create", ONE("PACKAGE"), 0, "Begin a checkout and print where the browser goes",
     "For the user that commands act for, or of --user. Asks Stripe, with the key of the setting stripe.secret_key. "
     "The "
     "attempt is recorded, also one that is refused because there were too many.",
     "contextpack checkout create small --user ada@example.org --success-url https://example.org/done",
     CHECKOUT_OPTIONS, command_checkout_create},
    {"payment list", "[USER]", 0, 1, NULL, false, 0, "List attempts to pay, newest first",
     "All of them, or those of USER, an id or an e-mail.", "contextpack payment list ada@example.org",
     PAYMENT_LIST_OPTIONS, command_payment_list},
    {"payment velocity", NO_ARGUMENTS, 0, "Tell who tries to pay most often, or from where",
     "For the review of fraud: users or addresses, the most attempts first.",
     "contextpack payment velocity --by ip --hours 1 --minimum 10", VELOCITY_OPTIONS, command_payment_velocity},
    {"payment unclaimed", NO_ARGUMENTS, 0, "List payments that nobody is credited for",
     "What was paid at Stripe for credits or a plan, while no event says whose it is. An event that says whose "
     "customer "
     "paid takes a payment from the list; so does `contextpack payment assign`.",
     "contextpack payment unclaimed", LIST_OPTIONS, command_payment_unclaimed},
    {"payment assign", "USER PAYMENT", 2, 2, NULL, false, 0, "Give a user a payment that nobody is credited for",
     "Its credits or its plan, and whatever Stripe tells of it later. USER is an id or an e-mail, PAYMENT an id of "
     "`contextpack payment unclaimed`.",
     "contextpack payment assign ada@example.org PAYMENT --reason \"paid by her company\"", ADMIN_OPTIONS,
     command_payment_assign},
    {"payment reconcile", NO_ARGUMENTS, 0, "Do the effect of Stripe's events that no webhook brought",
     "Reads Stripe's list of events since TIME, with the key of the setting stripe.secret_key, and "
     "processes those that are not known yet, the oldest first. Each event has its effect once, together with "
     "webhooks. Stripe keeps events "
     "for 30 days. An event that fails does not stop the others: it is counted, the first one is told, and the exit "
     "code is 3.",
     "contextpack payment reconcile --since 2026-01-31", RECONCILE_OPTIONS, command_payment_reconcile},
    {"webhook stripe", NO_ARGUMENTS, 0, "Take in a Stripe webhook from standard input",
     "Verifies the signature of the body on standard input, byte for byte as it came, and has its effect once. Prints "
     "what it did as JSON. An event that had its effect before is no failure. The signing secret comes from "
     "CONTEXTPACK_STRIPE_WEBHOOK_SECRET; several are separated by commas.",
     "contextpack webhook stripe --signature \"$HTTP_STRIPE_SIGNATURE\" < body", WEBHOOK_OPTIONS,
     command_webhook_stripe},

    {"job create", "INPUT", 1, 1, NULL, true, COMMAND_CREATES, "Create a V1 job of a file",
     "Stores the bytes of INPUT (a file, or - for standard input). V1 makes one pack of one file; `contextpack build` "
     "is the "
     "way for new work.",
     "contextpack job create chatgpt-export.zip --run", JOB_CREATE_OPTIONS, command_job_create},
    {"job list", NO_ARGUMENTS, 0, "List the V1 jobs, newest first", "Of the user that commands act for, or of --user.",
     "contextpack job list", LIST_OPTIONS, command_job_list},
    {"job show", ONE("JOB"), 0, "Show a V1 job", "JOB is a job's id.", "contextpack job show ID", NO_OPTIONS,
     command_job_show},
    {"job run", ONE("JOB"), 0, "Take a V1 job to its pack",
     "Does what is left to do of the job with that id, and nothing twice. Chunks that failed are listed and tried "
     "again. With --partial or --max-chunks the pack is made by the run that does the rest.",
     "contextpack job run ID", JOB_RUN_OPTIONS, command_job_run},
    {"job quote", ONE("JOB"), 0, "Tell what the rest of a V1 job will cost", "As `contextpack source quote`.",
     "contextpack job quote ID", NO_OPTIONS, command_job_quote},
    {"job delete", ONE("JOB"), COMMAND_DELETES, "Delete a V1 job with its pack",
     "Deletes the job with that id and what is stored of it. Asks first on a terminal; elsewhere it needs --yes.",
     "contextpack job delete ID --yes", DELETE_OPTIONS, command_job_delete},
    {"job packs", NO_ARGUMENTS, 0, "List the V1 packs, newest first", "Also those that the old service made.",
     "contextpack job packs", LIST_OPTIONS, command_job_packs},
    {"job read", ONE("PACK"), 0, "Print a V1 pack", "PACK is the id of a V1 pack or of its job.",
     "contextpack job read ID -o pack.md", JOB_READ_OPTIONS, command_job_read},
    {"job copy", ONE("PACK"), 0, "Copy a V1 pack into a new pack",
     "The pack gets the V1 job's file as a source that waits to be run. V1 stays as it is. PACK is the id of a V1 pack "
     "or "
     "of its job.",
     "contextpack job copy ID", NO_OPTIONS, command_job_copy},
    {"job uncopy", ONE("PACK"), COMMAND_DELETES, "Delete the copy of a V1 pack",
     "Deletes the pack that `contextpack job copy` made, with all that was added to it. Asks first on a terminal; "
     "elsewhere it needs --yes.",
     "contextpack job uncopy ID --yes", DELETE_OPTIONS, command_job_uncopy},

    {"maintenance archive", NO_ARGUMENTS, 0, "Archive old rows in the storage",
     "Every month that is over of the ledger and of administrators' actions, which stay in the database, too; and "
     "webhook "
     "logs older than the setting maintenance.webhook_days, which are deleted once their file was read back whole.",
     "contextpack maintenance archive", NO_OPTIONS, command_maintenance_archive},
    {"maintenance restore", "[TABLE]", 0, 1, "webhook_logs|credit_transactions|admin_actions", false, 0,
     "Put archived rows back that the database lacks",
     "Checks every file against its manifest first. Exit code 1 when one is damaged.",
     "contextpack maintenance restore --dry-run", DRY_RUN_OPTIONS, command_maintenance_restore},
    {"maintenance sweep", NO_ARGUMENTS, 0, "Remove stored files that no row names",
     "Only those older than the setting maintenance.orphan_age_ms, so that work in flight is safe.",
     "contextpack maintenance sweep --dry-run", DRY_RUN_OPTIONS, command_maintenance_sweep},

    {"migrate", NO_ARGUMENTS, COMMAND_CREATES, "Bring the database to this version's schema",
     "The only command that changes a PostgreSQL database which it did not make; others make the schema of an empty "
     "one, and "
     "of an SQLite file. Lines \"undo: ...\" are the SQL statements that take a change back; the database keeps the "
     "report. "
     "Safe while others use the database, and from several processes at once.",
     "contextpack migrate --dry-run", MIGRATE_OPTIONS, command_migrate},
    {"backup", "PATH", 1, 1, NULL, true, 0, "Copy the database, and its files, while others work",
     "Copies an SQLite database into the file PATH as of one moment, also while other programs write to it; copying "
     "the "
     "file with other tools does not. The copy is checked for damage. With --files all stored files are copied into a "
     "folder, too, but for those that are there already. For PostgreSQL use pg_dump.",
     "contextpack backup backup.db --files backup-files", BACKUP_OPTIONS, command_backup},
    {"doctor", NO_ARGUMENTS, 0, "Check the database, the storage and the ledger",
     "Looks at the whole installation and changes nothing. Exit code 8 when a check failed.", "contextpack doctor",
     NO_OPTIONS, command_doctor},
    {"settings", NO_ARGUMENTS, 0, "List every setting with its value, bounds and default",
     "Settings are given by --set NAME=VALUE, by the environment (CONTEXTPACK_CHUNK_MAX_TOKENS for chunk.max_tokens) "
     "or "
     "as NAME = VALUE in the configuration file. Secrets are taken from the environment and the file only, and are "
     "never shown.",
     "contextpack settings --set chunk.max_tokens=50000", NO_OPTIONS, command_settings},
    {"completion", "SHELL", 1, 1, "bash|zsh|fish", false, COMMAND_NO_CONFIG, "Print a completion script for a shell",
     "SHELL is bash, zsh or fish. An installed contextpack brings these scripts already.",
     "eval \"$(contextpack completion bash)\"", NO_OPTIONS, command_completion},
    {"version", NO_ARGUMENTS, COMMAND_NO_CONFIG, "Print the version",
     "Prints the version of the library that is linked.", "contextpack version", NO_OPTIONS, command_version},
    {"help", "[COMMAND]", 0, 2, NULL, false, COMMAND_NO_CONFIG, "Explain a command",
     "Also explains two topics: exit-codes and configuration.",
     "contextpack help pack create\ncontextpack help exit-codes", HELP_OPTIONS, command_help},
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
    {"package", "What can be bought"},
    {"checkout", "Stripe's page where a user pays"},
    {"payment", "Attempts to pay"},
    {"webhook", "What payment providers tell"},
    {"report", "What was earned and what was used"},
    {"admin", "What administrators do to accounts, on record"},
    {"job", "V1: single-file jobs and their packs"},
    {"maintenance", "What a service does now and then"},
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

/* A command by its name or its first word; the others are about the caller's own packs. */
static const struct {
    const char *word;
    enum cli_section section;
} SECTIONS[] = {
    {"build", SECTION_FIRST},
    {"extract", SECTION_FIRST},
    {"pack list", SECTION_FIRST},
    {"migrate", SECTION_SERVICE},
    {"backup", SECTION_SERVICE},
    {"doctor", SECTION_SERVICE},
    {"maintenance", SECTION_SERVICE},
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

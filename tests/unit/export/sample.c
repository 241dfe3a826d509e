#include "unit/export/sample.h"

#include "base/time.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)

static int64_t at(const char *date)
{
    return date == NULL ? CPK_TIME_UNKNOWN : time_parse_iso(date, strlen(date));
}

void export_sample_add(struct finding_set *set, enum finding_category category, const char *text, int32_t superseded,
                       int64_t mentions, const char *first_date, const char *last_date, const char *quote)
{
    static const char *const titles[] = {"Planning the week", "Rust | async *traits*", ""};
    struct finding_evidence evidence[3];
    struct finding finding = {.category = category,
                              .subject = text,
                              .value = "",
                              .text = text,
                              .superseded = superseded,
                              .exclusive = superseded,
                              .confidence = 800,
                              .mentions = mentions,
                              .conversations = (mentions + 1) / 2,
                              .first_us = at(first_date),
                              .last_us = at(last_date),
                              .until_us = CPK_TIME_UNKNOWN,
                              .score = mentions * 100,
                              .evidence = evidence};

    for (size_t i = 0; quote != NULL && i < 3 && (int64_t)i < mentions; i++) {
        evidence[i] = (struct finding_evidence){.provider = "chatgpt",
                                                .conversation_id = "c-1",
                                                .conversation_title = titles[i],
                                                .message_id = "m-1",
                                                .time_us = i == 0 ? at(first_date) : at(last_date),
                                                .quote = i < 2 ? quote : "As I said before."};
        finding.evidence_count++;
    }
    if (finding_set_add(set, &finding) == NULL) {
        abort();
    }
    if (finding.last_us != CPK_TIME_UNKNOWN && finding.last_us > set->last_us) {
        set->last_us = finding.last_us;
    }
}

void export_sample_add_words(struct finding_set *set, enum finding_category category, const char *subject,
                             const char *text, int32_t superseded, const char *date, int64_t score)
{
    struct finding_evidence evidence = {.provider = "chatgpt",
                                        .conversation_id = "c-1",
                                        .conversation_title = "Planning the week",
                                        .message_id = "m-1",
                                        .time_us = at(date),
                                        .quote = ""};
    struct finding finding = {.category = category,
                              .subject = subject,
                              .value = "",
                              .text = text,
                              .superseded = superseded,
                              .confidence = 1000,
                              .mentions = 1,
                              .conversations = 1,
                              .first_us = at(date),
                              .last_us = at(date),
                              .until_us = CPK_TIME_UNKNOWN,
                              .score = score,
                              .evidence = &evidence,
                              .evidence_count = 1};

    if (finding_set_add(set, &finding) == NULL) {
        abort();
    }
}

static void add_words(struct finding_set *set)
{
    export_sample_add_words(set, FINDING_INSTRUCTION, "custom",
                            "Short answers, British spelling\n- no emojis\n\nAsk before you write code.", 0,
                            "2024-03-03", 900);
    export_sample_add_words(set, FINDING_INSTRUCTION, "memory", "Sleeps badly before talks.", 0, "2024-05-29", 300);
    export_sample_add_words(set, FINDING_INSTRUCTION, "standing", "From now on, answer in German.", 1, "2022-02-01",
                            100);
    export_sample_add_words(set, FINDING_EXCERPT, "",
                            "We moved to Lisbon last month, so the old address is wrong. Mia has a room at last.", 0,
                            "2024-05-30", 700);
    export_sample_add_words(set, FINDING_EXCERPT, "", "I bake rye bread on Sundays with `80%` water.", 0, "2023-12-20",
                            650);
    export_sample_add_words(set, FINDING_EXCERPT, "", "I live in Hamburg, close to the harbour.", 1, "2022-01-10", 600);
}

/* An assertion that has ended by the newest message. */
static void add_ended(struct finding_set *set)
{
    export_sample_add(set, FINDING_CONSTRAINT, "Has a deadline for the timber hall", 0, 1, "2024-02-02", "2024-02-02",
                      "The deadline for the timber hall is 1 March.");
    set->items[set->count - 1].until_us = at("2024-03-01");
}

static void add_findings(struct finding_set *set)
{
    add_words(set);
    add_ended(set);
    export_sample_add(set, FINDING_IDENTITY, "Lives in Lisbon", 0, 4, "2023-05-02", "2024-05-30",
                      "We moved to Lisbon last month, so the old address is wrong.");
    export_sample_add(set, FINDING_IDENTITY, "Lives in Hamburg", 1, 3, "2022-01-10", "2023-01-12",
                      "I live in Hamburg, close to the harbour.");
    export_sample_add(set, FINDING_IDENTITY, "Works as a structural engineer", 0, 6, "2022-01-10", "2024-05-01",
                      "I'm a structural engineer, mostly timber bridges.");
    export_sample_add(set, FINDING_IDENTITY, "Speaks German, English and some Portuguese", 0, 2, "2023-09-01",
                      "2024-02-11", "My Portuguese is still at A2, German and English are fine.");
    export_sample_add(set, FINDING_BACKGROUND, "Studied civil engineering in Dresden", 0, 1, "2022-03-03", "2022-03-03",
                      "I studied civil engineering in Dresden and finished in 2011.");
    export_sample_add(set, FINDING_PERSON, "Has a daughter, Mia, who is in first grade", 0, 5, "2022-09-01",
                      "2024-04-20", "My daughter Mia just started first grade.");
    export_sample_add(set, FINDING_PROJECT, "Builds timber_frame, a load calculator in Rust", 0, 9, "2023-02-02",
                      "2024-06-01", "timber_frame needs a faster solver for `beam[n]` loads.");
    export_sample_add(set, FINDING_SKILL, "Uses Rust", 0, 22, "2022-11-01", "2024-06-01",
                      "In Rust I'd use rayon here.");
    export_sample_add(set, FINDING_SKILL, "Uses QGIS", 0, 2, "2022-02-01", "2022-02-20", "I have the map in QGIS.");
    export_sample_add(set, FINDING_PREFERENCE, "Wants short answers without introductions", 0, 3, "2023-03-03",
                      "2024-01-05", "Please skip the introduction and keep it short.");
    export_sample_add(set, FINDING_PREFERENCE, "Prefers metric units", 0, 1, "2024-05-05", "2024-05-05",
                      "Metric units only, please.");
    export_sample_add(set, FINDING_GOAL, "Wants to pass the B1 exam in Portuguese", 0, 2, "2024-01-02", "2024-05-20",
                      "I want to pass B1 by autumn.");
    export_sample_add(set, FINDING_CONSTRAINT, "Is allergic to hazelnuts", 0, 2, "2022-06-06", "2023-07-01",
                      "No hazelnuts, I'm allergic.");
    export_sample_add(set, FINDING_EVENT, "Gives a talk on timber bridges in October", 0, 1, "2024-05-28", "2024-05-28",
                      "I'm giving a talk on timber bridges in October.");
    export_sample_add(set, FINDING_TOPIC, "Rust and numerical solvers", 0, 41, "2022-11-01", "2024-06-01", NULL);
    export_sample_add(set, FINDING_TOPIC, "Bread baking", 0, 11, "2022-01-15", "2023-12-20", NULL);
    export_sample_add(set, FINDING_STYLE, "Writes short messages in English, sometimes German", 0, 310, "2022-01-10",
                      "2024-06-01", NULL);
    export_sample_add(set, FINDING_REFERENCE, "Bridge inspection handbook: intervals are three years", 0, 1,
                      "2024-02-02", "2024-02-02", "Main inspections take place every three years.");
}

void export_sample_init(struct export_sample *sample, const cpk_allocator *allocator)
{
    static struct document_source sources[] = {
        {.name = "chatgpt-export.zip",
         .type = "chat_export",
         .format = "chatgpt",
         .sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
         .size_bytes = 4183021,
         .conversations = 3,
         .messages = 64,
         .tokens = 90210,
         .chunks = 1,
         .loss = {.conversations = 3, .of_kind = {[LOSS_EMPTY_CONVERSATIONS] = 2, [LOSS_DAMAGED_PLACES] = 1}}},
        {.name = "notes | handbook.md",
         .type = "document",
         .format = "markdown",
         .sha256 = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
         .size_bytes = 20480,
         .messages = 1,
         .tokens = 5120,
         .chunks = 1,
         .first_us = CPK_TIME_UNKNOWN,
         .last_us = CPK_TIME_UNKNOWN},
    };
    static struct document_conversation conversations[] = {
        {.provider = "chatgpt",
         .conversation_id = "c-1",
         .title = "Planning the week",
         .messages = 30,
         .tokens = 41000},
        {.provider = "chatgpt",
         .conversation_id = "c-2",
         .title = "Rust | async *traits*",
         .messages = 24,
         .tokens = 39000},
        {.provider = "chatgpt", .conversation_id = "c-3", .title = "", .messages = 10, .tokens = 10210},
    };

    conversations[0].first_us = at("2022-01-10T08:15:00Z");
    conversations[0].last_us = at("2022-01-12T19:00:00Z");
    conversations[1].first_us = at("2024-05-28T10:00:00Z");
    conversations[1].last_us = at("2024-06-01T21:45:10Z");
    conversations[2].first_us = at("2024-05-30T07:00:00Z");
    conversations[2].last_us = at("2024-05-30T07:20:00Z");
    sources[0].first_us = conversations[0].first_us;
    sources[0].last_us = conversations[1].last_us;
    finding_set_init(&sample->findings, allocator);
    sample->findings.user_messages = 32;
    add_findings(&sample->findings);
    sample->input = (struct document_input){.pack_name = "My context",
                                            .sources = sources,
                                            .source_count = 2,
                                            .conversations = conversations,
                                            .conversation_count = 3,
                                            .findings = &sample->findings};
    sample->input.withheld.of_kind[SECRET_API_KEY] = 2;
    sample->input.withheld.of_kind[SECRET_PASSWORD] = 1;
}

void export_sample_free(struct export_sample *sample)
{
    finding_set_free(&sample->findings);
}

#include "export/pack_json.h"

#include "base/json/json.h"
#include "base/time.h"
#include "export/render.h"
#include "model/pack_mark.h"

static const char *const type_names[] = {"", "compact", "standard", "complete"};

static void write_text(struct json_writer *writer, const char *key, const char *text)
{
    json_write_key(writer, key);
    json_write_string(writer, text);
}

static void write_number(struct json_writer *writer, const char *key, int64_t number)
{
    json_write_key(writer, key);
    json_write_int64(writer, number);
}

static void write_time(struct json_writer *writer, const char *key, int64_t time_us)
{
    json_write_key(writer, key);
    json_write_time(writer, time_us);
}

/* Number of withheld secrets of each kind that occurs. */
static void write_withheld(const struct plan *plan, struct json_writer *writer)
{
    json_write_key(writer, "withheld");
    json_write_begin_object(writer);
    for (size_t i = 0; i < SECRET_KIND_COUNT; i++) {
        if (plan->input->withheld.of_kind[i] != 0) {
            write_number(writer, secret_kind_name((enum secret_kind)i), plan->input->withheld.of_kind[i]);
        }
    }
    json_write_end_object(writer);
}

static void write_losses(const struct loss *loss, struct json_writer *writer)
{
    json_write_key(writer, "losses");
    loss_write_to(loss, writer);
    json_write_key(writer, "is_partial");
    json_write_bool(writer, loss_is_partial(loss));
}

static void write_head(const struct plan *plan, struct json_writer *writer)
{
    char date[TIME_TEXT_BYTES];

    write_text(writer, "format", PACK_MARK_FORMAT);
    write_number(writer, "version", 1);
    write_text(writer, "type", type_names[plan->type]);
    write_text(writer, "name", plan->input->pack_name);
    write_text(writer, "description", plan->input->description);
    write_text(writer, "notice", render_notice());
    time_format_date(plan->last_us, date);
    write_text(writer, "as_of", date[0] != '\0' ? date : NULL);
    json_write_key(writer, "imported");
    json_write_begin_object(writer);
    write_number(writer, "sources", (int64_t)plan->input->source_count);
    write_number(writer, "conversations", plan->conversations);
    write_number(writer, "messages", plan->messages);
    write_number(writer, "user_messages", plan->input->findings->user_messages);
    write_time(writer, "first", plan->first_us);
    write_time(writer, "last", plan->last_us);
    json_write_end_object(writer);
    write_losses(&plan->loss, writer);
    write_withheld(plan, writer);
}

static void write_evidence(const struct plan *plan, const struct finding_evidence *evidence, struct json_writer *writer)
{
    json_write_begin_object(writer);
    write_text(writer, "quote", evidence->quote);
    write_text(writer, "conversation_title", evidence->conversation_title);
    write_time(writer, "time", evidence->time_us);
    if (plan->type == DOCUMENT_COMPLETE) {
        write_text(writer, "provider", evidence->provider);
        write_text(writer, "conversation_id", evidence->conversation_id);
        write_text(writer, "message_id", evidence->message_id);
    }
    json_write_end_object(writer);
}

static void write_all_evidence(const struct plan *plan, const struct plan_entry *entry, struct json_writer *writer)
{
    int32_t in_text = entry->finding->category == FINDING_INSTRUCTION || entry->finding->category == FINDING_EXCERPT;

    json_write_key(writer, "evidence");
    json_write_begin_array(writer);
    for (size_t i = 0; (in_text || plan_shows_evidence(plan, entry, entry->level)) && i < entry->quote_count; i++) {
        write_evidence(plan, entry->quotes[i].evidence, writer);
    }
    json_write_end_array(writer);
}

static void write_finding(const struct plan *plan, const struct plan_entry *entry, struct json_writer *writer)
{
    const struct finding *finding = entry->finding;

    json_write_begin_object(writer);
    json_write_key(writer, "text");
    json_write_text(writer, entry->text, entry->text_length);
    write_text(writer, "category", finding_category_name(finding->category));
    json_write_key(writer, "former");
    json_write_bool(writer, plan_is_former(plan, finding));
    write_number(writer, "mentions", finding->mentions);
    write_number(writer, "conversations", finding->conversations);
    write_time(writer, "first", finding->first_us);
    write_time(writer, "last", finding->last_us);
    write_time(writer, "until", finding->until_us);
    if (plan->type != DOCUMENT_COMPACT) {
        write_all_evidence(plan, entry, writer);
    }
    if (plan->type == DOCUMENT_COMPLETE) {
        write_text(writer, "subject", finding->subject);
        write_text(writer, "value", finding->value);
        write_number(writer, "confidence", finding->confidence);
        write_number(writer, "score", finding->score);
        json_write_key(writer, "exclusive");
        json_write_bool(writer, finding->exclusive != 0);
    }
    json_write_end_object(writer);
}

static void write_sections(const struct plan *plan, struct json_writer *writer)
{
    json_write_key(writer, "sections");
    json_write_begin_array(writer);
    for (enum plan_section_id id = 0; id < PLAN_FINDINGS_END; id++) {
        const struct plan_section *section = &plan->sections[id];

        if (plan_left_out(section) == (int64_t)section->count) {
            continue;
        }
        json_write_begin_object(writer);
        write_text(writer, "name", plan_section_name(id));
        write_text(writer, "title", plan_section_title(id));
        json_write_key(writer, "findings");
        json_write_begin_array(writer);
        for (size_t at = 0; at < section->count; at++) {
            if (section->reading[at]->level != PLAN_LEVEL_OUT) {
                write_finding(plan, section->reading[at], writer);
            }
        }
        json_write_end_array(writer);
        json_write_end_object(writer);
    }
    json_write_end_array(writer);
}

/* Number of omitted entries by section. */
static void write_left_out(const struct plan *plan, struct json_writer *writer)
{
    json_write_key(writer, "left_out");
    json_write_begin_object(writer);
    for (enum plan_section_id id = 0; id < PLAN_SECTION_COUNT; id++) {
        int64_t count = plan_left_out(&plan->sections[id]);

        if (count > 0) {
            write_number(writer, plan_section_name(id), count);
        }
    }
    json_write_end_object(writer);
}

static void write_month(const struct plan *plan, const struct plan_entry *entry, struct json_writer *writer)
{
    const struct plan_month *month = &plan->months[entry->index];

    write_text(writer, "month", month->name);
    write_number(writer, "conversations", month->conversations);
    write_number(writer, "messages", month->messages);
    json_write_key(writer, "titles");
    json_write_begin_array(writer);
    for (size_t i = 0; i < PLAN_MONTH_TITLES && month->titles[i] != NULL; i++) {
        json_write_string(writer, month->titles[i]);
    }
    json_write_end_array(writer);
}

static void write_source(const struct plan *plan, const struct plan_entry *entry, struct json_writer *writer)
{
    const struct document_source *source = &plan->input->sources[entry->index];

    write_text(writer, "name", source->name);
    write_text(writer, "type", source->type);
    write_text(writer, "format", source->format);
    write_time(writer, "first", source->first_us);
    write_time(writer, "last", source->last_us);
    write_number(writer, "conversations", source->conversations);
    write_number(writer, "messages", source->messages);
    write_losses(&source->loss, writer);
    if (plan->type == DOCUMENT_COMPLETE) {
        write_number(writer, "tokens", source->tokens);
        write_number(writer, "chunks", source->chunks);
        write_number(writer, "size_bytes", source->size_bytes);
        write_text(writer, "sha256", source->sha256);
    }
}

static void write_conversation(const struct plan *plan, const struct plan_entry *entry, struct json_writer *writer)
{
    const struct document_conversation *conversation = &plan->input->conversations[entry->index];

    write_text(writer, "provider", conversation->provider);
    write_text(writer, "conversation_id", conversation->conversation_id);
    write_text(writer, "title", conversation->title);
    write_time(writer, "first", conversation->first_us);
    write_time(writer, "last", conversation->last_us);
    write_number(writer, "messages", conversation->messages);
    write_number(writer, "tokens", conversation->tokens);
    write_number(writer, "source", (int64_t)conversation->source_index);
}

static void write_rows(const struct plan *plan, enum plan_section_id id,
                       void (*write_row)(const struct plan *, const struct plan_entry *, struct json_writer *),
                       struct json_writer *writer)
{
    const struct plan_section *section = &plan->sections[id];

    json_write_key(writer, plan_section_name(id));
    json_write_begin_array(writer);
    for (size_t at = 0; at < section->count; at++) {
        if (section->reading[at]->level != PLAN_LEVEL_OUT) {
            json_write_begin_object(writer);
            write_row(plan, section->reading[at], writer);
            json_write_end_object(writer);
        }
    }
    json_write_end_array(writer);
}

void pack_json_write(const struct plan *plan, struct buffer *target)
{
    struct json_writer writer;

    json_writer_init(&writer, target);
    json_write_begin_object(&writer);
    write_head(plan, &writer);
    write_sections(plan, &writer);
    write_left_out(plan, &writer);
    if (plan->type != DOCUMENT_COMPACT) {
        write_rows(plan, PLAN_TIMELINE, write_month, &writer);
        write_rows(plan, PLAN_SOURCES, write_source, &writer);
    }
    if (plan->type == DOCUMENT_COMPLETE) {
        write_rows(plan, PLAN_CONVERSATIONS, write_conversation, &writer);
    }
    json_write_end_object(&writer);
    buffer_append_byte(target, '\n');
}

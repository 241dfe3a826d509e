#include "base/error.h"
#include "base/utf8.h"
#include "extract/chats/link.h"
#include "extract/claude/claude_internal.h"

#include <string.h>

#define NAMES_COMPARED_MAX 64 /* files of a message that are compared to find duplicates */

/* The content blocks of a message: a list, or a single block. */
struct blocks {
    struct json_view list;
    struct json_view alone;
};

struct blocks_iter {
    struct json_iter list;
    struct json_view alone;
};

static void blocks_begin(struct blocks_iter *iter, const struct blocks *blocks)
{
    json_iter_init(&iter->list, blocks->list);
    iter->alone = blocks->alone;
}

static int32_t blocks_next(struct blocks_iter *iter, struct json_view *block)
{
    static const struct json_view none;

    if (iter->alone.type != JSON_VIEW_NONE) {
        *block = iter->alone;
        iter->alone = none;
        return 1;
    }
    if (!json_iter_next(&iter->list)) {
        return 0;
    }
    *block = iter->list.value;
    return 1;
}

static void add_speech(struct claude_writer *writer, struct json_view text)
{
    if (!json_is_empty_text(text)) {
        if (writer->speech.length > 0) {
            buffer_append_text(&writer->speech, "\n\n");
        }
        json_append_text(&writer->speech, text);
    }
}

#define CITATIONS_MAX  256               /* of one text block; more are omitted */
#define CITED_URL_MAX  4096              /* longer addresses are omitted */
#define CITED_TEXT_MAX ((size_t)1 << 20) /* longer texts have their links at the end */

enum citation_member { CITATION_END, CITATION_DETAILS, CITATION_URL, CITATION_TITLE, CITATION_SOURCES, CITATION_COUNT };
static const struct json_name citation_names[CITATION_COUNT] = {
    JSON_NAME("end_index"), JSON_NAME("details"), JSON_NAME("url"), JSON_NAME("title"), JSON_NAME("sources")};

/* 1 if a sentence or a line ends before `at`. */
static int32_t is_sentence_end(const char *text, size_t length, size_t at)
{
    static const char *const wide[] = {"\xE3\x80\x82", "\xEF\xBC\x81", "\xEF\xBC\x9F"}; /* U+3002, U+FF01, U+FF1F */

    if (at == 0 || at >= length || text[at] == '\n') {
        return 1;
    }
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        if (at >= 3 && memcmp(text + at - 3, wide[i], 3) == 0) {
            return 1;
        }
    }
    return strchr(".!?", text[at - 1]) != NULL && strchr(" \t\"')", text[at]) != NULL;
}

/* Offset of the character `index` of a text, moved to the end of its sentence. */
static size_t cited_offset(const char *text, size_t length, int64_t index)
{
    size_t at = 0;

    if (index < 0 || length > CITED_TEXT_MAX) {
        return length;
    }
    for (int64_t i = 0; i < index && at < length; i++) {
        uint32_t code_point;
        int32_t valid;

        at += utf8_decode(text + at, length - at, &code_point, &valid);
    }
    while (at > 0 && text[at - 1] == ' ' && at < length) {
        at--;
    }
    while (!is_sentence_end(text, length, at)) {
        at++;
    }
    return at;
}

/* Appends the address of one citation as a link to `scrap`, which has those of the same place; each once. */
static void append_cited(struct claude_writer *writer, struct json_view title, struct json_view url)
{
    struct buffer *links = &writer->scrap;
    struct buffer *text = &writer->short_text;
    size_t title_length;
    size_t before = links->length;

    if (json_is_empty_text(url) || json_text_bound(url) > CITED_URL_MAX) {
        return;
    }
    buffer_clear(text);
    json_append_start(text, title, FORMAT_NAME_BYTES_MAX);
    title_length = text->length;
    json_append_text(text, url);
    if (text->failed || !link_is_safe(text->data + title_length, text->length - title_length) ||
        (before > 0 && memmem(links->data, before, text->data + title_length, text->length - title_length) != NULL)) {
        writer->out_of_memory = writer->out_of_memory || text->failed;
        return;
    }
    buffer_append_text(links, before > 0 ? ", " : " (");
    link_append(links, text->data, title_length, text->data + title_length, text->length - title_length);
}

static void collect_cited(struct claude_writer *writer, const struct json_view citation[CITATION_COUNT])
{
    static const struct json_name names[] = {JSON_NAME("title"), JSON_NAME("url")};
    struct json_view members[2];
    struct json_iter iter;

    json_select(citation[CITATION_DETAILS], names, 2, members);
    append_cited(writer, json_is_empty_text(members[0]) ? citation[CITATION_TITLE] : members[0],
                 json_is_empty_text(members[1]) ? citation[CITATION_URL] : members[1]);
    json_iter_init(&iter, citation[CITATION_SOURCES]);
    while (!iter.is_object && json_iter_next(&iter)) {
        json_select(iter.value, names, 2, members);
        append_cited(writer, members[0], members[1]);
    }
}

/* Inserts the links of `scrap` into the speech. */
static void insert_links(struct claude_writer *writer, size_t at)
{
    struct buffer *speech = &writer->speech;
    struct buffer *links = &writer->scrap;
    size_t tail = speech->length - at;

    if (links->length == 0 || speech->failed) {
        buffer_clear(links);
        return;
    }
    buffer_append_byte(links, ')');
    buffer_append(speech, links->data, links->length);
    if (!speech->failed && !links->failed) {
        memmove(speech->data + at + links->length, speech->data + at, tail);
        memcpy(speech->data + at, links->data, links->length);
    }
    writer->out_of_memory = writer->out_of_memory || links->failed;
    buffer_clear(links);
}

/* Inserts the citations of a text block whose text starts at `start` of the speech, from the last to the first: those
 * of one place together. */
static void add_citations(struct claude_writer *writer, struct json_view list, size_t start)
{
    struct json_view citations[CITATIONS_MAX][CITATION_COUNT];
    size_t places[CITATIONS_MAX];
    size_t count = 0;
    struct json_iter iter;

    json_iter_init(&iter, list);
    while (!iter.is_object && count < CITATIONS_MAX && json_iter_next(&iter)) {
        json_select(iter.value, citation_names, CITATION_COUNT, citations[count]);
        places[count] = start + cited_offset(writer->speech.data + start, writer->speech.length - start,
                                             json_int64(citations[count][CITATION_END], -1));
        count++;
    }
    for (size_t left = count; left > 0;) {
        size_t last = 0;

        for (size_t i = 0; i < count; i++) {
            last = places[i] != SIZE_MAX && places[i] > last ? places[i] : last;
        }
        buffer_clear(&writer->scrap);
        for (size_t i = 0; i < count; i++) {
            if (places[i] == last) {
                collect_cited(writer, citations[i]);
                places[i] = SIZE_MAX;
                left--;
            }
        }
        insert_links(writer, last);
    }
}

/* Adds the text of a block with the links that it cites. */
static void add_cited_speech(struct claude_writer *writer, struct json_view text, struct json_view citations)
{
    size_t before = writer->speech.length;
    size_t start;

    add_speech(writer, text);
    start = before > 0 ? before + 2 : 0;
    if (json_has_items(citations, 1) && writer->speech.length > start && !writer->speech.failed) {
        add_citations(writer, citations, start);
    }
}

static cpk_status write_text(struct claude_writer *writer, int32_t kind, struct json_view text, cpk_error **error)
{
    struct claude_part part = {.kind = kind, .flags = kind == CPK_KIND_THINKING ? CPK_MESSAGE_HIDDEN : 0};

    return text.type == JSON_VIEW_STRING ? claude_write_view(writer, &part, text, error) : CPK_OK;
}

static cpk_status write_scrap(struct claude_writer *writer, int32_t kind, int32_t role, uint32_t flags,
                              const cpk_attachment *file, cpk_error **error)
{
    struct claude_part part = {kind, role,          flags, buffer_text(&writer->scrap), writer->scrap.length,
                               file, &writer->scrap};

    return writer->scrap.failed ? error_out_of_memory(error) : claude_write_part(writer, &part, error);
}

/* Members of a content block that are read. */
enum block_member {
    BLOCK_TYPE,
    BLOCK_TEXT,
    BLOCK_THINKING,
    BLOCK_SUMMARIES,
    BLOCK_NAME,
    BLOCK_INPUT,
    BLOCK_PROMPT,
    BLOCK_CITATIONS,
    BLOCK_COUNT
};
static const struct json_name block_names[BLOCK_COUNT] = {
    JSON_NAME("type"), JSON_NAME("text"),  JSON_NAME("thinking"), JSON_NAME("summaries"),
    JSON_NAME("name"), JSON_NAME("input"), JSON_NAME("prompt"),   JSON_NAME("citations")};

/* Reasoning, or its summaries if only those were exported. */
static cpk_status write_thinking(struct claude_writer *writer, const struct json_view block[BLOCK_COUNT],
                                 cpk_error **error)
{
    struct json_view text = json_is_empty_text(block[BLOCK_THINKING]) ? block[BLOCK_TEXT] : block[BLOCK_THINKING];
    struct json_iter iter;

    if (!json_is_empty_text(text)) {
        return write_text(writer, CPK_KIND_THINKING, text, error);
    }
    buffer_clear(&writer->scrap);
    json_iter_init(&iter, block[BLOCK_SUMMARIES]);
    while (!iter.is_object && json_iter_next(&iter)) {
        text = json_get(iter.value, "summary");
        if (text.type == JSON_VIEW_STRING) {
            json_append_text(&writer->scrap, text);
            buffer_append_byte(&writer->scrap, '\n');
        }
    }
    return write_scrap(writer, CPK_KIND_THINKING, 0, CPK_MESSAGE_HIDDEN, NULL, error);
}

static cpk_status append_value(struct buffer *target, struct json_view value, cpk_error **error)
{
    if (value.type == JSON_VIEW_STRING) {
        json_append_text(target, value);
        return CPK_OK;
    }
    return json_append_compact(target, value, error);
}

/* Appends the whole new version of an updated document; what was replaced, if the document is not known. `texts`: the
 * old and the new one. */
static void append_update(struct claude_writer *writer, const char *key, const struct json_view texts[2],
                          cpk_attachment *file)
{
    const struct claude_artifact *artifact = claude_artifact_replace(writer, key, texts[0], texts[1]);

    buffer_clear(&writer->scrap);
    if (artifact == NULL) {
        buffer_append_text(&writer->scrap, "Replaced:\n");
        json_append_text(&writer->scrap, texts[0]);
        buffer_append_text(&writer->scrap, "\nwith:\n");
        json_append_text(&writer->scrap, texts[1]);
        return;
    }
    buffer_append(&writer->scrap, buffer_text(&artifact->text), artifact->text.length);
    if (file->name == NULL && artifact->name.length > 0) {
        file->name = claude_clean_line(writer, artifact->name.data, artifact->name.length);
    }
}

/* A document created or edited in the chat. */
static cpk_status write_artifact(struct claude_writer *writer, struct json_view input, int32_t *written,
                                 cpk_error **error)
{
    static const struct json_name names[] = {JSON_NAME("id"),      JSON_NAME("title"),     JSON_NAME("type"),
                                             JSON_NAME("content"), JSON_NAME("file_text"), JSON_NAME("path"),
                                             JSON_NAME("old_str"), JSON_NAME("new_str")};
    struct json_view members[8];
    struct json_view content;
    cpk_attachment file = {NULL, NULL, NULL, -1};
    const char *key;

    json_select(input, names, 8, members);
    content = members[3];
    file.id = claude_line(writer, members[0]);
    file.name = claude_line(writer, members[1]);
    file.media_type = claude_line(writer, members[2]);
    if (content.type != JSON_VIEW_STRING) {
        content = members[4];
        file.name = file.name != NULL ? file.name : claude_line(writer, members[5]);
    }
    key = file.id != NULL ? file.id : claude_line(writer, members[5]);
    buffer_clear(&writer->scrap);
    if (!json_is_empty_text(content)) {
        json_append_text(&writer->scrap, content);
        claude_artifact_set(writer, key, file.name, buffer_text(&writer->scrap), writer->scrap.length);
    } else if (members[7].type == JSON_VIEW_STRING) {
        append_update(writer, key, &members[6], &file);
    } else {
        return CPK_OK;
    }
    *written = 1;
    return write_scrap(writer, CPK_KIND_ARTIFACT, 0, 0, &file, error);
}

static cpk_status append_members(struct claude_writer *writer, struct json_members *members, cpk_error **error)
{
    for (size_t i = 0; i < members->count; i++) {
        buffer_append_byte(&writer->scrap, '\n');
        json_append_text(&writer->scrap, json_members_name(members, i));
        buffer_append_text(&writer->scrap, ": ");
        CPK_TRY(append_value(&writer->scrap, json_members_value(members, i), error));
    }
    return CPK_OK;
}

static cpk_status append_input(struct claude_writer *writer, struct json_view input, cpk_error **error)
{
    struct json_members members;
    cpk_status status;

    if (input.type == JSON_VIEW_NONE) {
        return CPK_OK;
    }
    if (input.type != JSON_VIEW_OBJECT) {
        buffer_append_byte(&writer->scrap, '\n');
        return append_value(&writer->scrap, input, error);
    }
    json_members_init(&members, &writer->context->allocator);
    status = json_members_read(&members, input, error);
    json_members_end_lookup(&members);
    CPK_TRY_CLEANUP(status);
    status = append_members(writer, &members, error);
cleanup:
    json_members_free(&members);
    return status;
}

cpk_status claude_write_tool_call(struct claude_writer *writer, const char *name, struct json_view input,
                                  cpk_error **error)
{
    int32_t written = 0;

    if (name != NULL &&
        (strcmp(name, "artifacts") == 0 || strcmp(name, "create_file") == 0 || strcmp(name, "str_replace") == 0)) {
        CPK_TRY(write_artifact(writer, input, &written, error));
        if (written) {
            return CPK_OK;
        }
    }
    buffer_clear(&writer->scrap);
    buffer_append_text(&writer->scrap, name != NULL ? name : "tool");
    CPK_TRY(append_input(writer, input, error));
    return write_scrap(writer, CPK_KIND_TOOL_CALL, 0, 0, NULL, error);
}

static void append_line(struct buffer *target, struct json_view text)
{
    if (!json_is_empty_text(text)) {
        if (target->length > 0) {
            buffer_append_byte(target, '\n');
        }
        json_append_text(target, text);
    }
}

/* Appends the result of a tool: a text, or a list of texts, web pages and files. */
static void append_result(struct buffer *target, struct json_view content)
{
    static const struct json_name names[] = {JSON_NAME("title"), JSON_NAME("url"), JSON_NAME("file_path"),
                                             JSON_NAME("text")};
    struct json_view members[4];
    struct json_iter iter;

    if (content.type == JSON_VIEW_STRING) {
        json_append_text(target, content);
        return;
    }
    if (content.type == JSON_VIEW_OBJECT) {
        json_select(content, names, 4, members);
        append_line(target, members[0]);
        append_line(target, members[3]);
        return;
    }
    json_iter_init(&iter, content);
    while (json_iter_next(&iter)) {
        if (iter.value.type == JSON_VIEW_STRING) {
            buffer_append_byte(target, '\n');
            json_append_text(target, iter.value);
            continue;
        }
        json_select(iter.value, names, 4, members);
        for (size_t i = 0; i < 4; i++) {
            append_line(target, members[i]);
        }
    }
}

cpk_status claude_write_tool_result(struct claude_writer *writer, struct json_view result, cpk_error **error)
{
    static const struct json_name names[] = {JSON_NAME("content"), JSON_NAME("output"), JSON_NAME("display_content")};
    struct json_view members[3];

    json_select(result, names, 3, members);
    buffer_clear(&writer->scrap);
    for (size_t i = 0; i < 3 && writer->scrap.length == 0; i++) {
        append_result(&writer->scrap, members[i]);
    }
    return write_scrap(writer, CPK_KIND_TOOL_RESULT, CPK_ROLE_TOOL, 0, NULL, error);
}

/* Text that an app added on the user's behalf; it is not the user's own text. */
static cpk_status write_injected(struct claude_writer *writer, const struct json_view block[BLOCK_COUNT],
                                 cpk_error **error)
{
    static const struct claude_part part = {
        .kind = CPK_KIND_TEXT, .role = CPK_ROLE_SYSTEM, .flags = CPK_MESSAGE_HIDDEN};
    struct json_view text = block[BLOCK_PROMPT].type == JSON_VIEW_STRING ? block[BLOCK_PROMPT] : block[BLOCK_TEXT];

    return text.type == JSON_VIEW_STRING ? claude_write_view(writer, &part, text, error) : CPK_OK;
}

static cpk_status write_block(struct claude_writer *writer, struct json_view view,
                              const struct json_view block[BLOCK_COUNT], cpk_error **error)
{
    struct json_view type = block[BLOCK_TYPE];

    if (json_is_text(type, "thinking") || json_is_text(type, "summaries")) {
        return write_thinking(writer, block, error);
    }
    if (json_is_text(type, "tool_use")) {
        return claude_write_tool_call(writer, claude_line(writer, block[BLOCK_NAME]), block[BLOCK_INPUT], error);
    }
    if (json_is_text(type, "tool_result")) {
        return claude_write_tool_result(writer, view, error);
    }
    if (json_is_text(type, "injected_prompt_block")) {
        return write_injected(writer, block, error);
    }
    if (json_is_text(type, "voice_note")) {
        return write_text(writer, CPK_KIND_TRANSCRIPT, block[BLOCK_TEXT], error);
    }
    if (json_is_text(type, "token_budget") || json_is_text(type, "image") || json_is_text(type, "document")) {
        return CPK_OK; /* documents and images are attachments of the message */
    }
    return CPK_OK;
}

/* 1 for the types that write_block() knows. */
static int32_t is_known_type(struct json_view type)
{
    static const char *const known[] = {
        "thinking",   "summaries",    "tool_use", "tool_result", "injected_prompt_block",
        "voice_note", "token_budget", "image",    "document"};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (json_is_text(type, known[i])) {
            return 1;
        }
    }
    return 0;
}

static void add_unknown(struct claude_writer *writer, struct json_view text)
{
    if (!json_is_empty_text(text)) {
        if (writer->unknown.length > 0) {
            buffer_append_text(&writer->unknown, "\n\n");
        }
        json_append_text(&writer->unknown, text);
    }
}

/* Reads one block. Texts of unknown types are those of the assistant where it also wrote ordinary text; otherwise they
 * are collected. */
static cpk_status read_block(struct claude_writer *writer, struct json_view view, int32_t has_text, cpk_error **error)
{
    struct json_view block[BLOCK_COUNT];

    if (view.type == JSON_VIEW_STRING) {
        add_speech(writer, view);
        return CPK_OK;
    }
    json_select(view, block_names, BLOCK_COUNT, block);
    if (block[BLOCK_TYPE].type != JSON_VIEW_STRING || json_is_text(block[BLOCK_TYPE], "text")) {
        add_cited_speech(writer, block[BLOCK_TEXT], block[BLOCK_CITATIONS]);
        return CPK_OK;
    }
    if (!is_known_type(block[BLOCK_TYPE])) {
        if (has_text && writer->role == CPK_ROLE_ASSISTANT) {
            add_cited_speech(writer, block[BLOCK_TEXT], block[BLOCK_CITATIONS]);
        } else {
            add_unknown(writer, block[BLOCK_TEXT]);
        }
        return CPK_OK;
    }
    CPK_TRY(claude_flush_speech(writer, error));
    return write_block(writer, view, block, error);
}

/* 1 if a block of a known type has the words of the message. */
static int32_t have_text(const struct blocks *blocks)
{
    static const struct json_name names[] = {JSON_NAME("type"), JSON_NAME("text")};
    struct blocks_iter iter;
    struct json_view block;

    blocks_begin(&iter, blocks);
    while (blocks_next(&iter, &block)) {
        struct json_view members[2];

        json_select(block, names, 2, members);
        if (!json_is_empty_text(block) || (!json_is_empty_text(members[1]) &&
                                           (members[0].type != JSON_VIEW_STRING || json_is_text(members[0], "text") ||
                                            json_is_text(members[0], "voice_note")))) {
            return 1;
        }
    }
    return 0;
}

/* Writes the texts of blocks of unknown types: not as words of the user. */
static cpk_status write_unknown(struct claude_writer *writer, int32_t has_words, cpk_error **error)
{
    int32_t is_answer = writer->role == CPK_ROLE_ASSISTANT && !has_words;
    struct claude_part part = {.kind = is_answer ? CPK_KIND_TEXT : CPK_KIND_ATTACHMENT,
                               .text = buffer_text(&writer->unknown),
                               .length = writer->unknown.length};

    if (writer->unknown.failed) {
        return error_out_of_memory(error);
    }
    return part.length > 0 ? claude_write_part(writer, &part, error) : CPK_OK;
}

/* Writes the blocks, then the message's own text if no block of a known type has it, then texts of unknown types. */
static cpk_status read_blocks(struct claude_writer *writer, const struct blocks *blocks, struct json_view text,
                              cpk_error **error)
{
    int32_t has_text = have_text(blocks);
    int32_t has_words = !has_text && claude_has_words(writer, text);
    struct blocks_iter iter;
    struct json_view block;

    blocks_begin(&iter, blocks);
    while (blocks_next(&iter, &block)) {
        CPK_TRY(read_block(writer, block, has_text, error));
    }
    CPK_TRY(claude_flush_speech(writer, error));
    if (has_words) {
        buffer_clear(&writer->speech);
        json_append_text(&writer->speech, text);
        if (writer->unknown.length > 0 && !writer->speech.failed && !writer->unknown.failed &&
            memmem(writer->speech.data, writer->speech.length, writer->unknown.data, writer->unknown.length) != NULL) {
            buffer_clear(&writer->unknown);
        }
        CPK_TRY(claude_flush_speech(writer, error));
    }
    return write_unknown(writer, has_words || has_text, error);
}

/* 1 if both names are present and equal. */
static int32_t same_name(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static cpk_status grow_attachments(struct claude_writer *writer, cpk_error **error)
{
    size_t capacity = 2 * writer->attachment_capacity + 8;
    cpk_attachment *grown = arena_allocate_zeroed(&writer->arena, capacity + 1, sizeof *grown);

    if (grown == NULL) {
        return error_out_of_memory(error);
    }
    if (writer->attachment_count > 0) {
        memcpy(grown, writer->attachments, writer->attachment_count * sizeof *grown);
    }
    writer->attachments = grown;
    writer->attachment_capacity = capacity;
    return CPK_OK;
}

/* Adds an attachment to the message, or completes one that is already there. */
static cpk_status add_file(struct claude_writer *writer, const cpk_attachment *file, cpk_error **error)
{
    size_t count = writer->attachment_count < NAMES_COMPARED_MAX ? writer->attachment_count : NAMES_COMPARED_MAX;

    if (file->id == NULL && file->name == NULL) {
        return CPK_OK;
    }
    for (size_t i = 0; i < count; i++) {
        cpk_attachment *known = &writer->attachments[i];

        if (same_name(known->id, file->id) || same_name(known->name, file->name)) {
            known->id = known->id != NULL ? known->id : file->id;
            known->name = known->name != NULL ? known->name : file->name;
            known->media_type = known->media_type != NULL ? known->media_type : file->media_type;
            known->size_bytes = known->size_bytes >= 0 ? known->size_bytes : file->size_bytes;
            return CPK_OK;
        }
    }
    if (writer->attachment_count == writer->attachment_capacity) {
        CPK_TRY(grow_attachments(writer, error));
    }
    writer->attachments[writer->attachment_count++] = *file;
    return CPK_OK;
}

enum file_member { FILE_UUID, FILE_ID, FILE_NAME, FILE_TITLE, FILE_TYPE, FILE_KIND, FILE_SIZE, FILE_TEXT, FILE_COUNT };
static const struct json_name file_names[FILE_COUNT] = {
    JSON_NAME("file_uuid"), JSON_NAME("id"),        JSON_NAME("file_name"), JSON_NAME("title"),
    JSON_NAME("file_type"), JSON_NAME("file_kind"), JSON_NAME("file_size"), JSON_NAME("extracted_content")};

/* The first of two texts that is not empty, as a line. */
static const char *choose_line(struct claude_writer *writer, struct json_view first, struct json_view second)
{
    const char *line = claude_line(writer, first);

    return line != NULL ? line : claude_line(writer, second);
}

static cpk_attachment describe_file(struct claude_writer *writer, const struct json_view file[FILE_COUNT])
{
    return (cpk_attachment){choose_line(writer, file[FILE_UUID], file[FILE_ID]),
                            choose_line(writer, file[FILE_NAME], file[FILE_TITLE]),
                            choose_line(writer, file[FILE_TYPE], file[FILE_KIND]), json_int64(file[FILE_SIZE], -1)};
}

static cpk_status collect_file(struct claude_writer *writer, struct json_view view, cpk_error **error)
{
    struct json_view file[FILE_COUNT];
    cpk_attachment attachment;

    json_select(view, file_names, FILE_COUNT, file);
    attachment = describe_file(writer, file);
    return add_file(writer, &attachment, error);
}

/* Collects the message's attachments from its lists and its blocks. */
static cpk_status collect_files(struct claude_writer *writer, const struct json_view message[MESSAGE_COUNT],
                                const struct blocks *blocks, cpk_error **error)
{
    struct blocks_iter iter;
    struct json_view block;

    for (size_t i = MESSAGE_ATTACHMENTS; i <= MESSAGE_FILES_V2; i++) {
        struct json_iter list;

        json_iter_init(&list, message[i]);
        while (!list.is_object && writer->attachment_count < CLAUDE_ATTACHMENTS_MAX && json_iter_next(&list)) {
            CPK_TRY(collect_file(writer, list.value, error));
        }
    }
    blocks_begin(&iter, blocks);
    while (writer->attachment_count < CLAUDE_ATTACHMENTS_MAX && blocks_next(&iter, &block)) {
        struct json_view type = json_get(block, "type");

        if (json_is_text(type, "image") || json_is_text(type, "document")) {
            CPK_TRY(collect_file(writer, block, error));
        }
    }
    return CPK_OK;
}

/* Writes the texts of attached files, each as a part of its own. */
static cpk_status write_attached_texts(struct claude_writer *writer, struct json_view list, cpk_error **error)
{
    struct json_iter iter;

    json_iter_init(&iter, list);
    while (!iter.is_object && json_iter_next(&iter)) {
        struct claude_part part = {.kind = CPK_KIND_ATTACHMENT};
        struct json_view file[FILE_COUNT];
        cpk_attachment attachment;

        json_select(iter.value, file_names, FILE_COUNT, file);
        if (json_is_empty_text(file[FILE_TEXT])) {
            continue;
        }
        attachment = describe_file(writer, file);
        part.file = &attachment;
        CPK_TRY(claude_write_view(writer, &part, file[FILE_TEXT], error));
    }
    return CPK_OK;
}

static cpk_status read_message(struct claude_writer *writer, const struct json_view message[MESSAGE_COUNT],
                               const struct blocks *blocks, cpk_error **error)
{
    struct claude_part empty = {.kind = CPK_KIND_TEXT, .text = ""};

    CPK_TRY(collect_files(writer, message, blocks, error));
    CPK_TRY(read_blocks(writer, blocks, message[MESSAGE_TEXT], error));
    CPK_TRY(write_attached_texts(writer, message[MESSAGE_ATTACHMENTS], error));
    return writer->part_count == 0 ? claude_write_part(writer, &empty, error) : CPK_OK; /* it may have only files */
}

/* Content that is a string, which in some exports is a list of blocks as JSON. */
static cpk_status read_text_content(struct claude_writer *writer, const struct json_view message[MESSAGE_COUNT],
                                    cpk_error **error)
{
    static const struct json_view none;
    struct blocks blocks = {none, message[MESSAGE_CONTENT]};
    struct buffer text;
    struct json_doc doc;
    cpk_status status;

    if (!json_starts_text(message[MESSAGE_CONTENT], "[")) {
        return read_message(writer, message, &blocks, error);
    }
    buffer_init(&text, &writer->context->allocator);
    json_doc_init(&doc, &writer->context->allocator);
    json_append_text(&text, message[MESSAGE_CONTENT]);
    memcpy(doc.hash_key, message[MESSAGE_CONTENT].doc->hash_key, sizeof doc.hash_key);
    status = text.failed ? CPK_ERROR_OUT_OF_MEMORY
                         : json_doc_read(&doc, buffer_text(&text), text.length,
                                         (size_t)context_setting(writer->context, SETTING_IMPORT_MAX_JSON_DEPTH),
                                         (size_t)context_setting(writer->context, SETTING_IMPORT_MAX_JSON_VALUES));
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        error_out_of_memory(error);
    } else {
        if (status == CPK_OK && json_item(json_doc_root(&doc), 0).type == JSON_VIEW_OBJECT) {
            blocks.list = json_doc_root(&doc);
            blocks.alone = none;
        }
        status = read_message(writer, message, &blocks, error);
    }
    json_doc_free(&doc);
    buffer_free(&text);
    return status;
}

cpk_status claude_read_content(struct claude_writer *writer, const struct json_view message[MESSAGE_COUNT],
                               cpk_error **error)
{
    struct json_view content = message[MESSAGE_CONTENT];
    struct blocks blocks = {0};

    if (content.type == JSON_VIEW_STRING) {
        return read_text_content(writer, message, error);
    }
    if (content.type == JSON_VIEW_ARRAY) {
        blocks.list = content;
    } else if (content.type == JSON_VIEW_OBJECT) {
        blocks.alone = content;
    }
    return read_message(writer, message, &blocks, error);
}

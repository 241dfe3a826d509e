#include "extract/transcript/memory_list.h"

#include "base/error.h"
#include "base/time.h"
#include "extract/document/document.h"
#include "extract/transcript/speaker.h"

#include <string.h>
#include <strings.h>

#define ENTRY_BYTES_MAX   ((size_t)2000) /* longer lines are no memories */
#define HEADING_BYTES_MAX ((size_t)120)

/* A line of a list. */
struct entry {
    const char *text; /* without bullet and date */
    size_t length;
    int64_t time_us;  /* CPK_TIME_UNKNOWN without a date */
    int32_t is_dated; /* begins with a date in brackets, or with a word for an unknown one */
    int32_t has_bullet;
    int32_t is_indented;
    int32_t is_about; /* tells of "the user" */
};

struct memory_list {
    int32_t has_bullets; /* only lines with bullets or dates begin entries */
    int32_t is_apart;    /* a blank line precedes */
    int32_t is_entry;    /* the current text is a memory */
    struct buffer entry; /* the current one, on one line */
};

/* How memories name the person, at the start of a sentence. */
static const char *const subjects[] = {
    "user ",
    "user's ",
    "user\xE2\x80\x99s ",
    "users ",
    "the user ",
    "the user's ",
    "der nutzer ",
    "die nutzerin ",
    "der benutzer ",
    "l'utilisateur ",
    "l\xE2\x80\x99utilisateur ",
    "l'utilisatrice ",
    "el usuario ",
    "la usuaria ",
    "usuario ",
    "o usu\xC3\xA1rio ",
    "usu\xC3\xA1rio ",
    "l'utente ",
    "l\xE2\x80\x99utente ",
    "utente ",
    "de gebruiker ",
    "gebruiker ",
    "\xD0\x9F\xD0\xBE\xD0\xBB\xD1\x8C\xD0\xB7\xD0\xBE\xD0\xB2\xD0\xB0\xD1\x82\xD0\xB5\xD0\xBB\xD1\x8C ",
    "\xD0\x9A\xD0\xBE\xD1\x80\xD0\xB8\xD1\x81\xD1\x82\xD1\x83\xD0\xB2\xD0\xB0\xD1\x87 ",
    "\xE7\x94\xA8\xE6\x88\xB7",
    "\xE4\xBD\xBF\xE7\x94\xA8\xE8\x80\x85",
    "\xE3\x83\xA6\xE3\x83\xBC\xE3\x82\xB6\xE3\x83\xBC",
    "\xEC\x82\xAC\xEC\x9A\xA9\xEC\x9E\x90",
    "\xD8\xA7\xD9\x84\xD9\x85\xD8\xB3\xD8\xAA\xD8\xAE\xD8\xAF\xD9\x85 "};

/* Words for memories, in file names and headings; whole words. */
static const char *const words[] = {"memory",
                                    "memories",
                                    "memoria",
                                    "memorias",
                                    "memorie",
                                    "mem\xC3\xB3ria",
                                    "mem\xC3\xB3rias",
                                    "m\xC3\xA9moire",
                                    "m\xC3\xA9moires",
                                    "erinnerungen",
                                    "ricordi",
                                    "recuerdos",
                                    "herinneringen",
                                    "geheugen",
                                    "saved info",
                                    "\xE8\xAE\xB0\xE5\xBF\x86",
                                    "\xE8\xA8\x98\xE6\x86\xB6",
                                    "\xE3\x83\xA1\xE3\x83\xA2\xE3\x83\xAA\xE3\x83\xBC",
                                    "\xEB\xA9\x94\xEB\xAA\xA8\xEB\xA6\xAC",
                                    "\xD0\xBF\xD0\xB0\xD0\xBC\xD1\x8F\xD1\x82\xD1\x8C"};

static const char *const unknown_dates[] = {"unknown", "date unknown", "unknown date", "no date",
                                            "n/a",     "undated",      "date saved",   "not available"};

static int32_t is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static int32_t is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static void trim(const char **text, size_t *length)
{
    while (*length > 0 && is_blank(**text)) {
        (*text)++;
        (*length)--;
    }
    while (*length > 0 && is_blank((*text)[*length - 1])) {
        (*length)--;
    }
}

static void advance(const char **text, size_t *length, size_t taken)
{
    *text += taken;
    *length -= taken;
    trim(text, length);
}

static int32_t starts(const char *text, size_t length, const char *prefix)
{
    size_t taken = strlen(prefix);

    return length >= taken && strncasecmp(text, prefix, taken) == 0;
}

static int32_t is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static int32_t names_memories(const char *text, size_t length)
{
    for (size_t at = 0; at < length; at++) {
        for (size_t i = 0; i < sizeof words / sizeof words[0] && (at == 0 || !is_letter(text[at - 1])); i++) {
            size_t end = at + strlen(words[i]);

            if (starts(text + at, length - at, words[i]) && (end == length || !is_letter(text[end]))) {
                return 1;
            }
        }
    }
    return 0;
}

/* Length of a bullet or a number with the blank after it; 0 if there is none. */
static size_t bullet_length(const char *text, size_t length)
{
    static const char *const bullets[] = {"- ",       "* ",          "+ ", "\xE2\x80\xA2", "\xE2\x80\x93 ",
                                          "\xC2\xB7", "\xE2\x97\xA6"};
    size_t digits = 0;

    for (size_t i = 0; i < sizeof bullets / sizeof bullets[0]; i++) {
        if (starts(text, length, bullets[i])) {
            return strlen(bullets[i]);
        }
    }
    while (digits < length && is_digit(text[digits])) {
        digits++;
    }
    return digits > 0 && digits < 5 && length > digits + 1 && strchr(".)", text[digits]) != NULL &&
                   is_blank(text[digits + 1])
               ? digits + 2
               : 0;
}

/* "2025-03-02", "02/03/2025" and alike: three numbers with the same mark between them. */
static int32_t has_date_form(const char *text, size_t length)
{
    size_t numbers = 0;
    char mark = '\0';

    for (size_t at = 0; at < length; at++) {
        if (is_digit(text[at])) {
            numbers += at == 0 || !is_digit(text[at - 1]);
        } else if (strchr("-/.", text[at]) == NULL || (mark != '\0' && text[at] != mark)) {
            return 0;
        } else {
            mark = text[at];
        }
    }
    return numbers == 3 && length >= 8 && length <= 10 && is_digit(text[0]) && is_digit(text[length - 1]);
}

/* "[2025-03-02]", also with an unknown date or as a range; *time_us is that of the date. */
static size_t date_length(const char *text, size_t length, int64_t *time_us)
{
    const char *close = length > 2 && *text == '[' ? memchr(text, ']', length < 40 ? length : 40) : NULL;
    const char *inside = text + 1;
    size_t inside_length = close != NULL ? (size_t)(close - inside) : 0;

    if (close == NULL) {
        return 0;
    }
    trim(&inside, &inside_length);
    if (has_date_form(inside, inside_length)) { /* also one that no calendar has */
        *time_us = time_parse_iso(inside, inside_length);
        return (size_t)(close + 1 - text);
    }
    if (inside_length == 7 && is_digit(inside[0]) && inside[4] == '-' && is_digit(inside[6])) {
        return (size_t)(close + 1 - text); /* a month: kept without a time, which would be too exact */
    }
    for (size_t i = 0; i < sizeof unknown_dates / sizeof unknown_dates[0]; i++) {
        if (inside_length == strlen(unknown_dates[i]) && starts(inside, inside_length, unknown_dates[i])) {
            return (size_t)(close + 1 - text);
        }
    }
    return 0;
}

static void skip_separator(const char **text, size_t *length)
{
    static const char *const separators[] = {"-", "\xE2\x80\x93", "\xE2\x80\x94", ":", "."};

    for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++) {
        if (starts(*text, *length, separators[i])) {
            advance(text, length, strlen(separators[i]));
            return;
        }
    }
}

/* 1 if a colon follows the subject, or the word after it: the label of a speaker, or of a requirement ("User story:").
 */
static int32_t is_label(const char *text, size_t length)
{
    size_t words = 0;

    for (size_t i = 0; i < length && words < 2; i++) {
        if (text[i] == ':' || (length - i >= 3 && memcmp(text + i, "\xEF\xBC\x9A", 3) == 0)) {
            return 1;
        }
        words += is_blank(text[i]);
    }
    return 0;
}

static void parse_entry(const char *line, size_t length, struct entry *entry)
{
    size_t taken;

    memset(entry, 0, sizeof *entry);
    entry->time_us = CPK_TIME_UNKNOWN;
    entry->is_indented = length > 1 && is_blank(line[0]) && is_blank(line[1]);
    trim(&line, &length);
    taken = bullet_length(line, length);
    entry->has_bullet = taken > 0;
    advance(&line, &length, taken);
    taken = date_length(line, length, &entry->time_us);
    if (taken > 0) {
        entry->is_dated = 1;
        advance(&line, &length, taken);
        skip_separator(&line, &length);
    }
    entry->text = line;
    entry->length = length;
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        size_t subject = strlen(subjects[i]);

        entry->is_about |= starts(line, length, subjects[i]) && !is_label(line + subject, length - subject);
    }
}

/* A heading, a label such as "Preferences:", a fence or a ruler. */
static int32_t is_structure(const char *line, size_t length)
{
    trim(&line, &length);
    if (length == 0 || length > HEADING_BYTES_MAX) {
        return 0;
    }
    return *line == '#' || starts(line, length, "```") || starts(line, length, "---") || starts(line, length, "***") ||
           (bullet_length(line, length) == 0 &&
            (line[length - 1] == ':' || (starts(line, length, "**") && starts(line + length - 2, 2, "**"))));
}

struct counts {
    size_t lines; /* other than blank ones and structure */
    size_t about; /* the user */
    size_t dated;
    size_t told; /* about the user, or dated */
    size_t bullets;
    int32_t is_named; /* a heading names memories */
    int32_t is_other; /* a title names something else */
};

static void count_lines(const char *text, size_t length, struct counts *counts)
{
    const char *at = text;
    const char *line;
    size_t line_length;

    memset(counts, 0, sizeof *counts);
    while (speaker_next_line(&at, text + length, &line, &line_length)) {
        struct entry entry;

        parse_entry(line, line_length, &entry);
        if (is_structure(line, line_length)) {
            counts->is_named = counts->is_named || (counts->lines == 0 && names_memories(line, line_length));
            counts->is_other =
                counts->is_other || (counts->lines == 0 && starts(line, line_length, "# ") && !counts->is_named);
        } else if (entry.length > 0 && entry.length <= ENTRY_BYTES_MAX &&
                   !(entry.is_indented && !entry.has_bullet && counts->lines > 0)) {
            counts->lines++;
            counts->about += (size_t)entry.is_about;
            counts->dated += (size_t)entry.is_dated;
            counts->told += (size_t)(entry.is_dated || entry.is_about);
            counts->bullets += (size_t)(entry.has_bullet || entry.is_dated);
        } else if (entry.length > ENTRY_BYTES_MAX) {
            counts->lines += 100; /* prose */
        }
    }
}

/* Lines about "the user" also stand in the specification of a program: without a date or a heading that names memories,
 * all lines have to be, and no title may name something else. */
static int32_t is_memory_list(const struct counts *counts, const char *name)
{
    if (counts->about > 0 && counts->about == counts->lines && !counts->is_other) {
        return 1;
    }
    if (counts->told >= 2 && 2 * counts->told >= counts->lines && (counts->dated > 0 || counts->is_named)) {
        return 1;
    }
    return (counts->is_named || (name != NULL && names_memories(name, strlen(name)))) && counts->bullets >= 2 &&
           counts->bullets * 10 >= counts->lines * 8;
}

static cpk_status memory_begin(void *self, struct document *document, const char *text, size_t length,
                               cpk_error **error)
{
    struct memory_list *list = self;
    struct counts counts;

    (void)error;
    count_lines(text, length, &counts);
    list->has_bullets = counts.bullets * 2 >= counts.lines;
    document_set_speaker(document, CPK_ROLE_SYSTEM, CPK_KIND_TEXT, CPK_MESSAGE_HIDDEN); /* what precedes the list */
    return CPK_OK;
}

/* 1 if a sentence goes on with the text: it begins with a small letter of ASCII, or with any other script's. */
static int32_t starts_lower(const char *text, size_t length)
{
    return length > 0 && ((*text >= 'a' && *text <= 'z') || (unsigned char)*text >= 0x80 || *text == '(');
}

static cpk_status end_entry(struct memory_list *list, struct document *document, cpk_error **error)
{
    if (list->entry.failed) {
        return error_out_of_memory(error);
    }
    if (list->entry.length > 0) {
        CPK_TRY(document_add_line(document, list->entry.data, list->entry.length, error));
        buffer_clear(&list->entry);
    }
    return document_end_section(document, error);
}

static cpk_status begin_entry(struct memory_list *list, struct document *document, int32_t role, int32_t kind,
                              int64_t time_us, cpk_error **error)
{
    CPK_TRY(end_entry(list, document, error));
    list->is_entry = kind == CPK_KIND_MEMORY;
    document_set_speaker(document, role, kind, CPK_MESSAGE_HIDDEN);
    document_set_time(document, time_us);
    return CPK_OK;
}

static cpk_status memory_line(void *self, struct document *document, const char *line, size_t length, cpk_error **error)
{
    struct memory_list *list = self;
    struct entry entry;
    int32_t is_prose;

    parse_entry(line, length, &entry);
    if (is_structure(line, length)) {
        if (entry.length == 0 || starts(entry.text, entry.length, "```") || starts(entry.text, entry.length, "--")) {
            return end_entry(list, document, error);
        }
        CPK_TRY(begin_entry(list, document, CPK_ROLE_SYSTEM, CPK_KIND_TEXT, CPK_TIME_UNKNOWN, error));
        return document_add_line(document, entry.text, entry.length, error);
    }
    if (entry.length == 0) {
        list->is_apart = 1;
        return CPK_OK;
    }
    is_prose = !entry.is_indented && (list->is_apart || !starts_lower(entry.text, entry.length));
    list->is_apart = 0;
    if (entry.is_dated || entry.has_bullet || (!list->has_bullets && !entry.is_indented)) {
        CPK_TRY(begin_entry(list, document, CPK_ROLE_ASSISTANT, CPK_KIND_MEMORY, entry.time_us, error));
    } else if (list->is_entry && is_prose) { /* what an assistant says after the list */
        CPK_TRY(begin_entry(list, document, CPK_ROLE_SYSTEM, CPK_KIND_TEXT, CPK_TIME_UNKNOWN, error));
    }
    if (!list->is_entry) {
        return document_add_line(document, entry.text, entry.length, error); /* before the list, or after it */
    }
    if (list->entry.length > 0) {
        buffer_append_byte(&list->entry, ' ');
    }
    buffer_append(&list->entry, entry.text, entry.length);
    return list->entry.failed ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status memory_end(void *self, struct document *document, cpk_error **error)
{
    return end_entry(self, document, error);
}

static const char *memory_name(void *self)
{
    (void)self;
    return "memories";
}

static int32_t memory_sniff(void *self, const void *head, size_t length, const char *name)
{
    struct counts counts;

    (void)self;
    if (!document_is_possible(head, length, name)) {
        return 0;
    }
    count_lines(head, length, &counts);
    return is_memory_list(&counts, name) ? 65 : 0;
}

static cpk_status memory_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct document_format format = {.provider = "memories",
                                                  .title = "Saved memories",
                                                  .begin = memory_begin,
                                                  .line = memory_line,
                                                  .end = memory_end};
    const struct context *context = self;
    struct memory_list list = {0};
    cpk_status status;

    buffer_init(&list.entry, &context->allocator);
    status = document_read(context, reader, sink, &format, &list, error);
    buffer_free(&list.entry);
    return status;
}

void memory_list_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, memory_name, memory_sniff, memory_extract);
}

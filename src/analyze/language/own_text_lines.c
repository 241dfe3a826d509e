#include "analyze/language/own_text_internal.h"

#include "base/hash.h"

#include <string.h>

/* Kinds of lines. */
#define LINE_BLANK      (UINT32_C(1) << 0)
#define LINE_FENCE      (UINT32_C(1) << 1)
#define LINE_QUOTED     (UINT32_C(1) << 2)
#define LINE_MACHINE    (UINT32_C(1) << 3) /* code, a log or a setting by itself */
#define LINE_OUTPUT     (UINT32_C(1) << 4) /* a prompt, a trace or a diff: the rest of the paragraph belongs to it */
#define LINE_KEY        (UINT32_C(1) << 5) /* "key:" or "key: value" */
#define LINE_CSV        (UINT32_C(1) << 6)
#define LINE_INDENT     (UINT32_C(1) << 7)
#define LINE_HEADER     (UINT32_C(1) << 8)  /* of a mail */
#define LINE_LABEL      (UINT32_C(1) << 9)  /* "Anna: text" */
#define LINE_CHAT       (UINT32_C(1) << 10) /* a time and a speaker, then text */
#define LINE_SPEAKER    (UINT32_C(1) << 11) /* a speaker and a time; the text follows on the next lines */
#define LINE_CAPS       (UINT32_C(1) << 12) /* a name in capitals alone */
#define LINE_SCENE      (UINT32_C(1) << 13) /* of a screenplay */
#define LINE_OPTION     (UINT32_C(1) << 14) /* "a) ..." */
#define LINE_ASKING     (UINT32_C(1) << 15) /* ends with a question mark */
#define LINE_TRACE      (UINT32_C(1) << 16) /* looks like output of a program; sure beside others */

#define LINES_MAX       256 /* of a paragraph, looked at together */
#define KNOWN_LINES     64
#define TAG_MAX_BYTES   24
#define SEARCHES_MAX    32 /* for the ends of inserted files in a message */
#define LABEL_MAX_BYTES 24
#define LABELS_MAX      16 /* different speakers tracked */

struct line {
    size_t start;
    size_t first; /* after white space */
    size_t end;
    uint32_t kind;
    size_t label_length;
};

/* What the whole message has: found by a first pass over its lines. */
struct line_totals {
    uint64_t labels[LABELS_MAX];
    size_t label_count;
    size_t labelled;
    size_t chats;
    size_t speakers;
    uint64_t caps[LABELS_MAX];
    size_t caps_count;
    size_t options;
    int32_t label_recurs;
    int32_t caps_recur;
    int32_t scene;
};

enum byte_class { BYTE_OTHER, BYTE_LOWER, BYTE_UPPER, BYTE_DIGIT, BYTE_SPACE, BYTE_SYMBOL, BYTE_HIGH, BYTE_CLASSES };

static enum byte_class class_of(char byte)
{
    static const char classes[] = "0000000004000400000000000000000040005050550000003333333333055550"
                                  "0222222222222222222222222225550001111111111111111111111111155500"; /* of ASCII */

    return (unsigned char)byte >= 0x80 ? BYTE_HIGH : (enum byte_class)(classes[(unsigned char)byte] - '0');
}

static int32_t begins(const char *text, size_t length, const char *prefix)
{
    size_t prefix_length = strlen(prefix);

    return length >= prefix_length && memcmp(text, prefix, prefix_length) == 0;
}

static int32_t begins_any(const char *text, size_t length, const char *const *prefixes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (prefixes[i][0] == text[0] && begins(text, length, prefixes[i])) {
            return 1;
        }
    }
    return 0;
}

#define BEGINS_ANY(text, length, prefixes) begins_any(text, length, prefixes, sizeof(prefixes) / sizeof *(prefixes))

static int32_t is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static int32_t is_letter(char byte)
{
    return ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || (unsigned char)byte >= 0x80;
}

/* Length of "10:02", "10:02:33", "9:05 PM" at the start of the text; 0 if there is none. */
static size_t clock_length(const char *text, size_t length)
{
    size_t at = length > 1 && is_digit(text[1]) ? 2 : 1;

    if (length < at + 3 || !is_digit(text[0]) || text[at] != ':' || !is_digit(text[at + 1]) ||
        !is_digit(text[at + 2])) {
        return 0;
    }
    at += 3;
    if (length >= at + 3 && text[at] == ':' && is_digit(text[at + 1]) && is_digit(text[at + 2])) {
        at += 3;
    }
    if (length >= at + 3 && text[at] == ' ' && ((text[at + 1] | 0x20) == 'a' || (text[at + 1] | 0x20) == 'p') &&
        (text[at + 2] | 0x20) == 'm') {
        at += 3;
    }
    return at;
}

/* Length of a time stamp, with or without a date and brackets, at the start of a line. */
static size_t stamp_length(const char *text, size_t length)
{
    size_t at = length > 0 && text[0] == '[' ? 1 : 0;
    size_t clock;

    while (at < length && at < 14 && (is_digit(text[at]) || text[at] == '/' || text[at] == '.' || text[at] == '-')) {
        at++;
    }
    if (at < length && text[at] == ':') { /* the digits were those of the time */
        at = text[0] == '[' ? 1 : 0;
    }
    while (at < length && (text[at] == ',' || text[at] == ' ' || text[at] == 'T')) {
        at++;
    }
    clock = clock_length(text + at, length - at);
    if (clock == 0) {
        return 0;
    }
    at += clock;
    return at < length && text[at] == ']' ? at + 1 : at;
}

/* Length of a speaker's label: "Anna: ", "Interviewer: ", "me: ", "田中：". 0 if there is none. */
static size_t label_length(const char *line, size_t length)
{
    size_t at = 0;
    size_t spaces = 0;

    if (length == 0 || !is_letter(line[0])) {
        return 0;
    }
    while (at < length && at < LABEL_MAX_BYTES && (is_letter(line[at]) || is_digit(line[at]) || line[at] == ' ')) {
        if (begins(line + at, length - at, "\xEF\xBC\x9A")) { /* a wide colon */
            return at;
        }
        spaces += line[at] == ' ';
        at++;
    }
    return spaces <= 1 && at + 1 < length && line[at] == ':' && line[at + 1] == ' ' ? at : 0;
}

/* "key: value" with a key that is no word of a text: lower case or with an underscore, a hyphen or a dot. */
static int32_t is_key(const char *line, size_t length)
{
    size_t at = line[0] == '-' && length > 2 && line[1] == ' ' ? 2 : 0;
    size_t start = at;

    while (at < length && (is_letter(line[at]) || is_digit(line[at]) || line[at] == '_' || line[at] == '-' ||
                           line[at] == '.' || line[at] == '/')) {
        at++;
    }
    return at > start && at < length && line[at] == ':' && (at + 1 == length || line[at + 1] == ' ');
}

/* "NAME=value" and "\"name\": value". */
static int32_t is_setting(const char *line, size_t length)
{
    size_t at = 0;

    if (line[0] == '"') {
        const char *close = memchr(line + 1, '"', length - 1);

        return close != NULL && close + 1 < line + length && close[1] == ':';
    }
    while (at < length && ((line[at] >= 'A' && line[at] <= 'Z') || line[at] == '_' || is_digit(line[at]))) {
        at++;
    }
    return at > 1 && at < length && line[at] == '=';
}

static const char *const code_heads[] = {
    "import ", "from ",    "def ",     "class ",  "function ", "const ",  "var ",     "let ",  "return ",
    "public ", "private ", "package ", "using ",  "fn ",       "func ",   "if (",     "for (", "while (",
    "else",    "SELECT ",  "INSERT ",  "UPDATE ", "DELETE ",   "CREATE ", "ALTER ",   "WITH ", "FROM ",
    "WHERE ",  "npm ",     "pip ",     "sudo ",   "git ",      "docker ", "kubectl ",
};
static const char *const sure_heads[] = {"[file name]", "#include", "#!/",  "<?",  "//", "/*",
                                         "*/",          "<!--",     "<div", "<p>", "</"};
static const char *const output_heads[] = {
    "$ ",       "% ",      ">>> ",   "PS C:\\",    "C:\\",    "Traceback (", "Exception in ", "diff --git ",
    "@@ -",     "--- a/",  "+++ b/", "goroutine ", "panic: ", "Caused by: ", "E: ",           "error[",
    "npm ERR!", "fatal: ", "root@",  "at java.",   "at org.", "at com.",
};

/* Code by its beginning or its marks; a log by its time stamp and level. */
static int32_t is_machine(const char *line, size_t length, const size_t *counts, int32_t indented)
{
    size_t symbols = counts[BYTE_SYMBOL];
    size_t letters = counts[BYTE_LOWER] + counts[BYTE_UPPER] + counts[BYTE_HIGH] + counts[BYTE_DIGIT];

    if (symbols > 0 && letters == 0) {
        return 1;
    }
    if (BEGINS_ANY(line, length, sure_heads) || is_setting(line, length) ||
        (length > 8 && symbols * 100 > length * 14)) {
        return 1;
    }
    if (length > 18 && counts[BYTE_DIGIT] >= 8 && (line[4] == '-' || line[0] == '[' || line[2] == ':')) {
        return 1;
    }
    if (line[length - 1] == ';' || line[length - 1] == '{' || (indented && line[length - 1] == ',')) {
        return symbols > 0;
    }
    return symbols > 0 && BEGINS_ANY(line, length, code_heads);
}

/* "On Tue, 3 May 2022 at 10:01, Lena Brandt wrote:" */
static int32_t introduces_mail(const char *line, size_t length)
{
    static const char *const endings[] = {"wrote:",
                                          "schrieb:",
                                          "escribi\xC3\xB3:",
                                          "\xC3\xA9"
                                          "crit :",
                                          "\xC3\xA9"
                                          "crit:",
                                          "escreveu:",
                                          "scritto:",
                                          "schreef:"};
    size_t digits = 0;

    if (line[length - 1] != ':' || length < 24 || length > 160) {
        return 0;
    }
    for (size_t i = 0; i < length; i++) {
        digits += is_digit(line[i]);
    }
    for (size_t i = 0; i < sizeof endings / sizeof endings[0] && digits >= 4; i++) {
        size_t ending = strlen(endings[i]);

        if (memcmp(line + length - ending, endings[i], ending) == 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t is_mail_header(const char *line, size_t length)
{
    static const char *const heads[] = {
        "From: ", "Subject: ", "To: ",    "Sent: ",    "Date: ",    "Cc: ",        "Betreff: ", "Von: ", "Asunto: ",
        "De: ",   "Objet : ",  "Objet: ", "Assunto: ", "Oggetto: ", "Onderwerp: ", "Re: ",      "Fwd: "};
    static const char *const wide[] = {"件名：", "主题：", "제목:"};

    return BEGINS_ANY(line, length, heads) || BEGINS_ANY(line, length, wide) || introduces_mail(line, length);
}

/* Lines that occur in output of programs, but may also be a sentence about it. */
static int32_t is_trace(const char *line, size_t length)
{
    static const char *const heads[] = {"File \"",   "commit ",    "Author: ",      "Merge: ",      "error: ",
                                        "Error: ",   "ERROR",      "WARN",          "INFO ",        "DEBUG ",
                                        "warning: ", "CONFLICT (", "Command error", "Command exit", "Process ",
                                        "License",   "Copyright "};
    static const char *const names[] = {"error", "Error", "Exception", "warning"}; /* before a colon */
    size_t run = 0;

    if (line[0] == '[' || line[0] == '%' || BEGINS_ANY(line, length, heads)) {
        return 1;
    }
    for (size_t i = 0; i < length; i++) {
        char next = i + 1 < length ? line[i + 1] : '\0';

        run = line[i] == ' ' || (unsigned char)line[i] >= 0x80 ? 0 : run + 1;
        if (run >= 28 ||
            (i > 2 && ((next == '>' && (line[i] == '=' || line[i] == '-')) || (next == ':' && line[i] == ':')))) {
            return 1;
        }
        for (size_t k = 0; line[i] == ':' && next == ' ' && k < sizeof names / sizeof names[0]; k++) {
            size_t size = strlen(names[k]);

            if (i > size + 2 && memcmp(line + i - size, names[k], size) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

/* Commas without a space after them: of a table, not of a sentence. */
static size_t tight_commas(const char *line, size_t length)
{
    size_t found = 0;

    for (const char *at = memchr(line, ',', length); at != NULL;
         at = memchr(at + 1, ',', (size_t)(line + length - at) - 1)) {
        if (at + 1 < line + length && at[1] == ' ') {
            return 0;
        }
        found++;
        if (at + 1 >= line + length) {
            break;
        }
    }
    return found;
}

static uint32_t text_kind(const char *line, size_t length, const size_t *counts, int32_t indented)
{
    uint32_t kind = 0;
    size_t stamp;

    if (line[0] == '`' || line[0] == '~') {
        kind |= begins(line, length, "```") || begins(line, length, "~~~") ? LINE_FENCE : 0;
    }
    kind |= line[0] == '>' && !begins(line, length, ">>> ") ? LINE_QUOTED : 0;
    kind |= BEGINS_ANY(line, length, output_heads) ? LINE_OUTPUT : 0;
    kind |= is_machine(line, length, counts, indented) || line[0] == '|' ? LINE_MACHINE : 0;
    kind |= is_trace(line, length) ? LINE_TRACE : 0;
    kind |= is_mail_header(line, length) ? LINE_HEADER : 0;
    kind |= is_key(line, length) ? LINE_KEY : 0;
    kind |= counts[BYTE_OTHER] > 1 && tight_commas(line, length) >= 2 ? LINE_CSV : 0;
    kind |= line[length - 1] == '?' ? LINE_ASKING : 0;
    stamp = is_digit(line[0]) || line[0] == '[' ? stamp_length(line, length) : 0;
    if (stamp > 0 && stamp < length) {
        size_t at = stamp;

        while (at < length && (line[at] == ' ' || line[at] == '-' || line[at] == '|')) {
            at++;
        }
        kind |= at > stamp && label_length(line + at, length - at) > 0 ? LINE_CHAT : 0;
    }
    if (length < 48 && is_letter(line[0]) && counts[BYTE_DIGIT] >= 3) {
        for (size_t at = 1; at + 4 < length && (kind & LINE_SPEAKER) == 0; at++) {
            if ((is_digit(line[at]) || line[at] == '[') && line[at - 1] == ' ') {
                stamp = stamp_length(line + at, length - at);
                kind |= stamp > 0 && at + stamp == length ? LINE_SPEAKER : 0;
            }
        }
    }
    if (length < 40 && counts[BYTE_UPPER] >= 2 && counts[BYTE_LOWER] + counts[BYTE_DIGIT] + counts[BYTE_HIGH] == 0) {
        kind |= LINE_CAPS;
    }
    kind |= begins(line, length, "INT. ") || begins(line, length, "EXT. ") ? LINE_SCENE : 0;
    if (length > 3 && is_letter(line[0]) && (unsigned char)line[0] < 0x80 && (line[0] | 0x20) <= 'f' &&
        (line[1] == ')' || (line[1] == '.' && line[0] < 'a')) && line[2] == ' ') {
        kind |= LINE_OPTION;
    }
    return kind;
}

/* Reads the line at `at`; returns the start of the next one. */
static size_t read_line(struct own_masker *masker, size_t at, struct line *line)
{
    const char *text = masker->source;
    size_t counts[BYTE_CLASSES] = {0};
    size_t end = own_line_end(masker, at);
    size_t first = at;
    size_t last = end;

    while (first < end && class_of(text[first]) == BYTE_SPACE) {
        first++;
    }
    while (last > first && class_of(text[last - 1]) == BYTE_SPACE) {
        last--;
    }
    for (size_t i = first; i < last; i++) {
        counts[class_of(text[i])]++;
    }
    line->start = at;
    line->first = first;
    line->end = end;
    line->label_length = 0;
    if (first == last) {
        line->kind = LINE_BLANK;
        return end + 1;
    }
    line->kind = text_kind(text + first, last - first, counts, first - at >= 2);
    line->kind |= first - at >= 4 || text[at] == '\t' ? LINE_INDENT : 0;
    line->kind |= first - at >= 8 ? LINE_MACHINE : 0;
    line->label_length = label_length(text + first, last - first);
    line->kind |= line->label_length > 0 ? LINE_LABEL : 0;
    return end + 1;
}

/* 1 if the set already has the hash; otherwise adds it while there is room. */
static int32_t seen_before(uint64_t *hashes, size_t *count, uint64_t hash)
{
    for (size_t i = 0; i < *count; i++) {
        if (hashes[i] == hash) {
            return 1;
        }
    }
    if (*count < LABELS_MAX) {
        hashes[*count] = hash;
        *count += 1;
    }
    return 0;
}

static int32_t begins_quote(const char *line, size_t length)
{
    static const char *const marks[] = {"\"",       "\xE2\x80\x9C", "\xE2\x80\x9E",
                                        "\xC2\xAB", "\xE2\x80\x94", "\xE3\x80\x8C"};

    return length > 8 && BEGINS_ANY(line, length, marks);
}

static void count_line(const struct own_masker *masker, const struct line *line, struct line_totals *totals)
{
    const char *first = masker->source + line->first;

    totals->chats += (line->kind & LINE_CHAT) != 0;
    totals->speakers += (line->kind & LINE_SPEAKER) != 0;
    totals->options += (line->kind & LINE_OPTION) != 0;
    totals->scene |= (line->kind & LINE_SCENE) != 0;
    if ((line->kind & LINE_LABEL) != 0) {
        totals->labelled++;
        totals->label_recurs |=
            seen_before(totals->labels, &totals->label_count, hash_bytes(0, first, line->label_length));
    }
    if ((line->kind & LINE_CAPS) != 0) {
        totals->caps_recur |=
            seen_before(totals->caps, &totals->caps_count, hash_bytes(0, first, line->end - line->first));
    }
}

/* 1 if the lines of one speaker in a transcript are to be masked: this one begins a turn. */
static int32_t begins_turn(const struct line *line, const struct line_totals *totals)
{
    return ((line->kind & LINE_CHAT) != 0 && totals->chats >= 2) ||
           ((line->kind & LINE_SPEAKER) != 0 && totals->speakers >= 2) ||
           ((line->kind & LINE_LABEL) != 0 && totals->label_recurs && totals->labelled >= 3) ||
           ((line->kind & LINE_CAPS) != 0 && (totals->scene || totals->caps_recur)) || (line->kind & LINE_SCENE) != 0;
}

/* 1 if the last line below output of a program may be the person's: a question, or the first person. */
static int32_t is_remark(const struct own_masker *masker, const struct line *line)
{
    static const char *const words[] = {" I ", " my ", " i ", "I'", "i'm", " ich ", " mi ", " je ", " mon "};
    const char *first = masker->source + line->first;
    size_t length = line->end - line->first;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (memmem(first, length, words[i], strlen(words[i])) != NULL) {
            return 1;
        }
    }
    return (line->kind & LINE_ASKING) != 0 || (length > 2 && memcmp(first, "I ", 2) == 0);
}

/* Masks machine text and turns of transcripts in the lines of one paragraph. */
static void mask_paragraph(struct own_masker *masker, const struct line *lines, size_t count,
                           const struct line_totals *totals)
{
    size_t machine = 0;
    size_t keys = 0;
    size_t indents = 0;
    size_t csv = 0;
    size_t first = count;
    size_t last = 0;
    size_t turn_end = 0;
    size_t traces = 0;
    size_t trace_first = count;
    size_t trace_last = 0;
    int32_t output = 0;

    for (size_t i = 0; i < count; i++) {
        int32_t plain = (lines[i].kind & (LINE_MACHINE | LINE_OUTPUT)) != 0;

        machine += (size_t)plain;
        if (plain || (lines[i].kind & LINE_TRACE) != 0) {
            traces++;
            trace_first = trace_first == count ? i : trace_first;
            trace_last = i;
        }
        keys += (lines[i].kind & LINE_KEY) != 0;
        indents += (lines[i].kind & LINE_INDENT) != 0 || lines[i].first > lines[i].start;
        csv += (lines[i].kind & LINE_CSV) != 0;
        if (plain) {
            first = first == count ? i : first;
            last = i;
        }
        if (begins_turn(&lines[i], totals)) {
            turn_end = i + 1;
        }
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t kind = lines[i].kind;
        int32_t block = machine * 2 >= count && count >= 3 && i >= first && i <= last;
        int32_t yaml = keys >= 3 && indents >= 1 && (kind & (LINE_KEY | LINE_INDENT)) != 0;
        int32_t trace = traces >= 2 && traces * 5 >= count * 2 && i >= trace_first &&
                        (i <= trace_last || (traces * 2 >= count && !is_remark(masker, &lines[i])));
        int32_t heads = (kind & LINE_KEY) != 0 && machine + keys == count && machine > 0;

        if ((kind & LINE_OUTPUT) != 0) {
            output = 1;
        } else if (output && i + 1 == count && (kind & LINE_ASKING) != 0) {
            output = 0; /* "... error\nwhat does that mean?" */
        }
        if (output || block || trace || yaml || heads || (kind & (LINE_MACHINE | LINE_QUOTED)) != 0 ||
            (csv >= 2 && (kind & LINE_CSV) != 0) || (machine + traces > 0 && (kind & LINE_INDENT) != 0)) {
            own_mask(masker, lines[i].start, lines[i].end, OWN_OF_OTHERS);
        }
    }
    for (size_t i = 0, turn = 0; i < count; i++) {
        int32_t spoken = (lines[i].kind & (LINE_SPEAKER | LINE_CAPS | LINE_SCENE)) != 0;

        if (begins_turn(&lines[i], totals)) {
            turn = spoken ? 2 : 1;
        }
        /* Lines between two turns belong to the first; after the last one only those of a speaker's own line. */
        if (turn == 2 || (turn == 1 && (i < turn_end))) {
            own_mask(masker, lines[i].start, lines[i].end, OWN_OF_OTHERS);
        }
    }
}

/* The question above the options of an exam may be the person's own: "should I a) move b) stay". */
static void mask_options(struct own_masker *masker, const struct line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if ((lines[i].kind & LINE_OPTION) != 0) {
            own_mask(masker, lines[0].start, lines[count - 1].end, OWN_DOUBTFUL);
            return;
        }
    }
}

/* End of a file that an application put into the message, between "<document ...>" and "</document>" or between "[file
 * content begin]" and "[file content end]"; 0 if none begins at this line. */
static size_t inserted_end(struct own_masker *masker, const struct line *line, size_t *searches)
{
    static const char file_begin[] = "[file content begin]";
    static const char file_end[] = "[file content end]";
    const char *first = masker->source + line->first;
    size_t length = line->end - line->first;
    char close[TAG_MAX_BYTES + 4] = "</";
    const char *found;
    size_t tag = 1;

    if (begins(first, length, file_begin)) {
        memcpy(close, file_end, sizeof file_end);
    } else {
        while (tag < length && tag < TAG_MAX_BYTES &&
               (is_letter(first[tag]) || first[tag] == '_' || first[tag] == '-')) {
            close[tag + 1] = first[tag];
            tag++;
        }
        if (first[0] != '<' || tag < 3 || tag == length || (first[tag] != '>' && first[tag] != ' ')) {
            return 0;
        }
        memcpy(close + tag + 1, ">", 2);
    }
    if (*searches >= SEARCHES_MAX) {
        return 0;
    }
    *searches += 1;
    found = memmem(masker->source + line->end, masker->length - line->end, close, strlen(close));
    return found == NULL ? 0 : own_line_end(masker, (size_t)(found - masker->source));
}

void own_mask_lines(struct own_masker *masker)
{
    struct line_totals totals = {0};
    struct line lines[LINES_MAX];
    struct line known[KNOWN_LINES]; /* the first ones, read by the first pass */
    size_t known_count = 0;
    size_t next = 0; /* of the known ones */
    size_t count = 0;
    size_t searches = 0;
    int32_t fenced = 0;

    for (size_t at = 0; at < masker->length; known_count++) {
        struct line *line = known_count < KNOWN_LINES ? &known[known_count] : &lines[0];

        at = read_line(masker, at, line);
        count_line(masker, line, &totals);
    }
    known_count = known_count < KNOWN_LINES ? known_count : KNOWN_LINES;
    for (size_t at = 0; at < masker->length;) {
        struct line *line = &lines[count];
        size_t inserted;

        while (next < known_count && known[next].start < at) {
            next++;
        }
        if (next < known_count && known[next].start == at) {
            *line = known[next];
            at = line->end + 1;
        } else {
            at = read_line(masker, at, line);
        }
        inserted =
            line->kind != LINE_BLANK && (masker->source[line->first] == '<' || masker->source[line->first] == '[')
                ? inserted_end(masker, line, &searches)
                : 0;
        if (inserted > 0 && !fenced) {
            own_mask(masker, line->start, inserted, OWN_OF_OTHERS);
            at = inserted + 1;
            line->kind = LINE_BLANK;
        }
        if ((line->kind & LINE_FENCE) != 0 || fenced) {
            fenced ^= (line->kind & LINE_FENCE) != 0;
            own_mask(masker, line->start, line->end, OWN_OF_OTHERS);
            line->kind = LINE_BLANK;
        } else if ((line->kind & LINE_HEADER) != 0 && !begins_turn(line, &totals)) {
            mask_paragraph(masker, lines, count, &totals);
            count = 0;
            at = own_mask_paste(masker, line->start, OWN_OF_OTHERS) + 1;
            line->kind = LINE_BLANK;
        }
        if ((line->kind & LINE_BLANK) == 0) {
            masker->spoken_lines += (line->kind & (LINE_MACHINE | LINE_OUTPUT | LINE_TRACE | LINE_KEY)) == 0 &&
                                    begins_quote(masker->source + line->first, line->end - line->first);
            count++;
        }
        if (count > 0 && ((line->kind & LINE_BLANK) != 0 || count == LINES_MAX || at >= masker->length)) {
            mask_paragraph(masker, lines, count, &totals);
            if (totals.options >= 3) {
                mask_options(masker, lines, count);
            }
            count = 0;
        }
    }
}

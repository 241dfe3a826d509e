#include "extract/transcript/speaker.h"
#include "extract/transcript/speaker_names.h"

#include <contextpack/message.h>

#include <string.h>

#define LABELS_MAX     160              /* different labels that are counted */
#define EXPORTER_BYTES ((size_t)4096)   /* of the start and of the end, where exporters name themselves */
#define DETECT_BYTES   ((size_t)131072) /* of the text that is read to detect its style */

/* How often a label is used in a style. */
struct count {
    int32_t style;
    int32_t role; /* that it names by itself, or 0 */
    int32_t is_said;
    int32_t is_weak;
    int32_t is_token;
    size_t lines;
    size_t timed;
    char label[SPEAKER_LABEL_BYTES];
};

/* The lines of a text outside of code. */
struct scan {
    const char *at;
    const char *end;
    struct speaker_fence code; /* the open block */
};

/* What is known of a text. */
struct survey {
    const char *text;
    const char *end;
    struct count counts[LABELS_MAX];
    size_t used;
    size_t lines;  /* that are not blank */
    size_t quoted; /* of these */
};

static int32_t is_blank(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (strchr(" \t\r\f", line[i]) == NULL) {
            return 0;
        }
    }
    return 1;
}

/* 1 if another fence closes the one before `at`, and none opens a block before. */
static int32_t is_closed(const char *at, const char *end, const struct speaker_fence *open)
{
    const char *line;
    size_t length;

    while (speaker_next_line(&at, end, &line, &length)) {
        struct speaker_fence fence;
        int32_t is_opener;

        if (speaker_parse_fence(line, length, &fence, &is_opener) && fence.mark == open->mark &&
            fence.length >= open->length) {
            return speaker_closes(open, &fence, is_opener);
        }
    }
    return 0;
}

static int32_t scan_next(struct scan *scan, const char **line, size_t *length)
{
    while (speaker_next_line(&scan->at, scan->end, line, length)) {
        struct speaker_fence fence;
        int32_t is_opener;

        if (speaker_parse_fence(*line, *length, &fence, &is_opener)) {
            if (scan->code.length == 0 && is_closed(scan->at, scan->end, &fence)) {
                scan->code = fence;
            } else if (scan->code.length > 0 && speaker_closes(&scan->code, &fence, is_opener)) {
                scan->code.length = 0;
            }
        } else if (scan->code.length == 0) {
            return 1;
        }
    }
    return 0;
}

/* --- labels --- */

static void count_label(struct survey *survey, const struct speaker_line *line)
{
    struct count *count = survey->counts;
    struct count *end = survey->counts + survey->used;
    struct count added = {.style = line->style};

    while (count < end && (count->style != line->style || strcmp(count->label, line->label) != 0)) {
        count++;
    }
    if (count == end) {
        memcpy(added.label, line->label, sizeof added.label);
        added.role = speaker_label_role(line->label, &added.is_said, &added.is_weak);
        if (line->label[1] == '\0' && (line->style & SPEAKER_COLON) == 0) {
            added.role = 0; /* a letter of an index */
        }
        if (survey->used == LABELS_MAX || (added.role == 0 && line->style == 0 && !line->is_timed)) {
            return;
        }
        *count = added;
        survey->used++;
    }
    count->lines++;
    count->timed += (size_t)line->is_timed;
    count->is_token |= line->is_token;
}

static void take_survey(struct survey *survey, const char *text, size_t length)
{
    struct scan scan = {text, text + length, {0, 0}};
    const char *line;
    size_t line_length;

    memset(survey, 0, sizeof *survey);
    survey->text = text;
    survey->end = text + length;
    while (scan_next(&scan, &line, &line_length)) {
        survey->lines += !is_blank(line, line_length);
        survey->quoted += speaker_quote_length(line, line_length) > 0;
        while (line_length > 0) {
            size_t piece = speaker_piece(line, line_length);
            struct speaker_line parsed;

            if (speaker_parse(line, piece, &parsed)) {
                count_label(survey, &parsed);
            }
            line += piece;
            line_length -= piece;
        }
    }
}

/* The most frequent label of a role in a style; role 0: of those that name none. NULL if there is none. */
static const struct count *most_frequent(const struct count *counts, size_t used, int32_t style, int32_t role)
{
    const struct count *best = NULL;

    for (size_t i = 0; i < used; i++) {
        if (counts[i].style == style && counts[i].role == role && (role != 0 || !speaker_is_note(counts[i].label)) &&
            (best == NULL || counts[i].lines > best->lines)) {
            best = &counts[i];
        }
    }
    return best;
}

static size_t count_role(const struct count *counts, size_t used, int32_t style, int32_t role)
{
    size_t lines = 0;

    for (size_t i = 0; i < used; i++) {
        lines += counts[i].style == style && counts[i].role == role ? counts[i].lines : 0;
    }
    return lines;
}

static int32_t has_strong(const struct count *counts, size_t used, int32_t style, int32_t role)
{
    for (size_t i = 0; i < used; i++) {
        if (counts[i].style == style && counts[i].role == role && !counts[i].is_weak) {
            return 1;
        }
    }
    return 0;
}

/* Tokens of models are found nowhere else; elements may be those of other data. */
static enum speaker_result judge_markers(const struct count *counts, size_t used, size_t users, size_t assistants)
{
    for (size_t i = 0; i < used; i++) {
        if (counts[i].style == SPEAKER_MARKER && counts[i].is_token && counts[i].role != 0) {
            return SPEAKER_KNOWN;
        }
    }
    return users > 0 && assistants > 0 ? SPEAKER_KNOWN : SPEAKER_NONE;
}

/* Judges one style. A speaker whose label names no role is the one that takes turns with a known one. */
static enum speaker_result judge_style(const struct count *counts, size_t used, int32_t style,
                                       struct speaker_style *found)
{
    size_t users = count_role(counts, used, style, CPK_ROLE_USER);
    size_t assistants = count_role(counts, used, style, CPK_ROLE_ASSISTANT);
    const struct count *user = most_frequent(counts, used, style, CPK_ROLE_USER);
    const struct count *other = most_frequent(counts, used, style, 0);
    const struct count *known = user != NULL ? user : most_frequent(counts, used, style, CPK_ROLE_ASSISTANT);
    size_t known_lines = users > 0 ? users : assistants;
    int32_t is_marked = (style & (SPEAKER_LEVEL | SPEAKER_BOLD | SPEAKER_COLON | SPEAKER_BRACKET)) != 0;

    memset(found, 0, sizeof *found);
    found->style = style;
    if ((style & SPEAKER_MARKER) != 0) {
        return judge_markers(counts, used, users, assistants);
    }
    if (known == NULL || known->is_weak > (users > 0 && assistants > 0)) {
        return SPEAKER_NONE;
    }
    if (users > 0 && assistants > 0) {
        const struct count *assistant = most_frequent(counts, used, style, CPK_ROLE_ASSISTANT);
        int32_t is_even = users >= 2 && assistants >= 2 && users <= 2 * assistants && assistants <= 2 * users;

        if (speaker_is_question(user->label) && speaker_is_question(assistant->label)) {
            return SPEAKER_NONE; /* see judge_dialog() */
        }
        if (!has_strong(counts, used, style, CPK_ROLE_USER) || !has_strong(counts, used, style, CPK_ROLE_ASSISTANT)) {
            return (style & (SPEAKER_LEVEL | SPEAKER_BOLD)) != 0 && is_even ? SPEAKER_KNOWN : SPEAKER_NONE;
        }
        return is_marked || users + assistants >= 3 ? SPEAKER_KNOWN : SPEAKER_NONE;
    }
    if (is_marked && other != NULL && other->lines >= 2 && 2 * other->lines >= known_lines &&
        other->lines <= 2 * known_lines) {
        memcpy(users > 0 ? found->assistant : found->user, other->label, sizeof found->user);
        return SPEAKER_KNOWN;
    }
    return known->is_said || (assistants >= 2 && known->lines >= 2 && is_marked) ? SPEAKER_UNSURE : SPEAKER_NONE;
}

/* --- quotes --- */

/* Quoted lines of both sides are a transcript if most lines are quoted; if only the user's are, answers follow them. */
static enum speaker_result judge_quotes(const struct survey *survey, int32_t style, struct speaker_style *found)
{
    size_t users = count_role(survey->counts, survey->used, style, CPK_ROLE_USER);
    size_t assistants = count_role(survey->counts, survey->used, style, CPK_ROLE_ASSISTANT);

    memset(found, 0, sizeof *found);
    found->style = style;
    if (assistants > 0 || users == 0 || !has_strong(survey->counts, survey->used, style, CPK_ROLE_USER)) {
        return 2 * survey->quoted >= survey->lines ? judge_style(survey->counts, survey->used, style, found)
                                                   : SPEAKER_NONE;
    }
    found->answers_follow = 1;
    return users >= 2 ? SPEAKER_KNOWN : SPEAKER_UNSURE;
}

/* --- conversations of people --- */

/* One who may speak, in a style. */
struct voice {
    const struct count *count;
    size_t turns;
    int32_t tells_of_self;
    int32_t begins_with_self; /* in the first line of a turn */
    int32_t addresses;
};

/* The turns of a style. */
struct dialog {
    struct voice voices[SPEAKER_OTHERS_MAX];
    size_t voice_count;
    size_t turns;
    size_t changes; /* turns after one of another voice */
    size_t timed;
    size_t notes;     /* different labels of notes in the style */
    int32_t is_first; /* the text begins with a turn */
    int32_t is_full;  /* there are more voices */
};

static void find_voices(const struct survey *survey, int32_t style, struct dialog *dialog)
{
    size_t labels = 0;

    memset(dialog, 0, sizeof *dialog);
    for (size_t i = 0; i < survey->used; i++) {
        labels += survey->counts[i].style == style;
    }
    for (size_t i = 0; i < survey->used; i++) {
        const struct count *count = &survey->counts[i];

        if (count->style != style) {
            continue;
        }
        dialog->notes += count->role == 0 && speaker_is_note(count->label);
        if (count->role == 0 &&
            (!speaker_is_name(count->label) || (count->lines < 2 && count->timed == 0 && labels > 3))) {
            continue;
        }
        if (dialog->voice_count == SPEAKER_OTHERS_MAX) {
            dialog->is_full = 1;
            return;
        }
        dialog->timed += count->timed;
        dialog->voices[dialog->voice_count++].count = count;
    }
}

static struct voice *find_voice(struct dialog *dialog, const char *label)
{
    for (size_t i = 0; i < dialog->voice_count; i++) {
        if (strcmp(dialog->voices[i].count->label, label) == 0) {
            return &dialog->voices[i];
        }
    }
    return NULL;
}

/* 1 for lines that may precede the first turn: headings, front matter. */
static int32_t is_heading(const char *line, size_t length, int32_t *in_front_matter, size_t number)
{
    int32_t is_ruler = length >= 3 && memcmp(line, "---", 3) == 0;

    if (is_ruler && (number == 0 || *in_front_matter)) {
        *in_front_matter = !*in_front_matter;
        return 1;
    }
    return *in_front_matter || is_ruler || *line == '#';
}

static void hear(struct voice *voice, const char *text, size_t length, int32_t is_first)
{
    if (!voice->tells_of_self || (is_first && !voice->begins_with_self)) {
        int32_t tells_of_self = speaker_tells_of_self(text, length);

        voice->tells_of_self |= tells_of_self;
        voice->begins_with_self |= is_first && tells_of_self;
    }
    voice->addresses = voice->addresses || speaker_addresses(text, length);
}

static void follow_dialog(const struct survey *survey, int32_t style, struct dialog *dialog)
{
    struct scan scan = {survey->text, survey->end, {0, 0}};
    struct voice *current = NULL;
    int32_t in_front_matter = 0;
    int32_t is_met = 0;   /* a line that is no heading */
    int32_t is_empty = 0; /* nothing follows the last label yet */
    const char *line;
    size_t length;

    for (size_t number = 0; scan_next(&scan, &line, &length); number++) {
        struct speaker_line parsed;
        struct voice *voice = NULL;

        if (is_blank(line, length)) {
            continue;
        }
        if (speaker_parse(line, length, &parsed) && parsed.style == style) {
            voice = find_voice(dialog, parsed.label);
        }
        if (voice != NULL) {
            dialog->is_first = dialog->is_first || !is_met;
            dialog->turns++;
            dialog->changes += current != NULL && current != voice;
            voice->turns++;
            current = voice;
            is_empty = parsed.rest_length == 0;
            hear(voice, parsed.rest, parsed.rest_length, 1);
        } else if (current != NULL) {
            hear(current, line, length, is_empty);
            is_empty = 0;
        }
        is_met = is_met || voice != NULL || !is_heading(line, length, &in_front_matter, number);
    }
}

/* Sums over the voices of a role; 0: those without one. */
struct side {
    size_t turns;
    int32_t tells_of_self;
    int32_t begins_with_self;
    int32_t addresses;
    int32_t is_strong;
    int32_t is_question;
};

static struct side sum_side(const struct dialog *dialog, int32_t role)
{
    struct side side = {0};

    for (size_t i = 0; i < dialog->voice_count; i++) {
        const struct voice *voice = &dialog->voices[i];

        if (voice->count->role == role) {
            side.turns += voice->turns;
            side.tells_of_self |= voice->tells_of_self;
            side.begins_with_self |= voice->begins_with_self;
            side.addresses |= voice->addresses;
            side.is_strong |= !voice->count->is_weak;
            side.is_question |= speaker_is_question(voice->count->label);
        }
    }
    return side;
}

static size_t count_selves(const struct dialog *dialog)
{
    size_t selves = 0;

    for (size_t i = 0; i < dialog->voice_count; i++) {
        selves += dialog->voices[i].tells_of_self != 0;
    }
    return selves;
}

static size_t count_parties(const struct dialog *dialog)
{
    size_t parties = 0;

    for (size_t i = 0; i < dialog->voice_count; i++) {
        parties += dialog->voices[i].turns > 0 && speaker_is_party(dialog->voices[i].count->label);
    }
    return parties;
}

/* Speakers take turns: most turns follow one of another. */
static int32_t alternates(const struct dialog *dialog)
{
    return dialog->turns >= 2 && 10 * dialog->changes >= 6 * (dialog->turns - 1);
}

/* Questions and answers, of which nothing says that an assistant gives the answers. */
static enum speaker_result judge_questions(const struct dialog *dialog, int32_t style, const struct side *user,
                                           const struct side *assistant)
{
    int32_t is_marked = (style & (SPEAKER_LEVEL | SPEAKER_BOLD)) != 0 && user->turns >= 2 && assistant->turns >= 2;

    if (!dialog->is_first || !alternates(dialog) || !assistant->tells_of_self) {
        return SPEAKER_NONE;
    }
    if (user->tells_of_self) {
        return is_marked ? SPEAKER_KNOWN : SPEAKER_UNSURE;
    }
    return is_marked ? SPEAKER_UNSURE : SPEAKER_NONE;
}

static void add_others(const struct dialog *dialog, struct speaker_style *found)
{
    for (size_t i = 0; i < dialog->voice_count; i++) {
        if (dialog->voices[i].count->role == 0) {
            memcpy(found->others[found->other_count++], dialog->voices[i].count->label, SPEAKER_LABEL_BYTES);
        }
    }
}

/* Somebody speaks again. */
static int32_t returns(const struct dialog *dialog)
{
    size_t voices = 0;

    for (size_t i = 0; i < dialog->voice_count; i++) {
        voices += dialog->voices[i].turns > 0;
    }
    return voices >= 2 && !dialog->is_full && voices <= dialog->turns / 2 + 1;
}

/* Messages with times: exports and copies of messengers. */
static int32_t is_messenger(const struct dialog *dialog)
{
    return dialog->timed >= 3 && 2 * dialog->timed >= dialog->turns && returns(dialog);
}

/* The person ("Me:") and somebody else, or people of whom one may be the person. */
static enum speaker_result judge_dialog(const struct survey *survey, int32_t style, struct speaker_style *found)
{
    struct dialog dialog;
    struct side user;
    struct side assistant;
    struct side other;

    memset(found, 0, sizeof *found);
    found->style = style;
    find_voices(survey, style, &dialog);
    if (dialog.voice_count == 0) {
        return SPEAKER_NONE;
    }
    follow_dialog(survey, style, &dialog);
    user = sum_side(&dialog, CPK_ROLE_USER);
    assistant = sum_side(&dialog, CPK_ROLE_ASSISTANT);
    other = sum_side(&dialog, 0);
    if (user.is_question && assistant.is_question && !user.is_strong && !assistant.is_strong) {
        return judge_questions(&dialog, style, &user, &assistant);
    }
    if (is_messenger(&dialog)) {
        add_others(&dialog, found);
        return user.turns > 0 && !user.is_question ? SPEAKER_KNOWN : SPEAKER_UNSURE;
    }
    if (dialog.notes >= 2 || !dialog.is_first || dialog.is_full) {
        return SPEAKER_NONE;
    }
    if (assistant.turns > 0 && dialog.turns == assistant.turns) { /* the answer alone */
        return assistant.is_strong && assistant.begins_with_self ? SPEAKER_UNSURE : SPEAKER_NONE;
    }
    if (!alternates(&dialog)) {
        return SPEAKER_NONE;
    }
    if (user.turns > 0 && assistant.turns > 0 && !user.is_question) {
        int32_t is_sure = assistant.is_strong || dialog.turns >= 3 || (user.tells_of_self && assistant.tells_of_self);

        add_others(&dialog, found);
        return is_sure ? SPEAKER_KNOWN : SPEAKER_NONE;
    }
    if (dialog.turns < 3 || 2 * dialog.turns < survey->lines || !returns(&dialog)) {
        return SPEAKER_NONE;
    }
    if (user.turns > 0 && !user.is_question) {
        add_others(&dialog, found);
        return other.tells_of_self || other.addresses ? SPEAKER_KNOWN : SPEAKER_NONE;
    }
    return count_selves(&dialog) >= 2 || count_parties(&dialog) >= 2 ? SPEAKER_UNSURE : SPEAKER_NONE;
}

/* --- the text --- */

/* The better of two results; of equal ones, that with more lines. */
struct best {
    enum speaker_result result;
    size_t lines;
};

static void keep_better(struct best *best, enum speaker_result result, size_t lines, const struct speaker_style *judged,
                        struct speaker_style *found)
{
    if (result > best->result || (result == best->result && result != SPEAKER_NONE && lines > best->lines)) {
        best->result = result;
        best->lines = lines;
        *found = *judged;
    }
}

/* 1 if no earlier label has the style of this one. */
static int32_t is_first_of_style(const struct survey *survey, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (survey->counts[i].style == survey->counts[index].style) {
            return 0;
        }
    }
    return 1;
}

static void judge_styles(const struct survey *survey, struct best *best, struct speaker_style *found)
{
    for (size_t i = 0; i < survey->used; i++) {
        int32_t style = survey->counts[i].style;
        size_t lines = count_role(survey->counts, survey->used, style, CPK_ROLE_USER) +
                       count_role(survey->counts, survey->used, style, CPK_ROLE_ASSISTANT);
        struct speaker_style judged;
        enum speaker_result result;

        if (is_first_of_style(survey, i) && lines > 0) {
            result = (style & SPEAKER_QUOTE) != 0 ? judge_quotes(survey, style, &judged)
                                                  : judge_style(survey->counts, survey->used, style, &judged);
            keep_better(best, result, lines, &judged, found);
        }
    }
}

static void judge_dialogs(const struct survey *survey, struct best *best, struct speaker_style *found)
{
    for (size_t i = 0; i < survey->used; i++) {
        const struct count *count = &survey->counts[i];
        struct speaker_style judged;

        if (is_first_of_style(survey, i) && (count->style & (SPEAKER_QUOTE | SPEAKER_MARKER)) == 0) {
            keep_better(best, judge_dialog(survey, count->style, &judged), count->lines, &judged, found);
        }
    }
}

enum speaker_result speaker_detect(const char *text, size_t length, struct speaker_style *found)
{
    struct survey survey;
    struct best best = {SPEAKER_NONE, 0};

    memset(found, 0, sizeof *found);
    take_survey(&survey, text, length < DETECT_BYTES ? length : DETECT_BYTES);
    judge_styles(&survey, &best, found);
    if (best.result != SPEAKER_KNOWN) {
        judge_dialogs(&survey, &best, found);
    }
    if (best.result == SPEAKER_NONE &&
        (speaker_has_exporter(text, length < EXPORTER_BYTES ? length : EXPORTER_BYTES) ||
         (length > EXPORTER_BYTES && speaker_has_exporter(text + length - EXPORTER_BYTES, EXPORTER_BYTES)))) {
        return SPEAKER_UNSURE;
    }
    return best.result;
}

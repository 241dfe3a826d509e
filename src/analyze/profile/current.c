#include "analyze/profile/current.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/time.h"

#include <string.h>

/* 1 if two names have no word in common: one of them is somebody else's. */
static int32_t are_other_names(const struct merge_entry *left, const struct merge_entry *right)
{
    struct word_set words;
    struct word_set others;

    word_set_read(&words, left->key);
    word_set_read(&others, right->key);
    return word_set_shared(&words, &others) == 0;
}

/* 1 if `left` is current rather than `right`, of two values of one exclusive subject. Names do not change: of two
 * quite different ones, the one said more often. */
static int32_t holds_over(const struct merge_entry *left, const struct merge_entry *right)
{
    int32_t left_sure = left->item.confidence >= MERGE_SURE;
    int32_t right_sure = right->item.confidence >= MERGE_SURE;
    int order;

    if (left->item.superseded != right->item.superseded) {
        return right->item.superseded;
    }
    if (strcmp(left->item.subject, "name") == 0 && are_other_names(left, right)) {
        order = merge_compare_times(left->item.conversations, right->item.conversations);
        order = order != 0 ? order : merge_compare_times(left->item.confidence, right->item.confidence);
        if (order != 0) {
            return order > 0;
        }
    }
    if (left_sure != right_sure) {
        return left_sure;
    }
    order = merge_compare_times(left->item.last_us, right->item.last_us);
    order = order != 0 ? order : merge_compare_times(left->item.mentions, right->item.mentions);
    order = order != 0 ? order : merge_compare_times(left->item.confidence, right->item.confidence);
    return order != 0 ? order > 0 : strcmp(left->key, right->key) < 0;
}

static int32_t subject_in(const struct merge_entry *entry, const char *const *subjects)
{
    for (size_t i = 0; subjects[i] != NULL; i++) {
        if (strcmp(entry->item.subject, subjects[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

/* A value that is no longer current: former homes and employers are reworded, former ages and names dropped. */
static cpk_status end_value(struct finding_merge *merge, struct merge_entry *entry, const struct merge_entry *holder,
                            cpk_error **error)
{
    static const char *const dropped[] = {"age", "name", NULL};
    struct buffer *line = &merge->scratch;
    int32_t home = strcmp(entry->item.subject, "home") == 0;

    entry->until_us = entry->item.last_us;
    if (!entry->gone && holder != NULL) {
        entry->until_us = merge_later(entry->item.last_us, holder->item.first_us);
    }
    entry->item.until_us = entry->until_us;
    entry->item.superseded = 1;
    entry->item.exclusive = 0;
    entry->dropped |= subject_in(entry, dropped);
    if (entry->dropped || (!home && strcmp(entry->item.subject, "employer") != 0)) {
        return CPK_OK;
    }
    buffer_clear(line);
    buffer_append_text(line, home ? "Lived in " : "Worked at ");
    buffer_append_text(line, entry->item.value);
    if (line->failed || !merge_replace_text(merge, &entry->item.text, buffer_text(line))) {
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

/* Selects the current value of an exclusive subject; "Porto" and "Porto, Portugal" are the same. */
static cpk_status settle_subject(struct finding_merge *merge, size_t first, cpk_error **error)
{
    struct merge_entry *holder = merge->entries[first];
    struct word_set held;
    struct word_set other;

    for (size_t i = first + 1; i < merge->count; i++) {
        if (!merge->entries[i]->dropped && merge_is_same_subject(merge->entries[first], merge->entries[i]) &&
            holds_over(merge->entries[i], holder)) {
            holder = merge->entries[i];
        }
    }
    word_set_read(&held, holder->key);
    for (size_t i = first; i < merge->count; i++) {
        struct merge_entry *entry = merge->entries[i];

        if (entry == holder || entry->dropped || !merge_is_same_subject(holder, entry)) {
            continue;
        }
        word_set_read(&other, entry->key);
        if (!entry->item.superseded && !holder->item.superseded &&
            (word_set_within(&other, &held) || word_set_within(&held, &other))) {
            merge_absorb(holder, entry);
        } else {
            CPK_TRY(end_value(merge, entry, holder->item.superseded ? NULL : holder, error));
        }
    }
    if (holder->item.superseded) {
        CPK_TRY(end_value(merge, holder, NULL, error));
    }
    return CPK_OK;
}

/* 1 if the statement gives a current home, employer or tool and contains the value. Statements about others, the past
 * or changes do not count. */
static int32_t tells_value(const struct merge_entry *entry, const struct merge_entry *gone,
                           const struct word_set *value)
{
    static const char *const past[] = {"lived", "origin", "past role", "past employer", "past work", "education",
                                       "move",  "liked",  "change",    "ended",         "name",      NULL};
    enum finding_category category = entry->item.category;

    if (entry == gone || entry->gone || entry->dropped || entry->item.superseded || !merge_is_statement(&entry->item) ||
        value->count == 0 || category == FINDING_EVENT || category == FINDING_PERSON || category == FINDING_GOAL ||
        (subject_in(entry, past) &&
         !(strcmp(entry->item.subject, "lived") == 0 && strncmp(entry->item.text, "Based", 5) == 0))) {
        return 0;
    }
    return word_set_within(value, &entry->words);
}

static int32_t is_letter(char byte)
{
    return ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || (byte >= '0' && byte <= '9') ||
           (unsigned char)byte >= 0x80;
}

/* Position of `value` in `text` as whole words, ignoring ASCII case; NULL if there is none. */
static const char *find_value(const char *text, const char *value)
{
    size_t length = strlen(value);

    for (const char *at = text; length > 0 && *at != '\0'; at++) {
        size_t same = 0;

        while (same < length && at[same] != '\0' &&
               (at[same] == value[same] || (is_letter(at[same]) && (at[same] ^ value[same]) == 0x20))) {
            same++;
        }
        if (same == length && (at == text || !is_letter(at[-1])) && !is_letter(at[length])) {
            return at;
        }
    }
    return NULL;
}

/* 1 if the statement with the ended value is about the same type (home, employer or tool) as the ending. */
static int32_t fits(const struct merge_entry *entry, const struct merge_entry *gone)
{
    static const char *const homes[] = {" in ", " near ", " outside ", "s in ", NULL};
    static const char *const employers[] = {" at ",      " with ",    " for ",       "oined ",
                                            "mployer, ", "mployer: ", "mployer is ", NULL};
    int32_t home = strcmp(gone->item.subject, "home") == 0;
    const char *text = entry->item.text;
    const char *at = find_value(text, gone->item.value);
    const char *const *before = home ? homes : employers;

    if (merge_is_same_subject(entry, gone)) {
        return 1;
    }
    if (strcmp(gone->item.subject, "skill") == 0) {
        return entry->item.category != FINDING_IDENTITY || strcmp(entry->item.subject, "attribute") == 0;
    }
    if (at == NULL) {
        return 0;
    }
    for (size_t i = 0; before[i] != NULL; i++) {
        size_t size = strlen(before[i]);

        if ((size_t)(at - text) >= size && memcmp(at - size, before[i], size) == 0) {
            return 1;
        }
    }
    at += strlen(gone->item.value);
    return home && (strncmp(at, " resident", 9) == 0 || strncmp(at, " based", 6) == 0 || strncmp(at, "-based", 6) == 0);
}

#define HINT_CONFIDENCE 300 /* endings below this confidence are only effective if the ended value is known */

/* A statement that something has ended ends earlier statements of it, and is dropped if there are later ones. */
static void settle_endings(struct finding_merge *merge)
{
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *gone = merge->entries[i];
        struct word_set value;
        int32_t met = 0;

        gone->hint = gone->gone && gone->item.confidence < HINT_CONFIDENCE;

        for (size_t k = 0; k < merge->count && gone->gone && !met; k++) {
            struct merge_entry *said = merge->entries[k];

            if (said->gone || said->dropped || !merge_is_same_subject(said, gone) ||
                strcmp(said->key, gone->key) != 0) {
                continue;
            }
            if (gone->item.last_us >= said->item.last_us) {
                merge_absorb(gone, said);
                if (gone->item.confidence < said->item.confidence) {
                    gone->item.confidence = said->item.confidence;
                }
            } else {
                merge_absorb(said, gone);
            }
            met = 1;
        }
        if (gone->gone && !met && !gone->dropped) {
            word_set_read(&value, gone->key);
            for (size_t k = 0; k < merge->count && !met; k++) {
                met = merge->entries[k]->item.last_us < gone->item.last_us &&
                      tells_value(merge->entries[k], gone, &value) && fits(merge->entries[k], gone);
            }
        }
        gone->until_us = gone->item.last_us;
        if (gone->gone) {
            gone->item.until_us = gone->until_us;
        }
        if (gone->gone && met && gone->item.confidence < MERGE_SURE) {
            gone->item.confidence = MERGE_SURE;
        }
        gone->dropped |= gone->hint && !met;
    }
}

static cpk_status settle_exclusives(struct finding_merge *merge, cpk_error **error)
{
    for (size_t i = 0; i < merge->count; i++) {
        int32_t done = 0;

        if (!merge->entries[i]->item.exclusive || merge->entries[i]->dropped) {
            continue;
        }
        for (size_t k = 0; k < i && !done; k++) {
            done = merge->entries[k]->item.exclusive && !merge->entries[k]->dropped &&
                   merge_is_same_subject(merge->entries[k], merge->entries[i]);
        }
        if (!done) {
            CPK_TRY(settle_subject(merge, i, error));
        }
    }
    return CPK_OK;
}

#define PASSING_CONFIDENCE 450 /* of incidental remarks, which are dropped if their place is a former one */

/* 1 if the remark mentions the place. */
static int32_t is_about(const struct merge_entry *entry, const struct merge_entry *home)
{
    struct word_set place;

    if ((entry->item.confidence > PASSING_CONFIDENCE && strcmp(entry->item.subject, "attribute") != 0) ||
        entry->item.category > FINDING_CONSTRAINT) {
        return 0;
    }
    word_set_read(&place, home->key);
    return place.count > 0 && word_set_within(&place, &entry->words);
}

/* Drops passing remarks and topics about a former home. */
static void drop_former_places(struct finding_merge *merge)
{
    for (size_t k = 0; k < merge->count; k++) {
        struct merge_entry *home = merge->entries[k];

        if (home->item.category != FINDING_IDENTITY || strcmp(home->item.subject, "home") != 0 || home->dropped) {
            continue;
        }
        for (size_t i = 0; i < merge->count; i++) {
            struct merge_entry *other = merge->entries[i];

            if (home->item.superseded && !other->item.superseded && is_about(other, home)) {
                other->dropped = 1;
            } else if (home->item.superseded && other->item.category == FINDING_TOPIC &&
                       strcmp(home->key, other->key) == 0) {
                other->dropped = 1;
            }
        }
    }
}

#define CUT_LEAST_BYTES 10 /* minimum length of a statement after a cut */

/* Removes " in Leeds" or " and Jenkins" from a statement that is true without it. 0 if it is not; -1 without memory. */
static int32_t cut_value(struct finding_merge *merge, struct merge_entry *entry, const char *value)
{
    static const char *const before[] = {" in", " at", " for", " near", " with", " using", " and", ",", " based in"};
    const char *text = entry->item.text;
    const char *at = find_value(text, value);
    size_t length = at == NULL ? 0 : (size_t)(at - text);
    const char *rest = at == NULL ? NULL : at + strlen(value);
    size_t cut = 0;

    if (length < 2 || text[length - 1] != ' ') {
        return 0;
    }
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        size_t size = strlen(before[i]);

        if (length - 1 >= size + CUT_LEAST_BYTES && memcmp(text + length - 1 - size, before[i], size) == 0) {
            cut = length - 1 - size;
        }
    }
    if (cut == 0) {
        return 0;
    }
    buffer_clear(&merge->scratch);
    buffer_append(&merge->scratch, text, cut);
    buffer_append_text(&merge->scratch, rest);
    if (merge->scratch.failed || !merge_replace_text(merge, &entry->item.text, buffer_text(&merge->scratch))) {
        return -1;
    }
    word_set_read(&entry->words, entry->item.text);
    return 1;
}

/* 1 if a newer role or employer is known; then the earlier role ended with its employer. */
static int32_t has_newer_role(const struct finding_merge *merge, const struct merge_entry *role, int64_t since_us)
{
    for (size_t i = 0; i < merge->count; i++) {
        const struct merge_entry *entry = merge->entries[i];

        if (entry != role && !entry->dropped && !entry->item.superseded && entry->item.category == FINDING_IDENTITY &&
            entry->item.last_us >= since_us && entry->item.first_us > role->item.last_us &&
            (strcmp(entry->item.subject, "role") == 0 || strstr(entry->item.text, " as a") != NULL)) {
            return 1;
        }
    }
    return 0;
}

static cpk_status settle_stale(struct finding_merge *merge, struct merge_entry *stale, const struct merge_entry *former,
                               cpk_error **error)
{
    int32_t role = strcmp(stale->item.subject, "role") == 0;
    int32_t place = strcmp(former->item.subject, "employer") != 0;
    int32_t cut = 0;

    if ((place || role) && stale->item.confidence >= MERGE_SURE && strcmp(stale->key, former->key) != 0 &&
        !(role && !place && has_newer_role(merge, stale, former->until_us))) {
        cut = cut_value(merge, stale, former->item.value);
    }
    if (cut < 0) {
        return error_out_of_memory(error);
    }
    if (cut == 0 && stale->item.confidence >= MERGE_SURE) {
        stale->item.superseded = 1;
        stale->item.exclusive = 0;
        stale->until_us = former->until_us;
        stale->item.until_us = former->until_us;
    } else if (cut == 0) {
        stale->dropped = 1;
    }
    return CPK_OK;
}

/* 1 if a current value has the same words as the former one. */
static int32_t is_held_again(const struct finding_merge *merge, const struct merge_entry *former,
                             const struct word_set *value)
{
    struct word_set other;

    for (size_t i = 0; i < merge->count; i++) {
        const struct merge_entry *entry = merge->entries[i];

        if (!entry->dropped && !entry->item.superseded && merge_is_same_subject(entry, former) &&
            entry->item.exclusive) {
            word_set_read(&other, entry->key);
            if (word_set_within(value, &other)) {
                return 1;
            }
        }
    }
    return 0;
}

/* If a home, employer or tool is a former one, older statements that give it as current are superseded, reworded
 * without it, or dropped. */
static cpk_status settle_former(struct finding_merge *merge, cpk_error **error)
{
    static const char *const subjects[] = {"home", "employer", "skill", NULL};
    struct word_set value;

    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *former = merge->entries[i];
        int32_t home = strcmp(former->item.subject, "home") == 0;

        if (!former->item.superseded || former->dropped || !subject_in(former, subjects)) {
            continue;
        }
        word_set_read(&value, former->key);
        if (is_held_again(merge, former, &value)) {
            continue;
        }
        for (size_t k = 0; k < merge->count; k++) {
            struct merge_entry *stale = merge->entries[k];

            if (stale->item.category == FINDING_TOPIC && former->until_us >= stale->item.last_us &&
                strcmp(former->key, stale->key) == 0) {
                stale->dropped = 1;
                continue;
            }
            if (stale->item.last_us > former->until_us || (former->gone && stale->item.last_us == former->until_us) ||
                (home && stale->item.category == FINDING_PROJECT) || !tells_value(stale, former, &value)) {
                continue;
            }
            CPK_TRY(settle_stale(merge, stale, former, error));
        }
    }
    return CPK_OK;
}

#define YEAR_US INT64_C(31536000000000) /* 365 days */

/* 1 if one of the words of the text, in lower case, starts with an entry of the list. */
static int32_t has_start(const char *text, const char *const *starts)
{
    for (const char *at = text; *at != '\0'; at++) {
        for (size_t i = 0; (at == text || !is_letter(at[-1]) || (unsigned char)*at >= 0xE0) && starts[i] != NULL; i++) {
            size_t same = 0;

            while (starts[i][same] != '\0' && (at[same] == starts[i][same] || (at[same] >= 'A' && at[same] <= 'Z' &&
                                                                               (at[same] | 0x20) == starts[i][same]))) {
                same++;
            }
            if (starts[i][same] == '\0') {
                return 1;
            }
        }
    }
    return 0;
}

/* 1 if the statement names a year of training or study, which is over after a year: "a 1st year apprentice". */
static int32_t is_stage(const struct merge_entry *entry)
{
    static const char *const stages[] = {"1st year",
                                         "2nd year",
                                         "3rd year",
                                         "4th year",
                                         "5th year",
                                         "6th year",
                                         "first year",
                                         "second year",
                                         "third year",
                                         "fourth year",
                                         "fifth year",
                                         "final year",
                                         "1st-year",
                                         "2nd-year",
                                         "3rd-year",
                                         "4th-year",
                                         "5th-year",
                                         "first-year",
                                         "second-year",
                                         "third-year",
                                         "fourth-year",
                                         "fifth-year",
                                         "final-year",
                                         "freshman",
                                         "sophomore",
                                         "high school senior",
                                         "semester",
                                         "lehrjahr",
                                         "ausbildungsjahr",
                                         "schuljahr",
                                         "studienjahr",
                                         "klasse",
                                         "klasie",
                                         "klasy",
                                         "roku studi",
                                         "semestr",
                                         "primer año",
                                         "segundo año",
                                         "tercer año",
                                         "cuarto año",
                                         "primeiro ano",
                                         "segundo ano",
                                         "terceiro ano",
                                         "première année",
                                         "deuxième année",
                                         "troisième année",
                                         "primo anno",
                                         "secondo anno",
                                         "terzo anno",
                                         "eerstejaars",
                                         "tweedejaars",
                                         "derdejaars",
                                         "курс",
                                         "大一",
                                         "大二",
                                         "大三",
                                         "大四",
                                         "研一",
                                         "研二",
                                         "研三",
                                         "高一",
                                         "高二",
                                         "高三",
                                         "年生",
                                         "학년",
                                         NULL};
    static const char *const subjects[] = {"role", "education", "attribute", "work", NULL};

    return subject_in(entry, subjects) && has_start(entry->item.text, stages);
}

/* 1 if an own text after the statement has one of the cues. */
static int32_t has_said_since(const struct finding_merge *merge, const struct merge_entry *entry,
                              const char *const *cues)
{
    size_t excerpts = selection_count(merge->excerpts);

    for (size_t i = 0; i < excerpts; i++) {
        int64_t time_us;
        const char *text = selection_text(merge->excerpts, i, &time_us);

        if (time_us != CPK_TIME_UNKNOWN && time_us > entry->item.last_us && has_start(text, cues)) {
            return 1;
        }
    }
    return 0;
}

#define STEM_BYTES 4 /* of a place, whose ending may differ: "Gdynia", "w Gdyni" */

/* 1 if an own text after the statement says that they live in a place, and not in this one. */
static int32_t lives_elsewhere_since(const struct finding_merge *merge, const struct merge_entry *home)
{
    static const char *const lives[] = {
        "mieszkam w ", "mieszkam teraz", "mieszkamy w ", "wynajmuj", "i live in ",
        "we live in ", "ich wohne in ",  "wir wohnen ",  "vivo en ", "vivimos en ",
        "moro em ",    "abito a ",       "j'habite ",    "ik woon ", "Ð¶Ð¸Ð²Ñ Ð² ",
        "yaşıyorum",   "oturuyorum",     "bydlím v ",    NULL};
    char stem[STEM_BYTES * 2 + 1] = {0};
    const char *stems[] = {stem, NULL};
    size_t excerpts = selection_count(merge->excerpts);

    memcpy(stem, home->key, strnlen(home->key, STEM_BYTES));
    for (size_t i = 0; i < excerpts; i++) {
        int64_t time_us;
        const char *text = selection_text(merge->excerpts, i, &time_us);

        if (time_us != CPK_TIME_UNKNOWN && time_us > home->item.last_us && has_start(text, lives) &&
            (stem[0] == '\0' || !has_start(text, stems))) {
            return 1;
        }
    }
    return 0;
}

static int32_t has_moved_since(const struct finding_merge *merge, const struct merge_entry *home)
{
    static const char *const moves[] = {
        "i moved",       "we moved", "moving to", "moving in", "moved in",    "moved to", "moved out",
        "new apartment", "new flat", "new place", "umgezogen", "eingezogen",  "zieh um",  "przeprowadz",
        "wyprowadz",     "wprowadz", "me mudé",   "me mude",   "nos mudamos", "me mudei", "mudamos",
        "déménag",       "emménag",  "trasferit", "verhuisd",  "переехал",    "taşındı",  "tasindi",
        "搬到",          "搬进",     "搬家",      "引っ越",    "이사",        NULL};

    return has_said_since(merge, home, moves) || lives_elsewhere_since(merge, home);
}

/* 1 if an own text after the statement says that they moved house, in words that say nothing else. */
static int32_t has_left_since(const struct finding_merge *merge, const struct merge_entry *home)
{
    static const char *const moves[] = {"moved house",
                                        "moved in with",
                                        "moved into a",
                                        "bin umgezogen",
                                        "sind umgezogen",
                                        "me mudé",
                                        "nos mudamos",
                                        "me mudei",
                                        "a gente mudou",
                                        "j'ai déménagé",
                                        "avons déménagé",
                                        "on a déménagé",
                                        "mi sono trasf",
                                        "ci siamo trasf",
                                        "ik ben verhuisd",
                                        "zijn verhuisd",
                                        "przeprowadziłem",
                                        "przeprowadziłam",
                                        "przeprowadziliśmy",
                                        "переехал",
                                        "taşındım",
                                        "taşındık",
                                        "tasindim",
                                        "tasindik",
                                        "搬家了",
                                        "引っ越しました",
                                        "引っ越した",
                                        "이사했",
                                        NULL};

    return has_said_since(merge, home, moves);
}

/* 1 if an own text after the statement speaks of another job. */
static int32_t has_changed_work_since(const struct finding_merge *merge, const struct merge_entry *work)
{
    static const char *const changes[] = {"new job",
                                          "got the job",
                                          "i quit",
                                          "i resigned",
                                          "got fired",
                                          "laid off",
                                          "redundan",
                                          "retire",
                                          "promot",
                                          "notice period",
                                          "first day",
                                          "i start at",
                                          "i started at",
                                          "my old job",
                                          "neuer job",
                                          "neue stelle",
                                          "neuen job",
                                          "gekündigt",
                                          "kündigung",
                                          "rente",
                                          "ruhestand",
                                          "nuevo trabajo",
                                          "nuevo empleo",
                                          "dejé el",
                                          "renunci",
                                          "me despid",
                                          "jubil",
                                          "novo emprego",
                                          "demiti",
                                          "aposent",
                                          "nouveau travail",
                                          "nouveau boulot",
                                          "démission",
                                          "retraite",
                                          "nuovo lavoro",
                                          "licenzi",
                                          "pensione",
                                          "nieuwe baan",
                                          "ontslag",
                                          "pensioen",
                                          "nowa praca",
                                          "nową pracę",
                                          "zwolni",
                                          "emerytur",
                                          "уволи",
                                          "новая работа",
                                          "новую работу",
                                          "пенси",
                                          "emekli",
                                          "istifa",
                                          "işten",
                                          "yeni iş",
                                          "辞職",
                                          "退職",
                                          "転職",
                                          "辞め",
                                          "离职",
                                          "辞职",
                                          "退休",
                                          "跳槽",
                                          "퇴사",
                                          "이직",
                                          "퇴직",
                                          NULL};

    return has_said_since(merge, work, changes);
}

/* 1 if the statement may well be over a year later: most may. What they are called, where they come from, what they
 * cannot stand for good, and their relatives last; a home or work lasts until they tell of another one. */
static int32_t fades(const struct finding_merge *merge, const struct merge_entry *entry)
{
    static const char *const lasting[] = {"name",   "age",       "birth year", "origin",   "native language",
                                          "speaks", "education", "condition",  "children", NULL};
    static const char *const kin[] = {"mother",   "father",        "mum",      "mom",   "dad",         "sister",
                                      "brother",  "son",           "daughter", "child", "grandmother", "grandfather",
                                      "grandson", "granddaughter", "aunt",     "uncle", NULL};
    static const char *const changing[] = {"years old", "lives in", "pregnant", NULL};

    if (strcmp(entry->item.subject, "home") == 0) {
        return has_moved_since(merge, entry);
    }
    if (strcmp(entry->item.subject, "role") == 0 || strcmp(entry->item.subject, "employer") == 0) {
        return has_changed_work_since(merge, entry);
    }
    if (strcmp(entry->item.subject, "allergy") == 0) {
        return strncmp(entry->item.text, "Allergic", 8) != 0; /* an intolerance may turn out to be something else */
    }
    if (entry->item.category == FINDING_PERSON) {
        return !has_start(entry->item.text, kin) || has_start(entry->item.text, changing);
    }
    return !subject_in(entry, lasting);
}

/* Drops homes after which the person says that they moved, where no newer one is stated. */
static void settle_homes(struct finding_merge *merge)
{
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *entry = merge->entries[i];

        if (!entry->dropped && !entry->gone && !entry->item.superseded && merge_is_statement(&entry->item) &&
            strcmp(entry->item.subject, "home") == 0 && entry->item.last_us != CPK_TIME_UNKNOWN) {
            entry->dropped = has_left_since(merge, entry);
        }
    }
}

/* Drops what is too old to be told as current: a statement that fades, and a year of training, said more than a year
 * before the newest message. Its words are told as an excerpt, with their date. */
static void settle_aged(struct finding_merge *merge)
{
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *entry = merge->entries[i];
        int64_t holds_until_us = time_add(entry->item.last_us, YEAR_US);

        if (entry->dropped || entry->gone || entry->item.superseded || !merge_is_statement(&entry->item) ||
            entry->item.last_us == CPK_TIME_UNKNOWN || merge->last_us == CPK_TIME_UNKNOWN ||
            holds_until_us == CPK_TIME_UNKNOWN || holds_until_us >= merge->last_us) {
            continue;
        }
        entry->dropped = is_stage(entry) || fades(merge, entry);
    }
}

#define AGE_HOLDS_US INT64_C(2678400000000) /* 31 days: later a birthday may have passed */

/* An age is told as what it was then. */
static cpk_status settle_age(struct finding_merge *merge, cpk_error **error)
{
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *entry = merge->entries[i];
        int64_t holds_until_us = time_add(entry->item.last_us, AGE_HOLDS_US);

        if (entry->dropped || strcmp(entry->item.subject, "age") != 0 || strncmp(entry->item.text, "Is ", 3) != 0 ||
            entry->item.last_us == CPK_TIME_UNKNOWN || merge->last_us == CPK_TIME_UNKNOWN ||
            holds_until_us == CPK_TIME_UNKNOWN || holds_until_us >= merge->last_us) {
            continue;
        }
        buffer_clear(&merge->scratch);
        buffer_append_text(&merge->scratch, "Was ");
        buffer_append_text(&merge->scratch, entry->item.text + 3);
        if (merge->scratch.failed || !merge_replace_text(merge, &entry->item.text, buffer_text(&merge->scratch))) {
            return error_out_of_memory(error);
        }
    }
    return CPK_OK;
}

/* What was true until a time before the newest message is over. */
static void settle_expired(struct finding_merge *merge)
{
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *entry = merge->entries[i];

        if (merge_is_statement(&entry->item) && entry->item.until_us != CPK_TIME_UNKNOWN &&
            entry->item.until_us < merge->last_us) {
            entry->until_us = entry->item.until_us;
            entry->item.superseded = 1;
            entry->item.exclusive = 0;
        }
    }
}

/* A person or pet that is no longer part of their life: what was said of them before is not told. */
static void settle_people(struct finding_merge *merge)
{
    for (size_t i = 0; i < merge->count; i++) {
        const struct merge_entry *gone = merge->entries[i];

        if (!gone->gone || gone->dropped || gone->item.category != FINDING_PERSON) {
            continue;
        }
        for (size_t k = 0; k < merge->count; k++) {
            struct merge_entry *said = merge->entries[k];

            if (!said->gone && !said->item.superseded && merge_is_same_subject(said, gone) &&
                said->item.last_us <= gone->until_us) {
                said->dropped = 1; /* that they are gone says enough */
            }
        }
    }
}

/* Words that say that something was reached: "passed B2", "Prüfung bestanden". */
static const char *const completions[] = {
    "passed finished completed achieved reached done graduated launched ran got made bought won published submitted",
    "bestanden geschafft erreicht fertig abgeschlossen aprobado aprobe logrado logre conseguido terminado terminei",
    "consegui passei reussi obtenu termine acheve superato finito raggiunto gehaald geslaagd zdane zdalem skonczone",
};
#define COMPLETION_SETS (sizeof completions / sizeof completions[0])

/* A text that says that something was reached. */
struct completion {
    struct word_set words;
    int64_t time_us;
};

static int32_t read_completion(const struct word_set cues[COMPLETION_SETS], const char *text, int64_t time_us,
                               struct completion *completion)
{
    word_set_read(&completion->words, text);
    completion->time_us = time_us;
    for (size_t i = 0; i < COMPLETION_SETS; i++) {
        if (word_set_shared(&completion->words, &cues[i]) > 0) {
            return 1;
        }
    }
    return 0;
}

/* Collects the events and excerpts that say so. Returns their number. */
static size_t find_completions(const struct finding_merge *merge, struct completion *found)
{
    struct word_set cues[COMPLETION_SETS];
    size_t excerpts = selection_count(merge->excerpts);
    size_t count = 0;

    for (size_t i = 0; i < COMPLETION_SETS; i++) {
        word_set_read(&cues[i], completions[i]);
    }
    for (size_t i = 0; i < merge->count; i++) {
        const struct finding *item = &merge->entries[i]->item;

        count += item->category == FINDING_EVENT && !merge->entries[i]->dropped &&
                 read_completion(cues, item->text, item->last_us, &found[count]);
    }
    for (size_t i = 0; i < excerpts; i++) {
        int64_t time_us;
        const char *text = selection_text(merge->excerpts, i, &time_us);

        count += (size_t)read_completion(cues, text, time_us, &found[count]);
    }
    return count;
}

/* Ends a goal with the first later text that says that it was reached: half of its words are in it. */
static void end_goal(struct merge_entry *goal, const struct completion *found, size_t count)
{
    struct word_set wanted;

    word_set_read(&wanted, goal->item.value[0] != '\0' ? goal->item.value : goal->item.text);
    for (size_t i = 0; i < count; i++) {
        size_t shared = word_set_shared(&wanted, &found[i].words);

        if (found[i].time_us > goal->item.last_us && shared > 0 && shared * 2 >= wanted.count &&
            (!goal->item.superseded || found[i].time_us < goal->item.until_us)) {
            goal->item.superseded = 1;
            goal->until_us = found[i].time_us;
            goal->item.until_us = goal->until_us;
        }
    }
}

static cpk_status settle_goals(struct finding_merge *merge, cpk_error **error)
{
    size_t capacity = merge->count + selection_count(merge->excerpts) + 1;
    struct completion *found = memory_allocate_array(&merge->allocator, capacity, sizeof *found);
    size_t count;

    if (found == NULL) {
        return error_out_of_memory(error);
    }
    count = find_completions(merge, found);
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *goal = merge->entries[i];

        if (goal->item.category == FINDING_GOAL && !goal->dropped && !goal->item.superseded) {
            end_goal(goal, found, count);
        }
    }
    memory_release_array(&merge->allocator, found, capacity, sizeof *found);
    return CPK_OK;
}

#define MOVE_WITHIN_US INT64_C(5184000000000) /* 60 days: a move without a date has happened by then */

/* The newest statement of a home after `since_us`; NULL if there is none. */
static const struct merge_entry *home_since(const struct finding_merge *merge, int64_t since_us)
{
    const struct merge_entry *newest = NULL;

    for (size_t i = 0; i < merge->count; i++) {
        const struct merge_entry *entry = merge->entries[i];

        if (entry->item.category == FINDING_IDENTITY && strcmp(entry->item.subject, "home") == 0 && !entry->gone &&
            !entry->dropped && entry->item.last_us > since_us &&
            (newest == NULL || entry->item.last_us > newest->item.last_us)) {
            newest = entry;
        }
    }
    return newest;
}

/* A planned move whose date has passed gives the home, unless a newer statement does. */
static cpk_status settle_moves(struct finding_merge *merge, cpk_error **error)
{
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *move = merge->entries[i];
        int64_t due_us = move->item.until_us != CPK_TIME_UNKNOWN ? move->item.until_us
                                                                 : time_add(move->item.last_us, MOVE_WITHIN_US);
        const struct merge_entry *home;

        if (move->item.category != FINDING_GOAL || strcmp(move->item.subject, "move") != 0 || move->dropped ||
            due_us == CPK_TIME_UNKNOWN || due_us >= merge->last_us) {
            continue;
        }
        home = home_since(merge, move->item.last_us);
        if (home != NULL) {
            move->dropped = strcmp(home->key, move->key) == 0;
            continue;
        }
        buffer_clear(&merge->scratch);
        buffer_append_text(&merge->scratch, "Lives in ");
        buffer_append_text(&merge->scratch, move->item.value);
        if (merge->scratch.failed || !merge_replace_text(merge, &move->item.text, buffer_text(&merge->scratch)) ||
            !merge_replace_text(merge, &move->item.subject, "home")) {
            return error_out_of_memory(error);
        }
        move->item.category = FINDING_IDENTITY;
        move->item.exclusive = 1;
        move->item.until_us = CPK_TIME_UNKNOWN;
    }
    return CPK_OK;
}

cpk_status current_settle_changes(struct finding_merge *merge, cpk_error **error)
{
    CPK_TRY(settle_moves(merge, error));
    settle_endings(merge);
    return CPK_OK;
}

cpk_status current_settle_values(struct finding_merge *merge, cpk_error **error)
{
    settle_expired(merge);
    CPK_TRY(settle_exclusives(merge, error));
    settle_homes(merge);
    settle_aged(merge);
    CPK_TRY(settle_age(merge, error));
    drop_former_places(merge);
    CPK_TRY(settle_former(merge, error));
    settle_people(merge);
    return settle_goals(merge, error);
}

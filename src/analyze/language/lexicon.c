#include "analyze/language/lexicon.h"

#include "base/hash.h"

#include <string.h>

#define LEXICON_SLOTS      8192 /* a power of two, more than twice the words below */
#define LEXICON_WORD_BYTES 32

#define VERB_CLASSES                                                                                                   \
    (LEX_LIVE | LEX_MOVE | LEX_WORK | LEX_JOIN | LEX_LEAVE | LEX_STUDY | LEX_BUILD | LEX_USE | LEX_LIKE |              \
     LEX_DISLIKE | LEX_GOAL | LEX_AVOID | LEX_LIFE | LEX_OWN | LEX_HABIT | LEX_MENTAL | LEX_REQUEST)

struct lexicon_list {
    uint64_t classes;
    const char *words; /* separated by spaces */
};

static const struct lexicon_list lists[] = {
#include "analyze/language/lexicon.def"
};

/* Irregular forms of verbs: form:base. */
static const char irregular[] =
    "was:be were:be been:be am:be are:be is:be being:be had:have has:have having:have did:do done:do does:do doing:do "
    "went:go gone:go "
    "got:get gotten:get grew:grow grown:grow bought:buy brought:bring taught:teach thought:think caught:catch "
    "sought:seek fought:fight built:build sent:send spent:spend lent:lend left:leave felt:feel kept:keep slept:sleep "
    "met:meet led:lead fed:feed ran:run began:begin begun:begin drank:drink drunk:drink sang:sing sung:sing swam:swim "
    "swum:swim rang:ring wrote:write written:write drove:drive driven:drive rode:ride ridden:ride rose:rise "
    "spoke:speak spoken:speak broke:break broken:break chose:choose chosen:choose froze:freeze stole:steal woke:wake "
    "wore:wear worn:wear tore:tear torn:tear bore:bear born:bear swore:swear knew:know known:know threw:throw "
    "thrown:throw flew:fly flown:fly drew:draw drawn:draw saw:see seen:see took:take taken:take gave:give given:give "
    "came:come became:become ate:eat eaten:eat fell:fall fallen:fall forgot:forget forgotten:forget hid:hide "
    "won:win lost:lose sold:sell told:tell said:say paid:pay laid:lay made:make heard:hear held:hold found:find "
    "understood:understand stood:stand sat:sit lit:light meant:mean dealt:deal learnt:learn dreamt:dream shot:shoot "
    "stuck:stick struck:strike hung:hang dug:dig spun:spin shook:shake fled:flee bred:breed bent:bend wed:wed "
    "gonna:go wanna:want studying:study living:live using:use dying:die lying:lie tying:tie planned:plan "
    "founded:establish underwent:undergo rebuilt:rebuild rewrote:rewrite rewritten:rewrite withdrew:withdraw quit:quit "
    "put:put "
    "set:set cut:cut hit:hit let:let hurt:hurt split:split bet:bet shut:shut cost:cost";

struct lexicon_entry {
    const char *text; /* NULL for an empty slot; NUL-terminated unless it is an irregular form */
    size_t length;
    uint64_t classes;
    const char *base; /* of an irregular form, NUL-terminated; NULL for a listed word */
};

struct lexicon {
    struct lexicon_entry entries[LEXICON_SLOTS];
};

static struct lexicon_entry *entry_slot(const struct lexicon *lexicon, const char *key, size_t length)
{
    size_t slot = (size_t)hash_bytes(0, key, length) & (LEXICON_SLOTS - 1);
    struct lexicon_entry *entries = (struct lexicon_entry *)lexicon->entries;

    while (entries[slot].text != NULL &&
           (entries[slot].length != length || memcmp(entries[slot].text, key, length) != 0)) {
        slot = (slot + 1) & (LEXICON_SLOTS - 1);
    }
    return &entries[slot];
}

static int32_t add_list(struct lexicon *lexicon, struct arena *arena, const struct lexicon_list *list)
{
    const char *at = list->words;

    while (*at != '\0') {
        size_t length = strcspn(at, " ");
        struct lexicon_entry *entry = entry_slot(lexicon, at, length);

        if (entry->text == NULL) {
            entry->text = arena_copy_bytes(arena, at, length);
            entry->length = length;
        }
        if (entry->text == NULL) {
            return 0;
        }
        entry->classes |= list->classes | ((list->classes & VERB_CLASSES) != 0 ? LEX_VERB : 0);
        at += length;
        at += strspn(at, " ");
    }
    return 1;
}

static int32_t add_irregular(struct lexicon *lexicon, struct arena *arena)
{
    const char *at = irregular;

    while (*at != '\0') {
        size_t form_length = strcspn(at, ":");
        const char *base = at + form_length + 1;
        size_t base_length = strcspn(base, " ");
        struct lexicon_entry *entry = entry_slot(lexicon, at, form_length);

        entry->text = at;
        entry->length = form_length;
        entry->base = arena_copy_bytes(arena, base, base_length);
        if (entry->base == NULL) {
            return 0;
        }
        at = base + base_length;
        at += strspn(at, " ");
    }
    return 1;
}

struct lexicon *lexicon_create(struct arena *arena)
{
    struct lexicon *created = arena_allocate_zeroed(arena, 1, sizeof *created);

    if (created == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (!add_list(created, arena, &lists[i])) {
            return NULL;
        }
    }
    return add_irregular(created, arena) ? created : NULL;
}

/* Looks up stem + ending as a listed word of the given classes. */
static const struct lexicon_entry *find_stem(const struct lexicon *lexicon, const char *key, size_t stem_length,
                                             const char *ending, uint64_t wanted)
{
    char text[LEXICON_WORD_BYTES];
    size_t ending_length = strlen(ending);
    const struct lexicon_entry *entry;

    if (stem_length < 2 || stem_length + ending_length >= sizeof text) {
        return NULL;
    }
    memcpy(text, key, stem_length);
    memcpy(text + stem_length, ending, ending_length);
    entry = entry_slot(lexicon, text, stem_length + ending_length);
    return entry->text != NULL && entry->base == NULL && (entry->classes & wanted) != 0 ? entry : NULL;
}

static int32_t ends_with(const char *key, size_t length, const char *ending)
{
    size_t ending_length = strlen(ending);

    return length > ending_length && memcmp(key + length - ending_length, ending, ending_length) == 0;
}

/* Looks up a regular form without its ending: "planning", "living", "building" give plan, live, build. */
static const struct lexicon_entry *find_regular(const struct lexicon *lexicon, const char *key, size_t length,
                                                size_t ending_length)
{
    size_t stem = length - ending_length;
    const struct lexicon_entry *entry = find_stem(lexicon, key, stem, "", LEX_VERB);

    if (entry == NULL) {
        entry = find_stem(lexicon, key, stem, "e", LEX_VERB);
    }
    if (entry == NULL && stem > 2 && key[stem - 1] == key[stem - 2]) {
        entry = find_stem(lexicon, key, stem - 1, "", LEX_VERB);
    }
    if (entry == NULL && stem > 2 && key[stem - 1] == 'i') {
        entry = find_stem(lexicon, key, stem - 1, "y", LEX_VERB);
    }
    return entry;
}

#define NOUN_CLASSES                                                                                                   \
    (LEX_FAMILY | LEX_RELATIVE | LEX_ACQUAINTANCE | LEX_PET | LEX_PROJECT | LEX_CONTENT | LEX_CONDITION |              \
     LEX_EPHEMERAL | LEX_ANSWER | LEX_EDUCATION | LEX_FICTION | LEX_JOB | LEX_AIM | LEX_LIMIT | LEX_DURATION |         \
     LEX_ATTRIBUTE | LEX_VERB | LEX_DEMONYM)

static const struct lexicon_entry *find_plural(const struct lexicon *lexicon, const char *key, size_t length)
{
    const struct lexicon_entry *entry = NULL;

    if (!ends_with(key, length, "s") || ends_with(key, length, "ss")) {
        return NULL;
    }
    entry = find_stem(lexicon, key, length - 1, "", NOUN_CLASSES);
    if (entry == NULL && ends_with(key, length, "ies")) {
        entry = find_stem(lexicon, key, length - 3, "y", NOUN_CLASSES);
    }
    if (entry == NULL && ends_with(key, length, "ves")) {
        entry = find_stem(lexicon, key, length - 3, "fe", NOUN_CLASSES);
    }
    if (entry == NULL && ends_with(key, length, "es")) {
        entry = find_stem(lexicon, key, length - 2, "", NOUN_CLASSES);
    }
    return entry;
}

struct lexicon_word lexicon_find(const struct lexicon *lexicon, const char *key, size_t length)
{
    struct lexicon_word word = {0, FORM_BASE, ""};
    const struct lexicon_entry *entry = entry_slot(lexicon, key, length);

    if (entry->text != NULL && entry->base != NULL) { /* an irregular form, which may also be a listed word */
        const struct lexicon_entry *base = entry_slot(lexicon, entry->base, strlen(entry->base));

        word.classes = entry->classes | LEX_VERB | (base->text == NULL ? 0 : base->classes & ~LEX_STOP);
        word.base = entry->base;
        word.form = ends_with(key, length, "ing")                                    ? FORM_ING
                    : strcmp(entry->base, key) == 0 || ends_with(key, length, "nna") ? FORM_BASE
                                                                                     : FORM_PAST;
        return word;
    }
    if (entry->text != NULL) {
        word.classes = entry->classes;
        word.base = entry->text;
    }
    if ((word.classes & LEX_VERB) != 0) {
        return word;
    }
    if (ends_with(key, length, "ing") && length > 4) {
        entry = find_regular(lexicon, key, length, 3);
        word.form = FORM_ING;
    } else if (ends_with(key, length, "ed") && length > 3) {
        entry = find_regular(lexicon, key, length, 2);
        word.form = FORM_PAST;
    } else {
        entry = find_plural(lexicon, key, length);
        word.form = FORM_S;
    }
    if (entry != NULL) {
        word.classes |= entry->classes & ~(LEX_STOP | (word.form == FORM_S ? 0 : NOUN_CLASSES & ~LEX_VERB));
        word.base = entry->text;
    } else {
        word.form = FORM_BASE;
    }
    return word;
}

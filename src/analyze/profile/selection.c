#include "analyze/profile/selection.h"

#include "analyze/language/language.h"
#include "analyze/language/words.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

#define KEPT_MAX         10000 /* excerpts that take part in the selection */
#define HELD_MAX         14000 /* excerpts in memory; then the least telling are dropped */
#define WORDS_PER_ITEM   96
#define CHOSEN_MAX       3000 /* chosen one by one; the rest follows by confidence */
#define WORD_BYTES_LEAST 3    /* with the mark after it; of a character of a script without spaces */
#define PAIR_CHARS       2    /* of scripts without spaces */

/* Points of relevance, beside the confidence of an excerpt, which is from 0 to 1000. */
#define POINTS_RECENT         120 /* the newest message; the oldest gets none */
#define POINTS_RARE           220 /* words that no other excerpt has */
#define RARE_WORDS            6
#define COST_SIMILAR          420 /* the same words as one chosen before */
#define COST_OUTDATED         150 /* similar to a newer one that was chosen */
#define COST_FORMULA          70  /* for each similar excerpt of another conversation, at most FORMULA_MAX of them */
#define FORMULA_MAX           5
#define CONFIDENCE_CLEAR      550 /* of an excerpt that is about the person however often it is said */
#define SIMILAR_FORMULA       600 /* thousandths of shared words, all counting alike */
#define FORMULA_WORD_MAX      400 /* words in more excerpts are not compared for formulas */
#define FREQUENT_PART         8   /* words in more than one in so many excerpts tell no similarity */
#define COST_LENGTH           5   /* for each ten bytes beyond LENGTH_FREE */
#define LENGTH_FREE           90
#define COST_CONVERSATION     28 /* for each one chosen from its conversation, up to COST_CONVERSATION_MAX */
#define COST_CONVERSATION_MAX 112
#define SIMILAR_OUTDATED      500 /* thousandths of shared words from which a newer text replaces an older one */
#define SIMILAR_SAME          820 /* from which it adds nothing */

struct candidate {
    struct finding item; /* owns its text; the evidence is below */
    struct finding_evidence evidence;
    uint64_t conversation;
    enum language language;
    const uint32_t *words; /* while finishing: numbers of its distinct words, in the index */
    size_t word_count;
    int64_t weight;    /* sum of the rarity of its words */
    int64_t relevance; /* without costs */
    int64_t worth;     /* its confidence alone, before others are chosen */
    int64_t similar;   /* thousandths of words shared with a chosen one */
    int64_t cost;
    int32_t is_done; /* chosen, or adds nothing */
};

#define VALUE_DONE   INT64_MIN
#define BLOCK        64 /* items whose best is remembered */
#define BEST_UNKNOWN SIZE_MAX

struct talk_item {
    uint64_t conversation;
    size_t item;
};

struct selection {
    cpk_allocator allocator;
    struct candidate *items;
    size_t count;
    size_t capacity;
};

cpk_status selection_create(const cpk_allocator *allocator, struct selection **selection, cpk_error **error)
{
    *selection = memory_allocate_zeroed(allocator, sizeof **selection);
    if (*selection == NULL) {
        return error_out_of_memory(error);
    }
    (*selection)->allocator = *allocator;
    return CPK_OK;
}

static void release_candidate(const cpk_allocator *allocator, struct candidate *item)
{
    memory_release_text(allocator, (char *)item->item.text);
    memory_release_text(allocator, (char *)item->evidence.provider);
    memory_release_text(allocator, (char *)item->evidence.conversation_id);
    memory_release_text(allocator, (char *)item->evidence.conversation_title);
    memory_release_text(allocator, (char *)item->evidence.message_id);
}

void selection_free(struct selection *selection)
{
    cpk_allocator allocator;

    if (selection == NULL) {
        return;
    }
    allocator = selection->allocator;
    for (size_t i = 0; i < selection->count; i++) {
        release_candidate(&allocator, &selection->items[i]);
    }
    memory_release_array(&allocator, selection->items, selection->capacity, sizeof *selection->items);
    memory_release(&allocator, selection, sizeof *selection);
}

static int compare_numbers(int64_t left, int64_t right)
{
    return (left > right) - (left < right);
}

/* Most telling first; the other fields make the order total. */
static int compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    int order = compare_numbers(b->item.confidence, a->item.confidence);

    order = order != 0 ? order : compare_numbers(b->item.last_us, a->item.last_us);
    order = order != 0 ? order : strcmp(a->item.text, b->item.text);
    order = order != 0 ? order : strcmp(a->evidence.conversation_id, b->evidence.conversation_id);
    order = order != 0 ? order : strcmp(a->evidence.message_id, b->evidence.message_id);
    order = order != 0 ? order : (int)a->language - (int)b->language;
    return order != 0 ? order : strcmp(a->evidence.provider, b->evidence.provider);
}

static int32_t is_same(const struct candidate *a, const struct candidate *b)
{
    return compare_candidates(a, b) == 0;
}

/* Sorts, drops exact repetitions and what is beyond `limit`. */
static void keep_best(struct selection *selection, size_t limit)
{
    size_t kept = 0;

    if (selection->count > 1) {
        qsort(selection->items, selection->count, sizeof *selection->items, compare_candidates);
    }
    for (size_t i = 0; i < selection->count; i++) {
        if (kept < limit && (kept == 0 || !is_same(&selection->items[kept - 1], &selection->items[i]))) {
            selection->items[kept++] = selection->items[i];
        } else {
            release_candidate(&selection->allocator, &selection->items[i]);
        }
    }
    selection->count = kept;
}

static int32_t copy_candidate(const cpk_allocator *allocator, const struct finding *excerpt, struct candidate *item)
{
    static const struct finding_evidence none = {"", "", "", "", CPK_TIME_UNKNOWN, ""};
    const struct finding_evidence *from = excerpt->evidence_count > 0 ? &excerpt->evidence[0] : &none;

    memset(item, 0, sizeof *item);
    item->item = *excerpt;
    item->language = language_find(excerpt->subject);
    item->item.subject = language_code(item->language);
    item->item.value = "";
    item->item.text = memory_copy_text(allocator, excerpt->text);
    item->evidence.provider = memory_copy_text(allocator, from->provider);
    item->evidence.conversation_id = memory_copy_text(allocator, from->conversation_id);
    item->evidence.conversation_title = memory_copy_text(allocator, from->conversation_title);
    item->evidence.message_id = memory_copy_text(allocator, from->message_id);
    item->evidence.time_us = from->time_us;
    item->evidence.quote = "";
    item->conversation = hash_bytes(hash_bytes(0, from->provider, strlen(from->provider) + 1), from->conversation_id,
                                    strlen(from->conversation_id));
    if (item->item.text != NULL && item->evidence.provider != NULL && item->evidence.conversation_id != NULL &&
        item->evidence.conversation_title != NULL && item->evidence.message_id != NULL) {
        return 1;
    }
    release_candidate(allocator, item);
    return 0;
}

cpk_status selection_add(struct selection *selection, const struct finding *excerpt, cpk_error **error)
{
    if (selection->count == HELD_MAX) {
        keep_best(selection, KEPT_MAX);
    }
    if (selection->count == selection->capacity) {
        size_t capacity = selection->capacity == 0 ? 64 : selection->capacity * 2;
        struct candidate *items =
            memory_resize_array(&selection->allocator, selection->items, selection->capacity, capacity, sizeof *items);

        if (items == NULL) {
            return error_out_of_memory(error);
        }
        selection->items = items;
        selection->capacity = capacity;
    }
    if (!copy_candidate(&selection->allocator, excerpt, &selection->items[selection->count])) {
        return error_out_of_memory(error);
    }
    selection->count++;
    return CPK_OK;
}

static cpk_status write_item(const struct candidate *item, struct finding_set *result, cpk_error **error)
{
    struct finding written = item->item;

    written.evidence = &item->evidence;
    written.evidence_count = 1;
    return finding_set_add(result, &written) == NULL ? error_out_of_memory(error) : CPK_OK;
}

cpk_status selection_collect(struct selection *selection, size_t max_count, struct finding_set *result,
                             cpk_error **error)
{
    keep_best(selection, KEPT_MAX);
    for (size_t i = 0; i < selection->count && i < max_count; i++) {
        CPK_TRY(write_item(&selection->items[i], result, error));
    }
    return CPK_OK;
}

size_t selection_count(const struct selection *selection)
{
    return selection->count;
}

const char *selection_text(const struct selection *selection, size_t index, int64_t *time_us)
{
    *time_us = selection->items[index].item.last_us;
    return selection->items[index].item.text;
}

/* --- words and their rarity --- */

/* A distinct word. */
struct index_word {
    uint64_t hash;
    int32_t rarity;
    uint32_t start; /* of its items */
    uint32_t end;
    uint32_t last_item; /* number + 1 of the last one, while words are read */
};

/* The words of all excerpts, each with the excerpts that have it. */
struct word_index {
    struct arena arena;
    struct index_word *words;
    size_t word_count;
    uint32_t *slots; /* hash table of number + 1 */
    size_t slot_mask;
    uint32_t *numbers; /* the words of each excerpt, one excerpt after another */
    size_t number_count;
    uint32_t *items; /* the excerpts of each word, ascending */
};

/* Adds a word to the excerpt that is read, once. */
static void add_word(struct word_index *index, uint64_t hash, uint32_t item)
{
    size_t slot = (size_t)hash & index->slot_mask;
    struct index_word *word;

    while (index->slots[slot] != 0 && index->words[index->slots[slot] - 1].hash != hash) {
        slot = (slot + 1) & index->slot_mask;
    }
    if (index->slots[slot] == 0) {
        index->words[index->word_count].hash = hash;
        index->word_count++;
        index->slots[slot] = (uint32_t)index->word_count;
    }
    word = &index->words[index->slots[slot] - 1];
    if (word->last_item != item + 1) {
        word->last_item = item + 1;
        word->end++; /* their number, until they are spread */
        index->numbers[index->number_count++] = index->slots[slot] - 1;
    }
}

/* Reads the words of a text, at most WORDS_PER_ITEM: words in lower case, pairs of characters of scripts without
 * spaces. */
static void read_words(struct word_index *index, const char *text, uint32_t item)
{
    size_t length = strlen(text);
    size_t words = 0;
    uint64_t hash = 0;
    size_t used = 0;
    uint32_t before = 0;

    for (size_t at = 0; at <= length && words < WORDS_PER_ITEM;) {
        uint32_t c;
        size_t size = code_point_read(text, at, length, &c);
        int32_t wide = code_point_is_wide(c);

        if (code_point_is_word(c) && !wide) {
            uint32_t lower = code_point_lower(c);

            hash = hash_bytes(hash, (const char *)&lower, sizeof lower);
            used++;
        } else if (used > 0) {
            if (used > 1) {
                add_word(index, hash, item);
                words++;
            }
            hash = 0;
            used = 0;
        }
        if (wide && before != 0 && words < WORDS_PER_ITEM) {
            uint32_t pair[PAIR_CHARS] = {before, c};

            add_word(index, hash_bytes(1, (const char *)pair, sizeof pair), item);
            words++;
        }
        before = wide ? c : 0;
        at += size;
    }
}

/* 16 x log2(value), rounded down between powers of two by a straight line. */
static int64_t log2_sixteenths(uint64_t value)
{
    int32_t whole = 63 - __builtin_clzll(value | 1);

    return (int64_t)whole * 16 + (int64_t)(((value << 4) >> whole) & 15);
}

static int32_t allocate_index(const struct selection *selection, struct word_index *index)
{
    size_t most = 0;
    size_t slots = 16;

    memset(index, 0, sizeof *index);
    arena_init(&index->arena, &selection->allocator);
    for (size_t i = 0; i < selection->count; i++) {
        size_t words = strlen(selection->items[i].item.text) / WORD_BYTES_LEAST + 1;

        most += words < WORDS_PER_ITEM ? words : WORDS_PER_ITEM;
    }
    while (slots < most * 2) {
        slots *= 2;
    }
    index->slot_mask = slots - 1;
    index->words = arena_allocate_zeroed(&index->arena, most, sizeof *index->words);
    index->slots = arena_allocate_zeroed(&index->arena, slots, sizeof *index->slots);
    index->numbers = arena_allocate_zeroed(&index->arena, most, sizeof *index->numbers);
    index->items = arena_allocate_zeroed(&index->arena, most, sizeof *index->items);
    return index->words != NULL && index->slots != NULL && index->numbers != NULL && index->items != NULL;
}

/* Reads the words of all excerpts. */
static void build_index(struct selection *selection, struct word_index *index)
{
    uint32_t start = 0;

    for (size_t i = 0; i < selection->count; i++) {
        struct candidate *item = &selection->items[i];

        item->words = &index->numbers[index->number_count];
        read_words(index, item->item.text, (uint32_t)i);
        item->word_count = (size_t)(&index->numbers[index->number_count] - item->words);
    }
    for (size_t i = 0; i < index->word_count; i++) {
        struct index_word *word = &index->words[i];

        word->rarity = (int32_t)(log2_sixteenths(selection->count) - log2_sixteenths(word->end));
        word->start = start;
        start += word->end;
        word->end = word->start;
    }
    for (size_t i = 0; i < selection->count; i++) {
        struct candidate *item = &selection->items[i];

        for (size_t k = 0; k < item->word_count; k++) {
            struct index_word *word = &index->words[item->words[k]];

            index->items[word->end++] = (uint32_t)i;
            item->weight += word->rarity;
        }
    }
}

/* --- choosing --- */

/* Mean rarity of the rarest words, in thousandths of the highest one possible. */
static int64_t measure_rarity(const struct candidate *item, const struct word_index *index, size_t count)
{
    int64_t best[RARE_WORDS] = {0};
    int64_t most = log2_sixteenths(count);
    int64_t sum = 0;

    for (size_t i = 0; i < item->word_count; i++) {
        int64_t rarity = index->words[item->words[i]].rarity;

        for (size_t k = 0; k < RARE_WORDS; k++) {
            if (rarity > best[k]) {
                int64_t moved = best[k];

                best[k] = rarity;
                rarity = moved;
            }
        }
    }
    for (size_t k = 0; k < RARE_WORDS; k++) {
        sum += best[k];
    }
    return most == 0 ? 0 : sum * 1000 / (most * RARE_WORDS);
}

/* A longer excerpt takes the place of others. */
static int64_t measure_length(const char *text)
{
    size_t length = strlen(text);

    return length <= LENGTH_FREE ? 0 : (int64_t)(length - LENGTH_FREE) * COST_LENGTH / 10;
}

#define CONFIDENCE_EVEN 300 /* as many excerpts with it tell of the person as do not, if the two are equally many */
#define TELLING_RIGHT   850 /* thousandths of the telling excerpts that have more */
#define TELLING_WRONG   60  /* and of the others */
#define SHARE_LEAST     20  /* thousandths of telling excerpts that are assumed at least, and at most */
#define SHARE_MOST      950
#define SHARE_USUAL     500
#define SHARE_ITEMS     8 /* so many are taken to be there, with the usual share */

#define FOREIGN_ITEMS   4 /* assumed not to tell, in each language */
#define FOREIGN_FEWER   3 /* times fewer telling excerpts than in the person's own language */
#define COST_FOREIGN    120

/* How often excerpts tell of the person, in the whole history and in each language. */
struct frequency {
    int64_t points; /* to raise the confidence of each excerpt by, or lower it; a hundred are a factor of e */
    int64_t by_language[LANGUAGE_COUNT];
};

struct share {
    int64_t above; /* excerpts with more than CONFIDENCE_EVEN */
    int64_t count;
};

/* The points for `share`, with SHARE_ITEMS more excerpts of which `usual` thousandths are above. */
static int64_t measure_share(struct share share, int64_t usual)
{
    int64_t telling = (share.above * 1000 + usual * SHARE_ITEMS) / (share.count + SHARE_ITEMS);

    telling = (telling - TELLING_WRONG) * 1000 / (TELLING_RIGHT - TELLING_WRONG);
    telling = telling < SHARE_LEAST ? SHARE_LEAST : telling > SHARE_MOST ? SHARE_MOST : telling;
    return (log2_sixteenths((uint64_t)telling << 10) - log2_sixteenths((uint64_t)(1000 - telling) << 10)) * 693 / 160;
}

/* Thousandths of the excerpts that tell of the person, a few that do not assumed. */
static int64_t telling_part(struct share share)
{
    return share.above * 1000 / (share.count + FOREIGN_ITEMS);
}

/* A language in which much fewer excerpts tell of the person than in their own is that of errands. */
static void lower_foreign(const struct share shares[LANGUAGE_COUNT], struct frequency *frequency)
{
    size_t own = 0;

    for (size_t i = 1; i < LANGUAGE_COUNT; i++) {
        own = shares[i].above > shares[own].above ? i : own;
    }
    for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
        if (telling_part(shares[i]) * FOREIGN_FEWER < telling_part(shares[own])) {
            frequency->by_language[i] -= COST_FOREIGN;
        }
    }
}

/* Where telling excerpts are frequent, one that looks a little personal is likely to be so; among a thousand errands,
 * or in a language in which there is nothing else, it is most likely another errand. */
static void measure_frequency(const struct selection *selection, struct frequency *frequency)
{
    struct share shares[LANGUAGE_COUNT] = {{0, 0}};
    struct share all = {0, 0};

    for (size_t i = 0; i < selection->count; i++) {
        struct share *share = &shares[selection->items[i].language];
        int32_t is_above = selection->items[i].item.confidence > CONFIDENCE_EVEN;

        share->above += is_above;
        share->count++;
        all.above += is_above;
        all.count++;
    }
    frequency->points = measure_share(all, SHARE_USUAL);
    for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
        frequency->by_language[i] =
            measure_share(shares[i], (all.above * 1000 + SHARE_USUAL * SHARE_ITEMS) / (all.count + SHARE_ITEMS));
    }
    lower_foreign(shares, frequency);
}

static void measure_relevance(struct selection *selection, const struct word_index *index,
                              const struct frequency *frequency, int64_t first_us, int64_t last_us)
{
    int64_t span_ms = last_us != CPK_TIME_UNKNOWN ? time_between(first_us, last_us) / 1000 : 0;

    for (size_t i = 0; i < selection->count; i++) {
        struct candidate *item = &selection->items[i];
        int64_t age_ms = item->item.last_us == CPK_TIME_UNKNOWN ? 0 : time_between(first_us, item->item.last_us) / 1000;

        age_ms = age_ms < 0 ? 0 : age_ms > span_ms ? span_ms : age_ms;
        item->relevance = item->item.confidence + frequency->by_language[item->language] - frequency->points;
        item->relevance += span_ms > 0 ? age_ms / 1000 * POINTS_RECENT / (span_ms / 1000 + 1) : 0;
        item->relevance -= measure_length(item->item.text);
        item->relevance += measure_rarity(item, index, selection->count) * POINTS_RARE / 1000;
    }
}

static int64_t value_of(const struct candidate *item)
{
    return item->is_done ? VALUE_DONE : item->relevance - item->similar * COST_SIMILAR / 1000 - item->cost;
}

/* What choosing needs beside the items: by item, and close together in memory. */
struct choice {
    int64_t *values;     /* VALUE_DONE if chosen or not wanted; they never rise */
    size_t *bests;       /* the best item of each block, or BEST_UNKNOWN */
    int64_t *weights;    /* of the items */
    int64_t *thresholds; /* a smaller likeness, in thousandths, changes nothing */
    int32_t *shared;     /* rarity of the words in common with the chosen one; 0 between choices */
    size_t *touched;     /* items with some */
    size_t *neighbours;  /* the next one of its conversation, in a ring */
    size_t *from_talk;   /* chosen ones of its conversation, at the first of it */
    size_t *first;       /* the first one of its conversation */
    size_t *order;       /* the chosen ones */
};

/* Sums the rarity of the words that an excerpt shares with each other one, or with `in_numbers` counts them, in
 * choice->shared. Words in more than `frequent` excerpts are left out. Returns the number of those that share some,
 * which are in choice->touched. */
static size_t add_shared(const struct word_index *index, const struct candidate *candidate, size_t frequent,
                         int32_t in_numbers, const struct choice *choice)
{
    size_t touched = 0;

    for (size_t i = 0; i < candidate->word_count; i++) {
        const struct index_word *word = &index->words[candidate->words[i]];
        int32_t points = in_numbers ? 1 : word->rarity;

        if (word->end - word->start > frequent || word->rarity <= 0) {
            continue;
        }
        for (size_t k = word->start; k < word->end; k++) {
            size_t item = index->items[k];
            int32_t shared = choice->shared[item];

            if (shared == 0) {
                choice->touched[touched++] = item;
            }
            choice->shared[item] = shared + points;
        }
    }
    return touched;
}

/* 1 if `shared` is at least so many thousandths of the lighter of two excerpts. */
static int32_t is_similar(int64_t shared, int64_t left_weight, int64_t right_weight, int64_t thousandths)
{
    int64_t least = left_weight < right_weight ? left_weight : right_weight;

    return least > 0 && shared * 1000 >= thousandths * least;
}

/* Lowers what is said in much the same words in several conversations: a way to ask, not something about the person. */
static void lower_formulas(struct selection *selection, const struct word_index *index, const struct choice *choice)
{
    size_t frequent = selection->count / 2 < FORMULA_WORD_MAX ? selection->count / 2 : FORMULA_WORD_MAX;

    for (size_t i = 0; i < selection->count; i++) {
        struct candidate *candidate = &selection->items[i];
        size_t touched = candidate->item.confidence < CONFIDENCE_CLEAR
                             ? add_shared(index, candidate, frequent + FREQUENT_PART, 1, choice)
                             : 0;
        int32_t formulas = 0;

        for (size_t k = 0; k < touched; k++) {
            size_t other = choice->touched[k];

            formulas += formulas < FORMULA_MAX && choice->first[other] != choice->first[i] &&
                        is_similar(choice->shared[other], (int64_t)candidate->word_count,
                                   (int64_t)selection->items[other].word_count, SIMILAR_FORMULA);
            choice->shared[other] = 0;
        }
        candidate->cost += COST_FORMULA * formulas;
        candidate->worth = candidate->item.confidence - candidate->cost;
    }
}

static void set_value(const struct choice *choice, const struct candidate *item, size_t number)
{
    choice->values[number] = value_of(item);
    if (choice->bests[number / BLOCK] == number) {
        choice->bests[number / BLOCK] = BEST_UNKNOWN;
    }
}

/* The best that is left; the count if there is none. Items are sorted, so that the first of equals is the better. */
static size_t find_best(const struct choice *choice, size_t count)
{
    int64_t most = VALUE_DONE;
    size_t best = count;

    for (size_t start = 0; start < count; start += BLOCK) {
        size_t *own = &choice->bests[start / BLOCK];

        if (*own == BEST_UNKNOWN) {
            *own = start;
            for (size_t i = start + 1; i < start + BLOCK && i < count; i++) {
                *own = choice->values[i] > choice->values[*own] ? i : *own;
            }
        }
        if (choice->values[*own] > most) {
            most = choice->values[*own];
            best = *own;
        }
    }
    return best;
}

/* Lowers the value of an item that has `similar` thousandths of words in common with the chosen one. */
static void lower_item(const struct choice *choice, const struct candidate *chosen, struct candidate *item,
                       int64_t similar, size_t number)
{
    if (similar == 0) {
        return;
    }
    item->is_done |= similar >= SIMILAR_SAME;
    item->similar = similar > item->similar ? similar : item->similar;
    item->cost += similar >= SIMILAR_OUTDATED && item->item.last_us < chosen->item.last_us ? COST_OUTDATED : 0;
    set_value(choice, item, number);
    choice->thresholds[number] = item->similar < SIMILAR_OUTDATED ? item->similar + 1 : SIMILAR_OUTDATED;
}

/* Lowers the value of what resembles the chosen excerpt. */
static void lower_similar(struct selection *selection, const struct word_index *index, const struct candidate *chosen,
                          const struct choice *choice)
{
    size_t touched = add_shared(index, chosen, selection->count / FREQUENT_PART + FREQUENT_PART, 0, choice);

    for (size_t i = 0; i < touched; i++) {
        size_t number = choice->touched[i];
        int64_t shared = choice->shared[number];
        int64_t least = choice->weights[number] < chosen->weight ? choice->weights[number] : chosen->weight;

        choice->shared[number] = 0;
        if (choice->values[number] != VALUE_DONE &&
            is_similar(shared, choice->weights[number], chosen->weight, choice->thresholds[number])) {
            lower_item(choice, chosen, &selection->items[number], shared * 1000 / least, number);
        }
    }
}

/* Lowers the value of what was said in the same conversation. */
static void lower_conversation(struct selection *selection, const struct choice *choice, size_t chosen)
{
    size_t *from_talk = &choice->from_talk[choice->first[chosen]];

    ++*from_talk;
    if (*from_talk * COST_CONVERSATION > COST_CONVERSATION_MAX) {
        return;
    }
    for (size_t i = choice->neighbours[chosen]; i != chosen; i = choice->neighbours[i]) {
        if (!selection->items[i].is_done) {
            selection->items[i].cost += COST_CONVERSATION;
            set_value(choice, &selection->items[i], i);
        }
    }
}

static int compare_conversations(const void *left, const void *right)
{
    const struct talk_item *a = left;
    const struct talk_item *b = right;

    if (a->conversation != b->conversation) {
        return a->conversation < b->conversation ? -1 : 1;
    }
    return (a->item > b->item) - (a->item < b->item);
}

/* Joins the items of each conversation in a ring. 0 if there is no memory. */
static int32_t join_conversations(const struct selection *selection, const struct choice *choice, struct arena *arena)
{
    struct talk_item *sorted = arena_allocate_zeroed(arena, selection->count, sizeof *sorted);
    size_t first = 0;

    if (sorted == NULL) {
        return 0;
    }
    for (size_t i = 0; i < selection->count; i++) {
        sorted[i] = (struct talk_item){selection->items[i].conversation, i};
    }
    qsort(sorted, selection->count, sizeof *sorted, compare_conversations);
    for (size_t i = 0; i < selection->count; i++) {
        int32_t last = i + 1 == selection->count || sorted[i + 1].conversation != sorted[i].conversation;

        choice->first[sorted[i].item] = sorted[first].item;
        choice->neighbours[sorted[i].item] = sorted[last ? first : i + 1].item;
        first = last ? i + 1 : first;
    }
    return 1;
}

/* Chooses one after another; returns the number of those in `order`: the chosen ones, then the rest. */
static size_t choose_all(struct selection *selection, const struct word_index *index, const struct choice *choice)
{
    size_t count = 0;

    for (size_t i = 0; i < selection->count; i++) {
        choice->values[i] = value_of(&selection->items[i]);
        choice->thresholds[i] = 1;
        choice->bests[i / BLOCK] = BEST_UNKNOWN;
    }
    while (count < CHOSEN_MAX) {
        size_t best = find_best(choice, selection->count);

        if (best == selection->count) {
            break;
        }
        selection->items[best].is_done = 1;
        set_value(choice, &selection->items[best], best);
        choice->order[count++] = best;
        lower_similar(selection, index, &selection->items[best], choice);
        lower_conversation(selection, choice, best);
    }
    for (size_t i = 0; i < selection->count; i++) {
        if (!selection->items[i].is_done) {
            choice->order[count++] = i;
        }
    }
    return count;
}

static int32_t to_confidence(int64_t worth)
{
    return worth < 0 ? 0 : worth > 1000 ? 1000 : (int32_t)worth;
}

static int32_t choice_create(const struct selection *selection, struct arena *arena, struct choice *choice)
{
    size_t count = selection->count;

    choice->values = arena_allocate_zeroed(arena, count, sizeof *choice->values);
    choice->bests = arena_allocate_zeroed(arena, count / BLOCK + 1, sizeof *choice->bests);
    choice->weights = arena_allocate_zeroed(arena, count, sizeof *choice->weights);
    choice->thresholds = arena_allocate_zeroed(arena, count, sizeof *choice->thresholds);
    choice->shared = arena_allocate_zeroed(arena, count, sizeof *choice->shared);
    choice->touched = arena_allocate_zeroed(arena, count, sizeof *choice->touched);
    choice->neighbours = arena_allocate_zeroed(arena, count, sizeof *choice->neighbours);
    choice->from_talk = arena_allocate_zeroed(arena, count, sizeof *choice->from_talk);
    choice->first = arena_allocate_zeroed(arena, count, sizeof *choice->first);
    choice->order = arena_allocate_zeroed(arena, count, sizeof *choice->order);
    for (size_t i = 0; i < count && choice->weights != NULL; i++) {
        choice->weights[i] = selection->items[i].weight;
    }
    return choice->values != NULL && choice->bests != NULL && choice->weights != NULL && choice->thresholds != NULL &&
           choice->shared != NULL && choice->touched != NULL && choice->neighbours != NULL &&
           choice->from_talk != NULL && choice->first != NULL && choice->order != NULL &&
           join_conversations(selection, choice, arena);
}

static cpk_status order_all(struct selection *selection, struct word_index *index, const struct frequency *frequency,
                            struct finding_set *result, cpk_error **error)
{
    struct choice choice;
    size_t count;

    if (!choice_create(selection, &index->arena, &choice)) {
        return error_out_of_memory(error);
    }
    lower_formulas(selection, index, &choice);
    count = choose_all(selection, index, &choice);
    for (size_t i = 0; i < count; i++) {
        struct candidate *item = &selection->items[choice.order[i]];

        item->item.subject = "";
        item->item.score = (int64_t)(count - i);
        item->item.confidence = to_confidence(item->worth + frequency->by_language[item->language]);
        CPK_TRY(write_item(item, result, error));
    }
    return CPK_OK;
}

cpk_status selection_finish(struct selection *selection, int64_t first_us, int64_t last_us, struct finding_set *result,
                            cpk_error **error)
{
    struct word_index index;
    struct frequency frequency;
    cpk_status status;

    keep_best(selection, KEPT_MAX);
    if (selection->count == 0) {
        return CPK_OK;
    }
    if (!allocate_index(selection, &index)) {
        status = error_out_of_memory(error);
    } else {
        build_index(selection, &index);
        measure_frequency(selection, &frequency);
        measure_relevance(selection, &index, &frequency, first_us, last_us);
        status = order_all(selection, &index, &frequency, result, error);
    }
    arena_free(&index.arena);
    return status;
}

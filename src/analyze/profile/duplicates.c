#include "analyze/profile/duplicates.h"

#include "base/error.h"

#include <string.h>

/* 1 if `entry` adds nothing to the better `kept`. */
static int32_t repeats(const struct merge_entry *kept, const struct merge_entry *entry)
{
    size_t shared;
    struct word_set value;

    if (kept->dropped || kept->item.superseded != entry->item.superseded || entry->words.count == 0) {
        return 0;
    }
    if (kept->item.category != entry->item.category && entry->item.confidence >= MERGE_SURE) {
        return 0;
    }
    shared = word_set_shared(&kept->words, &entry->words);
    if (shared == entry->words.count) {
        return 1;
    }
    if (entry->words.count < 4 || shared * 5 < entry->words.count * 4) {
        return 0;
    }
    word_set_read(&value, entry->key); /* similar texts must also have similar values */
    return value.count > 0 && word_set_within(&value, &kept->words);
}

/* 1 if `whole` is a whole sentence that starts with the more specific statement `entry`. */
static int32_t tells_whole(const struct merge_entry *whole, const struct merge_entry *entry)
{
    return strcmp(whole->item.subject, "said") == 0 && strcmp(entry->item.subject, "said") != 0 &&
           !entry->item.exclusive && whole->item.category != entry->item.category &&
           strncmp(whole->item.text, entry->item.text, strlen(entry->item.text)) == 0;
}

#define REPETITION_WINDOW 1500 /* number of better findings that are compared, which bounds the work */

cpk_status duplicates_drop(struct finding_merge *merge, cpk_error **error)
{
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *entry = merge->entries[i];
        size_t limit = i < REPETITION_WINDOW ? i : REPETITION_WINDOW;

        word_set_read(&entry->words, entry->item.text);
        if (entry->dropped || !merge_is_statement(&entry->item)) {
            continue;
        }
        for (size_t k = 0; k < limit; k++) {
            struct merge_entry *kept = merge->entries[k];

            if (kept->dropped || !merge_is_statement(&kept->item)) {
                continue;
            }
            if (repeats(kept, entry)) {
                if (tells_whole(kept, entry)) { /* category of the entry, text of the sentence */
                    if (!merge_replace_text(merge, &entry->item.text, kept->item.text)) {
                        return error_out_of_memory(error);
                    }
                    entry->words = kept->words;
                    entry->item.confidence = kept->item.confidence;
                    merge_absorb(entry, kept);
                } else {
                    merge_absorb(kept, entry);
                }
                break;
            }
            if (kept->item.category == entry->item.category && !kept->item.exclusive && !entry->item.exclusive &&
                kept->item.superseded == entry->item.superseded && kept->words.count > 0 &&
                entry->item.confidence + 100 >= kept->item.confidence && kept->words.count + 5 >= entry->words.count &&
                word_set_within(&kept->words, &entry->words)) {
                if (!merge_replace_text(merge, &kept->item.text, entry->item.text)) { /* the longer text */
                    return error_out_of_memory(error);
                }
                kept->words = entry->words;
                merge_absorb(kept, entry);
                break;
            }
        }
    }
    return CPK_OK;
}
void duplicates_count_topics(struct finding_merge *merge)
{
    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *entry = merge->entries[i];
        struct finding *item = &entry->item;

        if (item->category == FINDING_TOPIC) {
            entry->dropped |= item->conversations < 2 && item->mentions < 4;
            item->confidence = (int32_t)(300 + 60 * (item->conversations < 10 ? item->conversations : 10));
        }
    }
}

#define TOPIC_OFTEN 4 /* a topic in as many conversations is kept although a statement contains it */
#define TOPIC_LEAST 5 /* number of topics that are names and are kept in any case */

/* 1 for recurring names; other words that statements contain ("web", "end") are not informative. */
static int32_t is_name_topic(const struct merge_entry *topic)
{
    unsigned char first = (unsigned char)topic->item.text[0];

    return topic->item.conversations >= 2 && ((first >= 'A' && first <= 'Z') || first >= 0x80);
}

void duplicates_drop_topics(struct finding_merge *merge)
{
    size_t told = 0;

    for (size_t i = 0; i < merge->count; i++) {
        struct merge_entry *topic = merge->entries[i];
        size_t limit = merge->count < REPETITION_WINDOW ? merge->count : REPETITION_WINDOW;

        if (topic->item.category != FINDING_TOPIC || topic->dropped) {
            continue;
        }
        told += is_name_topic(topic);
        if (topic->item.conversations >= TOPIC_OFTEN || (is_name_topic(topic) && told <= TOPIC_LEAST)) {
            continue;
        }
        for (size_t k = 0; k < limit && !topic->dropped; k++) {
            const struct merge_entry *kept = merge->entries[k];

            topic->dropped = !kept->dropped && merge_is_statement(&kept->item) && topic->words.count > 0 &&
                             word_set_within(&topic->words, &kept->words);
        }
    }
}

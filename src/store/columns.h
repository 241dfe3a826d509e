/* Reads the next column of a row according to its field's kind and null rule, see records/fields.h. */
#ifndef STORE_COLUMNS_H
#define STORE_COLUMNS_H

#include "model/words.h"
#include "records/fields.h"
#include "store/record.h"

#define TEXT_FALLBACK_NOT_NULL              ""
#define TEXT_FALLBACK_NULLABLE              NULL
#define TEXT_FALLBACK_EMPTY_IF_NULL         NULL
#define TEXT_FALLBACK_DEFAULT(word)         word

#define NUMBER_NULL_IS_ERROR_NOT_NULL       1
#define NUMBER_NULL_IS_ERROR_NULLABLE       0
#define NUMBER_NULL_IS_ERROR_ZERO_IF_NULL   0
#define NUMBER_NULL_IS_ERROR_NONE_IS_ZERO   0
#define NUMBER_NULL_IS_ERROR_DEFAULT(value) 0

#define NUMBER_FALLBACK_NOT_NULL            0
#define NUMBER_FALLBACK_NULLABLE            (-1)
#define NUMBER_FALLBACK_ZERO_IF_NULL        0
#define NUMBER_FALLBACK_NONE_IS_ZERO        FIELD_NONE
#define NUMBER_FALLBACK_DEFAULT(value)      value

static inline const char *column_text(struct record *record, struct statement *row, const char *fallback)
{
    const char *text = record_take_text(record, row);

    return text != NULL ? text : fallback;
}

static inline int64_t column_number(struct statement *row, int32_t null_is_error, int64_t fallback)
{
    return null_is_error ? statement_take_int64(row) : statement_take_int64_or(row, fallback);
}

#define COLUMN_TAKE_TEXT(record, row, null)    column_text(record, row, TEXT_FALLBACK_##null)
#define COLUMN_TAKE_WORD(record, row, null)    column_text(record, row, TEXT_FALLBACK_##null)
#define COLUMN_TAKE_FOLDER(record, row, null)  record_take_folder(record, row)
#define COLUMN_TAKE_NUMBER(record, row, null)  column_number(row, NUMBER_NULL_IS_ERROR_##null, NUMBER_FALLBACK_##null)
#define COLUMN_TAKE_PERCENT(record, row, null) COLUMN_TAKE_NUMBER(record, row, null)
#define COLUMN_TAKE_SHORT(record, row, null)   (int32_t) COLUMN_TAKE_NUMBER(record, row, null)
#define COLUMN_TAKE_TIME(record, row, null)    statement_take_time(row)
#define COLUMN_TAKE(record, row, kind, null)   FIELD_JOIN(COLUMN_TAKE_, FIELD_CLASS(kind))(record, row, null)

/* Behind it: the number of a word. */
#define COLUMN_CODE_TEXT(record, member, kind)
#define COLUMN_CODE_WORD(record, member, kind)                                                                         \
    {                                                                                                                  \
        static const char *const known[] = {FIELD_WORDS(kind), NULL};                                                  \
                                                                                                                       \
        (record)->member##_code = word_find(known, (record)->member);                                                  \
    }
#define COLUMN_CODE_FOLDER(record, member, kind)
#define COLUMN_CODE_NUMBER(record, member, kind)
#define COLUMN_CODE_TIME(record, member, kind)
#define COLUMN_CODE_SHORT(record, member, kind)
#define COLUMN_CODE_PERCENT(record, member, kind)
#define COLUMN_CODE(record, member, kind) FIELD_JOIN(COLUMN_CODE_, FIELD_CLASS(kind))(record, member, kind)

#define COLUMN_READ(record, member, row, kind, null)                                                                   \
    (record)->member = COLUMN_TAKE(&(record)->record, row, kind, null);                                                \
    COLUMN_CODE(record, member, kind)

#endif

/* Getters of records, by the kind of the field and the meaning of SQL null: see records/fields.h. */
#ifndef API_GETTERS_H
#define API_GETTERS_H

#include "records/fields.h"

#include <contextpack/base.h>

#define GETTER_TYPE_TEXT    const char *
#define GETTER_TYPE_WORD    const char *
#define GETTER_TYPE_FOLDER  const char *
#define GETTER_TYPE_NUMBER  int64_t
#define GETTER_TYPE_TIME    int64_t
#define GETTER_TYPE_SHORT   int32_t
#define GETTER_TYPE_PERCENT int32_t

/* Result of a getter if the object is NULL, by the meaning of null. */
#define TEXT_UNKNOWN_NOT_NULL         NULL
#define TEXT_UNKNOWN_NULLABLE         NULL
#define TEXT_UNKNOWN_EMPTY_IF_NULL    ""
#define TEXT_UNKNOWN_DEFAULT(word)    NULL

#define NUMBER_UNKNOWN_NOT_NULL       0
#define NUMBER_UNKNOWN_NULLABLE       (-1)
#define NUMBER_UNKNOWN_ZERO_IF_NULL   0
#define NUMBER_UNKNOWN_NONE_IS_ZERO   0
#define NUMBER_UNKNOWN_DEFAULT(value) 0

/* Replaces a NULL text by `unknown`. */
static inline const char *getter_text(const char *text, const char *unknown)
{
    return text != NULL ? text : unknown;
}

/* 1 if the record may contain FIELD_NONE, which the getter returns as 0. */
#define NUMBER_MAY_BE_NONE_NOT_NULL       0
#define NUMBER_MAY_BE_NONE_NULLABLE       0
#define NUMBER_MAY_BE_NONE_ZERO_IF_NULL   0
#define NUMBER_MAY_BE_NONE_NONE_IS_ZERO   1
#define NUMBER_MAY_BE_NONE_DEFAULT(value) 0

static inline int64_t getter_number(int64_t number, int32_t may_be_none)
{
    return may_be_none && number == FIELD_NONE ? 0 : number;
}

#define GETTER_VALUE_TEXT(object, member, null)                                                                        \
    (object) != NULL ? getter_text((object)->member, TEXT_UNKNOWN_##null) : TEXT_UNKNOWN_##null
#define GETTER_VALUE_WORD(object, member, null)   GETTER_VALUE_TEXT(object, member, null)
#define GETTER_VALUE_FOLDER(object, member, null) (object) != NULL ? (object)->member : NULL
#define GETTER_VALUE_NUMBER(object, member, null)                                                                      \
    (object) != NULL ? getter_number((object)->member, NUMBER_MAY_BE_NONE_##null) : NUMBER_UNKNOWN_##null
#define GETTER_VALUE_TIME(object, member, null)    (object) != NULL ? (object)->member : CPK_TIME_UNKNOWN
#define GETTER_VALUE_SHORT(object, member, null)   (object) != NULL ? (int32_t)(object)->member : 0
#define GETTER_VALUE_PERCENT(object, member, null) (object) != NULL ? (int32_t)(object)->member : 0

#define GETTER(type, name, member, kind, null)                                                                         \
    FIELD_JOIN(GETTER_TYPE_, FIELD_CLASS(kind)) FIELD_JOIN3(type, _, name)(const type *object)                         \
    {                                                                                                                  \
        return FIELD_JOIN(GETTER_VALUE_, FIELD_CLASS(kind))(object, member, null);                                     \
    }

/* The number of a stored word; 0 if this version of the library does not know it. */
#define GETTER_OF_CODE(type, name, member, words)                                                                      \
    int32_t FIELD_JOIN3(type, _, name)(const type *object)                                                             \
    {                                                                                                                  \
        return object != NULL ? object->member##_code : 0;                                                             \
    }

#endif

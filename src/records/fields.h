/* The tables of fields, src/records/<resource>.def, and what their words mean.
 *
 * A table is a list of these lines, in the order of the statement's columns and of the header's getters:
 *
 *   FIELD(name, kind, null, since, doc)             a column with a getter cpk_<resource>_<name>()
 *   FIELD_AS(name, member, kind, null, since, doc)  the same where the record's member has another name
 *   COLUMN(member, kind, null, doc)                 a column that only the library reads
 *   CODE(name, member, enum, since, doc)            a getter that gives the number of the word in a column
 *   COMPUTED(name, kind, null, since, doc)          a getter that is written by hand, in api/<resource>.c
 *   INDEXED(rows, name, kind, since, doc)           a getter of one of several rows: cpk_<resource>_<rows>_<name>()
 *   INDEXED_NULLABLE(...)                          the same, NULL in some rows
 *   JSON_KEY(name, key)                            the key of a getter in the command's JSON where it is not the
 *                                                  getter's name; NULL: not shown
 *   MEMBER(name, kind)                             a member of the public struct cpk_<resource>, whose header has the
 * doc REPORT_COLUMN(name, kind, lines, doc)          a column of a report in CSV and JSON; lines: those that have it in
 *                                                  JSON, ENTRY or HOLD or both
 *   REPORT_COLUMN_AS(name, heading, kind, lines, doc)  the same with a heading of its own in CSV
 *   REPORT_MEMBER(name, kind, lines, doc)          the same, in JSON only
 *
 * A table that is included defines what the reader has not defined as nothing, and undefines all of it at its end
 * (begin.def, end.def).
 *
 * A doc is one sentence for the bindings and the reference, in units of a person (money of a MONEY field is in the
 * currency's unit); NULL in it is what a NULLABLE getter gives where there is no value.
 *
 * Kinds: ID, TEXT, JSON, WORD(enum), FOLDER are texts. COUNT, BYTES, TOKENS, CREDITS, AMOUNT (in the currency's
 * smallest unit) and MONEY (millionths of the currency's unit) are int64_t; TIME is int64_t, microseconds since 1970
 * UTC; FLAG (0 or 1), PERCENT, SMALL (a count that fits in 32 bits) and ENUM(enum) are int32_t.
 *
 * Null, the meaning of a null in the column:
 *
 *   NOT_NULL           never null. A text that is null all the same, in a live database, reads as "".
 *   NULLABLE           the getter gives NULL, -1 or CPK_TIME_UNKNOWN
 *   ZERO_IF_NULL       reads as 0
 *   NONE_IS_ZERO       reads as FIELD_NONE, and the getter gives 0
 *   EMPTY_IF_NULL      reads as NULL, and the getter gives ""
 *   UNKNOWN_IF_NULL    a time that rows should have: the getter gives CPK_TIME_UNKNOWN, and bindings do not say so
 *   DEFAULT(value)     reads as the column's default */
#ifndef RECORDS_FIELDS_H
#define RECORDS_FIELDS_H

#include <stdint.h>

/* What the record holds where NONE_IS_ZERO has no value. */
#define FIELD_NONE               INT64_MIN

#define FIELD_JOIN(a, b)         FIELD_JOIN_NOW(a, b)
#define FIELD_JOIN_NOW(a, b)     a##b
#define FIELD_JOIN3(a, b, c)     FIELD_JOIN3_NOW(a, b, c)
#define FIELD_JOIN3_NOW(a, b, c) a##b##c

/* The class of a kind: how it is held, read and returned. */
#define FIELD_CLASS_ID          TEXT
#define FIELD_CLASS_TEXT        TEXT
#define FIELD_CLASS_JSON        TEXT
#define FIELD_CLASS_WORD(words) WORD
#define FIELD_CLASS_FOLDER      FOLDER
#define FIELD_CLASS_COUNT       NUMBER
#define FIELD_CLASS_BYTES       NUMBER
#define FIELD_CLASS_TOKENS      NUMBER
#define FIELD_CLASS_CREDITS     NUMBER
#define FIELD_CLASS_AMOUNT      NUMBER
#define FIELD_CLASS_MONEY       NUMBER
#define FIELD_CLASS_TIME        TIME
#define FIELD_CLASS_FLAG        SHORT
#define FIELD_CLASS_SMALL       SHORT
#define FIELD_CLASS_ENUM(words) SHORT
#define FIELD_CLASS_PERCENT     PERCENT
#define FIELD_CLASS(kind)       FIELD_CLASS_##kind

/* The type of a record's member. */
#define FIELD_MEMBER_TEXT    const char *
#define FIELD_MEMBER_WORD    const char *
#define FIELD_MEMBER_FOLDER  const char *
#define FIELD_MEMBER_NUMBER  int64_t
#define FIELD_MEMBER_TIME    int64_t
#define FIELD_MEMBER_SHORT   int32_t
#define FIELD_MEMBER_PERCENT int64_t
#define FIELD_MEMBER(kind)   FIELD_JOIN(FIELD_MEMBER_, FIELD_CLASS(kind))

/* A second member of a record beside a WORD: the number of the word, 0 for one that the library does not know. */
#define FIELD_CODE_TEXT(member)
#define FIELD_CODE_WORD(member) int32_t member##_code;
#define FIELD_CODE_FOLDER(member)
#define FIELD_CODE_NUMBER(member)
#define FIELD_CODE_TIME(member)
#define FIELD_CODE_SHORT(member)
#define FIELD_CODE_PERCENT(member)
#define FIELD_CODE(member, kind) FIELD_JOIN(FIELD_CODE_, FIELD_CLASS(kind))(member)
/* The words of a WORD, from model/words.h. */
#define FIELD_WORDS_WORD(words) words##_WORDS
#define FIELD_WORDS(kind)       FIELD_WORDS_##kind

#endif

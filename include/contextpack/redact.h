#ifndef CONTEXTPACK_REDACT_H
#define CONTEXTPACK_REDACT_H

/**
 * Redaction: personal data and secrets of a text are replaced, as before a language model on another machine is asked.
 * No engine is needed.
 *
 * An example:
 *
 *     static int32_t print(void *user, const void *data, size_t length_bytes)
 *     {
 *         return fwrite(data, 1, length_bytes, user) == length_bytes ? 0 : -1;
 *     }
 *
 *     const char text[] = "Write to ines@example.com.";
 *     cpk_redact_report report = CPK_REDACT_REPORT_INIT;
 *
 *     if (cpk_redact(text, sizeof text - 1, NULL, print, stdout, &report, &error) == CPK_OK) {
 *         printf("\n%d addresses\n", (int)report.email);
 *     }
 */

#include <contextpack/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What cpk_redact() is to know. Start from CPK_REDACT_OPTIONS_INIT. Since 0.2. */
typedef struct cpk_redact_options {
    uint32_t struct_size; /* sizeof(cpk_redact_options) as the caller was compiled */
    uint32_t reserved;    /* 0 */
    const char *names;    /* names that are known, separated by commas, semicolons or newlines; NULL: none */
    /* The same value has the same placeholder in all texts that are redacted with the same key, a secret of the caller.
     * NULL: a random key of this call. */
    const char *key;
} cpk_redact_options;

#define CPK_REDACT_OPTIONS_INIT                                                                                        \
    {                                                                                                                  \
        sizeof(cpk_redact_options), 0, NULL, NULL                                                                      \
    }

/** Sets *options to CPK_REDACT_OPTIONS_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_redact_options_init(cpk_redact_options *options, size_t struct_size);

/** How often something of a kind was replaced in a text. Start from CPK_REDACT_REPORT_INIT. Later versions add fields
 * at the end. Since 0.2. */
typedef struct cpk_redact_report {
    uint32_t struct_size; /* sizeof(cpk_redact_report) as the caller was compiled */
    uint32_t reserved;    /* 0 */
    /* replaced by placeholders such as [PERSON_483201] */
    int64_t person;
    int64_t email;
    int64_t phone;
    int64_t address;
    int64_t ip_address;
    int64_t url; /* with credentials */
    int64_t birth_date;
    int64_t card_number; /* these two also by notices */
    int64_t id_number;   /* licence numbers and the like */
    /* replaced by notices such as [password withheld] */
    int64_t api_key;
    int64_t private_key;
    int64_t password;
    int64_t authorization;
    int64_t seed_phrase;
    int64_t bank_account;
    int64_t national_id;
    int64_t passport;
} cpk_redact_report;

#define CPK_REDACT_REPORT_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_redact_report), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0                                \
    }

/** Sets *report to CPK_REDACT_REPORT_INIT, for callers that cannot use macros. struct_size is the size of the caller's
 * struct in bytes. Since 0.2. */
CPK_API void cpk_redact_report_init(cpk_redact_report *report, size_t struct_size);

/**
 * Writes a text with its secrets replaced by notices ("[password withheld]") and its personal data by placeholders
 * ("[EMAIL_120934]"). docs/secrets.md and docs/redaction.md say what is recognised, and how well. Takes time linear in
 * the text's length, and about three times its memory. Any thread may call it.
 *
 * The text need not be valid UTF-8: other bytes stay as they are. Nothing is stored, and the library can't restore the
 * values.
 *
 * @param text          may contain NULs; may be NULL if the length is 0
 * @param length_bytes  the length of `text` in bytes
 * @param options       may be NULL: no names are known, and the key is random
 * @param write         receives the redacted text when all of it is known; never called for an empty one
 * @param write_user    passed to `write`
 * @param report        out, may be NULL; start from CPK_REDACT_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  a pointer is missing, a name is not UTF-8, or the key is empty
 *         CPK_ERROR_LIMIT_EXCEEDED    the text has more than 450,000 different personal data
 *         CPK_ERROR_OUT_OF_MEMORY     the copies of the text need more memory than there is
 *         CPK_ERROR_CANCELLED         `write` returned non-zero
 * Since 0.2.
 */
CPK_API cpk_status cpk_redact(const char *text, size_t length_bytes, const cpk_redact_options *options,
                              cpk_write_fn write, void *write_user, cpk_redact_report *report, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif

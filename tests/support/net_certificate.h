/* Certificates generated for TLS tests: a test authority, and certificates signed by it. */
#ifndef TESTS_SUPPORT_NET_CERTIFICATE_H
#define TESTS_SUPPORT_NET_CERTIFICATE_H

#include "support/test.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define CERTIFICATE_DAY_S 86400

struct certificate {
    EVP_PKEY *key;
    X509 *x509;
};

static inline void certificate_extend(X509 *x509, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;

    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    assert_non_null(extension);
    assert_int_equal(X509_add_ext(x509, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

/* issuer NULL: an authority of that name; else a server's certificate for `names` ("IP:127.0.0.1"). */
static inline struct certificate certificate_make(const struct certificate *issuer, const char *names, long first_day,
                                                  long last_day)
{
    static long serial = 1000;
    struct certificate made = {EVP_EC_gen("P-256"), X509_new()};
    X509_NAME *subject;

    assert_non_null(made.key);
    assert_non_null(made.x509);
    X509_set_version(made.x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.x509), serial++);
    X509_gmtime_adj(X509_getm_notBefore(made.x509), first_day * CERTIFICATE_DAY_S);
    X509_gmtime_adj(X509_getm_notAfter(made.x509), last_day * CERTIFICATE_DAY_S);
    X509_set_pubkey(made.x509, made.key);
    subject = X509_get_subject_name(made.x509);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               (const unsigned char *)(issuer == NULL ? names : "Test server"), -1, -1, 0);
    X509_set_issuer_name(made.x509, issuer == NULL ? subject : X509_get_subject_name(issuer->x509));
    if (issuer == NULL) {
        certificate_extend(made.x509, made.x509, NID_basic_constraints, "critical,CA:TRUE");
        certificate_extend(made.x509, made.x509, NID_key_usage, "critical,keyCertSign");
    } else {
        certificate_extend(made.x509, issuer->x509, NID_subject_alt_name, names);
    }
    assert_true(X509_sign(made.x509, issuer == NULL ? made.key : issuer->key, EVP_sha256()) > 0);
    return made;
}

/* Writes FOLDER/NAME.pem and, with a key, FOLDER/NAME.key. */
static inline void certificate_write(const struct certificate *certificate, const char *folder, const char *name,
                                     int with_key)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s.pem", folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, certificate->x509), 1);
    fclose(file);
    if (with_key) {
        snprintf(path, sizeof path, "%s/%s.key", folder, name);
        file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(PEM_write_PrivateKey(file, certificate->key, NULL, NULL, 0, NULL, NULL), 1);
        fclose(file);
    }
}

static inline void certificate_free(struct certificate *certificate)
{
    EVP_PKEY_free(certificate->key);
    X509_free(certificate->x509);
}

#endif

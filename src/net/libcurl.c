#include "net/libcurl.h"

#include "base/library.h"

#define CURL_DISABLE_TYPECHECK /* its macros would shadow the functions defined here */
#include <curl/curl.h>
#include <stdarg.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

static struct {
#define FUNCTION(type, name, parameters, arguments) __typeof__(name) *name;
#include "net/libcurl.def"
#undef FUNCTION
    __typeof__(curl_easy_setopt) *curl_easy_setopt;
    __typeof__(curl_easy_getinfo) *curl_easy_getinfo;
    __typeof__(curl_multi_setopt) *curl_multi_setopt;
} functions;

static const char *const NAMES[] = {
#define FUNCTION(type, name, parameters, arguments) #name,
#include "net/libcurl.def"
#undef FUNCTION
    "curl_easy_setopt", "curl_easy_getinfo", "curl_multi_setopt"};

static struct library libcurl = {
    "libcurl.so.4", "HTTP", NAMES, &functions, sizeof NAMES / sizeof *NAMES, PTHREAD_MUTEX_INITIALIZER, 0, NULL};

cpk_status libcurl_load(cpk_error **error)
{
    return library_load(&libcurl, error);
}

#define FUNCTION(type, name, parameters, arguments)                                                                    \
    type name parameters                                                                                               \
    {                                                                                                                  \
        library_ensure_loaded(&libcurl);                                                                               \
        return functions.name arguments;                                                                               \
    }
#include "net/libcurl.def"
#undef FUNCTION

/* An option's value is a long, a pointer or a curl_off_t. On 64-bit platforms all are passed the same way, so that they
 * can be forwarded as a pointer. */
_Static_assert(sizeof(long) == sizeof(void *) && sizeof(curl_off_t) == sizeof(void *), "requires a 64-bit platform");

#define FUNCTION_OF_OPTION(type, name, handle_type, option_type)                                                       \
    type name(handle_type *handle, option_type option, ...)                                                            \
    {                                                                                                                  \
        va_list values;                                                                                                \
        void *value;                                                                                                   \
                                                                                                                       \
        library_ensure_loaded(&libcurl);                                                                               \
        va_start(values, option);                                                                                      \
        value = va_arg(values, void *);                                                                                \
        va_end(values);                                                                                                \
        return functions.name(handle, option, value);                                                                  \
    }
FUNCTION_OF_OPTION(CURLcode, curl_easy_setopt, CURL, CURLoption)
FUNCTION_OF_OPTION(CURLcode, curl_easy_getinfo, CURL, CURLINFO)
FUNCTION_OF_OPTION(CURLMcode, curl_multi_setopt, CURLM, CURLMoption)

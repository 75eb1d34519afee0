#pragma once
// Swift cannot call functions with a variable number of arguments: each kind of argument gets a function of its own.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <fcntl.h>
#include <sys/prctl.h>

// What libcurl calls for bytes in either direction; gives how many were taken or put there.
typedef size_t (*mizzen_curl_bytes)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode mizzen_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode mizzen_curl_set_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode mizzen_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

// The body is copied.
static inline CURLcode mizzen_curl_set_body(CURL *handle, const char *bytes, curl_off_t count) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, count);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, bytes) : code;
}

static inline CURLcode mizzen_curl_set_upload_size(CURL *handle, curl_off_t count) {
    return curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, count);
}

// A child process must not inherit connections.
static inline int mizzen_curl_close_on_exec(curl_socket_t socket) {
    return fcntl(socket, F_SETFD, FD_CLOEXEC) == 0 ? CURL_SOCKOPT_OK : CURL_SOCKOPT_ERROR;
}

static inline CURLcode mizzen_curl_set_callbacks(
    CURL *handle, void *context, mizzen_curl_bytes head, mizzen_curl_bytes body, mizzen_curl_bytes upload,
    curl_resolver_start_callback lookup, curl_sockopt_callback socket, curl_prereq_callback before, char *error) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_RESOLVER_START_FUNCTION, lookup);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_RESOLVER_START_DATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, socket);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_SOCKOPTDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, head);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_READFUNCTION, upload);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_READDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, before);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_PREREQDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error);
    return code;
}

static inline CURLcode mizzen_curl_get_number(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLMcode mizzen_curl_multi_set_number(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// As `top` and /proc show it; at most 15 characters.
static inline void mizzen_name_this_thread(const char *name) { prctl(PR_SET_NAME, name, 0L, 0L, 0L); }

#pragma once
#include <curl/curl.h>

/* curl_easy_setopt takes any number of arguments, which Swift cannot call. */
typedef size_t (*retable_curl_sink)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode retable_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode retable_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode retable_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode retable_curl_set_sink(CURL *handle, CURLoption option, retable_curl_sink sink) {
  return curl_easy_setopt(handle, option, sink);
}
/* How the proxy answered the last CONNECT, or 0. */
static inline long retable_curl_connect_status(CURL *handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_HTTP_CONNECTCODE, &status);
  return status;
}

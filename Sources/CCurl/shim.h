#pragma once
#include <curl/curl.h>
#include <dlfcn.h>

/* libcurl is opened by the first download. Linked, it and the thirty libraries behind it would cost every command a fifth of
   its start. */
typedef struct __attribute__((swift_attr("@Sendable"))) {
  CURLcode (*global_init)(long flags);
  CURL *(*easy_init)(void);
  CURLcode (*easy_setopt)(CURL *handle, CURLoption option, ...);
  CURLcode (*easy_perform)(CURL *handle);
  void (*easy_cleanup)(CURL *handle);
  struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
  void (*slist_free_all)(struct curl_slist *list);
} retable_curl;

/* False where the library or one of its functions is not there. */
static inline _Bool retable_curl_open(retable_curl *curl, const char *name) {
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return 0;
  *(void **)&curl->global_init = dlsym(library, "curl_global_init");
  *(void **)&curl->easy_init = dlsym(library, "curl_easy_init");
  *(void **)&curl->easy_setopt = dlsym(library, "curl_easy_setopt");
  *(void **)&curl->easy_perform = dlsym(library, "curl_easy_perform");
  *(void **)&curl->easy_cleanup = dlsym(library, "curl_easy_cleanup");
  *(void **)&curl->slist_append = dlsym(library, "curl_slist_append");
  *(void **)&curl->slist_free_all = dlsym(library, "curl_slist_free_all");
  return curl->global_init && curl->easy_init && curl->easy_setopt && curl->easy_perform && curl->easy_cleanup
    && curl->slist_append && curl->slist_free_all;
}

/* curl_easy_setopt takes any number of arguments, which Swift cannot call. */
typedef size_t (*retable_curl_sink)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode retable_curl_set_long(retable_curl curl, CURL *handle, CURLoption option, long value) {
  return curl.easy_setopt(handle, option, value);
}
static inline CURLcode retable_curl_set_text(retable_curl curl, CURL *handle, CURLoption option, const char *value) {
  return curl.easy_setopt(handle, option, value);
}
static inline CURLcode retable_curl_set_pointer(retable_curl curl, CURL *handle, CURLoption option, void *value) {
  return curl.easy_setopt(handle, option, value);
}
static inline CURLcode retable_curl_set_sink(retable_curl curl, CURL *handle, CURLoption option, retable_curl_sink sink) {
  return curl.easy_setopt(handle, option, sink);
}

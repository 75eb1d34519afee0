/* A streaming XML parser: libxml2's SAX2 reduced to what XMLTree stores. Nothing is ever fetched, no DTD is read. */
#ifndef CXML_PARSER_H
#define CXML_PARSER_H

#include <stddef.h>
#include <stdint.h>

/* One attribute of a start tag. Strings are valid during the callback only; the value is not NUL-terminated. */
typedef struct {
    const char *local;
    const char *prefix;  /* NULL without prefix */
    const char *uri;     /* NULL without namespace */
    const char *value;
    size_t value_length;
} cxml_attribute;

/* One namespace declaration of a start tag. */
typedef struct {
    const char *prefix;  /* NULL for the default namespace */
    const char *uri;     /* NULL when the declaration removes the default namespace */
} cxml_namespace;

/* Every callback returns 0 to go on; anything else stops the parse, which then returns CXML_STOPPED. */
typedef struct {
    int (*start_element)(void *user, const char *local, const char *prefix, const char *uri,
                         const cxml_namespace *namespaces, size_t namespace_count,
                         const cxml_attribute *attributes, size_t attribute_count,
                         int64_t tag_end_offset, int line);
    int (*end_element)(void *user);
    int (*text)(void *user, const char *bytes, size_t length);
    int (*comment)(void *user, const char *text);
    int (*instruction)(void *user, const char *target, const char *data);
} cxml_handler;

enum { CXML_OK = 0, CXML_MALFORMED = 1, CXML_DOCTYPE = 2, CXML_STOPPED = 3, CXML_NO_MEMORY = 4 };

typedef struct {
    int line;
    int column;
    char message[256];
} cxml_error;

/* Parses `length` bytes. On anything but CXML_OK `error` says where and why.
   `tag_end_offset` above is the byte offset in the input just inside the end of the tag, or -1 when the input had to be transcoded. */
int cxml_parse(const char *bytes, size_t length, const cxml_handler *handler, void *user, cxml_error *error);

#endif

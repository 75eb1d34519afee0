/* XML Schema 1.0 validation: libxml2's validator reduced to compile, validate, free. Nothing is ever fetched: a schema that
   includes, redefines or loads another one is refused, hints in documents (xsi:schemaLocation) are ignored, and so is a DTD. */
#ifndef CXML_SCHEMA_H
#define CXML_SCHEMA_H

#include <stddef.h>

/* A compiled schema. Validation only reads it, so any number of threads may validate against one at the same time. */
typedef struct cxml_schema cxml_schema;

/* What a finding is about. A finding of another kind has only its message. */
typedef enum {
    CXML_OTHER = 0,
    CXML_NOT_LOADED,        /* schema only: it refers to another document */
    CXML_BAD_VALUE,         /* not of the built-in type, list or union */
    CXML_LENGTH, CXML_MIN_LENGTH, CXML_MAX_LENGTH,
    CXML_MIN_INCLUSIVE, CXML_MAX_INCLUSIVE, CXML_MIN_EXCLUSIVE, CXML_MAX_EXCLUSIVE,
    CXML_TOTAL_DIGITS, CXML_FRACTION_DIGITS, CXML_PATTERN, CXML_ENUMERATION,
    CXML_FIXED_VALUE,
    CXML_CHILDREN,          /* an element is missing or not expected here */
    CXML_CONTENT_IN_EMPTY, CXML_ELEMENT_IN_SIMPLE, CXML_TEXT_BETWEEN_ELEMENTS,
    CXML_ATTRIBUTE_UNKNOWN, CXML_ATTRIBUTE_MISSING,
    CXML_UNKNOWN_ROOT, CXML_NOT_NILLABLE, CXML_NIL_WITH_CONTENT, CXML_ABSTRACT,
    CXML_KEY                /* unique, key or keyref */
} cxml_kind;

/* One finding. Strings are valid during the callback only. */
typedef struct {
    cxml_kind kind;
    int line;              /* in the text read; 0 when unknown */
    long element;          /* number of the element it is about, counted from 0 in document order; -1 when unknown */
    const char *attribute; /* name of the attribute it is about, or NULL */
    const char *message;   /* libxml2's wording, at most about 64,000 bytes */
} cxml_finding;

typedef void (*cxml_report)(void *user, const cxml_finding *finding);

/* Compiles a schema document. NULL when it does not compile or refers to another document; `report` has said why. */
cxml_schema *cxml_schema_compile(const char *bytes, size_t length, cxml_report report, void *user);

void cxml_schema_free(cxml_schema *schema);

/* Validates a document. Returns 0 when it is valid, 1 when not (`report` has said why), -1 when it could not be decided:
   not well-formed, or the validator ran into its own limits (`report` may then have said nothing).
   `report` hears of the first `most` findings only. */
int cxml_schema_validate(const cxml_schema *schema, const char *bytes, size_t length, int most, cxml_report report, void *user);

#endif

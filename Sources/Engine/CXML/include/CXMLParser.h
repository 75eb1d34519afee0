/* An XML parser that gives a whole document as flat tables: libxml2's SAX2 reduced to what XMLTree stores. Nothing is ever
   fetched, no DTD is read. */
#ifndef CXML_PARSER_H
#define CXML_PARSER_H

#include <stddef.h>
#include <stdint.h>

enum { CXML_DOCUMENT = 0, CXML_ELEMENT = 1, CXML_TEXT = 2, CXML_COMMENT = 3, CXML_INSTRUCTION = 4 };

/* A node; the nodes stand in document order and number 0 is the document. */
typedef struct {
    uint32_t kind;
    uint32_t name;          /* elements and instructions: number of the name */
    uint32_t parent;
    uint32_t next_sibling;  /* 0: none */
    uint32_t end;           /* one past the last node of the subtree */
    uint32_t start;         /* elements: first attribute; others: offset into the text */
    uint32_t count;         /* elements: number of attributes; others: bytes of text */
} cxml_node;

typedef struct { uint32_t name, start, count; } cxml_attribute;

/* A piece of `name_text`. */
typedef struct { uint32_t start, count; } cxml_piece;

/* A name as written in the document; empty pieces stand for no namespace and no prefix. */
typedef struct { cxml_piece local, uri, prefix; } cxml_name;

/* A declaration on an element: an empty prefix is the default namespace, an empty URI takes it away. */
typedef struct { uint32_t element; cxml_piece prefix, uri; } cxml_namespace;

/* Where a node starts: for an element the byte offset just inside the end of its start tag, or -1 when the input had to be
   transcoded; the line; for other kinds -1 and 0. */
typedef struct { int64_t tag_end_offset; int line; } cxml_place;

typedef struct {
    cxml_node *nodes;            size_t node_count, node_capacity;
    cxml_attribute *attributes;  size_t attribute_count, attribute_capacity;
    cxml_name *names;            size_t name_count, name_capacity;
    cxml_namespace *namespaces;  size_t namespace_count, namespace_capacity;
    cxml_place *places;          size_t place_count, place_capacity;
    char *text;                  size_t text_count, text_capacity;
    char *name_text;             size_t name_text_count, name_text_capacity;
} cxml_tree;

typedef struct {
    size_t max_depth;    /* elements within each other */
    int drops_space;     /* text of white space alone between two tags is left out */
    int keeps_comments;  /* and instructions */
    int keeps_places;
} cxml_options;

enum { CXML_OK = 0, CXML_MALFORMED = 1, CXML_DOCTYPE = 2, CXML_TOO_DEEP = 3, CXML_NO_MEMORY = 4 };

typedef struct {
    int line;
    int column;
    char message[256];
} cxml_error;

/* Parses `length` bytes, a zero after them, into `tree`, which is to be given back to `cxml_tree_free` whatever the outcome.
   On anything but CXML_OK `error` says where and why. */
int cxml_parse(const char *bytes, size_t length, const cxml_options *options, cxml_tree *tree, cxml_error *error);
void cxml_tree_free(cxml_tree *tree);

#endif

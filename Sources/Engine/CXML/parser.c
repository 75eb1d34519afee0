#include "CXMLParser.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A name is known by its three pointers: libxml2 keeps each string of a parse once, in its dictionary. Were one there twice,
   the name would merely be listed twice. */
typedef struct { const xmlChar *local, *prefix, *uri; uint32_t number; } known_name;

typedef struct {
    xmlParserCtxtPtr parser;
    const cxml_options *options;
    cxml_tree *tree;
    cxml_error *error;
    int outcome;
    /* The open element, and how many are open. While an element is open its `end` holds its latest child, 0 for none. */
    uint32_t open;
    size_t depth;
    /* Text since the last tag begins here; it becomes a node when it proves to be more than boundary space. */
    size_t pending;
    known_name few[32];
    known_name *known;
    size_t known_size; /* a power of two, at least twice the number of names */
} state;

static void stop(state *s, int outcome) {
    if (s->outcome == CXML_OK) s->outcome = outcome;
    xmlStopParser(s->parser);
}

static void note_place(state *s) {
    xmlParserInputPtr input = s->parser->input;
    s->error->line = input ? input->line : 0;
    s->error->column = input ? input->col : 0;
}

/* Room for `more` elements; a count never passes 32 bits, since every node and every byte of text costs at least one byte of an
   input below 2 GiB. */
static int grow(state *s, void **table, size_t count, size_t *capacity, size_t more, size_t size, size_t least) {
    if (*capacity - count >= more) return 1;
    size_t wanted = *capacity * 2 > least ? *capacity * 2 : least;
    if (wanted < count + more) wanted = count + more;
    void *moved = realloc(*table, wanted * size);
    if (!moved) {
        stop(s, CXML_NO_MEMORY);
        return 0;
    }
    *table = moved;
    *capacity = wanted;
    return 1;
}

#define ROOM(s, table, counter, more, least) \
    grow(s, (void **)&(s)->tree->table, (s)->tree->counter##_count, &(s)->tree->counter##_capacity, more, sizeof *(s)->tree->table, least)

static int append_text(state *s, const void *bytes, size_t length) {
    if (!ROOM(s, text, text, length, 256)) return 0;
    memcpy(s->tree->text + s->tree->text_count, bytes, length);
    s->tree->text_count += length;
    return 1;
}

static int piece(state *s, const xmlChar *string, cxml_piece *piece) {
    size_t length = string ? strlen((const char *)string) : 0;
    piece->start = (uint32_t)s->tree->name_text_count;
    piece->count = (uint32_t)length;
    if (length == 0) return 1;
    if (!ROOM(s, name_text, name_text, length, 256)) return 0;
    memcpy(s->tree->name_text + s->tree->name_text_count, string, length);
    s->tree->name_text_count += length;
    return 1;
}

static size_t slot(const state *s, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri) {
    uint64_t h = (uint64_t)(uintptr_t)local * 0x9E3779B97F4A7C15u ^ (uint64_t)(uintptr_t)prefix * 0xC2B2AE3D27D4EB4Fu
        ^ (uint64_t)(uintptr_t)uri * 0x165667B19E3779F9u;
    size_t at = (size_t)(h >> 32) & (s->known_size - 1);
    while (s->known[at].local
           && !(s->known[at].local == local && s->known[at].prefix == prefix && s->known[at].uri == uri))
        at = (at + 1) & (s->known_size - 1);
    return at;
}

static int widen(state *s) {
    known_name *old = s->known;
    size_t size = s->known_size;
    known_name *wide = calloc(size * 4, sizeof *wide);
    if (!wide) {
        stop(s, CXML_NO_MEMORY);
        return 0;
    }
    s->known = wide;
    s->known_size = size * 4;
    for (size_t i = 0; i < size; i++)
        if (old[i].local) wide[slot(s, old[i].local, old[i].prefix, old[i].uri)] = old[i];
    if (old != s->few) free(old);
    return 1;
}

static int intern(state *s, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, uint32_t *number) {
    size_t at = slot(s, local, prefix, uri);
    if (s->known[at].local) {
        *number = s->known[at].number;
        return 1;
    }
    if (!ROOM(s, names, name, 1, 24)) return 0;
    cxml_name *name = s->tree->names + s->tree->name_count;
    if (!piece(s, local, &name->local) || !piece(s, uri, &name->uri) || !piece(s, prefix, &name->prefix)) return 0;
    *number = (uint32_t)s->tree->name_count++;
    s->known[at] = (known_name){ local, prefix, uri, *number };
    return s->tree->name_count * 2 <= s->known_size || widen(s);
}

/* The document node, which is open until the end. */
static int begin(state *s) {
    if (!ROOM(s, nodes, node, 1, 64) || (s->options->keeps_places && !ROOM(s, places, place, 1, 64))) return 0;
    s->tree->nodes[s->tree->node_count++] = (cxml_node){ CXML_DOCUMENT, 0, 0, 0, 0, 0, 0 };
    if (s->options->keeps_places) s->tree->places[s->tree->place_count++] = (cxml_place){ -1, 1 };
    return 1;
}

/* Adds a node below the open element; gives its number, 0 when there is no memory. */
static uint32_t append_node(state *s, uint32_t kind, uint32_t name, size_t start, size_t count) {
    if (!ROOM(s, nodes, node, 1, 64)) return 0;
    cxml_node *nodes = s->tree->nodes;
    uint32_t number = (uint32_t)s->tree->node_count++;
    nodes[number] = (cxml_node){ kind, name, s->open, 0, kind == CXML_ELEMENT ? 0 : number + 1, (uint32_t)start, (uint32_t)count };
    if (nodes[s->open].end) nodes[nodes[s->open].end].next_sibling = number;
    nodes[s->open].end = number;
    if (s->options->keeps_places) {
        if (!ROOM(s, places, place, 1, 64)) return 0;
        s->tree->places[s->tree->place_count++] = (cxml_place){ -1, 0 };
    }
    return number;
}

static int is_space(const char *text, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (text[i] != 32 && (text[i] < 9 || text[i] > 13)) return 0;
    return 1;
}

/* Makes a node of the text since the last tag, or forgets it. */
static int flush(state *s) {
    size_t count = s->tree->text_count - s->pending;
    if (count == 0) return 1;
    if (s->options->drops_space && is_space(s->tree->text + s->pending, count)) {
        s->tree->text_count = s->pending;
        return 1;
    }
    if (!append_node(s, CXML_TEXT, 0, s->pending, count)) return 0;
    s->pending = s->tree->text_count;
    return 1;
}

static void on_start(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
                     int nb_namespaces, const xmlChar **namespaces,
                     int nb_attributes, int nb_defaulted, const xmlChar **attributes) {
    state *s = ctx;
    (void)nb_defaulted;
    if (s->outcome != CXML_OK || !flush(s)) return;
    if (s->depth >= s->options->max_depth) {
        note_place(s);
        stop(s, CXML_TOO_DEEP);
        return;
    }
    uint32_t name;
    if (!intern(s, local, prefix, uri, &name)) return;
    uint32_t number = append_node(s, CXML_ELEMENT, name, s->tree->attribute_count, (size_t)nb_attributes);
    if (!number) return;
    s->open = number;
    s->depth++;
    if (s->options->keeps_places) {
        xmlParserInputPtr input = s->parser->input;
        cxml_place *place = s->tree->places + number;
        if (input && !(input->buf && input->buf->encoder))
            place->tag_end_offset = (int64_t)input->consumed + (int64_t)(input->cur - input->base);
        place->line = input ? input->line : 0;
    }
    for (int i = 0; i < nb_namespaces; i++) {
        if (!ROOM(s, namespaces, namespace, 1, 8)) return;
        cxml_namespace *declared = s->tree->namespaces + s->tree->namespace_count;
        declared->element = number;
        if (!piece(s, namespaces[2 * i], &declared->prefix) || !piece(s, namespaces[2 * i + 1], &declared->uri)) return;
        s->tree->namespace_count++;
    }
    for (int i = 0; i < nb_attributes; i++) {
        const xmlChar **a = attributes + 5 * i;
        size_t length = (size_t)(a[4] - a[3]), start = s->tree->text_count;
        if (!ROOM(s, attributes, attribute, 1, 16) || !intern(s, a[0], a[1], a[2], &name) || !append_text(s, a[3], length)) return;
        s->tree->attributes[s->tree->attribute_count++] = (cxml_attribute){ name, (uint32_t)start, (uint32_t)length };
    }
    s->pending = s->tree->text_count;
}

static void on_end(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri) {
    state *s = ctx;
    (void)local; (void)prefix; (void)uri;
    if (s->outcome != CXML_OK || !flush(s) || s->open == 0) return;
    cxml_node *closed = s->tree->nodes + s->open;
    closed->end = (uint32_t)s->tree->node_count;
    s->open = closed->parent;
    s->depth--;
}

static void on_text(void *ctx, const xmlChar *bytes, int length) {
    state *s = ctx;
    if (s->outcome == CXML_OK && length > 0) append_text(s, bytes, (size_t)length);
}

static void append_other(state *s, uint32_t kind, uint32_t name, const xmlChar *text) {
    size_t start = s->tree->text_count, length = text ? strlen((const char *)text) : 0;
    if (append_text(s, text ? text : (const xmlChar *)"", length)) append_node(s, kind, name, start, length);
    s->pending = s->tree->text_count;
}

static void on_comment(void *ctx, const xmlChar *value) {
    state *s = ctx;
    if (s->outcome == CXML_OK && s->options->keeps_comments && flush(s)) append_other(s, CXML_COMMENT, 0, value);
}

static void on_instruction(void *ctx, const xmlChar *target, const xmlChar *data) {
    state *s = ctx;
    uint32_t name;
    if (s->outcome == CXML_OK && s->options->keeps_comments && flush(s) && intern(s, target, NULL, NULL, &name))
        append_other(s, CXML_INSTRUCTION, name, data);
}

/* A document type is refused whatever it declares: it is the door to entity bombs and to files outside. */
static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id) {
    state *s = ctx;
    (void)name; (void)public_id; (void)system_id;
    if (s->outcome != CXML_OK) return;
    note_place(s);
    snprintf(s->error->message, sizeof s->error->message, "a document type declaration (DOCTYPE) is not accepted");
    stop(s, CXML_DOCTYPE);
}

static void on_error(void *ctx, xmlErrorPtr e) {
    state *s = ctx;
    if (e->level < XML_ERR_ERROR || s->outcome != CXML_OK) return;
    s->error->line = e->line;
    s->error->column = e->int2;
    snprintf(s->error->message, sizeof s->error->message, "%s", e->message ? e->message : "not well-formed");
    size_t n = strlen(s->error->message);
    while (n > 0 && (s->error->message[n - 1] == '\n' || s->error->message[n - 1] == ' ')) s->error->message[--n] = 0;
    s->outcome = CXML_MALFORMED;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void initialize(void) { xmlInitParser(); }

/* Begins with a tag, so it is UTF-8 without a word about it, and has no byte 0 before its end. Nearly all data are like that. */
static int is_plain(const char *bytes, size_t length) {
    return length > 1 && bytes[0] == '<' && bytes[1] != '?' && !memchr(bytes, 0, length);
}

/* Reads plain bytes where they are; a memory parser copies them first and again whenever it nears their end. */
static xmlParserCtxtPtr plain_parser(const char *bytes) {
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    xmlParserInputPtr input = parser ? xmlNewStringInputStream(parser, (const xmlChar *)bytes) : NULL;
    if (!input) {
        if (parser) xmlFreeParserCtxt(parser);
        return NULL;
    }
    inputPush(parser, input);
    return parser;
}

int cxml_parse(const char *bytes, size_t length, const cxml_options *options, cxml_tree *tree, cxml_error *error) {
    pthread_once(&once, initialize);
    memset(error, 0, sizeof *error);
    memset(tree, 0, sizeof *tree);
    if (length > INT_MAX) {
        snprintf(error->message, sizeof error->message, "larger than 2 GiB");
        return CXML_MALFORMED;
    }
    xmlSAXHandler sax;
    memset(&sax, 0, sizeof sax);
    sax.initialized = XML_SAX2_MAGIC;
    sax.startElementNs = on_start;
    sax.endElementNs = on_end;
    sax.characters = on_text;
    sax.ignorableWhitespace = on_text;
    sax.cdataBlock = on_text;
    sax.comment = on_comment;
    sax.processingInstruction = on_instruction;
    sax.internalSubset = on_doctype;
    sax.serror = (xmlStructuredErrorFunc)on_error;

    xmlParserCtxtPtr parser = is_plain(bytes, length) ? plain_parser(bytes) : xmlCreateMemoryParserCtxt(bytes, (int)length);
    if (!parser) {
        snprintf(error->message, sizeof error->message, length == 0 ? "the document is empty" : "out of memory");
        return length == 0 ? CXML_MALFORMED : CXML_NO_MEMORY;
    }
    state s = { .parser = parser, .options = options, .tree = tree, .error = error, .outcome = CXML_OK };
    s.known = s.few;
    s.known_size = sizeof s.few / sizeof *s.few;
    xmlSAXHandlerPtr own = parser->sax;
    parser->sax = &sax;
    parser->userData = &s;
    /* The limits on size and depth are the caller's; libxml2's own (10 MB of text, depth 256) would be an accident of the library. */
    /* NOENT: without it `&amp;` in an attribute value arrives as `&#38;`. Only the five predefined entities can exist here. */
    xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_HUGE | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    sax.serror = (xmlStructuredErrorFunc)on_error; /* NOERROR and NOWARNING clear the plain callbacks; this one stays ours */
    if (begin(&s)) xmlParseDocument(parser);
    if (s.outcome == CXML_OK && !parser->wellFormed) {
        s.outcome = CXML_MALFORMED;
        if (!error->message[0]) snprintf(error->message, sizeof error->message, "not well-formed");
    }
    if (s.outcome == CXML_OK && s.depth == 0) flush(&s);
    if (tree->node_count > 0) tree->nodes[0].end = (uint32_t)tree->node_count;
    parser->sax = own;
    if (parser->myDoc) { xmlFreeDoc(parser->myDoc); parser->myDoc = NULL; }
    xmlFreeParserCtxt(parser);
    if (s.known != s.few) free(s.known);
    return s.outcome;
}

void cxml_tree_free(cxml_tree *tree) {
    free(tree->nodes);
    free(tree->attributes);
    free(tree->names);
    free(tree->namespaces);
    free(tree->places);
    free(tree->text);
    free(tree->name_text);
    memset(tree, 0, sizeof *tree);
}

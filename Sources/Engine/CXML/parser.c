#include "CXMLParser.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    xmlParserCtxtPtr parser;
    const cxml_handler *handler;
    void *user;
    cxml_error *error;
    int outcome;
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

static void on_start(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
                     int nb_namespaces, const xmlChar **namespaces,
                     int nb_attributes, int nb_defaulted, const xmlChar **attributes) {
    state *s = ctx;
    (void)nb_defaulted;
    if (s->outcome != CXML_OK) return;
    cxml_namespace ns_few[8];
    cxml_attribute at_few[16];
    cxml_namespace *ns = ns_few;
    cxml_attribute *at = at_few;
    if (nb_namespaces > 8) ns = malloc(sizeof *ns * (size_t)nb_namespaces);
    if (nb_attributes > 16) at = malloc(sizeof *at * (size_t)nb_attributes);
    if (!ns || !at) {
        stop(s, CXML_NO_MEMORY);
    } else {
        for (int i = 0; i < nb_namespaces; i++) {
            ns[i].prefix = (const char *)namespaces[2 * i];
            ns[i].uri = (const char *)namespaces[2 * i + 1];
        }
        for (int i = 0; i < nb_attributes; i++) {
            const xmlChar **a = attributes + 5 * i;
            at[i].local = (const char *)a[0];
            at[i].prefix = (const char *)a[1];
            at[i].uri = (const char *)a[2];
            at[i].value = (const char *)a[3];
            at[i].value_length = (size_t)(a[4] - a[3]);
        }
        xmlParserInputPtr input = s->parser->input;
        int64_t offset = -1;
        if (input && input->buf && !input->buf->encoder)
            offset = (int64_t)input->consumed + (int64_t)(input->cur - input->base);
        if (s->handler->start_element(s->user, (const char *)local, (const char *)prefix, (const char *)uri,
                                      ns, (size_t)nb_namespaces, at, (size_t)nb_attributes,
                                      offset, input ? input->line : 0)) {
            note_place(s);
            stop(s, CXML_STOPPED);
        }
    }
    if (ns != ns_few) free(ns);
    if (at != at_few) free(at);
}

static void on_end(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri) {
    state *s = ctx;
    (void)local; (void)prefix; (void)uri;
    if (s->outcome == CXML_OK && s->handler->end_element(s->user)) { note_place(s); stop(s, CXML_STOPPED); }
}

static void on_text(void *ctx, const xmlChar *bytes, int length) {
    state *s = ctx;
    if (s->outcome == CXML_OK && length > 0 && s->handler->text(s->user, (const char *)bytes, (size_t)length)) {
        note_place(s);
        stop(s, CXML_STOPPED);
    }
}

static void on_comment(void *ctx, const xmlChar *value) {
    state *s = ctx;
    if (s->outcome == CXML_OK && s->handler->comment(s->user, (const char *)value)) { note_place(s); stop(s, CXML_STOPPED); }
}

static void on_instruction(void *ctx, const xmlChar *target, const xmlChar *data) {
    state *s = ctx;
    if (s->outcome == CXML_OK && s->handler->instruction(s->user, (const char *)target, data ? (const char *)data : "")) {
        note_place(s);
        stop(s, CXML_STOPPED);
    }
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

int cxml_parse(const char *bytes, size_t length, const cxml_handler *handler, void *user, cxml_error *error) {
    pthread_once(&once, initialize);
    memset(error, 0, sizeof *error);
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

    xmlParserCtxtPtr parser = xmlCreateMemoryParserCtxt(bytes, (int)length);
    if (!parser) {
        snprintf(error->message, sizeof error->message, length == 0 ? "the document is empty" : "out of memory");
        return length == 0 ? CXML_MALFORMED : CXML_NO_MEMORY;
    }
    state s = { parser, handler, user, error, CXML_OK };
    xmlSAXHandlerPtr own = parser->sax;
    parser->sax = &sax;
    parser->userData = &s;
    /* The limits on size and depth are the caller's; libxml2's own (10 MB of text, depth 256) would be an accident of the library. */
    /* NOENT: without it `&amp;` in an attribute value arrives as `&#38;`. Only the five predefined entities can exist here. */
    xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_HUGE | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    sax.serror = (xmlStructuredErrorFunc)on_error; /* NOERROR and NOWARNING clear the plain callbacks; this one stays ours */
    xmlParseDocument(parser);
    if (s.outcome == CXML_OK && !parser->wellFormed) {
        s.outcome = CXML_MALFORMED;
        if (!error->message[0]) snprintf(error->message, sizeof error->message, "not well-formed");
    }
    parser->sax = own;
    if (parser->myDoc) { xmlFreeDoc(parser->myDoc); parser->myDoc = NULL; }
    xmlFreeParserCtxt(parser);
    return s.outcome;
}

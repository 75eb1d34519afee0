#include "CXMLSchema.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlschemastypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct cxml_schema {
    xmlSchemaPtr compiled;
    xmlDocPtr document; /* the compiled schema's components point into it */
};

typedef struct {
    cxml_report report;
    void *user;
    int left;
} state;

/* libxml2 fills its table of built-in types on first use; doing it once here is what makes a compiled schema read-only. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void initialize(void) {
    xmlInitParser();
    xmlSchemaInitTypes();
}

static cxml_kind kind_of(int code) {
    switch (code) {
    case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1:
    case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_2:
    case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_3: return CXML_BAD_VALUE;
    case XML_SCHEMAV_CVC_LENGTH_VALID: return CXML_LENGTH;
    case XML_SCHEMAV_CVC_MINLENGTH_VALID: return CXML_MIN_LENGTH;
    case XML_SCHEMAV_CVC_MAXLENGTH_VALID: return CXML_MAX_LENGTH;
    case XML_SCHEMAV_CVC_MININCLUSIVE_VALID: return CXML_MIN_INCLUSIVE;
    case XML_SCHEMAV_CVC_MAXINCLUSIVE_VALID: return CXML_MAX_INCLUSIVE;
    case XML_SCHEMAV_CVC_MINEXCLUSIVE_VALID: return CXML_MIN_EXCLUSIVE;
    case XML_SCHEMAV_CVC_MAXEXCLUSIVE_VALID: return CXML_MAX_EXCLUSIVE;
    case XML_SCHEMAV_CVC_TOTALDIGITS_VALID: return CXML_TOTAL_DIGITS;
    case XML_SCHEMAV_CVC_FRACTIONDIGITS_VALID: return CXML_FRACTION_DIGITS;
    case XML_SCHEMAV_CVC_PATTERN_VALID: return CXML_PATTERN;
    case XML_SCHEMAV_CVC_ENUMERATION_VALID: return CXML_ENUMERATION;
    case XML_SCHEMAV_CVC_ELT_5_2_2_2_1:
    case XML_SCHEMAV_CVC_ELT_5_2_2_2_2:
    case XML_SCHEMAV_CVC_ATTRIBUTE_4:
    case XML_SCHEMAV_CVC_AU: return CXML_FIXED_VALUE;
    case XML_SCHEMAV_ELEMENT_CONTENT: return CXML_CHILDREN;
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1: return CXML_CONTENT_IN_EMPTY;
    case XML_SCHEMAV_CVC_TYPE_3_1_2:
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_2: return CXML_ELEMENT_IN_SIMPLE;
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_3: return CXML_TEXT_BETWEEN_ELEMENTS;
    case XML_SCHEMAV_CVC_TYPE_3_1_1:
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1:
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2: return CXML_ATTRIBUTE_UNKNOWN;
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_4: return CXML_ATTRIBUTE_MISSING;
    case XML_SCHEMAV_CVC_ELT_1: return CXML_UNKNOWN_ROOT;
    case XML_SCHEMAV_CVC_ELT_3_1: return CXML_NOT_NILLABLE;
    case XML_SCHEMAV_CVC_ELT_3_2_1: return CXML_NIL_WITH_CONTENT;
    case XML_SCHEMAV_CVC_ELT_2:
    case XML_SCHEMAV_CVC_TYPE_2: return CXML_ABSTRACT;
    case XML_SCHEMAV_CVC_IDC: return CXML_KEY;
    default: return CXML_OTHER;
    }
}

/* The next node in document order, NULL after the last. */
static xmlNodePtr next_node(xmlNodePtr node) {
    if (node->type == XML_ELEMENT_NODE && node->children) return node->children;
    while (node && !node->next) node = node->parent;
    return node && node->type != XML_DOCUMENT_NODE ? node->next : NULL;
}

static long number_of(xmlNodePtr element) {
    long number = 0;
    for (xmlNodePtr node = element->doc ? xmlDocGetRootElement(element->doc) : NULL; node; node = next_node(node)) {
        if (node == element) return number;
        if (node->type == XML_ELEMENT_NODE) number++;
    }
    return -1;
}

static void on_finding(void *context, xmlErrorPtr e) {
    state *s = context;
    if (e->level < XML_ERR_ERROR || s->left <= 0) return;
    s->left--;
    xmlNodePtr node = e->node;
    cxml_finding finding = { kind_of(e->code), e->line, -1, NULL, e->message ? e->message : "" };
    if (node && node->type == XML_ATTRIBUTE_NODE) {
        finding.attribute = (const char *)node->name;
        node = node->parent;
    }
    if (node && node->type == XML_ELEMENT_NODE) finding.element = number_of(node);
    s->report(s->user, &finding);
}

/* What libxml2 says outside the two contexts below, and would print to standard error. */
static void on_noise(void *context, xmlErrorPtr e) { (void)context; (void)e; }

/* Both handlers are per thread in libxml2. */
typedef struct {
    xmlStructuredErrorFunc function;
    void *context;
} hush;

static hush begin_hush(void) {
    hush before = { xmlStructuredError, xmlStructuredErrorContext };
    xmlSetStructuredErrorFunc(NULL, (xmlStructuredErrorFunc)on_noise);
    return before;
}

static void end_hush(hush before) { xmlSetStructuredErrorFunc(before.context, before.function); }

/* The limits on size and depth are the caller's (XML_PARSE_HUGE); entities are never replaced nor DTDs loaded. */
static xmlDocPtr read_document(const char *bytes, size_t length, state *s) {
    if (length > INT_MAX) return NULL;
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    if (!parser) return NULL;
    xmlDocPtr document = xmlCtxtReadMemory(parser, bytes, (int)length, NULL, NULL,
                                           XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_BIG_LINES
                                           | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (!document || document->intSubset) {
        xmlErrorPtr e = xmlCtxtGetLastError(parser);
        cxml_finding finding = { CXML_OTHER, e ? e->line : 0, -1, NULL,
                                 document ? "a document type declaration (DOCTYPE) is not accepted"
                                          : e && e->message ? e->message : "not well-formed" };
        s->report(s->user, &finding);
        if (document) xmlFreeDoc(document);
        document = NULL;
    }
    xmlFreeParserCtxt(parser);
    return document;
}

static const char schema_namespace[] = "http://www.w3.org/2001/XMLSchema";

/* An import without a place is only a declaration that names of another namespace are meant; it loads nothing. */
static int loads_another(xmlNodePtr node) {
    if (node->type != XML_ELEMENT_NODE || !node->ns || strcmp((const char *)node->ns->href, schema_namespace)) return 0;
    const char *name = (const char *)node->name;
    if (!strcmp(name, "include") || !strcmp(name, "redefine")) return 1;
    return !strcmp(name, "import") && xmlHasProp(node, (const xmlChar *)"schemaLocation");
}

static int refuse_references(xmlDocPtr document, state *s) {
    int found = 0;
    for (xmlNodePtr node = xmlDocGetRootElement(document); node; node = next_node(node)) {
        if (!loads_another(node)) continue;
        cxml_finding finding = { CXML_NOT_LOADED, (int)xmlGetLineNo(node), number_of(node), NULL, (const char *)node->name };
        if (s->left-- > 0) s->report(s->user, &finding);
        found = 1;
    }
    return found;
}

cxml_schema *cxml_schema_compile(const char *bytes, size_t length, cxml_report report, void *user) {
    pthread_once(&once, initialize);
    hush before = begin_hush();
    state s = { report, user, 100 };
    cxml_schema *schema = NULL;
    xmlDocPtr document = read_document(bytes, length, &s);
    if (document && !refuse_references(document, &s)) {
        xmlSchemaParserCtxtPtr parser = xmlSchemaNewDocParserCtxt(document);
        xmlSchemaPtr compiled = NULL;
        if (parser) {
            xmlSchemaSetParserStructuredErrors(parser, (xmlStructuredErrorFunc)on_finding, &s);
            compiled = xmlSchemaParse(parser);
            xmlSchemaFreeParserCtxt(parser);
        }
        if (compiled) schema = malloc(sizeof *schema);
        if (schema) {
            schema->compiled = compiled;
            schema->document = document;
        } else if (compiled) {
            xmlSchemaFree(compiled);
        }
    }
    if (document && !schema) xmlFreeDoc(document);
    end_hush(before);
    return schema;
}

void cxml_schema_free(cxml_schema *schema) {
    if (!schema) return;
    xmlSchemaFree(schema->compiled);
    xmlFreeDoc(schema->document);
    free(schema);
}

int cxml_schema_validate(const cxml_schema *schema, const char *bytes, size_t length, int most, cxml_report report, void *user) {
    hush before = begin_hush();
    state s = { report, user, most };
    int outcome = -1;
    xmlDocPtr document = read_document(bytes, length, &s);
    if (document) {
        xmlSchemaValidCtxtPtr validator = xmlSchemaNewValidCtxt(schema->compiled);
        if (validator) {
            xmlSchemaSetValidStructuredErrors(validator, (xmlStructuredErrorFunc)on_finding, &s);
            int result = xmlSchemaValidateDoc(validator, document);
            outcome = result == 0 ? 0 : result > 0 ? 1 : -1;
            xmlSchemaFreeValidCtxt(validator);
        }
        xmlFreeDoc(document);
    }
    end_hush(before);
    return outcome;
}

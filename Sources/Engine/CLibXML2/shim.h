/* Deliberately empty: this target carries libxml2's search path and link flag to CXML, which alone includes its headers.
   Swift must not see them: they declare types that clash with Foundation's ICU. */

/* PostgreSQL's own client library: it knows the protocol, TLS, every way to log in, and connection strings as psql takes them. */
#include <libpq-fe.h>

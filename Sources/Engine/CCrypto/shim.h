/* The one digest the event log's hash chain needs, from the system's OpenSSL. */
#include <openssl/sha.h>

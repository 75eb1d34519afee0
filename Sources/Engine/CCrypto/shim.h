/* The one digest the event log's hash chain needs, from the system's OpenSSL. */
#include <openssl/evp.h>
#include <openssl/sha.h>

// The C library of Linux, whichever this one is built with. Floors that do without Foundation import this and nothing else, and
// write `POSIX.read` where a name of their own hides the call.

#if canImport(Musl)
    @_exported import Musl
#else
    @_exported import Glibc
#endif

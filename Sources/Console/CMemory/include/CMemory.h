// What Swift cannot ask of the C library about the memory of its process.
#ifndef MIZZEN_CMEMORY_H
#define MIZZEN_CMEMORY_H

// Gives pages back to the system that hold nothing: what the allocator has kept of freed memory, and code and constants of this program and
// its libraries as they are in their files. What of them is still used is mapped again at the next use. Does nothing where there is no glibc.
void cmem_give_back(void);

#endif

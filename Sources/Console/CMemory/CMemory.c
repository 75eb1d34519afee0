#define _GNU_SOURCE
#include "CMemory.h"

#include <stdlib.h>

#ifdef __GLIBC__
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

// The kernel maps sixteen pages around each that is touched, so a start leaves far more mapped than ever runs again. What may be written is
// left alone: dropping that would lose it.
static int drop_unwritten(struct dl_phdr_info *object, size_t size, void *context) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int n = 0; n < object->dlpi_phnum; n++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[n];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        uintptr_t start = object->dlpi_addr + segment->p_vaddr, end = start + segment->p_memsz;
        start -= start % page;
        madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}
#endif

void cmem_give_back(void) {
#ifdef __GLIBC__
    malloc_trim(0);
    dl_iterate_phdr(drop_unwritten, NULL);
#endif
}

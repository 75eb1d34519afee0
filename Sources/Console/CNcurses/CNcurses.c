// See CNcurses.h. The only file that includes ncurses.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1  // memfd_create
#endif
#define NCURSES_WIDECHAR 1

#include "CNcurses.h"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

struct cnc_screen {
    SCREEN *screen;
    FILE *output;
    FILE *input;
    bool colors;  // alloc_pair crashes in ncurses 6.4 unless start_color has succeeded
    int cursor_shown;
};

static FILE *capture_file(void) {
    int fd = memfd_create("mizzen-frame", MFD_CLOEXEC);
    if (fd >= 0) {
        FILE *file = fdopen(fd, "w+");
        if (file) return file;
        close(fd);
    }
    return tmpfile();
}

cnc_screen *cnc_open(const char *term, int columns, int rows) {
    cnc_screen *self = calloc(1, sizeof *self);
    if (!self) return NULL;
    self->output = capture_file();
    self->input = fopen("/dev/null", "r");
    if (self->output && self->input) self->screen = newterm(term, self->output, self->input);
    if (!self->screen) {
        cnc_close(self);
        return NULL;
    }
    set_term(self->screen);
    typeahead(-1);
    resizeterm(rows, columns);
    self->colors = has_colors() && start_color() == OK;
    if (self->colors) use_default_colors();
    scrollok(stdscr, FALSE);
    leaveok(stdscr, TRUE);
    self->cursor_shown = 0;
    curs_set(0);
    // Entering the alternate screen is the device's business: what newterm wanted to send is dropped.
    fflush(self->output);
    if (ftruncate(fileno(self->output), 0) == 0) rewind(self->output);
    return self;
}

void cnc_close(cnc_screen *self) {
    if (!self) return;
    if (self->screen) {
        set_term(self->screen);
        endwin();
        // No delscreen: in ncurses 6.4 every doupdate of the other screens fails after it. The product opens one screen in its life,
        // so what stays allocated does not grow.
    }
    if (self->output) fclose(self->output);
    if (self->input) fclose(self->input);
    free(self);
}

int cnc_rows(cnc_screen *self) {
    set_term(self->screen);
    return LINES;
}

int cnc_columns(cnc_screen *self) {
    set_term(self->screen);
    return COLS;
}

void cnc_resize(cnc_screen *self, int columns, int rows) {
    set_term(self->screen);
    resizeterm(rows, columns);
    clearok(curscr, TRUE);
}

int cnc_colors(cnc_screen *self) {
    if (!self->colors) return 0;
    set_term(self->screen);
    return tigetflag("RGB") > 0 ? 1 << 24 : COLORS;
}

int cnc_pair(cnc_screen *self, int foreground, int background) {
    if (!self->colors) return 0;
    set_term(self->screen);
    int pair = alloc_pair(foreground, background);
    return pair < 0 ? 0 : pair;
}

static attr_t attributes_of(uint32_t bits) {
    attr_t result = WA_NORMAL;
    if (bits & 1) result |= WA_BOLD;
    if (bits & 2) result |= WA_DIM;
#ifdef WA_ITALIC
    if (bits & 4) result |= WA_ITALIC;
#endif
    if (bits & 8) result |= WA_UNDERLINE;
    if (bits & 16) result |= WA_REVERSE;
    return result;
}

void cnc_put_row(cnc_screen *self, int y, const cnc_cell *cells, int count) {
    if (count <= 0) return;
    set_term(self->screen);
    if (y < 0 || y >= LINES) return;
    if (count > COLS) count = COLS;
    cchar_t *row = malloc((size_t)count * sizeof *row);
    if (!row) return;
    int used = 0;
    for (int x = 0; x < count; x++) {
        const cnc_cell *cell = &cells[x];
        if (cell->width == 0) continue;
        wchar_t text[4] = {(wchar_t)cell->base, (wchar_t)cell->mark1, (wchar_t)cell->mark2, 0};
        int width = cell->width;
        // ncurses lays cells out by the C library's widths. Where that disagrees with ours, or a wide character would be cut at the
        // right edge, plain characters of the right total width keep every column in its place.
        if (wcwidth(text[0]) != width || x + width > count) {
            text[0] = L'?';
            text[1] = 0;
        } else {
            for (int i = 1; i < 3 && text[i]; i++)
                if (wcwidth(text[i]) != 0) text[i] = 0;
            width = 1;
        }
        int pair = cell->pair;
        for (int i = 0; i < width && used < count; i++) {
            if (i > 0) text[0] = L' ';
            if (setcchar(&row[used], text, attributes_of(cell->attributes), (short)0, &pair) != OK) {
                wchar_t question[2] = {L'?', 0};
                setcchar(&row[used], question, WA_NORMAL, 0, NULL);
            }
            used++;
        }
    }
    mvwadd_wchnstr(stdscr, y, 0, row, used);
    free(row);
}

void cnc_cursor(cnc_screen *self, int x, int y) {
    set_term(self->screen);
    int shown = x >= 0 && y >= 0 && x < COLS && y < LINES;
    leaveok(stdscr, shown ? FALSE : TRUE);
    if (shown) wmove(stdscr, y, x);
    if (shown != self->cursor_shown) {
        curs_set(shown);
        self->cursor_shown = shown;
    }
}

void cnc_invalidate(cnc_screen *self) {
    set_term(self->screen);
    clearok(curscr, TRUE);
    self->cursor_shown = -1;
}

long cnc_update(cnc_screen *self) {
    set_term(self->screen);
    wnoutrefresh(stdscr);
    if (doupdate() == ERR || fflush(self->output) != 0) return -1;
    struct stat status;
    return fstat(fileno(self->output), &status) == 0 ? (long)status.st_size : -1;
}

long cnc_take(cnc_screen *self, uint8_t *buffer, size_t capacity) {
    int fd = fileno(self->output);
    size_t copied = 0;
    while (copied < capacity) {
        ssize_t count = pread(fd, buffer + copied, capacity - copied, (off_t)copied);
        if (count <= 0) break;
        copied += (size_t)count;
    }
    if (ftruncate(fd, 0) != 0) return -1;
    // ncurses writes by the descriptor, not by the stream.
    lseek(fd, 0, SEEK_SET);
    rewind(self->output);
    return (long)copied;
}

long cnc_capability(cnc_screen *self, const char *name, uint8_t *buffer, size_t capacity) {
    set_term(self->screen);
    const char *value = tigetstr(name);
    if (value == NULL || value == (char *)-1) return 0;
    size_t used = 0;
    while (*value && used < capacity) {
        if (value[0] == '$' && value[1] == '<') {
            const char *end = strchr(value, '>');
            if (end) {
                value = end + 1;
                continue;
            }
        }
        buffer[used++] = (uint8_t)*value++;
    }
    return (long)used;
}

uint32_t cnc_read_cell(cnc_screen *self, int x, int y) {
    set_term(self->screen);
    cchar_t cell;
    memset(&cell, 0, sizeof cell);
    if (mvwin_wch(stdscr, y, x, &cell) == ERR) return 0;
    return (uint32_t)cell.chars[0];
}

static bool codeset_is_utf8(void) {
    const char *codeset = nl_langinfo(CODESET);
    return codeset && (strcmp(codeset, "UTF-8") == 0 || strcmp(codeset, "utf8") == 0);
}

bool cnc_choose_locale(void) {
    if (setlocale(LC_ALL, "") && codeset_is_utf8()) return true;
    if (setlocale(LC_CTYPE, "C.UTF-8") && codeset_is_utf8()) return true;
    return setlocale(LC_CTYPE, "en_US.UTF-8") && codeset_is_utf8();
}

bool cnc_window_size(int tty, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(tty, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return true;
}

int cnc_reopen_for_writing(int fd) {
    char path[256];
    if (ttyname_r(fd, path, sizeof path) != 0) return -1;
    return open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

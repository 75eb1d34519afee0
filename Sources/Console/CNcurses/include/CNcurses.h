// What Swift cannot reach in ncurses, and what must be C: accessors for its globals, attribute constants whose macros hold
// casts, the capture of its output in an unlinked file, and the handlers that run inside a signal.
// Everything here belongs to one thread, except the functions said to be safe inside a signal handler.
#ifndef MIZZEN_CNCURSES_H
#define MIZZEN_CNCURSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

// Attribute bits of this interface; CNcurses.c translates them, so that no ncurses macro is needed outside it.
static const uint32_t CNC_BOLD = 1;
static const uint32_t CNC_DIM = 2;
static const uint32_t CNC_ITALIC = 4;
static const uint32_t CNC_UNDERLINE = 8;
static const uint32_t CNC_REVERSE = 16;

// One cell of a row to paint: a base character, at most two combining marks (0: none) and how many columns it takes.
// Width 0 is the second half of a wide character and is skipped.
typedef struct {
    uint32_t base, mark1, mark2;
    uint32_t attributes;
    int32_t pair;
    int32_t width;
} cnc_cell;

// One ncurses screen whose output goes to an unlinked file. Opaque.
typedef struct cnc_screen cnc_screen;

// Opens a screen for terminal type `term`. NULL when terminfo does not know it, or when memory or a file is refused.
cnc_screen *cnc_open(const char *term, int columns, int rows);
// Closes its files. The memory ncurses holds for a screen stays.
void cnc_close(cnc_screen *screen);
// The stdscr, LINES and COLS of this screen, which Swift 6 refuses to read as globals.
int cnc_rows(cnc_screen *screen);
int cnc_columns(cnc_screen *screen);
void cnc_resize(cnc_screen *screen, int columns, int rows);
// Colours the terminal type has: 0 on a monochrome one, 1 << 24 where terminfo promises direct colour.
int cnc_colors(cnc_screen *screen);
// A colour pair for two palette numbers, -1 being the terminal's own colour; 0 when there is none left or no colour at all.
int cnc_pair(cnc_screen *screen, int foreground, int background);
void cnc_put_row(cnc_screen *screen, int y, const cnc_cell *cells, int count);
// Hides the cursor (x < 0) or shows it at a place.
void cnc_cursor(cnc_screen *screen, int x, int y);
// The next frame clears and paints everything.
void cnc_invalidate(cnc_screen *screen);
// Runs ncurses' difference and returns the number of bytes it wants to send, or -1.
long cnc_update(cnc_screen *screen);
// Copies at most `capacity` captured bytes and empties the capture file; returns how many were copied, or -1.
long cnc_take(cnc_screen *screen, uint8_t *buffer, size_t capacity);
// The terminfo string capability `name` with its padding marks removed, at most `capacity` bytes; 0 when it has none.
long cnc_capability(cnc_screen *screen, const char *name, uint8_t *buffer, size_t capacity);
// What character is in a cell of ncurses' own copy of the screen (for tests).
uint32_t cnc_read_cell(cnc_screen *screen, int x, int y);

// Chooses a UTF-8 locale for this process, C.UTF-8 if the user's is none. False: only ASCII can be shown.
bool cnc_choose_locale(void);

// Restore guard: while armed, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE and SIGABRT write `reset` to `tty`, set `modes`,
// show what was written to `log` since `log_start`, put standard error back and then run the handler that was there before.
void cnc_guard_arm(int tty, const uint8_t *reset, size_t length, const struct termios *modes, int log, int saved_error);
void cnc_guard_disarm(void);

// SIGWINCH, SIGTSTP, SIGCONT, SIGHUP, SIGTERM and SIGINT each write their number as one byte into `wake`. A second SIGTERM or SIGINT
// before `cnc_signals_seen` restores the terminal and ends the process, so that a stuck program can still be stopped.
// Returns false when a handler was refused.
bool cnc_signals_install(int wake);
void cnc_signals_seen(void);
// Puts back what was there before; after a hang-up SIGHUP, which comes for each part of it, is ignored from then on.
void cnc_signals_remove(bool hung_up);
// Stops this process group as a terminal's Ctrl-Z does. Returns at once; the SIGCONT byte in `wake` says that it was continued.
void cnc_stop_group(void);
// Takes SIGTSTP back after cnc_stop_group.
void cnc_signals_rearm(void);
// A signal stack for the calling thread, so that a stack overflow can still restore the terminal.
void cnc_signal_stack(void);

// Window size of a tty; false when it is none or says 0.
bool cnc_window_size(int tty, int *columns, int *rows);
// Opens the tty behind `fd` anew for writing: its own file description, so O_NONBLOCK reaches nobody else. -1 when refused.
int cnc_reopen_for_writing(int fd);

#endif

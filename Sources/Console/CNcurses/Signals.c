// What runs inside a signal handler: restoring the terminal after a crash, and turning signals into bytes of the wake pipe.
// Only async-signal-safe calls are made here.
#include "CNcurses.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RESET_CAPACITY = 512, TAIL_CAPACITY = 4096 };

static struct {
    volatile sig_atomic_t armed;
    pid_t process;
    int tty, log, saved_error;
    off_t log_start;
    size_t length;
    uint8_t reset[RESET_CAPACITY];
    struct termios modes;
} guard;

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
enum { CRASH_COUNT = sizeof crash_signals / sizeof crash_signals[0] };
static struct sigaction crash_previous[CRASH_COUNT];
static bool crash_installed;

static void write_all(int fd, const uint8_t *bytes, size_t count) {
    // Bounded, so that a stalled non-blocking tty cannot keep a dying process alive.
    for (int attempt = 0; count > 0 && attempt < 64; attempt++) {
        ssize_t written = write(fd, bytes, count);
        if (written < 0) {
            if (errno == EINTR) continue;
            return;
        }
        bytes += written;
        count -= (size_t)written;
    }
}

static void restore_terminal(void) {
    if (!guard.armed || guard.process != getpid()) return;
    guard.armed = 0;
    write_all(guard.tty, guard.reset, guard.length);
    tcsetattr(guard.tty, TCSANOW, &guard.modes);
    if (guard.saved_error >= 0) dup2(guard.saved_error, STDERR_FILENO);
    if (guard.log < 0) return;
    // "Fatal error: …" went into the log while the alternate screen was up; here is its end.
    static uint8_t tail[TAIL_CAPACITY];
    struct stat status;
    if (fstat(guard.log, &status) != 0) return;
    off_t start = guard.log_start;
    if (status.st_size - start > TAIL_CAPACITY) start = status.st_size - TAIL_CAPACITY;
    ssize_t count = pread(guard.log, tail, sizeof tail, start);
    if (count > 0) write_all(STDERR_FILENO, tail, (size_t)count);
}

static void on_crash(int signal_number, siginfo_t *info, void *context) {
    restore_terminal();
    struct sigaction previous;
    memset(&previous, 0, sizeof previous);
    previous.sa_handler = SIG_DFL;
    for (int i = 0; i < CRASH_COUNT; i++)
        if (crash_signals[i] == signal_number) previous = crash_previous[i];
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    // Whatever the earlier handler does, a second fault must end the process.
    sigaction(signal_number, &standard, NULL);
    if (previous.sa_flags & SA_SIGINFO) {
        if (previous.sa_sigaction) previous.sa_sigaction(signal_number, info, context);
    } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
        previous.sa_handler(signal_number);
    }
    // A fault repeats when this returns; a signal that was sent does not, so it is sent again.
    if (info == NULL || info->si_code <= 0 || signal_number == SIGTRAP) raise(signal_number);
}

void cnc_guard_arm(int tty, const uint8_t *reset, size_t length, const struct termios *modes, int log, int saved_error) {
    guard.armed = 0;
    guard.process = getpid();
    guard.tty = tty;
    guard.log = log;
    guard.saved_error = saved_error;
    struct stat status;
    guard.log_start = log >= 0 && fstat(log, &status) == 0 ? status.st_size : 0;
    guard.length = length < RESET_CAPACITY ? length : RESET_CAPACITY;
    memcpy(guard.reset, reset, guard.length);
    guard.modes = *modes;
    if (!crash_installed) {
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_sigaction = on_crash;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigemptyset(&action.sa_mask);
        for (int i = 0; i < CRASH_COUNT; i++) sigaction(crash_signals[i], &action, &crash_previous[i]);
        // Code that calls exit() in the middle must not leave the alternate screen up either.
        atexit(restore_terminal);
        crash_installed = true;
    }
    guard.armed = 1;
}

void cnc_guard_disarm(void) { guard.armed = 0; }

static volatile sig_atomic_t wake_descriptor = -1;
static volatile sig_atomic_t stop_requests;

static const int watched_signals[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGHUP, SIGTERM, SIGINT};
enum { WATCHED_COUNT = sizeof watched_signals / sizeof watched_signals[0] };
static struct sigaction watched_previous[WATCHED_COUNT];
static bool watched_installed;

static void on_signal(int signal_number) {
    int saved = errno;
    if (signal_number == SIGTERM || signal_number == SIGINT) {
        if (stop_requests > 0) {
            restore_terminal();
            _exit(128 + signal_number);
        }
        stop_requests = stop_requests + 1;
    }
    uint8_t byte = (uint8_t)signal_number;
    // A full pipe already means "wake up"; nothing else can be done here.
    ssize_t ignored = write(wake_descriptor, &byte, 1);
    (void)ignored;
    errno = saved;
}

static void wake_action(struct sigaction *action) {
    memset(action, 0, sizeof *action);
    action->sa_handler = on_signal;
    action->sa_flags = SA_RESTART;
    sigemptyset(&action->sa_mask);
}

bool cnc_signals_install(int wake) {
    wake_descriptor = wake;
    stop_requests = 0;
    if (watched_installed) return true;
    struct sigaction action;
    wake_action(&action);
    bool good = true;
    for (int i = 0; i < WATCHED_COUNT; i++) {
        if (sigaction(watched_signals[i], NULL, &watched_previous[i]) != 0) good = false;
        // nohup's choice is kept.
        if (watched_signals[i] == SIGHUP && watched_previous[i].sa_handler == SIG_IGN) continue;
        if (sigaction(watched_signals[i], &action, NULL) != 0) good = false;
    }
    watched_installed = true;
    return good;
}

void cnc_signals_seen(void) { stop_requests = 0; }

void cnc_signals_remove(bool hung_up) {
    if (!watched_installed) return;
    struct sigaction ignored;
    memset(&ignored, 0, sizeof ignored);
    ignored.sa_handler = SIG_IGN;
    for (int i = 0; i < WATCHED_COUNT; i++) {
        sigaction(watched_signals[i], hung_up && watched_signals[i] == SIGHUP ? &ignored : &watched_previous[i], NULL);
    }
    watched_installed = false;
    wake_descriptor = -1;
}

void cnc_stop_group(void) {
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &standard, NULL);
    // The whole group: under `make run` the shell would otherwise wait for make, which waits for us.
    kill(0, SIGTSTP);
}

void cnc_signals_rearm(void) {
    struct sigaction action;
    wake_action(&action);
    sigaction(SIGTSTP, &action, NULL);
}

void cnc_signal_stack(void) {
    enum { SIZE = 64 * 1024 };
    stack_t stack;
    memset(&stack, 0, sizeof stack);
    stack.ss_sp = malloc(SIZE);  // lives as long as the thread, which lives as long as the program
    if (!stack.ss_sp) return;
    stack.ss_size = SIZE;
    if (sigaltstack(&stack, NULL) != 0) free(stack.ss_sp);
}

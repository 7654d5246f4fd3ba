/* Plain C that dies by the first argument; builds for any machine and statically. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct order {
    int id;
    double total;
    struct order *next;
};

static volatile int sink;

__attribute__((noinline)) static int last_id(const struct order *order) {
    const struct order *at = order;
    while (at->id != 9) at = at->next;
    return at->id;
}

__attribute__((noinline)) static int walk(int depth, const struct order *order) {
    int local = depth * 3;
    long double precise = 0.75L * (depth + 1);
    if (depth == 0) return last_id(order) + local + (int)precise;
    return walk(depth - 1, order) + local;
}

__attribute__((noinline)) static void on_signal(int number) {
    struct order order = {number, 1.5, 0};
    sink = walk(2, &order);
}

/* Runs on a stack of its own, below the one that overflowed. */
__attribute__((noinline)) static void on_overflow(int number) {
    sink = number;
    abort();
}

__attribute__((noinline)) static int overflow(int depth) {
    volatile char page[16384];
    page[0] = (char)depth;
    return overflow(depth + 1) + page[0];
}

static void overflow_on_other_stack(void) {
    stack_t stack = {0};
    struct sigaction action = {0};
    stack.ss_size = 65536;
    stack.ss_sp = malloc(stack.ss_size);
    sigaltstack(&stack, 0);
    action.sa_handler = on_overflow;
    action.sa_flags = SA_ONSTACK;
    sigaction(SIGSEGV, &action, 0);
    sink = overflow(0);
}

/* 10 GiB of memory of which little was ever touched, as a heap reserved ahead is. */
static char *reserve(void) {
    size_t bytes = (size_t)10 << 30;
    char *memory = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    for (size_t at = 0; at < bytes; at += (size_t)1 << 30) memory[at] = 'x';
    return memory;
}

int main(int argc, char **argv) {
    const char *mode = argc > 1 ? argv[1] : "segv";
    struct order second = {2, 2.5, 0};
    struct order first = {1, 1.5, &second};
    if (strcmp(mode, "segv") == 0) sink = walk(3, &first);
    if (strcmp(mode, "abort") == 0) abort();
    if (strcmp(mode, "altstack") == 0) overflow_on_other_stack();
    if (strcmp(mode, "reserved") == 0) sink = reserve()[0] + walk(3, &first);
    if (strcmp(mode, "handler") == 0) {
        signal(SIGUSR1, on_signal);
        raise(SIGUSR1);
    }
    printf("%d\n", sink);
    return 0;
}

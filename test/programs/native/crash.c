/* Plain C that dies by the first argument; builds for any machine and statically. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    if (depth == 0) return last_id(order) + local;
    return walk(depth - 1, order) + local;
}

__attribute__((noinline)) static void on_signal(int number) {
    struct order order = {number, 1.5, 0};
    sink = walk(2, &order);
}

int main(int argc, char **argv) {
    const char *mode = argc > 1 ? argv[1] : "segv";
    struct order second = {2, 2.5, 0};
    struct order first = {1, 1.5, &second};
    if (strcmp(mode, "segv") == 0) sink = walk(3, &first);
    if (strcmp(mode, "abort") == 0) abort();
    if (strcmp(mode, "handler") == 0) {
        signal(SIGUSR1, on_signal);
        raise(SIGUSR1);
    }
    printf("%d\n", sink);
    return 0;
}

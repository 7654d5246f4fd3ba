// As matrix.c, with other types, calls and ends; used for the half of the matrix that nothing is tuned on.
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long word;
struct header { uint16_t kind : 4, version : 12; uint8_t flags; bool is_open; };
struct matrix { float cells[3][2]; struct header header; };
struct tree { struct tree *left, *right; int key; long double precise; };
union value { struct { uint16_t low, high; } halves; uint32_t whole; };
enum state { idle, running = 10, stopped };

static const char *const names[] = {"idle", "running", 0};
static struct tree leaves[3];
static volatile word nothing;
static _Thread_local int own = 5;

__attribute__((noinline)) static word hash(const char *text, word seed)
{
    word result = seed;
    for (const char *at = text; *at != 0; at++)
        result = result * 31 + (unsigned char)*at;
    return result;
}

__attribute__((noinline)) static int64_t end(int how, union value value, const struct matrix *matrix, double scale)
{
    int64_t big = (int64_t)value.whole << 20;
    enum state state = how > 2 ? stopped : running;
    bool even = (how & 1) == 0;
    word mixed = hash(names[how > 0], value.halves.low);
    switch (how) {
    case 1:
        return *(volatile int64_t *)nothing;
    case 2:
        abort();
    case 3:
        __builtin_trap();
    case 4:
        return (int64_t)(value.whole / (uint32_t)nothing);
    case 5:
        kill(0 * (int)big + (int)getpid(), SIGQUIT);
        return *(volatile int *)nothing;
    default:
        ((void (*)(int))(nothing + 8))(how);
    }
    return big + state + even + (int64_t)mixed + (int64_t)(matrix->cells[2][1] * scale);
}

static int64_t visit(struct tree *tree, int how, const struct matrix *matrix)
{
    if (tree == 0) {
        union value value = {{0x1234, 0x5678}};
        return end(how, value, matrix, 2.5) + own;
    }
    int64_t below = visit(tree->left, how, matrix);
    return below + tree->key + (int64_t)tree->precise;
}

__attribute__((noinline)) static int64_t vary(int how, int count, ...)
{
    struct matrix matrix = {{{1, 2}, {3, 4}, {5, 6.5f}}, {9, 1025, 0x80, true}};
    va_list list;
    double sum = 0;
    va_start(list, count);
    for (int i = 0; i < count; i++)
        sum += va_arg(list, double);
    va_end(list);
    leaves[0].left = &leaves[1];
    leaves[1].left = &leaves[2];
    leaves[2].precise = 0.25L;
    leaves[0].key = 17;
    return visit(leaves, how, &matrix) + (int64_t)sum;
}

static void *start(void *how)
{
    int number = *(int *)how;
    own = number + 100;
    return (void *)(intptr_t)vary(number, 1, 0.5);
}

static void handler(int number, siginfo_t *info, void *context)
{
    int sender = info->si_pid;
    vary(number == SIGUSR2 ? 2 : 1, 1, (double)sender);
    (void)context;
}

int main(int argc, char **argv)
{
    int how = argc > 1 ? atoi(argv[1]) : 1;
    bool in_thread = argc > 2 && !strcmp(argv[2], "thread");
    if (argc > 2 && !strcmp(argv[2], "handler")) {
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_sigaction = handler;
        action.sa_flags = SA_SIGINFO;
        sigaction(SIGUSR2, &action, 0);
        raise(SIGUSR2);
    }
    if (in_thread) {
        pthread_t thread;
        pthread_create(&thread, 0, start, &how);
        pthread_join(thread, 0);
    }
    return (int)vary(how, 3, 1.5, 2.5, (double)argc);
}

// Dies in the way its argument names, below frames with locals of many kinds. Valid as C and as C++. Judged by gdb.
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum level { low = -1, middle, high = 7 };
struct point { int x; short y; };
struct packed { unsigned a : 3; int b : 7; unsigned long long c : 40; };
union number { int whole; float real; unsigned char bytes[4]; };
struct node { struct node *next; double weight; struct point at; enum level level; const char *name; };

static int64_t counter = 40;
static struct node nodes[4];
static double table[2][3] = {{0.5, 1.25, -3}, {4, 5, 6}};
static volatile int zero;
typedef int (*action)(int);

__attribute__((noinline)) static int die(const char *kind, int code, float share)
{
    int local = code * 2 + zero;
    double ratio = share / 3;
    struct packed bits = {5, -9, 123456789012ull};
    union number number;
    number.real = share;
    counter += local;
    if (!strcmp(kind, "segv"))
        *(volatile int *)(uintptr_t)(16 + zero) = local;
    if (!strcmp(kind, "abort"))
        abort();
    if (!strcmp(kind, "fpe"))
        local /= zero;
    if (!strcmp(kind, "trap"))
        __builtin_trap();
    if (!strcmp(kind, "jump"))
        ((action)(uintptr_t)zero)(local);
    if (!strcmp(kind, "bus"))
        raise(SIGBUS);
    assert(strcmp(kind, "assert") != 0);
    return local + (int)ratio + bits.b + number.whole;
}

static inline int twice(int value) { return 2 * value; }

static struct node *newest(struct node *first)
{
    while (first->next != 0)
        first = first->next;
    return first;
}

__attribute__((noinline)) static int work(const char *kind, int depth, struct point at, uint8_t small)
{
    int squares[5];
    char text[16] = "in the middle";
    struct node *last = newest(&nodes[0]);
    long sum = 0;
    for (int i = 0; i < 5; i++) {
        squares[i] = twice(i) * i + at.x;
        sum += squares[i];
    }
    if (depth > 0) {
        struct point next = {at.x + 1, (short)(at.y - 1)};
        int below = work(kind, depth - 1, next, (uint8_t)(small + 1));
        return below + (int)sum + text[1];
    }
    return die(kind, (int)sum + small, (float)last->weight) + squares[2] + text[0];
}

static const char *kind_of_callback;

static int compare(const void *a, const void *b)
{
    const int *left = (const int *)a;
    const int *right = (const int *)b;
    struct point at = {*left, (short)*right};
    if (kind_of_callback != 0)
        return work(kind_of_callback, 0, at, 9);
    return *left - *right;
}

static void on_signal(int number)
{
    struct point at = {number, 1};
    work("abort", 0, at, 7);
}

static void *in_thread(void *argument)
{
    struct point at = {5, 6};
    long result = work((const char *)argument, 1, at, 3);
    return (void *)result;
}

int main(int argc, char **argv)
{
    const char *kind = argc > 1 ? argv[1] : "segv";
    for (int i = 0; i < 4; i++) {
        nodes[i].next = i < 3 ? &nodes[i + 1] : 0;
        nodes[i].weight = i * 1.5;
        nodes[i].at.x = i;
        nodes[i].level = i == 3 ? high : low;
        nodes[i].name = "node";
    }
    struct point start = {10, 20};
    int numbers[3] = {3, 1, 2};
    if (!strcmp(kind, "callback")) {
        kind_of_callback = "segv";
        qsort(numbers, 3, sizeof(int), compare);
    }
    if (!strcmp(kind, "handler")) {
        signal(SIGUSR1, on_signal);
        raise(SIGUSR1);
    }
    if (!strcmp(kind, "thread")) {
        pthread_t thread;
        pthread_create(&thread, 0, in_thread, (void *)"segv");
        pthread_join(thread, 0);
    }
    int depth = !strcmp(kind, "deep") ? 60 : 2;
    return work(!strcmp(kind, "deep") ? "segv" : kind, depth, start, 250) + (int)table[1][2] + numbers[0];
}

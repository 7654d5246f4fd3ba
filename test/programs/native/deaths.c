/* Dies of the reason its first argument names; builds with any C library. */
#define _GNU_SOURCE
#include <alloca.h>
#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
/* musl comes without the kernel's headers. */
#if __has_include(<linux/filter.h>)
#include <linux/filter.h>
#include <linux/seccomp.h>
#define HAS_FILTER
#endif

#define AWAY __attribute__((noinline))

static volatile int sink;
static volatile int zero;
static volatile int minus_one = -1;
static volatile int lowest = INT_MIN;

struct queue {
    int length;
};

struct node {
    struct node *left, *right;
    int value;
};

AWAY static void check(struct queue *queue) {
    assert(queue->length > 0 && "queue must not be empty");
}

AWAY static void free_twice(void) {
    char *volatile one = malloc(2000), *other = malloc(16);
    free(one);
    free(one);
    free(other);
}

AWAY static void free_inside(void) {
    char *block = malloc(2000);
    char *volatile inside = block + 16;
    free(inside);
}

AWAY static void write_past(void) {
    char *volatile block = malloc(24);
    for (int i = 0; i < 40; i++) ((volatile char *)block)[i] = 'A';
    block = malloc(100000);
}

AWAY static void smash(const char *text) {
    volatile char small[16];
    for (int i = 0; text[i] != 0; i++) small[i] = text[i];
    sink = small[3];
}

AWAY static void copy_too_much(int length) {
    char small[8];
    memset(small, 'x', length);
    __asm__ volatile("" ::"r"(small) : "memory");
}

AWAY static int divide(int value, int by) { return value / by; }

AWAY static void forbidden_call(void) {
#ifdef HAS_FILTER
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {4, filter};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
    getppid();
#endif
}

AWAY static void read_past_file(void) {
    int file = open("cut.bin", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (ftruncate(file, 8192) != 0) return;
    char *bytes = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    bytes[0] = 1;
    if (ftruncate(file, 0) != 0) return;
    sink = bytes[4100];
}

AWAY static void call_null(void) {
    void (*volatile nowhere)(void) = 0;
    nowhere();
    sink = 2;
}

AWAY static void call_wild(void) {
    void (*volatile nowhere)(void) = (void (*)(void))(intptr_t)0x12345678;
    nowhere();
    sink = 2;
}

static char code[64] = {(char)0x90, (char)0xc3};

AWAY static void call_data(void) {
    ((void (*)(void))(void *)code)();
    sink = 2;
}

AWAY static void call_stack(void) {
    volatile char own[64] = {(char)0x90, (char)0xc3};
    ((void (*)(void))(void *)own)();
    sink = own[0];
}

AWAY static int walk(struct node *node) {
    if (node == 0) return 0;
    return node->value + walk(node->left) + walk(node->right);
}

/* A tree whose left child is itself. */
AWAY static void recurse(void) {
    struct node node = {&node, 0, 1};
    sink = walk(&node);
}

AWAY static int odd(int number);
AWAY static int even(int number) { return number == -1 ? 1 : odd(number + 1) + sink; }
AWAY static int odd(int number) { return number == -1 ? 0 : even(number + 1) + sink; }

AWAY static int large_block(size_t bytes) {
    volatile char *block = alloca(bytes);
    block[0] = 1;
    sink = block[0];
    return block[0];
}

static void *recurse_in_thread(void *argument) {
    recurse();
    return argument;
}

AWAY static void overflow_of_thread(void) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 128 << 10);
    pthread_create(&thread, &attributes, recurse_in_thread, 0);
    pthread_join(thread, 0);
}

AWAY static void on_fault(int number) {
    sink = number;
    abort();
}

static char other_stack[65536];

AWAY static void handle_faults(void) {
    stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof other_stack};
    struct sigaction action = {.sa_handler = on_fault, .sa_flags = SA_ONSTACK};
    sigaltstack(&stack, 0);
    sigaction(SIGSEGV, &action, 0);
}

AWAY static void write_constant(void) {
    char *text = "constant";
    *(volatile char *)text = 'X';
}

AWAY static void write_impossible(volatile long *where) { *where = 1; }

AWAY static void spin(void) {
    struct rlimit limit = {1, 2};
    setrlimit(RLIMIT_CPU, &limit);
    for (;;) sink++;
}

AWAY static void write_much(void) {
    /* The core has to fit, too. */
    struct rlimit limit = {4 << 20, 4 << 20};
    setrlimit(RLIMIT_FSIZE, &limit);
    int file = open("large.bin", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    static char page[65536];
    while (write(file, page, sizeof page) > 0) sink++;
}

int main(int argc, char **argv) {
    const char *mode = argc > 1 ? argv[1] : "";
    struct queue queue = {0};
#define WHEN(name) if (strcmp(mode, name) == 0)
    WHEN("assert") check(&queue);
    WHEN("free-twice") free_twice();
    WHEN("free-inside") free_inside();
    WHEN("write-past") write_past();
    WHEN("smash") smash("a text that is longer than the sixteen bytes it is copied to, by far");
    WHEN("fortify") copy_too_much(argc * 50);
    WHEN("divide") sink = divide(7, zero);
    WHEN("divide-lowest") sink = divide(lowest, minus_one);
    WHEN("forbidden-call") forbidden_call();
    WHEN("past-file") read_past_file();
    WHEN("call-null") call_null();
    WHEN("call-wild") call_wild();
    WHEN("call-data") call_data();
    WHEN("call-stack") call_stack();
    WHEN("recurse") recurse();
    WHEN("recurse-mutually") sink = even(0);
    WHEN("large-block") sink = large_block((size_t)64 << 20);
    WHEN("recurse-in-thread") overflow_of_thread();
    WHEN("handled-recursion") {
        handle_faults();
        recurse();
    }
    WHEN("handled-null") {
        handle_faults();
        *(volatile int *)(intptr_t)(zero + 16) = 1;
    }
    WHEN("constant") write_constant();
    WHEN("impossible") write_impossible((volatile long *)0x4141414141414141);
    WHEN("trap") __builtin_trap();
    WHEN("breakpoint") __asm__ volatile("int3");
    WHEN("raise") raise(SIGTRAP);
    WHEN("abort") abort();
    WHEN("quit") kill(getpid(), SIGQUIT);
    WHEN("spin") spin();
    WHEN("write-much") write_much();
    return 0;
}

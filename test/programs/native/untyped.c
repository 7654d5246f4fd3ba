// Arrays without a length, and data that only a symbol or a declaration tells of. Judged by gdb.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// clang-format off
__asm__(".data\n.globl declared_only\n.type declared_only,@object\n.size declared_only,4\ndeclared_only: .long 4711\n"
        ".globl undeclared\n.type undeclared,@object\n.size undeclared,8\nundeclared: .long 99, 100\n.text\n");
// clang-format on
extern int declared_only;
extern char **environ;

struct Numbers { int count; int values[]; };
struct Letters { int count; char text[]; };
struct Old { int count; short values[0]; };

static float lanes[4] = {-1, 0.5f, 3, 9};

__attribute__((noinline)) static int stop(struct Numbers *numbers, struct Letters *letters, struct Old *old)
{
    volatile int sum = declared_only + (environ != 0) + (stdout != 0) + optind;
#if defined(__x86_64__)
    __asm__ volatile("movups %0, %%xmm5\n\tfldpi\n\tfld1\n\tfldz\n\tmovabs $0x1122334455667788, %%rax\n\tmov $7, %%r9d\n\t"
                     "cmp %%rax, %%r9\n\tmovl $0, 16"
                     :
                     : "m"(lanes)
                     : "rax", "r9", "xmm5", "memory");
#endif
    return sum + numbers->values[1] + letters->text[0] + old->values[0];
}

int main(void)
{
    struct Numbers *numbers = malloc(64);
    struct Letters *letters = malloc(32);
    struct Old *old = malloc(32);
    numbers->count = 3;
    numbers->values[0] = 1;
    numbers->values[1] = 2;
    numbers->values[2] = -3;
    letters->count = 5;
    strcpy(letters->text, "hello");
    old->count = 1;
    old->values[0] = 8;
    return stop(numbers, letters, old);
}

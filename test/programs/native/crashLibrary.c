#include "crashLibrary.h"

/* Of every thread its own. */
_Thread_local long library_calls = 40;
static _Thread_local int library_last;

static int add(const int *values, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) sum += values[i];
    return sum;
}

int library_total(const int *values, int count) {
    library_calls += 2;
    library_last = count * 100;
    int sum = add(values, count);
    return sum + 1;
}

int library_apply(int (*function)(int), int value) {
    int result = function(value);
    return result + 1;
}

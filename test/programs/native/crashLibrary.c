#include "crashLibrary.h"

static int add(const int *values, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) sum += values[i];
    return sum;
}

int library_total(const int *values, int count) {
    int sum = add(values, count);
    return sum + 1;
}

int library_apply(int (*function)(int), int value) {
    int result = function(value);
    return result + 1;
}

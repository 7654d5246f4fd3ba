#pragma once
#ifdef __cplusplus
extern "C" {
#endif
int library_total(const int *values, int count);
int library_apply(int (*function)(int), int value);
#ifdef __cplusplus
}
#endif

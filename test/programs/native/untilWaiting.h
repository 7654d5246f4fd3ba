// Waits until threads wait for others, by the kernel's word: a sleep that is long enough on one machine is not on another.
#pragma once
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

// How many other threads of this process are in a wait that only another thread ends.
static int threads_waiting(void) {
  int count = 0;
  DIR *tasks = opendir("/proc/self/task");
  if (tasks == NULL) abort();
  for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
    int number = atoi(task->d_name);
    if (number == 0 || number == (int)syscall(SYS_gettid)) continue;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", number);
    FILE *file = fopen(path, "r");
    long call = -1;
    if (file == NULL) continue;
    if (fscanf(file, "%ld", &call) != 1) call = -1;
    fclose(file);
#ifdef SYS_futex_time64
    if (call == SYS_futex_time64) count++;
#endif
    if (call == SYS_futex) count++;
  }
  closedir(tasks);
  return count;
}

// Seen several times: one that is about to be woken waits for a moment longer.
static void until_waiting(int count) {
  for (int seen = 0; seen < 5; usleep(2000)) seen = threads_waiting() >= count ? seen + 1 : 0;
}

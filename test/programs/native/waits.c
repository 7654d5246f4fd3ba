// Two threads that wait for each other: `main` for the end of the other, which waits for a mutex that `main` holds. A third
// one sees to it that both do, by the kernel's word; then it says "ready" and ends, or with an argument aborts the process.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t held;
// Set right before the call that does not return.
static atomic_int main_waits, other_waits;

static int own_number(void) { return (int)syscall(SYS_gettid); }

static void *wait_for_it(void *unused) {
  other_waits = own_number();
  pthread_mutex_lock(&held);
  return unused;
}

static int sleeps(int thread) {
  char path[64], state = '?';
  snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread);
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1) state = '?';
  fclose(file);
  return state == 'S';
}

static void *see_to_it(void *aborts) {
  while (!(main_waits && sleeps(main_waits) && other_waits && sleeps(other_waits))) usleep(1000);
  if (aborts != NULL) abort();
  puts("ready");
  fflush(stdout);
  return NULL;
}

int main(int argc, char **argv) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
  pthread_mutex_init(&held, &attributes);
  pthread_t waiter, watcher;
  pthread_mutex_lock(&held);
  pthread_create(&waiter, NULL, wait_for_it, NULL);
  pthread_create(&watcher, NULL, see_to_it, argc > 1 ? argv[1] : NULL);
  pthread_detach(watcher);
  main_waits = own_number();
  pthread_join(waiter, NULL);
  return 0;
}

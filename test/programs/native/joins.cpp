// `main` waits for the end of a thread, two calls below itself; that one aborts once the kernel says that `main` sleeps.
#include <pthread.h>
#include <signal.h>
#include <atomic>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

// Set right before the call that does not return.
static std::atomic<int> main_waits;

static int sleeps(int thread) {
  char path[64], state = '?';
  snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread);
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1) state = '?';
  fclose(file);
  return state == 'S';
}

static void *end_it(void *unused) {
  while (!(main_waits && sleeps(main_waits))) usleep(1000);
  abort();
  return unused;
}

__attribute__((noinline)) static int join(pthread_t thread) {
  void *result;
  main_waits = (int)syscall(SYS_gettid);
  pthread_join(thread, &result);
  return result != NULL;
}

__attribute__((noinline)) static int wait_for(pthread_t thread) { return join(thread) + 1; }

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, end_it, NULL);
  // What these calls leave behind on the stack is not part of it any more.
  signal(SIGALRM, SIG_DFL);
  printf("%d\n", static_cast<int>(pthread_self() & 0));
  fflush(stdout);
  return wait_for(thread);
}

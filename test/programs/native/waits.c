// Two threads that wait for each other: `main` for the end of the other, which waits for a mutex that `main` holds. Goes
// on so after "ready", or with an argument until a third one aborts the process.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_mutex_t held;

static void *wait_for_it(void *unused) {
  pthread_mutex_lock(&held);
  return unused;
}

static void *end_all(void *unused) {
  usleep(300000);
  abort();
  return unused;
}

int main(int argc, char **argv) {
  (void)argv;
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
  pthread_mutex_init(&held, &attributes);
  pthread_t waiter, ender;
  pthread_mutex_lock(&held);
  pthread_create(&waiter, NULL, wait_for_it, NULL);
  usleep(200000);
  if (argc > 1) pthread_create(&ender, NULL, end_all, NULL);
  puts("ready");
  fflush(stdout);
  pthread_join(waiter, NULL);
  return 0;
}

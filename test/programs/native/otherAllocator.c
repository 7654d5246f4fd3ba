// Allocates through whatever malloc it is linked or preloaded with, then aborts. What it holds, and what the allocator
// counts where it can be asked, is written to stats.json.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { middle = 1000, small = 6000, large = 20 };

static void *kept[middle];
static void *smallOnes[small];
static void *largeOnes[large];
static size_t blocks;
static size_t bytes;
static char text[4096];
static int length;

static void fill(void) {
  for (int i = 0; i < middle; i++) {
    kept[i] = malloc(1000 + i);
    memset(kept[i], 7, 1000 + i);
  }
  for (int i = 0; i < small; i++) {
    smallOnes[i] = malloc(1 + i % 700);
    memset(smallOnes[i], 8, 1 + i % 700);
  }
  for (int i = 0; i < large; i++) {
    size_t size = 20000 + i * 150000;
    largeOnes[i] = malloc(size);
    memset(largeOnes[i], 9, 64);
  }
  for (int i = 0; i < small; i += 3) {
    free(smallOnes[i]);
    smallOnes[i] = NULL;
  }
  for (int i = 1; i < large; i += 2) {
    free(largeOnes[i]);
    largeOnes[i] = NULL;
  }
}

static void count(void **from, int many) {
  for (int i = 0; i < many; i++) {
    if (from[i] == NULL) continue;
    blocks++;
    bytes += malloc_usable_size(from[i]);
  }
}

static void say(const char *name, size_t value) {
  length += snprintf(text + length, sizeof text - length, ",\"%s\":%zu", name, value);
}

static void askAllocator(void) {
#ifdef __GLIBC__
  // All are looked for before one is asked: what is not there leaves an error behind, which takes memory.
  int (*control)(const char *, void *, size_t *, void *, size_t) = dlsym(RTLD_DEFAULT, "mallctl");
  int (*property)(const char *, size_t *) = dlsym(RTLD_DEFAULT, "MallocExtension_GetNumericProperty");
  bool (*numeric)(const char *, size_t, size_t *) = dlsym(RTLD_DEFAULT, "MallocExtension_Internal_GetNumericProperty");
  if (control != NULL) {
    unsigned long long epoch = 1;
    size_t value;
    size_t width = sizeof epoch;
    control("epoch", &epoch, &width, &epoch, width);
    width = sizeof value;
    for (const char **name = (const char *[]){"stats.allocated", "stats.active",
                                              "stats.arenas.4096.small.allocated",
                                              "stats.arenas.4096.large.allocated",
                                              "stats.arenas.4096.pdirty", "stats.arenas.4096.pmuzzy", NULL};
         *name != NULL; name++)
      if (control(*name, &value, &width, NULL, 0) == 0) say(*name, value);
  }
  if (property != NULL) {
    size_t value;
    for (const char **name = (const char *[]){"generic.current_allocated_bytes", "generic.heap_size",
                                              "tcmalloc.pageheap_free_bytes", "tcmalloc.pageheap_unmapped_bytes",
                                              "tcmalloc.current_total_thread_cache_bytes",
                                              "tcmalloc.central_cache_free_bytes", NULL};
         *name != NULL; name++)
      if (property(*name, &value)) say(*name, value);
  }
  if (numeric != NULL) {
    size_t value;
    for (const char **name = (const char *[]){"generic.current_allocated_bytes", "generic.heap_size",
                                              "tcmalloc.pageheap_free_bytes", "tcmalloc.pageheap_unmapped_bytes", NULL};
         *name != NULL; name++)
      if (numeric(*name, strlen(*name), &value)) say(*name, value);
  }
#endif
}

int main(void) {
  fill();
  count(kept, middle);
  count(smallOnes, small);
  count(largeOnes, large);
  length = snprintf(text, sizeof text, "{\"blocks\":%zu,\"bytes\":%zu", blocks, bytes);
  askAllocator();
  length += snprintf(text + length, sizeof text - length, "}\n");
  int file = open("stats.json", O_CREAT | O_TRUNC | O_WRONLY, 0644);
  if (write(file, text, length) != length) _exit(1);
  abort();
}

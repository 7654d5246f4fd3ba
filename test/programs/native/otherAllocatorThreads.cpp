// Allocates in threads through whatever malloc it is linked or preloaded with, frees blocks of other threads, lets two
// threads end, then aborts. What it holds, and what the allocator counts where it can be asked, is written to stats.json.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <initializer_list>
#include <malloc.h>
#include <new>
#include <thread>
#include <unistd.h>

enum { threads = 5, ending = 2, each = 3000, larges = 12 };

static void *kept[threads][each];
static void *large[larges];
static std::atomic<int> arrived;

static void waitForOthers(int turn) {
  for (arrived++; arrived < turn * threads;) sched_yield();
}

static void work(int self) {
  unsigned random = self + 1;
  for (int i = 0; i < each; i++) {
    random = random * 1103515245 + 12345;
    size_t size = 1 + (random >> 8) % (i % 50 == 0 ? 60000 : 900);
    kept[self][i] = malloc(size);
    memset(kept[self][i], self, size);
    if (random % 3 == 0) {
      free(kept[self][i]);
      kept[self][i] = nullptr;
    }
  }
  waitForOthers(1);
  int other = (self + 1) % threads;
  for (int i = 0; i < each; i += 7) {
    void *block = kept[other][i];
    kept[other][i] = nullptr;
    free(block);
  }
  waitForOthers(2);
  if (self >= ending) pause();
}

static char text[4096];
static int length;

static void say(const char *name, size_t value) {
  length += snprintf(text + length, sizeof text - length, "%s\"%s\":%zu", length == 0 ? "{" : ",", name, value);
}

int main() {
  // In memory of their own: what a thread is told stays with the allocator.
  static char room[threads][sizeof(std::thread)];
  std::thread *running[threads];
  for (int i = 0; i < threads; i++) running[i] = new (room[i]) std::thread(work, i);
  for (int i = 0; i < ending; i++) running[i]->join();
  while (arrived < 2 * threads) sched_yield();
  for (int i = 0; i < larges; i++) large[i] = malloc(200000 + i * 90000);
  for (int i = 0; i < larges; i += 2) {
    free(large[i]);
    large[i] = nullptr;
  }
  size_t blocks = 0;
  size_t bytes = 0;
  auto count = [&](void *block) {
    if (block == nullptr) return;
    blocks++;
    bytes += malloc_usable_size(block);
  };
  for (auto &row : kept)
    for (void *block : row) count(block);
  for (void *block : large) count(block);
  say("blocks", blocks);
  say("bytes", bytes);
  // All are looked for before one is asked: what is not there leaves an error behind, which takes memory.
  auto control = (int (*)(const char *, void *, size_t *, void *, size_t))dlsym(RTLD_DEFAULT, "mallctl");
  auto property = (int (*)(const char *, size_t *))dlsym(RTLD_DEFAULT, "MallocExtension_GetNumericProperty");
  auto numeric = (bool (*)(const char *, size_t, size_t *))dlsym(RTLD_DEFAULT, "MallocExtension_Internal_GetNumericProperty");
  size_t value;
  if (control != nullptr) {
    unsigned long long epoch = 1;
    size_t width = sizeof epoch;
    control("epoch", &epoch, &width, &epoch, width);
    width = sizeof value;
    for (const char *name : {"stats.allocated", "stats.active", "stats.arenas.4096.large.allocated",
                             "stats.arenas.4096.pdirty", "stats.arenas.4096.pmuzzy"})
      if (control(name, &value, &width, nullptr, 0) == 0) say(name, value);
  }
  if (property != nullptr)
    for (const char *name : {"generic.current_allocated_bytes", "generic.heap_size",
                             "tcmalloc.pageheap_free_bytes", "tcmalloc.pageheap_unmapped_bytes"})
      if (property(name, &value)) say(name, value);
  if (numeric != nullptr)
    for (const char *name : {"generic.current_allocated_bytes", "generic.heap_size",
                             "tcmalloc.pageheap_free_bytes", "tcmalloc.pageheap_unmapped_bytes"})
      if (numeric(name, strlen(name), &value)) say(name, value);
  text[length++] = '}';
  int file = open("stats.json", O_CREAT | O_TRUNC | O_WRONLY, 0644);
  if (write(file, text, length) != length) _exit(1);
  abort();
}

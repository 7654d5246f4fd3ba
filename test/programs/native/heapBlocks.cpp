// Blocks of every kind malloc has, then abort(): the core's heap is known to the byte.
//
//   heapBlocks leak|clean|fragment|threads|sparse|sbrk
//
// `leak` plants 10 000 Widgets, 2 000 nodes in cycles of two, 300 buffers of 5 000 bytes and 3 of 200 000 that
// nothing refers to; `clean` keeps the very same blocks in a global list. `fragment` frees every other block of
// 1 000 bytes. `threads` has four threads, each with an arena of its own, some blocks freed again.
// `sparse` maps 10 GiB of which a hundred pages are touched. `sbrk` takes memory amid the main heap by itself, twice.
// What glibc counts (mallinfo2, malloc_info) is written to mallinfo.json and mallinfo.xml just before the end.
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

struct Shape {
  virtual ~Shape() {}
  virtual double area() const = 0;
};

struct Widget : Shape {
  long id;
  char label[24];
  explicit Widget(long id) : id(id) { std::snprintf(label, sizeof label, "widget %ld", id); }
  double area() const override { return static_cast<double>(id); }
};

struct Node {
  std::shared_ptr<Node> other;
  long payload[4];
};

static std::vector<void *> kept;
static std::vector<std::shared_ptr<Node>> keptNodes;
static std::vector<std::string> used;
static std::atomic<int> parked{0};
static bool isClean = false;

static void keep(void *block) {
  if (isClean) kept.push_back(block);
}

__attribute__((noinline)) static void plant() {
  for (int i = 0; i < 3; i++) {
    void *block = std::malloc(200000);
    std::memset(block, 7, 200000);
    keep(block);
  }
  for (long i = 0; i < 10000; i++) keep(static_cast<Shape *>(new Widget(i)));
  for (long i = 0; i < 1000; i++) {
    auto a = std::make_shared<Node>();
    auto b = std::make_shared<Node>();
    a->other = b;
    b->other = a;
    if (isClean) keptNodes.push_back(a);
  }
  for (int i = 0; i < 300; i++) {
    void *block = std::malloc(5000);
    std::memset(block, i, 5000);
    keep(block);
  }
}

// Overwrites what plant() left on the stack, so that no stale pointer hides a leak.
__attribute__((noinline)) static void wipeStack() {
  volatile char junk[64 * 1024];
  for (size_t i = 0; i < sizeof junk; i++) junk[i] = 0;
}

static void fragment() {
  std::vector<void *> blocks;
  for (int i = 0; i < 60000; i++) blocks.push_back(std::malloc(1000));
  for (size_t i = 0; i < blocks.size(); i++) {
    std::memset(blocks[i], 1, 1000);
    if (i % 2 == 0)
      std::free(blocks[i]);
    else
      kept.push_back(blocks[i]);
  }
}

static void *work(void *argument) {
  uint64_t seed = reinterpret_cast<uintptr_t>(argument);
  std::vector<void *> mine;
  for (int i = 0; i < 20000; i++) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    size_t size = 16 + static_cast<size_t>((seed >> 33) & 0x3ff);
    void *block = std::malloc(size);
    std::memset(block, 1, size);
    if (i % 3 == 0)
      std::free(block);
    else
      mine.push_back(block);
  }
  for (size_t i = 0; i < mine.size(); i += 5) {
    std::free(mine[i]);
    mine[i] = nullptr;
  }
  std::vector<void *> *moved = new std::vector<void *>(std::move(mine));
  parked++;
  for (;;) {
    pause();
    if (moved->empty()) return nullptr;
  }
}

static char fileBuffer[1 << 16];
static char text[1 << 12];

static void report() {
  FILE *xml = std::fopen("mallinfo.xml", "w");
  std::setvbuf(xml, fileBuffer, _IOFBF, sizeof fileBuffer);
  malloc_info(0, xml);
  std::fflush(xml);
  struct mallinfo2 info = mallinfo2();
  int length = std::snprintf(text, sizeof text,
                             "{\"arena\":%zu,\"ordblks\":%zu,\"smblks\":%zu,\"hblks\":%zu,\"hblkhd\":%zu,"
                             "\"fsmblks\":%zu,\"uordblks\":%zu,\"fordblks\":%zu,\"keepcost\":%zu}\n",
                             info.arena, info.ordblks, info.smblks, info.hblks, info.hblkhd, info.fsmblks,
                             info.uordblks, info.fordblks, info.keepcost);
  int file = open("mallinfo.json", O_CREAT | O_TRUNC | O_WRONLY, 0644);
  if (write(file, text, static_cast<size_t>(length)) != length) _exit(1);
  close(file);
}

int main(int argc, char **argv) {
  std::string mode = argc > 1 ? argv[1] : "clean";
  isClean = mode != "leak";
  for (int i = 0; i < 5000; i++) used.push_back("a string too long for the small buffer, number " + std::to_string(i));
  // Kept by a pointer into their middle only.
  for (int i = 0; i < 100; i++) kept.push_back(static_cast<char *>(std::malloc(640)) + 320);
  if (mode == "fragment")
    fragment();
  else
    plant();
  if (mode == "threads") {
    for (long i = 1; i <= 4; i++) {
      pthread_t thread;
      pthread_create(&thread, nullptr, work, reinterpret_cast<void *>(i));
    }
    while (parked < 4) usleep(1000);
  }
  if (mode == "sbrk") {
    for (long bytes : {123456L, 1L << 20}) {
      // Something that is not zero stands there.
      std::memset(sbrk(bytes), 0x21, static_cast<size_t>(bytes));
      for (int i = 0; i < 3000; i++) kept.push_back(std::malloc(500));
    }
    for (size_t i = kept.size() - 6000; i < kept.size(); i += 3) {
      std::free(kept[i]);
      kept[i] = nullptr;
    }
  }
  if (mode == "sparse") {
    const uint64_t bytes = 10ULL << 30;
    char *space = static_cast<char *>(
        mmap(nullptr, static_cast<size_t>(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    for (uint64_t at = 0; at < bytes; at += bytes / 100) space[at] = 1;
  }
  for (int i = 0; i < 50; i++) std::free(std::malloc(40));
  wipeStack();
  report();
  abort();
}

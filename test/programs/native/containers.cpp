// Blocks of containers, strings and others, each written down with what it is for: blocks.txt has a line "ADDRESS KIND"
// for each that is in use when the program aborts. A third of the owners are given up, so that their blocks leak.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <vector>

/** The address is disguised: a list of all blocks would hold them all. */
struct Entry {
  uintptr_t disguised;
  const char *kind;
};
static Entry entries[200000];
static int count;

static void *record(size_t bytes, const char *kind) {
  void *block = malloc(bytes);
  entries[count++] = {~(uintptr_t)block, kind};
  return block;
}

static void forget(void *block) {
  for (int i = count - 1; i >= 0; i--)
    if (entries[i].disguised == ~(uintptr_t)block) {
      entries[i] = entries[--count];
      break;
    }
  free(block);
}

/** Kinds: what a container has of elements, and what of pointers. */
enum Purpose { string, vector, deque, list, tree, hash, shared };
static const char *const ofElements[] = {"std::string text",
                                         "std::vector elements",
                                         "std::deque elements",
                                         "std::list node",
                                         "std::map or set node",
                                         "std::unordered_map or set node",
                                         "shared_ptr control block"};
static const char *const ofPointers[] = {"", "std::vector elements", "std::deque map", "", "", "std::unordered_map or set buckets", ""};

template <class T, Purpose purpose> struct Recorded {
  using value_type = T;
  template <class U> struct rebind {
    using other = Recorded<U, purpose>;
  };
  Recorded() = default;
  template <class U> Recorded(const Recorded<U, purpose> &) {}
  T *allocate(size_t n) {
    const char *kind = std::is_pointer<T>::value ? ofPointers[purpose] : ofElements[purpose];
    return static_cast<T *>(record(n * sizeof(T), kind));
  }
  void deallocate(T *block, size_t) { forget(block); }
  template <class U> bool operator==(const Recorded<U, purpose> &) const { return true; }
  template <class U> bool operator!=(const Recorded<U, purpose> &) const { return false; }
};

using String = std::basic_string<char, std::char_traits<char>, Recorded<char, string>>;
template <class T> using Vector = std::vector<T, Recorded<T, vector>>;
template <class T> using Deque = std::deque<T, Recorded<T, deque>>;
template <class T> using List = std::list<T, Recorded<T, list>>;
template <class K, class V> using Map = std::map<K, V, std::less<K>, Recorded<std::pair<const K, V>, tree>>;
template <class K> using Set = std::set<K, std::less<K>, Recorded<K, tree>>;
template <class K, class V>
using HashMap = std::unordered_map<K, V, std::hash<K>, std::equal_to<K>, Recorded<std::pair<const K, V>, hash>>;
template <class K> using HashSet = std::unordered_set<K, std::hash<K>, std::equal_to<K>, Recorded<K, hash>>;

static unsigned seed = 1;
static unsigned random(unsigned below) { return (seed = seed * 1103515245 + 12345, (seed >> 8) % below); }

static String text(int i) {
  String made("order ");
  for (unsigned n = 3 + random(12); n > 0; n--) made += std::to_string(i * 7919 + n).c_str();
  return made;
}

struct Line {
  int number;
  double price;
  String name;
};

/** What is none of the kinds, with links and lengths like theirs. */
struct Plain {
  long numbers[4];
  Plain *next;
  Plain *other;
};

struct Owner {
  Vector<int> numbers;
  Vector<Line> lines;
  Vector<Owner *> others;
  Deque<long> queue;
  List<int> list;
  List<String> names;
  Map<int, String> byNumber;
  Set<long> seen;
  HashMap<int, long> counts;
  HashSet<long> hashed;
  std::shared_ptr<Line> line;
  char *label;
  Plain *plain;
};

static Owner *make(int i) {
  auto *owner = new (record(sizeof(Owner), "other")) Owner();
  for (unsigned n = random(40); n > 0; n--) owner->numbers.push_back(n);
  for (unsigned n = random(6); n > 0; n--) owner->lines.push_back({(int)n, n * 1.5, text(i)});
  for (unsigned n = random(4); n > 0; n--) owner->others.push_back(owner);
  for (unsigned n = 1 + random(300); n > 0; n--) owner->queue.push_back(n);
  for (unsigned n = random(8); n > 0; n--) owner->list.push_back(n);
  for (unsigned n = random(4); n > 0; n--) owner->names.push_back(text(i));
  for (unsigned n = random(9); n > 0; n--) owner->byNumber[n] = text(i);
  for (unsigned n = random(9); n > 0; n--) owner->seen.insert(random(1000));
  for (unsigned n = random(30); n > 0; n--) owner->counts[random(1000)] = n;
  for (unsigned n = random(30); n > 0; n--) owner->hashed.insert(random(1000));
  owner->line = std::allocate_shared<Line>(Recorded<Line, shared>(), Line{i, 2.5, text(i)});
  size_t length = 4 + random(60);
  owner->label = static_cast<char *>(record(length + 1, "C string"));
  memset(owner->label, 'a' + i % 26, length);
  owner->label[length] = 0;
  owner->plain = nullptr;
  for (unsigned n = random(5); n > 0; n--) {
    auto *plain = static_cast<Plain *>(record(sizeof(Plain), "other"));
    *plain = {{(long)random(2), (long)n, i, 16}, owner->plain, owner->plain == nullptr ? plain : owner->plain->other};
    owner->plain = plain;
  }
  return owner;
}

static Owner *kept[200];

int main() {
  for (int i = 0; i < 300; i++) {
    Owner *owner = make(i);
    if (i % 3 != 0) kept[i / 3 * 2 + i % 3 - 1] = owner;
  }
  // Held by nothing but this frame.
  Owner *volatile onStack = make(300);
  FILE *file = fopen("blocks.txt", "w");
  for (int i = 0; i < count; i++) fprintf(file, "%p %s\n", (void *)~entries[i].disguised, entries[i].kind);
  fclose(file);
  abort();
}

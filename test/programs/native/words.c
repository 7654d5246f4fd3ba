// Values whose bytes lie in another order on other machines. Dies in `fall`, called by way of `carry` and `main`.
#include <signal.h>
#include <stddef.h>

struct Bits {
  unsigned low : 3;
  signed middle : 11;
  unsigned high : 18;
  unsigned long long wide : 40;
};

struct Mixed {
  char letter;
  short halves[3];
  int whole;
  long long large;
  float narrow;
  double precise;
  struct Bits bits;
};

struct Small {
  short first;
  short second;
};

enum Colour { RED = 1, GREEN = -2, BLUE = 300 };

static __thread int ownCount = 71;
static long long shared = -5000000000LL;
static int *volatile nowhere;

__attribute__((noinline)) static int fall(int depth, double scale, float part, struct Small small) {
  volatile int local = depth * 3 + small.second;
  volatile double scaled = scale * part;
  if (depth == 0) *nowhere = local;
  return local + (int)scaled;
}

__attribute__((noinline)) static int carry(struct Mixed *mixed, enum Colour colour, long double longest) {
  volatile long double kept = longest / 2;
  union {
    int number;
    unsigned char bytes[4];
  } both = {.number = 0x01020304};
  struct Small small = {.first = -7, .second = 12};
  int got = 0;
  for (int depth = 2; depth >= 0; depth--) got += fall(depth, mixed->precise, mixed->narrow, small);
  return got + both.bytes[0] + (int)kept + colour + ownCount;
}

int main(void) {
  struct Mixed mixed = {.letter = 'x',
                        .halves = {-1, 258, 3},
                        .whole = -123456,
                        .large = 0x0102030405060708LL,
                        .narrow = 1.5f,
                        .precise = -0.375,
                        .bits = {.low = 5, .middle = -600, .high = 200000, .wide = 0x123456789aULL}};
  shared += ownCount;
  return carry(&mixed, BLUE, 6.5L) + (int)shared;
}

// Allocates through whatever malloc it is linked or preloaded with, then aborts.
#include <stdlib.h>
#include <string.h>

static void *kept[1000];

int main(void) {
  for (int i = 0; i < 1000; i++) {
    kept[i] = malloc(1000 + i);
    memset(kept[i], 7, 1000 + i);
  }
  abort();
}

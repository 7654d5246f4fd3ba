// A team's own types, which rules of a printers file show, then aborts.
#include <cstdlib>

namespace shop {

struct Money {
    long cents;
};

template <class T> struct Ring {
    T *slots;
    int first, count, capacity;
};

}

int main()
{
    shop::Money price{1234};
    int slots[4] = {30, 40, 10, 20};
    shop::Ring<int> ring{slots, 2, 4, 4};
    abort();
}

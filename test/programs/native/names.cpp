// Enumerators, namespaces, static members, complex numbers and arrays of a length decided when running. Judged by gdb.
#include <complex>
#include <cstdlib>

enum Plain { zero, one, two };

namespace shop {

enum class Colour : short { red = 3, green };
enum Level { low = -1, high = 7 };

inline namespace v2 {
struct Point {
    enum Kind { near = 4, far };
    int x, y;
    Kind kind;
    static int made;
    static constexpr int limit = 17;
};
int in_inline = 5;
}
int Point::made = 9;

struct Derived : Point {
    int z;
};

namespace {
int hidden = 12;
}

template <class T> struct Box {
    T value;
    static T count;
};
template <class T> T Box<T>::count = 40;

__attribute__((noinline)) int stop(int length)
{
    std::complex<double> z(1.5, -2);
    std::complex<float> narrow(0.5f, 4);
    int squares[length];
    for (int i = 0; i < length; i++)
        squares[i] = i * i;
    int grid[length][2];
    for (int i = 0; i < length; i++) {
        grid[i][0] = i;
        grid[i][1] = -i;
    }
    char text[length];
    for (int i = 0; i < length; i++)
        text[i] = char('a' + i);
    Colour colour = Colour::green;
    Level level = high;
    Derived derived{};
    derived.x = 1;
    derived.z = 3;
    derived.kind = Point::far;
    Box<int> box{77};
    Plain plain = two;
    Point *point = &derived;
    if (point != nullptr)
        abort();
    return squares[0] + grid[1][1] + text[0] + int(colour) + level + box.count + plain + hidden + int(z.real() + narrow.real());
}

}

int main(int argc, char **)
{
    return shop::stop(argc + 4);
}

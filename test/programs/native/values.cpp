// Holds a value of every kind in locals, arguments and globals, then aborts. Judged by gdb.
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace shop {

enum Colour { red, green = 5, blue };
enum class Size : uint8_t { small = 1, large = 200 };
enum Rights { none = 0, may_read = 1, may_write = 2, may_run = 4 };

struct Point {
    int x;
    int y;
};

struct Flags {
    unsigned low : 3;
    int middle : 5;
    unsigned long long wide : 40;
    bool last : 1;
};

union Number {
    int whole;
    float real;
    unsigned char bytes[4];
};

struct Mixed {
    char tag;
    union {
        int inner_number;
        Point inner_point;
    };
    struct {
        short first, second;
    } unnamed;
    double ratio;
};

class Shape {
public:
    explicit Shape(int sides) : sides_(sides) {}
    virtual ~Shape() = default;
    virtual double area() const { return 0; }

protected:
    int sides_;
};

class Square : public Shape, private Point {
public:
    explicit Square(double side) : Shape(4), Point{1, 2}, side_(side) {}
    double area() const override { return side_ * side_; }

private:
    double side_;
    static int made;
};
int Square::made = 3;

struct Base { int base_value = 11; };
struct Left : virtual Base { int left_value = 12; };
struct Right : virtual Base { int right_value = 13; };
struct Bottom : Left, Right { int bottom_value = 14; };

struct Node {
    int value;
    Node *next;
};

struct Opaque;

template <typename T, int N> struct Ring {
    T items[N];
    unsigned head;
};

int counter = 42;
const char *greeting = "hello";
Point origin{-1, -2};
static long hidden_total = 99;
thread_local int per_thread = 77;

}  // namespace shop

double table[3] = {0.5, 1.25, -3};

#ifdef __SIZEOF_INT128__
using Widest = __int128;
#else
using Widest = long long;
#endif

using shop::Point;

__attribute__((noinline)) static int named_function(int value) { return value + 1; }

__attribute__((noinline)) static void containers(int seed) {
    std::string empty;
    std::string short_text = "short";
    std::string long_text = "a string that is too long to be kept inside \"the object\"\n";
    std::string_view view = std::string_view(long_text).substr(2, 6);
    std::vector<int> numbers{1, 2, 3, seed};
    std::vector<std::string> words{"one", "two"};
    std::vector<bool> bits{true, false, true, true, false, false, false, false, true, true};
    std::vector<shop::Point> points{{1, 2}, {3, 4}};
    std::map<std::string, int> ages{{"ann", 30}, {"bob", 41}, {"eve", 5}};
    std::map<int, shop::Point> places;
    for (int i = 0; i < 20; i++) places[i * 7 % 20] = {i, -i};
    std::set<int> unique{5, 3, 9};
    std::multimap<int, char> letters{{1, 'a'}, {1, 'b'}};
    std::unordered_map<int, std::string> named{{1, "uno"}, {2, "due"}};
    std::unordered_set<long> seen{10, 20, 30};
    std::list<int> chain{7, 8, 9};
    std::forward_list<int> forward{4, 5};
    std::deque<int> line;
    for (int i = 0; i < 300; i++) line.push_back(i);
    line.pop_front();
    std::array<short, 3> fixed{1, 2, 3};
    auto owned = std::make_unique<shop::Point>(shop::Point{5, 6});
    std::unique_ptr<int> nothing;
    auto shared = std::make_shared<int>(17);
    auto shared_too = shared;
    std::weak_ptr<int> watching = shared;
    std::optional<int> some = 3;
    std::optional<std::string> none;
    std::variant<int, double, std::string> either = std::string("third");
    std::variant<int, double> number = 2.5;
    std::pair<int, std::string> couple{1, "pair"};
    std::tuple<int, char, double> triple{1, 'x', 2.5};
    std::atomic<int> atomic_number{8};
    if (numbers.size() == 4 && bits[0]) abort();
    counter_use:
    named_function(static_cast<int>(view.size()) + fixed[0] + *some + couple.first);
    goto counter_use;
}

__attribute__((noinline)) static int scalars(int argument, const char *text, const shop::Square &square, double rate) {
    bool yes = true;
    char letter = 'q';
    signed char small = -5;
    unsigned char byte = 250;
    short two = -300;
    unsigned short two_unsigned = 65000;
    int four = -70000;
    unsigned four_unsigned = 4000000000u;
    long long eight = -5000000000LL;
    unsigned long long eight_unsigned = 18000000000000000000ull;
    Widest sixteen = static_cast<Widest>(eight) * 1000000007;
    float real = 3.14f;
    double large = 6.02214076e23;
    long double extended = 2.5L;
    char16_t wide = u'\u00e9';
    wchar_t wider = L'Z';
    shop::Colour colour = shop::green;
    shop::Size size = shop::Size::large;
    shop::Rights rights = static_cast<shop::Rights>(shop::may_read | shop::may_run);
    shop::Flags flags{5, -3, 123456789012ull, true};
    shop::Number as_number{};
    as_number.real = 1.5f;
    shop::Mixed mixed{};
    mixed.tag = 'm';
    mixed.inner_point = {8, 9};
    mixed.unnamed = {3, -4};
    mixed.ratio = 0.1;
    shop::Bottom bottom;
    shop::Node last{2, nullptr};
    shop::Node first{1, &last};
    shop::Ring<short, 3> ring{{1, 2, 3}, 1};
    int grid[2][3] = {{1, 2, 3}, {4, 5, 6}};
    char name[8] = "native";
    Point *where = &shop::origin;
    Point &alias = shop::origin;
    shop::Opaque *opaque = nullptr;
    int (*function)(int) = named_function;
    int Point::*member = &Point::y;
    void *anything = grid;
    static int kept = 1234;
    auto add = [argument, &four](int value) { return value + argument + four; };
    if (square.area() > 1) {
        int four = 4444;
        int inner = four + kept;
        containers(add(inner) > 0 ? 4 : 4);
    }
    return static_cast<int>(rate) + yes + letter + small + byte + two + two_unsigned + static_cast<int>(four_unsigned) +
           static_cast<int>(eight_unsigned + sixteen) + static_cast<int>(real + large + extended) + wide + wider + colour +
           static_cast<int>(size) + rights + flags.low + as_number.whole + mixed.tag + bottom.base_value + first.value +
           ring.items[0] + grid[0][0] + name[0] + where->x + alias.y + (opaque != nullptr) + function(1) +
           alias.*member + (anything != nullptr) + text[0];
}

int main(int argc, char **argv) {
    shop::Square square(2.5);
    shop::counter += argc;
    shop::per_thread += argc;
    shop::hidden_total += argc;
    return scalars(argc + 6, shop::greeting, square, 0.75) + static_cast<int>(table[0]) + (argv == nullptr);
}

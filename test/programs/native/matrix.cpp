// Dies in the way its argument names, below frames of classes, templates and lambdas. Judged by gdb.
#include <array>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace shop {

enum class Size : unsigned char { small = 1, large = 200 };

struct Base {
    virtual ~Base() = default;
    virtual int price(const char *kind, int count) = 0;
    int id = 7;
};

struct Tagged {
    long tag = -5;
};

template <class T, int Count> struct Stack {
    std::array<T, Count> items{};
    int used = 0;
    void push(T item) { items[used++] = item; }
    T &top() { return items[used - 1]; }
};

class Order : public Base, private Tagged {
public:
    explicit Order(std::string name) : name_(std::move(name)) {}
    int price(const char *kind, int count) override;

private:
    std::string name_;
    Size size_ = Size::large;
    static int made;
};
int Order::made = 3;

__attribute__((noinline)) int fail(const char *kind, const std::vector<int> &amounts, double share)
{
    int total = 0;
    for (int amount : amounts)
        total += amount;
    std::unique_ptr<int> owned(new int(total));
    if (!std::strcmp(kind, "throw"))
        throw std::runtime_error("no such order");
    if (!std::strcmp(kind, "abort"))
        std::abort();
    if (!std::strcmp(kind, "at"))
        return std::vector<int>().at(amounts.size());
    if (!std::strcmp(kind, "terminate"))
        std::terminate();
    return *(volatile int *)(static_cast<long>(share) & 16);
}

int Order::price(const char *kind, int count)
{
    Stack<short, 4> stack;
    stack.push(11);
    stack.push(-12);
    std::map<int, std::string> names{{1, "one"}, {2, "two"}};
    auto sum = [&, factor = 3](int more) {
        std::vector<int> amounts{count, more, factor};
        int result = fail(kind, amounts, 16.5);
        return result + stack.top();
    };
    short &top = stack.top();
    int &&moved = count + id;
    return sum(static_cast<int>(names.size())) + top + moved + made + static_cast<int>(tag);
}

template <class... Parts> int all(const char *kind, Base &base, Parts... parts)
{
    int count = static_cast<int>(sizeof...(parts));
    return base.price(kind, count) + count;
}

}

int main(int argc, char **argv)
{
    shop::Order order("a name that does not fit inside the string");
    shop::Base *base = &order;
    return shop::all(argc > 1 ? argv[1] : "segv", *base, 1, 2.5, 'c');
}

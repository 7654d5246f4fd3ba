// What C++20's library keeps behind erased types, iterators and coroutines, then aborts. The test says what it is.
#include <any>
#include <coroutine>
#include <cstdlib>
#include <functional>
#include <initializer_list>
#include <list>
#include <map>
#include <memory_resource>
#include <mutex>
#include <source_location>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

struct Big {
    long values[4];
};

struct Generator {
    struct promise_type {
        int current = 0;
        Generator get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_always initial_suspend() { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        std::suspend_always yield_value(int value)
        {
            current = value;
            return {};
        }
        void return_void() {}
        void unhandled_exception() {}
    };
    std::coroutine_handle<promise_type> handle;
};

Generator count(int from)
{
    for (int i = from;; i++)
        co_yield i;
}

Generator once()
{
    co_yield 1;
}

int twice(int x) { return 2 * x; }

struct Adder {
    int step;
    int operator()(int x) const { return x + step; }
};

int main()
{
    std::any nothing, number = 42, text = std::string("held"), big = Big{{1, 2}};
    std::function<int(int)> none, plain = twice, adder = Adder{9};
    Big captured{{3}};
    std::function<long(int)> heavy = [captured](int i) { return captured.values[i]; };
    std::error_code code(2, std::generic_category());
    std::vector<int> numbers{1, 2, 3};
    auto second = numbers.begin() + 1;
    auto last = numbers.rbegin();
    std::list<int> chain{4, 5};
    auto link = ++chain.begin();
    std::map<int, std::string> names{{1, "one"}, {2, "two"}};
    auto named = names.find(2);
    std::initializer_list<int> listed = {7, 8};
    auto place = std::source_location::current();
    std::mutex free_lock, taken;
    taken.lock();
    std::thread no_thread;
    std::pmr::vector<int> pooled{1, 2};
    Generator generator = count(10), finished = once();
    generator.handle.resume();
    generator.handle.resume();
    finished.handle.resume();
    finished.handle.resume();
    std::coroutine_handle<> erased = generator.handle, no_coroutine;
    abort();
}

// Dies in the way the first argument says. Frames pass through inlined functions, a lambda in a standard algorithm,
// a template, a library and a signal handler, so that every kind of frame is in some stack.
#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>
#include "crashLibrary.h"
#include "untilWaiting.h"

struct Item {
    long price;
    int count;
};

struct Order {
    int id;
    Item *items;
    unsigned length;
    std::string name;
    long total() const;
};

static volatile int sink;
static volatile int zero;

static inline __attribute__((always_inline)) long price_of(const Item *item) {
    return item->price * item->count;
}

static inline __attribute__((always_inline)) long price_or_zero(const Item *item, int depth) {
    if (depth < 0) return 0;
    return price_of(item) + depth;
}

__attribute__((noinline)) long Order::total() const {
    long sum = 0;
    std::for_each(items, items + length, [&](const Item &item) { sum += price_or_zero(&item, id); });
    return sum;
}

template <typename T> __attribute__((noinline)) T checkout(const Order &order, T fee) {
    T amount = static_cast<T>(order.total());
    sink = static_cast<int>(amount);
    return amount + fee;
}

__attribute__((noinline)) static long overflow(long depth) {
    volatile char page[4096];
    page[0] = static_cast<char>(depth);
    long below = overflow(depth + 1);
    return below + page[0];
}

__attribute__((noinline)) static int divide(int value) { return value / zero; }

__attribute__((noinline)) static void on_signal(int) {
    Order order{3, nullptr, 2, "in handler"};
    sink = static_cast<int>(checkout(order, 1.5));
}

static std::atomic<int> waiting{0};
static std::mutex first_lock, second_lock;

__attribute__((noinline)) static void wait_in_thread(int number) {
    volatile int own = number;
    waiting++;
    for (;;) pause();
    sink = own;
}

__attribute__((noinline)) static void lock_both(std::mutex &one, std::mutex &other) {
    std::lock_guard<std::mutex> first(one);
    waiting++;
    while (waiting < 2) usleep(1000);
    std::lock_guard<std::mutex> second(other);
    sink = 1;
}

static void ready() {
    std::puts("ready");
    std::fflush(stdout);
}

int main(int argc, char **argv) {
    std::string mode = argc > 1 ? argv[1] : "segv";
    int threads = argc > 2 ? std::atoi(argv[2]) : 50;
    std::vector<std::thread> all;
    Order order{7, nullptr, 3, "order seven"};
    if (mode == "segv") sink = static_cast<int>(checkout(order, 2L));
    if (mode == "abort") std::abort();
    if (mode == "fpe") sink = divide(argc);
    if (mode == "overflow") sink = static_cast<int>(overflow(0));
    if (mode == "library") sink = library_total(nullptr, 4);
    if (mode == "callback") sink = library_apply([](int value) { return divide(value); }, 4);
    if (mode == "handler") {
        std::signal(SIGUSR1, on_signal);
        raise(SIGUSR1);
    }
    if (mode == "jump") {
        void (*nowhere)() = reinterpret_cast<void (*)()>(static_cast<size_t>(zero));
        nowhere();
        sink = 2;
    }
    if (mode == "threads") {
        for (int i = 0; i < threads; i++) all.emplace_back(wait_in_thread, i);
        while (waiting < threads) usleep(1000);
        std::thread([&] { sink = static_cast<int>(checkout(order, 2L)); }).join();
    }
    if (mode == "deadlock") {
        all.emplace_back([] { lock_both(first_lock, second_lock); });
        all.emplace_back([] { lock_both(second_lock, first_lock); });
        until_waiting(2);
        ready();
    }
    if (mode == "wait") {
        for (int i = 0; i < threads; i++) all.emplace_back(wait_in_thread, i);
        while (waiting < threads) usleep(1000);
        ready();
    }
    for (auto &each : all) each.join();
    return 0;
}

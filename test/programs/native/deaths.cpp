// Dies of the reason its first argument names: exceptions nobody catches, and what the C++ runtime ends a program for.
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#define AWAY __attribute__((noinline))

static volatile int sink;

namespace shop {

struct Config {
    std::string path;
    int retries;
};

class OutOfStock : public std::exception {
  public:
    explicit OutOfStock(std::string article) : message("no more " + article) {}
    const char *what() const noexcept override { return message.c_str(); }

  private:
    std::string message;
};

class BadPrice : public std::invalid_argument {
  public:
    BadPrice() : std::invalid_argument("price below zero") {}
};

struct Fixed : std::exception {
    const char *what() const noexcept override { return "a fixed text"; }
};

struct Plain {
    int number;
};

AWAY void load(const Config &config) { throw std::runtime_error("cannot open config file " + config.path); }
AWAY void sell(const char *article) { throw OutOfStock(article); }
AWAY void price() { throw BadPrice(); }

struct Shape {
    Shape() { measure(); }
    virtual ~Shape() = default;
    AWAY void measure() { sink = area(); }
    virtual int area() const = 0;
};

struct Square : Shape {
    int area() const override { return 4; }
};

AWAY void promise() noexcept { load({"/etc/promised.conf", 1}); }

AWAY void again() {
    std::exception_ptr kept;
    try {
        load({"/etc/kept.conf", 2});
    } catch (...) {
        kept = std::current_exception();
    }
    std::rethrow_exception(kept);
}

}  // namespace shop

int main(int argc, char **argv) {
    std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "runtime-error") shop::load({"/etc/app.conf", 3});
    if (mode == "own-text") shop::sell("apples of the kind that everybody likes");
    if (mode == "derived") shop::price();
    if (mode == "fixed-text") throw shop::Fixed();
    if (mode == "number") throw 42;
    if (mode == "text") throw "a text of C";
    if (mode == "string") throw std::string("a string that is longer than its own bytes");
    if (mode == "plain") throw shop::Plain{7};
    if (mode == "system-error") throw std::system_error(ENOENT, std::generic_category(), "opening the till");
    if (mode == "filesystem") std::filesystem::create_directory("/proc/none/such");
    if (mode == "no-memory") sink = new char[size_t(1) << 60] != nullptr;
    if (mode == "at") sink = std::vector<int>(3).at(static_cast<size_t>(argc) + 5);
    if (mode == "nested") {
        try {
            shop::load({"/etc/first.conf", 1});
        } catch (const std::exception &) {
            std::throw_with_nested(std::logic_error("second"));
        }
    }
    if (mode == "again") shop::again();
    if (mode == "in-thread") std::thread([] { shop::load({"/etc/thread.conf", 4}); }).join();
    if (mode == "terminate") std::terminate();
    if (mode == "joinable") std::thread sleeper([] { std::this_thread::sleep_for(std::chrono::hours(1)); });
    if (mode == "noexcept") shop::promise();
    if (mode == "pure-virtual") sink = shop::Square().area();
    if (mode == "checked-index") {
        std::vector<int> few(static_cast<size_t>(argc));
        sink = few[static_cast<size_t>(argc) + 40];
    }
    return 0;
}

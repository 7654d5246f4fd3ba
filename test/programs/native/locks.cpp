// Threads that wait for each other in the way the first argument says. The program tells who holds and who waits for
// what ("holds NAME LWP", "waits NAME LWP"), then hangs.
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <pthread.h>
#include <condition_variable>
#include <mutex>
#include <semaphore.h>
#include <shared_mutex>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include "untilWaiting.h"

static pthread_mutex_t lock_a = PTHREAD_MUTEX_INITIALIZER, lock_b = PTHREAD_MUTEX_INITIALIZER,
                       lock_c = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t recursive_lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t checked_lock = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static pthread_rwlock_t shared_lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static std::mutex standard_lock;
static std::shared_mutex standard_shared;
static std::condition_variable standard_condition;
static sem_t semaphore;
static pthread_t threads[8];
static std::atomic<int> arrived{0};
static volatile int sink;

static int self() { return static_cast<int>(syscall(SYS_gettid)); }
static void say(const char *what, const char *name) {
    std::printf("%s %s %d\n", what, name, self());
    std::fflush(stdout);
}
static void together(int count) {
    arrived++;
    while (arrived < count) usleep(1000);
}

__attribute__((noinline)) static void take(pthread_mutex_t *mutex, const char *name) {
    say("waits", name);
    pthread_mutex_lock(mutex);
    say("holds", name);
    sink = 1;
}

static void *start(void *(*run)(void *), int at) {
    pthread_create(&threads[at], nullptr, run, nullptr);
    return nullptr;
}

#define THEN(first, firstName, second, secondName, count) \
    [](void *) -> void * {                                \
        take(first, firstName);                           \
        together(count);                                  \
        take(second, secondName);                         \
        return nullptr;                                   \
    }

static void join_all(int count) {
    for (int i = 0; i < count; i++) pthread_join(threads[i], nullptr);
}

static void *wait_for_condition(void *) {
    pthread_mutex_lock(&lock_b);
    say("waits", "condition");
    pthread_cond_wait(&condition, &lock_b);
    return nullptr;
}

int main(int argc, char **argv) {
    const char *mode = argc > 1 ? argv[1] : "two";
    auto is = [&](const char *name) { return std::strcmp(mode, name) == 0; };
    auto ready = [](int waiting) { until_waiting(waiting); std::puts("ready"); std::fflush(stdout); };
    if (is("two-aborted")) {
        start(THEN(&lock_a, "lock_a", &lock_b, "lock_b", 2), 0);
        start(THEN(&lock_b, "lock_b", &lock_a, "lock_a", 2), 1);
        until_waiting(2);
        if (fork() == 0) kill(getppid(), SIGABRT);
        else join_all(2);
    }
    if (is("two")) {
        start(THEN(&lock_a, "lock_a", &lock_b, "lock_b", 2), 0);
        start(THEN(&lock_b, "lock_b", &lock_a, "lock_a", 2), 1);
        ready(2);
        join_all(2);
    }
    if (is("three")) {
        start(THEN(&lock_a, "lock_a", &lock_b, "lock_b", 3), 0);
        start(THEN(&lock_b, "lock_b", &lock_c, "lock_c", 3), 1);
        start(THEN(&lock_c, "lock_c", &lock_a, "lock_a", 3), 2);
        ready(3);
        join_all(3);
    }
    if (is("self")) {
        start([](void *) -> void * { take(&lock_a, "lock_a"); take(&lock_a, "lock_a"); return nullptr; }, 0);
        ready(1);
        sleep(1000);
    }
    if (is("kinds")) {
        start(THEN(&recursive_lock, "recursive_lock", &checked_lock, "checked_lock", 2), 0);
        start(THEN(&checked_lock, "checked_lock", &recursive_lock, "recursive_lock", 2), 1);
        ready(2);
        sleep(1000);
    }
    if (is("upgrade")) {
        start([](void *) -> void * {
            pthread_rwlock_rdlock(&shared_lock);
            say("holds", "shared_lock");
            say("waits", "shared_lock");
            pthread_rwlock_wrlock(&shared_lock);
            return nullptr;
        }, 0);
        ready(1);
        join_all(1);
    }
    if (is("writer")) {
        start([](void *) -> void * {
            pthread_rwlock_wrlock(&shared_lock);
            say("holds", "shared_lock");
            together(2);
            take(&lock_a, "lock_a");
            return nullptr;
        }, 0);
        start([](void *) -> void * {
            take(&lock_a, "lock_a");
            together(2);
            say("waits", "shared_lock");
            pthread_rwlock_rdlock(&shared_lock);
            return nullptr;
        }, 1);
        ready(2);
        sleep(1000);
    }
    if (is("standard")) {
        std::thread one([] {
            std::lock_guard<std::mutex> first(standard_lock);
            say("holds", "standard_lock");
            together(2);
            say("waits", "standard_shared");
            std::unique_lock<std::shared_mutex> second(standard_shared);
            sink = 1;
        });
        std::thread other([] {
            std::unique_lock<std::shared_mutex> first(standard_shared);
            say("holds", "standard_shared");
            together(2);
            say("waits", "standard_lock");
            std::lock_guard<std::mutex> second(standard_lock);
            sink = 1;
        });
        ready(2);
        one.join();
        other.join();
    }
    if (is("join")) {
        auto run = [](void *) -> void * {
            together(3);
            say("joins", "thread");
            pthread_join(threads[pthread_equal(pthread_self(), threads[0]) ? 1 : 0], nullptr);
            return nullptr;
        };
        start(run, 0);
        start(run, 1);
        together(3);
        ready(2);
        sleep(1000);
    }
    if (is("ended")) {
        start([](void *) -> void * { take(&lock_a, "lock_a"); return nullptr; }, 0);
        join_all(1);
        start([](void *) -> void * { take(&lock_a, "lock_a"); return nullptr; }, 0);
        ready(1);
        sleep(1000);
    }
    if (is("condition")) {
        start([](void *) -> void * {
            take(&lock_a, "lock_a");
            together(2);
            return wait_for_condition(nullptr);
        }, 0);
        start([](void *) -> void * {
            together(2);
            usleep(50000);
            take(&lock_a, "lock_a");
            pthread_cond_signal(&condition);
            return nullptr;
        }, 1);
        ready(2);
        sleep(1000);
    }
    // Healthy: a pool that waits for work, a lock whose owner works on, a wait that ends by itself.
    if (is("pool")) {
        for (int i = 0; i < 4; i++) start(wait_for_condition, i);
        start([](void *) -> void * { say("waits", "semaphore"); sem_wait(&semaphore); return nullptr; }, 4);
        ready(5);
        sleep(1000);
    }
    if (is("busy")) {
        start([](void *) -> void * { take(&lock_a, "lock_a"); together(2); for (;;) sink = sink + 1; return nullptr; }, 0);
        start([](void *) -> void * { together(2); take(&lock_a, "lock_a"); return nullptr; }, 1);
        ready(1);
        sleep(1000);
    }
    if (is("timed")) {
        std::thread waiting([] {
            std::unique_lock<std::mutex> lock(standard_lock);
            standard_condition.wait_for(lock, std::chrono::seconds(1000));
        });
        ready(1);
        waiting.join();
    }
    return 0;
}

// Holds strings of wide letters, adaptors and wrappers of the standard library, then aborts.
#include <bitset>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <queue>
#include <span>
#include <stack>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

struct Wide {
    __int128 number;
};

__attribute__((noinline)) static void wrappers(int seed) {
    std::wstring wide = L"größe";
    std::u16string clef = u"né𝄞";
    std::u32string letters = U"𝄞\n";
    std::u16string long_clef = u"more letters than fit into the object itself 𝄞";
    const std::wstring_view part = std::wstring_view(wide).substr(0, 2);
    std::stack<int> stack;
    stack.push(1);
    stack.push(seed);
    std::queue<int> queue;
    queue.push(3);
    std::priority_queue<int, std::vector<int>> heap;
    for (int each : {1, 3, 2}) heap.push(each);
    std::bitset<8> bits(0b10110);
    std::bitset<80> many;
    many.set(0).set(70);
    std::chrono::milliseconds wait(250);
    std::chrono::hours day(24);
    std::chrono::duration<double> part_of_second(0.5);
    std::chrono::system_clock::time_point epoch(std::chrono::seconds(2));
    std::filesystem::path path = "/var/lib/shop";
    int numbers[] = {4, 5, 6};
    std::span<int> some(numbers, 2);
    std::span<int, 3> all(numbers);
    std::reference_wrapper<int> reference = numbers[1];
    std::map<char, char> small{{'a', 'b'}};
    std::map<int, Wide> aligned{{7, Wide{8}}};
    std::unordered_map<char, Wide> hashed{{'x', Wide{9}}};
    std::monostate nothing;
    if (wide.size() + clef.size() + letters.size() + long_clef.size() + part.size() > 2) abort();
    seed += static_cast<int>(stack.size() + queue.size() + heap.size() + bits.count() + many.count() + path.native().size());
    seed += static_cast<int>(wait.count() + day.count() + part_of_second.count() + some.size() + all.size() + reference);
    seed += static_cast<int>(epoch.time_since_epoch().count() + small.size() + aligned.size() + hashed.size());
    (void)nothing;
    exit(seed);
}

int main() { wrappers(2); }

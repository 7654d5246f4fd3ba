// Values of Boost, Eigen and fmt in locals, then aborts. The test says what they hold.
#define FMT_HEADER_ONLY
#include <Eigen/Dense>
#include <boost/circular_buffer.hpp>
#include <boost/container/flat_map.hpp>
#include <boost/container/flat_set.hpp>
#include <boost/container/list.hpp>
#include <boost/container/map.hpp>
#include <boost/container/small_vector.hpp>
#include <boost/container/static_vector.hpp>
#include <boost/container/string.hpp>
#include <boost/optional.hpp>
#include <boost/variant.hpp>
#include <cstdlib>
#include <fmt/format.h>
#include <string>

int main()
{
    using namespace boost;
    container::small_vector<int, 4> small{1, 2, 3};
    container::small_vector<int, 2> spilled{1, 2, 3, 4, 5};
    container::static_vector<double, 8> fixed{1.5, 2.5};
    container::flat_map<int, std::string> flat{{1, "one"}, {2, "two"}};
    container::flat_set<int> sorted{3, 1, 2};
    container::string short_text("short"), long_text("a string that is too long to be kept inside the object");
    container::list<int> chain{4, 5, 6};
    container::map<int, int> tree{{1, 10}, {2, 20}, {3, 30}};
    circular_buffer<int> ring(3);
    for (int i = 1; i < 5; i++)
        ring.push_back(i);
    boost::optional<int> some(7), none;
    boost::variant<int, std::string, double> either(std::string("text"));
    Eigen::Matrix3d square;
    square << 1, 2, 3, 4, 5, 6, 7, 8, 9;
    Eigen::VectorXf vector(3);
    vector << 1, 2, 3;
    Eigen::MatrixXi wide(2, 3);
    wide << 1, 2, 3, 4, 5, 6;
    Eigen::Matrix<double, 2, 2, Eigen::RowMajor> by_row;
    by_row << 1, 2, 3, 4;
    fmt::memory_buffer buffer;
    fmt::format_to(std::back_inserter(buffer), "{} and {}", 1, "two");
    abort();
}

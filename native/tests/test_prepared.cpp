// Prepared filters on arrays in other layouts, against plain loops; and what they must refuse.
#include <cstdio>
#include <limits>
#include <vector>

#include "prepared.h"

using namespace tapwise;

namespace {

constexpr int64_t rows = 3, samples = 20, taps = 4, outputs = samples - taps + 1, colours = 2;

// Rows, colours and samples; rows and colours are batch. `order` says where each stands in the arrays.
Prepared colours_in_rows(bool colours_last) {
    Prepared p;
    p.filter.axes = 3;
    p.filter.work = p.filter.x_type = p.filter.y_type = Type::f64;
    p.filter.inner = 1;
    p.filter.axis[0] = Axis{rows, 1, rows, 1, 0, 1, Rule::zero, Rule::zero, {0, 0}, {0, 0}};
    p.filter.axis[1] = Axis{colours, 1, colours, 1, 0, 1, Rule::zero, Rule::zero, {0, 0}, {0, 0}};
    p.filter.axis[2] = Axis{samples, taps, outputs, 1, taps - 1, -1, Rule::zero, Rule::zero, {0, 0}, {0, 0}};
    p.batch = 2;
    p.order[0] = 0;
    p.order[1] = colours_last ? 2 : 1;
    p.order[2] = colours_last ? 1 : 2;
    p.taps_type = Type::f32;
    return p;
}

template <class T>
Elements elements(T* at, int64_t second, int64_t third) {
    return {reinterpret_cast<char*>(at),
            {int64_t(sizeof(T)) * second * third, int64_t(sizeof(T)) * third, int64_t(sizeof(T))}};
}

// Convolutions of colours that lie beside each other or apart; taps in another type, every second of them.
bool fills(bool colours_last, float wrong) {
    const Prepared p = colours_in_rows(colours_last);
    std::vector<double> x(rows * samples * colours), y(rows * outputs * colours, -1);
    std::vector<float> h(2 * taps, 99);
    for (size_t i = 0; i < x.size(); ++i) x[i] = double(i * i % 31) - 9;
    for (int64_t k = 0; k < taps; ++k) h[size_t(2 * k)] = float(3 * k - 4);
    Elements weights{reinterpret_cast<char*>(h.data()), {2 * sizeof(float)}};
    const Elements from = colours_last ? elements(x.data(), samples, colours) : elements(x.data(), colours, samples);
    const Elements to = colours_last ? elements(y.data(), outputs, colours) : elements(y.data(), colours, outputs);
    if (run(p, from, weights, to, false) != Outcome::done) return false;
    h[0] += wrong;
    for (int64_t r = 0; r < rows; ++r)
        for (int64_t c = 0; c < colours; ++c)
            for (int64_t m = 0; m < outputs; ++m) {
                double sum = 0;
                for (int64_t k = 0; k < taps; ++k) {
                    const int64_t i = m + taps - 1 - k;
                    const int64_t at = colours_last ? (r * samples + i) * colours + c : (r * colours + c) * samples + i;
                    sum += double(h[size_t(2 * k)]) * x[size_t(at)];
                }
                const int64_t at = colours_last ? (r * outputs + m) * colours + c : (r * colours + c) * outputs + m;
                if (y[size_t(at)] != sum) return false;
            }
    return true;
}

// One axis of five samples and two taps of type T.
template <class T>
Outcome outcome(T first, T second, Prepared p, std::vector<int64_t> x, std::vector<double>& y, bool careful = false) {
    const T h[] = {first, second};
    y.assign(4, 77);
    p.filter.axes = 1;
    p.filter.axis[0] = Axis{5, 2, 4, 1, 1, -1, Rule::zero, Rule::zero, {0, 0}, {0, 0}};
    p.filter.x_type = Type::i64;
    p.filter.work = p.filter.y_type = Type::f64;
    p.filter.inner = 1;
    return run(p, {reinterpret_cast<char*>(x.data()), {8}}, {const_cast<char*>(reinterpret_cast<const char*>(h)), {sizeof(T)}},
               {reinterpret_cast<char*>(y.data()), {8}}, false, careful);
}

bool refuses() {
    const double endless = std::numeric_limits<double>::infinity();
    std::vector<double> y;
    Prepared floats;
    floats.taps_type = Type::f64;
    for (const double bad : {endless, -endless, endless - endless})
        if (outcome(2.0, bad, floats, {1, 2, 3, 4, 5}, y) != Outcome::unfit || y[0] != 77) return false;
    if (outcome(2.0, 3.0, floats, {1, 2, 3, 4, 5}, y) != Outcome::done || y[3] != 2 * 5 + 3 * 4) return false;
    Prepared whole;
    whole.taps_type = Type::i64;
    whole.exact_below = 1 << 24;
    const int64_t most = (1 << 24) / 5;  // times |2| + |-3|
    for (const bool careful : {false, true}) {
        if (outcome<int64_t>(2, -3, whole, {1, -most, 3, 4, 5}, y, careful) != Outcome::done) return false;
        if (outcome<int64_t>(2, -3, whole, {1, 2, 3, 4, most + 1}, y, careful) != Outcome::unfit) return false;
        if (careful && y[0] != 77) return false;
        if (outcome<int64_t>(2, -3, whole, {INT64_MIN, 2, 3, 4, 5}, y, careful) != Outcome::unfit) return false;
    }
    whole.largest = most;  // by its type, whatever the samples are
    if (outcome<int64_t>(2, -3, whole, {1, 2, 3, 4, most + 1}, y) != Outcome::done) return false;
    whole.largest = most + 1;
    if (outcome<int64_t>(2, -3, whole, {1, 2, 3, 4, 5}, y) != Outcome::unfit || y[0] != 77) return false;
    return true;
}

// A signal without samples has none to look at, whatever its other axes are.
bool empty_signals_are_not_read() {
    Prepared p = colours_in_rows(false);
    p.filter.axis[0].n = 0;
    p.filter.axis[0].below = p.filter.axis[0].above = Rule::zero;
    p.filter.x_type = p.taps_type = Type::i64;
    p.exact_below = 1 << 24;
    std::vector<int64_t> x, h(taps, 1);  // a null pointer
    std::vector<double> y(rows * outputs * colours, 77);
    const Elements weights{reinterpret_cast<char*>(h.data()), {8}};
    if (run(p, elements(x.data(), colours, samples), weights, elements(y.data(), colours, outputs), false) != Outcome::done)
        return false;
    for (double value : y)
        if (value != 0) return false;
    return true;
}

}  // namespace

int main() {
    for (const bool colours_last : {false, true}) {
        if (!fills(colours_last, 0)) return std::printf("a filter is wrong\n"), 1;
        if (fills(colours_last, 1)) return std::printf("a wrong tap was not seen\n"), 1;
    }
    if (!refuses()) return std::printf("what must be refused was not\n"), 1;
    if (!empty_signals_are_not_read()) return std::printf("an empty signal was read\n"), 1;
    std::printf("prepared filters are right\n");
    return 0;
}

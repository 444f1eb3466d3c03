// Separable sums on one instruction set: this file is compiled once for each, TAPWISE_ISA is its name.
//
// The taps are products of three factors: of the planes (all axes before the last two together), of the rows and of the
// columns. A group of rows of outputs is made at once: planes are summed into rows as these are fetched, rows down into a
// few rows that stay in the cache, and those along themselves into the outputs. Nothing as large as the signal is made.
#include <algorithm>
#include <cstring>
#include <type_traits>

#include "filter.h"
#include "isa.h"
#include "passes.h"
#include "task.h"
#include "tile.h"

namespace {

// Vectors of a tile beside each other: on the way down, with rows_down rows of them; along a row; along a row of many taps.
constexpr int wide_down = vector_bytes == 64 ? 6 : 3;
constexpr int wide_along = 8;
constexpr int wide_equal = vector_bytes == 64 ? 8 : 4;  // down many equal taps
constexpr int wide_long = vector_bytes == 64 ? 16 : 8;
constexpr int64_t long_taps = 16;

// Equal taps from which sums shared by neighbours are faster than a multiply-add for each: down the rows, along them.
constexpr int64_t many_down = 12;
template <class T>
constexpr int64_t many_along = std::is_same_v<T, float> ? 32 : std::is_same_v<T, int64_t> ? 6 : 24;

constexpr int64_t budget = 384 * 1024;  // bytes of rows, so that they stay in a second-level cache

template <class T>
bool shares_sums(const T* taps, int64_t k, int64_t many) {
    if (k < many) return false;
    for (int64_t t = 1; t < k; ++t)
        if (taps[t] != taps[0]) return false;
    return true;
}

// A filter with every axis running forwards, and what follows from its numbers.
template <class T>
struct Shape {
    Filter f;
    Axis rows, columns;
    const T *planes_taps, *rows_taps, *columns_taps;
    int64_t planes;     // how many are summed into a row
    int64_t each;       // elements of a sample
    int64_t apart;      // rows of a group lie so far apart that they share rows of the signal
    int64_t advance;    // shared rows from one of them to the next
    bool shared_down, shared_along;  // sums shared by neighbours
    bool long_along;                 // the order of sums along a row is that of long rows
    int64_t group;      // rows of outputs made at once
    int64_t ring;       // shared rows that they read
};

template <class T>
Shape<T> shape_of(const Filter& given) {
    Shape<T> s;
    s.f = forwards(given);
    s.rows = axis_of_rows(s.f);
    s.columns = s.f.axis[s.f.axes - 1];
    s.planes = planes_of(s.f);
    s.planes_taps = static_cast<const T*>(given.taps[0]);
    s.rows_taps = s.planes_taps + s.planes;
    s.columns_taps = s.rows_taps + s.rows.k;
    s.each = given.inner * (given.complex ? 2 : 1);
    const int64_t common = gcd(s.rows.s, s.rows.d);
    s.apart = s.rows.d / common;
    s.advance = s.rows.s / common;
    s.shared_down = s.advance == 1 && shares_sums(s.rows_taps, s.rows.k, many_down);
    s.shared_along = s.columns.s == 1 && shares_sums(s.columns_taps, s.columns.k, many_along<T>);
    s.long_along = lanes<T> <= phase && s.columns.k >= long_taps && s.columns.d == 1 && s.columns.s == 1;
    s.group = s.shared_down ? rows_equal : rows_down;
    s.ring = s.advance * (s.group - 1) + s.rows.k;
    return s;
}

template <class T>
struct Layout {
    RowLayout row;    // of the columns of a task; `low` is set for each
    int64_t length;   // elements of a row that are made
    int64_t space;    // elements of a row in memory
    int64_t out;      // elements of a row of outputs in memory
};

template <class T>
Layout<T> layout_of(const Shape<T>& s, int64_t columns) {
    constexpr int64_t beyond = wide_long * lanes<T>;  // the last tile may read and write so far beyond the end
    Layout<T> l;
    const int64_t span = s.columns.s * (columns - 1) + s.columns.d * (s.columns.k - 1) + 1;
    l.row = RowLayout{0, span, s.columns.s, (span + s.columns.s - 1) / s.columns.s, s.each};
    l.length = l.row.pitch * l.row.step * s.each;
    l.space = padded<T>(l.length + beyond);
    l.out = padded<T>(columns * s.each + beyond);
    return l;
}

template <class T>
size_t bytes_of(const Shape<T>& s, int64_t columns) {
    const Layout<T> l = layout_of(s, columns);
    const int64_t rows = s.ring + s.group + 1 + (s.planes > 1 ? s.planes : 0);
    const int64_t elements = rows * l.space + l.out + s.columns.k;
    const int64_t numbers = s.ring + s.columns.k;
    const int64_t pointers = s.ring + s.planes + s.group;
    return size_t(elements * int64_t(sizeof(T)) + numbers * int64_t(sizeof(int64_t)) +
                  pointers * int64_t(sizeof(T*)) + s.planes * int64_t(sizeof(Plane)) + 16 * aligned);
}

template <class T>
Tasks tasks_of(const Filter& f, int threads) {
    const Shape<T> s = shape_of<T>(f);
    Tasks t;
    const int64_t least = std::max<int64_t>(1, wide_down * lanes<T> / s.each);
    int64_t columns = std::max<int64_t>(least, 4096 / s.each);
    while (columns > 2 * least && int64_t(bytes_of(s, columns)) > budget) columns /= 2;
    t.column_tasks = (s.columns.m + columns - 1) / columns;
    t.columns = rounded_up((s.columns.m + t.column_tasks - 1) / t.column_tasks, least);
    t.column_tasks = (s.columns.m + t.columns - 1) / t.columns;
    t.outer = outer_outputs(s.f);
    // Enough tasks for the threads to end together, not so many that rows are fetched more often than need be.
    const int64_t wanted = std::max<int64_t>(1, 4 * threads / std::max<int64_t>(1, t.column_tasks * t.outer));
    t.rows = rounded_up(std::max((s.rows.m + wanted - 1) / wanted, 2 * (s.rows.k - 1) * s.rows.d + 1), s.group * s.apart);
    t.row_tasks = (s.rows.m + t.rows - 1) / t.rows;
    return t;
}

// One task: its rows and columns of outputs, made group by group.
template <class T>
class Worker {
  public:
    Worker(const Filter& filter, const Tasks& tasks, int64_t number, void* scratch)
        : s_(shape_of<T>(filter)), layout_(layout_of(s_, tasks.columns)) {
        const int64_t column_task = number % tasks.column_tasks;
        number /= tasks.column_tasks;
        row_first_ = number % tasks.row_tasks * tasks.rows;
        row_last_ = std::min(s_.rows.m, row_first_ + tasks.rows);
        outer_ = number / tasks.row_tasks;
        column_first_ = column_task * tasks.columns;
        columns_ = std::min(s_.columns.m, column_first_ + tasks.columns) - column_first_;
        layout_.row.low = s_.columns.s * column_first_ + s_.columns.c;
        layout_.row.count = s_.columns.s * (columns_ - 1) + s_.columns.d * (s_.columns.k - 1) + 1;
        Arena arena(scratch);
        ring_ = arena.take<T>(s_.ring * layout_.space);
        middle_ = arena.take<T>(s_.group * layout_.space);
        nothing_ = arena.take<T>(layout_.space);
        if (s_.planes > 1) apart_ = arena.take<T>(s_.planes * layout_.space);
        out_ = arena.take<T>(layout_.out);
        taps_ = arena.take<T>(s_.columns.k);
        held_ = arena.take<int64_t>(s_.ring);
        offsets_ = arena.take<int64_t>(s_.columns.k);
        rows_ = arena.take<const T*>(s_.ring);
        plane_rows_ = arena.take<const T*>(s_.planes);
        middle_rows_ = arena.take<T*>(s_.group);
        planes_ = arena.take<Plane>(s_.planes);
    }

    void run() {
        if (columns_ <= 0 || row_last_ <= row_first_) return;
        y_ = find_planes(s_.f, outer_, planes_) + column_first_ * s_.f.y_stride[s_.f.axes - 1];
        std::fill(nothing_, nothing_ + layout_.space, T(0));
        order_taps();
        for (int64_t part = 0; part < std::min(s_.apart, row_last_ - row_first_); ++part) {
            std::fill(held_, held_ + s_.ring, INT64_MIN);
            for (int64_t row = row_first_ + part, count; row < row_last_; row += count * s_.apart) {
                const int64_t phase = s_.shared_down ? phase_of(row) : 0;
                count = std::min(s_.group - phase, (row_last_ - row + s_.apart - 1) / s_.apart);
                find_rows(row, count);
                sum_down(count, phase);
                for (int64_t r = 0; r < count; ++r) sum_along(middle_ + r * layout_.space, row + r * s_.apart);
            }
        }
    }

  private:
    // The taps along a row, with where they read, in the order of their sums: that of tile.h's long rows where these are
    // long, though samples of several elements go another way. Colours have the same bits beside each other and apart.
    void order_taps() {
        int64_t next = 0;
        const auto take = [&](int64_t k) {
            const int64_t ahead = s_.columns.d * k;
            taps_[next] = s_.columns_taps[k];
            offsets_[next++] = (ahead % s_.columns.s * layout_.row.pitch + ahead / s_.columns.s) * s_.each;
        };
        const int64_t k = s_.columns.k, together = s_.long_along ? block_taps : 1, apart = s_.long_along ? phase : 1;
        for (int64_t block = 0; block < k; block += together)
            for (int64_t first = block; first < std::min(block + apart, k); ++first)
                for (int64_t tap = first; tap < std::min(block + together, k); tap += apart) take(tap);
    }

    // The shared rows that `count` outputs from `row` on read, summed over the planes.
    void find_rows(int64_t row, int64_t count) {
        const int64_t first = s_.rows.s * row + s_.rows.c;
        const int64_t begin = row / s_.apart * s_.advance;  // numbers the shared rows of one part of the task
        const int64_t shared = s_.advance * (count - 1) + s_.rows.k;
        for (int64_t j = 0; j < shared; ++j) {
            const int64_t position = first + s_.rows.d * j, slot = (begin + j) % s_.ring;
            if (source(s_.rows, position) == -1) {
                rows_[j] = nothing_;
                continue;
            }
            T* samples = ring_ + slot * layout_.space;
            if (held_[slot] != position) fetch(samples, position);
            held_[slot] = position;
            rows_[j] = samples;
        }
    }

    void fetch(T* to, int64_t position) {
        if (s_.planes == 1 && planes_[0].read) return fetch_row(to, layout_.row, s_.f, s_.rows, planes_[0], position);
        int64_t read = 0;
        for (int64_t q = 0; q < s_.planes; ++q) {
            plane_rows_[q] = nothing_;
            if (!planes_[q].read) continue;
            T* samples = apart_ + q * layout_.space;
            fetch_row(samples, layout_.row, s_.f, s_.rows, planes_[q], position);
            plane_rows_[q] = samples;
            ++read;
        }
        if (read == 0) return void(std::fill(to, to + layout_.length, T(0)));
        tiles<wide_down>(layout_.length, [&](auto width, int64_t x) {
            down<T, 1, decltype(width)::value>(plane_rows_, s_.planes_taps, s_.planes, x, &to);
        });
    }

    // Calls f(width, x) for tiles of C vectors, then of 2 and 1, that cover so many elements.
    template <int C, class F>
    static void tiles(int64_t elements, F&& f) {
        for (int64_t x = 0; x < elements;) {
            const int64_t vectors = (elements - x + lanes<T> - 1) / lanes<T>;
            const int64_t width = vectors >= C ? C : vectors >= 2 ? 2 : 1;
            if (width == C) f(std::integral_constant<int, C>{}, x);
            else if (width == 2) f(std::integral_constant<int, 2>{}, x);
            else f(std::integral_constant<int, 1>{}, x);
            x += width * lanes<T>;
        }
    }

    // Where an output stands in its group. Groups that share sums begin at every rows_equal-th position of the signal, so
    // that neither tasks nor blocks change what is added to what.
    int64_t phase_of(int64_t row) const {
        const int64_t position = s_.rows.s * row + s_.rows.c, d = s_.rows.d, period = d * rows_equal;
        return ((position % period + period) % period) / d;
    }

    void sum_down(int64_t count, int64_t phase) {
        for (int64_t r = 0; r < count; ++r) middle_rows_[r] = middle_ + r * layout_.space;
        const int64_t k = s_.rows.k;
        if (s_.shared_down)
            return tiles<wide_equal>(layout_.length, [&](auto width, int64_t x) {
                down_equal<T, decltype(width)::value>(rows_, s_.rows_taps[0], k, phase, phase + count, x, middle_rows_);
            });
        const bool together = count == rows_down && s_.advance == 1 && k >= rows_down;
        tiles<wide_down>(layout_.length, [&](auto width, int64_t x) {
            constexpr int C = decltype(width)::value;
            if (together) return down<T, rows_down, C>(rows_, s_.rows_taps, k, x, middle_rows_);
            for (int64_t r = 0; r < count; ++r)
                down<T, 1, C>(rows_ + r * s_.advance, s_.rows_taps, k, x, middle_rows_ + r);
        });
    }

    static void scaled(T* to, const T* from, T tap, int64_t elements) {
        const Vector<T> w = broadcast(tap);
        for (int64_t x = 0; x < elements; x += lanes<T>) store(to + x, multiply_add<T>(load(from + x), w, Vector<T>{}));
    }

    void sum_along(T* row, int64_t number) {
        char* y = y_ + (s_.f.axes > 1 ? number * s_.f.y_stride[s_.f.axes - 2] : 0);
        const int64_t elements = columns_ * s_.each;
        const bool in_place = s_.f.storing.as_they_are && s_.f.y_type == s_.f.work &&
                              s_.f.y_stride[s_.f.axes - 1] == s_.each * int64_t(sizeof(T));
        if (s_.shared_along) {
            scaled(row, row, s_.columns_taps[0], layout_.length);
            equal_taps(row, s_.columns.k, s_.columns.d * s_.each, elements, out_);
            if (in_place) std::memcpy(y, out_, size_t(elements) * sizeof(T));
        } else if (s_.long_along && s_.each == 1) {
            const Job<T> job{row, row, s_.columns_taps, 0, 0, 1};
            sweep<wide_long>(y, elements, in_place, [&](auto width, int64_t x, T* to) {
                long_row<T, decltype(width)::value>(Tile<T>{&job, 1, nullptr, s_.columns.k, x, false, &to});
            });
        } else {
            sweep<wide_along>(y, elements, in_place, [&](auto width, int64_t x, T* to) {
                along<T, decltype(width)::value>(row, taps_, offsets_, s_.columns.k, x, to);
            });
        }
        if (!in_place) emit_row(s_.f, y, out_, columns_, s_.each);
    }

    // Tiles of a row of outputs. The last one may run beyond the end: in place it is computed aside, then copied.
    template <int C, class F>
    void sweep(char* y, int64_t elements, bool in_place, F&& f) {
        T* to = in_place ? reinterpret_cast<T*>(y) : out_;
        tiles<C>(elements, [&](auto width, int64_t x) {
            const int64_t left = elements - x;
            const bool aside = in_place && decltype(width)::value * lanes<T> > left;
            f(width, x, aside ? out_ : to);
            if (aside) std::memcpy(to + x, out_ + x, size_t(left) * sizeof(T));
        });
    }

    Shape<T> s_;
    Layout<T> layout_;
    int64_t outer_, row_first_, row_last_, column_first_, columns_;
    T *ring_, *middle_, *nothing_, *apart_ = nullptr, *out_, *taps_;
    int64_t *held_, *offsets_;
    const T **rows_, **plane_rows_;
    T** middle_rows_;
    Plane* planes_;
    char* y_;
};

Tasks tasks(const Filter& f, int threads) {
    return with_work(f, [&](auto* type) { return tasks_of<std::remove_pointer_t<decltype(type)>>(f, threads); });
}

size_t scratch(const Filter& f, const Tasks& t) {
    return with_work(f, [&](auto* type) {
        using T = std::remove_pointer_t<decltype(type)>;
        return bytes_of(shape_of<T>(f), t.columns);
    });
}

void run(const Filter& f, const Tasks& t, int64_t task, void* memory) {
    with_work(f, [&](auto* type) { Worker<std::remove_pointer_t<decltype(type)>>(f, t, task, memory).run(); });
}

}  // namespace

TAPWISE_OFFER(Kernels, separable, tasks, scratch, run)

// Direct sums on one instruction set: this file is compiled once for each, TAPWISE_ISA is its name.
//
// Everything here has internal linkage, so that no copy for a newer processor can be taken for all.
#include <algorithm>
#include <cstring>
#include <type_traits>

#include "isa.h"
#include "strip.h"
#include "task.h"
#include "tile.h"
#include "vector.h"

namespace {

// Vectors of a tile beside each other: with tile_rows rows of them they fill the registers.
constexpr int wide = vector_bytes == 64 ? 6 : 3;
constexpr int wide_alone = 8;                         // of a tile of one row
constexpr int wide_long = vector_bytes == 64 ? 16 : 8;  // of a long row
constexpr int64_t long_taps = 16;
constexpr int64_t most_in_place = 10;  // rows
constexpr int64_t strip_rows = 16;     // of outputs: from so many on a strip is long enough, and its rows stay in a cache

// A filter with every axis running forwards, and what follows from its numbers.
struct Shape {
    Filter f;
    Axis rows, columns;
    int64_t x_rows, x_columns, y_rows, y_columns;  // strides
    int64_t planes;                                // tap combinations of the outer axes
    int parts;                                     // rows kept for each row: 2 for complex taps
    bool shared;                                   // rows are shared by the outputs of a tile
    bool in_phases;                                // long rows: taps 16 apart are taken together
    bool in_strips;                                // few rows of taps: see strip.h
    int64_t together;  // rows of a tile, or of strips
    int64_t widest;    // vectors of a tile beside each other, or of a strip
    int64_t apart;   // rows of a tile lie so far apart that they share rows of the signal
    int64_t advance;  // shared rows from one of them to the next
    int64_t ring;    // shared rows that they read
    int64_t each;    // elements of a sample
    int64_t partner = 0;  // positions between the two samples of an element, in pairs
};

// Whether strips of k rows of taps compute few columns twice.
bool fit_strips(int64_t elements, int64_t k) {
    const int64_t width = strip_width(k) * lanes<float>;
    return elements >= width && rounded_up(elements, width) <= elements + elements / 8;
}

// Sums in 32 bits take two taps of a row at once, the first and the second half of them; each element holds both samples.
template <class T>
constexpr bool pairs = std::is_same_v<T, int32_t>;

Shape shape_of(const Filter& given) {
    Shape s;
    s.f = forwards(given);
    const int last = given.axes - 1;
    s.columns = s.f.axis[last];
    s.x_columns = s.f.x_stride[last];
    s.y_columns = s.f.y_stride[last];
    s.rows = axis_of_rows(s.f);
    s.x_rows = last > 0 ? s.f.x_stride[last - 1] : 0;
    s.y_rows = last > 0 ? s.f.y_stride[last - 1] : 0;
    s.planes = planes_of(s.f);
    s.parts = given.taps[1] ? 2 : 1;
    s.shared = s.rows.k > 1;
    const int64_t common = gcd(s.rows.s, s.rows.d);
    s.apart = s.shared ? s.rows.d / common : 1;
    s.advance = s.shared ? s.rows.s / common : 1;
    s.each = given.inner * (given.complex ? 2 : 1);
    if (given.work == Type::i32) {
        s.columns.k = (s.columns.k + 1) / 2;
        s.partner = s.columns.d * s.columns.k;
    }
    const bool vectors_apart = given.work != Type::i16;  // as taps that are taken together have to be
    s.in_phases = vectors_apart && !s.shared && s.columns.k >= long_taps && s.columns.d == 1 && s.columns.s == 1 && s.each == 1;
    s.in_strips = given.work == Type::f32 && s.shared && s.rows.k <= most_strip_rows && s.advance == 1 &&
                  s.planes == 1 && s.rows.m > s.rows.k && fit_strips(s.columns.m * s.each, s.rows.k);
    s.together = s.in_strips ? rounded_up(strip_rows, s.rows.k) : s.shared ? tile_rows : 1;
    s.ring = s.shared ? s.advance * (s.together - 1) + s.rows.k : 1;
    s.widest = s.in_strips ? strip_width(s.rows.k) : s.in_phases ? wide_long : s.shared ? wide : wide_alone;
    return s;
}

// Elements beyond the end that the last tile may read and write: no tile is wider than the vectors that are left.
template <class T>
constexpr int64_t overrun = lanes<T>;

template <class T>
struct Layout {
    int64_t span;    // positions that the columns of a task read
    int64_t pitch;   // samples of one phase of a row
    int64_t row;     // elements of a row
    int64_t out;     // elements of a row of outputs
    RowLayout apart;  // of samples that are still to be paired
};

template <class T>
Layout<T> layout_of(const Shape& s, int64_t columns) {
    Layout<T> l;
    l.span = s.columns.s * (columns - 1) + s.columns.d * (s.columns.k - 1) + 1;
    l.pitch = (l.span + s.columns.s - 1) / s.columns.s;
    l.row = padded<T>(l.pitch * s.columns.s * s.each + overrun<T>);
    l.out = padded<T>(columns * s.each + overrun<T>);
    const int64_t both = l.span + s.partner;
    l.apart = RowLayout{0, both, s.columns.s, (both + s.columns.s - 1) / s.columns.s, s.each};
    return l;
}

// Elements of 16 bits before they are paired.
template <class T>
int64_t apart_of(const Layout<T>& l) {
    return pairs<T> ? l.apart.pitch * l.apart.step * l.apart.each : 0;
}

template <class T>
int64_t bytes_of(const Shape& s, int64_t columns) {
    const Layout<T> l = layout_of<T>(s, columns);
    return (s.planes * s.ring * s.parts * l.row + s.together * l.out) * int64_t(sizeof(T)) + 2 * apart_of(l);
}

template <class T>
Tasks tasks_of(const Filter& f, int threads) {
    const Shape s = shape_of(f);
    Tasks t;
    const int64_t least = std::max<int64_t>(1, s.widest * lanes<T> / s.each);
    int64_t columns = s.shared ? std::max<int64_t>(1024, 4096 / int64_t(sizeof(T))) : 4096;
    while (columns > least && bytes_of<T>(s, columns) > 384 * 1024) columns /= 2;
    columns = std::max(columns, least);
    t.outer = outer_outputs(s.f);
    t.column_tasks = std::max<int64_t>(1, (s.columns.m + columns - 1) / columns);
    // Few rows, and columns for some tiles each: every thread is to have work.
    const int64_t rows = std::max<int64_t>(1, s.rows.m / s.together * t.outer);
    if (rows < threads) {
        const int64_t most = std::max<int64_t>(1, s.columns.m / (4 * least));
        t.column_tasks = std::max(t.column_tasks, std::min<int64_t>((2 * threads + rows - 1) / rows, most));
    }
    t.columns = rounded_up((s.columns.m + t.column_tasks - 1) / t.column_tasks, least);
    if (t.column_tasks == 1) t.columns = std::max<int64_t>(1, s.columns.m);
    t.column_tasks = std::max<int64_t>(1, (s.columns.m + t.columns - 1) / t.columns);
    // Enough tasks for the threads to end together, not so many that rows are copied more often than need be.
    const int64_t wanted = std::max<int64_t>(1, 4 * threads / std::max<int64_t>(1, t.column_tasks * t.outer));
    const int64_t group = (s.in_strips ? s.rows.k : tile_rows) * s.apart;
    t.rows = rounded_up(std::max((s.rows.m + wanted - 1) / wanted, 2 * (s.rows.k - 1) * s.rows.d + 1), group);
    t.rows = std::max<int64_t>(t.rows, 1);
    t.row_tasks = std::max<int64_t>(1, (s.rows.m + t.rows - 1) / t.rows);
    return t;
}

// Where taps read, from the first: in phases that is known.
int64_t offsets_of(const Shape& s) { return s.in_phases ? 0 : s.columns.k; }

// Taps that strips keep in an order of their own.
int64_t by_columns(const Shape& s) { return s.in_strips ? s.parts * s.rows.k * s.columns.k : 0; }

template <class T>
size_t scratch_of(const Filter& f, const Tasks& t) {
    const Shape s = shape_of(f);
    const int64_t rows = s.planes * s.ring;
    return size_t(bytes_of<T>(s, t.columns) + 11 * aligned + by_columns(s) * int64_t(sizeof(T)) + rows * int64_t(sizeof(int64_t)) +
                  offsets_of(s) * int64_t(sizeof(int64_t)) + rows * s.parts * int64_t(sizeof(Job<T>)) +
                  3 * s.together * int64_t(sizeof(T*)) + s.planes * int64_t(sizeof(Plane)));
}

template <class T>
class Worker {
  public:
    Worker(const Filter& filter, const Tasks& tasks, int64_t number, void* scratch)
        : s_(shape_of(filter)), arena_(scratch) {
        int64_t rest = number;
        const int64_t column_task = rest % tasks.column_tasks;
        rest /= tasks.column_tasks;
        const int64_t row_task = rest % tasks.row_tasks;
        outer_ = rest / tasks.row_tasks;
        row_first_ = row_task * tasks.rows;
        row_last_ = std::min(s_.rows.m, row_first_ + tasks.rows);
        column_first_ = column_task * tasks.columns;
        columns_ = std::min(s_.columns.m, column_first_ + tasks.columns) - column_first_;
        layout_ = layout_of<T>(s_, tasks.columns);
        rows_ = arena_.template take<T>(s_.planes * s_.ring * s_.parts * layout_.row);
        out_ = arena_.template take<T>(s_.together * layout_.out);
        apart_ = arena_.template take<int16_t>(apart_of(layout_));
        held_ = arena_.template take<int64_t>(s_.planes * s_.ring);
        offsets_ = arena_.template take<int64_t>(offsets_of(s_));
        jobs_ = arena_.template take<Job<T>>(s_.planes * s_.ring * s_.parts);
        planes_ = arena_.template take<Plane>(s_.planes);
        to_ = arena_.template take<T*>(s_.together);
        next_in_ = arena_.template take<const char*>(s_.together);
        next_out_ = arena_.template take<const char*>(s_.together);
        by_columns_ = arena_.template take<T>(by_columns(s_));
        in_strips_ = s_.in_strips && columns_ * s_.each >= s_.widest * lanes<T>;
        together_ = in_strips_ ? s_.together : std::min<int64_t>(s_.together, tile_rows);
        low_ = s_.columns.s * column_first_ + s_.columns.c;
        find_inside();
    }

    void run() {
        if (columns_ <= 0 || row_last_ <= row_first_) return;
        y_ = find_planes(s_.f, outer_, planes_);
        find_offsets();
        if (in_strips_) turn_taps();
        for (int64_t part = 0; part < std::min(s_.apart, row_last_ - row_first_); ++part) {
            std::fill(held_, held_ + s_.planes * s_.ring, INT64_MIN);
            for (int64_t row = row_first_ + part; row < row_last_; row += together_ * s_.apart) group(row);
        }
    }

  private:
    // Rows of few taps that lie in memory as they are computed with are read where they are; what the tiles at their
    // ends read is copied out. More rows than a cache holds side by side are always copied.
    void find_inside() {
        const Filter& f = s_.f;
        in_place_ = !pairs<T> && f.x_type == f.work && !f.x_swapped && s_.columns.s == 1 && s_.parts == 1 &&
                    !(f.conjugate_signal && f.complex) && s_.x_columns == s_.each * int64_t(sizeof(T)) &&
                    (in_strips_ || s_.planes * (s_.advance * (together_ - 1) + s_.rows.k) <= most_in_place);
        inside_first_ = 0;
        inside_last_ = INT64_MAX;
        if (!in_place_) return;
        inside_first_ = low_ < 0 ? -low_ * s_.each : 0;
        inside_last_ = (s_.columns.n - low_ - s_.columns.d * (s_.columns.k - 1)) * s_.each;
    }

    void find_offsets() {
        for (int64_t k = 0; k < offsets_of(s_); ++k) {
            const int64_t ahead = s_.columns.d * k;
            offsets_[k] = (ahead % s_.columns.s * layout_.pitch + ahead / s_.columns.s) * s_.each;
        }
    }

    void turn_taps() {
        const int64_t rows = s_.rows.k, columns = s_.columns.k;
        for (int part = 0; part < s_.parts; ++part)
            for (int64_t t = 0; t < rows; ++t)
                for (int64_t k = 0; k < columns; ++k)
                    by_columns_[(part * columns + k) * rows + t] = static_cast<const T*>(s_.f.taps[part])[t * columns + k];
    }

    // Rows of outputs that are computed together, the first at `row`, all columns of the task.
    void group(int64_t row) {
        const int64_t count = std::min(together_, (row_last_ - row + s_.apart - 1) / s_.apart);
        const int64_t jobs = find_jobs(row, count);
        const bool in_place = writes_in_place();
        char* y = y_ + column_first_ * s_.y_columns;
        for (int64_t r = 0; r < together_; ++r) {
            const bool there = in_place && r < count;
            to_[r] = there ? reinterpret_cast<T*>(y + (row + r * s_.apart) * s_.y_rows) : out_ + r * layout_.out;
        }
        if (in_strips_)
            strips(row, count);
        else if (s_.in_phases)
            sweep<wide_long>(jobs, count, in_place);
        else if (s_.shared)
            sweep<wide>(jobs, count, in_place);
        else
            sweep<wide_alone>(jobs, count, in_place);
        if (!in_place) write_out(row, count);
    }

    // Strips beside each other; the last one begins where it ends with the columns, and computes some of them again.
    void strips(int64_t row, int64_t count) {
        const int64_t width = s_.widest * lanes<T>, last = columns_ * s_.each - width;
        Strip<T> s{jobs_, {}, s_.parts, rounded_up(count, s_.rows.k), offsets_, s_.columns.k, 0, false, to_, nullptr};
        for (int part = 0; part < s_.parts; ++part) s.taps[part] = by_columns_ + part * s_.rows.k * s_.columns.k;
        Ahead ahead = ahead_of(row + count * s_.apart);
        s.ahead = &ahead;
        for (int64_t x = 0;; x = std::min(x + width, last)) {
            s.x = x;
            s.inside = x >= inside_first_ && x + width <= inside_last_;
            one_strip<2>(s);
            if (x == last) return;
        }
    }

    // The rows of the next strips: those that no strip has read yet, and where they go.
    Ahead ahead_of(int64_t row) {
        const int64_t left = (row_last_ - row + s_.apart - 1) / s_.apart, rows = std::clamp<int64_t>(left, 0, together_);
        const bool beside = s_.x_columns == s_.each * size_of(s_.f.x_type);
        const bool in_place = writes_in_place();
        for (int64_t r = 0; r < rows; ++r, row += s_.apart) {
            const int64_t i = source(s_.rows, s_.rows.s * row + s_.rows.c + s_.rows.d * (s_.rows.k - 1));
            const bool read = beside && i >= 0 && !planes_[0].constant;
            next_in_[r] = read ? planes_[0].at + i * s_.x_rows + low_ * s_.x_columns : nullptr;
            next_out_[r] = in_place ? y_ + column_first_ * s_.y_columns + row * s_.y_rows : nullptr;
        }
        const int64_t width = s_.widest * lanes<T>;
        return Ahead(next_in_, next_out_, rows, columns_ * s_.x_columns, width * s_.x_columns / s_.each,
                     width * int64_t(sizeof(T)));
    }

    template <int K>
    void one_strip(const Strip<T>& s) {
        if constexpr (has_strips<T> && K <= most_strip_rows) {
            if (s_.rows.k == K) return strip<T, K>(s);
            one_strip<K + 1>(s);
        }
    }

    bool writes_in_place() const {
        return s_.f.storing.as_they_are && s_.f.y_type == s_.f.work && s_.y_columns == s_.each * int64_t(sizeof(T));
    }

    // Tiles over the columns. The last ones may run beyond the end: in place they are computed aside, then copied.
    template <int C>
    void sweep(int64_t jobs, int64_t count, bool in_place) {
        const int64_t elements = columns_ * s_.each;
        for (int64_t x = 0; x < elements;) {
            const int64_t left = elements - x;
            const int64_t width = width_of<C>((left + lanes<T> - 1) / lanes<T>);
            const bool inside = x >= inside_first_ && x + width * lanes<T> <= inside_last_;
            const bool aside = in_place && width * lanes<T> > left;
            T* to[tile_rows] = {};
            for (int r = 0; r < together_; ++r) to[r] = aside ? out_ + r * layout_.out : to_[r];
            one_tile<C>(width, Tile<T>{jobs_, jobs, offsets_, s_.columns.k, x, inside, to});
            for (int64_t r = 0; aside && r < count; ++r) std::memcpy(to_[r] + x, to[r] + x, size_t(left) * sizeof(T));
            x += width * lanes<T>;
        }
    }

    // Vectors of the next tile, of those that are left: such that no narrow one is left over.
    template <int C>
    static int64_t width_of(int64_t left) {
        if (left >= C) return C == 6 && left < 9 && left > 6 ? 4 : C;
        if (C == 6 && left == 5) return 3;
        if (C == 6 && left == 3) return 3;
        return left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    }

    template <int C>
    void one_tile(int64_t width, const Tile<T>& t) {
        if (s_.in_phases) return of_width<C>(width, [&](auto c) { long_row<T, decltype(c)::value>(t); });
        if (s_.shared) return of_width<C>(width, [&](auto c) { tile<T, tile_rows, decltype(c)::value>(t); });
        return of_width<C>(width, [&](auto c) { tile<T, 1, decltype(c)::value>(t); });
    }

    template <int C, class F>
    static void of_width(int64_t width, F&& f) {
        if (width == C) return f(std::integral_constant<int, C>());
        if constexpr (C > 8) if (width == 8) return f(std::integral_constant<int, 8>());
        if constexpr (C > 4) if (width == 4) return f(std::integral_constant<int, 4>());
        if constexpr (C == 6) if (width == 3) return f(std::integral_constant<int, 3>());
        if (width == 2) return f(std::integral_constant<int, 2>());
        return f(std::integral_constant<int, 1>());
    }

    void write_out(int64_t row, int64_t count) {
        for (int64_t r = 0; r < count; ++r) {
            char* to = y_ + (row + r * s_.apart) * s_.y_rows + column_first_ * s_.y_columns;
            emit_row(s_.f, to, out_ + r * layout_.out, columns_, s_.each);
        }
    }

    // The rows that outputs `row` and the next ones read, in the order of planes and positions; for strips those too that
    // are not read.
    int64_t find_jobs(int64_t row, int64_t count) {
        const int64_t taps_row = s_.columns.k, taps_plane = s_.rows.k * taps_row;
        const int64_t shared = s_.advance * (count - 1) + s_.rows.k;
        const int64_t first = s_.rows.s * row + s_.rows.c;
        const int64_t begin = row / s_.apart * s_.advance;  // numbers the shared rows of one part of the task
        int64_t jobs = 0;
        if (in_strips_) std::fill(jobs_, jobs_ + s_.ring * s_.parts, Job<T>{});
        for (int64_t q = 0; q < s_.planes; ++q) {
            if (!planes_[q].read) continue;
            for (int64_t j = 0; j < shared; ++j) {
                const int64_t low = j - (s_.rows.k - 1);
                const int64_t from = low > 0 ? (low + s_.advance - 1) / s_.advance : 0;
                const int64_t to = std::min(count - 1, j / s_.advance);
                if (from > to) continue;
                const int64_t position = first + s_.rows.d * j;
                if (source(s_.rows, position) == -1) continue;
                const int64_t slot = q * s_.ring + (begin + j) % s_.ring;
                T* samples = rows_ + slot * s_.parts * layout_.row;
                const T* there = source_row(planes_[q], position);
                if (in_strips_) jobs = j * s_.parts;
                if (held_[slot] != position) {
                    fetch(samples, planes_[q], position, there);
                    held_[slot] = position;
                }
                for (int part = 0; part < s_.parts; ++part) {
                    const T* taps = static_cast<const T*>(s_.f.taps[part]) + q * taps_plane + j * taps_row;
                    const T* copied = samples + part * layout_.row;
                    jobs_[jobs++] = Job<T>{there ? there : copied, copied, taps, -s_.advance * taps_row, int(from),
                                           int(to + 1)};
                }
            }
        }
        return jobs;
    }

    // The row in the signal, such that element x stands for the same sample as in a copy; null if it must be copied.
    const T* source_row(const Plane& plane, int64_t position) const {
        const int64_t i = source(s_.rows, position);
        if (!in_place_ || plane.constant || i < 0) return nullptr;
        return reinterpret_cast<const T*>(plane.at + i * s_.x_rows) + low_ * s_.each;
    }

    void fetch(T* to, const Plane& plane, int64_t position, bool ends_only) {
        const int64_t span = s_.columns.s * (columns_ - 1) + s_.columns.d * (s_.columns.k - 1) + 1;
        if (!ends_only) return copy(to, plane, position, 0, span);
        const int64_t reach = s_.columns.d * (s_.columns.k - 1);
        const int64_t widest = s_.widest * lanes<T>;
        const int64_t head = inside_first_ > 0 ? rounded_up(inside_first_, widest) / s_.each + 1 + reach : 0;
        const int64_t tail = std::max<int64_t>(0, inside_last_ - widest) / s_.each;
        if (tail <= head) return copy(to, plane, position, 0, span);
        if (head > 0) copy(to, plane, position, 0, std::min(head, span));
        if (tail < span) copy(to, plane, position, tail, span);
    }

    // Copies the samples first <= a < last of a row, counted from the first that the task reads.
    void copy(T* to, const Plane& plane, int64_t position, int64_t first, int64_t last) {
        if constexpr (pairs<T>) return paired(to, plane, position, last);
        const RowLayout row{low_ + first, last - first, s_.columns.s, layout_.pitch, s_.each};
        fetch_row(to + first * s_.each, row, s_.f, s_.rows, plane, position);
        const int64_t elements = layout_.pitch * s_.columns.s * s_.each;
        if (s_.parts == 2) rotated_row(to + layout_.row, to, elements);
    }

    // The first samples of a row, so many, each with its partner.
    void paired(T* to, const Plane& plane, int64_t position, int64_t samples) {
        const RowLayout all = layout_.apart;
        fetch_row(apart_, RowLayout{low_, samples + s_.partner, all.step, all.pitch, all.each}, s_.f, s_.rows, plane, position);
        for (int64_t phase = 0; phase < std::min(all.step, samples); ++phase) {
            const int64_t count = (samples - phase + all.step - 1) / all.step, other = phase + s_.partner;
            const uint16_t* low = reinterpret_cast<const uint16_t*>(apart_ + phase * all.pitch * all.each);
            const uint16_t* high = reinterpret_cast<const uint16_t*>(place(apart_, all, other));
            T* both = to + phase * layout_.pitch * all.each;
            for (int64_t e = 0; e < count * all.each; ++e) both[e] = T(uint32_t(low[e]) | uint32_t(high[e]) << 16);
        }
    }

    Shape s_;
    Arena arena_;
    Layout<T> layout_;
    int64_t outer_, row_first_, row_last_, column_first_, columns_;
    int64_t low_;  // the position that element 0 of a row stands for
    bool in_place_;
    bool in_strips_;
    int64_t together_;  // rows of outputs
    int64_t inside_first_, inside_last_;  // elements between which rows are read where they are
    T *rows_, *out_;
    T* by_columns_;  // the taps of strips
    const char **next_in_, **next_out_;
    T** to_;  // where the rows of outputs that are computed together go
    int16_t* apart_;
    int64_t *held_, *offsets_;
    Job<T>* jobs_;
    Plane* planes_;
    char* y_;
};

// Calls f with a null pointer of the type that a filter is computed in.
template <class F>
auto with_elements(const Filter& filter, F&& f) {
    return filter.work == Type::i32 ? f((int32_t*)nullptr) : with_work(filter, f);
}

Tasks tasks(const Filter& f, int threads) {
    return with_elements(f, [&](auto* type) { return tasks_of<std::remove_pointer_t<decltype(type)>>(f, threads); });
}

size_t scratch(const Filter& f, const Tasks& t) {
    return with_elements(f, [&](auto* type) {
        using T = std::remove_pointer_t<decltype(type)>;
        return scratch_of<T>(f, t);
    });
}

void run(const Filter& f, const Tasks& t, int64_t task, void* memory) {
    with_elements(f, [&](auto* type) { Worker<std::remove_pointer_t<decltype(type)>>(f, t, task, memory).run(); });
}

}  // namespace

TAPWISE_OFFER(Kernels, kernels, tasks, scratch, run)

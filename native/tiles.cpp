// Overlap-save tiles on one instruction set: this file is compiled once for each, TAPWISE_ISA is its name.
//
// Everything here has internal linkage, so that no copy for a newer processor can be taken for all.
#include <cstdlib>

#include "fourier.h"
#include "rows.h"
#include "transform.h"

namespace {

constexpr int64_t slack = 64;  // bytes beyond a row of samples that are read or written with it
constexpr int64_t most_elements = int64_t(1) << 40;  // of a tile: their bytes can be counted

template <class T>
using TileOf = Complex<Vector<T>>;

// Turns the places of a folded tile's first axis, or turns them back.
template <bool forward, class T>
void turn(const Kernel& kernel, TileOf<T>* tile) {
    constexpr int L = lanes<T>;
    const auto* turns = static_cast<const TileOf<T>*>(kernel.turns);
    const int64_t n = kernel.length[0], each = kernel.elements / n / L;
    if (kernel.axes == 1) {
        for (int64_t v = 0; v < n / L; ++v) tile[v] = product<forward, T>(tile[v], turns[v]);
        return;
    }
    for (int64_t j = 0; j < n; ++j) {
        const TileOf<T> w{broadcast(turns[j / L].re[j % L]), broadcast(turns[j / L].im[j % L])};
        for (int64_t v = j * each; v < (j + 1) * each; ++v) tile[v] = product<forward, T>(tile[v], w);
    }
}

template <class T>
struct Planner {
    static constexpr int L = lanes<T>;

    static size_t bytes(const Kernel& given) {
        Kernel kernel = given;
        return size_t(plan_passes<T, L>(kernel, nullptr) + (given.elements + turns(given)) * 2 * int64_t(sizeof(T)));
    }

    // How many places of a tile are turned by angles of their own.
    static int64_t turns(const Kernel& kernel) { return kernel.folded ? rounded_up(kernel.length[0], L) : 0; }

    static void fill(Kernel& kernel, const double* taps, const int64_t* shape) {
        const int64_t used = plan_passes<T, L>(kernel, static_cast<char*>(kernel.memory));
        T* spectrum = reinterpret_cast<T*>(static_cast<char*>(kernel.memory) + used);
        std::memset(spectrum, 0, size_t(kernel.elements) * 2 * sizeof(T));
        lay_out(kernel, spectrum, taps, shape, 0, 0);
        const int64_t vectors = kernel.elements / L;
        auto* tile = reinterpret_cast<TileOf<T>*>(spectrum);
        if (kernel.folded) {
            T* angles = spectrum + 2 * kernel.elements;
            const double* circle = tapwise::roots(4 * kernel.length[0]);
            for (int64_t j = 0; j < kernel.length[0]; ++j) {
                angles[j / L * 2 * L + j % L] = T(circle[2 * j]);
                angles[j / L * 2 * L + L + j % L] = T(-circle[2 * j + 1]);
            }
            kernel.turns = angles;
            turn<true, T>(kernel, tile);
        }
        Transform<T, L>(kernel.pass, kernel.passes).analyse(tile, vectors);
        const T scale = T(1) / T(kernel.elements);  // exact
        for (int64_t v = 0; v < vectors; ++v) tile[v] = {tile[v].re * scale, tile[v].im * -scale};
        kernel.spectrum = spectrum;
    }

    // The window reads forwards: the spectrum is the conjugate of that of the conjugate taps.
    static const double* lay_out(const Kernel& kernel, T* tile, const double* taps, const int64_t* shape, int a, int64_t row,
                                 bool second = false, bool negative = false) {
        const int64_t n = kernel.length[a];
        const bool folds = kernel.folded && a == 0;
        for (int64_t t = 0; t < shape[a]; ++t) {
            const int64_t place = (t - kernel.skipped[a]) & (folds ? 2 * n - 1 : n - 1), at = row * n + (place & (n - 1));
            if (folds) {
                second = place >= n;
                negative = t < kernel.skipped[a];
            }
            if (a + 1 < kernel.axes && a + 1 < max_transformed) {
                taps = lay_out(kernel, tile, taps, shape, a + 1, at, second, negative);
                continue;
            }
            T* to = tile + at / L * 2 * L + at % L;
            if (kernel.folded) {
                to[second ? L : 0] = T(negative ? -*taps : *taps);
            } else {
                to[0] = T(taps[0]);
                to[L] = T(-taps[1]);
            }
            taps += 2;
        }
        return taps;
    }
};

// What a tile's samples are like.
template <class T>
struct Sizes {
    Vector<T> squares{}, most{};

    void add(Vector<T> v) {
        const Vector<T> size = magnitude(v);
        squares = multiply_add<T>(v, v, squares);
        most = size > most ? size : most;
    }

    static Vector<T> magnitude(Vector<T> v) {
        using Index = typename Pack<T, lanes<T>>::index;
        using Number = typename Pack<T, lanes<T>>::Number;
        constexpr Number all = sizeof(T) == 4 ? Number(0x7fffffff) : Number(0x7fffffffffffffffLL);
        return (Vector<T>)((Index)v & (Index{} + all));
    }
};

template <class T>
class Worker {
  public:
    static constexpr int L = lanes<T>;
    using Tile = TileOf<T>;
    using V = Vector<T>;

    static size_t scratch(const Tiling& t) {
        const int64_t last = t.kernel->length[t.kernel->axes - 1];
        return size_t(t.kernel->elements) * 2 * sizeof(T) + 2 * size_t(last * 16 + slack) + 4 * size_t(aligned);
    }

    Worker(const Tiling& tiling, void* memory) : t_(tiling), f_(tiling.filter), k_(*tiling.kernel) {
        Arena arena(memory);
        tile_ = reinterpret_cast<Tile*>(arena.take<T>(k_.elements * 2));
        last_ = k_.length[k_.axes - 1];
        vectors_ = last_ / L;
        rows_ = k_.elements / last_;
        samples_ = arena.take<char>(last_ * 16 + slack);
        row_ = reinterpret_cast<T*>(arena.take<char>(last_ * 16 + slack));
        batch_ = f_.axes - k_.axes;
    }

    void run(int64_t task) {
        const bool alone = t_.complex_result || k_.folded;
        const int64_t first = alone ? task : 2 * task, second = first + 1;
        const Judged a = gathered(first, 0);
        if (alone || second == t_.tiles) {
            if (!alone) clear(1);
            if (a.done()) transform();
            finish(first, 0, a, a.norm);
            return;
        }
        const Judged b = gathered(second, 1);
        const double both = together(a.norm, b.norm);
        const bool apart = a.done() && b.done() && !a.empty && !b.empty && !(alike(a.norm, b.norm) && both <= t_.most);
        if (!a.done()) clear(0);
        if (!b.done() || apart) clear(1);
        if (a.done() || b.done()) transform();
        finish(first, 0, a, apart || !b.done() ? a.norm : both);
        if (apart) {
            clear(0);
            gathered(second, 1);
            transform();
        }
        finish(second, 1, b, apart || !a.done() ? b.norm : both);
    }

  private:
    struct Judged {
        double norm;
        Fate fate;
        bool empty;  // all its samples are 0
        bool done() const { return fate == Fate::done; }
    };

    static double upward(double value) { return value * (1 + 1e-3); }  // beyond any rounding of the sums of squares

    static double together(double a, double b) {
        const double most = a > b ? a : b, least = a > b ? b : a;
        return most > 0 ? most * __builtin_sqrt(1 + least / most * (least / most)) * (1 + 1e-12) : 0;
    }

    // Two tiles share a transform only if neither would drown in the other's rounding.
    static bool alike(double a, double b) { return a <= 8 * b && b <= 8 * a; }

    void transform() {
        if (t_.survey) return;
        if (k_.folded) turn<true, T>(k_, tile_);
        Transform<T, L>(k_.pass, k_.passes).filter(tile_, static_cast<const Tile*>(k_.spectrum));
        if (k_.folded) turn<false, T>(k_, tile_);
    }

    V& half(int64_t vector, int part) { return part ? tile_[vector].im : tile_[vector].re; }

    void clear(int part) {
        for (int64_t v = 0; v < rows_ * vectors_; ++v) half(v, part) = V{};
    }

    // Where a tile stands.
    struct Place {
        const char* x;
        char* y;
        int64_t low[max_transformed];    // the first position read
        int64_t read[max_transformed];   // how many are
        int64_t outputs[max_transformed];
    };

    Place place(int64_t tile) const {
        Place p{f_.x, f_.y, {}, {}, {}};
        for (int a = k_.axes - 1; a >= 0; --a) {
            const Axis& axis = f_.axis[batch_ + a];
            const int64_t first = tile % t_.count[a] * t_.kept[a];
            tile /= t_.count[a];
            p.outputs[a] = axis.m - first < t_.kept[a] ? axis.m - first : t_.kept[a];
            p.low[a] = axis.s * first + axis.c + k_.skipped[a];
            p.read[a] = axis.s * (p.outputs[a] - 1) + axis.d * (axis.k - 1) + 1 - k_.skipped[a];
            const int64_t length = k_.length[a] * (k_.folded && a == 0 ? 2 : 1);
            if (p.read[a] > length) p.read[a] = length;  // zeros of the boundary above lie beyond
            p.y += first * f_.y_stride[batch_ + a];
        }
        for (int b = batch_ - 1; b >= 0; --b) {
            const int64_t at = tile % f_.axis[b].m;
            tile /= f_.axis[b].m;
            p.x += at * f_.x_stride[b];
            p.y += at * f_.y_stride[b];
        }
        return p;
    }

    // Copies the tile's samples into the real (0) or imaginary parts, or both where they are complex, and judges them.
    Judged gathered(int64_t tile, int part) {
        Sizes<T> sizes;
        Place p = place(tile);
        const int64_t beyond = k_.folded ? p.read[0] - k_.length[0] : 0;
        if (beyond > 0) p.read[0] = k_.length[0];
        gather(p, 0, 0, p.x, nullptr, part, sizes);
        if (beyond > 0) {
            p.low[0] += k_.length[0];
            p.read[0] = beyond;
            gather(p, 0, 0, p.x, nullptr, 1, sizes);
        } else if (k_.folded) {
            clear(1);
        }
        return judged(sizes, part);
    }

    // The rows of one place along the axes before `a`.
    void gather(const Place& p, int a, int64_t row, const char* from, const double* constant, int part, Sizes<T>& sizes) {
        if (a >= k_.axes - 1 || a >= max_transformed - 1) return fetch(p, row, from, constant, part, sizes);
        const Axis& axis = f_.axis[batch_ + a];
        for (int64_t at = 0; at < k_.length[a]; ++at) {
            const int64_t position = p.low[a] + at, i = source(axis, position), next = row * k_.length[a] + at;
            if (at >= p.read[a])
                return nothing(a, row, at, k_.length[a], part);
            if (i == -1)
                nothing(a, row, at, at + 1, part);
            else if (i == -2)  // in this order the last axis' constant stays
                gather(p, a + 1, next, from, position < 0 ? axis.below_value : axis.above_value, part, sizes);
            else
                gather(p, a + 1, next, from + i * f_.x_stride[batch_ + a], constant, part, sizes);
        }
    }

    // Zeros, where nothing is read.
    void nothing(int a, int64_t row, int64_t from, int64_t to, int part) {
        int64_t each = vectors_;
        for (int b = a + 1; b < k_.axes - 1; ++b) each *= k_.length[b];
        for (int64_t v = (row * k_.length[a] + from) * each; v < (row * k_.length[a] + to) * each; ++v) {
            half(v, part) = V{};
            if (t_.complex_result) tile_[v].im = V{};
        }
    }

    void fetch(const Place& p, int64_t row, const char* from, const double* constant, int part, Sizes<T>& sizes) {
        const Axis& axis = f_.axis[f_.axes - 1];
        const int64_t stride = f_.x_stride[f_.axes - 1], each = f_.complex ? 2 : 1;
        const int64_t low = p.low[k_.axes - 1], count = p.read[k_.axes - 1];
        const T* samples = row_;
        if (!constant && f_.x_type == k_.work && !f_.x_swapped && !f_.complex && !t_.digits && stride == sizeof(T) &&
            low >= 0 && low + count <= axis.n) {
            samples = reinterpret_cast<const T*>(from) + low;
        } else if (t_.digits) {
            read_row(reinterpret_cast<int64_t*>(samples_), RowLayout{low, count, 1, count, 1}, f_, from, constant);
            digits(count);
        } else if (f_.complex) {
            const T* pairs = reinterpret_cast<const T*>(samples_);
            if (!constant && f_.x_type == k_.work && !f_.x_swapped && stride == 2 * sizeof(T) && low >= 0 && low + count <= axis.n)
                pairs = reinterpret_cast<const T*>(from) + 2 * low;
            else
                read_row(reinterpret_cast<T*>(samples_), RowLayout{low, count, 1, count, each}, f_, from, constant);
            part_pairs(pairs, count);
            pour(row, 1, row_ + last_, count, sizes);
            part = 0;
        } else {
            read_row(row_, RowLayout{low, count, 1, count, 1}, f_, from, constant);
        }
        if (t_.complex_result && !f_.complex)
            for (int64_t v = 0; v < vectors_; ++v) tile_[row * vectors_ + v].im = V{};
        pour(row, part, samples, count, sizes);
    }

    // The real parts of pairs into the first half of row_, the imaginary ones, conjugated if need be, into the second.
    void part_pairs(const T* pairs, int64_t count) {
        const V sign = (f_.conjugate_signal ? T(-1) : T(1)) - V{};
        int64_t i = 0;
        for (; i + L <= count; i += L) {
            const V a = load(pairs + 2 * i), b = load(pairs + 2 * i + L);
            store(row_ + i, __builtin_shuffle(a, b, every_other(0)));
            store(row_ + last_ + i, __builtin_shuffle(a, b, every_other(1)) * sign);
        }
        for (; i < count; ++i) {
            row_[i] = pairs[2 * i];
            row_[last_ + i] = pairs[2 * i + 1] * sign[0];
        }
    }

    using Index = typename Pack<T, L>::index;

    static Index every_other(int first) {
        Index index;
        for (int l = 0; l < L; ++l) index[l] = 2 * l + first;
        return index;
    }

    // The lanes of two vectors in turn, from lane `first` of each.
    static Index in_turn(int first) {
        Index index;
        for (int l = 0; l < L; ++l) index[l] = first + l / 2 + (l & 1) * L;
        return index;
    }

    // Some of the binary digits of whole numbers, balanced around 0.
    void digits(int64_t count) {
        const int64_t* values = reinterpret_cast<const int64_t*>(samples_);
        const int64_t mask = (int64_t(1) << t_.digits) - 1, middle = int64_t(1) << (t_.digits - 1);
        for (int64_t i = 0; i < count; ++i) {
            const int64_t value = int64_t(uint64_t(values[i]) + uint64_t(t_.bias)) >> t_.digit_shift;
            row_[i] = T(t_.top ? value : (value & mask) - middle);
        }
    }

    // A row of samples into the tile; what lies beyond them is 0.
    void pour(int64_t row, int part, const T* samples, int64_t count, Sizes<T>& sizes) {
        Tile* to = tile_ + row * vectors_;
        T* at = reinterpret_cast<T*>(to) + part * L;
        const int64_t whole = count / L;
        Sizes<T> mine = sizes;
        for (int64_t v = 0; v < whole; ++v) {
            const V value = load(samples + v * L);
            mine.add(value);
            store(at + v * 2 * L, value);
        }
        for (int64_t v = whole; v < vectors_; ++v) {
            V value{};
            for (int64_t i = v * L; i < count && i < (v + 1) * L; ++i) value[i - v * L] = samples[i];
            mine.add(value);
            store(at + v * 2 * L, value);
        }
        sizes = mine;
    }

    Judged judged(const Sizes<T>& sizes, int part) {
        double squares = 0, most = 0;
        bool finite = true;
        for (int l = 0; l < L; ++l) {
            squares += double(sizes.squares[l]);
            finite = finite && sizes.squares[l] - sizes.squares[l] == 0;
            most = double(sizes.most[l]) > most ? double(sizes.most[l]) : most;
        }
        const bool both = t_.complex_result || k_.folded;
        const int first = both ? 0 : part, last = both ? 1 : part;
        if (!finite)  // or its squares are too large
            for (int64_t v = 0; v < rows_ * vectors_; ++v)
                for (int h = first; h <= last; ++h)
                    for (int l = 0; l < L; ++l)
                        if (half(v, h)[l] - half(v, h)[l] != 0) return {squares, Fate::not_finite, false};
        const double tiny = sizeof(T) == 4 ? 1e-15 : 1e-140;
        const double n = double(k_.elements) * (both ? 2 : 1);
        const double norm = finite && (most > tiny || most == 0) ? upward(__builtin_sqrt(squares)) : most * __builtin_sqrt(n);
        if (norm > t_.most || (norm < t_.least && norm > 0)) return {norm, Fate::out_of_range, false};
        for (int h = first; h <= last; h += k_.folded ? 2 : 1)
            if (t_.spread > 0 && most > 0 && spreads(h, T(most / t_.spread))) return {norm, Fate::spread, false};
        return {norm, Fate::done, most == 0};
    }

    // Whether at least half of the magnitudes that are not 0 are at most `small`, in this part; in both of a folded tile.
    bool spreads(int part, T small) {
        Index some{}, large{};
        const V limit = V{} + small;
        for (int64_t v = 0; v < rows_ * vectors_; ++v) {
            for (int h = part; h <= (k_.folded ? 1 : part); ++h) {
                const V size = Sizes<T>::magnitude(half(v, h));
                some -= (Index)(size > V{});
                large -= (Index)(size > limit);
            }
        }
        int64_t counted = 0, above = 0;
        for (int l = 0; l < L; ++l) {
            counted += int64_t(some[l]);
            above += int64_t(large[l]);
        }
        return counted > 0 && 2 * above <= counted;
    }

    // Stores the tile's outputs.
    void finish(int64_t tile, int part, const Judged& judged, double norm) {
        t_.reports[tile] = Report{norm, judged.fate};
        if (t_.survey || !judged.done()) return;
        const Place p = place(tile);
        if (judged.empty)
            for (int64_t i = 0; i < 2 * last_; ++i) row_[i] = 0;
        scatter(p, 0, 0, p.y, part, judged.empty);
    }

    void scatter(const Place& p, int a, int64_t row, char* to, int part, bool empty) {
        const Axis& axis = f_.axis[batch_ + a];
        if (a >= k_.axes - 1 || a >= max_transformed - 1) {
            if (!empty) draw(tile_ + row * vectors_, part, p.outputs[a], axis.s);
            return write(to, p.outputs[a]);
        }
        for (int64_t o = 0; o < p.outputs[a]; ++o, to += f_.y_stride[batch_ + a]) {
            const int64_t n = k_.length[a], at = axis.s * o;
            const bool second = k_.folded && a == 0 && at >= n;
            scatter(p, a + 1, row * n + (second ? at - n : at), to, second ? 1 : part, empty);
        }
    }

    // Every step-th element of a row of the tile, into row_.
    void draw(const Tile* from, int part, int64_t outputs, int64_t step) {
        const T* at = reinterpret_cast<const T*>(from);
        const int64_t each = t_.complex_result ? 2 : 1;
        if (k_.folded && k_.axes == 1) {  // the second half follows the first
            const auto place = [&](int64_t i) { return i < last_ ? i / L * 2 * L + i % L : (i - last_) / L * 2 * L + L + i % L; };
            if (step == 1)
                for (int64_t i = 0; i < outputs; i += L) store(row_ + i, load(at + place(i)));
            else
                for (int64_t o = 0; o < outputs; ++o) row_[o] = at[place(o * step)];
        } else if (step == 1 && each == 1) {
            for (int64_t v = 0; v * L < outputs; ++v) store(row_ + v * L, load(at + (2 * v + part) * L));
        } else if (step == 1) {
            for (int64_t v = 0; v * L < outputs; ++v) {
                store(row_ + 2 * v * L, __builtin_shuffle(from[v].re, from[v].im, in_turn(0)));
                store(row_ + (2 * v + 1) * L, __builtin_shuffle(from[v].re, from[v].im, in_turn(L / 2)));
            }
        } else {
            for (int64_t o = 0; o < outputs; ++o) {
                const int64_t i = o * step;
                for (int64_t e = 0; e < each; ++e) row_[o * each + e] = at[(2 * (i / L) + (each == 2 ? e : part)) * L + i % L];
            }
        }
        if (t_.whole)
            for (int64_t o = 0; o < outputs * each; ++o) row_[o] = __builtin_rint(row_[o]);
    }

    void write(char* to, int64_t outputs) {
        const int64_t stride = f_.y_stride[f_.axes - 1], each = t_.complex_result ? 2 : 1;
        if (t_.add_shift >= 0) {
            for (int64_t o = 0; o < outputs; ++o, to += stride) {
                uint64_t& sum = *reinterpret_cast<uint64_t*>(to);
                sum += uint64_t(int64_t(row_[o])) << t_.add_shift;
            }
            return;
        }
        with_type(f_.y_type, [&](auto* type) {
            using Y = std::remove_pointer_t<decltype(type)>;
            emit<T, Y>(to, stride, row_, outputs, each);
        });
    }

    const Tiling& t_;
    const Filter& f_;
    const Kernel& k_;
    Tile* tile_;
    int64_t last_, vectors_, rows_;
    char* samples_;
    T* row_;
    int batch_;
};

template <class F>
auto with_work(Type work, F&& f) {
    return work == Type::f32 ? f((float*)nullptr) : f((double*)nullptr);
}

bool fits(Type work, int axes, const int64_t* length) {
    const int64_t l = work == Type::f32 ? lanes<float> : lanes<double>;
    int64_t elements = 1;
    for (int a = 0; a < axes; ++a) {
        if (length[a] < 1 || length[a] > longest_transform || (length[a] & (length[a] - 1))) return false;
        elements *= length[a];
    }
    return length[axes - 1] >= l && elements <= most_elements && elements >= l * l;
}

size_t bytes(const Kernel& kernel) {
    return with_work(kernel.work, [&](auto* t) { return Planner<std::remove_pointer_t<decltype(t)>>::bytes(kernel); });
}

void fill(Kernel& kernel, const double* taps, const int64_t* shape) {
    with_work(kernel.work, [&](auto* t) { Planner<std::remove_pointer_t<decltype(t)>>::fill(kernel, taps, shape); });
}

size_t scratch(const Tiling& t) {
    return with_work(t.kernel->work, [&](auto* w) { return Worker<std::remove_pointer_t<decltype(w)>>::scratch(t); });
}

void run(const Tiling& t, int64_t task, void* memory) {
    with_work(t.kernel->work, [&](auto* w) { Worker<std::remove_pointer_t<decltype(w)>>(t, memory).run(task); });
}

#define TAPWISE_NAME_(isa) transforms_##isa
#define TAPWISE_NAME(isa) TAPWISE_NAME_(isa)
#define TAPWISE_TEXT_(isa) #isa
#define TAPWISE_TEXT(isa) TAPWISE_TEXT_(isa)

}  // namespace

namespace tapwise {
extern const Transforms TAPWISE_NAME(TAPWISE_ISA);
const Transforms TAPWISE_NAME(TAPWISE_ISA) = {TAPWISE_TEXT(TAPWISE_ISA), fits, bytes, fill, scratch, run};
}  // namespace tapwise

// Overlap-save tiles on one instruction set: this file is compiled once for each, TAPWISE_ISA is its name.
//
// Everything here has internal linkage, so that no copy for a newer processor can be taken for all.
#include "fourier.h"
#include "gathering.h"
#include "held.h"
#include "isa.h"
#include "judging.h"
#include "planner.h"
#include "rows.h"
#include "transform.h"

namespace {

constexpr int64_t most_elements = int64_t(1) << 40;  // of a tile: their bytes can be counted

// One task: a tile, or two that go through one transform.
template <class T>
class Worker {
  public:
    static constexpr int L = lanes<T>;
    using Tile = TileOf<T>;
    using V = Vector<T>;

    Worker(const Tiling& tiling, void* memory) : h_(tiling, memory), gather_(h_) {}

    void run(int64_t task) {
        const bool alone = h_.both();
        const int64_t first = alone ? task : 2 * task, second = first + 1;
        const Judged a = gather_(first, 0);
        if (alone || second == h_.tiling.tiles) {
            if (!alone) h_.clear(1);
            if (a.done()) transform();
            finish(first, 0, a, a.norm);
            return;
        }
        const Judged b = gather_(second, 1);
        const double both = together(a.norm, b.norm);
        const bool apart = a.done() && b.done() && !a.empty && !b.empty && !(alike(a.norm, b.norm) && both <= h_.tiling.most);
        if (!a.done()) h_.clear(0);
        if (!b.done() || apart) h_.clear(1);
        if (a.done() || b.done()) transform();
        finish(first, 0, a, apart || !b.done() ? a.norm : both);
        if (apart) {
            h_.clear(0);
            gather_(second, 1);
            transform();
        }
        finish(second, 1, b, apart || !a.done() ? b.norm : both);
    }

  private:
    static double together(double a, double b) {
        const double most = a > b ? a : b, least = a > b ? b : a;
        return most > 0 ? most * __builtin_sqrt(1 + least / most * (least / most)) * (1 + 1e-12) : 0;
    }

    // Two tiles share a transform only if neither would drown in the other's rounding.
    static bool alike(double a, double b) { return a <= 8 * b && b <= 8 * a; }

    void transform() {
        if (h_.tiling.survey) return;
        if (h_.kernel.folded) turn<true, T>(h_.kernel, h_.tile);
        Transform<T, L>(h_.kernel.pass, h_.kernel.passes).filter(h_.tile, static_cast<const Tile*>(h_.kernel.spectrum));
        if (h_.kernel.folded) turn<false, T>(h_.kernel, h_.tile);
    }

    // Stores the tile's outputs.
    void finish(int64_t tile, int part, const Judged& judged, double norm) {
        h_.tiling.reports[tile] = Report{norm, judged.fate};
        if (h_.tiling.survey || !judged.done()) return;
        const Place p = h_.place(tile);
        if (judged.empty)
            for (int64_t i = 0; i < 2 * h_.last; ++i) h_.row[i] = 0;
        scatter(p, 0, 0, p.y, part, judged.empty);
    }

    void scatter(const Place& p, int a, int64_t row, char* to, int part, bool empty) {
        const Axis& axis = h_.filter.axis[h_.batch + a];
        if (a >= h_.kernel.axes - 1 || a >= max_transformed - 1) {
            if (!empty) draw(h_.tile + row * h_.vectors, part, p.outputs[a], axis.s);
            return write(to, p.outputs[a]);
        }
        for (int64_t o = 0; o < p.outputs[a]; ++o, to += h_.filter.y_stride[h_.batch + a]) {
            const int64_t n = h_.kernel.length[a], at = axis.s * o;
            const bool second = h_.folds(a) && at >= n;
            scatter(p, a + 1, row * n + (second ? at - n : at), to, second ? 1 : part, empty);
        }
    }

    // Every step-th element of a row of the tile, into h_.row.
    void draw(const Tile* from, int part, int64_t outputs, int64_t step) {
        const T* at = reinterpret_cast<const T*>(from);
        const int64_t each = h_.tiling.complex_result ? 2 : 1;
        if (h_.folds(h_.kernel.axes - 1)) {  // the second half follows the first
            const int64_t n = h_.last;
            const auto place = [n](int64_t i) { return i < n ? i / L * 2 * L + i % L : (i - n) / L * 2 * L + L + i % L; };
            if (step == 1)
                for (int64_t i = 0; i < outputs; i += L) store(h_.row + i, load(at + place(i)));
            else
                for (int64_t o = 0; o < outputs; ++o) h_.row[o] = at[place(o * step)];
        } else if (step == 1 && each == 1) {
            for (int64_t v = 0; v * L < outputs; ++v) store(h_.row + v * L, load(at + (2 * v + part) * L));
        } else if (step == 1) {
            for (int64_t v = 0; v * L < outputs; ++v) {
                const V re = from[v].re, im = from[v].im;  // in turn, from the first lane on, and from the middle
                store(h_.row + 2 * v * L, shuffled<L>(re, im, [](int l) { return l / 2 + (l & 1) * L; }));
                store(h_.row + (2 * v + 1) * L, shuffled<L>(re, im, [](int l) { return L / 2 + l / 2 + (l & 1) * L; }));
            }
        } else {
            for (int64_t o = 0; o < outputs; ++o) {
                const int64_t i = o * step;
                for (int64_t e = 0; e < each; ++e) h_.row[o * each + e] = at[(2 * (i / L) + (each == 2 ? e : part)) * L + i % L];
            }
        }
        if (h_.tiling.whole)
            for (int64_t o = 0; o < outputs * each; ++o) h_.row[o] = __builtin_rint(h_.row[o]);
    }

    void write(char* to, int64_t outputs) {
        const int64_t stride = h_.filter.y_stride[h_.filter.axes - 1], each = h_.tiling.complex_result ? 2 : 1;
        if (h_.tiling.add_shift >= 0) {
            for (int64_t o = 0; o < outputs; ++o, to += stride) {
                uint64_t& sum = *reinterpret_cast<uint64_t*>(to);
                sum += uint64_t(int64_t(h_.row[o])) << h_.tiling.add_shift;
            }
            return;
        }
        with_type(h_.filter.y_type, [&](auto* type) {
            using Y = std::remove_pointer_t<decltype(type)>;
            emit<T, Y>(to, stride, h_.row, outputs, each);
        });
    }

    Held<T> h_;
    Gatherer<T> gather_;
};

// Calls f with a zero of the type that is transformed in.
template <class F>
auto with_float(Type work, F&& f) {
    return work == Type::f32 ? f(0.0f) : f(0.0);
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
    return with_float(kernel.work, [&](auto zero) { return Planner<decltype(zero)>::bytes(kernel); });
}

void fill(Kernel& kernel, const double* taps, const int64_t* shape) {
    with_float(kernel.work, [&](auto zero) { Planner<decltype(zero)>::fill(kernel, taps, shape); });
}

size_t scratch(const Tiling& t) {
    return with_float(t.kernel->work, [&](auto zero) { return Held<decltype(zero)>::bytes(t); });
}

void run(const Tiling& t, int64_t task, void* memory) {
    with_float(t.kernel->work, [&](auto zero) { Worker<decltype(zero)>(t, memory).run(task); });
}

}  // namespace

TAPWISE_OFFER(Transforms, transforms, fits, bytes, fill, scratch, run)

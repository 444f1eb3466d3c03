// Filters by Fourier transforms: overlap-save tiles, on the instruction set that the processor has.
//
// A transform is made once for a kernel and used by any thread. A call cuts the outputs into tiles; where samples and taps
// are real, two neighbouring tiles go through one transform, the first in the real parts and the second in the
// imaginary ones, which a real kernel keeps apart.
#pragma once

#include "filter.h"

namespace tapwise {

constexpr int max_transformed = 3;  // axes
constexpr int64_t longest_transform = 1 << 21;  // of an axis

struct Pass {
    int radix;
    int64_t block;         // vectors that it parts
    int64_t inner;         // neighbouring vectors with one twiddle; 0: each lane has its own
    const void* twiddles;  // radix - 1 for each, real and imaginary; null where all are 1
};

// The transform of a kernel, in tiles of certain lengths.
struct Kernel {
    Type work;  // f32 or f64
    int axes;
    int64_t length[max_transformed];  // powers of two
    // Positions at the beginning of a window that a tile leaves out: zeros. What would be read there is read from the
    // other end of the tile, where there are zeros, too; for tiles that hold all outputs of the axis.
    int64_t skipped[max_transformed];
    bool complex;                     // its taps are
    // Real tiles are folded: twice as long along the first axis, the second half in the imaginary parts. Turned by
    // exp(i pi j / 2n) at j of its n places, the product of transforms is that of the tiles where i stands for what goes
    // beyond the end: the sums of the second half are imaginary parts again, and what wraps around changes its sign.
    bool folded;
    int64_t elements;
    int passes;
    Pass pass[64];
    void* memory;  // twiddles, then the spectrum
    size_t bytes;
    const void* spectrum;
    const void* turns;  // of a folded tile: for each place of the first axis, pairs; where that is the last, as in tiles
};

enum class Fate : int32_t { done, not_finite, spread, out_of_range };

struct Report {
    double norm;  // Euclidean, of all that went through the tile's transform; rounded up
    Fate fate;
};

// One call: a filter whose last axes are transformed, and the others batch.
struct Tiling {
    const Kernel* kernel;
    Filter filter;
    bool complex_result;
    int64_t kept[max_transformed];   // outputs of a tile
    int64_t count[max_transformed];  // tiles
    int64_t tiles;                   // in all, those of every batch element
    double least, most;              // norms between which a tile may be transformed
    double spread;                   // its largest magnitude may exceed the median of those that are not 0 by this
    bool survey;                     // tiles are only judged
    bool whole;                      // results are whole numbers
    int digits, digit_shift;         // samples are whole numbers, of which these binary digits are taken; 0: all
    bool top;                        // and all above them
    int64_t bias;
    int add_shift;                   // -1: results are stored; else added, times two to this power
    Report* reports;                 // one for each tile
};

// What one instruction set offers.
struct Transforms {
    const char* name;
    bool (*fits)(Type work, int axes, const int64_t* length);
    size_t (*bytes)(const Kernel&);
    // `taps` are pairs in the order of the positions they read.
    void (*fill)(Kernel&, const double* taps, const int64_t* shape);
    size_t (*scratch)(const Tiling&);  // bytes a thread needs
    void (*run)(const Tiling&, int64_t task, void* scratch);
};

// exp(-2 pi i j / n) for 0 <= j < n, a power of two, as pairs, kept for all time; null if memory is lacking.
const double* roots(int64_t n);
// Whether the lengths are powers of two of sizes that the transform has, and hold taps of this shape, less than all of
// which are skipped.
bool has_transform(Type work, int axes, const int64_t* length, const int64_t* shape, const int64_t* skipped, bool folded);
// Null if memory is lacking, or there is no such transform.
Kernel* make_kernel(Type work, int axes, const int64_t* length, const double* taps, const int64_t* shape,
                    const int64_t* skipped, bool folded);
void free_kernel(Kernel* kernel);
// The least number of elements of a tile, and of its last axis.
int64_t least_elements(Type work);

// Turns every axis forwards and counts the tiles; to be called first.
void settle(Tiling& tiling);
// Computes the tiles, and reports on each; those that are not done are left as they were. False if memory is lacking.
bool fourier(Tiling& tiling, bool parallel);

}  // namespace tapwise

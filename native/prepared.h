// A filter whose numbers are settled once; signal, kernel and result are handed over call by call, in any layout.
#pragma once

#include "filter.h"

namespace tapwise {

struct Prepared {
    Filter filter{};  // without pointers and strides; the batch axes are the first, each with one tap
    int batch = 0;
    int order[max_axes]{};  // which axis of signal and result each axis of the filter is
    bool y_complex = false;
    Type taps_type{};  // as the kernel is stored, whatever is computed in
    bool taps_complex = false, conjugate_taps = false;
    bool needs_imaginary = false;  // complex taps without an imaginary part are unfit too
    bool factors = false;  // the taps are packed factors, in the type that is computed in: see `separable`
    bool unless_product = false;  // taps that may be a product of one factor for each axis are unfit: others may do them
    // For whole numbers: unfit unless no sum reaches this, the largest sample times all taps; of factors, no sample.
    double exact_below = 0;
    double largest = 0;  // the magnitude of the largest sample by its type; 0 where it is seen in the signal
};

// An array: its first element, and its strides in bytes.
struct Elements {
    char* at;
    int64_t stride[max_axes];
};

// Outputs from `first` on up to `end`, along each axis of a filter.
struct Box {
    int64_t first[max_axes], end[max_axes];
};

// Leaves of a filter the outputs of a box, and moves arrays that begin where `whole` does to where the box begins.
void narrow(Filter& filter, int batch, const int* order, const Box& whole, const Box& box, Elements& x, Elements& y);

enum class Outcome { done, unfit, lost, no_memory };

// The bytes of all factors.
int64_t packed_bytes(const Prepared& prepared);

// Fills y. Unfit if a tap is infinite or NaN: zeros beside the signal would be multiplied by it; and as said above. Lost
// if a result had no place in its type. Then y holds nothing of use; if `careful`, what it held before where it is unfit.
Outcome run(const Prepared& prepared, const Elements& x, const Elements& taps, const Elements& y, bool parallel,
            bool careful = false);

// Bytes that a call takes beside the arrays.
size_t memory(const Prepared& prepared, bool parallel);

}  // namespace tapwise

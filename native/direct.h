// Sums of products, on the instruction set that the processor has.
#pragma once

#include "filter.h"

namespace tapwise {

// "v4", "v3", "v2" or "base": what the processor has, or less if TAPWISE_ISA asks for it.
const char* instruction_set();

// Computes the filter; `parallel` says whether more than one thread may be used. False if memory is lacking.
bool direct(const Filter& filter, bool parallel);

// The same for taps that are products of three factors, which taps[0] holds one after the other: of the axes before the
// last two together, of the rows, of the columns.
bool separable(const Filter& filter, bool parallel);

}  // namespace tapwise

// Sums of products, on the instruction set that the processor has.
#pragma once

#include <string>
#include <vector>

#include "filter.h"

namespace tapwise {

// Those of "v4", "v3", "v2" and "base" that the processor has, best first.
std::vector<std::string> instruction_sets();

// The one in use: the best, or the one of them that TAPWISE_ISA names.
const char* instruction_set();

// Computes the filter; `parallel` says whether more than one thread may be used. False if memory is lacking.
bool direct(const Filter& filter, bool parallel);

// The same for taps that are products of three factors, which taps[0] holds one after the other: of the axes before the
// last two together, of the rows, of the columns.
bool separable(const Filter& filter, bool parallel);

// Tasks that `direct` cuts it into: no more threads than these have work.
int64_t task_count(const Filter& filter, bool parallel);

// Bytes that all threads of `direct` take together meanwhile.
size_t scratch_bytes(const Filter& filter, bool parallel);

}  // namespace tapwise

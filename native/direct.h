// Direct sums, on the instruction set that the processor has.
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

// Bytes that all its threads take together meanwhile.
size_t scratch_bytes(const Filter& filter, bool parallel);

}  // namespace tapwise

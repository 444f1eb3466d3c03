// Overlap-save: a filter by tiles, in one number type after the other.
//
// What its samples keep a tile from in one type (see Fate) is done in the next, tile by tile; what none can do is told.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "fourier.h"
#include "prepared.h"

namespace tapwise {

// The transform of a kernel, or of a piece of its digits, made when it is first asked for, by whichever thread asks.
class Spectrum {
  public:
    // `taps` are pairs in the order of the positions they read; for `skipped` and `folded` see Kernel.
    Spectrum(Type work, std::vector<int64_t> lengths, std::vector<double> taps, std::vector<int64_t> shape,
             std::vector<int64_t> skipped, bool folded);
    Spectrum(const Spectrum&) = delete;
    ~Spectrum();
    const Kernel* made() const;  // null if memory is lacking

  private:
    Type work_;
    std::vector<int64_t> lengths_, shape_, skipped_;
    std::vector<double> taps_;
    bool folded_;
    mutable std::atomic<Kernel*> made_{nullptr};  // no lock, which a forked child might find held
};

// Which digits of the samples meet a spectrum, and where their sums go: see Tiling.
struct Piece {
    std::shared_ptr<const Spectrum> spectrum;
    double least, most;
    int digits, shift;
    bool top;
    int64_t bias;
    int add;
};

struct Stage {
    double spread;
    std::vector<Piece> pieces;
};

struct OverlapSave {
    Filter filter{};  // of all outputs, without pointers and strides; the batch axes are the first, each with one tap
    int batch = 0;
    int order[max_axes]{};  // which axis of signal and result each axis of the filter is
    int64_t kept[max_transformed]{};
    int64_t skipped[max_transformed]{};  // see Kernel; where there are some, a box has all outputs of the axis
    bool complex_result = false, whole = false;
    std::vector<Stage> stages;
};

// What became of a box in a stage; of those that a later stage has done, or tried too, only that is told.
struct Told {
    Box box;
    int stage;
    double norm;
    Fate fate;
};

// Fills a box of the outputs, and tells what was left out; a survey fills nothing, and tells of every tile. y begins where
// the box does, and so does x along batch axes. Pieces add to what stands in y. False if memory is lacking.
bool run(const OverlapSave& tiles, const Elements& x, const Elements& y, Type y_type, const Box& box, bool survey,
         std::vector<Told>& told);

}  // namespace tapwise

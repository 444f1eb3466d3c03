#include "overlap.h"

#include <algorithm>
#include <utility>

namespace tapwise {
namespace {

// Unfit tiles beyond which the whole box goes to the next stage: at once is faster than one by one.
constexpr size_t many = 32;
// Outputs below which one thread is faster than two.
constexpr int64_t alone = 1 << 14;

// The outputs of a tile; axes that run backwards are counted from their end.
Box box_of(const OverlapSave& all, const Tiling& tiling, const Box& whole, int64_t tile) {
    Box box = whole;
    for (int a = all.filter.axes - 1; a >= 0; --a) {
        const int b = a - all.batch;
        const int64_t count = b < 0 ? tiling.filter.axis[a].m : tiling.count[b], step = b < 0 ? 1 : all.kept[b];
        const int64_t at = tile % count * step;
        tile /= count;
        if (all.filter.axis[a].s > 0) {
            box.first[a] = whole.first[a] + at;
            box.end[a] = std::min(box.first[a] + step, whole.end[a]);
        } else {
            box.end[a] = whole.end[a] - at;
            box.first[a] = std::max(box.end[a] - step, whole.first[a]);
        }
    }
    return box;
}

bool run_piece(const OverlapSave& all, int number, const Piece& piece, Elements x, Elements y, Type y_type,
               const Box& whole, const Box& box, bool survey, std::vector<Told>& told) {
    Tiling t{};
    t.kernel = piece.spectrum->made();
    if (!t.kernel) return false;
    t.filter = all.filter;
    narrow(t.filter, all.batch, all.order, whole, box, x, y);
    t.filter.x = x.at;
    t.filter.y = y.at;
    for (int a = 0; a < t.filter.axes; ++a) {
        t.filter.x_stride[a] = x.stride[all.order[a]];
        t.filter.y_stride[a] = y.stride[all.order[a]];
    }
    t.filter.work = t.kernel->work;
    t.filter.y_type = y_type;
    t.complex_result = all.complex_result;
    std::copy(all.kept, all.kept + max_transformed, t.kept);
    t.least = piece.least;
    t.most = piece.most;
    t.spread = all.stages[size_t(number)].spread;
    t.survey = survey;
    t.whole = all.whole;
    t.digits = piece.digits;
    t.digit_shift = piece.shift;
    t.top = piece.top;
    t.bias = piece.bias;
    t.add_shift = piece.add;
    int64_t outputs = 1;
    for (int a = 0; a < t.filter.axes; ++a) outputs *= t.filter.axis[a].m;
    settle(t);
    std::vector<Report> reports(size_t(t.tiles), Report{});
    t.reports = reports.data();
    if (!fourier(t, outputs > alone)) return false;
    for (int64_t tile = 0; tile < t.tiles; ++tile) {
        const Report& report = reports[size_t(tile)];
        if (survey || report.fate != Fate::done)
            told.push_back({box_of(all, t, box, tile), number, report.norm, report.fate});
    }
    return true;
}

}  // namespace

Spectrum::Spectrum(Type work, std::vector<int64_t> lengths, std::vector<double> taps, std::vector<int64_t> shape,
                   std::vector<int64_t> skipped, bool folded)
    : work_(work), lengths_(std::move(lengths)), shape_(std::move(shape)), skipped_(std::move(skipped)),
      taps_(std::move(taps)), folded_(folded) {}

Spectrum::~Spectrum() { free_kernel(made_.load()); }

const Kernel* Spectrum::made() const {
    if (const Kernel* known = made_.load(std::memory_order_acquire)) return known;
    Kernel* kernel = make_kernel(work_, int(lengths_.size()), lengths_.data(), taps_.data(), shape_.data(),
                                 skipped_.data(), folded_);
    Kernel* before = nullptr;
    if (!kernel || made_.compare_exchange_strong(before, kernel, std::memory_order_acq_rel)) return kernel;
    free_kernel(kernel);  // another thread was first
    return before;
}

bool run(const OverlapSave& tiles, const Elements& x, const Elements& y, Type y_type, const Box& box, bool survey,
         std::vector<Told>& told) {
    std::vector<Box> left{box};
    for (size_t number = 0; number < tiles.stages.size() && !left.empty(); ++number) {
        if (left.size() > many) {
            left = {box};
            told.clear();
        }
        // Of the tiles that are tried again, what is told from here on counts.
        told.erase(std::remove_if(told.begin(), told.end(), [](const Told& t) { return t.fate != Fate::done; }),
                   told.end());
        for (const Box& one : left)
            for (const Piece& piece : tiles.stages[number].pieces)
                if (!run_piece(tiles, int(number), piece, x, y, y_type, box, one, survey, told)) return false;
        left.clear();
        for (const Told& t : told)
            if (t.fate != Fate::done) left.push_back(t.box);
    }
    return true;
}

}  // namespace tapwise

// Tiles in two stages against plain loops: what the norms keep from the first is done in the second, and what they keep
// from both is told of, and left as it was.
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include "direct.h"
#include "overlap.h"
#include "pool.h"
#include "random_tiles.h"

namespace {

constexpr float untouched = 77.5f;  // no sum of whole numbers

struct Seen {
    bool right;
    int64_t left;  // outputs
};

// Boxes of the whole are computed one after the other, cut along the first axis, unless a tile holds all of it.
Seen fill(const Random& r, int axes, double first_most, double second_most, bool spoil) {
    OverlapSave tiles;
    tiles.filter = of_type<float>(r.f);
    tiles.batch = r.f.axes - axes;
    tiles.whole = true;
    for (int a = 0; a < r.f.axes; ++a) tiles.order[a] = a;
    int64_t shape[max_transformed];
    const std::vector<double> taps = laid_out(r, axes, shape, spoil);
    const Cut cut = random_cut(r.f, axes, Type::f32);  // long enough for float64, too
    std::memcpy(tiles.kept, cut.kept, sizeof tiles.kept);
    std::memcpy(tiles.skipped, cut.skipped, sizeof tiles.skipped);
    for (const auto& [type, most] : {std::pair{Type::f32, first_most}, std::pair{Type::f64, second_most}}) {
        auto spectrum = std::make_shared<const Spectrum>(type, std::vector<int64_t>(cut.length, cut.length + axes), taps,
                                                         std::vector<int64_t>(shape, shape + axes),
                                                         std::vector<int64_t>(cut.skipped, cut.skipped + axes), cut.folded);
        tiles.stages.push_back({0, {Piece{std::move(spectrum), 0, most, 0, 0, false, 0, -1}}});
    }
    std::vector<float> y(size_t(r.outputs), untouched);
    Elements from{reinterpret_cast<char*>(const_cast<float*>(r.x_single.data())), {}};
    Elements to{reinterpret_cast<char*>(y.data()), {}};
    for (int a = 0; a < r.f.axes; ++a) {
        from.stride[a] = tiles.filter.x_stride[a];
        to.stride[a] = tiles.filter.y_stride[a];
    }
    std::vector<char> told_of(size_t(r.outputs), 0);
    const int64_t rows = r.f.axis[0].m, cut_at = !tiles.batch && cut.skipped[0] ? 0 : rows / 3;
    for (const auto& [first, end] : {std::pair{int64_t(0), cut_at}, std::pair{cut_at, rows}}) {
        Box box{};
        for (int a = 0; a < r.f.axes; ++a) box.end[a] = r.f.axis[a].m;
        box.first[0] = first;
        box.end[0] = end;
        Elements x = from, part = to;
        part.at += first * to.stride[0];
        if (tiles.batch) x.at += first * from.stride[0];
        std::vector<Told> told;
        if (!run(tiles, x, part, Type::f32, box, false, told)) return {false, 0};
        for (const Told& one : told)
            for (int64_t o = 0; o < r.outputs; ++o) {
                bool inside = true;
                int64_t rest = o;
                for (int a = r.f.axes - 1; a >= 0; --a) {
                    const int64_t at = rest % r.f.axis[a].m;
                    rest /= r.f.axis[a].m;
                    inside = inside && one.box.first[a] <= at && at < one.box.end[a];
                }
                if (inside) told_of[size_t(o)] = 1;
            }
    }
    Seen seen{true, 0};
    for (int64_t o = 0; o < r.outputs; ++o) {
        seen.left += told_of[size_t(o)];
        seen.right = seen.right && y[size_t(o)] == (told_of[size_t(o)] ? untouched : float(expected(r, o)));
    }
    return seen;
}

}  // namespace

int main() {
    set_thread_count(3);
    int64_t caught = 0, left = 0, done = 0;
    for (int number = 0; number < 200; ++number) {
        const Random r = random_filter(3, true);
        const int axes = transformed_axes(r.f);
        if (axes > max_transformed) continue;
        const double few = double(drawn(20, 100));  // norms of some tiles are above
        const Seen all = fill(r, axes, few, 1e30, false), some = fill(r, axes, few / 4, few, false);
        if (!all.right || all.left || !some.right) {
            std::printf("%s: filter %d is wrong\n", instruction_set(), number);
            return 1;
        }
        left += some.left;
        done += r.outputs - some.left;
        caught += !fill(r, axes, few, 1e30, true).right;
    }
    if (caught < 100 || left < 1000 || done < 1000) {
        std::printf("a wrong tap was seen %d times, %d outputs were left, %d done\n", int(caught), int(left), int(done));
        return 1;
    }
    std::printf("%s: 200 filters are right\n", instruction_set());
    return 0;
}

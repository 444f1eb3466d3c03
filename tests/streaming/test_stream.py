"""Streams: the same bits for every cutting, equal to the operators on the whole signal."""

from __future__ import annotations

import tracemalloc
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import tapwise as tw
from tapwise.errors import ArgumentError, EngineError, IntegerOverflow, ShapeError
from tests import oracle
from tests.engines.cases import CONSTANT, FACTORS, Axis
from tests.needs import needs
from tests.streaming.cuts import Array, blocks, cuttings, same_bits, streamed

if TYPE_CHECKING:
    from collections.abc import Callable

DTYPES = [
    "float16", "float32", "float64", "longdouble", "complex64", "complex128", "bool", "uint8", "int8", "int16", "int32",
    "int64", "uint64", ">f4", ">i2",
]  # fmt: skip


def drawn(dtype: str, shape: tuple[int, ...], seed: int = 1) -> Array:
    rng = np.random.default_rng(seed)
    if np.dtype(dtype).kind in "iub":
        return rng.integers(0, 2 if dtype == "bool" else 100, shape).astype(dtype)
    x = rng.standard_normal(shape)
    return (x + 1j * rng.standard_normal(shape) if np.dtype(dtype).kind == "c" else x).astype(dtype)


def axes(count: int, seed: int) -> list[Axis]:
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        factors: dict[str, Any] = {name: options[rng.integers(len(options))] for name, options in FACTORS.items()}
        made.append(Axis(int(rng.integers(0, 14)), int(rng.integers(1, 6)), **factors | {"output": "forward"}))
    return made


def outcome(call: Callable[[], Any]) -> tuple[Any, str]:
    """What a call returns, or the message that it raises."""
    try:
        return call(), ""
    except ShapeError as why:
        return None, str(why)


def test_any_convention_any_cutting_against_the_oracle() -> None:
    """What apply refuses for the whole signal, a stream refuses at its end, in the same words."""
    rng = np.random.default_rng(2)
    done = refused = 0
    for axis in axes(900, 1):
        x, h = rng.integers(-99, 100, axis.n), rng.integers(-99, 100, axis.k)
        try:
            s = tw.stream(h, **axis.words)
        except ArgumentError:
            refused += 1
            continue
        pairs = axis.pairs()
        if pairs is None:
            if not len(x) or axis.size[0] == "valid":
                continue
            pairs = []
        right = oracle.apply(dict(np.ndenumerate(x)), dict(np.ndenumerate(h)), [pairs], CONSTANT)
        for lengths in cuttings(axis.n, rng):
            s.reset()
            y, told = outcome(lambda s=s, x=x, lengths=lengths: streamed(s, x, lengths))  # type: ignore[misc]
            if told:
                assert told == outcome(lambda x=x, h=h, axis=axis: tw.apply(x, h, **axis.words))[1]  # type: ignore[misc]
                continue
            assert y.tolist() == [int(v) for v in right.values()], (axis, lengths)
            done += 1
    assert done > 1500
    assert refused < 500


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_number_type_bit_for_bit(dtype: str) -> None:
    rng = np.random.default_rng(3)
    kernel = "float64" if dtype in ("float16", "int16", ">f4") else dtype
    for k, words in (
        (4, {"operator": "convolution", "size": "full"}),
        (40, {"operator": "cross-correlation", "size": "same", "boundary": "reflect101", "stride": 3}),
        (3, {"operator": "convolution", "size": "pads(5,-1)", "boundary": "edge | zero", "dilation": 7, "spread": 2}),
    ):
        x, h = drawn(dtype, (300,)), drawn(kernel, (k,), 2)
        whole = tw.apply(x, h, engine="numpy" if "long" in dtype else "direct", **words)
        s = tw.stream(h, **words)
        for lengths in cuttings(300, rng):
            s.reset()
            assert same_bits(streamed(s, x, lengths), whole), (dtype, words, lengths)
            assert s.engine == ("numpy" if "long" in dtype else "direct")


def test_the_checker_sees_blocks_that_are_filtered_apart() -> None:
    x, h = drawn("float64", (300,)), drawn("float64", (5,))
    whole = tw.convolve(x, h, size="same", engine="direct")
    apart = np.concatenate([tw.convolve(b, h, size="same") for b in blocks(x, [100, 200])])
    assert apart.shape == whole.shape
    assert not same_bits(apart, whole)
    nudged = whole.copy()
    nudged[7] = np.nextafter(nudged[7], 9)
    assert not same_bits(nudged, whole)


@pytest.mark.parametrize(
    ("shape", "taps", "axes", "along"),
    [
        ((50, 2), (5,), 0, None),  # sound: samples, channels
        ((2, 50), (5,), -1, None),
        ((9, 12, 13), (3, 4, 2), None, None),  # a film by a kernel of three axes
        ((9, 12, 13, 3), (3, 4, 2), (0, 1, 2), 0),
        ((9, 12, 13), (3, 4, 2), None, -1),
        ((3, 12, 20), (4, 5), (2, 1), 2),
        ((3, 12, 20), (4, 5), (2, 1), 1),
    ],
)
def test_several_axes(shape: tuple[int, ...], taps: tuple[int, ...], axes: Any, along: int | None) -> None:
    rng = np.random.default_rng(4)
    place = (along if along is not None else axes if isinstance(axes, int) else 0) % len(shape)
    for dtype in ("float32", "uint8", "complex128"):
        x, h = drawn(dtype, shape), drawn(dtype, taps, 2)
        for words in (
            {"operator": "convolution", "size": "valid"},
            {"operator": "cross-correlation", "size": "same", "boundary": "symmetric", "stride": 2},
        ):
            whole = tw.apply(x, h, axes=axes, engine="direct", **words)
            for lengths in cuttings(shape[place], rng):
                s = tw.stream(h, axes=axes, along=along, **words)
                assert same_bits(streamed(s, x, lengths, place), whole)


def test_other_axes_may_do_what_a_stream_cannot() -> None:
    x, h = drawn("float32", (30, 6, 7)), drawn("float32", (3, 2, 4))
    words: dict[str, Any] = {
        "operator": ("convolution", "cross-correlation", "convolution"), "boundary": ("edge", "wrap", "wrap"),
        "output": ("forward", "reversed", "forward"), "size": ("full", "same-upper", "lags(-2,9)"), "stride": (2, 3, 2),
    }  # fmt: skip
    assert same_bits(streamed(tw.stream(h, **words), x, [4, 0, 1, 25]), tw.apply(x, h, engine="direct", **words))


def test_blocks_in_any_layout_and_of_any_kind() -> None:
    torch = needs("torch")
    x, h = drawn("float32", (40, 6)), drawn("float32", (3, 2))
    whole = tw.convolve(x, h, engine="direct")
    locked = x[9:20].copy()
    locked.flags.writeable = False
    s = tw.stream(h, operator="convolution")
    kinds = [x[:9].T.copy().T, locked, x[20:31].astype(">f4"), np.repeat(x[31:], 2, axis=1)[:, ::2], x[:0].tolist()]
    kinds[-1] = np.empty((0, 6), np.int64)
    assert same_bits(np.concatenate([*map(s.push, kinds), s.finish()]), whole)
    s.reset()
    parts = [s.push(torch.from_numpy(x[:9])), s.push(torch.from_numpy(x[9:])), s.finish()]
    assert all(isinstance(part, torch.Tensor) for part in parts)
    assert same_bits(torch.cat(parts).numpy(), whole)
    lists = tw.stream([1, -1], operator="cross-correlation")
    assert [y.tolist() for y in lists.over([[2, 1], [], [3], [5, 4]])] == [[1], [], [-2], [-2, 1], []]


def test_whole_numbers_of_any_size_are_exact() -> None:
    x = [2**70, 1, -3, 2**65, Fraction(1, 3)]
    s = tw.stream([1, 2], operator="convolution", size="full")
    assert np.concatenate(list(s.over([x[:2], x[2:]]))).tolist() == tw.convolve(x, [1, 2], size="full").tolist()
    big = np.array([2**62, -(2**62), 3, 2**62 - 1, 5, -(2**61)])
    for lengths in ([6], [1] * 6, [2, 4]):
        y = streamed(tw.stream([1, 1], operator="convolution"), big, lengths)
        assert y.tolist() == [0, 3 - 2**62, 2**62 + 2, 2**62 + 4, 5 - 2**61]


def test_a_result_that_does_not_fit_is_named_by_its_place_in_the_signal() -> None:
    s = tw.stream([1, 1], operator="convolution", size="full")
    s.push([1, 2, 3])
    with pytest.raises(IntegerOverflow, match=r"^y\[4\]=9223372036854775808: does not fit int64"):
        s.push([4, 2**63 - 4])
    assert (s.received, s.given) == (3, 3), "the stream is as it was, and goes on"
    assert s.push([5]).tolist() == [8]
    assert s.finish().tolist() == [5]
    small = tw.stream([1, 1], operator="convolution", dtype="uint8", overflow="saturate")
    assert np.concatenate(list(small.over([[200], [100, 3]]))).tolist() == [255, 103]


@pytest.mark.parametrize("name", ["numpy.convolve", "scipy.ndimage.convolve", "scipy.signal.correlate", "cv2.filter2D"])
def test_as_another_function_would(name: str) -> None:
    options: dict[str, Any] = {} if "2D" in name or "ndimage" in name else {"mode": "same"}
    shape, taps = ((23, 9), (4, 3)) if "2D" in name else ((23,), (4,))
    x, h = drawn("float64", shape), drawn("float64", taps, 2)
    whole = tw.apply(x, h, like=name, engine="direct", **options)
    assert same_bits(streamed(tw.stream(h, like=name, **options), x, [3, 9, 11]), whole)


@pytest.mark.parametrize("engine", ["fourier", "numpy"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "int16"])
def test_engines_in_tiles_have_the_same_bits_for_every_cutting(engine: str, dtype: str) -> None:
    rng = np.random.default_rng(5)
    n = 20_000 if engine == "fourier" else 3_000
    x, h = drawn(dtype, (n,)), drawn(dtype, (333,), 2)
    s = tw.stream(h, operator="convolution", size="same", boundary="symmetric", engine=engine)
    whole = streamed(s, x, [n])
    words: dict[str, Any] = {"operator": "convolution", "size": "same", "boundary": "symmetric"}
    error = abs(whole - tw.apply(x, h, engine="direct", **words))
    assert (error <= sum(tw.error_bound(x, h, engine=e, **words) for e in (engine, "direct"))).all()
    for lengths in ([n // 2, n - n // 2], [int(v) for v in np.diff([0, *sorted(rng.integers(0, n, 30)), n])]):
        s.reset()
        assert same_bits(streamed(s, x, lengths), whole)
    assert s.engine == engine


def test_a_tile_that_a_transform_would_spoil_is_summed_directly() -> None:
    x, h = drawn("float64", (40_000,)), drawn("float64", (333,), 2)
    x[100], x[-1] = np.nan, np.inf
    for lengths in ([40_000], [1, 25_000, 14_999]):
        y = streamed(tw.stream(h, operator="convolution", engine="fourier"), x, lengths)
        assert np.flatnonzero(~np.isfinite(y)).tolist() == [*range(101), len(y) - 1]


def waited(s: tw.Stream, x: Array, stride: int) -> int:
    """The most samples that came after an output's own before it was given."""
    most = -len(x)
    for i in range(len(x)):
        before = s.given
        s.push(x[i : i + 1])
        most = max([most, *(i - stride * o for o in range(before, s.given))])
    return most


def test_the_latency_is_as_stated() -> None:
    x = drawn("float32", (2000,))
    stated = {}
    for k, words in (
        (5, {"operator": "convolution", "size": "full"}),
        (5, {"operator": "convolution"}),
        (5, {"operator": "convolution", "size": "same"}),
        (5, {"operator": "cross-correlation", "size": "same", "anchor": "first", "dilation": 2}),
        (5, {"operator": "cross-correlation", "size": "same", "anchor": "last", "boundary": "reflect101"}),
        (5, {"operator": "convolution", "size": "full", "stride": 3}),
        (5, {"operator": "convolution", "size": "pads(9,0)"}),
        (5, {"operator": "convolution", "size": "full", "engine": "numpy"}),
        (200, {"operator": "convolution", "size": "full", "engine": "fourier"}),
    ):
        s = tw.stream(drawn("float32", (k,), 2), **words)
        known = s.latency if "engine" not in words else None
        most = waited(s, x, words.get("stride", 1))  # type: ignore[arg-type]
        assert known in (None, s.latency)
        assert most == s.latency, words
        stated[str(words)] = most
    assert list(stated.values())[:8] == [0, 4, 2, 8, 4, 0, 0, 255]
    assert list(stated.values())[8] == 1024 - 200


def test_memory_is_bounded() -> None:
    """By the window and a block; not by what went by."""
    s = tw.stream(np.ones(1000), operator="convolution")
    block = np.ones(100)
    s.push(block)
    tracemalloc.start()
    try:
        for _ in range(3000):
            s.push(block)
        small = tracemalloc.get_traced_memory()[1]
        s.push(np.ones(300_000))
        large = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert small < 200_000
    assert large < 4 * 300_000 * 8, "the block, its copy and its outputs"


def test_strides_longer_than_the_kernel() -> None:
    """Samples that no window reads are not kept."""
    s = tw.stream(np.ones(2), operator="convolution", stride=50)
    x = drawn("float64", (5000,))
    whole = tw.convolve(x, np.ones(2), stride=50, engine="direct")
    assert same_bits(np.concatenate(list(s.over(blocks(x, [7] * 714 + [2])))), whole)
    assert len(s._buffer) == 0


def test_the_reason_tells_what_a_transform_would_gain() -> None:
    s = tw.stream(np.ones(50_000), operator="convolution")
    assert (s.engine, s.reason) == ("auto", "the first block decides")
    s.push(np.ones(3))
    assert s.engine == "direct"
    assert s.reason.startswith("direct sums wait for no more samples than they read; engine='fourier' is predicted ")
    short = tw.stream(np.ones(3), operator="convolution")
    short.push(np.ones(3))
    assert short.reason == "direct sums wait for no more samples than they read"


@pytest.mark.usefixtures("interpreted")
def test_where_nothing_was_compiled() -> None:
    rng = np.random.default_rng(5)
    x, h = drawn("float32", (2000,)), drawn("float32", (31,))
    s = tw.stream(h, operator="convolution", size="full")
    whole = streamed(s, x, [2000])
    assert s.engine == "numpy"
    np.testing.assert_allclose(whole, tw.convolve(x, h, size="full"), atol=1e-5)
    for lengths in cuttings(2000, rng):
        s.reset()
        assert same_bits(streamed(s, x, lengths), whole)


#: What cannot be streamed, and the rest of the message after the word and its value.
REFUSED: dict[str, dict[str, Any]] = {
    "boundary='wrap': what stands at one end of the signal is read at the other, and a stream does not know its end; "
    "write boundary='zero' or 'reflect101'": {"boundary": "wrap", "size": "same"},
    "output='reversed': the first output would be that at the signal's end; write output='forward'": {
        "output": "reversed"
    },
    "size='lags(-1,2)': gives as many outputs however long the signal is; write size='pads(lo,hi)'": {
        "size": "lags(-1,2)"
    },
    "size='same-upper': with stride=2 the first window's place depends on the length of the signal; write "
    "size='pads(lo,hi)'": {"size": "same-upper", "stride": 2},
    "direction='transposed': a stream goes forward; write spread= for the stride, size='full', and the other operator: "
    "the same sums": {"direction": "transposed"},
    "operands='exchanged': the stream would be the kernel; write operands='as-given'": {"operands": "exchanged"},
    "borders='untouched': a stream keeps no signal; write borders='computed'": {"borders": "untouched"},
    "along=1: is none of the axes that h slides along, [0]; name one of them; blocks along another axis do not touch: "
    "apply h to each": {"along": 1},
}


@pytest.mark.parametrize("told", REFUSED)
def test_what_a_stream_cannot_do_is_said_at_once(told: str) -> None:
    with pytest.raises(ArgumentError) as why:
        tw.stream([1, 2, 3], **{"operator": "convolution", **REFUSED[told]})
    assert str(why.value) == told


def test_an_engine_that_is_none() -> None:
    with pytest.raises(ArgumentError, match=r"^engine='fastest': is not a word of this argument; write 'auto', "):
        tw.stream([1, 2, 3], operator="convolution", engine="fastest")


def test_the_way_out_of_the_transposed_direction_is_right() -> None:
    whole = tw.transposed([1, 0, 2], [1, 2, 3], stride=2)
    s = tw.stream([1, 2, 3], operator="convolution", spread=2, size="full")
    assert np.concatenate(list(s.over([[1], [0, 2]]))).tolist() == whole.tolist()


def test_blocks_that_do_not_go_together() -> None:
    s = tw.stream([1.0, 2.0], operator="convolution", axes=0)
    with pytest.raises(
        ShapeError, match=r"^block: none was pushed, so the dtype of the outputs is not known; push an empty one$"
    ):
        s.finish()
    s.push(np.ones((3, 2), np.float32))
    with pytest.raises(ShapeError) as shape:
        s.push(np.ones((3, 4), np.float32))
    assert str(shape.value) == (
        "block=shape (3, 4): the first block had shape (3, 2), and only axis 0 goes on; give one of shape (any, 2)"
    )
    with pytest.raises(TypeError) as dtype:
        s.push(np.ones((3, 2)))
    assert str(dtype.value) == (
        "block=array of dtype float64: the first block was of dtype float32; write block.astype('float32')"
    )
    assert s.received == 3
    s.push(np.ones((3, 2), np.int16))  # fits
    assert s.finish().shape == (0, 2)
    for again in (s.finish, lambda: s.push(np.ones((3, 2), np.float32))):
        with pytest.raises(ArgumentError, match=r"the stream is finished; write s\.reset\(\) to begin another$"):
            again()
    s.reset()
    assert s.push(np.ones((2, 2), np.float32)).tolist() == [[3.0, 3.0]]
    with pytest.raises(EngineError):
        tw.stream([1, 2.0], operator="convolution", engine="fourier").push(np.ones(3, object))


def test_a_signal_that_is_too_short() -> None:
    s = tw.stream([1, 2, 3], operator="convolution")
    assert s.push([1, 2]).tolist() == []
    with pytest.raises(ShapeError) as why:
        s.finish()
    with pytest.raises(ShapeError) as right:
        tw.convolve([1, 2], [1, 2, 3])
    assert str(why.value) == str(right.value)
    assert s.push([3]).tolist() == [10], "it goes on"


def test_the_kernel_may_be_changed_afterwards() -> None:
    h = np.array([1.0, 2.0])
    s = tw.stream(h, operator="convolution")
    h[:] = 0
    assert s.push([1.0, 1.0]).tolist() == [3.0]

// The same result as runnable code. Written from the plan's whole numbers, so it cannot mean anything else.
import { rows } from "./arrays.js";
import { along, forward, source } from "./relation.js";

/** @typedef {import("./relation.js").Plan} Plan */
/** @typedef {import("./relation.js").Axis} Axis */
/** @typedef {import("./relation.js").Words} Words */
/** @typedef {import("./arrays.js").Numbers} Numbers */
/** A catalogued function with a choice of options, and the convention it follows.
 * @typedef {{call: string, function: string, ndim: number | null, words: Words}} Preset */
/** One axis, its outputs in ascending order: the window's excess over the (spread) signal, in all and at both ends.
 * @typedef {{lo: number, hi: number, span: number, length: number, stride: number, dilation: number, spread: number,
 *            reversed: boolean, axis: Axis}} Window */
/** @typedef {{name: string, code: string}} Listing */

/** @param {Axis} axis @returns {Window} */
function windowed(axis) {
  const stride = Math.abs(axis.s);
  const start = axis.s > 0 ? axis.c : axis.c + axis.s * (axis.m - 1);
  const dilation = Math.abs(axis.d);
  const span = dilation * (axis.k - 1) + 1;
  const length = (axis.n - 1) * axis.u + 1;
  const lo = axis.d > 0 ? -start : span - 1 - start;
  const hi = (axis.m - 1) * stride + span - lo - length;
  return { lo, hi, span, length, stride, dilation, spread: axis.u, reversed: axis.s < 0, axis };
}

/** "[::2, ::-1]", empty where nothing is left out. @param {string[]} parts */
function slices(parts) {
  const kept = parts.findLastIndex((part) => part !== ":");
  return kept < 0 ? "" : `[${parts.slice(0, kept + 1).join(", ")}]`;
}

/** @param {number[]} values */
const tuple = (values) => (values.length === 1 ? `${values[0]}` : `(${values.join(", ")})`);
/** @param {number[]} values */
const shape = (values) => `(${values.join(", ")}${values.length === 1 ? "," : ""})`;
/** @param {number} value @param {boolean} exact */
const literal = (value, exact) => (exact || !Number.isInteger(value) ? String(value) : `${value}.0`);

/** @param {Numbers} array @param {boolean} exact */
function literals(array, exact) {
  const lines = rows(array).map((row) => `[${row.map((value) => literal(value, exact)).join(", ")}]`);
  return array.shape.length === 1 ? lines[0] : `[${lines.join(",\n     ")}]`;
}

const NUMPY_MODES = new Map([["edge", "edge"], ["symmetric", "symmetric"], ["reflect101", "reflect"], ["wrap", "wrap"]]);

/** Everything that a listing is written from. */
export class Listings {
  /** @param {Plan} plan @param {Numbers} x @param {Numbers} h @param {Words} words @param {Preset[]} presets */
  constructor(plan, x, h, words, presets) {
    this.plan = plan;
    this.x = x;
    this.h = h;
    this.words = words;
    this.presets = presets;
    this.windows = plan.axes.map(windowed);
    this.flipped = plan.axes[0].d < 0;
    const constants = plan.axes.flatMap(({ below, above }) => [below.value, above.value]);
    /** Whole numbers stay whole. */
    this.exact = [...x.data, ...h.data, ...constants].every(Number.isInteger);
    this.axes = plan.axes.map((_, axis) => axis);
  }

  /** One listing for each library; none where there is no output. @returns {Listing[]} */
  all() {
    if (this.plan.axes.some(({ m }) => !m)) return [];
    return [
      { name: "NumPy", code: this.numpy() }, { name: "SciPy", code: this.scipy() },
      { name: "PyTorch", code: this.torch() }, { name: "tapwise", code: this.tapwise() },
    ];
  }

  /** @param {string[]} imports @param {string[]} lines */
  #program(imports, lines) {
    const data = ["x", "h"].map((name) => `${name} = np.array(${literals(name === "x" ? this.x : this.h, this.exact)})`);
    return [...imports, "", ...data, "", ...lines, "print(y)", ""].join("\n");
  }

  numpy() {
    const direct = this.#direct(["numpy."]);
    if (direct) return this.#program(["import numpy as np"], [`y = ${direct.replace("numpy.", "np.")}`]);
    const { lines, name } = this.#padded();
    const kernel = `h${slices(this.axes.map(() => (this.flipped ? "::-1" : ":")))}`;
    if (this.axes.length === 1 && this.windows[0].dilation === 1) {
      const call = `np.${this.flipped ? "convolve" : "correlate"}(${name}, h, mode="valid")`;
      return this.#program(["import numpy as np"], [...lines, `y = ${call}${this.#kept()}`]);
    }
    const spans = this.windows.map(({ span }) => span);
    const every = [...this.#steps(), ...this.windows.map(({ dilation }) => (dilation > 1 ? `::${dilation}` : ":"))];
    const flipping = this.flipped ? ["# convolution: the kernel is flipped"] : [];
    return this.#program(["import numpy as np"], [
      ...lines,
      `windows = np.lib.stride_tricks.sliding_window_view(${name}, ${shape(spans)})${slices(every)}`,
      ...flipping,
      `y = (windows * ${kernel}).sum(axis=${tuple(this.axes.map((a) => a - this.axes.length))})${this.#turned()}`,
    ]);
  }

  scipy() {
    const direct = this.#direct(["scipy.signal.convolve", "scipy.signal.correlate", "scipy.ndimage.convolve", "scipy.ndimage.correlate"]);
    const imports = ["import numpy as np"];
    if (direct) {
      const room = direct.startsWith("scipy.ndimage") ? "ndimage" : "signal";
      return this.#program([...imports, `from scipy import ${room}`], [`y = ${direct.replace("scipy.", "")}`]);
    }
    const { lines, name } = this.#padded();
    const apart = this.windows.some(({ dilation }) => dilation > 1);
    const taps = apart ? [
      `taps = np.zeros(${shape(this.windows.map(({ span }) => span))}, dtype=h.dtype)`,
      `taps[${this.windows.map(({ dilation }) => `::${dilation}`).join(", ")}] = h`,
    ] : [];
    const call = `signal.${this.flipped ? "convolve" : "correlate"}(${name}, ${apart ? "taps" : "h"}, mode="valid", method="direct")`;
    return this.#program([...imports, "from scipy import signal"], [...lines, ...taps, `y = ${call}${this.#kept()}`]);
  }

  torch() {
    const ndim = this.axes.length;
    const zero = this.plan.axes.every(({ below, above, u }) => below.rule === "zero" && above.rule === "zero" && u === 1);
    const even = this.windows.every(({ lo, hi, stride }) => lo >= 0 && hi <= lo && hi + stride > lo);
    const pads = zero && even ? this.windows.map(({ lo }) => lo) : this.axes.map(() => 0);
    const { lines, name } = zero && even ? { lines: [], name: "x" } : this.#padded();
    /** @param {string} word @param {number[]} values @param {number} usual */
    const option = (word, values, usual) => (values.every((value) => value === usual) ? "" : `, ${word}=${tuple(values)}`);
    const options = option("padding", pads, 0) + option("stride", this.windows.map((w) => w.stride), 1)
      + option("dilation", this.windows.map((w) => w.dilation), 1);
    const dims = this.axes.join(", ");
    const reversed = this.windows.some((w) => w.reversed);
    return this.#program(["import numpy as np", "import torch", "import torch.nn.functional as F"], [
      ...lines,
      `signal = torch.from_numpy(${name})[None, None].double()  # one image of one channel`,
      this.flipped
        ? `kernel = torch.from_numpy(h).flip(${dims})[None, None].double()  # F.conv${ndim}d does not flip`
        : "kernel = torch.from_numpy(h)[None, None].double()",
      `y = F.conv${ndim}d(signal, kernel${options})[0, 0]${reversed ? `.flip(${dims})` : ""}`,
    ]);
  }

  tapwise() {
    const usual = /** @type {Record<string, string | number>} */ ({
      output: "forward", size: "valid", anchor: this.flipped ? "low" : "high", boundary: "zero", stride: 1, dilation: 1,
      spread: 1, operands: "as-given",
    });
    const quoted = (/** @type {string | number} */ value) => (typeof value === "number" ? String(value) : `"${value}"`);
    const options = Object.entries(usual).flatMap(([name, standard]) => {
      const given = /** @type {Record<string, any>} */ (this.words)[name];
      const values = this.axes.map((axis) => along(given, axis));
      if (values.every((value) => value === standard)) return [];
      const alike = values.every((value) => value === values[0]);
      return [`${name}=${alike ? quoted(values[0]) : `(${values.map(quoted).join(", ")})`}`];
    });
    const name = this.flipped ? "convolve" : "correlate";
    return this.#program(["import numpy as np", "import tapwise as tw"], [`y = tw.${name}(${["x", "h", ...options].join(", ")})`]);
  }

  /** The call of a catalogued function that meets the same pairs, with what is kept of its result; empty if none does.
   * @param {string[]} names */
  #direct(names) {
    for (const { call, function: name, ndim, words } of this.presets) {
      if (!names.some((start) => name.startsWith(start)) || (ndim ?? this.axes.length) !== this.axes.length) continue;
      try {
        const found = forward(words, this.x.shape, this.h.shape).axes.map(windowed);
        if (this.windows.every((wanted, axis) => covers(found[axis], wanted))) return call + this.#kept();
      } catch {
        // this function refuses these lengths
      }
    }
    return "";
  }

  /** What is kept of the outputs at stride 1, in which order. */
  #kept() {
    return slices(this.#steps()) + this.#turned();
  }

  #turned() {
    return this.windows.some(({ reversed }) => reversed) ? slices(this.axes.map(() => "::-1")) : "";
  }

  #steps() {
    return this.windows.map(({ stride }) => (stride > 1 ? `::${stride}` : ":"));
  }

  /** Lines that extend, spread and crop x to what the windows read, and the name of the result. */
  #padded() {
    const lines = this.#extended();
    let name = lines.length ? "xp" : "x";
    if (this.windows.some(({ spread }) => spread > 1)) {
      const own = this.#pads().map(([lo, hi], axis) => (this.plan.axes[axis].n + lo + hi - 1) * this.windows[axis].spread + 1);
      lines.push(
        `spread = np.zeros(${shape(own)}, dtype=x.dtype)`,
        `spread[${this.windows.map(({ spread }) => `::${spread}`).join(", ")}] = ${name}`,
      );
      name = "spread";
    }
    const crop = this.windows.map(({ lo, hi, spread }, axis) => {
      const [before, after] = this.#pads()[axis].map((pad) => pad * spread);
      const [head, tail] = [before - lo, after - hi];
      return head || tail ? `${head || ""}:${tail ? -tail : ""}` : ":";
    });
    if (slices(crop)) {
      lines.push(`xp = ${name}${slices(crop)}`);
      name = "xp";
    }
    return { lines, name };
  }

  /** How many samples are put before and after x along each axis. */
  #pads() {
    return this.windows.map(({ lo, hi, spread }) => [lo, hi].map((pad) => Math.max(Math.ceil(pad / spread), 0)));
  }

  /** @returns {string[]} */
  #extended() {
    const pads = this.#pads();
    if (pads.every(([lo, hi]) => !lo && !hi)) return [];
    const read = this.plan.axes.flatMap(({ below, above }, axis) =>
      [below, above].filter((_, end) => pads[axis][end]));
    const one = read.every(({ rule, value }) => rule === read[0].rule && value === read[0].value);
    const near = this.plan.axes.every(({ n }, axis) => pads[axis].every((pad) => pad < n));
    const plain = ["zero", "constant", "edge"].includes(read[0].rule);
    if (one && (plain || near)) {
      const widths = pads.map(([lo, hi]) => `(${lo}, ${hi})`).join(", ");
      const mode = NUMPY_MODES.get(read[0].rule);
      const how = mode ? `, mode="${mode}"` : read[0].value ? `, constant_values=${literal(read[0].value, this.exact)}` : "";
      return [`xp = np.pad(x, ${pads.length === 1 ? widths : `(${widths})`}${how})`];
    }
    return this.#picked(pads);
  }

  /** Lines that pick the sample at each position, then fill in what stands for none. @param {number[][]} pads */
  #picked(pads) {
    const names = this.axes.length === 1 ? ["places"] : ["rows", "columns"];
    const places = this.plan.axes.map((axis, a) =>
      Array.from({ length: pads[a][0] + axis.n + pads[a][1] }, (_, p) => source(axis, p - pads[a][0]) ?? 0));
    const lines = places.map((list, a) => `${names[a]} = [${list.join(", ")}]  # the sample that stands at each position`);
    lines.push(`xp = x[${names.length === 1 ? names[0] : `np.ix_(${names.join(", ")})`}]`);
    // Zero is nothing, which a constant cannot fill; of two constants the last axis' stands.
    for (const rule of ["constant", "zero"])
      this.plan.axes.forEach((axis, a) => {
        const before = Array(a).fill(":");
        if (axis.below.rule === rule && pads[a][0])
          lines.push(`xp[${[...before, `:${pads[a][0]}`].join(", ")}] = ${literal(axis.below.value, this.exact)}`);
        if (axis.above.rule === rule && pads[a][1])
          lines.push(`xp[${[...before, `${-pads[a][1]}:`].join(", ")}] = ${literal(axis.above.value, this.exact)}`);
      });
    return lines;
  }
}

/** Whether a function's windows at stride 1 hold those that are wanted, at the same places.
 * @param {Window} found @param {Window} wanted */
function covers(found, wanted) {
  const needed = (wanted.axis.m - 1) * wanted.stride + 1;
  const same = /** @type {const} */ (["span", "dilation", "spread", "lo"]).every((name) => found[name] === wanted[name]);
  const kept = Math.ceil(found.axis.m / wanted.stride) === wanted.axis.m && found.axis.m >= needed;
  const sides = /** @type {const} */ (["below", "above"]).every((name) =>
    found.axis[name].rule === wanted.axis[name].rule && found.axis[name].value === wanted.axis[name].value);
  return same && kept && sides && found.stride === 1 && !found.reversed && found.axis.d * wanted.axis.d > 0;
}

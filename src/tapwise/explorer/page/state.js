// What the page shows, as data: from the fields of an address and back, and the words of each operator.
import { Refusal, forward, sides } from "./relation.js";
import { MOST, parsed, text } from "./arrays.js";

/** @typedef {import("./arrays.js").Numbers} Numbers */
/** @typedef {import("./relation.js").Words} Words */
/** @typedef {{size: string, boundary: string, anchor: string, stride: number, dilation: number, spread: number}} Choice */
/** @typedef {{ndim: number, x: Numbers, h: Numbers, dy: Numbers | null, axes: Choice[], operands: string, labels: string,
 *   originX: string, originH: string, order: string, op: string, at: number[]}} State */
/** @typedef {{id: string, letter: string, title: string, operator: string, output: string, says: string}} Operator */

/** @type {Operator[]} */
export const OPERATORS = [
  {
    id: "convolution", letter: "A", title: "Convolution", operator: "convolution", output: "forward",
    says: "The kernel is flipped, then slid over x. Signal processing: y = x ∗ h.",
  },
  {
    id: "correlation", letter: "B", title: "Cross-correlation", operator: "cross-correlation", output: "forward",
    says: "The kernel is slid over x as it is given. Machine-learning libraries call this one convolution.",
  },
  {
    id: "lag", letter: "C", title: "Reflected lag", operator: "cross-correlation", output: "reversed",
    says: "Cross-correlation with the labels of its outputs reflected, as texts write it with h[m + i].",
  },
];

export const RULES = ["zero", "constant", "edge", "symmetric", "reflect101", "wrap"];
export const SIZES = ["valid", "same", "full", "same-upper", "same-lower", "longest", "pads", "lags"];

/** The fields of an address, all text. What is not said is as here. @type {Record<string, string>} */
const USUAL = {
  x: "2,1,3,5,4", h: "1,2,0", dy: "", ndim: "", size: "valid", boundary: "zero", anchor: "default", stride: "1",
  dilation: "1", spread: "1", operands: "as-given", labels: "array", ox: "corner", oh: "corner", order: "row",
  op: "convolution", at: "",
};
const PER_AXIS = /** @type {const} */ (["size", "boundary", "anchor", "stride", "dilation", "spread"]);

/** @param {string} name @param {string} value @param {string[]} words */
function word(name, value, words) {
  if (!words.includes(value)) throw new Refusal(`${name} is “${value}”. Choose ${words.join(", ")}.`);
  return value;
}

/** @param {string} name @param {string} value @param {number} least */
function whole(name, value, least) {
  const found = Number(value);
  if (!/^[+-]?\d+$/.test(value.trim()) || found < least || found > 99)
    throw new Refusal(`${name} is “${value}”. Write a whole number from ${least} to 99.`);
  return found;
}

/** @param {string} value */
function size(value) {
  const plain = value.replace(/\s/g, "");
  if (SIZES.slice(0, 6).includes(plain)) return plain;
  const found = /^(pads|lags)\((-?\d{1,2}),(-?\d{1,2})\)$/.exec(plain);
  if (!found || (found[1] === "lags" && Number(found[2]) > Number(found[3])))
    throw new Refusal(`The size is “${value}”. Choose ${SIZES.slice(0, 6).join(", ")}, pads(1,2) or lags(−2,2).`);
  return plain;
}

/** @param {string} value */
function boundary(value) {
  for (const { rule } of sides(value)) word("The boundary", rule, RULES);
  return value;
}

/** @param {string} value */
function anchor(value) {
  const plain = /^\d+$/.test(value) ? `first+${value}` : value;
  if (plain !== "default" && !/^(first|low|high|last)([+-]\d{1,2})?( in samples)?$/.test(plain))
    throw new Refusal(`The anchor is “${value}”. Choose low, high, first or last, a shift such as low+1, or a tap's number.`);
  return plain;
}

/** @param {string} name @param {string} value */
function origin(name, value) {
  if (value === "corner" || value === "centre") return value;
  for (const part of value.split(",")) whole(name, part, -99);
  return value;
}

/** The state that the fields of an address describe. @param {Record<string, string>} fields @returns {State} */
export function fromFields(fields) {
  const f = { ...USUAL, ...fields };
  const ndim = f.ndim ? whole("ndim", f.ndim, 1) : f.x.includes(";") ? 2 : 1;
  if (ndim > 2) throw new Refusal("The page shows one or two dimensions.");
  const lists = PER_AXIS.map((name) => f[name].split(";"));
  const count = Math.max(...lists.map((list) => list.length));
  if (count > ndim || lists.some((list) => list.length !== 1 && list.length !== count))
    throw new Refusal("Give each word of the convention one value, or one for each axis.");
  const axes = Array.from({ length: count }, (_, axis) => {
    const [s, b, a, stride, dilation, spread] = lists.map((list) => list[list.length > 1 ? axis : 0].trim());
    return {
      size: size(s), boundary: boundary(b), anchor: anchor(a), stride: whole("The stride", stride, 1),
      dilation: whole("The dilation", dilation, 1), spread: whole("The spread", spread, 1),
    };
  });
  return {
    ndim, axes, x: parsed("x", f.x, ndim), h: parsed("h", f.h, ndim), dy: f.dy ? parsed("dy", f.dy, ndim) : null,
    operands: word("The operands", f.operands, ["as-given", "longer-first"]),
    labels: word("The labels", f.labels, ["array", "textbook"]),
    originX: origin("The origin of x", f.ox), originH: origin("The origin of h", f.oh),
    order: word("The axis order", f.order, ["row", "column"]),
    op: word("The operator", f.op, OPERATORS.map(({ id }) => id)),
    at: f.at ? f.at.split(",").map((part) => whole("at", part, 0)) : Array(ndim).fill(0),
  };
}

/** The fields of an address that describe a state, those that are as usual left out.
 * @param {State} state @returns {Record<string, string>} */
export function toFields(state) {
  const alike = PER_AXIS.every((name) => state.axes.every((axis) => axis[name] === state.axes[0][name]));
  const fields = {
    x: text(state.x), h: text(state.h), dy: state.dy ? text(state.dy) : "",
    ndim: state.ndim === 2 && state.x.shape[0] === 1 ? "2" : "", operands: state.operands, labels: state.labels,
    ox: state.originX, oh: state.originH, order: state.order, op: state.op,
    at: state.at.some(Boolean) ? state.at.join(",") : "",
    ...Object.fromEntries(PER_AXIS.map((name) => {
      const values = state.axes.map((axis) => String(axis[name]));
      const one = values.every((value) => value === values[0]) && !(alike && name === "size");
      return [name, one ? values[0] : values.join(";")]; // the size says that axes have words of their own
    })),
  };
  const always = ["x", "h"];
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => always.includes(name) || value !== USUAL[name]));
}

/** @param {State} state */
export const fragment = (state) => Object.entries(toFields(state)).map(([name, value]) =>
  `${name}=${encodeURIComponent(value).replace(/%(2C|3B|7C)/g, (escaped) => decodeURIComponent(escaped))}`).join("&");

/** @param {string} hash @returns {Record<string, string>} */
export const fieldsOf = (hash) =>
  Object.fromEntries([...new URLSearchParams(hash.replace(/^#/, "").replaceAll("+", "%2B"))].filter(([name]) => name in USUAL));

/** The convention of one operator. @param {State} state @param {{operator: string, output: string}} operator @returns {Words} */
export function words(state, { operator, output }) {
  const usual = operator === "convolution" ? "low" : "high";
  const each = (/** @type {keyof Choice} */ name) => /** @type {any} */ (state.axes.map((axis) => axis[name]));
  return {
    operator, output, size: each("size"), boundary: each("boundary"), stride: each("stride"), dilation: each("dilation"),
    spread: each("spread"), anchor: state.axes.map((axis) => (axis.anchor === "default" ? usual : axis.anchor)),
    operands: state.operands,
  };
}

/** The plan of one operator; refused where the page could not show it.
 * @param {State} state @param {{operator: string, output: string}} operator */
export function planOf(state, operator) {
  const plan = forward(words(state, operator), state.x.shape, state.h.shape);
  const most = 2 * (state.ndim === 1 ? MOST[1] : MOST[2]);
  for (const { m } of plan.axes)
    if (m > most) throw new Refusal(`There would be ${m} outputs along an axis; the page shows up to ${most}.`);
  return plan;
}

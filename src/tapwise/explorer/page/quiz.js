// A quiz on inputs that can tell the readings apart.
import { equal, made } from "./arrays.js";
import { forward } from "./relation.js";
import { OPERATORS } from "./state.js";
import { Steps } from "./steps.js";

/** @typedef {import("./arrays.js").Numbers} Numbers */
/** @typedef {import("./state.js").Operator} Operator */
/** @typedef {{x: Numbers, h: Numbers, y: Numbers, answer: string, why: string[]}} Question */
/** The three readings of one input, by the operator's id. @typedef {Map<string, Steps>} Readings */

/** @param {Numbers} x @param {Numbers} h @returns {Readings} */
export function readings(x, h) {
  const usual = { size: "valid", anchor: "low", boundary: "zero", stride: 1, dilation: 1, spread: 1, operands: "as-given" };
  return new Map(OPERATORS.map(({ id, operator, output }) =>
    [id, new Steps(forward({ ...usual, operator, output }, x.shape, h.shape), x, h)]));
}

/** @param {Numbers} y @param {number} sign */
const turned = (y, sign) => ({ shape: y.shape, data: y.data.toReversed().map((value) => sign * value) });

/** A question whose three possible answers differ, also by more than a sign.
 * @param {number} ndim @param {() => number} random  from 0 to below 1 @returns {Question} */
export function question(ndim, random) {
  const whole = (/** @type {number} */ most) => Math.floor(random() * (most + 1));
  for (;;) {
    const taps = ndim === 1 ? [2 + whole(1)] : [2, 2];
    const shape = ndim === 1 ? [taps[0] + 2 + whole(1)] : [3, 4];
    const x = made(shape, () => whole(5));
    const h = made(taps, () => whole(3) - 1);
    const found = readings(x, h);
    const [convolution, correlation, lag] = OPERATORS.map(({ id }) => /** @type {Steps} */ (found.get(id)).y);
    const others = [correlation, lag, turned(convolution, 1), turned(lag, -1), turned(correlation, -1)];
    if (others.some((y) => equal(convolution, y)) || equal(correlation, lag)) continue;
    const answer = OPERATORS[whole(OPERATORS.length - 1)];
    const steps = /** @type {Steps} */ (found.get(answer.id));
    // The first output at which no other operator agrees, else the first at all.
    const places = steps.y.data.map((value, place) => OPERATORS.every(({ id }) => id === answer.id || found.get(id)?.y.data[place] !== value));
    const place = Math.max(places.indexOf(true), 0);
    const why = OPERATORS.map((operator) => {
      const other = /** @type {Steps} */ (found.get(operator.id));
      const output = ndim === 1 ? [place] : [Math.floor(place / other.shape[1]), place % other.shape[1]];
      const products = other.terms(output).map(({ value, weight }) => `${value}·${weight < 0 ? `(${weight})` : weight}`);
      return `${operator.title}: y[${output.join(",")}] = ${products.join(" + ")} = ${other.total(output)}`.replaceAll("-", "−")
        .replace("Cross−", "Cross-");
    });
    return { x, h, y: steps.y, answer: answer.id, why };
  }
}

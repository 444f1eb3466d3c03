// Arrays of one or two axes: flat numbers and a shape; their text, and how a number is written.
import { Refusal, number } from "./relation.js";

/** @typedef {{shape: number[], data: number[]}} Numbers */

/** What one side of an array may measure: a screen holds no more cells. */
export const MOST = { 1: 64, 2: 40 };

/** @param {number[]} shape @param {(index: number[], flat: number) => number} value @returns {Numbers} */
export const made = (shape, value) => ({ shape, data: indices(shape).map(value) });

/** Every index of a shape, the last axis fastest. @param {number[]} shape @returns {number[][]} */
export function indices(shape) {
  /** @type {number[][]} */
  let all = [[]];
  for (const n of shape) all = all.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i]));
  return all;
}

/** @param {number[]} shape @param {number[]} index */
export const flat = (shape, index) => index.reduce((place, i, axis) => place * shape[axis] + i, 0);

/** @param {Numbers} array @param {number[]} index */
export const at = (array, index) => array.data[flat(array.shape, index)];

/** @param {Numbers} array @param {number[]} index @param {number} value @returns {Numbers} */
export const put = (array, index, value) => ({ ...array, data: array.data.with(flat(array.shape, index), value) });

/** The array cut or filled up with zeros to a shape. @param {Numbers} array @param {number[]} shape */
export const resized = (array, shape) =>
  made(shape, (index) => {
    const own = index.slice(shape.length - array.shape.length);
    const inside = index.length === array.shape.length && own.every((i, axis) => i < array.shape[axis]);
    return inside ? at(array, own) : 0;
  });

/** @param {Numbers} array */
export const rows = ({ shape, data }) =>
  shape.length === 1 ? [data] : Array.from({ length: shape[0] }, (_, r) => data.slice(r * shape[1], (r + 1) * shape[1]));

/** "2,1,3" or "1,2;3,4". @param {Numbers} array */
export const text = (array) => rows(array).map((row) => row.join(",")).join(";");

/** The array that a text spells, rows parted by semicolons, lines or brackets.
 * @param {string} name @param {string} spelled @param {number} ndim @returns {Numbers} */
export function parsed(name, spelled, ndim) {
  const lines = spelled.replace(/^[\s[]+|[\s\]]+$/g, "").split(/[;\n]|\]\s*,?\s*\[/).filter((line) => line.trim());
  const values = lines.map((line) => line.split(/[,\s]+/).filter(Boolean).map((word) => {
    const value = number(word);
    if (!Number.isFinite(value)) throw new Refusal(`${name}: “${word}” is not a number. Write numbers as 2, -1, 0.5 or 1/3.`);
    return value;
  }));
  if (!values.length || !values[0].length) throw new Refusal(`${name} holds no number. Write 2 1 3, or 1 2; 3 4 for rows.`);
  if (values.some((row) => row.length !== values[0].length))
    throw new Refusal(`${name}: its rows have ${values.map((row) => row.length).join(", ")} numbers. Give every row as many.`);
  if (ndim === 1 && values.length > 1) throw new Refusal(`${name} has ${values.length} rows. Choose two dimensions for an image.`);
  const shape = ndim === 1 ? [values[0].length] : [values.length, values[0].length];
  const most = ndim === 1 ? MOST[1] : MOST[2];
  if (shape.some((n) => n > most)) throw new Refusal(`${name} is ${shape.join("×")}; the page shows up to ${most} along an axis.`);
  return { shape, data: values.flat() };
}

/** A number as a person writes it: a true minus, no long tail. @param {number} value @param {number} digits */
export function shown(value, digits = 6) {
  const text = Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value + 0) : String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}

/** The same within a sum: a negative number stands in brackets. @param {number} value */
export const factor = (value) => (value < 0 ? `(${shown(value)})` : shown(value));

/** @param {Numbers} a @param {Numbers} b */
export const equal = (a, b) => text(a) === text(b);

/** How each number is shaded in a picture: 0 for the least, 1 for the greatest. @param {number[]} data */
export function shading(data) {
  const [least, most] = [Math.min(...data), Math.max(...data)];
  return (/** @type {number} */ value) => (most > least ? Math.min(Math.max((value - least) / (most - least), 0), 1) : 0.5);
}

// Every golden plan by the page's own arithmetic; prints the cases that differ.
import { readFileSync } from "node:fs";
import { foldPairs, forward, inputTurn, kernelTurn, position, source, windowOf } from "../../src/tapwise/explorer/page/relation.js";

const spoil = process.argv[2] === "--spoil"; // the twin: an arithmetic that is off by one must be caught
const say = (side) => (side.rule === "constant" ? side.value : side.rule);
const written = (text) => { const m = /^constant\((.*)\)$/.exec(text); return m ? eval(m[1]) : text; };

function plan({ convention, signal, kernel, turn, axes, folds }) {
  if (turn === "none") return forward(convention, signal, kernel);
  if (turn === "input") return inputTurn(forward(convention, signal, kernel));
  if (turn === "kernel") return kernelTurn(forward(convention, signal, kernel));
  // The transpose of the operator on a signal as long as this case's own output, for as many outputs as it reads.
  const lengths = axes.map((axis, index) => (folds[index] ? folds[index].n : axis.m));
  const base = forward(convention, lengths, kernel);
  return inputTurn({ ...base, axes: base.axes.map((axis, index) => ({ ...axis, m: signal[index] })) });
}

function described(made) {
  const axes = made.axes.map((axis) => {
    const { n, k, m, u, s, c, d, below, above } = axis;
    const pairs = [];
    for (let o = 0; o < m; o++)
      for (const t of windowOf(axis)) {
        const i = position(axis, o, t);
        if (i !== null) pairs.push([o, t, spoil ? i + 1 : i, source(axis, i)]);
      }
    return { n, k, m, u, s, c: c + 0, d, below: say(below), above: say(above), pairs };
  });
  const folds = made.folds.map((f) => f && { lead: f.lead, n: f.n, trail: f.trail, pairs: foldPairs(f) });
  return { axes, folds };
}

const cases = JSON.parse(readFileSync(new URL("../golden/plans.json", import.meta.url), "utf8"));
const bad = [];
cases.forEach((wanted, index) => {
  const axes = wanted.axes.map((axis) => ({ ...axis, below: written(axis.below), above: written(axis.above) }));
  let got;
  try { got = described(plan(wanted)); } catch (error) { got = String(error); }
  const clean = (value) => JSON.stringify(value, (_, v) => (Object.is(v, -0) ? 0 : v));
  if (clean(got) !== clean({ axes, folds: wanted.folds })) bad.push(index);
});
console.log(JSON.stringify({ cases: cases.length, bad }));

// For each set of fields on standard input: what the page computes and the code it offers, operator by operator.
import { readFileSync } from "node:fs";
import { inputTurn, kernelTurn } from "../../src/tapwise/explorer/page/relation.js";
import { Listings } from "../../src/tapwise/explorer/page/code.js";
import { OPERATORS, fragment, fieldsOf, fromFields, planOf, words } from "../../src/tapwise/explorer/page/state.js";
import { Steps } from "../../src/tapwise/explorer/page/steps.js";
import { Labels, origin } from "../../src/tapwise/explorer/page/labels.js";
import { indices, made } from "../../src/tapwise/explorer/page/arrays.js";

const { cases, presets } = JSON.parse(readFileSync(0, "utf8"));
const answers = cases.map((fields) => {
  let state;
  try { state = fromFields(fields); } catch (error) { return { refused: error.message }; }
  const labelling = {
    textbook: true, columnFirst: state.order === "column", originX: origin(state.originX, state.x.shape),
    originH: origin(state.originH, state.h.shape),
  };
  const again = fragment(fromFields(fieldsOf("#" + fragment(state)))) === fragment(state);
  const operators = OPERATORS.map((operator) => {
    try {
      const plan = planOf(state, operator);
      const steps = new Steps(plan, state.x, state.h);
      const labels = new Labels(plan, labelling);
      const dy = made(steps.shape, (_, place) => place % 7 - 2);
      const own = indices(steps.shape);
      return {
        y: steps.y,
        terms: own.map((output) => steps.terms(output).map((t) => [t.tap, t.position, t.sample, t.status])),
        labels: own.map((output) => labels.name("y", output)),
        feeds: indices(state.x.shape).map((input) => steps.feeds(input).map((f) => [f.output, f.tap])),
        dx: new Steps(inputTurn(plan), dy, state.h).y, dh: new Steps(kernelTurn(plan), state.x, dy).y, dy,
        code: new Listings(plan, state.x, state.h, words(state, operator), presets).all(),
      };
    } catch (error) { return { refused: error.message, stack: error.constructor.name }; }
  });
  return { operators, again };
});
console.log(JSON.stringify(answers));

// For each set of fields on standard input: what the page cannot tell apart, the least change, even and odd part.
import { readFileSync } from "node:fs";
import { leastChange, parity, readings, remarks } from "../../src/tapwise/explorer/page/ambiguity.js";
import { fromFields } from "../../src/tapwise/explorer/page/state.js";

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((fields) => {
  const state = fromFields(fields);
  return { readings: [...readings(state)], remarks: remarks(state), change: leastChange(state), parity: parity(state) };
})));

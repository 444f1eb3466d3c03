// Two hundred questions of the quiz, from a generator with a fixed seed.
import { question } from "../../src/tapwise/explorer/page/quiz.js";

let seed = 12345;
const random = () => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed / 2147483648; };
console.log(JSON.stringify(Array.from({ length: 200 }, (_, place) => question(1 + (place % 2), random))));

// The page of its own: its data stand in it, and its address tells its state.
import { App } from "./app.js";

const data = JSON.parse(document.getElementById("data")?.textContent ?? "{}");
const root = document.getElementById("explorer");
if (root) new App(root, { ...data, address: true });

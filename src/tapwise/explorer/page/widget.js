// The page in a notebook: its state is the model's `fields`, both ways.
import { App } from "./app.js";
import { el } from "./dom.js";

/** What anywidget gives. @typedef {{get: (name: string) => any, set: (name: string, value: unknown) => void,
 *   save_changes: () => void, on: (event: string, heard: () => void) => void, off: (event: string, heard: () => void) => void}} Model */

/** @param {{model: Model, el: HTMLElement}} place */
export function render({ model, el: host }) {
  const root = el("div", { class: "tapwise" });
  host.append(root);
  const written = (/** @type {Record<string, string>} */ fields) => JSON.stringify(Object.entries(fields).sort());
  let last = written(model.get("fields"));
  const app = new App(root, {
    start: model.get("fields"), presets: model.get("presets"), address: false,
    changed: (fields) => {
      if (written(fields) === last) return;
      last = written(fields);
      model.set("fields", fields);
      model.save_changes();
    },
  });
  const heard = () => {
    const fields = model.get("fields");
    if (written(fields) === last) return;
    last = written(fields);
    app.set(fields, true);
  };
  model.on("change:fields", heard);
  return () => {
    model.off("change:fields", heard);
    app.close();
  };
}

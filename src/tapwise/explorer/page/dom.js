// Small helpers for elements.

/** @typedef {string | Node | null} Child */

/** A new element. Attributes that start with "on" are listeners; null and false are left out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Record<string, unknown>} attributes @param {Child[]} children
 * @returns {HTMLElementTagNameMap[T]} */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

let last = 0;
/** A name no other element has. @param {string} stem */
export const unique = (stem) => `tapwise-${stem}-${(last += 1)}`;

/** A control under its label. @param {string} label @param {HTMLElement} control @param {Child[]} more */
export function labelled(label, control, ...more) {
  control.id ||= unique("field");
  return el("div", { class: "field" }, el("label", { for: control.id }, label), el("div", { class: "row" }, control, ...more));
}

/** A choice of one word. @param {[string, string][]} options  value and text @param {string} value
 * @param {(value: string) => void} change @param {string} [label] */
export function select(options, value, change, label) {
  const made = el("select", { "aria-label": label ?? null, onchange: () => change(made.value) });
  for (const [word, text] of options) made.append(el("option", { value: word, selected: word === value }, text));
  return made;
}

/** A box to tick. @param {string} text @param {boolean} checked @param {(checked: boolean) => void} change */
export function checkbox(text, checked, change) {
  const box = el("input", { type: "checkbox", checked, onchange: () => change(box.checked) });
  return el("label", { class: "check" }, box, text);
}

/** Put a text on the clipboard; where that is not allowed, select it so that it can be copied by hand.
 * @param {string} text @param {HTMLElement} button @param {HTMLElement | null} shown */
export async function copy(text, button, shown) {
  const label = (button.dataset.label ??= button.textContent ?? "");
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    if (shown) getSelection()?.selectAllChildren(shown);
    button.textContent = "Selected: press Ctrl+C";
  }
  setTimeout(() => { button.textContent = label; }, 1600);
}

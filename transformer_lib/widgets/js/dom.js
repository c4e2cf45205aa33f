// What every view needs of the page: elements, numbers as text, the frame round a widget, its controls.
const SVG = "http://www.w3.org/2000/svg";

function build(node, attributes, children) {
  set(node, attributes);
  node.append(...children);
  return node;
}

/** Set attributes; `on...` functions become listeners, `false` and `null` remove the attribute. */
export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === false || value === null) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : value);
  }
}

export const h = (tag, attributes = {}, ...children) => build(document.createElement(tag), attributes, children);
export const s = (tag, attributes = {}, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

/** A number as text: fixed decimals, a true minus sign, and no minus before a zero. */
export function number(x, digits = 2) {
  const text = Math.abs(x).toFixed(digits);
  return x < 0 && Number(text) !== 0 ? `−${text}` : text;
}

export const point = (p, digits = 2) => `(${p.map((x) => number(x, digits)).join(", ")})`;

/**
 * The frame of a widget: a line that says what to try, the controls, the body, and a status that a screen reader
 * hears once the reader's hand has come to rest. JupyterLab takes arrow keys for itself, so no key leaves the frame.
 * @returns {{root, controls, body, say}} `say(text)` sets the status
 */
export function frame(el, { label, attempt }) {
  const controls = h("div", { class: "tf-controls" });
  const body = h("div", { class: "tf-body" });
  const status = h("p", { class: "tf-status", role: "status", "aria-live": "polite" });
  const root = h("div", { class: "tf-widget", role: "group", "aria-label": label },
    h("p", { class: "tf-try" }, h("b", {}, "Try: "), attempt), controls, body, status);
  root.addEventListener("keydown", (event) => event.stopPropagation());
  el.append(root);
  let timer;
  const say = (text) => {
    clearTimeout(timer);
    if (!status.textContent) status.textContent = text;
    else timer = setTimeout(() => status.textContent !== text && (status.textContent = text), 400);
  };
  return { root, controls, body, say };
}

/** What a control does: changes the model at once, and tells the kernel (where there is one) when the hand rests. */
export function binder(model, names) {
  const initial = Object.fromEntries(names.map((name) => [name, structuredClone(model.get(name))]));
  return {
    change: (changes) => model.set(changes), // all of them, before anyone is told of the first
    commit: () => model.save_changes(),
    reset() {
      model.set(structuredClone(initial));
      model.save_changes();
    },
    /** Redraw when any of them changes; returns the function that stops it. */
    watch(draw) {
      const events = names.map((name) => `change:${name}`);
      for (const event of events) model.on(event, draw);
      return () => events.forEach((event) => model.off(event, draw));
    },
  };
}

export const button = (text, onclick) => h("button", { type: "button", class: "tf-button", onclick }, text);

/** A labelled checkbox; `show(checked)` brings it in line with the model. */
export function checkbox(text, onchange) {
  const input = h("input", { type: "checkbox", onchange: () => onchange(input.checked) });
  return { node: h("label", { class: "tf-check" }, input, text), show: (checked) => (input.checked = checked) };
}

/** A labelled range input with its value beside it, as wide as its widest text. */
export function slider(text, { min, max, step = 1, widest }, onvalue, oncommit) {
  const input = h("input", { type: "range", min, max, step, oninput: () => onvalue(Number(input.value)), onchange: oncommit });
  const value = h("b", { "aria-hidden": "true", style: `min-width:${widest}ch` }); // aria-valuetext says it; an <output> would say it twice
  return {
    node: h("label", { class: "tf-slider" }, h("span", {}, text), input, value),
    show(position, shown) {
      input.value = position;
      input.setAttribute("aria-valuetext", shown);
      value.textContent = shown;
    },
  };
}

/**
 * One choice among many, as a radio group with a single tab stop: the arrow keys move and choose, Home and End jump.
 * @param {Element[]} items in reading order
 * @param {number | (() => number)} columns how many stand in a row (1 for a list)
 * @returns {(chosen: number) => void} shows which one is chosen; -1 for none
 */
export function radios(items, columns, choose) {
  const wide = () => (typeof columns === "function" ? columns() : columns);
  items.forEach((item, i) => {
    set(item, { role: "radio", onclick: () => choose(i), onkeydown: (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -wide(), ArrowDown: wide() }[event.key];
      const to = event.key === "Home" ? 0 : event.key === "End" ? items.length - 1 : step === undefined ? NaN : i + step;
      if (Number.isNaN(to)) return;
      event.preventDefault();
      if (!items[to]) return;
      choose(to);
      items[to].focus();
    } });
  });
  return (chosen) => items.forEach((item, i) => set(item, { "aria-checked": String(i === chosen), tabindex: i === Math.max(0, chosen) ? 0 : -1 }));
}

/** Call `draw` when the page turns light or dark; returns the function that stops it. For canvases, which read no CSS. */
export function onTheme(draw) {
  const observer = new MutationObserver(draw);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  return () => observer.disconnect();
}

// The shapes inside one layer: choose a step, predict what comes out of it, see it.
import { binder, button, frame, h, radios, s, slider } from "../dom.js";
import { inNumbers, sizes, STEPS } from "../maths/layer_shapes.js";

export const ShapeTracer = { render };

const SIZES = ["batch", "length", "n_heads", "d_head"];
const NAMES = { B: "sentence", T: "word", H: "head" };
const text = (shape, size) => `(${inNumbers(shape, size).join(", ")})`;
const letters = (shape) => shape.replaceAll(" ", ", ");

function render({ model, el }) {
  const state = binder(model, [...SIZES, "step", "revealed"]);
  const { controls, body, say } = frame(el, {
    label: "Shape tracer: one layer, step by step; predict the shape that comes out of each",
    attempt: "go down the list, and say each shape before you choose one. Then change the sizes.",
  });
  const change = (changes) => (state.change(changes), state.commit());
  const ranges = { batch: ["sentences B", 3], length: ["words T", 7], n_heads: ["heads H", 4], d_head: ["width d of a head", 5] };
  const sliders = SIZES.map((name) => slider(ranges[name][0], { min: 1, max: ranges[name][1], widest: 1 }, (value) => state.change({ [name]: value }), state.commit));
  const all = button("", () => change({ revealed: model.get("revealed").length < STEPS.length ? STEPS.map((_, i) => i) : [] }));
  controls.append(...sliders.map((one) => one.node), all, button("Reset", () => (tried.clear(), state.reset())));

  const names = STEPS.map((step) => step.name);
  const shapes = STEPS.map(() => h("span", { class: "tf-num" }));
  const items = STEPS.map((_, i) => h("button", { type: "button", class: "tf-step" }, h("span", {}, names[i]), shapes[i]));
  const choose = radios(items, 1, (step) => change({ step }));
  const sizesLine = h("p", { class: "tf-caption" });
  const [title, says, mixes, place] = ["tf-title", "", "tf-muted", "tf-options"].map((name) => h(name === "tf-options" ? "div" : "p", { class: name }));
  const picture = h("div", { class: "tf-tensor" });
  body.append(h("div", { class: "tf-tracer" },
    h("div", { role: "radiogroup", "aria-label": "step", class: "tf-steps" }, ...items),
    h("div", { class: "tf-detail" }, title, says, place, picture, mixes, sizesLine)));

  const tried = new Map(); // step -> the wrong shapes chosen there
  const orders = STEPS.map(({ shape, wrong }, i) => mixed([[shape, ""], ...wrong], i));

  function draw() {
    const size = sizes(Object.fromEntries(SIZES.map((name) => [name, model.get(name)])));
    const [chosen, revealed] = [model.get("step"), model.get("revealed")];
    sliders.forEach((one, i) => one.show(model.get(SIZES[i]), String(model.get(SIZES[i]))));
    all.textContent = revealed.length < STEPS.length ? "show all shapes" : "hide all shapes";
    STEPS.forEach((step, i) => (shapes[i].textContent = revealed.includes(i) ? text(step.shape, size) : "?"));
    choose(chosen);
    const step = STEPS[chosen], seen = revealed.includes(chosen);
    title.textContent = step.name;
    says.textContent = step.says;
    mixes.textContent = seen ? step.mixes === "words" ? "This step mixes the words of a sentence." : step.mixes === "channels" ? "This step mixes the numbers of one word. It brings no words together." : "This step computes nothing new." : "";
    const focused = place.contains(document.activeElement);
    place.replaceChildren(...(seen ? [h("p", { class: "tf-good" }, `✓ ${text(step.shape, size)}`, h("span", { class: "tf-muted" }, `  (${letters(step.shape)})`))] : options(chosen, size)));
    if (focused) (place.querySelector("button:not([disabled])") ?? items[chosen]).focus();
    picture.replaceChildren(...(seen ? [tensor(step.shape, size)] : []));
    sizesLine.textContent = `D = H · d = ${size.D}, F = 4 D = ${size.F}`;
    const wrong = tried.get(chosen) ?? [];
    say(`${step.name}: ${seen ? text(step.shape, size) : wrong.length ? `not ${text(wrong.at(-1)[0], size)}. ${wrong.at(-1)[1]}` : "which shape comes out?"}`);
  }

  function options(i, size) {
    const wrong = tried.get(i) ?? [];
    const row = ([shape, why]) => {
      const out = wrong.some(([other]) => other === shape);
      const pick = () => {
        if (shape === STEPS[i].shape) return change({ revealed: [...model.get("revealed"), i] });
        tried.set(i, [...wrong, [shape, why]]);
        draw();
      };
      return h("div", {}, h("button", { type: "button", class: "tf-button", disabled: out, onclick: pick }, `${text(shape, size)}  ${letters(shape)}`),
        ...(out ? [h("span", { class: "tf-why" }, `✗ ${why}`)] : []));
    };
    return [h("p", {}, "Which shape comes out?"), ...orders[i].map(row)];
  }
  draw();
  return state.watch(draw);
}

/** The same items in another order, the same one on every page. */
function mixed(items, seed) {
  const turn = (seed * 7 + 2) % items.length;
  return [...items.slice(turn), ...items.slice(0, turn)];
}

/** The tensor as tables of its last two axes, one for each place along the axes before; one word's numbers are filled. */
function tensor(shape, size) {
  const axes = shape.split(" ");
  const [rows, columns] = inNumbers(axes.slice(-2).join(" "), size);
  const [across, down] = axes.length === 4 ? [size.H, size.B] : [1, size.B];
  const GAP = 14, cell = Math.min(16, (300 - GAP * (across - 1)) / across / columns), tall = Math.max(cell, Math.min(12, 90 / rows));
  const [w, t] = [columns * cell, rows * tall];
  const tables = Array.from({ length: across * down }, (_, i) => {
    const [x, y] = [(i % across) * (w + GAP), Math.floor(i / across) * (t + GAP)];
    const lines = [...Array(rows + 1).keys()].map((r) => `M${x} ${y + r * tall}h${w}`).concat([...Array(columns + 1).keys()].map((c) => `M${x + c * cell} ${y}v${t}`));
    const mine = i < across; // the first sentence's
    return s("g", {}, ...(mine ? [s("rect", { x, y, width: w, height: tall, class: "tf-row" })] : []), s("path", { d: lines.join(""), class: "tf-grid" }));
  });
  const [width, height] = [across * w + (across - 1) * GAP, down * t + (down - 1) * GAP];
  const each = axes.length === 4 ? `${size.B} sentences (down) by ${size.H} heads (across)` : `${size.B} sentences`;
  const label = `${each}: tables of ${rows} rows, one for each ${NAMES[axes.at(-2)]}, and ${columns} columns`;
  return h("div", {}, s("svg", { viewBox: `-1 -1 ${width + 2} ${height + 2}`, width: width + 2, role: "img", "aria-label": label }, ...tables),
    h("p", { class: "tf-caption" }, `${axes.length === 4 ? "Down: sentences. Across: heads." : "Down: sentences."} Rows: words. Filled: the first word's.`));
}

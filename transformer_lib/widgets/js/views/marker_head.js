// One head that does what an `if` does: mark words, sharpen the softmax, compare with the program.
import { binder, button, frame, h, number, s, set, slider } from "../dom.js";
import { markerHead, program } from "../maths/handmade.js";

export const MarkerHead = { render };

const [W, H, PAD] = [400, 92, 24];

function render({ model, el }) {
  const [labels, numbers] = [model.get("labels"), model.get("numbers")];
  const state = binder(model, ["marked", "sharpness"]);
  const { controls, body, say } = frame(el, {
    label: "Marker head: if a word is marked, copy its number; else take the average",
    attempt: "mark a word, then make the head sharper. Then unmark it.",
  });
  const sharp = slider("sharpness: a marked word's score", { min: 0, max: 20, step: 0.5, widest: 4.2 }, (sharpness) => state.change({ sharpness }), state.commit);
  controls.append(sharp.node, button("Reset", state.reset));
  const rows = labels.map((label, i) => {
    const mark = h("button", { type: "button", class: "tf-button tf-markable", onclick: () => {
      state.change({ marked: model.get("marked").map((x, j) => (i === j ? 1 - x : x)) });
      state.commit();
    } }, label);
    const [weight, bar] = [h("td", { class: "tf-num" }), h("span", { class: "tf-bar" })];
    return { mark, weight, bar, node: h("tr", {}, h("th", { scope: "row" }, mark), h("td", { class: "tf-num" }, number(numbers[i], 0)), weight, h("td", { class: "tf-track" }, bar)) };
  });
  const heads = ["mark a word", "number", "weight"].map((text, i) => h("th", { scope: "col", ...(i ? { class: "tf-num" } : {}) }, text));
  body.append(h("table", { class: "tf-table" }, h("thead", {}, h("tr", {}, ...heads, h("td"))), h("tbody", {}, ...rows.map((row) => row.node))));

  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const x = (value) => PAD + ((value - low) / (high - low || 1)) * (W - 2 * PAD);
  const line = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", class: "tf-line" },
    s("path", { d: `M${PAD} 46H${W - PAD}`, class: "tf-grid" }),
    ...numbers.map((value) => s("circle", { cx: x(value), cy: 46, r: 6, class: "tf-mark tf-value" })));
  const [star, starText, aim, aimText] = [s("text", { class: "tf-star tf-output", y: 54 }), s("text", { class: "tf-name tf-output", y: 84 }), s("path", { class: "tf-aim" }), s("text", { class: "tf-small", y: 16 })];
  star.textContent = "★";
  line.append(aim, star, starText, aimText);
  body.append(line);
  const code = h("p", { class: "tf-caption tf-program" });
  body.append(code);

  function draw() {
    const [marked, sharpness] = [model.get("marked"), model.get("sharpness")];
    const { weights, out } = markerHead(numbers, marked, sharpness);
    const wanted = program(numbers, marked);
    sharp.show(sharpness, number(sharpness, 1));
    rows.forEach((row, i) => {
      set(row.mark, { "aria-pressed": String(Boolean(marked[i])) });
      row.weight.textContent = number(weights[i], 3);
      set(row.bar, { style: `width:${100 * weights[i]}%` });
    });
    const inside = (at) => Math.min(W - 65, Math.max(65, at));
    set(star, { x: x(out) });
    set(starText, { x: inside(x(out)) });
    starText.textContent = `the head ${number(out)}`;
    set(aim, { d: `M${x(wanted)} 22v48` });
    set(aimText, { x: inside(x(wanted)) });
    aimText.textContent = `the program ${number(wanted)}`;
    set(line, { "aria-label": `On a line from ${number(low, 0)} to ${number(high, 0)}: the head's output ${number(out)}, the program's ${number(wanted)}` });
    const branch = marked.some(Boolean);
    code.replaceChildren(h("span", { class: branch ? "tf-taken" : "" }, "if a word is marked: its number"), " ", h("span", { class: branch ? "" : "tf-taken" }, "else: the average of all"));
    say(`${branch ? "marked" : "no mark"}, sharpness ${number(sharpness, 1)}: the head gives ${number(out)}, the program ${number(wanted)}.`);
  }
  draw();
  return state.watch(draw);
}

// Where one layer's parameters are, and what each word costs, as the width and the length change.
import { binder, button, frame, h, set, slider } from "../dom.js";
import { budget, crossing } from "../maths/budget.js";

export const LayerBudget = { render };

const WIDTHS = [64, 128, 256, 384, 512, 768, 1024, 1600, 2048, 4096, 8192, 12288, 16384];
const LENGTHS = Array.from({ length: 15 }, (_, i) => 8 * 2 ** i);
const whole = new Intl.NumberFormat("en-US").format;
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 }).format;
const nearest = (values, x) => values.reduce((best, value, i) => (Math.abs(value - x) < Math.abs(values[best] - x) ? i : best), 0);

function render({ model, el }) {
  const state = binder(model, ["d_model", "widening", "length"]);
  const { controls, body, say } = frame(el, {
    label: "Layer budget: where one layer's parameters are, and what each word costs",
    attempt: "make the text longer. When do the scores cost more than all the matrices?",
  });
  const width = slider("width D of the layer", { min: 0, max: WIDTHS.length - 1, widest: 6 }, (i) => state.change({ d_model: WIDTHS[i] }), state.commit);
  const wider = slider("feed-forward: wider inside by", { min: 1, max: 8, widest: 2 }, (widening) => state.change({ widening }), state.commit);
  const length = slider("words T attended to", { min: 0, max: LENGTHS.length - 1, widest: 7 }, (i) => state.change({ length: LENGTHS[i] }), state.commit);
  const presets = Object.entries(model.get("presets")).map(([name, [d_model, widening, T]]) =>
    button(name, () => (state.change({ d_model, widening, length: T }), state.commit())));
  controls.append(h("div", { class: "tf-group", role: "group", "aria-label": "sizes of" }, ...presets), width.node, wider.node, length.node, button("Reset", state.reset));

  const rows = budget({ d_model: 1, d_ff: 1, length: 1 }).map(({ name }) => row(name));
  const totals = [0, 1].map(() => h("td", { class: "tf-num" }));
  body.append(h("table", { class: "tf-table tf-budget" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "part"), h("th", { scope: "col", colspan: 2 }, "parameters"), h("th", { scope: "col", colspan: 2 }, "multiplications for one word"))),
    h("tbody", {}, ...rows.map((one) => one.node)),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, "all"), totals[0], h("td"), totals[1], h("td")))));
  const verdict = h("p", { class: "tf-caption" });
  body.append(verdict);

  function draw() {
    const [d_model, widening, T] = ["d_model", "widening", "length"].map((name) => model.get(name));
    const size = { d_model, d_ff: widening * d_model, length: T };
    const parts = budget(size);
    const [parameters, cost] = ["parameters", "multiplications"].map((kind) => parts.reduce((sum, part) => sum + part[kind], 0));
    width.show(nearest(WIDTHS, d_model), String(d_model));
    wider.show(widening, `${widening}×`);
    length.show(nearest(LENGTHS, T), whole(T));
    parts.forEach((part, i) => rows[i].show(part, parameters, cost));
    [parameters, cost].forEach((all, i) => (totals[i].textContent = short(all)));
    const share = Math.round((100 * parts[1].multiplications) / cost);
    verdict.textContent = `At ${whole(T)} words, scores and mixing are ${share} % of the work. They are half of it at ${whole(crossing(size))} words.`;
    say(`Width ${d_model}, inside ${size.d_ff}, ${whole(T)} words: ${short(parameters)} parameters; scores and mixing are ${share} % of a word's multiplications.`);
  }
  draw();
  return state.watch(draw);
}

function row(name) {
  const kinds = ["parameters", "multiplications"].map((kind) => ({ kind, count: h("td", { class: "tf-num" }), bar: h("span", { class: "tf-bar" }) }));
  return {
    node: h("tr", {}, h("th", { scope: "row" }, name), ...kinds.flatMap(({ count, bar }) => [count, h("td", { class: "tf-track" }, bar)])),
    show(part, ...totals) {
      kinds.forEach(({ kind, count, bar }, i) => {
        count.textContent = short(part[kind]);
        set(bar, { style: `width:${(100 * part[kind]) / totals[i]}%` });
      });
    },
  };
}

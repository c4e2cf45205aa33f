// A query among keys: scores, weights, and the output inside the hull of the values.
import { binder, button, checkbox, frame, h, number, point } from "../dom.js";
import { attention, length, project } from "../maths/attention.js";
import { convexHull } from "../maths/hull.js";
import { glyph, Plane } from "./plane.js";

export const QueryExplorer = { render };

function render({ model, el }) {
  const labels = model.get("labels");
  const start = { query: model.get("query"), keys: model.get("key_vectors"), values: model.get("values") };
  const presets = model.get("presets");
  const state = binder(model, ["query", "key_vectors", "values", "scaled"]);
  const { controls, body, say } = frame(el, {
    label: "Query explorer: one query's attention over the keys, and its output among the values",
    attempt: "drag the query far out. Can the output ever leave the shaded area?",
  });

  const divide = checkbox(`divide by √${start.query.length}`, (on) => (state.change({ scaled: on }), state.commit()));
  const presetButtons = Object.entries(presets).map(([name, at]) =>
    button(name, () => (state.change({ query: at }), state.commit())),
  );
  if (presetButtons.length) controls.append(h("div", { class: "tf-group", role: "group", "aria-label": "query" }, "query", ...presetButtons));
  controls.append(divide.node, button("Reset", state.reset));

  const farthest = (points) => Math.max(...points.flat().map(Math.abs));
  const range = (points) => Math.max(1, Math.ceil(farthest(points) * 1.3));
  const left = new Plane({
    range: range([start.query, ...Object.values(presets), ...start.keys]),
    label: "The query among the keys",
    title: [glyph("query"), "query among the ", glyph("key"), "keys"],
  });
  const right = new Plane({
    range: range(start.values),
    label: "The output among the values",
    title: [glyph("output"), "output among the ", glyph("value"), "values"],
  });
  const rows = labels.map((label) => row(label));
  const divided = h("th", { scope: "col", class: "tf-num" });
  const outputCell = h("td", { class: "tf-num tf-output tf-wide" });
  const table = h("table", { class: "tf-table" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "word"), h("th", { scope: "col", class: "tf-num" }, "score", h("span", { class: "tf-roomy" }, " q · k")), divided,
      h("th", { scope: "col", class: "tf-num" }, "weight"), h("td", { class: "tf-roomy" }), h("th", { scope: "col", class: "tf-num tf-wide" }, "×\u00a0value"))),
    h("tbody", {}, ...rows.map((r) => r.node)),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, "sum"), h("td"), h("td"), h("td", { class: "tf-num" }, "1.000"), h("td", { class: "tf-roomy" }), outputCell)),
  );
  body.append(h("div", { class: "tf-planes" }, left.node, right.node), table);

  // Handles are made once: a redraw must not take the one that is being held from under the finger.
  let hovered = null;
  const active = (i) => (on) => {
    hovered = on ? i : null;
    draw();
  };
  const mover = (name, i) => (at) => state.change({ [name]: model.get(name).map((p, j) => (i === j ? at : p)) });
  const showKeys = labels.map((_, i) => left.handle("key", { move: mover("key_vectors", i), commit: state.commit, onactive: active(i) }));
  const showQuery = left.handle("query", { move: (at) => state.change({ query: at }), commit: state.commit });
  const showValues = labels.map((_, i) => right.handle("value", { move: mover("values", i), commit: state.commit, onactive: active(i) }));
  rows.forEach(({ node }, i) => {
    node.addEventListener("pointerenter", () => active(i)(true));
    node.addEventListener("pointerleave", () => active(i)(false));
  });

  function draw() {
    const [query, keys, values, scaled] = ["query", "key_vectors", "values", "scaled"].map((name) => model.get(name));
    const result = attention(query, keys, values, scaled);
    const best = hovered ?? result.weights.indexOf(Math.max(...result.weights));
    divide.show(scaled);
    divided.textContent = scaled ? `÷ √${query.length}` : "÷ 1";
    rows.forEach((r, i) => r.show(result, i, values[i], i === best));
    outputCell.textContent = point(result.out);
    drawKeys(query, keys, result, best);
    drawValues(values, result, best);
    showQuery(query, "query");
    labels.forEach((label, i) => (showKeys[i](keys[i], `key of ${label}`), showValues[i](values[i], `value of ${label}`)));
    say(`Query ${point(query, 1)}. Weights: ${labels.map((l, i) => `${l} ${number(result.weights[i], 3)}`).join(", ")}. Output ${point(result.out)}.`);
  }

  function drawKeys(query, keys, result, best) {
    const { shadow, foot } = project(query, keys[best]);
    const size = length(keys[best]);
    const sign = shadow < 0 ? "negative" : "positive";
    const reach = size && (3 * left.range) / size;
    left.drawing.replaceChildren(
      left.line(keys[best].map((v) => -v * reach), keys[best].map((v) => v * reach), { class: "tf-ray" }),
      ...keys.map((key) => left.arrow(key, "key")),
      left.line([0, 0], foot, { class: `tf-shadow tf-${sign}` }),
      left.line(query, foot, { class: "tf-drop" }),
      left.arrow(query, "query"),
      ...left.names([...keys.map((at, i) => ({ text: labels[i], at, role: "key" })), { text: `query ${point(query, 1)}`, at: query, role: "query" }]),
    );
    left.caption.replaceChildren(h("span", { class: `tf-stroke tf-${sign}` }), "projection of the query ", h("b", { class: `tf-${sign}` }, number(shadow)), h("br"),
      "× length of the key ", h("b", { class: "tf-key" }, number(size)), h("br"), "= score of ", h("b", { class: "tf-key" }, labels[best]), " ", h("b", {}, number(result.scores[best])));
  }

  function drawValues(values, result, best) {
    const hull = convexHull(values);
    const mean = values[0].map((_, axis) => values.reduce((sum, v) => sum + v[axis], 0) / values.length);
    right.drawing.replaceChildren(
      right.polygon(hull, { class: "tf-hull" }),
      ...values.map((value, i) => right.line(result.out, value, { class: "tf-pull", "stroke-width": 1 + 7 * result.weights[i], opacity: 0.25 + 0.6 * result.weights[i] })),
      right.mark("mean", mean),
    );
    right.over.replaceChildren(
      right.mark("output", result.out),
      ...right.names([
        ...values.map((at, i) => ({ text: labels[i], at, role: "value" })),
        { text: "output", at: result.out, role: "output" },
        { text: "mean", at: mean, role: "muted" },
      ]),
    );
    right.caption.replaceChildren("output = Σ weight × value", h("br"), "= ", h("b", { class: "tf-output" }, point(result.out)), h("br"), h("span", { class: "tf-stroke tf-value" }), "shaded: all it can reach");
  }

  draw();
  return state.watch(draw);
}

/** One word's line of the table: score, divided, weight and its bar, value. */
function row(label) {
  const [score, scaled, weight, value] = ["", "", "", " tf-wide"].map((more) => h("td", { class: `tf-num${more}` }));
  const bar = h("span", { class: "tf-bar" });
  const node = h("tr", {}, h("th", { scope: "row" }, label), score, scaled, weight, h("td", { class: "tf-track tf-roomy" }, bar), value);
  return {
    node,
    show(result, i, vector, chosen) {
      node.classList.toggle("tf-chosen", chosen);
      score.textContent = number(result.scores[i]);
      scaled.textContent = number(result.scaled[i]);
      for (const cell of [score, scaled]) cell.className = `tf-num tf-${result.scores[i] < 0 ? "negative" : "positive"}`;
      weight.textContent = number(result.weights[i], 3);
      value.textContent = point(vector, 1);
      bar.style.width = `${100 * result.weights[i]}%`;
    },
  };
}

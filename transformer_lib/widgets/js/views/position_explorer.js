// Two words moved together: the codes of their places, the parts of their score, and the score at every distance.
import { binder, button, frame, h, number, radios, s, set, slider } from "../dom.js";
import { KINDS, place, score } from "../maths/position.js";
import { glyph } from "./plane.js";

export const PositionExplorer = { render };

const NAMES = { sinusoidal: "sinusoidal", learned: "learned", rope: "RoPE", alibi: "ALiBi" };
const REACH = 15; // as in position_explorer.py
const CODE = { sinusoidal: "+ place", learned: "+ place", rope: "cos, sin at", alibi: "" };
const ABOUT = {
  sinusoidal: "A code of waves is added to each word.",
  learned: "A code from a table, one row for each place, is added to each word.",
  rope: "Query and key are turned, by angles that grow with their places.",
  alibi: "The words stay as they are. The score is lowered by the distance.",
};

function render({ model, el }) {
  const [query, key, table, slope, words] = ["query", "key_vector", "table", "slope", "words"].map((name) => model.get(name));
  const state = binder(model, ["kind", "query_at", "key_at", "shift"]);
  const { controls, body, say } = frame(el, {
    label: "Position explorer: whether a score changes when two words move together",
    attempt: "move both words with the third slider. For which of the four does the score stay?",
  });
  const kinds = KINDS.map((kind) => button(NAMES[kind]));
  const showKind = radios(kinds, KINDS.length, (i) => (state.change({ kind: KINDS[i] }), state.commit()));
  const at = (name, text) => slider(text, { min: 0, max: REACH, widest: 2.2 }, (x) => state.change({ [name]: x }), state.commit);
  const sliders = { query_at: at("query_at", `place of “${words[0]}”`), key_at: at("key_at", `place of “${words[1]}”`) };
  sliders.shift = slider("move both by", { min: 0, max: table.length - 1 - REACH, widest: 2.2 }, (x) => state.change({ shift: x }), state.commit);
  controls.append(h("div", { class: "tf-segments", role: "radiogroup", "aria-label": "kind of position" }, ...kinds), button("Reset", state.reset),
    h("div", { class: "tf-sliders" }, ...Object.values(sliders).map((one) => one.node)));

  const about = h("p", { class: "tf-caption" });
  const strips = [makeStrips("query", words[0], query.length), makeStrips("key", words[1], key.length)];
  const heads = [h("th", { scope: "col", class: "tf-num" }), h("th", { scope: "col", class: "tf-num" })];
  const rows = h("tbody");
  const totals = [h("td", { class: "tf-num" }), h("td", { class: "tf-num" })];
  const verdict = h("td");
  const table_ = h("table", { class: "tf-table tf-scoreparts" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "part", h("span", { class: "tf-roomy" }, " of the score")), ...heads, h("td"))), rows,
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, "score"), ...totals, verdict)));
  const curve = makeCurve(words);
  body.append(about, h("div", { class: "tf-placed" }, ...strips.map((one) => one.node)), h("div", { class: "tf-columns" }, h("div", { class: "tf-scorebox" }, table_), curve.node));

  function draw() {
    const [kind, i, j, shift] = ["kind", "query_at", "key_at", "shift"].map((name) => model.get(name));
    const setting = { kind, query, key, table, slope };
    const [here, there] = [score(setting, i, j), score(setting, i + shift, j + shift)];
    showKind(KINDS.indexOf(kind));
    for (const [name, one] of Object.entries(sliders)) one.show(model.get(name), String(model.get(name)));
    about.textContent = ABOUT[kind];
    strips[0].show(kind, query, place(kind, query, i + shift, table), i + shift);
    strips[1].show(kind, key, place(kind, key, j + shift, table), j + shift);
    heads[0].textContent = `at ${i}, ${j}`;
    heads[1].textContent = `at ${i + shift}, ${j + shift}`;
    rows.replaceChildren(...here.parts.map(({ name, value }, n) => row(name, value, there.parts[n].value)));
    totals[0].textContent = number(here.total);
    totals[1].textContent = number(there.total);
    const stays = number(here.total) === number(there.total);
    verdict.replaceChildren(mark(stays));
    curve.show(setting, i, shift, j - i, there.total);
    say(`${NAMES[kind]}. ${words[0]} at ${i}, ${words[1]} at ${j}: score ${number(here.total)}. Both moved by ${shift}: ${number(there.total)}, ${stays ? "the same" : "not the same"}.`);
  }
  draw();
  return state.watch(draw);
}

const mark = (stays) => h("span", { class: stays ? "tf-same" : "tf-differs" }, stays ? "✓ same" : "≠ differs");

function row(name, here, there) {
  const cell = (x) => h("td", { class: `tf-num tf-${x < 0 ? "negative" : "positive"}` }, number(x));
  return h("tr", {}, h("th", { scope: "row" }, name), cell(here), cell(there), h("td", {}, mark(number(here) === number(there))));
}

/** A vector as a row of cells: brown below zero, teal above it, the stronger the farther from it. */
export function makeStrip(width) {
  const cells = Array.from({ length: width }, () => h("i"));
  return {
    node: h("span", { class: "tf-strip", "aria-hidden": "true" }, ...cells),
    show: (vector) => cells.forEach((cell, n) => {
      const x = vector === null ? 0 : vector[n];
      cell.style.background = `color-mix(in srgb, var(--tf-${x < 0 ? "negative" : "positive"}) ${Math.min(100, Math.abs(x) * 45).toFixed(0)}%, var(--tf-paper))`;
    }),
  };
}

/** One word's three strips: the word, the code of its place, and what is scored. */
function makeStrips(role, word, width) {
  const names = [word, "", ""].map((text) => h("span", { class: "tf-stripname" }, text));
  const all = names.map(() => makeStrip(width));
  const node = h("div", { class: `tf-strips tf-${role}` }, h("p", { class: "tf-title" }, glyph(role), role === "query" ? "query" : "key"),
    ...all.flatMap((one, n) => [names[n], one.node]));
  return {
    node,
    show(kind, vector, { code, together }, position) {
      names[1].textContent = code ? `${CODE[kind]} ${position}` : "no code";
      names[2].textContent = kind === "rope" ? "turned" : "scored";
      all[0].show(vector);
      all[1].show(code);
      all[2].show(together);
    },
  };
}

/** The score against the distance of the key, for the query where it was and where it was moved to. */
function makeCurve([query, key]) {
  const [W, H, L, R, T, B] = [340, 210, 36, 10, 14, 44];
  const x = (distance) => L + ((distance + REACH) / (2 * REACH)) * (W - L - R);
  const lines = ["", " tf-now"].map((now) => s("path", { class: `tf-curve${now}` }));
  const ticks = [-REACH, -10, -5, 0, 5, 10, REACH].map((d) => s("text", { class: "tf-small", x: x(d), y: H - B + 18, "text-anchor": "middle" }, number(d, 0)));
  const zero = s("path", { class: "tf-axis" });
  const dot = s("circle", { class: "tf-dot", r: 6 });
  const bounds = [0, 1].map(() => s("text", { class: "tf-small", x: L - 6, "text-anchor": "end" }));
  const svg = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" }, s("path", { class: "tf-grid", d: `M${x(0)} ${T}V${H - B}` }), zero, ...lines, ...ticks, ...bounds,
    s("text", { class: "tf-small", x: x(0), y: H - 6, "text-anchor": "middle" }, `how far “${key}” is after “${query}”`), dot);
  const legend = h("p", { class: "tf-caption" });
  return {
    node: h("div", { class: "tf-curvebox" }, h("p", { class: "tf-title" }, "score at every distance"), svg, legend),
    show(setting, i, shift, distance, total) {
      const runs = [i, i + shift].map((at) => Array.from({ length: 2 * REACH + 1 }, (_, n) => n - REACH)
        .filter((d) => at + d >= 0 && at + d < setting.table.length).map((d) => [d, score(setting, at, at + d).total]));
      const all = runs.flat().map(([, y]) => y);
      const [low, high] = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))];
      const y = (v) => H - B - ((v - low) / (high - low)) * (H - T - B);
      runs.forEach((run, n) => set(lines[n], { d: `M${run.map(([d, v]) => `${x(d).toFixed(1)} ${y(v).toFixed(1)}`).join("L")}` }));
      set(zero, { d: low <= 0 && high >= 0 ? `M${L} ${y(0)}H${W - R}` : "" });
      [low, high].forEach((v, n) => (set(bounds[n], { y: y(v) + 5 }), (bounds[n].textContent = number(v, 0))));
      set(dot, { cx: x(distance), cy: y(total) });
      legend.textContent = shift ? `dashed: “${query}” at ${i}; solid: at ${i + shift}` : `“${query}” at ${i}`;
      svg.setAttribute("aria-label", `Score at distance ${number(distance, 0)}: ${number(total)}`);
    },
  };
}

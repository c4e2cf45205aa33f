// How wide vectors make softmax hard, how little its weights then answer their scores, and what dividing by sqrt(d) saves.
import { binder, button, checkbox, frame, h, number, s, set, slider } from "../dom.js";
import { placeLabels } from "../maths/labels.js";
import { effectiveCount, entropyBits, response, responses, softmax, spread, WIDTHS } from "../maths/softmax.js";

export const SoftmaxExplorer = { render };

const temperatureAt = (position) => Number((10 ** (position / 20)).toPrecision(2));

function render({ model, el }) {
  const unit = model.get("scores");
  const state = binder(model, ["d", "scaled", "temperature"]);
  const { controls, body, say } = frame(el, {
    label: "Softmax explorer: how the width d, the division by √d and the temperature sharpen the weights",
    attempt: "raise d: one weight takes all, and a nudge of a score hardly moves its weight. Then divide by √d.",
  });
  const width = slider("width d of the keys", { min: 0, max: WIDTHS.length - 1, widest: 4.2 }, (i) => state.change({ d: WIDTHS[i] }), state.commit);
  const heat = slider("temperature T: scores are divided by it", { min: -20, max: 20, widest: 4.6 }, (i) => state.change({ temperature: temperatureAt(i) }), state.commit);
  const divide = checkbox("divide by √d", (on) => (state.change({ scaled: on }), state.commit()));
  controls.append(width.node, heat.node, divide.node, button("Reset", state.reset));

  const rows = unit.map((_, i) => row(i + 1));
  const divided = h("th", { scope: "col", class: "tf-num" });
  const table = h("table", { class: "tf-table tf-softmax" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "key"), h("th", { scope: "col", class: "tf-num" }, "score"), divided,
      h("th", { scope: "col", class: "tf-num" }, "weight p"), h("th", { scope: "col", class: "tf-num tf-roomy" }, "p(1 − p)"),
      h("td", { class: "tf-legend" }, h("span", {}, h("span", { class: "tf-swatch" }), "p "), h("span", {}, h("span", { class: "tf-swatch tf-give" }), "p(1\u00a0−\u00a0p)")))),
    h("tbody", {}, ...rows.map((r) => r.node)));
  const facts = { largest: fact("largest weight"), entropy: fact("entropy"), all: fact("response Σ p(1 − p)", "how strongly each weight answers its own score, summed") };
  const curve = makeCurve(unit);
  body.append(h("div", { class: "tf-columns" }, table, curve.node), h("dl", { class: "tf-facts" }, ...Object.values(facts).map((f) => f.node)));

  function draw() {
    const [d, scaled, temperature] = ["d", "scaled", "temperature"].map((name) => model.get(name));
    const scores = spread(unit, { d, scaled: false, temperature: 1 });
    const inputs = spread(unit, { d, scaled, temperature });
    const p = softmax(inputs);
    const answers = responses(p);
    const [largest, bits, count, all] = [Math.max(...p), entropyBits(p), effectiveCount(p), response(p)];
    width.show(Math.log2(d), String(d));
    heat.show(Math.round(20 * Math.log10(temperature)), number(temperature));
    divide.show(scaled);
    divided.textContent = scaled ? "÷ √d ÷ T" : "÷ T";
    rows.forEach((r, i) => r.show(scores[i], inputs[i], p[i], answers[i], p[i] === largest));
    facts.largest.show(number(largest, 3), `of ${unit.length} that sum to 1`);
    facts.entropy.show(`${number(bits)} bits`, `as spread out as ${number(count, 1)} equal weights`);
    facts.all.show(number(all, 3));
    curve.show({ d, scaled, temperature, all });
    say(`d ${d}, ${scaled ? "divided by √d" : "not divided"}, temperature ${number(temperature)}: largest weight ${number(largest, 3)}, entropy ${number(bits)} bits, as spread out as ${number(count, 1)} equal weights, response ${number(all, 3)}.`);
  }
  draw();
  return state.watch(draw);
}

function row(name) {
  const [score, input, weight, answer] = ["", "", "", " tf-roomy"].map((more) => h("td", { class: `tf-num${more}` }));
  const [bar, give] = [h("span", { class: "tf-bar" }), h("span", { class: "tf-bar tf-give" })];
  const node = h("tr", {}, h("th", { scope: "row" }, String(name)), score, input, weight, answer, h("td", { class: "tf-track" }, bar, give));
  return {
    node,
    show(q, x, p, g, largest) {
      node.classList.toggle("tf-chosen", largest);
      score.textContent = number(q, 1);
      input.textContent = number(x, 1);
      for (const cell of [score, input]) cell.className = `tf-num tf-${x < 0 ? "negative" : "positive"}`;
      weight.textContent = number(p, 3);
      answer.textContent = number(g, 3);
      bar.style.width = `${100 * p}%`;
      give.style.width = `${100 * g}%`;
    },
  };
}

function fact(name, meaning = "") {
  const [value, words] = [h("b"), h("span", {}, meaning)];
  const show = (text, more = meaning) => ((value.textContent = text), (words.textContent = more));
  return { node: h("div", {}, h("dt", {}, name), h("dd", {}, value, " ", words)), show };
}

/** The response against d, with and without the division; the setting's own point stands on its curve. */
function makeCurve(unit) {
  const [W, H, L, R, T, B] = [294, 226, 34, 14, 12, 44];
  const x = (d) => L + (Math.log2(d) / 10) * (W - L - R);
  const y = (g) => H - B - g * (H - T - B);
  const kinds = [true, false]; // divided by sqrt(d), or not
  const lines = kinds.map(() => s("path"));
  const names = ["divided by √d", "not divided"].map((text) => s("text", { "text-anchor": "middle" }, text));
  const dot = s("circle", { class: "tf-dot", r: 7 });
  const value = s("text", { class: "tf-name tf-ink", "text-anchor": "middle" });
  const axes = [0, 0.5, 1].flatMap((g) => [
    s("path", { class: g ? "tf-grid" : "tf-axis", d: `M${L} ${y(g)}H${W - R}` }),
    s("text", { class: "tf-small", x: L - 9, y: y(g) + 5, "text-anchor": "end" }, String(g)),
  ]);
  const ticks = [1, 4, 16, 64, 256, 1024].map((d) => s("text", { class: "tf-small", x: Math.min(x(d), W - 17), y: H - B + 18, "text-anchor": "middle" }, String(d)));
  const svg = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" }, ...axes, ...ticks,
    s("text", { class: "tf-small", x: x(32), y: H - 6, "text-anchor": "middle" }, "width d"), ...lines, ...names, dot, value);
  const margins = [{ x: L / 2, y: H / 2, w: L, h: H }, { x: W / 2, y: H - B / 2, w: W, h: B }];

  /** Above and below the line, from one end to the other: where its name may stand. */
  const along = (heights, w) => heights.flatMap((_, i) => [-12, 12, -33].map((dy) => {
    const cx = Math.min(W - R - w / 2, Math.max(L + w / 2, x(WIDTHS[i])));
    const over = heights.filter((_, j) => Math.abs(x(WIDTHS[j]) - cx) < w / 2 + 12);
    const cy = dy + (dy < 0 ? Math.min(...over) : Math.max(...over));
    return { x: cx, y: cy, w, h: 18, cost: 4 * (Math.max(...over) - Math.min(...over)) + heights.length - i + (dy < -12 ? 20 : 0) };
  }));
  return {
    node: h("div", { class: "tf-curvebox" }, h("p", { class: "tf-title" }, "response Σ p(1 − p)"), svg),
    show({ d, scaled, temperature, all }) {
      const heights = kinds.map((divided) => WIDTHS.map((w) => y(response(softmax(spread(unit, { d: w, scaled: divided, temperature }))))));
      const at = { x: x(d), y: y(all), w: 18, h: 18 };
      const boxes = [
        [[0, -1], [0, 1], [-1, 0], [1, 0], [-1, -1], [1, -1], [-1, 1], [1, 1]].map(([dx, dy], cost) => ({ x: at.x + dx * 34, y: at.y + dy * 20, w: 50, h: 18, cost })),
        along(heights[0], 112),
        along(heights[1], 96),
      ];
      // Each line as small boxes that a label should not cover, five between one width and the next.
      const ink = heights.flatMap((ys) => ys.slice(1).flatMap((to, i) => [0, 0.2, 0.4, 0.6, 0.8].map((t) => ({ x: x(WIDTHS[i]) + t * (x(2) - x(1)), y: ys[i] + t * (to - ys[i]), w: 5, h: 5 }))));
      const [beside, ...placed] = placeLabels(boxes, [at, ...margins, ...ink], { w: W, h: H });
      kinds.forEach((divided, i) => {
        const now = divided === scaled ? " tf-now" : "";
        set(lines[i], { d: `M${WIDTHS.map((w, j) => `${x(w).toFixed(1)} ${heights[i][j].toFixed(1)}`).join("L")}`, class: `tf-curve${now}` });
        set(names[i], { x: placed[i].x, y: placed[i].y + 5, class: `tf-small${now}` });
      });
      set(dot, { cx: at.x, cy: at.y });
      set(value, { x: beside.x, y: beside.y + 5 });
      value.textContent = number(all, 3);
      svg.setAttribute("aria-label", `Response at width ${d}: ${number(all, 3)}`);
    },
  };
}

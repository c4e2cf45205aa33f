// How wide vectors make softmax hard, what that does to its gradient, and what dividing by sqrt(d) saves.
import { binder, button, checkbox, frame, h, number, s, set, slider } from "../dom.js";
import { effectiveCount, entropyBits, gradientLeft, selfGradients, softmax, spread, WIDTHS } from "../maths/softmax.js";

export const SoftmaxExplorer = { render };

const temperatureAt = (position) => Number((10 ** (position / 20)).toPrecision(2));

function render({ model, el }) {
  const unit = model.get("scores");
  const state = binder(model, ["d", "scaled", "temperature"]);
  const { controls, body, say } = frame(el, {
    label: "Softmax explorer: how the width d, the division by √d and the temperature sharpen the weights",
    attempt: "raise d: the choice turns hard and its gradient goes. Then divide by √d.",
  });
  const width = slider("width d", { min: 0, max: WIDTHS.length - 1, widest: 4.2 }, (i) => state.change({ d: WIDTHS[i] }), state.commit);
  const heat = slider("temperature", { min: -20, max: 20, widest: 4.6 }, (i) => state.change({ temperature: temperatureAt(i) }), state.commit);
  const divide = checkbox("divide by √d", (on) => (state.change({ scaled: on }), state.commit()));
  controls.append(width.node, heat.node, divide.node, button("Reset", state.reset));

  const rows = unit.map((_, i) => row(i + 1));
  const table = h("table", { class: "tf-table tf-softmax" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "key"), h("th", { scope: "col", class: "tf-num" }, "score"), 
      h("th", { scope: "col", class: "tf-num" }, "weight p"), h("th", { scope: "col", class: "tf-num tf-wide" }, "p(1 − p)"),
      h("td", { class: "tf-legend" }, h("span", { class: "tf-swatch" }), "p", h("span", { class: "tf-swatch tf-give" }), "p(1 − p)"))),
    h("tbody", {}, ...rows.map((r) => r.node)));
  const facts = { largest: fact("largest weight", ""), entropy: fact("entropy", " bits"), keys: fact("effective keys", ` of ${unit.length}`), left: fact("gradient left", "") };
  const curve = makeCurve(unit);
  body.append(h("div", { class: "tf-columns" }, table, curve.node), h("dl", { class: "tf-facts" }, ...Object.values(facts).map((f) => f.node)));

  function draw() {
    const [d, scaled, temperature] = ["d", "scaled", "temperature"].map((name) => model.get(name));
    const scores = spread(unit, { d, scaled, temperature });
    const p = softmax(scores);
    const gradients = selfGradients(p);
    const [largest, bits, count, left] = [Math.max(...p), entropyBits(p), effectiveCount(p), gradientLeft(p)];
    width.show(Math.log2(d), String(d));
    heat.show(Math.round(20 * Math.log10(temperature)), number(temperature));
    divide.show(scaled);
    rows.forEach((r, i) => r.show(scores[i], p[i], gradients[i], p[i] === largest));
    facts.largest.show(number(largest, 3));
    facts.entropy.show(number(bits));
    facts.keys.show(number(count, 1));
    facts.left.show(number(left, 3));
    curve.show({ d, scaled, temperature, left });
    say(`d ${d}, ${scaled ? "divided by √d" : "not divided"}, temperature ${number(temperature)}: largest weight ${number(largest, 3)}, entropy ${number(bits)} bits, gradient left ${number(left, 3)}.`);
  }
  draw();
  return state.watch(draw);
}

function row(name) {
  const [score, weight, gradient] = ["", "", " tf-wide"].map((more) => h("td", { class: `tf-num${more}` }));
  const [bar, give] = [h("span", { class: "tf-bar" }), h("span", { class: "tf-bar tf-give" })];
  const node = h("tr", {}, h("th", { scope: "row" }, String(name)), score, weight, gradient, h("td", { class: "tf-track" }, bar, give));
  return {
    node,
    show(x, p, g, largest) {
      node.classList.toggle("tf-chosen", largest);
      score.textContent = number(x, 1);
      score.className = `tf-num tf-${x < 0 ? "negative" : "positive"}`;
      weight.textContent = number(p, 3);
      gradient.textContent = number(g, 3);
      bar.style.width = `${100 * p}%`;
      give.style.width = `${100 * g}%`;
    },
  };
}

function fact(name, after) {
  const value = h("b");
  return { node: h("div", {}, h("dt", {}, name), h("dd", {}, value, after)), show: (text) => (value.textContent = text) };
}

/** The gradient left against d, with and without the division; the setting's own point stands on its curve. */
function makeCurve(unit) {
  const [W, H, L, R, T, B] = [290, 226, 30, 14, 12, 44];
  const x = (d) => L + (Math.log2(d) / 10) * (W - L - R);
  const y = (g) => H - B - g * (H - T - B);
  const lines = { true: s("path", { class: "tf-curve" }), false: s("path", { class: "tf-curve" }) };
  const names = { true: s("text", { class: "tf-small", x: x(1024), "text-anchor": "end" }, "divided by √d"), false: s("text", { class: "tf-small" }, "not divided") };
  const dot = s("circle", { class: "tf-dot", r: 7 });
  const value = s("text", { class: "tf-name tf-ink" });
  const axes = [0, 0.5, 1].flatMap((g) => [
    s("path", { class: g ? "tf-grid" : "tf-axis", d: `M${L} ${y(g)}H${W - R}` }),
    s("text", { class: "tf-small", x: L - 6, y: y(g) + 5, "text-anchor": "end" }, String(g)),
  ]);
  const ticks = [1, 4, 16, 64, 256, 1024].map((d) => s("text", { class: "tf-small", x: Math.min(x(d), W - 17), y: H - B + 18, "text-anchor": "middle" }, String(d)));
  const svg = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" }, ...axes, ...ticks,
    s("text", { class: "tf-small", x: x(32), y: H - 6, "text-anchor": "middle" }, "width d"), ...Object.values(lines), ...Object.values(names), dot, value);
  return {
    node: h("div", { class: "tf-curvebox" }, h("p", { class: "tf-title" }, "gradient left, Σ p(1 − p)"), svg),
    show({ d, scaled, temperature, left }) {
      for (const divided of [true, false]) names[divided].classList.toggle("tf-now", divided === scaled);
      for (const divided of [true, false]) {
        const at = WIDTHS.map((w) => [w, gradientLeft(softmax(spread(unit, { d: w, scaled: divided, temperature })))]);
        set(lines[divided], { d: `M${at.map(([w, g]) => `${x(w).toFixed(1)} ${y(g).toFixed(1)}`).join("L")}`, class: `tf-curve${divided === scaled ? " tf-now" : ""}` });
        if (divided) set(names.true, { y: y(at[0][1]) - 10 });
        else set(names.false, { x: x(1) + 4, y: Math.min(y(at[1][1]) + 84, y(0) - 8) });
      }
      set(dot, { cx: x(d), cy: y(left) });
      const before = d > 256;
      set(value, { x: x(d) + (before ? -12 : 12), y: y(left) + (scaled ? 22 : -10), "text-anchor": before ? "end" : "start" });
      value.textContent = number(left, 3);
      svg.setAttribute("aria-label", `Gradient left at width ${d}: ${number(left, 3)}`);
    },
  };
}

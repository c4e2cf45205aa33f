// Label smoothing: what the model should say, what it says, and the gap between logits that makes the loss least.
import { binder, button, frame, h, number, s, set, slider } from "../dom.js";
import { bestGap, smoothed } from "../maths/smoothing.js";

export const SmoothingExplorer = { render };

const WORDS = [2, 10, 100, 1000];
const [W, H, L, R, T, B, MOST] = [340, 240, 36, 12, 14, 44, 12];

function render({ model, el }) {
  const state = binder(model, ["smoothing", "gap", "words"]);
  const { controls, body, say } = frame(el, {
    label: "Smoothing explorer: the loss of one prediction, against how far the right word's logit is above the others",
    attempt: "find the gap with the least loss. Then set the smoothing to 0.10, and find it again.",
  });
  const gap = slider("gap of the logits", { min: 0, max: MOST, step: 0.25, widest: 5 }, (x) => state.change({ gap: x }), state.commit);
  const smoothing = slider("smoothing", { min: 0, max: 10, widest: 4 }, (i) => state.change({ smoothing: i / 20 }), state.commit);
  const words = slider("words", { min: 0, max: WORDS.length - 1, widest: 4 }, (i) => state.change({ words: WORDS[i] }), state.commit);
  controls.append(gap.node, smoothing.node, words.node, button("Reset", state.reset));
  const rows = ["the right word", "each other word"].map(row);
  const table = h("table", { class: "tf-table tf-smoothing" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "word"), h("th", { scope: "col", class: "tf-num" }, "target"), h("th", { scope: "col", class: "tf-num" }, "p"), h("th", { scope: "col", class: "tf-num" }, "p − target"))),
    h("tbody", {}, ...rows.map((r) => r.node)));
  const curve = makeCurve();
  const [loss, slope, best] = ["loss", "slope", "best gap"].map(fact);
  body.append(h("div", { class: "tf-columns tf-smooth" }, h("div", {}, table, h("dl", { class: "tf-facts tf-lines-of-two" }, loss.node, slope.node, best.node)), curve.node));

  function draw() {
    const setting = Object.fromEntries(["smoothing", "gap", "words"].map((name) => [name, model.get(name)]));
    const { target, p, loss: nats, slope: steep } = smoothed(setting);
    const least = bestGap(setting);
    gap.show(setting.gap, number(setting.gap, 2));
    smoothing.show(Math.round(20 * setting.smoothing), number(setting.smoothing, 2));
    words.show(WORDS.indexOf(setting.words), String(setting.words));
    rows[0].show(target.right, p.right);
    rows[1].show(target.other, p.other);
    loss.show(number(nats, 3), "nats");
    slope.show(number(steep, 3), steep > 0.0005 ? "a smaller gap is better" : steep < -0.0005 ? "a larger gap is better" : "level, to three decimals");
    best.show(Number.isFinite(least) ? number(least, 2) : "none", Number.isFinite(least) ? "where p is the target" : "a larger one always pays");
    curve.show(setting, nats, least);
    say(`Smoothing ${number(setting.smoothing, 2)}, gap ${number(setting.gap, 2)}: p of the right word ${number(p.right, 4)}, its target ${number(target.right, 4)}; loss ${number(nats, 3)} nats, slope ${number(steep, 3)}. Best gap ${Number.isFinite(least) ? number(least, 2) : "none"}.`);
  }
  draw();
  return state.watch(draw);
}

function row(name) {
  const cells = [0, 1, 2].map(() => h("td", { class: "tf-num" }));
  return {
    node: h("tr", {}, h("th", { scope: "row" }, name), ...cells),
    show: (target, p) => [target, p, p - target].forEach((x, i) => (cells[i].textContent = number(x, 4))),
  };
}

function fact(name) {
  const [value, words] = [h("b"), h("span")];
  return { node: h("div", {}, h("dt", {}, name), h("dd", {}, value, " ", words)), show: (text, more) => ((value.textContent = text), (words.textContent = more)) };
}

/** The loss over the gap, with the smoothing and without; a dot where the slider is, a dashed line at the best gap. */
function makeCurve() {
  const x = (gap) => L + (gap / MOST) * (W - L - R);
  const gaps = Array.from({ length: 97 }, (_, i) => i / 8);
  const [plain, bent, least] = [s("path", { class: "tf-curve" }), s("path", { class: "tf-curve tf-now" }), s("path", { class: "tf-drop" })];
  const dot = s("circle", { class: "tf-dot", r: 7 });
  const axes = [0, 1, 2, 3, 4, 5, 6, 7].map((nats) => ({ nats, line: s("path", { class: nats ? "tf-grid" : "tf-axis" }), name: s("text", { class: "tf-small", x: L - 8, "text-anchor": "end" }, String(nats)) }));
  const ticks = [0, 3, 6, 9, 12].map((gap) => s("text", { class: "tf-small", x: Math.min(x(gap), W - R - 6), y: H - B + 18, "text-anchor": "middle" }, String(gap)));
  const svg = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" }, ...axes.flatMap(({ line, name }) => [line, name]), ...ticks,
    s("text", { class: "tf-small", x: (L + W - R) / 2, y: H - 6, "text-anchor": "middle" }, "gap of the logits"), plain, bent, least, dot);
  return {
    node: h("div", { class: "tf-curvebox" }, h("p", { class: "tf-title" }, "loss in nats (dashed: without smoothing)"), svg),
    show({ smoothing, gap, words }, nats, best) {
      const [curved, straight] = [smoothing, 0].map((e) => gaps.map((g) => smoothed({ smoothing: e, gap: g, words }).loss));
      const top = Math.max(...curved, ...straight);
      const y = (value) => H - B - (value / top) * (H - T - B);
      axes.forEach(({ nats: at, line, name }) => {
        const seen = at <= top ? "visible" : "hidden";
        set(line, { d: `M${L} ${y(Math.min(at, top))}H${W - R}`, visibility: seen });
        set(name, { y: y(Math.min(at, top)) + 5, visibility: seen });
      });
      const path = (values) => `M${values.map((value, i) => `${x(gaps[i]).toFixed(1)} ${y(value).toFixed(1)}`).join("L")}`;
      set(plain, { d: path(straight) });
      set(bent, { d: path(curved) });
      set(least, { d: best <= MOST ? `M${x(best).toFixed(1)} ${T}V${H - B}` : "" });
      set(dot, { cx: x(gap), cy: y(nats) });
      svg.setAttribute("aria-label", `Loss ${number(nats, 3)} nats at a gap of ${number(gap, 2)}`);
    },
  };
}

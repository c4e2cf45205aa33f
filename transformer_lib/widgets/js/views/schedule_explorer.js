// One noisy parameter under a learning rate's curve: how far each step moves it, and where several runs take it.
import { binder, button, frame, h, number, radios, s, set, slider } from "../dom.js";
import { power } from "../maths/decades.js";
import { distance, meanSizes, rateFactor, walk } from "../maths/schedule.js";

export const ScheduleExplorer = { render };

const OPTIMIZERS = { adam: "Adam", sgd: "gradient descent" };
const SCHEDULES = { constant: "stay there", cosine: "cosine", noam: "noam" };
const PEAKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
const SCALES = [0.01, 0.1, 1, 10, 100];
const [W, H, L, R, T, B] = [330, 236, 36, 12, 16, 44];
const RANGE = 2; // the places drawn: from -2 to 2

const large = (x) => (x < 1000 ? number(x, 2) : Number.isFinite(x) ? power(Math.floor(Math.log10(x))) : "∞");

function render({ model, el }) {
  const noise = model.get("noise");
  const state = binder(model, ["optimizer", "schedule", "warmup", "peak", "scale"]);
  const { controls, body, say } = frame(el, {
    label: "Schedule explorer: how far each step moves a noisy parameter, and where it gets to",
    attempt: "multiply the gradients by 100, with Adam and with gradient descent. Then give Adam a warm-up, and watch where the runs part.",
  });
  const choice = (name, label, options) => {
    const items = Object.values(options).map((text) => h("button", { type: "button", class: "tf-button" }, text));
    const keys = Object.keys(options);
    const show = radios(items, items.length, (i) => (state.change({ [name]: keys[i] }), state.commit()));
    return { node: h("div", { class: "tf-group" }, h("span", {}, label), h("div", { class: "tf-segments tf-three", role: "radiogroup", "aria-label": label }, ...items)), show: (value) => show(keys.indexOf(value)) };
  };
  const optimizer = choice("optimizer", "optimizer", OPTIMIZERS);
  const schedule = choice("schedule", "after the warm-up", SCHEDULES);
  const warmup = slider("warm-up steps", { min: 0, max: 60, step: 5, widest: 2 }, (x) => state.change({ warmup: x }), state.commit);
  const peak = slider("highest rate", { min: 0, max: PEAKS.length - 1, widest: 4 }, (i) => state.change({ peak: PEAKS[i] }), state.commit);
  const scale = slider("gradients times", { min: 0, max: SCALES.length - 1, widest: 4 }, (i) => state.change({ scale: SCALES[i] }), state.commit);
  controls.append(optimizer.node, schedule.node, warmup.node, peak.node, scale.node, button("Reset", state.reset));

  const [sizes, places] = [makeSizes(noise[0].length), makePlaces(noise.length, noise[0].length)];
  const facts = ["the first step", "a late step", "after 10 steps", "at the end"].map(fact);
  body.append(h("div", { class: "tf-planes" }, sizes.node, places.node), h("dl", { class: "tf-facts tf-four" }, ...facts.map((f) => f.node)));

  function draw() {
    const setting = Object.fromEntries(["optimizer", "schedule", "warmup", "peak", "scale"].map((name) => [name, model.get(name)]));
    const walks = noise.map((run) => walk(run, setting));
    const moved = meanSizes(walks);
    const n = moved.length;
    optimizer.show(setting.optimizer);
    schedule.show(setting.schedule);
    warmup.show(setting.warmup, String(setting.warmup));
    peak.show(PEAKS.indexOf(setting.peak), String(setting.peak));
    scale.show(SCALES.indexOf(setting.scale), String(setting.scale));
    sizes.show(moved, moved.map((_, t) => rateFactor(t, { steps: n, ...setting })));
    places.show(walks);
    const late = moved.slice(-10).reduce((a, b) => a + b, 0) / 10;
    const [early, end] = [distance(walks, Math.min(10, n)), distance(walks, n)];
    facts[0].show(large(moved[0]), "× the highest rate");
    facts[1].show(large(late), "× the highest rate");
    facts[2].show(large(early), "from the best");
    facts[3].show(large(end), "from the best");
    say(`${OPTIMIZERS[setting.optimizer]}, warm-up ${setting.warmup}, gradients times ${setting.scale}: the first step moves ${large(moved[0])} times the highest rate, a late one ${large(late)}. Distance from the best value after 10 steps ${large(early)}, at the end ${large(end)}.`);
  }
  draw();
  return state.watch(draw);
}

function fact(name) {
  const [value, words] = [h("b"), h("span")];
  return { node: h("div", {}, h("dt", {}, name), h("dd", {}, value, " ", words)), show: (text, more) => ((value.textContent = text), (words.textContent = more)) };
}

const across = (n) => (t) => L + (t / n) * (W - L - R);
const ticks = (n) => [0, 0.25, 0.5, 0.75, 1].map((part) =>
  s("text", { class: "tf-small", x: Math.min(across(n)(part * n), W - R - 6), y: H - B + 18, "text-anchor": "middle" }, String(Math.round(part * n))));
const below = () => s("text", { class: "tf-small", x: (L + W - R) / 2, y: H - 6, "text-anchor": "middle" }, "step");

/** Bars: how far each step moves, with the highest rate as 1. The line: the learning rate, as a share of the highest. */
function makeSizes(n) {
  const x = across(n);
  const grid = [0, 0.5, 1].map((part) => ({ part, line: s("path", { class: part ? "tf-grid" : "tf-axis" }), name: s("text", { class: "tf-small", x: L - 7, "text-anchor": "end" }) }));
  const [bars, rate] = [s("path", { class: "tf-moved" }), s("path", { class: "tf-curve tf-rate" })];
  const svg = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" }, ...grid.flatMap(({ line, name }) => [line, name]), ...ticks(n), below(), bars, rate);
  return {
    node: h("div", { class: "tf-plane" },
      h("p", { class: "tf-title" }, "size of a step (1: highest rate)"), svg,
      h("p", { class: "tf-caption tf-legend tf-both-lines" }, h("span", {}, h("i", { class: "tf-key-bar" }), "mean of all runs"), h("span", {}, h("i", { class: "tf-key-line" }), "learning rate"))),
    show(moved, factors) {
      const most = Math.max(...moved.map((value) => (Number.isFinite(value) ? value : 1e300)));
      const top = most <= 1.2 ? 1.2 : most * 1.1;
      const y = (value) => H - B - (Math.min(value, top) / top) * (H - T - B);
      const unit = most <= 1.2 ? 1 : most;
      grid.forEach(({ part, line, name }) => {
        set(line, { d: `M${L} ${y(part * unit)}H${W - R}` });
        set(name, { y: y(part * unit) + 5 });
        name.textContent = part === 0 ? "0" : unit === 1 ? String(part) : unit < 1000 ? String(Math.round(part * unit)) : "≫ 1";
        name.setAttribute("visibility", unit > 1 && part === 0.5 ? "hidden" : "visible");
      });
      set(bars, { d: moved.map((value, t) => `M${(x(t) + 0.3).toFixed(1)} ${H - B}V${y(value).toFixed(1)}H${(x(t + 1) - 0.3).toFixed(1)}V${H - B}Z`).join("") });
      set(rate, { d: `M${factors.map((value, t) => `${x(t + 0.5).toFixed(1)} ${y(value).toFixed(1)}`).join("L")}` });
      svg.setAttribute("aria-label", `Mean move of step 1: ${number(Math.min(moved[0], 1e6), 2)}, of step ${n}: ${number(Math.min(moved[n - 1], 1e6), 2)}`);
    },
  };
}

/** Where the runs are after each step; the best value is in the middle. */
function makePlaces(runs, n) {
  const x = across(n);
  const y = (place) => T + ((RANGE - Math.max(-4 * RANGE, Math.min(4 * RANGE, place))) / (2 * RANGE)) * (H - T - B);
  const lines = Array.from({ length: runs }, (_, i) => s("path", { class: `tf-curve tf-run${i ? "" : " tf-now"}` }));
  const axes = [-2, -1, 0, 1, 2].flatMap((place) => [
    s("path", { class: place ? "tf-grid" : "tf-axis", d: `M${L} ${y(place)}H${W - R}` }),
    s("text", { class: "tf-small", x: L - 7, y: y(place) + 5, "text-anchor": "end" }, number(place, 0)),
  ]);
  const inside = s("svg", { x: L, y: T, width: W - L - R, height: H - T - B, viewBox: `${L} ${T} ${W - L - R} ${H - T - B}` }, ...lines); // clips
  const svg = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" }, ...axes, ...ticks(n), below(), inside);
  return {
    node: h("div", { class: "tf-plane" },
      h("p", { class: "tf-title" }, "where the parameter is"), svg,
      h("p", { class: "tf-caption tf-legend tf-both-lines" }, `${runs} runs, each with its own noise; best is 0`)),
    show(walks) {
      walks.forEach(({ places }, i) => {
        const end = places.findIndex((place) => !(Math.abs(place) < 1e6));
        const drawn = end < 0 ? places : places.slice(0, end + 1).map((place) => (Number.isFinite(place) ? place : 1e6));
        set(lines[i], { d: `M${drawn.map((place, t) => `${x(t).toFixed(1)} ${y(place).toFixed(1)}`).join("L")}` });
      });
      svg.setAttribute("aria-label", `After the last step the runs are ${large(distance(walks, n))} from the best value`);
    },
  };
}

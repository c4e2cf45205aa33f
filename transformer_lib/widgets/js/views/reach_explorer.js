// How strongly the output answers to a word, against how far back the word stands.
import { binder, button, frame, h, radios, s, set, slider } from "../dom.js";
import { decades, pieces, power, powers, written } from "../maths/decades.js";

export const ReachExplorer = { render };

const [W, H, L, R, T, B] = [360, 280, 48, 14, 14, 46];

function render({ model, el }) {
  const networks = model.get("networks");
  const n = networks[0].middle.length;
  const state = binder(model, ["network", "distance"]);
  const { controls, body, say } = frame(el, {
    label: "Reach explorer: how strongly the output answers to a word, against how far back the word stands",
    attempt: "move the word far back. In which networks does it still count?",
  });
  const back = slider("words back", { min: 0, max: n - 1, widest: 3 }, (distance) => state.change({ distance }), state.commit);
  controls.append(back.node, button("Reset", state.reset));
  const names = networks.map(({ name }) => h("button", { type: "button", class: "tf-button" }, name));
  const showNetwork = radios(names, 1, (network) => (state.change({ network }), state.commit()));
  const plot = makePlot(networks, n);
  const facts = ["here", "next", "spread"].map(() => fact());
  body.append(
    h("div", { class: "tf-reach" }, h("div", { class: "tf-choices", role: "radiogroup", "aria-label": "network" }, ...names), plot.node),
    h("dl", { class: "tf-facts" }, ...facts.map((f) => f.node)));

  function draw() {
    const [network, distance] = [model.get("network"), Math.min(model.get("distance"), n - 1)];
    const { name, low, middle, high } = networks[network];
    back.show(distance, String(distance));
    showNetwork(network);
    plot.show(network, distance);
    const here = middle[distance];
    facts[0].show(`the word ${distance} back`, written(here), here ? "" : "it is not read at all");
    facts[1].show("of what the word before gives", middle[1] ? written(here / middle[1]) : "0", "");
    facts[2].show("over the seeds", `${written(low[distance])} to ${written(high[distance])}`, "");
    say(`${name}: the output answers to the word ${distance} back with a strength of ${written(here)}, from ${written(low[distance])} to ${written(high[distance])} over the seeds.`);
  }
  draw();
  return state.watch(draw);
}

function fact() {
  const [name, value, words] = [h("dt"), h("b"), h("span")];
  return {
    node: h("div", {}, name, h("dd", {}, value, " ", words)),
    show: (title, text, more) => ((name.textContent = title), (value.textContent = text), (words.textContent = more)),
  };
}

/** All curves, the chosen one heavy and with the seeds' range; the axis is logarithmic. */
function makePlot(networks, n) {
  const [bottom, top] = decades(networks.flatMap(({ low, high }) => [...low, ...high]));
  const x = (k) => L + (k / (n - 1)) * (W - L - R);
  const y = (log) => T + ((top - Math.max(bottom, log)) / (top - bottom)) * (H - T - B);
  const path = (numbers) => pieces(numbers).map((piece) => `M${piece.map(([k, log]) => `${x(k).toFixed(1)} ${y(log).toFixed(1)}`).join("L")}`).join("");
  const curves = networks.map(({ middle }) => s("path", { class: "tf-curve", d: path(middle) }));
  const band = s("path", { class: "tf-band" });
  const [dot, ruler] = [s("circle", { class: "tf-dot", r: 7 }), s("path", { class: "tf-drop" })];
  const axes = powers([bottom, top]).flatMap((p) => [
    s("path", { class: "tf-grid", d: `M${L} ${y(p)}H${W - R}` }),
    s("text", { class: "tf-small", x: L - 8, y: y(p) + 5, "text-anchor": "end" }, power(p)),
  ]);
  const ticks = [...new Set([0, 0.25, 0.5, 0.75, 1].map((t) => Math.round(t * (n - 1))))].map((k) =>
    s("text", { class: "tf-small", x: Math.min(x(k), W - R - 4), y: H - B + 19, "text-anchor": "middle" }, String(k)));
  const svg = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" }, ...axes, ...ticks,
    s("text", { class: "tf-small", x: (L + W - R) / 2, y: H - 6, "text-anchor": "middle" }, "how many words back"), band, ...curves, ruler, dot);
  return {
    node: h("div", { class: "tf-curvebox" }, h("p", { class: "tf-title" }, "how strongly the output answers to the word"), svg),
    show(network, distance) {
      const { name, low, middle, high } = networks[network];
      curves.forEach((curve, i) => set(curve, { class: `tf-curve${i === network ? " tf-now" : ""}` }));
      svg.insertBefore(curves[network], ruler); // above the others
      const ends = pieces(low.map((value, k) => (value > 0 ? value : high[k] > 0 ? 10 ** bottom : 0)));
      const tops = pieces(high);
      set(band, { d: ends.map((piece, i) => `M${[...tops[i], ...piece.reverse()].map(([k, log]) => `${x(k).toFixed(1)} ${y(log).toFixed(1)}`).join("L")}Z`).join("") });
      const value = middle[distance];
      set(ruler, { d: `M${x(distance)} ${T}V${H - B}` });
      set(dot, { cx: x(distance), cy: value > 0 ? y(Math.log10(value)) : H - B, class: `tf-dot${value > 0 ? "" : " tf-none"}` });
      svg.setAttribute("aria-label", `${name}: strength ${written(value)} at ${distance} words back`);
    },
  };
}

// The signal on its way up and the gradient on its way down an untrained stack, by layer.
import { binder, button, checkbox, frame, h, radios, s, set, slider } from "../dom.js";
import { decades, pieces, power, powers, written } from "../maths/decades.js";

export const GradientFlow = { render };

const DEPTHS = [2, 4, 8, 16];
const NORMS = { post: "after the sum", pre: "before the sublayer", none: "none" };
const [W, H, L, R, T, B] = [400, 270, 48, 16, 14, 46];

function render({ model, el }) {
  const flows = model.get("flows");
  const state = binder(model, ["depth", "add", "norm", "start"]);
  const { controls, body, say } = frame(el, {
    label: "Gradient flow: size of the signal after each layer, and of the gradient that the layer gets",
    attempt: "switch off the sum, then the norm, then Xavier's start. When does the lowest layer learn nothing?",
  });
  const depth = slider("layers", { min: 0, max: DEPTHS.length - 1, widest: 2 }, (i) => state.change({ depth: DEPTHS[i] }), state.commit);
  const add = checkbox("sum (residual)", (on) => (state.change({ add: on }), state.commit()));
  const start = checkbox("Xavier's start", (on) => (state.change({ start: on ? "xavier" : "default" }), state.commit()));
  const items = Object.values(NORMS).map((text) => h("button", { type: "button", class: "tf-button" }, text));
  const kinds = Object.keys(NORMS);
  const showNorm = radios(items, items.length, (i) => (state.change({ norm: kinds[i] }), state.commit()));
  controls.append(depth.node, add.node, start.node,
    h("div", { class: "tf-group" }, h("span", {}, "norm"), h("div", { class: "tf-segments tf-three", role: "radiogroup", "aria-label": "norm" }, ...items)),
    button("Reset", state.reset));
  const plot = makePlot();
  const facts = ["signal, top", "gradient, top", "gradient, bottom", "bottom : top"].map((name) => {
    const value = h("b");
    return { node: h("div", {}, h("dt", {}, name), h("dd", {}, value)), show: (text) => (value.textContent = text) };
  });
  body.append(plot.node, h("dl", { class: "tf-facts tf-four" }, ...facts.map((f) => f.node)));

  function draw() {
    const [n, sum, norm, begin] = ["depth", "add", "norm", "start"].map((name) => model.get(name));
    const { signal, gradient } = flows[`${begin} ${sum ? "sum" : "no sum"} ${norm} ${n}`];
    depth.show(DEPTHS.indexOf(n), String(n));
    add.show(sum);
    start.show(begin === "xavier");
    showNorm(kinds.indexOf(norm));
    plot.show(signal, gradient);
    const ratio = gradient[n - 1] ? gradient[0] / gradient[n - 1] : 0;
    facts[0].show(written(signal[n - 1]));
    facts[1].show(written(gradient[n - 1]));
    facts[2].show(written(gradient[0]));
    facts[3].show(written(ratio));
    say(`${n} layers, ${sum ? "with" : "without"} the sum, norm ${NORMS[norm]}: signal at the top ${written(signal[n - 1])}, gradient at the top ${written(gradient[n - 1])}, at the bottom ${written(gradient[0])}.`);
  }
  draw();
  return state.watch(draw);
}

/** Both curves over the layers, on a logarithmic axis that holds at least 0.01 to 10. */
function makePlot() {
  const lines = ["signal", "gradient"].map((kind) => ({ kind, line: s("path", { class: `tf-curve tf-flow-${kind}` }), marks: s("g", { class: `tf-flow-${kind}` }) }));
  const axes = s("g");
  const svg = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" }, axes,
    s("text", { class: "tf-small", x: (L + W - R) / 2, y: H - 6, "text-anchor": "middle" }, "layer, from the bottom to the top"), ...lines.flatMap(({ line, marks }) => [line, marks]));
  return {
    node: h("div", { class: "tf-curvebox tf-flow" }, svg,
      h("p", { class: "tf-caption tf-legend" }, h("span", { class: "tf-flow-signal" }, "■ signal that leaves the layer"), " ", h("span", { class: "tf-flow-gradient" }, "● gradient its matrices get"))),
    show(signal, gradient) {
      const n = signal.length;
      const [bottom, top] = decades([...signal, ...gradient, 0.01, 10]);
      const x = (i) => L + 12 + (i / (n - 1)) * (W - L - R - 24);
      const y = (log) => T + ((top - Math.max(bottom, log)) / (top - bottom)) * (H - T - B);
      const every = n > 8 ? 3 : 1;
      axes.replaceChildren(
        ...powers([bottom, top], 7).flatMap((p) => [
          s("path", { class: p ? "tf-grid" : "tf-axis", d: `M${L} ${y(p)}H${W - R}` }),
          s("text", { class: "tf-small", x: L - 8, y: y(p) + 5, "text-anchor": "end" }, power(p)),
        ]),
        ...signal.flatMap((_, i) => (i % every ? [] : [s("text", { class: "tf-small", x: x(i), y: H - B + 19, "text-anchor": "middle" }, String(i + 1))])));
      [signal, gradient].forEach((numbers, which) => {
        set(lines[which].line, { d: pieces(numbers).map((piece) => `M${piece.map(([i, log]) => `${x(i).toFixed(1)} ${y(log).toFixed(1)}`).join("L")}`).join("") });
        lines[which].marks.replaceChildren(...pieces(numbers).flat().map(([i, log]) =>
          which ? s("circle", { cx: x(i), cy: y(log), r: 5 }) : s("rect", { x: x(i) - 4.5, y: y(log) - 4.5, width: 9, height: 9 })));
      });
      svg.setAttribute("aria-label", `Signal from ${written(signal[0])} at the lowest layer to ${written(signal[n - 1])}; gradient from ${written(gradient[0])} to ${written(gradient[n - 1])}`);
    },
  };
}

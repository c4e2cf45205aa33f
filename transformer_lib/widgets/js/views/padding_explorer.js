// A trained classifier's verdict as pads are added, with and without its masks.
import { binder, button, checkbox, frame, h, number, radios, s, set, slider } from "../dom.js";
import { wordsOf } from "../maths/masks.js";
import { classify } from "../maths/tiny_encoder.js";

export const PaddingExplorer = { render };

const [MAX_WORDS, MAX_PADS, UNKNOWN] = [8, 24, 3];

function render({ model, el }) {
  const [net, vocabulary, sentences, classes] = ["model", "vocabulary", "sentences", "classes"].map((name) => model.get(name));
  const state = binder(model, ["text", "pads", "attend", "read"]);
  const { controls, body, say } = frame(el, {
    label: "Padding explorer: a classifier's verdict as pads are added",
    attempt: "drag the pads with both masks on: nothing moves. Then take one mask away.",
  });
  const change = (changes) => (state.change(changes), state.commit());
  const texts = sentences.map((text) => button(text));
  const showText = radios(texts, 1, (i) => change({ text: sentences[i] }));
  const field = h("input", { type: "text", class: "tf-field", spellcheck: "false", autocomplete: "off", onchange: () => state.commit(),
    oninput: () => split(field.value).length && state.change({ text: split(field.value).join(" ") }) });
  const pads = slider("pads", { min: 0, max: MAX_PADS, widest: 2.2 }, (n) => state.change({ pads: n }), state.commit);
  const attend = checkbox("attention mask", (on) => change({ attend: on }));
  const read = checkbox("read-out mask", (on) => change({ read: on }));
  const unknown = h("p", { class: "tf-muted tf-unknown" });
  controls.append(h("div", { class: "tf-sentences", role: "radiogroup", "aria-label": "review" }, ...texts),
    h("label", { class: "tf-check tf-typed" }, h("span", {}, "or type one"), field), pads.node, attend.node, read.node, button("Reset", state.reset));
  const rows = h("tbody");
  const table = h("table", { class: "tf-table tf-onpads" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "word"), h("th", { scope: "col" }, "its attention: ", h("span", { class: "tf-sample tf-seen" }), " words ", h("span", { class: "tf-sample tf-hidden" }), " pads"), h("th", { scope: "col", class: "tf-num" }, "on pads"))), rows);
  const curve = makeCurve(classes[1]);
  body.append(h("div", { class: "tf-columns tf-curve-first" }, curve.node, h("div", {}, table, unknown)));
  const roomFor = Math.max(5, ...sentences.map((text) => split(text).length));

  function draw() {
    const [text, n, masked, readMasked] = ["text", "pads", "attend", "read"].map((name) => model.get(name));
    const words = split(text);
    const ids = words.map((word) => (vocabulary.includes(word) ? vocabulary.indexOf(word) : UNKNOWN));
    const run = (count, a, r) => {
      const real = wordsOf(ids.length, ids.length + count);
      const all = real.map(() => true);
      return classify(net, [...ids, ...Array(count).fill(0)], a ? real : all, r ? real : all);
    };
    const { probabilities, weights } = run(n, masked, readMasked);
    showText(sentences.indexOf(text));
    if (split(field.value).join(" ") !== text) field.value = text;
    pads.show(n, String(n));
    attend.show(masked);
    read.show(readMasked);
    rows.replaceChildren(...Array.from({ length: Math.max(roomFor, words.length) }, (_, i) => {
      if (i >= words.length) return h("tr", { "aria-hidden": "true" }, h("td", {}, "\u00a0"), h("td"), h("td"));
      const onPads = weights[i].slice(words.length).reduce((a, b) => a + b, 0);
      return h("tr", {}, h("th", { scope: "row", class: "tf-query" }, words[i]),
        h("td", { class: "tf-onpad" }, h("span", { class: "tf-seen", style: `width:${100 * (1 - onPads)}%` }), h("span", { class: "tf-hidden", style: `width:${100 * onPads}%` })),
        h("td", { class: "tf-num" }, number(onPads, 2)));
    }));
    const strange = words.filter((_, i) => ids[i] === UNKNOWN);
    unknown.textContent = strange.length ? `The model never saw: ${strange.join(", ")}` : "\u00a0";
    const counts = Array.from({ length: MAX_PADS + 1 }, (_, i) => i);
    const along = masked && readMasked ? counts.map(() => probabilities[1]) : counts.map((count) => run(count, masked, readMasked).probabilities[1]);
    curve.show(along, run(0, true, true).probabilities[1], n);
    const off = [masked ? "" : "no attention mask", readMasked ? "" : "no read-out mask"].filter(Boolean).join(", ") || "both masks";
    say(`${text} with ${n} pads, ${off}: probability of ${classes[1]} ${number(probabilities[1], 2)}.`);
  }
  draw();
  return state.watch(draw);
}

const split = (text) => text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, MAX_WORDS);

/** The probability against the number of pads; where it should be is the dashed line. */
function makeCurve(name) {
  const [W, H, L, R, T, B] = [294, 226, 34, 14, 16, 44];
  const x = (n) => L + (n / MAX_PADS) * (W - L - R);
  const y = (p) => H - B - p * (H - T - B);
  const [line, right] = [s("path", { class: "tf-curve tf-now" }), s("path", { class: "tf-curve" })];
  const dot = s("circle", { class: "tf-dot", r: 7 });
  const value = s("text", { class: "tf-name tf-ink", "text-anchor": "middle" });
  const axes = [0, 0.5, 1].flatMap((p) => [
    s("path", { class: p ? "tf-grid" : "tf-axis", d: `M${L} ${y(p)}H${W - R}` }),
    s("text", { class: "tf-small", x: L - 9, y: y(p) + 5, "text-anchor": "end" }, String(p)),
  ]);
  const ticks = [0, 8, 16, 24].map((n) => s("text", { class: "tf-small", x: x(n), y: H - B + 18, "text-anchor": "middle" }, String(n)));
  const svg = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" }, ...axes, ...ticks,
    s("text", { class: "tf-small", x: x(12), y: H - 6, "text-anchor": "middle" }, "pads (dashed: with both masks)"), right, line, dot, value);
  return {
    node: h("div", { class: "tf-curvebox" }, h("p", { class: "tf-title" }, `P(${name})`), svg),
    show(along, wanted, n) {
      set(line, { d: `M${along.map((p, i) => `${x(i).toFixed(1)} ${y(p).toFixed(1)}`).join("L")}` });
      set(right, { d: `M${x(0)} ${y(wanted).toFixed(1)}H${x(MAX_PADS)}` });
      set(dot, { cx: x(n), cy: y(along[n]) });
      set(value, { x: Math.min(W - R - 16, Math.max(L + 18, x(n))), y: y(along[n]) + (along[n] > 0.5 ? 26 : -14) });
      value.textContent = number(along[n], 2);
      svg.setAttribute("aria-label", `Probability of ${name} with ${n} pads: ${number(along[n], 2)}; with both masks ${number(wanted, 2)}`);
    },
  };
}

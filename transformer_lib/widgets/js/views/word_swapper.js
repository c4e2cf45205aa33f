// A sentence of words to swap, one layer of attention over it, and which outputs notice.
import { binder, button, checkbox, frame, h, number, set } from "../dom.js";
import { gap, selfAttention, swapped } from "../maths/position.js";
import { glyph } from "./plane.js";
import { makeStrip } from "./position_explorer.js";

export const WordSwapper = { render };

function render({ model, el }) {
  const [words, embeddings, w_q, w_k, w_v] = ["words", "embeddings", "w_q", "w_k", "w_v"].map((name) => model.get(name));
  const state = binder(model, ["order", "positions", "causal"]);
  const { controls, body, say } = frame(el, {
    label: "Word swapper: which outputs of an attention layer notice the order of the words",
    attempt: "click two words to swap them. Which outputs change? Then add positions.",
  });
  const flag = (name, text) => checkbox(text, (on) => (state.change({ [name]: on }), state.commit()));
  const flags = { positions: flag("positions", "add positions"), causal: flag("causal", "hide what comes after (causal mask)") };
  controls.append(flags.positions.node, flags.causal.node, button("Reset", () => ((picked = -1), state.reset(), draw())));

  let picked = -1; // the place of the word to be swapped, or none
  const move = (from, to) => {
    picked = -1;
    if (from === to || to < 0 || to >= words.length) return draw();
    state.change({ order: swapped(model.get("order"), from, to) });
    state.commit();
    chips[to].word.focus();
  };
  const pick = (place) => {
    if (picked >= 0) return move(picked, place);
    picked = place;
    draw();
  };
  const chips = words.map((_, place) => {
    const word = button("", () => pick(place));
    set(word, { onkeydown: (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      move(place, place + step);
    } });
    return { word, node: h("div", { class: "tf-chip" }, word, h("span", { class: "tf-small", "aria-hidden": "true" }, String(place))) };
  });
  const hint = h("p", { class: "tf-caption" });
  const rows = words.map((word) => row(word, embeddings[0].length));
  const mean = row("mean of all", embeddings[0].length);
  const table = h("table", { class: "tf-table tf-outputs" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, glyph("output"), "output of"), h("th", { scope: "col" }, "before"), h("th", { scope: "col" }, "now"), h("th", { scope: "col", class: "tf-num" }, "change"), h("td"))),
    h("tbody", {}, ...rows.map((one) => one.node)), h("tfoot", {}, mean.node));
  body.append(h("div", { class: "tf-chips", role: "group", "aria-label": "sentence" }, ...chips.map((chip) => chip.node)), hint, table);

  const original = words.map((_, i) => i);
  /** Each word's output, whatever place it stands at. */
  function outputs(order, setting) {
    const outs = selfAttention(order.map((i) => embeddings[i]), { w_q, w_k, w_v }, setting);
    return original.map((i) => outs[order.indexOf(i)]);
  }
  const average = (outs) => outs[0].map((_, axis) => outs.reduce((sum, out) => sum + out[axis], 0) / outs.length);

  function draw() {
    const [order, positions, causal] = ["order", "positions", "causal"].map((name) => model.get(name));
    const [before, now] = [outputs(original, { positions, causal }), outputs(order, { positions, causal })];
    flags.positions.show(positions);
    flags.causal.show(causal);
    chips.forEach(({ word }, place) => {
      word.textContent = words[order[place]];
      set(word, { "aria-pressed": String(place === picked), "aria-label": `${words[order[place]]}, place ${place}` });
    });
    hint.textContent = picked < 0 ? "Click a word, then the one to swap it with; or move a word with ← and →." : `Swap “${words[order[picked]]}” with …`;
    const changes = rows.map((one, i) => one.show(before[i], now[i]));
    mean.show(average(before), average(now));
    const noticed = changes.filter(Boolean).length;
    say(`${order.map((i) => words[i]).join(" ")}, ${positions ? "with" : "without"} positions${causal ? ", causal mask" : ""}: ${noticed ? `${noticed} of ${words.length} outputs changed` : "every output is the same"}.`);
  }
  draw();
  return state.watch(draw);
}

/** One word's outputs, first and now, and whether they differ. */
function row(name, width) {
  const strips = [makeStrip(width), makeStrip(width)];
  const change = h("td", { class: "tf-num" });
  const verdict = h("td");
  return {
    node: h("tr", {}, h("th", { scope: "row" }, name), ...strips.map((one) => h("td", {}, one.node)), change, verdict),
    show(before, now) {
      const size = gap(before, now);
      strips[0].show(before);
      strips[1].show(now);
      change.textContent = number(size, 3);
      const differs = size >= 0.0005;
      set(verdict, { class: differs ? "tf-differs" : "tf-same" });
      verdict.textContent = differs ? "≠ differs" : "✓ same";
      return differs;
    },
  };
}

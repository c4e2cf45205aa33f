// Every head of a trained model as a square, the larger, the more its removal changes; one head's attention beside it.
import { binder, button, frame, h, number, radios, s, set } from "../dom.js";
import { ranks, sides } from "../maths/effects.js";
import { headWeights, unpack } from "../maths/packed.js";
import { makeLines } from "./attention_lines.js";
import { ranked, readable } from "./sentences.js";

export const HeadExplorer = { render };

function render({ model, el }) {
  const sentences = model.get("sentences").map(({ tokens, weights }) => ({ tokens, weights: unpack(weights) }));
  const effects = model.get("effects").map((effect) => ({ ...effect, sides: sides(effect.values), ranks: ranks(effect.values) }));
  const [nLayers, nHeads] = [effects[0].values.length, effects[0].values[0].length];
  const state = binder(model, ["sentence", "effect", "layer", "head", "query"]);
  const { controls, body, say } = frame(el, {
    label: "Head explorer: what each head looks at, and what changes when it is switched off",
    attempt: "find a head whose lines look clever. How large is its square?",
  });
  const change = (changes) => (state.change(changes), state.commit());

  const measures = effects.map(({ name }) => button(name));
  const showMeasure = radios(measures, 1, (effect) => change({ effect }));
  if (effects.length > 1) controls.append(h("div", { class: "tf-sentences", role: "radiogroup", "aria-label": "the size of a square" }, h("span", { class: "tf-muted" }, "a square shows"), ...measures));
  const texts = sentences.map(({ tokens }) => button(readable(tokens)));
  const showSentence = radios(texts, 1, (i) => model.get("sentence") !== i && change({ sentence: i, query: -1 }));
  if (sentences.length > 1) controls.append(h("div", { class: "tf-sentences", role: "radiogroup", "aria-label": "sentence" }, ...texts));
  const all = button("all words", () => change({ query: model.get("query") < 0 ? last : -1 }));
  controls.append(all, button("Reset", state.reset));

  const grid = makeGrid(nLayers, nHeads, (layer, head) => change({ layer, head }));
  const verdict = h("p", { class: "tf-caption tf-verdict" });
  const title = h("p", { class: "tf-title" });
  const place = h("div");
  const hint = h("p", { class: "tf-caption" });
  body.append(h("div", { class: "tf-attention" },
    h("div", {}, h("p", { class: "tf-title" }, "every head: layers down, heads across"), grid.node, verdict),
    h("div", { class: "tf-head" }, title, place, hint)));

  let picture; // rebuilt for another sentence, updated for the rest
  let shown = -1;
  let hovered = null;
  let last = 0; // the word to come back to from all of them
  const hover = (i) => {
    hovered = i;
    drawHead();
  };

  function draw() {
    const [sentence, effect, layer, head, query] = ["sentence", "effect", "layer", "head", "query"].map((name) => model.get(name));
    if (shown !== sentence) {
      [shown, hovered, last] = [sentence, null, 0];
      picture = makeLines(sentences[sentence].tokens, { choose: (to) => ((hovered = null), change({ query: to })), hover });
      place.replaceChildren(picture.node);
    }
    if (query >= 0) last = query;
    const { name, values, digits, sides: sizes, ranks: order } = effects[effect];
    showMeasure(effect);
    showSentence(sentence);
    set(all, { "aria-pressed": String(query < 0) });
    grid.show(layer, head, values, sizes);
    title.textContent = `layer ${layer}, head ${head}`;
    const [value, rank] = [number(values[layer][head], digits), order[layer][head]];
    verdict.replaceChildren(`switched off: ${name} `, h("b", {}, value), h("br"), `rank ${rank} of ${nLayers * nHeads}`);
    drawHead();
    say(`Layer ${layer}, head ${head}. Switched off: ${name} ${value}, rank ${rank} of ${nLayers * nHeads}. ${hint.textContent}`);
  }

  function drawHead() {
    const { tokens, weights } = sentences[model.get("sentence")];
    const rows = headWeights(weights, { layer: model.get("layer"), head: model.get("head"), nHeads, length: tokens.length });
    const query = hovered ?? model.get("query");
    picture.show(rows, query, model.get("query"));
    hint.textContent = query < 0 ? "point at a word to see its numbers" : `${tokens[query]} → ${ranked(rows[query], tokens)}`;
  }

  draw();
  return state.watch(draw);
}

/** A square for each head, a row for each layer: the radio group that chooses one. */
function makeGrid(nLayers, nHeads, choose) {
  const squares = Array.from({ length: nLayers * nHeads }, () => s("rect", {}));
  const items = squares.map((square, i) =>
    h("button", { type: "button", class: "tf-thumb", "aria-label": `layer ${Math.floor(i / nHeads)}, head ${i % nHeads}` }, s("svg", { viewBox: "-0.5 -0.5 1 1" }, square)));
  const mark = radios(items, nHeads, (i) => choose(Math.floor(i / nHeads), i % nHeads));
  const label = (text) => h("span", { class: "tf-small", "aria-hidden": "true" }, text);
  const node = h("div", { class: "tf-heads", style: `--heads:${nHeads}`, role: "radiogroup", "aria-label": "layer and head" });
  node.append(label(""), ...Array.from({ length: nHeads }, (_, head) => label(String(head))));
  items.forEach((item, i) => node.append(...(i % nHeads ? [item] : [label(String(i / nHeads)), item])));
  return {
    node,
    show(layer, head, values, sizes) {
      mark(layer * nHeads + head);
      squares.forEach((square, i) => {
        const side = sizes[Math.floor(i / nHeads)][i % nHeads];
        const sign = values[Math.floor(i / nHeads)][i % nHeads] < 0 ? "tf-square tf-below" : "tf-square";
        set(square, { x: -side / 2, y: -side / 2, width: side, height: side, class: sign });
      });
    },
  };
}

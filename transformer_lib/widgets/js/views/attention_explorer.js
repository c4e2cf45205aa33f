// A trained model's attention: every head small, one head large, one query's row in numbers.
import { binder, button, frame, h, number, onTheme, radios, set } from "../dom.js";
import { headWeights, unpack } from "../maths/packed.js";
import { makeLines } from "./attention_lines.js";
import { makeMatrix } from "./attention_matrix.js";
import { ranked, readable } from "./sentences.js";

export const AttentionExplorer = { render };

function render({ model, el }) {
  const sentences = model.get("sentences").map(({ tokens, weights }) => ({ tokens, weights: unpack(weights) }));
  const [nLayers, nHeads] = [model.get("n_layers"), model.get("n_heads")];
  const state = binder(model, ["sentence", "layer", "head", "query", "view"]);
  const { controls, body, say } = frame(el, {
    label: "Attention explorer: what each head of a trained model looks at",
    attempt: "pick a head among the small pictures, then a word on the left to see where it looks.",
  });
  const change = (changes) => (state.change(changes), state.commit());

  const texts = sentences.map(({ tokens }) => button(readable(tokens)));
  const showSentence = radios(texts, 1, (i) => model.get("sentence") !== i && change({ sentence: i, query: -1 }));
  const chooser = h("div", { class: "tf-sentences", role: "radiogroup", "aria-label": "sentence" }, ...texts);
  const views = ["lines", "matrix"].map((name) => button(name));
  const showView = radios(views, 1, (i) => change({ view: views[i].textContent }));
  const heads = makeHeads(nLayers, nHeads, (layer, head) => change({ layer, head }));
  const title = h("p", { class: "tf-title" });
  const place = h("div");
  const hint = h("p", { class: "tf-caption" });
  const all = button("all words", () => pick(model.get("query") < 0 ? last : -1));
  if (sentences.length > 1) controls.append(chooser);
  controls.append(h("div", { class: "tf-segments", role: "radiogroup", "aria-label": "view" }, ...views), all, button("Reset", state.reset));
  body.append(h("div", { class: "tf-attention" }, heads.node, h("div", { class: "tf-head" }, title, place, hint)));

  let picture; // rebuilt for another sentence or view, updated for the rest
  let hovered = null;
  let last = 0; // the word to come back to from all of them
  let shown = "";
  let mouse = ""; // where it was last; a page that scrolls under a resting mouse is no pointing
  const where = (event) => `${event.screenX} ${event.screenY}`;
  body.addEventListener("pointermove", (event) => (mouse = where(event)));
  const hover = (i, event) => {
    if (event && where(event) === mouse) return;
    hovered = i;
    drawHead();
  };
  const pick = (query) => {
    hovered = null; // a choice, of the keyboard too, counts for more than where the mouse happens to rest
    change({ query });
    drawHead();
  };
  function draw() {
    const [sentence, layer, head, query, view] = ["sentence", "layer", "head", "query", "view"].map((name) => model.get(name));
    const { tokens, weights } = sentences[sentence];
    const key = `${sentence} ${view}`;
    if (shown !== key) {
      shown = key;
      [hovered, last] = [null, 0];
      const make = view === "matrix" ? makeMatrix : makeLines;
      picture = make(tokens, { choose: pick, hover });
      place.replaceChildren(picture.node);
      heads.paint(weights, tokens.length);
    }
    if (query >= 0) last = query;
    set(all, { "aria-pressed": String(query < 0) });
    showSentence(sentence);
    showView(view === "matrix" ? 1 : 0);
    heads.show(layer, head);
    title.textContent = `layer ${layer}, head ${head}`;
    const rows = drawHead();
    say(`Layer ${layer}, head ${head}. ${query < 0 ? `Strongest: ${strongest(rows, tokens)}.` : `${tokens[query]} looks at ${ranked(rows[query], tokens)}.`}`);
  }
  function drawHead() {
    const { tokens, weights } = sentences[model.get("sentence")];
    const rows = headWeights(weights, { layer: model.get("layer"), head: model.get("head"), nHeads, length: tokens.length });
    const query = hovered ?? model.get("query");
    picture.show(rows, query, model.get("query"));
    hint.textContent = query < 0 ? `strongest: ${strongest(rows, tokens)}` : `${tokens[query]} → ${ranked(rows[query], tokens)}`;
    return rows;
  }
  draw();
  const stops = [state.watch(draw), onTheme(() => {
    const { tokens, weights } = sentences[model.get("sentence")];
    heads.paint(weights, tokens.length);
  })];
  return () => stops.forEach((stop) => stop());
}

function strongest(rows, tokens) {
  const all = rows.flatMap((row, q) => row.map((w, k) => [w, q, k]));
  const [w, q, k] = all.reduce((best, next) => (next[0] > best[0] ? next : best));
  return `${tokens[q]} → ${tokens[k]} ${number(w, 3)}`;
}

/** Every head as a small picture, a row for each layer: the radio group that chooses one. */
function makeHeads(nLayers, nHeads, choose) {
  const items = Array.from({ length: nLayers * nHeads }, (_, i) =>
    h("button", { type: "button", class: "tf-thumb", "aria-label": `layer ${Math.floor(i / nHeads)}, head ${i % nHeads}` }, h("canvas")));
  const show = radios(items, nHeads, (i) => choose(Math.floor(i / nHeads), i % nHeads));
  const grid = h("div", { class: "tf-heads", style: `--heads:${nHeads}`, role: "radiogroup", "aria-label": "layer and head" });
  const label = (text) => h("span", { class: "tf-small", "aria-hidden": "true" }, text);
  grid.append(label(""), ...Array.from({ length: nHeads }, (_, head) => label(String(head))));
  items.forEach((item, i) => grid.append(...(i % nHeads ? [item] : [label(String(i / nHeads)), item])));
  const node = h("div", {}, h("p", { class: "tf-title" }, "every head: layers down, heads across"), grid);
  return {
    node,
    show: (layer, head) => show(layer * nHeads + head),
    paint(weights, length) {
      const [red, green, blue] = channels(getComputedStyle(node).getPropertyValue("--tf-weight"));
      items.forEach((item, i) => {
        const canvas = item.firstChild;
        set(canvas, { width: length, height: length });
        const image = new ImageData(length, length);
        for (let at = 0; at < length * length; at++) image.data.set([red, green, blue, (weights[i * length * length + at] * 255) / 1000], at * 4);
        canvas.getContext("2d").putImageData(image, 0, 0);
      });
    },
  };
}

const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.trim().slice(at, at + 2), 16));

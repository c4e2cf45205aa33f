// A masked language model: the reader hides words, the model says what could stand there, and whether two texts belong together.
import { binder, button, frame, h, number } from "../dom.js";
import { softmax } from "../maths/softmax.js";
import { END, makeTokenizer, MASK, START, UNKNOWN } from "../maths/engine/text.js";
import { whenNear } from "../trained.js";

export const BlankFiller = { render };

const ROWS = 8; // candidates

/**
 * What a BERT reads: START first END second END, the second of another segment.
 * @param {number[][]} texts ids of one or two texts @param {number[]} masked which of all their words are hidden
 * @returns {{tokens: number[], segments: number[], places: number[]}} places: where each word stands
 */
export function arrange(texts, masked) {
  const [tokens, segments, places] = [[START], [0], []];
  texts.forEach((ids, segment) => {
    for (const id of ids) {
      places.push(tokens.length);
      tokens.push(masked.includes(places.length - 1) ? MASK : id);
      segments.push(segment);
    }
    tokens.push(END);
    segments.push(segment);
  });
  return { tokens, segments, places };
}

function render({ model, el }) {
  const state = binder(model, ["text", "second", "masked"]);
  const { root, controls, body, say } = frame(el, {
    label: "Blank filler: hide words, and see what a masked language model puts in their place",
    attempt: "click a word to hide it. Then hide its neighbour too: what does the model lose?",
  });
  const change = (changes) => (state.change(changes), state.commit());
  const texts = () => [model.get("text"), model.get("second")].filter((text, i) => !i || text.trim());
  const field = (name, label) => {
    const input = h("input", { type: "text", class: "tf-source", maxlength: 200, spellcheck: "false", autocomplete: "off", oninput: () => state.change({ [name]: input.value, masked: [] }), onchange: state.commit });
    return { input, node: h("label", { class: "tf-promptbox" }, h("span", {}, label), input) };
  };
  const [first, second] = [field("text", "text"), field("second", "and then")];
  const examples = model.get("examples").map(([text, after]) => button(after ? `${text} ${after}` : text, () => change({ text, second: after, masked: [] })));
  controls.append(first.node, second.node, h("div", { class: "tf-sentences tf-tries", role: "group", "aria-label": "examples" }, ...examples),
    button("Show all", () => change({ masked: [] })), button("Reset", state.reset));
  const problem = h("p", { class: "tf-problem" });
  const words = h("div", { class: "tf-blanks", role: "group", "aria-label": "words to hide" });
  const title = h("p", { class: "tf-title" });
  const rows = Array.from({ length: ROWS }, () => {
    const [name, bar, value] = [h("th", { scope: "row" }), h("span", { class: "tf-bar" }), h("td", { class: "tf-num" })];
    return { name, bar, value, node: h("tr", {}, name, h("td", {}, bar), value) };
  });
  const [hint, verdict] = [h("p", { class: "tf-caption" }), h("p", { class: "tf-verdictline" })];
  body.append(problem, words, verdict, h("div", { class: "tf-guesses" }, title, h("table", { class: "tf-table" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "word"), h("th", { scope: "col" }, "chance"), h("th", { scope: "col", class: "tf-num" }, "p"))), h("tbody", {}, ...rows.map(({ node }) => node))), hint));

  let trained = null;
  let blanks = []; // the words as buttons, and whose words they are
  let written = null;

  function toggle(i) {
    const masked = model.get("masked");
    change({ masked: masked.includes(i) ? masked.filter((other) => other !== i) : [...masked, i] });
  }

  /** The words as buttons, made anew only for other words: a focused one keeps the focus. */
  function showWords(pieces) {
    const key = JSON.stringify(pieces);
    if (key === written) return;
    written = key;
    blanks = pieces.flat().map((word, i) => {
      const [front, guess] = [h("span", { class: "tf-front" }, word), h("span", { class: "tf-filled" })];
      return { word, front, guess, node: h("button", { type: "button", class: "tf-blank", onclick: () => toggle(i) }, front, guess) };
    });
    let at = 0;
    words.replaceChildren(...pieces.map((some) => h("div", { class: "tf-blankline" }, ...some.map(() => blanks[at++].node))));
  }

  function draw() {
    for (const [{ input }, name] of [[first, "text"], [second, "second"]]) if (input.value !== model.get(name)) input.value = model.get(name);
    const split = (trained?.source ?? makeTokenizer("lowercase words", [])).split;
    const pieces = texts().map(split);
    showWords(pieces);
    const masked = model.get("masked").filter((i) => i < blanks.length);
    blanks.forEach(({ node, word, front, guess }, i) => {
      const hidden = masked.includes(i);
      node.setAttribute("aria-pressed", String(hidden));
      node.setAttribute("aria-label", hidden ? `${word}, hidden` : word);
      front.textContent = hidden ? "▁▁▁" : word;
      guess.textContent = "\u00a0";
    });
    if (!trained) return show(null, []);
    const ids = texts().map((text) => trained.source.encode(text));
    const room = trained.config.max_len;
    const { tokens, segments, places } = arrange(ids, masked);
    const unknown = [...new Set(pieces.flat().filter((_, i) => ids.flat()[i] === UNKNOWN))];
    problem.textContent = tokens.length > room ? `It reads at most ${room} tokens, and this is ${tokens.length}.` : unknown.length ? `It has never seen ${unknown.map((word) => `“${word}”`).join(", ")}.` : "";
    if (tokens.length > room || !blanks.length) return show(null, []);
    const { words: logits, isNext } = trained.model.forward(tokens, { segments });
    const vocab = logits.length / tokens.length;
    const chances = masked.map((i) => softmax([...logits.subarray(places[i] * vocab, (places[i] + 1) * vocab)]));
    masked.forEach((i, k) => (blanks[i].guess.textContent = trained.source.items[likeliest(chances[k], 1)[0]]));
    verdict.textContent = texts().length > 1 ? `The second text follows the first: ${number(softmax([...isNext])[0])}` : "\u00a0";
    show(masked.length ? masked.at(-1) : null, chances.at(-1) ?? [], ids.flat());
  }

  /** The candidates for one word. */
  function show(at, p, ids) {
    const order = at === null ? [] : likeliest(p, ROWS);
    title.textContent = at === null ? (trained ? "click a word to hide it" : "\u00a0") : `what could stand for “${blanks[at].word}”`;
    rows.forEach(({ node, name, bar, value }, k) => {
      const id = order[k];
      node.style.visibility = id === undefined ? "hidden" : "visible";
      name.textContent = id === undefined ? "" : trained.source.items[id];
      bar.style.width = id === undefined ? 0 : `${100 * p[id]}%`;
      value.textContent = id === undefined ? "" : number(p[id]);
      node.classList.toggle("tf-drawn", id !== undefined && id === ids[at]);
    });
    if (at === null) hint.textContent = "\u00a0";
    else if (ids[at] === UNKNOWN) hint.textContent = "the hidden word is none that it knows";
    else hint.textContent = `the hidden word: place ${1 + p.filter((x) => x > p[ids[at]]).length} of ${p.length}, p ${number(p[ids[at]], 3)}`;
    const candidates = order.slice(0, 3).map((id) => `${trained.source.items[id]} ${number(p[id])}`).join(", ");
    say(`${texts().join(" ")} ${at === null ? "Nothing is hidden." : `Hidden: ${blanks[at].word}. Likeliest: ${candidates}; ${hint.textContent}.`} ${verdict.textContent}`);
  }

  const { node, stop } = whenNear(root, model, "The masked language model", (loaded) => {
    trained = loaded;
    written = null;
    draw();
    return `The masked language model is here: ${loaded.config.n_layers} layers, ${loaded.source.items.length} words.`;
  });
  body.prepend(node);
  draw();
  const stopWatching = state.watch(draw);
  return () => (stop(), stopWatching());
}

/** The n largest, best first. */
const likeliest = (p, n) => p.map((_, id) => id).sort((a, b) => p[b] - p[a]).slice(0, n);

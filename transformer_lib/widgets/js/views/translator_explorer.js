// An encoder-decoder at work: what the reader types goes in, the answer comes out word by word, and cross-attention
// shows what each word was taken from. Two widgets: sentences to translate, and spellings to pronounce.
import { binder, button, frame, h, number, radios, slider } from "../dom.js";
import { softmax } from "../maths/softmax.js";
import { beamSearch } from "../maths/engine/generation.js";
import { linear } from "../maths/engine/kernels.js";
import { sink } from "../maths/engine/models.js";
import { END, START } from "../maths/engine/text.js";
import { makeBreath, whenNear } from "../trained.js";
import { makeMatrix } from "./attention_matrix.js";
import { ranked } from "./sentences.js";

const LONGEST = 60; // tokens of an answer
const ROWS = 5; // candidates, or beams

export const TranslatorExplorer = explorer({
  label: "Translator: a sentence goes in, its translation comes out word by word, and cross-attention shows where each word comes from",
  attempt: "change a word, or type a German sentence of your own. Then press Step, and point at the English words.",
  input: "German", output: "English", piece: "word", name: "The translator", split: /\s+|(?=[.,])/,
  /** A sentence begins with a capital and ends with its stop, as those it was trained on. */
  prepare: (text) => text.trim().replace(/^\p{Ll}/u, (letter) => letter.toUpperCase()).replace(/[^.!?]$/, "$&."),
});

export const PronouncerExplorer = explorer({
  label: "Pronouncer: letters go in, sounds come out one by one, and cross-attention shows where each sound comes from",
  attempt: "type your own name. Then a word that is said in two ways, such as read or lead, with five beams.",
  input: "spelling", output: "sounds", piece: "sound", name: "The pronouncer", split: "",
  prepare: (text) => text.trim().toLowerCase(),
});

function explorer({ label, attempt, input, output, piece, name, split, prepare }) {
  return { render };

  function render({ model, el }) {
    const state = binder(model, ["text", "n_beams", "step", "query", "head"]);
    const { root, controls, body, say } = frame(el, { label, attempt });
    const change = (changes) => (state.change(changes), state.commit());

    const field = h("input", { type: "text", class: "tf-source", maxlength: 160, spellcheck: "false", autocomplete: "off", autocapitalize: "none", oninput: () => state.change({ text: field.value, step: LONGEST, query: -1 }), onchange: state.commit });
    const beamsSlider = slider("beams", { min: 1, max: ROWS, widest: 9 }, (n_beams) => state.change({ n_beams, step: LONGEST, query: -1 }), state.commit);
    const stepSlider = slider(`${piece}s written`, { min: 0, max: 1, widest: 2 }, (step) => state.change({ step, query: -1 }), state.commit);
    const examples = model.get("examples").map((text) => button(text, () => change({ text, step: LONGEST, query: -1 })));
    controls.append(
      h("label", { class: "tf-promptbox" }, h("span", {}, input), field),
      h("div", { class: "tf-sentences tf-tries", role: "group", "aria-label": "examples" }, ...examples),
      beamsSlider.node, stepSlider.node,
      button("Step", () => change({ step: shownStep() >= steps.length ? Math.min(1, steps.length) : shownStep() + 1, query: -1 })),
      button("Reset", state.reset),
    );
    const problem = h("p", { class: "tf-problem" });
    const answer = h("p", { class: "tf-answer" });
    const headButtons = h("div", { class: "tf-sentences", role: "radiogroup", "aria-label": "head of the last layer" });
    const [title, place, hint] = [h("p", { class: "tf-title" }), h("div", { class: "tf-cross" }), h("p", { class: "tf-caption" })];
    const table = makeTable(piece);
    const first = model.get("text").split(split);
    place.style.minHeight = `${85 + 8 * Math.max(...first.map((each) => each.length)) + 30 * (first.length + 2)}px`; // so that nothing moves when the answer comes, which may be a word longer
    body.append(h("div", { class: "tf-outcome" }, answer, problem), h("div", { class: "tf-attention tf-translation" }, h("div", { class: "tf-head" }, headButtons, title, hint, place), table.node));

    let trained = null;
    let steps = []; // the beams after each step
    let pieces = []; // of the source, and their ids
    let source = [];
    let context = null; // the encoder's output
    let turn = 0;
    let showHead = () => {};
    let hovered = null;
    let memory = { key: null }; // what was read for the tokens that are shown
    const shownStep = () => Math.min(model.get("step"), steps.length);

    async function translate() {
      if (!trained) return draw();
      const mine = ++turn;
      const text = prepare(model.get("text"));
      [steps, memory] = [[], { key: null }];
      pieces = trained.source.split(text);
      source = trained.source.encode(text);
      const unknown = [...new Set(trained.source.unknown(text))];
      problem.textContent = unknown.length ? `It has never seen ${unknown.map((each) => `“${each}”`).join(", ")}: it reads “unknown” there, and guesses.` : "";
      if (!source.length) return draw();
      context = trained.model.encoder.forward(source);
      const breathe = makeBreath();
      const max_new_tokens = Math.min(LONGEST, trained.model.decoder.config.max_len - 1);
      for (const beams of beamSearch(trained.model, [START], { source, max_new_tokens, n_beams: model.get("n_beams"), end_id: END })) {
        steps.push(beams);
        if ((await breathe()) && mine !== turn) return;
      }
      draw();
    }

    /** What the decoder saw and said for each of these tokens, all read at once: teacher forcing. */
    function read(tokens) {
      const key = tokens.join();
      if (memory.key === key) return memory;
      const { decoder } = trained.model;
      const seen = sink();
      const hidden = decoder.hidden([START, ...tokens.slice(0, -1)], { context, seen });
      const logits = linear(decoder.to_logits, hidden);
      const vocab = logits.length / tokens.length;
      const chances = tokens.map((_, i) => softmax([...logits.subarray(i * vocab, (i + 1) * vocab)]));
      const { n_heads } = decoder.config;
      const last = seen.cross_weights.at(-1);
      const rows = Array.from({ length: n_heads }, (_, head) => tokens.map((_, i) => [...last.subarray((head * tokens.length + i) * source.length, (head * tokens.length + i + 1) * source.length)]));
      const mean = tokens.map((_, i) => source.map((_, k) => rows.reduce((sum, head) => sum + head[i][k] / n_heads, 0)));
      return (memory = { key, chances, heads: [mean, ...rows] });
    }

    const word = (id) => (id === END ? "end" : trained.target.items[id]);

    function draw() {
      const [text, n_beams, head] = ["text", "n_beams", "head"].map((each) => model.get(each));
      if (field.value !== text) field.value = text;
      beamsSlider.show(n_beams, n_beams === 1 ? "1: greedy" : String(n_beams));
      const step = shownStep();
      stepSlider.node.querySelector("input").max = Math.max(1, steps.length);
      stepSlider.show(step, String(step));
      hovered = null;
      if (!trained) return table.show([], undefined, n_beams > 1);
      const beams = step ? steps[step - 1] : [];
      const tokens = beams[0]?.tokens ?? [];
      answer.replaceChildren(h("span", { class: "tf-muted" }, `${output}: `), h("b", {}, trained.target.decode(tokens) || (source.length ? "…" : "–")), tokens.at(-1) === END || !tokens.length ? "" : " …");
      showHead(head + 1);
      if (!tokens.length) {
        place.replaceChildren();
        title.textContent = source.length ? "press Step" : `type something ${input === "German" ? "German" : "to say"}`;
        hint.textContent = "";
        table.show([]);
        return say(title.textContent);
      }
      memory = read(tokens);
      memory.picture ??= makeMatrix(tokens.map(word), { choose: (query) => change({ query }), hover: (i) => ((hovered = i), drawRow()) }, pieces);
      if (place.firstChild !== memory.picture.node) place.replaceChildren(memory.picture.node); // else a focused word would lose it
      title.textContent = `cross-attention, last layer, ${head < 0 ? "mean of the heads" : `head ${head}`}`;
      drawRow();
      say(`${output}: ${trained.target.decode(tokens)}. ${hint.textContent}`);
    }

    function drawRow() {
      const [tokens, head, chosen] = [steps[shownStep() - 1][0].tokens, model.get("head"), model.get("query")];
      const query = hovered ?? (chosen >= 0 && chosen < tokens.length ? chosen : -1);
      const rows = memory.heads[head + 1];
      const at = query < 0 ? tokens.length - 1 : query; // where nobody points, the word that came last
      memory.picture.show(rows, at, chosen);
      hint.textContent = `${word(tokens[at])} ← ${ranked(rows[at], pieces)}`;
      if (model.get("n_beams") === 1) table.show(candidates(memory.chances[at], tokens[at]), `${piece} ${at + 1} was chosen from`);
      else table.show(beamRows(), `the beams after step ${shownStep()}`, true);
    }

    function candidates(p, chosen) {
      const order = p.map((_, id) => id).sort((a, b) => p[b] - p[a]).slice(0, ROWS);
      return order.map((id) => ({ text: word(id), share: p[id], shown: number(p[id]), chosen: id === chosen }));
    }

    function beamRows() {
      const step = shownStep();
      return steps[step - 1].map(({ tokens, logP, score, ended }, i) => ({ text: trained.target.decode(tokens) + (ended ? "" : " …"), share: Math.exp(logP), shown: number(score), chosen: i === 0 }));
    }

    const { node, stop } = whenNear(root, model, name, (loaded) => {
      trained = loaded;
      const { n_layers, n_heads, d_model } = loaded.model.decoder.config;
      const items = Array.from({ length: n_heads + 1 }, (_, i) => button(i ? `head ${i - 1}` : "mean"));
      showHead = radios(items, n_heads + 1, (i) => change({ head: i - 1 }));
      headButtons.replaceChildren(...items);
      translate();
      return `${name} is here: ${loaded.config.n_layers} layers read, ${n_layers} write, d_model ${d_model}.`;
    });
    body.prepend(node);
    draw();
    say(`${input}: ${model.get("text")}. ${name} is not loaded yet.`);
    const heard = [[["text", "n_beams"], translate], [["step", "query", "head"], draw]];
    for (const [names, listen] of heard) for (const each of names) model.on(`change:${each}`, listen);
    return () => {
      stop();
      turn++;
      for (const [names, listen] of heard) for (const each of names) model.off(`change:${each}`, listen);
    };
  }
}

/** What the chosen word was chosen from, or the beams: a bar for the probability, the chosen one marked. */
function makeTable(piece) {
  const rows = Array.from({ length: ROWS }, () => {
    const [text, bar, value] = [h("th", { scope: "row" }), h("span", { class: "tf-bar" }), h("td", { class: "tf-num" })];
    return { text, bar, value, node: h("tr", {}, text, h("td", {}, bar), value) };
  });
  const [title, first, last] = [h("p", { class: "tf-title" }, "\u00a0"), h("th", { scope: "col" }, piece), h("th", { scope: "col", class: "tf-num" }, "p")];
  const node = h("div", { class: "tf-candidates" }, title, h("table", { class: "tf-table" }, h("thead", {}, h("tr", {}, first, h("th", { scope: "col" }, "chance"), last)), h("tbody", {}, ...rows.map(({ node }) => node))));
  return {
    node,
    show(list, heading = "\u00a0", beams = false) {
      title.textContent = heading;
      [first.textContent, last.textContent] = beams ? ["beam", "score"] : [piece, "p"];
      node.classList.toggle("tf-beams", beams);
      rows.forEach(({ node, text, bar, value }, i) => {
        const row = list[i];
        node.style.visibility = row ? "visible" : "hidden";
        text.textContent = row?.text ?? "";
        bar.style.width = `${100 * (row?.share ?? 0)}%`;
        value.textContent = row?.shown ?? "";
        node.classList.toggle("tf-drawn", Boolean(row?.chosen));
      });
    },
  };
}

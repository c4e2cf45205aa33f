// A batch, and the three masks of one of its sentences: attention, read-out, loss.
import { binder, button, checkbox, frame, h, radios } from "../dom.js";
import { attentionMask, lossMask, readMask, wordsOf } from "../maths/masks.js";

export const MaskBuilder = { render };

const PAD = "[pad]";

function render({ model, el }) {
  const sentences = model.get("sentences");
  const longest = Math.max(...sentences.map((s) => s.length));
  const state = binder(model, ["sentence", "padding", "causal", "side", "read_out"]);
  const { controls, body, say } = frame(el, {
    label: "Mask builder: the three masks of a padded batch",
    attempt: "choose the shortest sentence, switch the masks, then put the padding on the left.",
  });
  const change = (changes) => (state.change(changes), state.commit());
  const padding = checkbox("padding mask", (on) => change({ padding: on }));
  const causal = checkbox("causal mask", (on) => change({ causal: on }));
  const side = segments("padding", ["right", "left"], (side) => change({ side }));
  const read = segments("read out", ["mean", "last"], (read_out) => change({ read_out }));
  controls.append(padding.node, causal.node, side.node, read.node, button("Reset", state.reset));

  const rows = sentences.map(() => h("button", { type: "button", class: "tf-batchrow" }));
  const chosen = radios(rows, 1, (i) => change({ sentence: i }));
  const table = h("table", { class: "tf-table tf-masks" });
  const note = h("p", { class: "tf-caption" });
  body.append(
    h("p", { class: "tf-title" }, "the batch: a box, filled up with pads"),
    h("div", { class: "tf-batch", role: "radiogroup", "aria-label": "sentence", style: `--n:${longest}` }, ...rows),
    h("p", { class: "tf-title" }, "its masks: ", h("span", { class: "tf-sample tf-seen" }), " may look ", h("span", { class: "tf-sample tf-hidden" }), " hidden"),
    table, note);

  function draw() {
    const [at, pad, cause, where, readOut] = ["sentence", "padding", "causal", "side", "read_out"].map((name) => model.get(name));
    const layouts = sentences.map((s) => layout(s, longest, where));
    padding.show(pad);
    causal.show(cause);
    side.show(where);
    read.show(readOut);
    chosen(at);
    rows.forEach((row, i) => {
      row.setAttribute("aria-label", sentences[i].join(" "));
      row.replaceChildren(...layouts[i].tokens.map((token, j) => h("span", { class: layouts[i].words[j] ? "tf-slot" : "tf-slot tf-hidden" }, layouts[i].words[j] ? token : "")));
    });
    const { tokens, words } = layouts[at];
    const mask = attentionMask(words, { padding: pad, causal: cause });
    const [outputs, targets] = [readMask(words, readOut), lossMask(words)];
    table.replaceChildren(
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "query ╲ key"), ...tokens.map((token) => h("th", { scope: "col", class: "tf-keyhead" }, h("span", { class: "tf-upright tf-key" }, token))),
        h("th", { scope: "col" }, "read"), h("th", { scope: "col" }, "loss: next"))),
      h("tbody", {}, ...tokens.map((token, i) => h("tr", {}, h("th", { scope: "row", class: words[i] ? "tf-query" : "tf-muted" }, token),
        ...mask[i].map((may) => h("td", { class: may ? "tf-maskcell tf-seen" : "tf-maskcell tf-hidden" }, h("span", { class: "tf-said" }, may ? "yes" : "no"))),
        h("td", { class: "tf-mark-cell tf-output" }, outputs[i] ? "★" : "–"),
        h("td", {}, targets[i] ? tokens[i + 1] : "–")))));
    const empty = mask.filter((row) => !row.includes(true)).length;
    const leaks = words.reduce((sum, word, i) => sum + (word ? mask[i].filter((may, j) => may && !words[j]).length : 0), 0);
    note.textContent = `words look at pads ${times(leaks)}; queries that see nothing: ${empty}`;
    say(`${sentences[at].join(" ")}, padding on the ${where}: words look at pads ${times(leaks)}, ${empty} queries see nothing.`);
  }
  draw();
  return state.watch(draw);
}

const times = (n) => `${n} time${n === 1 ? "" : "s"}`;

function layout(sentence, longest, side) {
  const words = wordsOf(sentence.length, longest, side);
  const rest = [...sentence];
  return { words, tokens: words.map((word) => (word ? rest.shift() : PAD)) };
}

/** Two choices side by side, named. */
function segments(name, choices, choose) {
  const buttons = choices.map((choice) => button(choice));
  const show = radios(buttons, choices.length, (i) => choose(choices[i]));
  return {
    node: h("span", { class: "tf-group" }, h("span", {}, name), h("span", { class: "tf-segments", role: "radiogroup", "aria-label": name }, ...buttons)),
    show: (choice) => show(choices.indexOf(choice)),
  };
}

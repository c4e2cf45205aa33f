// One small network under every mask from causal to full: a row for each output, a column for each word.
import { binder, button, checkbox, frame, h, radios, set, slider } from "../dom.js";
import { askable, partOf, prefixMask, staying } from "../maths/sight.js";

export const MaskChooser = { render };

const LETTERS = { encoder: "E", cross: "C", decoder: "D", "": "" };

function render({ model, el }) {
  const [words, influences] = ["words", "influences"].map((name) => model.get(name));
  const n = words.length;
  const state = binder(model, ["prefix", "output", "stacks"]);
  const { controls, body, say } = frame(el, {
    label: "Mask chooser: which words each output depends on, from the causal mask to the full one",
    attempt: "move the slider from 0 to the end. When does the first word learn of the last, and what is lost on the way?",
  });
  const prefix = slider("words read both ways", { min: 0, max: n, widest: 1 }, (value) => state.change({ prefix: value }), state.commit);
  const stacks = checkbox("two stacks", (on) => (state.change({ stacks: on }), state.commit()));
  controls.append(prefix.node, stacks.node, button("Reset", state.reset));

  const rows = words.map((word, i) => h("button", { type: "button", class: "tf-sights-row", "aria-label": `output ${i}, ${word}` }));
  const show = radios(rows, 1, (output) => (state.change({ output }), state.commit()));
  const title = h("p", { class: "tf-title" });
  const [told, follows] = [h("p", { class: "tf-chooser-told" }), h("p", { class: "tf-chooser-follows" })];
  const heads = words.map((word) => h("span", { class: "tf-upright tf-key" }, word));
  body.append(title,
    h("div", { class: "tf-sights tf-chooser", style: `--n:${n}` },
      h("div", { class: "tf-sights-row tf-sights-heads", "aria-hidden": "true" }, h("span", { class: "tf-muted" }, "output"), ...heads, h("span", { class: "tf-muted" }, "may be asked for the next")),
      h("div", { role: "radiogroup", "aria-label": "output" }, ...rows)),
    h("p", { class: "tf-caption" }, h("span", { class: "tf-sample tf-seen" }), " moves this output, the stronger the more ", h("span", { class: "tf-sample tf-hidden" }), " cannot move it"),
    told, follows);

  function draw() {
    const [p, output, two] = ["prefix", "output", "stacks"].map((name) => model.get(name));
    const mask = prefixMask(p, n);
    const ask = askable(mask);
    prefix.show(p, String(p));
    stacks.show(two);
    show(output);
    title.textContent = two && p > 0 && p < n ? `source of ${p}, target of ${n - p}: an encoder-decoder (E encoder, C cross-attention, D decoder)` : nameOf(p, n);
    heads.forEach((head, j) => set(head, { class: `tf-upright ${mask[output][j] ? "tf-key tf-chooser-known" : "tf-muted"}` }));
    rows.forEach((row, i) => row.replaceChildren(
      h("span", { class: "tf-output tf-chooser-word" }, words[i]),
      ...mask[i].map((may, j) => h("span", { class: `tf-chooser-cell ${may ? "" : "tf-hidden"}` },
        may ? h("span", { class: "tf-chooser-shade", style: `opacity:${shade(influences[p][i][j])}` }) : "",
        two && may ? h("span", { class: "tf-chooser-part" }, LETTERS[partOf(i, j, p)]) : "")),
      h("span", { class: i < n - 1 && ask[i] ? "tf-positive" : "tf-negative" }, i === n - 1 ? "" : ask[i] ? "yes" : "no, seen")));
    const seen = words.filter((_, j) => mask[output][j]);
    told.textContent = `Output ${output}, ${words[output]}, depends on ${seen.length} of ${n} words: ${seen.join(" ")}.${output === n - 1 ? "" : ask[output] ? ` It has not seen the next word, ${words[output + 1]}.` : ` It has seen the next word, ${words[output + 1]}: to ask for it would be cheating.`}`;
    const asked = ask.filter(Boolean).length;
    follows.textContent = `${asked} of ${n - 1} next words can be asked for. When a word is added, ${staying(p, n)} of ${n} vectors stay: ${staying(p, n) ? "a cache can keep them." : "nothing can be kept."}`;
    say(`${title.textContent}. ${told.textContent} ${follows.textContent}`);
  }
  draw();
  return state.watch(draw);
}

const nameOf = (p, n) => (p === 0 ? "0: the causal mask, a decoder" : p === n ? `${n}: the full mask, an encoder` : `${p}: a prefix mask, between decoder and encoder`);
const shade = (x) => (0.18 + 0.82 * Math.sqrt(x)).toFixed(2); // a small influence is one, too

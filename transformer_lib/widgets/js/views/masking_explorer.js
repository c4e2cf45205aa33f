// One sentence as a masked language model gets it: what it sees, and what it is asked.
import { binder, button, frame, h, number, radios, slider } from "../dom.js";
import { FATES, masked, MODES, shares } from "../maths/masking.js";

export const MaskingExplorer = { render };

const NAMES = Object.keys(MODES);
const SAID = { masked: "hidden", random: "replaced", kept: "kept" };

function render({ model, el }) {
  const [words, fillers, throws] = ["words", "fillers", "throws"].map((name) => model.get(name));
  const state = binder(model, ["rate", "mode", "draw"]);
  const { controls, body, say } = frame(el, {
    label: "Masking explorer: which words of a sentence are chosen, what the model sees, and what the loss asks",
    attempt: "draw again until a word is kept or replaced. Without its frame, would you have suspected it?",
  });
  const change = (changes) => (state.change(changes), state.commit());
  const rate = slider("chosen, of 100 words", { min: 0, max: 60, step: 5, widest: 2.2 }, (x) => state.change({ rate: x }), state.commit);
  const modes = NAMES.map((name) => button(name));
  const showMode = radios(modes, NAMES.length, (i) => change({ mode: NAMES[i] }));
  controls.append(h("span", { class: "tf-segments", role: "radiogroup", "aria-label": "what becomes of the chosen words" }, ...modes), rate.node,
    button("Draw again", () => change({ draw: (model.get("draw") + 1) % throws.length })), button("Reset", state.reset));
  const tiles = words.map((word) => {
    const [seen, fate, asked] = [h("b", { class: "tf-mlm-seen" }), h("span", { class: "tf-mlm-fate" }), h("span", { class: "tf-mlm-asked" })];
    return { word, seen, fate, asked, node: h("li", { class: "tf-mlm-tile" }, seen, fate, asked) };
  });
  const rows = FATES.map((name) => ({ name, here: h("td", { class: "tf-num" }), average: h("td", { class: "tf-num" }) }));
  const verdict = h("p", { class: "tf-caption" });
  body.append(
    h("p", { class: "tf-title" }, "what the model sees, and below what it is asked"),
    h("ol", { class: "tf-mlm-line" }, ...tiles.map(({ node }) => node)),
    h("table", { class: "tf-table tf-mlm-counts" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "chosen, and then"), h("th", { scope: "col", class: "tf-num" }, "here"), h("th", { scope: "col", class: "tf-num" }, "of 100 words"))),
      h("tbody", {}, ...rows.map(({ name, here, average }) => h("tr", {}, h("th", { scope: "row" }, SAID[name]), here, average)))),
    verdict);

  function draw() {
    const [percent, mode, at] = ["rate", "mode", "draw"].map((name) => model.get(name));
    const result = masked(words, fillers, throws[at], percent, mode);
    const average = shares(percent, mode);
    const count = (name) => result.filter(({ fate }) => fate === name).length;
    rate.show(percent, String(percent));
    showMode(NAMES.indexOf(mode));
    tiles.forEach(({ word, node, seen, fate, asked }, i) => {
      const now = result[i];
      node.className = `tf-mlm-tile${now.fate ? ` tf-mlm-${now.fate}` : ""}`;
      seen.textContent = now.shown;
      fate.textContent = now.fate ? SAID[now.fate] : "\u00a0";
      asked.textContent = now.fate ? `${word}?` : "\u00a0";
    });
    rows.forEach(({ name, here, average: cell }, i) => {
      here.textContent = String(count(name));
      cell.textContent = number(average[i], 1);
    });
    const visible = result.filter(({ fate }) => fate === "kept" || fate === "random").length;
    const asked = result.filter(({ fate }) => fate).length;
    verdict.textContent = mode === "all kept" ? "Every answer stands in the input: the model learns to copy."
      : mode === "all [MASK]" ? "No visible word is ever asked: their vectors need not know anything."
      : !asked ? "In this draw nothing is asked of the sentence."
      : !visible ? `${asked} of ${words.length} words enter the loss, and all of them are hidden.`
      : `${asked} of ${words.length} words enter the loss; at ${visible} of them the model sees a word, and cannot know whether it is the right one.`;
    say(`${percent} of 100 words chosen, ${mode}, draw ${at + 1}: the model sees ${result.map(({ shown }) => shown).join(" ")}. Asked: ${words.filter((_, i) => result[i].fate).join(", ") || "nothing"}. ${verdict.textContent}`);
  }
  draw();
  return state.watch(draw);
}

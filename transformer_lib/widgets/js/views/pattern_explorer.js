// Who sees whom in one sparse layer, and who has heard from whom after several.
import { binder, button, frame, h, radios, s, set, slider } from "../dom.js";
import { count, firstHeard, layersUntilAll, patternMask } from "../maths/patterns.js";

export const PatternExplorer = { render };

const PATTERNS = ["full", "causal", "window", "dilated", "Longformer", "BigBird"];

function render({ model, el }) {
  const chosen = model.get("chosen");
  const n = chosen.length;
  const state = binder(model, ["pattern", "window", "layers"]);
  const { controls, body, say } = frame(el, {
    label: "Pattern explorer: who sees whom, and who has heard from whom after several layers",
    attempt: "add layers to the window until the square is full. Then take one global word (Longformer). Then try dilated.",
  });
  const buttons = PATTERNS.map((name) => button(name));
  const show = radios(buttons, PATTERNS.length, (i) => (state.change({ pattern: PATTERNS[i] }), state.commit()));
  const window_ = slider("words to each side", { min: 1, max: 8, widest: 1 }, (window) => state.change({ window }), state.commit);
  const layers = slider("layers", { min: 1, max: 16, widest: 2 }, (layers) => state.change({ layers }), state.commit);
  controls.append(h("span", { class: "tf-segments tf-patterns", role: "radiogroup", "aria-label": "pattern" }, ...buttons), window_.node, layers.node, button("Reset", state.reset));

  const heardPath = s("path", { class: "tf-pattern-heard" });
  const seenPath = s("path", { class: "tf-pattern-seen" });
  const picture = s("svg", { viewBox: `-1 -1 ${n + 2} ${n + 2}`, class: "tf-pattern", role: "img" },
    s("rect", { x: 0, y: 0, width: n, height: n, class: "tf-pattern-box" }), heardPath, seenPath);
  const note = h("p", { class: "tf-caption" });
  const key = (name, text) => h("span", {}, h("span", { class: `tf-pattern-key ${name}` }), ` ${text}`);
  body.append(h("p", { class: "tf-title" }, `${n} words: a row for each query, a column for each key`),
    h("p", { class: "tf-pattern-keys" }, key("tf-one", "seen in one layer"), key("tf-more", "heard of by now")), picture, note);

  function draw() {
    const [pattern, window, deep] = ["pattern", "window", "layers"].map((name) => model.get(name));
    const mask = patternMask(pattern, { length: n, window, chosen });
    const heard = firstHeard(mask);
    const until = layersUntilAll(heard);
    show(PATTERNS.indexOf(pattern));
    window_.show(window, String(window));
    layers.show(deep, String(deep));
    set(seenPath, { d: squares(mask) });
    set(heardPath, { d: squares(heard.map((row, i) => row.map((layer, j) => layer > 0 && layer <= deep && !mask[i][j]))) });
    const scores = count(mask);
    const reached = count(heard.map((row) => row.map((layer) => layer > 0 && layer <= deep)));
    const all = (n ** 2).toLocaleString("en-US");
    const share = Math.round((100 * scores) / n ** 2);
    const end = until === null ? "They never all hear from all." : `All have heard from all after ${until} layer${until === 1 ? "" : "s"}.`;
    note.textContent = `${scores.toLocaleString("en-US")} of ${all} scores (${share} %). After ${deep} layer${deep === 1 ? "" : "s"}: ${Math.round((100 * reached) / n ** 2)} % of pairs. ${end}`;
    set(picture, { "aria-label": note.textContent });
    say(`${pattern}: ${note.textContent}`);
  }
  draw();
  return state.watch(draw);
}

const squares = (mask) => mask.flatMap((row, i) => row.map((on, j) => (on ? `M${j + 0.08} ${i + 0.08}h.84v.84h-.84z` : ""))).join("");

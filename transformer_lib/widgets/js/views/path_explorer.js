// Three ways to read a sentence: the path from one word to another, and the steps that wait for one another.
import { binder, button, frame, h, radios, s, set, slider } from "../dom.js";
import { ancestors, network, shortestPath, waves } from "../maths/paths.js";

export const PathExplorer = { render };

const ROW = 28; // pixels; the same as --row in path_explorer.css
const KINDS = ["recurrence", "window", "attention"];
const FIELDS = ["sentence", "kind", "window", "layers", "start", "end", "step"];
const plural = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

function render({ model, el }) {
  const sentences = model.get("sentences");
  const state = binder(model, FIELDS);
  const choose = (changes) => (state.change(changes), state.commit());
  const { controls, body, say } = frame(el, {
    label: "Path explorer: how far one word is from another in three networks, and which steps wait for which",
    attempt: "read the sentence step by step. Then take a longer sentence, and another network.",
  });

  const kinds = KINDS.map((kind) => h("button", { type: "button", class: "tf-button" }, kind));
  const showKind = radios(kinds, KINDS.length, (i) => choose({ kind: KINDS[i], step: 0 }));
  const lengths = sentences.map((words) => h("button", { type: "button", class: "tf-button" }, plural(words.length, "word")));
  const showSentence = radios(lengths, lengths.length, (i) => {
    const n = sentences[i].length;
    choose({ sentence: i, start: Math.min(1, n - 1), end: n - 2, step: 0 });
  });
  const width = slider("window", { min: 3, max: 9, step: 2, widest: 7 }, (window) => state.change({ window, step: 0 }), state.commit);
  const depth = slider("layers", { min: 1, max: 8, widest: 2 }, (layers) => state.change({ layers, step: 0 }), state.commit);
  const steps = slider("steps taken", { min: 0, max: 1, widest: 8 }, (step) => state.change({ step }), state.commit);
  const next = button("Next step", () => {
    const last = Math.max(...waves(now().net));
    choose({ step: Math.min(model.get("step"), last) >= last ? 0 : model.get("step") + 1 });
  });
  const windows = h("div", { class: "tf-group" }, width.node, depth.node);
  const walk = h("div", { class: "tf-group" }, next, steps.node, button("Reset", state.reset));
  controls.append(
    h("div", { class: "tf-group", role: "radiogroup", "aria-label": "network" }, ...kinds),
    h("div", { class: "tf-group", role: "radiogroup", "aria-label": "sentence" }, ...lengths), walk);

  const holder = h("div", { class: "tf-paths" });
  const facts = ["path", "waiting", "now"].map((name) => fact({ path: "path", waiting: "have to wait for one another", now: "at this step" }[name]));
  body.append(holder, h("dl", { class: "tf-facts" }, ...facts.map((f) => f.node)));

  let words; // whose lists are in the page
  let lists;
  function list(name, label, n) {
    const items = words.map((word) => h("button", { type: "button", class: "tf-token" }, word));
    const show = radios(items, 1, (i) => choose({ [name]: i }));
    return { node: h("div", { class: `tf-ends tf-${name}`, role: "radiogroup", "aria-label": label }, ...items), show, n };
  }
  function now() {
    const n = sentences[model.get("sentence")].length;
    const setting = { kind: model.get("kind"), n, window: model.get("window"), layers: model.get("layers") };
    return { ...setting, net: network(setting) };
  }

  function draw() {
    const { kind, net, window, layers, n } = now();
    const start = Math.min(model.get("start"), n - 1);
    const end = Math.min(model.get("end"), n - 1);
    const wave = waves(net);
    const last = Math.max(...wave);
    const step = Math.min(model.get("step"), last);
    const path = shortestPath(net, start, end);
    if (words !== sentences[model.get("sentence")]) {
      words = sentences[model.get("sentence")];
      lists = { start: list("start", "from this word", n), svg: s("svg", { role: "img", height: ROW * n }), end: list("end", "to what is computed here", n) };
      holder.replaceChildren(h("p", { class: "tf-side" }, "from"), h("p", { class: "tf-side" }), h("p", { class: "tf-side" }, "to"), lists.start.node, lists.svg, lists.end.node);
    }
    showKind(KINDS.indexOf(kind));
    showSentence(model.get("sentence"));
    if (kind !== "window") windows.remove();
    else if (!windows.isConnected) controls.insertBefore(windows, walk);
    width.show(window, plural(window, "word"));
    depth.show(layers, String(layers));
    set(steps.node.querySelector("input"), { max: last });
    steps.show(step, `${step} of ${last}`);
    next.textContent = step === last ? "Start again" : "Next step";
    lists.start.show(start);
    lists.end.show(end);
    set(lists.svg, { "aria-label": describe({ kind, n, path, last }) });
    lists.svg.replaceChildren(...drawing(net, wave, step, path, end));
    const fresh = wave.filter((w) => w === step && step > 0).length;
    const computed = wave.filter((w) => w > 0).length;
    const where = `from ${words[start]} to ${words[end]}`;
    facts[0].show(path ? plural(path.length - 1, "step") : "none", path ? where : `${where}: ${why(kind, start, end)}`);
    facts[1].show(plural(last, "step"), `for ${plural(computed, "vector")}`);
    facts[2].show(plural(fresh, "vector"), step ? "computed, all at once" : "nothing is computed yet");
    say(`${describe({ kind, n, path, last })} Path ${where}: ${path ? plural(path.length - 1, "step") : why(kind, start, end)}. ${step} of ${last} steps taken; ${plural(fresh, "vector")} computed at this one.`);
  }
  draw();
  return state.watch(draw);
}

const describe = ({ kind, n, last }) => `${kind} over ${n} words: ${plural(last, "step")} one after the other.`;

const why = (kind, start, end) => (kind === "recurrence" ? "it reads from left to right" : `${Math.abs(end - start)} words apart, too far for these windows`);

function fact(name) {
  const [value, words] = [h("b"), h("span")];
  return {
    node: h("div", {}, h("dt", {}, name), h("dd", {}, value, " ", words)),
    show: (text, more) => ((value.textContent = text), (words.textContent = more)),
  };
}

/**
 * Lines first, the path's above the others, then the vectors: squares for words, discs for what is computed. Where no
 * path leads to the end, all that the end is computed from stands out instead.
 */
function drawing({ n, columns, parents }, wave, step, path, end) {
  const x = (v) => `${8 + (84 * Math.floor(v / n)) / (columns - 1)}%`;
  const y = (v) => ROW * ((v % n) + 0.5);
  const lit = new Set(path ?? ancestors(parents, parents.length - n + end));
  const shade = Math.max(0.2, Math.min(1, 30 / Math.max(...parents.map((row) => row.length)) / n)); // many lines, each lighter
  const line = (from, v) => s("line", { x1: x(from), y1: y(from), x2: x(v), y2: y(v), ...look(from, v) });
  const look = (from, v) => {
    if (path ? path.indexOf(v) === path.indexOf(from) + 1 && path.includes(from) : lit.has(v)) return { class: `tf-edge ${path ? "tf-lit" : "tf-cone"}` };
    return { class: `tf-edge ${wave[v] === step && step ? "tf-now" : wave[v] < step ? "tf-done" : ""}`, opacity: shade };
  };
  const edges = parents.flatMap((row, v) => row.map((from) => line(from, v)));
  edges.sort((a, b) => /lit|cone/.test(a.getAttribute("class")) - /lit|cone/.test(b.getAttribute("class")));
  const vectors = parents.map((row, v) => {
    const kind = !row.length ? "tf-word" : wave[v] === step ? "tf-now" : wave[v] < step ? "tf-done" : "tf-waiting";
    const shown = { class: `tf-vector ${kind}${lit.has(v) ? " tf-lit" : ""}` };
    if (!row.length) return s("rect", { x: x(v), y: y(v) - 5, width: 10, height: 10, style: "transform: translateX(-5px)", ...shown });
    return s("circle", { cx: x(v), cy: y(v), r: 7, ...shown });
  });
  return [...edges, ...vectors];
}

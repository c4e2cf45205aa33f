// A language model that writes in the page: what each next character is drawn from, and what the cache keeps.
import { binder, button, checkbox, frame, h, number, slider } from "../dom.js";
import { makeRandom, stream } from "../maths/engine/generation.js";
import { START, UNKNOWN } from "../maths/engine/text.js";
import { makeBreath, whenNear } from "../trained.js";

export const TextSampler = { render };

const ROWS = 10; // characters with bars
const MOST_K = 40; // the slider's end, where all are kept
const NAMES = { "\n": "↵", " ": "␣", "\t": "⇥" };
const named = (character) => NAMES[character] ?? character;
const SETTINGS = ["prompt", "temperature", "top_k", "top_p", "seed", "cached"]; // another of these is another text

function render({ model, el }) {
  const state = binder(model, [...SETTINGS, "length"]);
  const { root, controls, body, say } = frame(el, {
    label: "Text sampler: a language model writes, one character after the other",
    attempt: "put the temperature to 0, which is greedy, then to 1.5. Then drag characters back, and watch what each next one is drawn from.",
  });
  const change = (changes) => (state.change(changes), state.commit());
  const live = (name, of = (x) => x) => [(x) => state.change({ [name]: of(x) }), state.commit];

  const prompt = h("textarea", { class: "tf-prompt", rows: 2, maxlength: 300, spellcheck: "false", oninput: () => state.change({ prompt: prompt.value }), onchange: state.commit });
  const sliders = {
    temperature: slider("temperature", { min: 0, max: 2, step: 0.05, widest: 4 }, ...live("temperature")),
    top_k: slider("top-k", { min: 1, max: MOST_K, widest: 3 }, ...live("top_k", (k) => (k === MOST_K ? null : k))),
    top_p: slider("top-p", { min: 0.05, max: 1, step: 0.05, widest: 4 }, ...live("top_p")),
    length: slider("characters", { min: 0, max: 200, widest: 3 }, ...live("length")),
  };
  const cache = checkbox("KV cache", (cached) => change({ cached }));
  controls.append(
    h("label", { class: "tf-promptbox" }, h("span", {}, "prompt"), prompt),
    sliders.temperature.node, sliders.top_k.node, sliders.top_p.node, sliders.length.node, cache.node,
    button("Again", () => change({ seed: model.get("seed") + 1 })), button("Reset", state.reset),
  );
  const text = h("div", { class: "tf-written", tabindex: 0, role: "region", "aria-label": "the text" });
  const bars = makeBars();
  const facts = ["the cache holds", "a character takes", "without a cache"].map((name) => fact(name));
  body.append(h("div", { class: "tf-sampler" }, text, bars.node), h("dl", { class: "tf-facts tf-samplerfacts" }, ...facts.map(({ node }) => node)));

  let trained = null; // the model, once it is there
  let written = []; // what `stream` has yielded for these settings
  let run = null; // the `stream` that goes on with it
  let full = false; // whether it has come to its window's end
  let turn = 0; // a later change takes over from an earlier one
  const times = { true: [], false: [] }; // of the last tokens, with and without the cache, in ms

  /** The prompt as the model can read it; text it does not know is left out. */
  function ids() {
    const known = trained.source.encode(model.get("prompt")).filter((id) => id !== UNKNOWN);
    return known.length ? known : [START];
  }

  const windowOf = () => Math.min(model.get("window"), trained.config.max_len);

  function begin() {
    const [prompt, options] = [ids(), Object.fromEntries(["temperature", "top_k", "top_p", "cached"].map((name) => [name, model.get(name)]))];
    const room = windowOf() - prompt.length;
    [written, full] = [[], false];
    run = stream(trained.model, prompt, { ...options, max_new_tokens: Math.max(0, room), random: makeRandom(model.get("seed")) });
    return write();
  }

  /** Write on, up to one more than is shown: the one whose chances the bars show. */
  async function write() {
    if (!trained) return draw();
    const mine = ++turn;
    const breathe = makeBreath();
    const passed = times[model.get("cached")];
    while (written.length <= model.get("length")) {
      const from = performance.now();
      const { value, done } = run.next();
      full = Boolean(done);
      if (full) break;
      written.push(value);
      passed.push(performance.now() - from);
      if (passed.length > 20) passed.shift();
      if (await breathe()) {
        if (mine !== turn) return;
        draw();
      }
    }
    draw();
    tell();
  }

  function draw() {
    const [length, temperature, k, p] = ["length", "temperature", "top_k", "top_p"].map((name) => model.get(name));
    if (prompt.value !== model.get("prompt")) prompt.value = model.get("prompt");
    sliders.temperature.show(temperature, temperature ? number(temperature) : "0: the likeliest");
    sliders.top_k.show(k ?? MOST_K, k === null ? "all" : String(k));
    sliders.top_p.show(p, p === 1 ? "all" : number(p));
    sliders.length.show(length, String(length));
    cache.show(model.get("cached"));
    if (!trained) return text.replaceChildren(h("span", { class: "tf-given" }, model.get("prompt")));
    const shown = written.slice(0, full ? length : Math.min(length, written.length - 1)); // of the last one it shows the chances
    const unknown = trained.source.unknown(model.get("prompt"));
    const next = written[shown.length];
    text.replaceChildren(
      h("span", { class: "tf-given" }, trained.source.decode(ids())), trained.source.decode(shown.map(({ token }) => token)), h("span", { class: "tf-caret", "aria-hidden": "true" }),
      ...(unknown.length ? [h("p", { class: "tf-note" }, `The model has never seen ${[...new Set(unknown)].map((c) => `“${c}”`).join(", ")}: left out.`)] : []),
      ...(!next && full ? [h("p", { class: "tf-note" }, `Its window of ${windowOf()} characters is full.`)] : []),
    );
    text.scrollTop = text.scrollHeight;
    bars.show(next, trained.source.items);
    const { n_layers, d_model } = trained.config;
    const kept = (next ?? written.at(-1))?.numbers ?? 0;
    facts[0].show(kept.toLocaleString("en").replaceAll(",", " "), kept ? `numbers: 2 × ${kept / (2 * n_layers * d_model)} characters × ${n_layers} layers × ${d_model}` : "nothing: all is computed anew");
    [true, false].forEach((cached, i) => facts[i + 1].show(times[cached].length ? `${number(median(times[cached]), 1)} ms` : "–", times[cached].length ? `${Math.round(1000 / median(times[cached]))} a second` : "switch the cache off"));
  }

  function tell() {
    const next = written[model.get("length")];
    const list = next?.kept.slice(0, 3).map((id) => `${named(trained.source.items[id])} ${number(next.probabilities[id])}`).join(", ");
    say(`Written: ${trained.source.decode(written.slice(0, model.get("length")).map(({ token }) => token))}. Next: ${list ?? "nothing, the window is full"}.`);
  }

  const { node, stop } = whenNear(root, model, "The language model", (loaded) => {
    trained = loaded;
    begin();
    return `The language model is here: ${loaded.config.n_layers} layers, a window of ${windowOf()} characters.`;
  });
  body.prepend(node);
  draw();
  say(`Prompt: ${model.get("prompt")}. The language model is not loaded yet.`);
  const again = () => (trained ? begin() : draw());
  const events = SETTINGS.map((name) => `change:${name}`);
  for (const event of events) model.on(event, again);
  model.on("change:length", write);
  return () => {
    stop();
    turn++;
    for (const event of events) model.off(event, again);
    model.off("change:length", write);
  };
}

const median = (xs) => [...xs].sort((a, b) => a - b)[xs.length >> 1];

function fact(name) {
  const [value, meaning] = [h("b", {}, "–"), h("span")]; // the sign is as high as a number: nothing moves when one comes
  return { node: h("div", {}, h("dt", {}, name), h("dd", {}, value, meaning)), show: (text, words) => ((value.textContent = text), (meaning.textContent = ` ${words}`)) };
}

/** The likeliest next characters: an open bar before the cut, a full one after it, the drawn one marked. */
function makeBars() {
  const cell = (more = {}) => h("td", more);
  const rows = Array.from({ length: ROWS }, () => {
    const row = { name: h("th", { scope: "row" }, "–"), before: h("span", { class: "tf-bar tf-before" }), after: h("span", { class: "tf-bar" }), numbers: [cell({ class: "tf-num" }), cell({ class: "tf-num" })] };
    row.node = h("tr", {}, row.name, cell({ class: "tf-track" }), ...row.numbers);
    row.node.children[1].append(row.before, row.after);
    return row;
  });
  const sample = (more, text) => h("span", { class: "tf-kind" }, h("span", { class: `tf-bar tf-sample ${more}` }), text);
  const head = (name, more = "") => h("th", { scope: "col", class: more }, name);
  const rest = h("p", { class: "tf-caption" });
  return {
    node: h("div", { class: "tf-chances" }, h("p", { class: "tf-title" }, sample("tf-before", "before the cut"), sample("", "after it")), h("table", { class: "tf-table" },
      h("thead", {}, h("tr", {}, head("next"), head("probability"), head("before", "tf-num"), head("after", "tf-num"))), h("tbody", {}, ...rows.map(({ node }) => node))), rest),
    show(step, items) {
      const order = step ? Array.from(step.before.keys()).sort((a, b) => step.before[b] - step.before[a]).slice(0, ROWS) : [];
      rows.forEach(({ node, name, before, after, numbers }, i) => {
        const id = order[i];
        node.style.visibility = id === undefined ? "hidden" : "visible";
        name.textContent = id === undefined ? "" : named(items[id]);
        node.classList.toggle("tf-drawn", id !== undefined && id === step.token);
        for (const [bar, cell, values] of [[before, numbers[0], step?.before], [after, numbers[1], step?.probabilities]]) {
          bar.style.width = id === undefined ? 0 : `${100 * values[id]}%`;
          cell.textContent = id === undefined ? "" : number(values[id]);
        }
      });
      rest.textContent = step ? `${step.kept.length} of ${items.length} may be drawn; drawn: ${named(items[step.token])}` : " ";
    },
  };
}

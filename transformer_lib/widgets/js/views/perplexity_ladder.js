// One sentence: the probability of each word to be dragged, its bits, and what they make together.
import { binder, button, frame, h, number, s, set } from "../dom.js";
import { distribution, scoreSentence } from "../maths/perplexity.js";

export const PerplexityLadder = { render };

const STEPS = 200; // of half a per cent
const LETTERS = 30; // as many fit into a bar that is wide enough for names
const shown = (x, digits = 2) => (Number.isFinite(x) ? number(x, digits) : x > 0 ? "∞" : "−∞");

/** A probability that may be tiny: four decimals, or a power of ten. */
function tiny(x) {
  if (x === 0) return "0";
  if (x >= 0.001) return number(x, 4);
  const power = Math.floor(Math.log10(x));
  return [number(x / 10 ** power, 1), " × 10", h("sup", {}, number(power, 0))];
}

function render({ model, el }) {
  const [words, rivals, presets] = ["words", "rivals", "presets"].map((name) => model.get(name));
  const shares = rivals.map((others) => others.map(([, share]) => share));
  const state = binder(model, ["p"]);
  const { controls, body, say } = frame(el, {
    label: "Perplexity ladder: how likely a model finds each word of a sentence, and what that makes",
    attempt: "make perplexity exactly 2. Then push one word to 0. Then compare the careful model with the bold one.",
  });
  controls.append(
    h("div", { class: "tf-group", role: "group", "aria-label": "models" }, "model",
      ...Object.entries(presets).map(([name, p]) => button(name, () => (state.change({ p }), state.commit())))),
    button("Reset", state.reset),
  );

  const rows = words.map((word, i) => row(word, i, rivals[i].map(([other]) => other), {
    drag: (x) => state.change({ p: model.get("p").map((old, j) => (i === j ? x : old)) }),
    commit: state.commit,
  }));
  const head = (text, more = "") => h("th", { scope: "col", class: `tf-num${more}` }, text);
  const table = h("table", { class: "tf-table tf-ladder" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "word"), h("th", { scope: "col", class: "tf-drag" }, "drag its share"),
      head("p"), head("bits"), head("1st?"))),
    h("tbody", {}, ...rows.map((r) => r.node)));
  const steps = makeSteps(words);
  const die = makeDie();
  const facts = Object.fromEntries(["probability of the sentence", "log-likelihood", "cross-entropy", "perplexity", "accuracy"].map((name) => [name, fact(name)]));
  body.append(table, h("div", { class: "tf-pair" }, steps.node, die.node), h("dl", { class: "tf-facts tf-lines-of-two" }, ...Object.values(facts).map((f) => f.node)));

  function draw() {
    const p = model.get("p");
    const score = scoreSentence(p, shares);
    rows.forEach((r, i) => r.show(distribution(p[i], shares[i]), score.bits[i], score.first[i]));
    steps.show(score);
    die.show(score.perplexity);
    facts["probability of the sentence"].show(tiny(score.likelihood), "all p multiplied");
    facts["log-likelihood"].show(shown(score.logLikelihood), "nats: all log p added");
    facts["cross-entropy"].show(`${shown(score.meanBits)} bits`, `= ${shown(score.meanNats)} nats a word`);
    facts.perplexity.show(shown(score.perplexity), "faces of the fair die");
    facts.accuracy.show(`${score.correct} of ${words.length}`, "were the first choice");
    say(`Probabilities ${words.map((word, i) => `${word} ${number(p[i], 3)}`).join(", ")}. Cross-entropy ${shown(score.meanBits)} bits, perplexity ${shown(score.perplexity)}, accuracy ${score.correct} of ${words.length}.`);
  }
  draw();
  return state.watch(draw);
}

/** One word: a bar of its whole distribution, whose first part is dragged. */
function row(word, i, others, { drag, commit }) {
  const names = ["", ...others];
  const parts = names.map((_, k) => h("span", { class: k ? "tf-share" : "tf-share tf-true" }));
  const input = h("input", { type: "range", min: 0, max: STEPS, step: 1, "aria-label": `probability of word ${i + 1}, ${word}`,
    oninput: () => drag(Number(input.value) / STEPS), onchange: commit });
  const [p, bits, first] = ["", "", ""].map(() => h("td", { class: "tf-num" }));
  const node = h("tr", {}, h("th", { scope: "row" }, word), h("td", { class: "tf-drag" }, h("div", { class: "tf-mass" }, h("div", { class: "tf-shares", "aria-hidden": "true" }, ...parts), input)), p, bits, first);
  return {
    node,
    show(mass, cost, right) {
      mass.forEach((x, k) => {
        parts[k].style.width = `${100 * x}%`;
        parts[k].textContent = x * LETTERS > names[k].length ? names[k] : "";
      });
      input.value = Math.round(mass[0] * STEPS);
      input.setAttribute("aria-valuetext", `${number(100 * mass[0], 1)} per cent`);
      p.textContent = number(mass[0], 3);
      bits.textContent = shown(cost);
      first.replaceChildren(h("span", { class: right ? "tf-first" : "tf-second", role: "img", "aria-label": right ? "yes" : "no" }, right ? "✓" : "✗"));
    },
  };
}

function fact(name) {
  const [value, meaning] = [h("b"), h("span")];
  const show = (text, words) => (value.replaceChildren(...[text].flat()), (meaning.textContent = words));
  return { node: h("div", {}, h("dt", {}, name), h("dd", {}, value, " ", meaning)), show };
}

/** A column of bits for each word, and the line of their mean. */
function makeSteps(words) {
  const [W, H, L, R, T, B, TOP] = [340, 210, 30, 8, 26, 30, 8];
  const wide = (W - L - R) / words.length;
  const y = (bits) => H - B - (Math.min(bits, TOP) / TOP) * (H - T - B);
  const axes = [0, 2, 4, 6, 8].flatMap((bits) => [
    s("path", { class: bits ? "tf-rule" : "tf-axis", d: `M${L} ${y(bits)}H${W - R}` }),
    s("text", { class: "tf-small", x: L - 7, y: y(bits) + 5, "text-anchor": "end" }, String(bits)),
  ]);
  const columns = words.map((_, i) => s("rect", { class: "tf-column", x: L + wide * (i + 0.16), width: wide * 0.68 }));
  const names = words.map((word, i) => s("text", { class: "tf-small", x: L + wide * (i + 0.5), y: H - B + 20, "text-anchor": "middle" }, word));
  const over = words.map((_, i) => s("text", { class: "tf-small tf-now", x: L + wide * (i + 0.5), y: T - 8, "text-anchor": "middle" }));
  const line = s("path", { class: "tf-level" });
  const svg = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" }, ...axes, ...columns, ...names, ...over, line);
  const title = h("p", { class: "tf-title" });
  return {
    node: h("div", { class: "tf-chart" }, title, svg),
    show({ bits, meanBits }) {
      bits.forEach((cost, i) => {
        set(columns[i], { y: y(cost), height: H - B - y(cost) });
        over[i].textContent = cost > TOP ? (Number.isFinite(cost) ? `↑ ${number(cost, 1)}` : "↑ ∞") : "";
      });
      set(line, { d: Number.isFinite(meanBits) ? `M${L} ${y(meanBits)}H${W - R}` : "" });
      title.textContent = `bits of each word, mean ${shown(meanBits)}`;
      svg.setAttribute("aria-label", `Columns of ${bits.map((cost) => shown(cost, 1)).join(", ")} bits and a line at ${shown(meanBits)}`);
    },
  };
}

/** As many equal faces as the perplexity says, the last one cut. */
function makeDie() {
  const [W, H, MOST, ACROSS, SIZE] = [340, 170, 32, 8, 40];
  const faces = s("g");
  const svg = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" }, faces);
  const title = h("p", { class: "tf-title" });
  return {
    node: h("div", { class: "tf-chart" }, title, svg),
    show(perplexity) {
      const n = Math.min(perplexity, MOST);
      const left = (W - ACROSS * (SIZE + 2)) / 2;
      faces.replaceChildren(...Array.from({ length: Math.ceil(n - 1e-6) }, (_, i) => {
        const [x, top] = [left + (i % ACROSS) * (SIZE + 2), Math.floor(i / ACROSS) * (SIZE + 2) + 1];
        return s("rect", { class: "tf-face", x, y: top, rx: 6, height: SIZE - 4, width: Math.max(2, (SIZE - 4) * Math.min(1, n - i)) });
      }));
      title.textContent = `a fair die of ${shown(perplexity)} faces${perplexity > MOST ? `, ${MOST} drawn` : ""}`;
      svg.setAttribute("aria-label", `${shown(perplexity, 1)} equal faces`);
    },
  };
}

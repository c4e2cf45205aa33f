// A skyline of sentences under four ways to average: width is a sentence's share, height is what is averaged.
import { binder, button, frame, h, number, radios, s, set, slider } from "../dom.js";
import { pool, WAYS } from "../maths/perplexity.js";

export const PoolingExplorer = { render };

const [LONGEST, HIGHEST] = [60, 6];
const NAMES = {
  tokens: "each token counts once",
  sentences: "mean of the sentences’ means",
  perplexities: "mean of the perplexities",
  pads: "padding counted, too",
};
const READS = {
  tokens: "A sentence is as wide as it is long. This is perplexity.",
  sentences: "Each sentence is equally wide, however short it is.",
  perplexities: "Equally wide, and exp comes before the mean: the tallest decides.",
  pads: "Padding is wide and flat. It pulls the level down for nothing.",
};

function render({ model, el }) {
  const state = binder(model, ["sentences", "pad_nats", "way"]);
  const { controls, body, say } = frame(el, {
    label: "Pooling explorer: one perplexity for several sentences, averaged in four ways",
    attempt: "go through the four ways. Then make the two sentences equally long: which of the ways agree?",
  });
  const sentences = model.get("sentences");
  const change = (i, what) => (value) => state.change({ sentences: model.get("sentences").map((old, j) => (i === j ? { ...old, [what]: value } : old)) });
  const sliders = sentences.map(({ name }, i) => ({
    tokens: slider(`${name}: tokens`, { min: 1, max: LONGEST, widest: 3 }, change(i, "tokens"), state.commit),
    nats: slider(`${name}: nats each`, { min: 0, max: HIGHEST, step: 0.1, widest: 3 }, change(i, "nats"), state.commit),
  }));
  controls.append(...sliders.flatMap(({ tokens, nats }) => [tokens.node, nats.node]), button("Reset", state.reset));

  const values = WAYS.map(() => h("b", { class: "tf-num" }));
  const choices = WAYS.map((way, i) => h("button", { type: "button", class: "tf-button tf-way" }, h("span", {}, NAMES[way]), values[i]));
  const choose = radios(choices, 1, (i) => (state.change({ way: WAYS[i] }), state.commit()));
  const sky = makeSkyline();
  const reading = h("p", { class: "tf-caption" });
  body.append(h("div", { class: "tf-pair" },
    h("div", {}, sky.node, reading),
    h("div", { class: "tf-ways", role: "radiogroup", "aria-label": "way to average" }, h("p", { class: "tf-title" }, "averaged how: perplexity"), ...choices)));

  function draw() {
    const [now, way, padNats] = ["sentences", "way", "pad_nats"].map((name) => model.get(name));
    const each = WAYS.map((w) => pool(now, w, padNats));
    now.forEach(({ tokens, nats }, i) => {
      sliders[i].tokens.show(tokens, String(tokens));
      sliders[i].nats.show(nats, number(nats, 1));
    });
    each.forEach(({ perplexity }, i) => (values[i].textContent = number(perplexity, 2)));
    choose(WAYS.indexOf(way));
    sky.show(each[WAYS.indexOf(way)], way, now);
    const padded = now.some(({ tokens }) => tokens !== now[0].tokens);
    reading.textContent = way === "pads" && !padded ? "Equally long sentences need no padding." : READS[way];
    say(`${NAMES[way]}: perplexity ${number(each[WAYS.indexOf(way)].perplexity, 2)}. ${now.map(({ name, tokens, nats }) => `${name}: ${tokens} tokens of ${number(nats, 1)} nats`).join(", ")}.`);
  }
  draw();
  return state.watch(draw);
}

function makeSkyline() {
  const [W, H, L, R, T, B] = [340, 230, 40, 6, 28, 30];
  const drawing = s("g");
  const svg = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" }, drawing);
  const title = h("p", { class: "tf-title" });
  return {
    node: h("div", { class: "tf-chart" }, title, svg),
    show({ parts, level, perplexity }, way, sentences) {
      const exp = way === "perplexities";
      const top = exp ? Math.exp(Math.max(...sentences.map(({ nats }) => nats))) : HIGHEST;
      const y = (value) => H - B - (value / top) * (H - T - B);
      let x = L;
      const towers = parts.flatMap(({ sentence, pad, weight, height, tokens }) => {
        const width = weight * (W - L - R);
        const at = x;
        x += width;
        const each = exp || way === "sentences" ? 1 : tokens;
        const name = pad ? "pads" : sentences[sentence].name;
        return [
          s("rect", { class: `tf-tower tf-tower-${pad ? "pad" : sentence % 2}`, x: at, y: y(height), width, height: Math.max(1, H - B - y(height)) }),
          ...Array.from({ length: each - 1 }, (_, i) => s("path", { class: "tf-slit", d: `M${at + ((i + 1) * width) / each} ${y(height)}V${H - B}` })),
          s("text", { class: "tf-small", x: Math.min(at + width / 2, W - R - 4 * name.length), y: H - B + 19, "text-anchor": "middle" }, width > 7 * name.length || !pad ? name : ""),
        ];
      });
      const ticks = (exp ? [0, top / 2, top] : [0, 2, 4, 6]).flatMap((value) => [
        s("path", { class: value ? "tf-rule" : "tf-axis", d: `M${L} ${y(value)}H${W - R}` }),
        s("text", { class: "tf-small", x: L - 7, y: y(value) + 5, "text-anchor": "end" }, number(value, exp && value && value < 20 ? 1 : 0)),
      ]);
      drawing.replaceChildren(...ticks, ...towers, s("path", { class: "tf-level", d: `M${L} ${y(level)}H${W - R}` }));
      title.textContent = exp ? `height: perplexity; their mean ${number(level, 2)}` : `height: nats; mean ${number(level, 3)}, its exp ${number(perplexity, 2)}`;
      set(svg, { "aria-label": `Skyline with its level at ${number(level, exp ? 2 : 3)}: perplexity ${number(perplexity, 2)}` });
    },
  };
}

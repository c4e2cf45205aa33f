// A (length, d_model) matrix and its heads: choose a number on either side, and see where it went or came from.
import { binder, button, frame, h, radios, set } from "../dom.js";
import { places, pureRows, scramble, split } from "../maths/heads.js";

export const SplitTracer = { render };
const WAYS = { split: { text: "split, then swap axes", way: split }, scrambled: { text: "reshape only", way: scramble } };

function render({ model, el }) {
  const [words, width] = [model.get("words"), model.get("width")];
  const state = binder(model, ["heads", "way", "row", "channel"]);
  const { controls, body, say } = frame(el, {
    label: "Split tracer: where each number of each word goes when its vector is split into heads",
    attempt: "choose a number at the top and see where it lands. Then choose “reshape only”: whose numbers stand in a row now?",
  });
  const change = (changes) => (state.change(changes), state.commit());

  const ways = Object.values(WAYS).map(({ text }) => button(text));
  const showWay = radios(ways, 1, (i) => change({ way: Object.keys(WAYS)[i] }));
  const counts = Array.from({ length: width }, (_, i) => i + 1).filter((heads) => width % heads === 0 && heads < width);
  const divisions = counts.map((heads) => button(String(heads)));
  const showCount = radios(divisions, 1, (i) => change({ heads: counts[i] }));
  controls.append(h("div", { class: "tf-segments", role: "radiogroup", "aria-label": "how" }, ...ways),
    h("div", { class: "tf-group" }, "heads", h("div", { class: "tf-group", role: "radiogroup", "aria-label": "heads" }, ...divisions)), button("Reset", state.reset));

  const cells = words.flatMap((word, row) => Array.from({ length: width }, (_, channel) => cell(word, channel, `${word}, channel ${channel}`)));
  const choose = (row, channel) => change({ row, channel });
  const mark = radios(cells, width, (i) => choose(Math.floor(i / width), i % width));
  const left = h("div", { class: "tf-cells", style: `--n:${width}`, role: "radiogroup", "aria-label": "a number" },
    ...words.flatMap((word, row) => [h("span", { class: "tf-rowname", "aria-hidden": "true" }, word), ...cells.slice(row * width, (row + 1) * width)]));
  const right = h("div", { class: "tf-parts" });
  const said = h("p", { class: "tf-caption" });
  const score = h("p", { class: "tf-caption" });
  const shape = h("p", { class: "tf-title" });
  body.append(h("p", { class: "tf-title" }, `each word's ${width} numbers (${words.length}, ${width})`), left, shape, right, said, score);

  let built = ""; // the right side is rebuilt for another number of heads or another way, updated for the rest
  let landed = [];
  function draw() {
    const [heads, way, row, channel] = ["heads", "way", "row", "channel"].map((name) => model.get(name));
    const sizes = { length: words.length, width, heads };
    const to = WAYS[way].way(row, channel, sizes);
    showWay(Object.keys(WAYS).indexOf(way));
    showCount(counts.indexOf(heads));
    mark(row * width + channel);
    if (built !== `${heads} ${way}`) {
      built = `${heads} ${way}`;
      const found = places(WAYS[way].way, sizes);
      landed = found.map((rows) => rows.map((row) => row.map((from) => {
        const node = cell(words[from.row], from.channel, "");
        set(node, { "aria-hidden": "true", tabindex: -1, onclick: () => choose(from.row, from.channel) });
        return node;
      })));
      right.replaceChildren(...found.map((rows, head) => h("div", { class: "tf-part" }, h("p", { class: "tf-small" }, `head ${head}`),
        h("div", { class: "tf-cells", style: `--n:${width / heads}` }, ...rows.flatMap((row, r) => {
          const mixed = row.some((from) => from.row !== r);
          return [h("span", { class: `tf-rowname${mixed ? " tf-wrong" : ""}`, "aria-hidden": "true" }, words[r]), ...landed[head][r]];
        })))));
      cells.forEach((node, i) => paint(node, WAYS[way].way(Math.floor(i / width), i % width, sizes).head));
      landed.forEach((rows, head) => rows.flat().forEach((node) => paint(node, head)));
      const pure = pureRows(found);
      score.replaceChildren("rows that hold only their own word's numbers: ", h("b", {}, `${pure} of ${heads * words.length}`));
      shape.textContent = `in heads (${heads}, ${words.length}, ${width / heads}): the same shape, right or wrong`;
    }
    for (const node of landed.flat(2)) node.classList.remove("tf-here");
    landed[to.head][to.row][to.channel].classList.add("tf-here");
    const home = to.row === row ? "" : `. It belongs in row ${words[row]}!`;
    said.replaceChildren(`number ${channel} of `, h("b", {}, words[row]), ` → head ${to.head}, row `, h("b", {}, words[to.row]), `, place ${to.channel}${home}`);
    said.classList.toggle("tf-wrong", Boolean(home));
    say(`${said.textContent}. ${score.textContent}.`);
  }
  draw();
  return state.watch(draw);
}

const cell = (word, channel, name) => h("button", { type: "button", class: "tf-cellbox", "aria-label": name || null }, `${word[0]}${channel}`);

/** Heads are told apart by their place; the shade, light and dark by turns, helps the eye. */
const paint = (node, head) => node.classList.toggle("tf-shaded", head % 2 === 1);

// Eight ways to mix T words: what each multiplies and holds, as bars on a logarithmic axis.
import { binder, button, frame, h, set, slider } from "../dom.js";
import { mixingCosts } from "../maths/costs.js";

export const CostExplorer = { render };

const LENGTHS = Array.from({ length: 12 }, (_, i) => 64 * 2 ** i);
const WIDTHS = [16, 32, 64, 128, 256];
const SIZES = [16, 32, 64, 128, 256, 512];
const whole = new Intl.NumberFormat("en-US").format;
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 }).format;
const nearest = (values, x) => values.reduce((best, value, i) => (Math.abs(value - x) < Math.abs(values[best] - x) ? i : best), 0);
const KINDS = ["multiplications", "held"];

function render({ model, el }) {
  const state = binder(model, ["length", "d_head", "size"]);
  const { controls, body, say } = frame(el, {
    label: "Cost explorer: what each way of mixing words multiplies and holds",
    attempt: "start at 64 words and make the text longer. Which bars grow fastest, and who falls below full attention when?",
  });
  const choose = (text, values, name, widest) => slider(text, { min: 0, max: values.length - 1, widest }, (i) => state.change({ [name]: values[i] }), state.commit);
  const length = choose("words T", LENGTHS, "length", 7);
  const width = choose("width d of the head", WIDTHS, "d_head", 3);
  const size = choose("window, tile, summaries, features", SIZES, "size", 3);
  controls.append(length.node, width.node, size.node, button("Reset", state.reset));

  const rows = mixingCosts({ length: 1, d_head: 1, size: 1 }).map(({ name }) => row(name));
  const caption = h("p", { class: "tf-caption" });
  body.append(h("table", { class: "tf-table tf-costs" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "way"), h("th", { scope: "col", colspan: 2 }, "multiplications"), h("th", { scope: "col", colspan: 2 }, "numbers held"), h("th", { scope: "col" }, "less work beyond"))),
    h("tbody", {}, ...rows.map((one) => one.node))), caption);

  function draw() {
    const sizes = { length: model.get("length"), d_head: model.get("d_head"), size: model.get("size") };
    const ways = mixingCosts(sizes);
    length.show(nearest(LENGTHS, sizes.length), whole(sizes.length));
    width.show(nearest(WIDTHS, sizes.d_head), String(sizes.d_head));
    size.show(nearest(SIZES, sizes.size), String(sizes.size));
    ways.forEach((way, i) => rows[i].show(way));
    const least = ways.reduce((best, way) => (way.multiplications < best.multiplications ? way : best));
    caption.textContent = `Each seventh of a bar's track is a hundred times as much. Least work at ${whole(sizes.length)} words: ${least.name}, 1/${short(ways[0].multiplications / least.multiplications)} of full attention's.`;
    say(`${whole(sizes.length)} words: full attention multiplies ${short(ways[0].multiplications)} times and holds ${short(ways[0].held)} numbers; ${least.name} multiplies least, ${short(least.multiplications)} times.`);
  }
  draw();
  return state.watch(draw);
}

const DECADES = 14; // the longest text, the widest head: 9 * 10^12

function row(name) {
  const parts = KINDS.map((kind) => ({ kind, count: h("td", { class: "tf-num" }), bar: h("span", { class: "tf-bar" }) }));
  const from = h("td", { class: "tf-num" });
  return {
    node: h("tr", {}, h("th", { scope: "row" }, name), ...parts.flatMap(({ count, bar }) => [count, h("td", { class: "tf-track" }, bar)]), from),
    show(way) {
      parts.forEach(({ kind, count, bar }) => {
        count.textContent = short(way[kind]);
        set(bar, { style: `width:${(100 * Math.log10(way[kind])) / DECADES}%` });
      });
      from.textContent = way.from === null ? "–" : whole(way.from);
    },
  };
}

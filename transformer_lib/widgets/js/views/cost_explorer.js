// Eight ways to mix T words: what each multiplies and holds, against the length, both axes logarithmic.
import { binder, button, frame, h, radios, set, slider } from "../dom.js";
import { mixingCosts } from "../maths/costs.js";
import { makeCostChart } from "./cost_chart.js";

export const CostExplorer = { render };

const LENGTHS = Array.from({ length: 12 }, (_, i) => 64 * 2 ** i);
const WIDTHS = [16, 32, 64, 128, 256];
const SIZES = [16, 32, 64, 128, 256, 512];
const NAMES = mixingCosts({ length: 1, d_head: 1, size: 1 }).map(({ name }) => name);
const TITLES = { work: "multiplications", held: "numbers held at one time" };

const whole = new Intl.NumberFormat("en-US").format;
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 }).format;
const percent = (share) => `${new Intl.NumberFormat("en-US", { maximumSignificantDigits: 2 }).format(100 * share)} %`;
const nearest = (values, x) => values.reduce((best, value, i) => (Math.abs(value - x) < Math.abs(values[best] - x) ? i : best), 0);

function render({ model, el }) {
  const state = binder(model, ["length", "d_head", "size", "way"]);
  const { controls, body, say } = frame(el, {
    label: "Cost explorer: what each way of mixing words multiplies and holds, against the length",
    attempt: "which lines are steep in both pictures? Take tiles, then linear. Move the length past the rings.",
  });
  const buttons = NAMES.map((name) => button(name));
  const show = radios(buttons, NAMES.length, (i) => (state.change({ way: NAMES[i] }), state.commit()));
  const choose = (text, values, name, widest) => slider(text, { min: 0, max: values.length - 1, widest }, (i) => state.change({ [name]: values[i] }), state.commit);
  const length = choose("words T", LENGTHS, "length", 7);
  const width = choose("width d of the head", WIDTHS, "d_head", 3);
  const size = choose("window, tile, features", SIZES, "size", 3);
  controls.append(h("span", { class: "tf-segments tf-cost-ways", role: "radiogroup", "aria-label": "way, beside full attention" }, ...buttons),
    length.node, width.node, size.node, button("Reset", state.reset));

  const hand = { lengths: LENGTHS, move: (words) => state.change({ length: words }), commit: state.commit };
  const charts = Object.entries(TITLES).map(([kind, title]) => ({ kind, chart: makeCostChart(kind, title, hand) }));
  const rows = NAMES.map(row);
  const heads = ["multipli\u00adcations", "of full", "numbers held", "of full"].map((text) => h("th", { scope: "col", class: "tf-num" }, text));
  body.append(h("div", { class: "tf-planes" }, ...charts.map(({ chart }) => chart.node)),
    h("table", { class: "tf-table tf-costs" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "way"), ...heads)),
      h("tbody", {}, ...rows.map((one) => one.node))));

  function draw() {
    const [way, sizes] = [model.get("way"), { length: model.get("length"), d_head: model.get("d_head"), size: model.get("size") }];
    const [ways, at] = [mixingCosts(sizes), NAMES.indexOf(way)];
    show(at);
    length.show(nearest(LENGTHS, sizes.length), whole(sizes.length));
    width.show(nearest(WIDTHS, sizes.d_head), String(sizes.d_head));
    size.show(nearest(SIZES, sizes.size), String(sizes.size));
    const words = charts.map(({ kind, chart }) => {
      const text = verdict(ways[at], ways[0], kind, sizes.length);
      chart.show(at, sizes, text);
      return `${TITLES[kind]}: ${text}`;
    });
    rows.forEach((one, i) => one.show(ways[i], ways[0], i === at));
    say(`${way} at ${whole(sizes.length)} words. ${words.join(". ")}.`);
  }
  draw();
  return state.watch(draw);
}

/** How a way stands to full attention, at this length and at others. */
function verdict(way, full, kind, length) {
  if (way.name === "full") return `full: ${short(full[kind])} at ${whole(length)} words`;
  const from = way.beyond[kind];
  const when = from === null ? "at any length" : from === 0 ? "less at any length" : `less beyond ${whole(from)}`;
  return `${way.name}: ${percent(way[kind] / full[kind])} of full, ${when}`;
}

function row(name) {
  const cells = Object.keys(TITLES).map((kind) => ({ kind, count: h("td", { class: "tf-num" }), share: h("td", { class: "tf-num" }) }));
  const node = h("tr", {}, h("th", { scope: "row" }, name), ...cells.flatMap(({ count, share }) => [count, share]));
  return {
    node,
    show(way, full, chosen) {
      set(node, { class: chosen && "tf-chosen" });
      cells.forEach(({ kind, count, share }) => {
        count.textContent = short(way[kind]);
        share.textContent = percent(way[kind] / full[kind]);
      });
    },
  };
}

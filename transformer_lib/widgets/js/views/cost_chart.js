// One amount against the length, both axes logarithmic: full attention, a chosen way, and the others behind them.
import { h, s, set } from "../dom.js";
import { mixingCosts } from "../maths/costs.js";
import { power, powers } from "../maths/decades.js";

const [W, H, L, R, T, B] = [330, 244, 40, 76, 14, 44];
const TICKS = [64, 1024, 16384];
const APART = 17; // two names, one above the other

/**
 * @param {"work" | "held"} kind which amount
 * @param {{lengths: number[], move: (length: number) => void, commit: () => void}} hand what a finger in the picture does
 */
export function makeCostChart(kind, title, { lengths, move, commit }) {
  const [shortest, longest] = [Math.log2(lengths[0]), Math.log2(lengths.at(-1))];
  const x = (length) => L + ((Math.log2(length) - shortest) / (longest - shortest)) * (W - L - R);
  const every = Array.from({ length: 4 * (lengths.length - 1) + 1 }, (_, i) => lengths[0] * 2 ** (i / 4));
  const axes = s("g");
  const ticks = TICKS.map((length) => s("text", { class: "tf-small", x: x(length), y: H - B + 19, "text-anchor": "middle" }, length.toLocaleString("en-US")));
  const others = mixingCosts({ length: 1, d_head: 1, size: 1 }).map(() => s("path", { class: "tf-curve tf-cost-other" }));
  const ruler = s("path", { class: "tf-drop" });
  const line = (name) => ({ curve: s("path", { class: `tf-curve ${name}` }), dot: s("circle", { r: 5.5, class: `tf-dot ${name}` }), name: s("text", { x: W - R + 7, class: `tf-small tf-cost-name ${name}` }) });
  const [full, chosen] = [line("tf-cost-full"), line("tf-cost-chosen")];
  const [ring, where] = [s("circle", { r: 7.5, class: "tf-cost-ring" }), s("text", { class: "tf-small tf-cost-where" })];

  const under = (event) => {
    const box = svg.getBoundingClientRect();
    const place = ((event.clientX - box.left) * W) / box.width;
    return lengths.reduce((best, length) => (Math.abs(x(length) - place) < Math.abs(x(best) - place) ? length : best));
  };
  let held = false;
  const svg = s("svg", {
    viewBox: `0 0 ${W} ${H}`, role: "img", class: "tf-cost-chart",
    onpointerdown: (event) => {
      if (event.button) return;
      svg.setPointerCapture(event.pointerId);
      held = true;
      move(under(event));
    },
    onpointermove: (event) => held && move(under(event)),
    onlostpointercapture: () => ((held = false), commit()),
  }, axes, ...ticks, s("text", { class: "tf-small", x: (L + W - R) / 2, y: H - 6, "text-anchor": "middle" }, "words"),
  ...others, ruler, full.curve, chosen.curve, ring, where, full.dot, chosen.dot, full.name, chosen.name);
  const caption = h("p", { class: "tf-caption tf-both-lines" });

  return {
    node: h("div", { class: "tf-plane" }, h("p", { class: "tf-title" }, title), svg, caption),
    show(way, sizes, text) {
      const table = every.map((length) => mixingCosts({ ...sizes, length }).map((one) => one[kind]));
      const [low, high] = [Math.min(...table.flat()), Math.max(...table.flat())].map(Math.log10);
      const y = (amount) => T + ((high - Math.log10(amount)) / (high - low)) * (H - T - B);
      const path = (i) => `M${table.map((amounts, j) => `${x(every[j]).toFixed(1)} ${y(amounts[i]).toFixed(1)}`).join("L")}`;
      axes.replaceChildren(...powers([Math.ceil(low), Math.floor(high)], 5).flatMap((p) => [
        s("path", { class: "tf-grid", d: `M${L} ${y(10 ** p)}H${W - R}` }),
        s("text", { class: "tf-small", x: L - 6, y: y(10 ** p) + 5, "text-anchor": "end" }, power(p)),
      ]));
      others.forEach((curve, i) => set(curve, { d: path(i) }));
      const here = mixingCosts(sizes);
      const ends = [y(table.at(-1)[0]), y(table.at(-1)[way])];
      if (ends[1] - ends[0] < APART) ends[1] = ends[0] + APART; // no way ends above full attention
      [[full, 0], [chosen, way]].forEach(([{ curve, dot, name }, i], k) => {
        set(curve, { d: path(i) });
        set(dot, { cx: x(sizes.length), cy: y(here[i][kind]) });
        set(name, { y: ends[k] + 5 });
        name.textContent = here[i].name;
      });
      chosen.name.setAttribute("visibility", way ? "visible" : "hidden");
      set(ruler, { d: `M${x(sizes.length)} ${T}V${H - B}` });
      const from = here[way].beyond[kind];
      const shown = from > lengths[0] ? "visible" : "hidden";
      if (shown === "visible") {
        const at = [x(from), y(mixingCosts({ ...sizes, length: from })[way][kind])];
        set(ring, { cx: at[0], cy: at[1] });
        set(where, at[0] < L + 50 ? { x: at[0] - 4, y: at[1] - 12, "text-anchor": "start" } : { x: at[0] - 10, y: at[1] - 8, "text-anchor": "end" });
        where.textContent = from.toLocaleString("en-US");
      }
      [ring, where].forEach((node) => node.setAttribute("visibility", shown));
      caption.textContent = text;
      svg.setAttribute("aria-label", `${title} against the length. ${text}`);
    },
  };
}

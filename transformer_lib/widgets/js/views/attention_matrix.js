// One head as a matrix: a row for each query, a column for each key, the darker, the more weight.
import { h, number, radios, s, set } from "../dom.js";
import { queryButton } from "./attention_lines.js";
import { glyph } from "./plane.js";

const ROW = 30; // pixels; the same as --row in attention_explorer.css

/** @param {string[]} tokens the queries @param {string[]} keyTokens the keys, where they are others (cross-attention) */
export function makeMatrix(tokens, { choose, hover }, keyTokens = tokens) {
  const [n, columns] = [tokens.length, keyTokens.length];
  const queries = tokens.map((token, i) => queryButton(token, i, hover));
  const chosen = radios(queries, 1, choose);
  const cells = tokens.map((_, q) => keyTokens.map((_, k) => s("rect", { x: k, y: q, width: 1, height: 1, class: "tf-cell" })));
  const outline = s("rect", { x: 0, width: columns, height: 1, class: "tf-outline" });
  const numbers = keyTokens.map(() => h("b", { class: "tf-num" }));
  const rowAt = (event) => Math.min(n - 1, Math.max(0, Math.floor(event.offsetY / ROW)));
  const svg = s("svg", {
    viewBox: `0 0 ${columns} ${n}`, preserveAspectRatio: "none", "aria-hidden": "true", style: `height:${ROW * n}px`,
    onpointermove: (event) => event.pointerType === "mouse" && hover(rowAt(event), event),
    onpointerleave: (event) => event.pointerType === "mouse" && hover(null),
    onclick: (event) => choose(rowAt(event)),
  }, s("rect", { class: "tf-paper", width: columns, height: n }), ...cells.flat(), outline);
  const node = h("div", { class: "tf-matrix", style: `--n:${columns}` },
    h("p", { class: "tf-side" }, glyph("query"), "queries"),
    h("div", {}, h("p", { class: "tf-side" }, glyph("key"), "keys"),
      h("div", { class: "tf-columnheads" }, ...keyTokens.map((token, k) => h("span", { class: "tf-upright" }, h("span", { class: "tf-key" }, token), numbers[k])))),
    h("div", { role: "radiogroup", "aria-label": "query" }, ...queries), svg);
  return {
    node,
    show(rows, query, picked) {
      chosen(picked);
      queries.forEach((button, i) => button.classList.toggle("tf-chosen", i === query));
      rows.forEach((row, q) => row.forEach((w, k) => set(cells[q][k], { "fill-opacity": w })));
      set(outline, { y: Math.max(0, query), opacity: query < 0 ? 0 : 1 });
      numbers.forEach((node, k) => (node.textContent = query < 0 ? "" : number(rows[query][k], 3)));
    },
  };
}

// One head as lines from queries (left) to keys (right): the thicker, the more weight.
import { h, number, radios, s, set } from "../dom.js";
import { glyph } from "./plane.js";

const ROW = 30; // pixels; the same as --row in attention_explorer.css

export function makeLines(tokens, { choose, hover }) {
  const queries = tokens.map((token, i) => queryButton(token, i, hover));
  const chosen = radios(queries, 1, choose);
  const bars = tokens.map(() => h("span", { class: "tf-bar" }));
  const numbers = tokens.map(() => h("span", { class: "tf-num" }));
  const middle = (i) => ROW * (i + 0.5);
  const lines = tokens.map((_, q) => tokens.map((_, k) => s("path", { class: "tf-link", d: `M0 ${middle(q)}C40 ${middle(q)} 60 ${middle(k)} 100 ${middle(k)}` })));
  const node = h("div", { class: "tf-lines" },
    h("div", {}, h("p", { class: "tf-side" }, glyph("query"), "queries"), h("div", { role: "radiogroup", "aria-label": "query" }, ...queries)),
    s("svg", { viewBox: `0 0 100 ${ROW * tokens.length}`, preserveAspectRatio: "none", "aria-hidden": "true", style: `height:${ROW * tokens.length}px` }, ...lines.flat()),
    h("div", {}, h("p", { class: "tf-side" }, glyph("key"), "keys"),
      ...tokens.map((token, i) => h("div", { class: "tf-keyrow" }, h("span", { class: "tf-token tf-key" }, token), numbers[i], h("span", { class: "tf-track" }, bars[i])))));
  return {
    node,
    show(rows, query, picked) {
      chosen(picked);
      queries.forEach((button, i) => button.classList.toggle("tf-chosen", i === query));
      rows.forEach((row, q) => row.forEach((w, k) => {
        const seen = (query < 0 || q === query) && w >= 0.01;
        set(lines[q][k], { "stroke-width": (0.5 + 5.5 * w).toFixed(2), opacity: seen ? (0.08 + 0.92 * w).toFixed(3) : 0 });
      }));
      tokens.forEach((_, k) => {
        const w = query < 0 ? null : rows[query][k];
        numbers[k].textContent = w === null ? "" : number(w, 3);
        bars[k].style.width = `${100 * (w ?? 0)}%`;
      });
    },
  };
}

/** A word to choose as the query; pointing at it shows its row, leaving it takes the row away. */
export function queryButton(token, i, hover) {
  return h("button", {
    type: "button", class: "tf-token tf-query",
    onpointerenter: (event) => event.pointerType === "mouse" && hover(i, event),
    onpointerleave: (event) => event.pointerType === "mouse" && hover(null),
  }, token);
}

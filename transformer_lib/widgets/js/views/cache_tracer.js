// Writing step by step: which queries, keys and values are new, computed again, or kept.
import { binder, button, frame, h, set, slider } from "../dom.js";
import { fates, keptNumbers, stepCost, totalCost } from "../maths/cache_trace.js";

export const CacheTracer = { render };

const ROLES = [["query", "q", "●"], ["key", "k", "■"], ["value", "v", "◆"]];
const LENGTHS = Array.from({ length: 10 }, (_, i) => 8 * 2 ** i);
const whole = new Intl.NumberFormat("en-US").format;
const nearest = (x) => LENGTHS.reduce((best, value, i) => (Math.abs(value - x) < Math.abs(LENGTHS[best] - x) ? i : best), 0);

function render({ model, el }) {
  const tokens = model.get("tokens");
  const size = { d_model: model.get("d_model"), n_layers: model.get("n_layers") };
  const state = binder(model, ["step", "length"]);
  const { controls, body, say } = frame(el, {
    label: "Cache tracer: what each step of writing computes, with a cache and without",
    attempt: "step through the text. Without a cache, which of the queries, keys and values are worth computing?",
  });
  const steps = slider("token read", { min: 0, max: tokens.length - 1, widest: Math.max(...tokens.map((t) => t.length)) }, (step) => state.change({ step }), state.commit);
  const lengths = slider("a longer text", { min: 0, max: LENGTHS.length - 1, widest: 5 }, (i) => state.change({ length: LENGTHS[i] }), state.commit);
  const move = (by) => (state.change({ step: Math.min(tokens.length - 1, Math.max(0, model.get("step") + by)) }), state.commit());
  controls.append(h("div", { class: "tf-group", role: "group", "aria-label": "step" }, button("Back", () => move(-1)), button("Next token", () => move(1))), steps.node, lengths.node, button("Reset", state.reset));

  const rows = tokens.map((token) => {
    const cells = [0, 1].map(() => ROLES.map(() => h("td", { class: "tf-fate" })));
    const name = h("th", { scope: "row" }, token);
    return { name, cells, node: h("tr", {}, name, ...cells[0], ...cells[1]) };
  });
  const heads = () => ROLES.map(([role, letter]) => h("th", { scope: "col", class: `tf-${role}` }, letter));
  const now = [0, 1].map(() => h("td", { class: "tf-num", colspan: 3 }));
  const legend = [["new", "new"], ["again", "computed again"], ["kept", "kept"]].map(([fate, text]) => h("span", { class: "tf-nowrap" }, h("span", { class: `tf-sample tf-fate-${fate}` }), text));
  const verdict = h("p", { class: "tf-caption" });
  body.append(
    h("p", { class: "tf-title" }, ...legend),
    h("table", { class: "tf-table tf-cachetrace" },
      h("thead", {}, h("tr", {}, h("td"), h("th", { scope: "colgroup", colspan: 3 }, "without a cache"), h("th", { scope: "colgroup", colspan: 3 }, "with a cache")),
        h("tr", {}, h("th", { scope: "col" }, "token"), ...heads(), ...heads())),
      h("tbody", {}, ...rows.map((row) => row.node)),
      h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, "multiplications"), ...now))),
    verdict);

  function draw() {
    const [step, length] = ["step", "length"].map((name) => model.get(name));
    steps.show(step, tokens[step]);
    lengths.show(nearest(length), whole(length));
    rows.forEach(({ name, cells }, i) => {
      set(name, { class: i === step ? "tf-reading" : i > step ? "tf-muted" : null });
      fates(i, step).forEach((side, which) => side.forEach((fate, role) => {
        const cell = cells[which][role];
        set(cell, { class: `tf-fate tf-fate-${fate} tf-${ROLES[role][0]}` });
        cell.replaceChildren(...(fate === "none" ? [h("span", { class: "tf-said" }, "none")] : [h("span", { "aria-hidden": "true" }, ROLES[role][2]), h("span", { class: "tf-said" }, fate)]));
      }));
    });
    [false, true].forEach((cached, i) => (now[i].textContent = whole(stepCost(step, cached, size))));
    const ratio = totalCost(length, false, size) / totalCost(length, true, size);
    verdict.textContent = `Writing ${whole(length)} tokens: ${ratio.toFixed(1)} times fewer multiplications with a cache. It keeps 2 × ${size.n_layers} × ${whole(length)} × ${size.d_model} = ${whole(keptNumbers(length, size))} numbers.`;
    say(`Reading ${tokens[step]}: without a cache ${step + 1} queries, keys and values are computed in each layer, with it one of each, and ${step} keys and values are kept.`);
  }
  draw();
  return state.watch(draw);
}

// Encoder or decoder: a table whose cells are the choices, and a card with the reason.
import { binder, button, frame, h, radios } from "../dom.js";

export const DecisionTable = { render };

function render({ model, el }) {
  const [outputs, inputs, cells] = ["outputs", "inputs", "cells"].map((name) => model.get(name));
  const state = binder(model, ["chosen"]);
  const { controls, body, say } = frame(el, {
    label: "Decision table: which architecture for which task",
    attempt: "guess the architecture of a task, then press it. Which column has no encoder in it, and why?",
  });
  const choose = (chosen) => (state.change({ chosen }), state.commit());
  const tasks = cells.flatMap(({ tasks }, i) => tasks.map((task) => ({ i, node: h("button", { type: "button", class: "tf-button", onclick: () => choose(i) }, task) })));
  controls.append(h("span", { class: "tf-group", role: "group", "aria-label": "tasks" }, ...tasks.map(({ node }) => node)), button("Reset", state.reset));

  const items = cells.map(({ architecture }, i) => h("button", {
    type: "button", class: `tf-decision ${architecture.startsWith("encoder") ? "tf-query" : "tf-key"}`,
    "aria-label": `${outputs[Math.floor(i / inputs.length)]}, input ${inputs[i % inputs.length]}: ${architecture}`,
  }, architecture));
  const show = radios(items, inputs.length, choose);
  const grid = h("div", { class: "tf-decisions", role: "radiogroup", "aria-label": "what comes out, and when the input is there" },
    h("span", { class: "tf-muted", "aria-hidden": "true" }, "what comes out"), ...inputs.map((input) => h("span", { class: "tf-muted", "aria-hidden": "true" }, `input ${input}`)),
    ...outputs.flatMap((output, row) => [h("span", { class: "tf-decision-row", "aria-hidden": "true" }, output), ...items.slice(row * inputs.length, (row + 1) * inputs.length)]));
  const card = h("div", { class: "tf-decision-card" });
  body.append(grid, card);

  function draw() {
    const chosen = model.get("chosen");
    const { architecture, why, known, where } = cells[chosen];
    show(chosen);
    for (const { i, node } of tasks) node.setAttribute("aria-pressed", String(i === chosen));
    card.replaceChildren(
      h("p", {}, h("b", {}, `${outputs[Math.floor(chosen / inputs.length)]}, input ${inputs[chosen % inputs.length]}: ${architecture}. `), why),
      h("p", {}, h("span", { class: "tf-muted" }, "as in "), known, h("span", { class: "tf-muted" }, " · read "), where));
    say(`${architecture}. ${why} As in ${known}; read ${where}.`);
  }
  draw();
  return state.watch(draw);
}

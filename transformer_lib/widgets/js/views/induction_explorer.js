// Two heads set by hand: one looks one letter back, the other where that was the current letter. And their routes, frozen.
import { binder, button, checkbox, frame, h, number, set } from "../dom.js";
import { ALPHABET, carried, routes } from "../maths/handmade.js";

export const InductionExplorer = { render };

function render({ model, el }) {
  const start = [...model.get("letters")];
  const kept = routes(start);
  const state = binder(model, ["letters", "frozen"]);
  const { controls, body, say } = frame(el, {
    label: "Induction explorer: two heads that look up what came next the last times",
    attempt: "change letters (press one, or use the arrow keys on it). Then freeze the routes, and change them again.",
  });
  const frozen = checkbox("freeze the routes of the first sequence", (on) => (state.change({ frozen: on }), state.commit()));
  controls.append(frozen.node, button("Reset", state.reset));

  const turn = (i, by) => {
    const letters = [...model.get("letters")];
    letters[i] = ALPHABET[(ALPHABET.indexOf(letters[i]) + by + ALPHABET.length) % ALPHABET.length];
    state.change({ letters });
    state.commit();
  };
  const columns = start.map((_, i) => {
    const letter = h("button", { type: "button", class: "tf-button tf-letter", onclick: () => turn(i, 1), onkeydown: (event) => {
      const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (by) event.preventDefault(), turn(i, by);
    } });
    return { letter, cell: h("td", {}, letter), before: h("td"), weight: h("td"), bar: h("td", { class: "tf-upbar" }, h("span")) };
  });
  const line = (name, key) => h("tr", {}, name ? h("th", { scope: "row" }, name) : h("td"), ...columns.map((column) => column[key]));
  const guess = h("p", { class: "tf-guess" });
  body.append(h("div", { class: "tf-scroll", tabindex: 0, role: "group", "aria-label": "the sequence" }, h("table", { class: `tf-table tf-induction${start.length > 8 ? " tf-many" : ""}` }, h("tbody", {},
    line("letter", "cell"), line("layer 1: the letter before", "before"), line("layer 2: weight of the last letter", "weight"), line("", "bar")))));
  const caption = h("p", { class: "tf-caption" });
  body.append(guess, caption);

  function draw() {
    const [now, isFrozen] = [model.get("letters"), model.get("frozen")];
    const own = routes(now);
    const used = isFrozen ? kept : own;
    const { before, next } = carried(now, used);
    const honest = carried(now, own).next;
    frozen.show(isFrozen);
    columns.forEach((column, i) => {
      column.letter.textContent = now[i];
      set(column.letter, { "aria-label": `position ${i}: ${now[i]}`, class: `tf-button tf-letter${i === now.length - 1 ? " tf-lastletter" : ""}` });
      column.before.textContent = before[i];
      set(column.before, { class: before[i] === now.at(-1) ? "tf-key" : "" });
      column.weight.textContent = number(used.last[i], 2);
      set(column.bar.firstChild, { style: `height:${36 * used.last[i]}px` });
    });
    const text = (chances) => ALPHABET.map((letter, i) => [letter, chances[i]]).filter(([, p]) => p > 0.005).sort((a, b) => b[1] - a[1]).map(([letter, p]) => `${letter} ${number(p, 2)}`).join(", ");
    guess.replaceChildren("next: ", h("b", { class: "tf-output" }, text(next)));
    const differs = next.some((p, i) => Math.abs(p - honest[i]) > 0.005);
    caption.textContent = isFrozen ? differs ? `Routed by these letters it would be ${text(honest)}. The frozen routes belong to ${start.join(" ")}.` : `The frozen routes, of ${start.join(" ")}, still fit.` : before.includes(now.at(-1)) ? `It stands on ${now.at(-1)}, and looks where layer 1 noted ${now.at(-1)}.` : `No ${now.at(-1)} came before: all notes score the same, and it takes the average of all letters.`;
    say(`${now.join(" ")}: next ${text(next)}. ${isFrozen ? caption.textContent : ""}`);
  }
  draw();
  return state.watch(draw);
}

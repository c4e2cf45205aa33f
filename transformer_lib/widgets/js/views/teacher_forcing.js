// Teacher forcing: a row for each position of the decoder, a column for each token it reads.
import { binder, button, checkbox, frame, h, radios } from "../dom.js";
import { forcing } from "../maths/teacher.js";

export const TeacherForcing = { render };

const MAX_WORDS = 8;

function render({ model, el }) {
  const state = binder(model, ["sentence", "position", "shift", "causal"]);
  const { controls, body, say } = frame(el, {
    label: "Teacher forcing: what each position of the decoder reads, may see and is to say",
    attempt: "take the shift away, then bring it back and take the causal mask away. Where does the answer leak?",
  });
  const change = (changes) => (state.change(changes), state.commit());
  const shift = checkbox("shift", (on) => change({ shift: on }));
  const causal = checkbox("causal mask", (on) => change({ causal: on }));
  const field = h("input", { type: "text", class: "tf-field", spellcheck: "false", autocomplete: "off", onchange: () => state.commit(), oninput: () => {
    const words = split(field.value);
    if (words.length) state.change({ sentence: words.join(" "), position: Math.min(model.get("position"), words.length) });
  } });
  controls.append(h("label", { class: "tf-check tf-typed" }, h("span", {}, "target"), field), shift.node, causal.node, button("Reset", state.reset));

  const box = h("div", { role: "radiogroup", "aria-label": "position", class: "tf-sights tf-forcing" });
  const told = h("p", { class: "tf-told" });
  body.append(
    h("p", { class: "tf-title" }, h("span", { class: "tf-sample tf-seen" }), " may see ", h("span", { class: "tf-sample tf-hidden" }), " hidden ", h("span", { class: "tf-sample tf-leak" }, "!"), " the answer itself"),
    box, told);
  let [drawn, rows, show] = ["", [], () => {}];

  /** The rows stay while the number of words does, so that the keyboard's place is not lost. */
  function build(n) {
    rows = Array.from({ length: n }, (_, i) => h("button", { type: "button", class: "tf-sights-row", style: `--n:${n}`, "aria-label": `position ${i}` }));
    show = radios(rows, 1, (i) => change({ position: i }));
    box.replaceChildren(h("div", { class: "tf-sights-row tf-sights-heads", style: `--n:${n}`, "aria-hidden": "true" }), ...rows);
    drawn = n;
  }

  function draw() {
    const [sentence, position, shifted, masked] = ["sentence", "position", "shift", "causal"].map((name) => model.get(name));
    const words = split(sentence);
    const { reads, targets, mask, leaks } = forcing(words, { shift: shifted, causal: masked });
    if (drawn !== targets.length) build(targets.length);
    if (split(field.value).join(" ") !== sentence) field.value = sentence;
    shift.show(shifted);
    causal.show(masked);
    show(position);
    box.firstChild.replaceChildren(h("span", { class: "tf-muted" }, "reads →"), ...reads.map((word) => h("span", { class: "tf-upright tf-key" }, word)), h("span", { class: "tf-muted" }, "is to say"));
    rows.forEach((row, i) => {
      row.setAttribute("aria-description", inWords(i));
      row.replaceChildren(h("span", { class: "tf-query tf-number" }, `position ${i}`),
        ...mask[i].map((may, j) => h("span", { class: `tf-sight ${leaks[i][j] ? "tf-leak" : may ? "tf-seen" : "tf-hidden"}` }, leaks[i][j] ? "!" : "")),
        h("span", { class: "tf-output tf-says" }, targets[i]));
    });
    const bad = leaks.filter((row) => row.includes(true)).length;
    told.replaceChildren(h("span", {}, inWords(position)), h("b", { class: bad ? "tf-negative" : "tf-positive" }, ` The answer leaks at ${bad} of ${targets.length} positions.`));
    say(`${on(shifted, masked)}: the answer leaks at ${bad} of ${targets.length} positions. ${inWords(position)}`);

    function inWords(i) {
      const seen = reads.filter((_, j) => mask[i][j]);
      return `Position ${i} is to say ${targets[i]}. It may see ${seen.join(" ")}${leaks[i].includes(true) ? ": the answer is among them." : ": it must be worked out."}`;
    }
  }
  draw();
  return state.watch(draw);
}

const on = (shift, causal) => (shift && causal ? "shift and causal mask" : shift ? "shift, no causal mask" : causal ? "causal mask, no shift" : "neither");
const split = (text) => text.split(/\s+/).filter(Boolean).slice(0, MAX_WORDS);

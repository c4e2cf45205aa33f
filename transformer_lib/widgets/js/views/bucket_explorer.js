// A skyline of sentences in batches: a column for each sentence, filled up to the tallest of its batch.
import { binder, button, checkbox, frame, h, number, slider } from "../dom.js";
import { batches, boxSize, paddingShare } from "../maths/buckets.js";

export const BucketExplorer = { render };

function render({ model, el }) {
  const lengths = model.get("lengths");
  const state = binder(model, ["batch_size", "by_length"]);
  const { controls, body, say } = frame(el, {
    label: "Bucket explorer: how much of a batch is padding",
    attempt: "raise the batch size and watch the hatching grow. Then sort by length.",
  });
  const size = slider("sentences in a batch", { min: 1, max: Math.min(32, lengths.length), widest: 2.2 }, (n) => state.change({ batch_size: n }), state.commit);
  const sort = checkbox("sort by length first", (on) => (state.change({ by_length: on }), state.commit()));
  controls.append(size.node, sort.node, button("Reset", state.reset));
  const skyline = h("div", { class: "tf-skyline", role: "img" });
  const tallest = Math.max(...lengths);
  const [share, counts] = [h("b"), h("span")];
  body.append(skyline, h("p", { class: "tf-caption tf-waste" },
    h("span", { class: "tf-sample tf-seen" }), " words ", h("span", { class: "tf-sample tf-hidden" }), " padding: ", share, counts));

  function draw() {
    const [n, byLength] = [model.get("batch_size"), model.get("by_length")];
    const groups = batches(lengths, n, byLength);
    size.show(n, String(n));
    sort.show(byLength);
    skyline.replaceChildren(...groups.map((group) => {
      const top = Math.max(...group);
      const box = h("div", { class: "tf-box", style: `flex-grow:${group.length};height:${(100 * top) / tallest}%` });
      box.append(...group.map((length) => h("span", { class: "tf-seen", style: `height:${(100 * length) / top}%` })));
      return box;
    }));
    const percent = `${number(100 * paddingShare(groups), 1)} %`;
    const work = groups.reduce((sum, group) => sum + boxSize(group), 0);
    const words = lengths.reduce((a, b) => a + b, 0);
    share.textContent = percent;
    counts.textContent = ` · ${groups.length} batch${groups.length === 1 ? "" : "es"}, ${work} tokens computed for ${words} of text`;
    skyline.setAttribute("aria-label", `${groups.length} batches, ${percent} padding`);
    say(`${n} sentences in a batch, ${byLength ? "sorted by length" : "as they come"}: ${percent} padding.`);
  }
  draw();
  return state.watch(draw);
}

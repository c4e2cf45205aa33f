// A plane with an origin in its middle, roles drawn as their shapes, and points that can be taken hold of.
import { h, number, point, s, set } from "../dom.js";
import { placeLabels } from "../maths/labels.js";

const SIZE = 340; // the drawing's own units, about one per pixel on a phone
const star = Array.from({ length: 10 }, (_, i) => {
  const [r, angle] = [i % 2 ? 4.6 : 11.5, (Math.PI * i) / 5];
  return `${(r * Math.sin(angle)).toFixed(2)} ${(-r * Math.cos(angle)).toFixed(2)}`;
});
/** The shape of each role, about 16 units wide, round (0, 0). */
const SHAPES = {
  query: "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0 -16 0z",
  key: "M-7 -7h14v14h-14z",
  value: "M0 -10L10 0L0 10L-10 0z",
  mean: "M-6 -6L6 6M-6 6L6 -6",
  output: `M${star.join("L")}z`,
};

export const shape = (role) => s("path", { d: SHAPES[role], class: `tf-mark tf-${role}` });

/** The role's shape as it stands in a line of text. */
export const glyph = (role) => h("span", { class: "tf-glyph", "aria-hidden": "true" }, s("svg", { viewBox: "-12 -12 24 24" }, shape(role)));

export class Plane {
  /** @param {{range: number, label: string, title: (Node | string)[]}} options: the axes run from -range to range */
  constructor({ range, label, title }) {
    this.range = range;
    this.step = 10 ** Math.round(Math.log10(range / 60));
    this.drawing = s("g");
    this.handles = s("g");
    this.over = s("g", { class: "tf-over" }); // above the handles, and no obstacle to them
    this.svg = s("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "group", "aria-label": label }, this.#grid(), this.drawing, this.handles, this.over);
    this.caption = h("p", { class: "tf-caption" });
    this.node = h("div", { class: "tf-plane" }, h("p", { class: "tf-title" }, ...title), this.svg, this.caption);
  }

  x = (value) => (SIZE * (value + this.range)) / (2 * this.range);
  y = (value) => SIZE - this.x(value);

  #grid() {
    const every = this.range > 20 ? 10 ** Math.floor(Math.log10(this.range)) : 1;
    const lines = [];
    for (let at = -Math.floor(this.range / every) * every; at <= this.range; at += every) {
      const name = Math.abs(at) < 1e-9 ? "tf-axis" : "tf-grid";
      lines.push(s("path", { class: name, d: `M${this.x(at)} 0V${SIZE}M0 ${this.y(at)}H${SIZE}` }));
    }
    return s("g", {}, s("rect", { class: "tf-paper", width: SIZE, height: SIZE }), ...lines);
  }

  line(from, to, attributes) {
    return s("line", { x1: this.x(from[0]), y1: this.y(from[1]), x2: this.x(to[0]), y2: this.y(to[1]), ...attributes });
  }

  /** An arrow from the origin that ends short of the mark at its tip. */
  arrow(to, role) {
    const size = Math.hypot(...to);
    const gap = (11 * 2 * this.range) / SIZE;
    if (size < gap * 1.5) return s("g");
    const end = to.map((v) => v * (1 - gap / size));
    return this.line([0, 0], end, { class: `tf-arrow tf-${role}` });
  }

  polygon(corners, attributes) {
    return s("polygon", { points: corners.map(([x, y]) => `${this.x(x)},${this.y(y)}`).join(" "), ...attributes });
  }

  mark(role, at, scale = 1) {
    const node = shape(role);
    set(node, { transform: `translate(${this.x(at[0])} ${this.y(at[1])}) scale(${scale})` });
    return node;
  }

  /**
   * Names beside their points, away from the vertical axis where there is room: each stands where it covers
   * the least of the marks and of the names before it.
   * @param {{text: string, at: number[], role: string}[]} wanted the most important first
   */
  names(wanted) {
    const marks = wanted.map(({ at }) => ({ x: this.x(at[0]), y: this.y(at[1]), w: 24, h: 24 }));
    const boxes = wanted.map(({ text, at }, i) => {
      const [{ x, y }, out, w] = [marks[i], at[0] < 0 ? -1 : 1, text.length * 9 + 8];
      const ways = [[out, 0], [-out, 0], [out, -1], [out, 1], [-out, -1], [-out, 1], [0, -1], [0, 1], [out, -2], [out, 2], [-out, -2], [-out, 2]];
      return ways.map(([dx, dy], cost) => ({ x: x + dx * (15 + w / 2), y: y + dy * (dx ? 15 : 23), w, h: 18, cost }));
    });
    return placeLabels(boxes, marks, { w: SIZE, h: SIZE }).map(({ x, y }, i) => {
      const { text, role } = wanted[i];
      const way = Math.sign(Math.round(x - marks[i].x));
      return s("text", { class: `tf-name tf-${role}`, x: way ? marks[i].x + way * 15 : x, y: y + 5, "text-anchor": ["end", "middle", "start"][way + 1] }, text);
    });
  }

  /**
   * A point to take hold of: mouse, finger, or arrow keys (with Shift, ten steps at once).
   * @returns {(at: number[], name: string) => void} shows where it is
   */
  handle(role, { move, commit, onactive = () => {} }) {
    const digits = Math.max(0, -Math.log10(this.step));
    const edge = Number((this.range * 0.87).toFixed(digits)); // a margin as wide as what a finger takes hold of
    let at = [0, 0];
    let grip = null;
    const to = (p) => move(p.map((v) => {
      const inside = Math.max(-edge, Math.min(edge, v));
      return Number((Math.trunc(inside / this.step + Math.sign(inside) * 0.5) * this.step).toFixed(digits)) + 0;
    }));
    const under = (event) => {
      const box = this.svg.getBoundingClientRect();
      const unit = (2 * this.range) / box.width;
      return [(event.clientX - box.left) * unit - this.range, this.range - (event.clientY - box.top) * unit];
    };
    const node = s("g", {
      class: "tf-handle", tabindex: 0, role: "slider", "aria-roledescription": "movable point", "aria-valuemin": -edge, "aria-valuemax": edge,
      onpointerdown: (event) => {
        if (event.button) return;
        node.setPointerCapture(event.pointerId);
        node.focus({ preventScroll: true });
        event.preventDefault();
        const hit = under(event);
        grip = [at[0] - hit[0], at[1] - hit[1]]; // so that the point does not jump to the finger
      },
      onpointermove: (event) => {
        if (grip) to(under(event).map((v, axis) => v + grip[axis]));
      },
      onlostpointercapture: () => {
        grip = null;
        commit();
      },
      onkeydown: (event) => {
        const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
        if (!way) return;
        event.preventDefault();
        to(at.map((v, axis) => v + way[axis] * this.step * (event.shiftKey ? 10 : 1)));
      },
      onkeyup: commit,
      onfocus: () => onactive(true),
      onblur: () => onactive(false),
      onpointerenter: () => onactive(true),
      onpointerleave: () => onactive(false),
    }, s("circle", { class: "tf-hit", r: 19 }), shape(role));
    // A browser may ignore `touch-action` on part of an SVG, as Chromium does: it would scroll the page instead.
    node.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    this.handles.append(node);
    return (now, name) => {
      at = now;
      set(node, { transform: `translate(${this.x(at[0])} ${this.y(at[1])})`, "aria-label": name, "aria-valuenow": number(at[0], digits).replace("−", "-"), "aria-valuetext": point(at, digits) });
    };
  }
}

var TransformerWidgets = (() => {
  var __defProp = Object.defineProperty;
  var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
  var __getOwnPropNames = Object.getOwnPropertyNames;
  var __hasOwnProp = Object.prototype.hasOwnProperty;
  var __export = (target, all) => {
    for (var name in all)
      __defProp(target, name, { get: all[name], enumerable: true });
  };
  var __copyProps = (to, from, except, desc) => {
    if (from && typeof from === "object" || typeof from === "function") {
      for (let key of __getOwnPropNames(from))
        if (!__hasOwnProp.call(to, key) && key !== except)
          __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
    }
    return to;
  };
  var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

  // transformer_lib/widgets/js/index.js
  var index_exports = {};
  __export(index_exports, {
    AttentionExplorer: () => AttentionExplorer,
    InductionExplorer: () => InductionExplorer,
    LayerBudget: () => LayerBudget,
    MarkerHead: () => MarkerHead,
    QueryExplorer: () => QueryExplorer,
    ShapeTracer: () => ShapeTracer,
    SoftmaxExplorer: () => SoftmaxExplorer
  });

  // transformer_lib/widgets/js/host.js
  var same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);
  var Model = class {
    #state;
    #listeners = /* @__PURE__ */ new Map();
    constructor(state) {
      this.#state = { ...state };
    }
    get(name) {
      return this.#state[name];
    }
    set(name, value) {
      const changes = typeof name === "object" ? name : { [name]: value };
      const changed = Object.entries(changes).filter(([key, to]) => !same(this.#state[key], to));
      for (const [key, to] of changed) this.#state[key] = to;
      for (const [key, to] of changed) this.#emit(`change:${key}`, to);
      if (changed.length) this.#emit("change");
    }
    save_changes() {
    }
    send() {
    }
    on(names, listener) {
      for (const name of names.split(" ")) {
        if (!this.#listeners.has(name)) this.#listeners.set(name, /* @__PURE__ */ new Set());
        this.#listeners.get(name).add(listener);
      }
    }
    off(names, listener) {
      if (!names) return this.#listeners.clear();
      for (const name of names.split(" ")) {
        if (listener) this.#listeners.get(name)?.delete(listener);
        else this.#listeners.delete(name);
      }
    }
    #emit(name, value) {
      for (const listener of [...this.#listeners.get(name) ?? []]) listener({}, value);
    }
  };
  function installHost(views) {
    if (typeof customElements === "undefined" || customElements.get("transformer-widget")) return;
    customElements.define(
      "transformer-widget",
      class extends HTMLElement {
        #model;
        #stop;
        #place;
        connectedCallback() {
          this.#place = document.createElement("div");
          this.prepend(this.#place);
          try {
            const name = this.getAttribute("name");
            if (!Object.hasOwn(views, name)) throw new Error(`no widget is called ${JSON.stringify(name)}`);
            this.#model ??= new Model(JSON.parse(this.getAttribute("state")));
            this.#stop = views[name].render({ model: this.#model, el: this.#place });
            this.setAttribute("live", "");
          } catch (error) {
            this.#place.className = "tf-error";
            this.#place.textContent = `This figure could not be drawn: ${error.message}. Its numbers are below.`;
            throw error;
          }
        }
        disconnectedCallback() {
          this.#stop?.();
          this.#stop = void 0;
          this.#place?.remove();
          this.removeAttribute("live");
        }
      }
    );
  }

  // transformer_lib/widgets/js/views/index.js
  var views_exports = {};
  __export(views_exports, {
    AttentionExplorer: () => AttentionExplorer,
    InductionExplorer: () => InductionExplorer,
    LayerBudget: () => LayerBudget,
    MarkerHead: () => MarkerHead,
    QueryExplorer: () => QueryExplorer,
    ShapeTracer: () => ShapeTracer,
    SoftmaxExplorer: () => SoftmaxExplorer
  });

  // transformer_lib/widgets/js/dom.js
  var SVG = "http://www.w3.org/2000/svg";
  function build(node, attributes, children) {
    set(node, attributes);
    node.append(...children);
    return node;
  }
  function set(node, attributes) {
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") node.addEventListener(name.slice(2), value);
      else if (value === false || value === null) node.removeAttribute(name);
      else node.setAttribute(name, value === true ? "" : value);
    }
  }
  var h = (tag, attributes = {}, ...children) => build(document.createElement(tag), attributes, children);
  var s = (tag, attributes = {}, ...children) => build(document.createElementNS(SVG, tag), attributes, children);
  function number(x, digits = 2) {
    const text2 = Math.abs(x).toFixed(digits);
    return x < 0 && Number(text2) !== 0 ? `−${text2}` : text2;
  }
  var point = (p, digits = 2) => `(${p.map((x) => number(x, digits)).join(", ")})`;
  function frame(el, { label, attempt }) {
    const controls = h("div", { class: "tf-controls" });
    const body = h("div", { class: "tf-body" });
    const status = h("p", { class: "tf-status", role: "status", "aria-live": "polite" });
    const root = h(
      "div",
      { class: "tf-widget", role: "group", "aria-label": label },
      h("p", { class: "tf-try" }, h("b", {}, "Try: "), attempt),
      controls,
      body,
      status
    );
    root.addEventListener("keydown", (event) => event.stopPropagation());
    el.append(root);
    let timer;
    const say = (text2) => {
      clearTimeout(timer);
      if (!status.textContent) status.textContent = text2;
      else timer = setTimeout(() => status.textContent !== text2 && (status.textContent = text2), 400);
    };
    return { root, controls, body, say };
  }
  function binder(model, names) {
    const initial = Object.fromEntries(names.map((name) => [name, structuredClone(model.get(name))]));
    return {
      change: (changes) => model.set(changes),
      // all of them, before anyone is told of the first
      commit: () => model.save_changes(),
      reset() {
        model.set(structuredClone(initial));
        model.save_changes();
      },
      /** Redraw when any of them changes; returns the function that stops it. */
      watch(draw) {
        const events = names.map((name) => `change:${name}`);
        for (const event of events) model.on(event, draw);
        return () => events.forEach((event) => model.off(event, draw));
      }
    };
  }
  var button = (text2, onclick) => h("button", { type: "button", class: "tf-button", onclick }, text2);
  function checkbox(text2, onchange) {
    const input = h("input", { type: "checkbox", onchange: () => onchange(input.checked) });
    return { node: h("label", { class: "tf-check" }, input, text2), show: (checked) => input.checked = checked };
  }
  function slider(text2, { min, max, step = 1, widest }, onvalue, oncommit) {
    const input = h("input", { type: "range", min, max, step, oninput: () => onvalue(Number(input.value)), onchange: oncommit });
    const value = h("b", { "aria-hidden": "true", style: `min-width:${widest}ch` });
    return {
      node: h("label", { class: "tf-slider" }, h("span", {}, text2), input, value),
      show(position, shown) {
        input.value = position;
        input.setAttribute("aria-valuetext", shown);
        value.textContent = shown;
      }
    };
  }
  function radios(items, columns, choose) {
    const wide = () => typeof columns === "function" ? columns() : columns;
    items.forEach((item, i) => {
      set(item, { role: "radio", onclick: () => choose(i), onkeydown: (event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -wide(), ArrowDown: wide() }[event.key];
        const to = event.key === "Home" ? 0 : event.key === "End" ? items.length - 1 : step === void 0 ? NaN : i + step;
        if (Number.isNaN(to)) return;
        event.preventDefault();
        if (!items[to]) return;
        choose(to);
        items[to].focus();
      } });
    });
    return (chosen) => items.forEach((item, i) => set(item, { "aria-checked": String(i === chosen), tabindex: i === Math.max(0, chosen) ? 0 : -1 }));
  }
  function onTheme(draw) {
    const observer = new MutationObserver(draw);
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    observer.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
    return () => observer.disconnect();
  }

  // transformer_lib/widgets/js/maths/packed.js
  var DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  var VALUE = new Map([...DIGITS].map((digit, i) => [digit, i]));
  function unpack(text2) {
    const weights = new Uint16Array(text2.length / 2);
    for (let i = 0; i < weights.length; i++) weights[i] = 64 * VALUE.get(text2[2 * i]) + VALUE.get(text2[2 * i + 1]);
    return weights;
  }
  function headWeights(weights, { layer, head, nHeads, length: length2 }) {
    const start = (layer * nHeads + head) * length2 * length2;
    return Array.from(
      { length: length2 },
      (_, q) => Array.from({ length: length2 }, (_2, k) => weights[start + q * length2 + k] / 1e3)
    );
  }

  // transformer_lib/widgets/js/maths/labels.js
  function overlap(a, b) {
    const along = (axis, size) => Math.max(0, Math.min(a[axis] + a[size] / 2, b[axis] + b[size] / 2) - Math.max(a[axis] - a[size] / 2, b[axis] - b[size] / 2));
    return along("x", "w") * along("y", "h");
  }
  function placeLabels(labels, obstacles, paper) {
    const whole2 = { x: paper.w / 2, y: paper.h / 2, ...paper };
    const chosen = [];
    for (let round = 0; round < 3; round++) {
      labels.forEach((boxes, i) => {
        const others = [...obstacles, ...chosen.filter((_, j) => j !== i)];
        const costs = boxes.map((box) => others.reduce((sum, other) => sum + overlap(box, other), box.cost + 9 * (box.w * box.h - overlap(box, whole2))));
        chosen[i] = boxes[costs.indexOf(Math.min(...costs))];
      });
    }
    return chosen;
  }

  // transformer_lib/widgets/js/views/plane.js
  var SIZE = 340;
  var star = Array.from({ length: 10 }, (_, i) => {
    const [r, angle] = [i % 2 ? 4.6 : 11.5, Math.PI * i / 5];
    return `${(r * Math.sin(angle)).toFixed(2)} ${(-r * Math.cos(angle)).toFixed(2)}`;
  });
  var SHAPES = {
    query: "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0 -16 0z",
    key: "M-7 -7h14v14h-14z",
    value: "M0 -10L10 0L0 10L-10 0z",
    mean: "M-6 -6L6 6M-6 6L6 -6",
    output: `M${star.join("L")}z`
  };
  var shape = (role) => s("path", { d: SHAPES[role], class: `tf-mark tf-${role}` });
  var glyph = (role) => h("span", { class: "tf-glyph", "aria-hidden": "true" }, s("svg", { viewBox: "-12 -12 24 24" }, shape(role)));
  var Plane = class {
    /** @param {{range: number, label: string, title: (Node | string)[]}} options: the axes run from -range to range */
    constructor({ range, label, title }) {
      this.range = range;
      this.step = 10 ** Math.round(Math.log10(range / 60));
      this.drawing = s("g");
      this.handles = s("g");
      this.over = s("g", { class: "tf-over" });
      this.svg = s("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "group", "aria-label": label }, this.#grid(), this.drawing, this.handles, this.over);
      this.caption = h("p", { class: "tf-caption" });
      this.node = h("div", { class: "tf-plane" }, h("p", { class: "tf-title" }, ...title), this.svg, this.caption);
    }
    x = (value) => SIZE * (value + this.range) / (2 * this.range);
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
      const gap = 11 * 2 * this.range / SIZE;
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
      const boxes = wanted.map(({ text: text2, at }, i) => {
        const [{ x, y }, out, w] = [marks[i], at[0] < 0 ? -1 : 1, text2.length * 9 + 8];
        const ways = [[out, 0], [-out, 0], [out, -1], [out, 1], [-out, -1], [-out, 1], [0, -1], [0, 1], [out, -2], [out, 2], [-out, -2], [-out, 2]];
        return ways.map(([dx, dy], cost) => ({ x: x + dx * (15 + w / 2), y: y + dy * (dx ? 15 : 23), w, h: 18, cost }));
      });
      return placeLabels(boxes, marks, { w: SIZE, h: SIZE }).map(({ x, y }, i) => {
        const { text: text2, role } = wanted[i];
        const way = Math.sign(Math.round(x - marks[i].x));
        return s("text", { class: `tf-name tf-${role}`, x: way ? marks[i].x + way * 15 : x, y: y + 5, "text-anchor": ["end", "middle", "start"][way + 1] }, text2);
      });
    }
    /**
     * A point to take hold of: mouse, finger, or arrow keys (with Shift, ten steps at once).
     * @returns {(at: number[], name: string) => void} shows where it is
     */
    handle(role, { move, commit, onactive = () => {
    } }) {
      const digits = Math.max(0, -Math.log10(this.step));
      const edge = Number((this.range * 0.87).toFixed(digits));
      let at = [0, 0];
      let grip = null;
      const to = (p) => move(p.map((v) => {
        const inside = Math.max(-edge, Math.min(edge, v));
        return Number((Math.trunc(inside / this.step + Math.sign(inside) * 0.5) * this.step).toFixed(digits)) + 0;
      }));
      const under = (event) => {
        const box = this.svg.getBoundingClientRect();
        const unit = 2 * this.range / box.width;
        return [(event.clientX - box.left) * unit - this.range, this.range - (event.clientY - box.top) * unit];
      };
      const node = s("g", {
        class: "tf-handle",
        tabindex: 0,
        role: "slider",
        "aria-roledescription": "movable point",
        "aria-valuemin": -edge,
        "aria-valuemax": edge,
        onpointerdown: (event) => {
          if (event.button) return;
          node.setPointerCapture(event.pointerId);
          node.focus({ preventScroll: true });
          event.preventDefault();
          const hit = under(event);
          grip = [at[0] - hit[0], at[1] - hit[1]];
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
        onpointerleave: () => onactive(false)
      }, s("circle", { class: "tf-hit", r: 19 }), shape(role));
      node.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
      this.handles.append(node);
      return (now, name) => {
        at = now;
        set(node, { transform: `translate(${this.x(at[0])} ${this.y(at[1])})`, "aria-label": name, "aria-valuenow": number(at[0], digits).replace("−", "-"), "aria-valuetext": point(at, digits) });
      };
    }
  };

  // transformer_lib/widgets/js/views/attention_lines.js
  var ROW = 30;
  function makeLines(tokens, { choose, hover }) {
    const queries = tokens.map((token, i) => queryButton(token, i, hover));
    const chosen = radios(queries, 1, choose);
    const bars = tokens.map(() => h("span", { class: "tf-bar" }));
    const numbers = tokens.map(() => h("span", { class: "tf-num" }));
    const middle = (i) => ROW * (i + 0.5);
    const lines = tokens.map((_, q) => tokens.map((_2, k) => s("path", { class: "tf-link", d: `M0 ${middle(q)}C40 ${middle(q)} 60 ${middle(k)} 100 ${middle(k)}` })));
    const node = h(
      "div",
      { class: "tf-lines" },
      h("div", {}, h("p", { class: "tf-side" }, glyph("query"), "queries"), h("div", { role: "radiogroup", "aria-label": "query" }, ...queries)),
      s("svg", { viewBox: `0 0 100 ${ROW * tokens.length}`, preserveAspectRatio: "none", "aria-hidden": "true", style: `height:${ROW * tokens.length}px` }, ...lines.flat()),
      h(
        "div",
        {},
        h("p", { class: "tf-side" }, glyph("key"), "keys"),
        ...tokens.map((token, i) => h("div", { class: "tf-keyrow" }, h("span", { class: "tf-token tf-key" }, token), numbers[i], h("span", { class: "tf-track" }, bars[i])))
      )
    );
    return {
      node,
      show(rows, query, picked) {
        chosen(picked);
        queries.forEach((button2, i) => button2.classList.toggle("tf-chosen", i === query));
        rows.forEach((row4, q) => row4.forEach((w, k) => {
          const seen = (query < 0 || q === query) && w >= 0.01;
          set(lines[q][k], { "stroke-width": (0.5 + 5.5 * w).toFixed(2), opacity: seen ? (0.08 + 0.92 * w).toFixed(3) : 0 });
        }));
        tokens.forEach((_, k) => {
          const w = query < 0 ? null : rows[query][k];
          numbers[k].textContent = w === null ? "" : number(w, 3);
          bars[k].style.width = `${100 * (w ?? 0)}%`;
        });
      }
    };
  }
  function queryButton(token, i, hover) {
    return h("button", {
      type: "button",
      class: "tf-token tf-query",
      onpointerenter: (event) => event.pointerType === "mouse" && hover(i, event),
      onpointerleave: (event) => event.pointerType === "mouse" && hover(null)
    }, token);
  }

  // transformer_lib/widgets/js/views/attention_matrix.js
  var ROW2 = 30;
  function makeMatrix(tokens, { choose, hover }) {
    const n = tokens.length;
    const queries = tokens.map((token, i) => queryButton(token, i, hover));
    const chosen = radios(queries, 1, choose);
    const cells = tokens.map((_, q) => tokens.map((_2, k) => s("rect", { x: k, y: q, width: 1, height: 1, class: "tf-cell" })));
    const outline = s("rect", { x: 0, width: n, height: 1, class: "tf-outline" });
    const numbers = tokens.map(() => h("b", { class: "tf-num" }));
    const rowAt = (event) => Math.min(n - 1, Math.max(0, Math.floor(event.offsetY / ROW2)));
    const svg = s("svg", {
      viewBox: `0 0 ${n} ${n}`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
      style: `height:${ROW2 * n}px`,
      onpointermove: (event) => event.pointerType === "mouse" && hover(rowAt(event), event),
      onpointerleave: (event) => event.pointerType === "mouse" && hover(null),
      onclick: (event) => choose(rowAt(event))
    }, s("rect", { class: "tf-paper", width: n, height: n }), ...cells.flat(), outline);
    const node = h(
      "div",
      { class: "tf-matrix", style: `--n:${n}` },
      h("p", { class: "tf-side" }, glyph("query"), "queries"),
      h(
        "div",
        {},
        h("p", { class: "tf-side" }, glyph("key"), "keys"),
        h("div", { class: "tf-columnheads" }, ...tokens.map((token, k) => h("span", { class: "tf-upright" }, h("span", { class: "tf-key" }, token), numbers[k])))
      ),
      h("div", { role: "radiogroup", "aria-label": "query" }, ...queries),
      svg
    );
    return {
      node,
      show(rows, query, picked) {
        chosen(picked);
        queries.forEach((button2, i) => button2.classList.toggle("tf-chosen", i === query));
        rows.forEach((row4, q) => row4.forEach((w, k) => set(cells[q][k], { "fill-opacity": w })));
        set(outline, { y: Math.max(0, query), opacity: query < 0 ? 0 : 1 });
        numbers.forEach((node2, k) => node2.textContent = query < 0 ? "" : number(rows[query][k], 3));
      }
    };
  }

  // transformer_lib/widgets/js/views/attention_explorer.js
  var AttentionExplorer = { render };
  function render({ model, el }) {
    const sentences = model.get("sentences").map(({ tokens, weights }) => ({ tokens, weights: unpack(weights) }));
    const [nLayers, nHeads] = [model.get("n_layers"), model.get("n_heads")];
    const state = binder(model, ["sentence", "layer", "head", "query", "view"]);
    const { controls, body, say } = frame(el, {
      label: "Attention explorer: what each head of a trained model looks at",
      attempt: "pick a head among the small pictures, then a word on the left to see where it looks."
    });
    const change = (changes) => (state.change(changes), state.commit());
    const texts = sentences.map(({ tokens }) => button(readable(tokens)));
    const showSentence = radios(texts, 1, (i) => model.get("sentence") !== i && change({ sentence: i, query: -1 }));
    const chooser = h("div", { class: "tf-sentences", role: "radiogroup", "aria-label": "sentence" }, ...texts);
    const views = ["lines", "matrix"].map((name) => button(name));
    const showView = radios(views, 1, (i) => change({ view: views[i].textContent }));
    const heads = makeHeads(nLayers, nHeads, (layer, head) => change({ layer, head }));
    const title = h("p", { class: "tf-title" });
    const place = h("div");
    const hint = h("p", { class: "tf-caption" });
    const all = button("all words", () => pick(model.get("query") < 0 ? last : -1));
    if (sentences.length > 1) controls.append(chooser);
    controls.append(h("div", { class: "tf-segments", role: "radiogroup", "aria-label": "view" }, ...views), all, button("Reset", state.reset));
    body.append(h("div", { class: "tf-attention" }, heads.node, h("div", { class: "tf-head" }, title, place, hint)));
    let picture;
    let hovered = null;
    let last = 0;
    let shown = "";
    let mouse = "";
    const where = (event) => `${event.screenX} ${event.screenY}`;
    body.addEventListener("pointermove", (event) => mouse = where(event));
    const hover = (i, event) => {
      if (event && where(event) === mouse) return;
      hovered = i;
      drawHead();
    };
    const pick = (query) => {
      hovered = null;
      change({ query });
      drawHead();
    };
    function draw() {
      const [sentence, layer, head, query, view] = ["sentence", "layer", "head", "query", "view"].map((name) => model.get(name));
      const { tokens, weights } = sentences[sentence];
      const key = `${sentence} ${view}`;
      if (shown !== key) {
        shown = key;
        [hovered, last] = [null, 0];
        const make = view === "matrix" ? makeMatrix : makeLines;
        picture = make(tokens, { choose: pick, hover });
        place.replaceChildren(picture.node);
        heads.paint(weights, tokens.length);
      }
      if (query >= 0) last = query;
      set(all, { "aria-pressed": String(query < 0) });
      showSentence(sentence);
      showView(view === "matrix" ? 1 : 0);
      heads.show(layer, head);
      title.textContent = `layer ${layer}, head ${head}`;
      const rows = drawHead();
      say(`Layer ${layer}, head ${head}. ${query < 0 ? `Strongest: ${strongest(rows, tokens)}.` : `${tokens[query]} looks at ${ranked(rows[query], tokens)}.`}`);
    }
    function drawHead() {
      const { tokens, weights } = sentences[model.get("sentence")];
      const rows = headWeights(weights, { layer: model.get("layer"), head: model.get("head"), nHeads, length: tokens.length });
      const query = hovered ?? model.get("query");
      picture.show(rows, query, model.get("query"));
      hint.textContent = query < 0 ? `strongest: ${strongest(rows, tokens)}` : `${tokens[query]} → ${ranked(rows[query], tokens)}`;
      return rows;
    }
    draw();
    const stops = [state.watch(draw), onTheme(() => {
      const { tokens, weights } = sentences[model.get("sentence")];
      heads.paint(weights, tokens.length);
    })];
    return () => stops.forEach((stop) => stop());
  }
  var readable = (tokens) => tokens.filter((token) => !/^\[.*\]$/.test(token)).join(" ").replace(/ ##/g, "").replace(/ (['’]) (?=\S)/g, "$1").replace(/ (?=[.,;:?!])/g, "");
  var ranked = (row4, tokens) => row4.map((w, i) => [w, tokens[i]]).toSorted((a, b) => b[0] - a[0]).slice(0, 3).map(([w, token]) => `${token} ${number(w, 3)}`).join(", ");
  function strongest(rows, tokens) {
    const all = rows.flatMap((row4, q2) => row4.map((w2, k2) => [w2, q2, k2]));
    const [w, q, k] = all.reduce((best, next) => next[0] > best[0] ? next : best);
    return `${tokens[q]} → ${tokens[k]} ${number(w, 3)}`;
  }
  function makeHeads(nLayers, nHeads, choose) {
    const items = Array.from({ length: nLayers * nHeads }, (_, i) => h("button", { type: "button", class: "tf-thumb", "aria-label": `layer ${Math.floor(i / nHeads)}, head ${i % nHeads}` }, h("canvas")));
    const show = radios(items, nHeads, (i) => choose(Math.floor(i / nHeads), i % nHeads));
    const grid = h("div", { class: "tf-heads", style: `--heads:${nHeads}`, role: "radiogroup", "aria-label": "layer and head" });
    const label = (text2) => h("span", { class: "tf-small", "aria-hidden": "true" }, text2);
    grid.append(label(""), ...Array.from({ length: nHeads }, (_, head) => label(String(head))));
    items.forEach((item, i) => grid.append(...i % nHeads ? [item] : [label(String(i / nHeads)), item]));
    const node = h("div", { class: "tf-chooser" }, h("p", { class: "tf-title" }, "every head: layers down, heads across"), grid);
    return {
      node,
      show: (layer, head) => show(layer * nHeads + head),
      paint(weights, length2) {
        const [red, green, blue] = channels(getComputedStyle(node).getPropertyValue("--tf-weight"));
        items.forEach((item, i) => {
          const canvas = item.firstChild;
          set(canvas, { width: length2, height: length2 });
          const image = new ImageData(length2, length2);
          for (let at = 0; at < length2 * length2; at++) image.data.set([red, green, blue, weights[i * length2 * length2 + at] * 255 / 1e3], at * 4);
          canvas.getContext("2d").putImageData(image, 0, 0);
        });
      }
    };
  }
  var channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.trim().slice(at, at + 2), 16));

  // transformer_lib/widgets/js/maths/softmax.js
  function softmax(scores) {
    const largest = Math.max(...scores);
    const exps = scores.map((x) => Math.exp(x - largest));
    const total = exps.reduce((a, b) => a + b, 0);
    return exps.map((x) => x / total);
  }
  function entropyBits(p) {
    return p.reduce((sum, x) => x > 0 ? sum - x * Math.log2(x) : sum, 0);
  }
  var effectiveCount = (p) => 2 ** entropyBits(p);
  var responses = (p) => p.map((x) => x * (1 - x));
  var response = (p) => responses(p).reduce((a, b) => a + b, 0);
  function spread(unit, { d, scaled, temperature }) {
    const factor = (scaled ? 1 : Math.sqrt(d)) / temperature;
    return unit.map((x) => x * factor);
  }
  var WIDTHS = Array.from({ length: 11 }, (_, i) => 2 ** i);

  // transformer_lib/widgets/js/maths/attention.js
  var dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
  var length = (a) => Math.sqrt(dot(a, a));
  function attention(query, keys, values, scaled = true) {
    const scores = keys.map((key) => dot(query, key));
    const divisor = scaled ? Math.sqrt(query.length) : 1;
    const divided = scores.map((x) => x / divisor);
    const weights = softmax(divided);
    return { scores, scaled: divided, weights, out: mix(weights, values) };
  }
  var mix = (weights, vectors) => vectors[0].map((_, axis) => weights.reduce((sum, w, i) => sum + w * vectors[i][axis], 0));
  function project(query, key) {
    const size = length(key);
    if (size === 0) return { shadow: 0, foot: key.map(() => 0) };
    const shadow = dot(query, key) / size;
    return { shadow, foot: key.map((x) => x * shadow / size) };
  }

  // transformer_lib/widgets/js/maths/handmade.js
  var ALPHABET = ["A", "B", "C", "D"];
  var SHARP = 20;
  var oneHot = (i, n) => Array.from({ length: n }, (_, j) => Number(i === j));
  function markerHead(numbers, marked, sharpness) {
    const { weights, out } = attention([sharpness], marked.map((mark) => [mark]), numbers.map((x) => [x]));
    return { weights, out: out[0] };
  }
  function program(numbers, marked) {
    const chosen = numbers.filter((_, i) => marked[i]);
    const all = chosen.length ? chosen : numbers;
    return all.reduce((sum, x) => sum + x, 0) / all.length;
  }
  function routes(letters2) {
    const what = letters2.map((letter) => oneHot(ALPHABET.indexOf(letter), ALPHABET.length));
    const where = letters2.map((_, i) => oneHot(i, letters2.length));
    const back = letters2.map((_, i) => {
      if (i === 0) return oneHot(-1, letters2.length);
      const { weights } = attention(where[i - 1].map((x) => x * SHARP), where.slice(0, i + 1), what.slice(0, i + 1), false);
      return [...weights, ...Array(letters2.length - i - 1).fill(0)];
    });
    const found = flow(back, what);
    const { weights: last } = attention(what.at(-1).map((x) => x * SHARP), found, what, false);
    return { back, last };
  }
  var flow = (weights, values) => weights.map((row4) => values[0].map((_, axis) => row4.reduce((sum, w, j) => sum + w * values[j][axis], 0)));
  function carried(letters2, { back, last }) {
    const what = letters2.map((letter) => oneHot(ALPHABET.indexOf(letter), ALPHABET.length));
    const before = flow(back, what).map((row4) => Math.max(...row4) < 0.5 ? "–" : ALPHABET[row4.indexOf(Math.max(...row4))]);
    return { before, next: flow([last], what)[0] };
  }

  // transformer_lib/widgets/js/views/induction_explorer.js
  var InductionExplorer = { render: render2 };
  function render2({ model, el }) {
    const start = [...model.get("letters")];
    const kept = routes(start);
    const state = binder(model, ["letters", "frozen"]);
    const { controls, body, say } = frame(el, {
      label: "Induction explorer: two heads that look up what came next the last times",
      attempt: "change letters (press one, or use the arrow keys on it). Then freeze the routes, and change them again."
    });
    const frozen = checkbox("freeze the routes of the first sequence", (on) => (state.change({ frozen: on }), state.commit()));
    controls.append(frozen.node, button("Reset", state.reset));
    const turn2 = (i, by) => {
      const letters2 = [...model.get("letters")];
      letters2[i] = ALPHABET[(ALPHABET.indexOf(letters2[i]) + by + ALPHABET.length) % ALPHABET.length];
      state.change({ letters: letters2 });
      state.commit();
    };
    const columns = start.map((_, i) => {
      const letter = h("button", { type: "button", class: "tf-button tf-letter", onclick: () => turn2(i, 1), onkeydown: (event) => {
        const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
        if (by) event.preventDefault(), turn2(i, by);
      } });
      return { letter, cell: h("td", {}, letter), before: h("td"), weight: h("td"), bar: h("td", { class: "tf-upbar" }, h("span")) };
    });
    const line = (name, key) => h("tr", {}, h("th", { scope: "row" }, name), ...columns.map((column) => column[key]));
    const guess = h("p", { class: "tf-guess" });
    body.append(h("div", { class: "tf-scroll", tabindex: 0, role: "group", "aria-label": "the sequence" }, h("table", { class: "tf-table tf-induction" }, h(
      "tbody",
      {},
      line("letter", "cell"),
      line("layer 1: the letter before", "before"),
      line("layer 2: weight of the last letter", "weight"),
      line("", "bar")
    ))));
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
      const text2 = (chances) => ALPHABET.map((letter, i) => [letter, chances[i]]).filter(([, p]) => p > 5e-3).sort((a, b) => b[1] - a[1]).map(([letter, p]) => `${letter} ${number(p, 2)}`).join(", ");
      guess.replaceChildren("next: ", h("b", { class: "tf-output" }, text2(next)));
      const differs = next.some((p, i) => Math.abs(p - honest[i]) > 5e-3);
      caption.textContent = isFrozen ? differs ? `Routed by these letters it would be ${text2(honest)}. The frozen routes belong to ${start.join(" ")}.` : `The frozen routes, of ${start.join(" ")}, still fit.` : `It stands on ${now.at(-1)} and looks where ${now.at(-1)} came before. No ${now.at(-1)} before: the average of all letters.`;
      say(`${now.join(" ")}: next ${text2(next)}. ${isFrozen ? caption.textContent : ""}`);
    }
    draw();
    return state.watch(draw);
  }

  // transformer_lib/widgets/js/maths/budget.js
  function budget({ d_model: D, d_ff: F, length: T }) {
    return [
      { name: "four matrices of attention", parameters: 4 * D * D, multiplications: 4 * D * D },
      { name: "scores and mixing", parameters: 0, multiplications: 2 * T * D },
      { name: "feed-forward", parameters: 2 * D * F, multiplications: 2 * D * F }
    ];
  }
  var crossing = ({ d_model: D, d_ff: F }) => 2 * D + F;

  // transformer_lib/widgets/js/views/layer_budget.js
  var LayerBudget = { render: render3 };
  var WIDTHS2 = [64, 128, 256, 384, 512, 768, 1024, 1600, 2048, 4096, 8192, 12288, 16384];
  var LENGTHS = Array.from({ length: 15 }, (_, i) => 8 * 2 ** i);
  var whole = new Intl.NumberFormat("en-US").format;
  var short = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 }).format;
  var nearest = (values, x) => values.reduce((best, value, i) => Math.abs(value - x) < Math.abs(values[best] - x) ? i : best, 0);
  function render3({ model, el }) {
    const state = binder(model, ["d_model", "widening", "length"]);
    const { controls, body, say } = frame(el, {
      label: "Layer budget: where one layer's parameters are, and what each word costs",
      attempt: "make the text longer. When do the scores cost more than all the matrices?"
    });
    const width = slider("width D of the layer", { min: 0, max: WIDTHS2.length - 1, widest: 6 }, (i) => state.change({ d_model: WIDTHS2[i] }), state.commit);
    const wider = slider("feed-forward: wider inside by", { min: 1, max: 8, widest: 2 }, (widening) => state.change({ widening }), state.commit);
    const length2 = slider("words T attended to", { min: 0, max: LENGTHS.length - 1, widest: 7 }, (i) => state.change({ length: LENGTHS[i] }), state.commit);
    const presets = Object.entries(model.get("presets")).map(([name, [d_model, widening, T]]) => button(name, () => (state.change({ d_model, widening, length: T }), state.commit())));
    controls.append(h("div", { class: "tf-group", role: "group", "aria-label": "sizes of" }, ...presets), width.node, wider.node, length2.node, button("Reset", state.reset));
    const rows = budget({ d_model: 1, d_ff: 1, length: 1 }).map(({ name }) => row(name));
    const totals = [0, 1].map(() => h("td", { class: "tf-num" }));
    body.append(h(
      "table",
      { class: "tf-table tf-budget" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "part"), h("th", { scope: "col", colspan: 2 }, "parameters"), h("th", { scope: "col", colspan: 2 }, "multiplications for one word"))),
      h("tbody", {}, ...rows.map((one) => one.node)),
      h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, "all"), totals[0], h("td"), totals[1], h("td")))
    ));
    const verdict = h("p", { class: "tf-caption" });
    body.append(verdict);
    function draw() {
      const [d_model, widening, T] = ["d_model", "widening", "length"].map((name) => model.get(name));
      const size = { d_model, d_ff: widening * d_model, length: T };
      const parts = budget(size);
      const [parameters, cost] = ["parameters", "multiplications"].map((kind) => parts.reduce((sum, part) => sum + part[kind], 0));
      width.show(nearest(WIDTHS2, d_model), String(d_model));
      wider.show(widening, `${widening}×`);
      length2.show(nearest(LENGTHS, T), whole(T));
      parts.forEach((part, i) => rows[i].show(part, parameters, cost));
      [parameters, cost].forEach((all, i) => totals[i].textContent = short(all));
      const share = Math.round(100 * parts[1].multiplications / cost);
      verdict.textContent = `At ${whole(T)} words, scores and mixing are ${share} % of the work. They are half of it at ${whole(crossing(size))} words.`;
      say(`Width ${d_model}, inside ${size.d_ff}, ${whole(T)} words: ${short(parameters)} parameters; scores and mixing are ${share} % of a word's multiplications.`);
    }
    draw();
    return state.watch(draw);
  }
  function row(name) {
    const kinds = ["parameters", "multiplications"].map((kind) => ({ kind, count: h("td", { class: "tf-num" }), bar: h("span", { class: "tf-bar" }) }));
    return {
      node: h("tr", {}, h("th", { scope: "row" }, name), ...kinds.flatMap(({ count, bar }) => [count, h("td", { class: "tf-track" }, bar)])),
      show(part, ...totals) {
        kinds.forEach(({ kind, count, bar }, i) => {
          count.textContent = short(part[kind]);
          set(bar, { style: `width:${100 * part[kind] / totals[i]}%` });
        });
      }
    };
  }

  // transformer_lib/widgets/js/views/marker_head.js
  var MarkerHead = { render: render4 };
  var [W, H, PAD] = [400, 92, 24];
  function render4({ model, el }) {
    const [labels, numbers] = [model.get("labels"), model.get("numbers")];
    const state = binder(model, ["marked", "sharpness"]);
    const { controls, body, say } = frame(el, {
      label: "Marker head: if a word is marked, copy its number; else take the average",
      attempt: "mark a word, then make the head sharper. Then unmark it."
    });
    const sharp = slider("sharpness: a marked word's score", { min: 0, max: 20, step: 0.5, widest: 4.2 }, (sharpness) => state.change({ sharpness }), state.commit);
    controls.append(sharp.node, button("Reset", state.reset));
    const rows = labels.map((label, i) => {
      const mark = h("button", { type: "button", class: "tf-button tf-markable", onclick: () => {
        state.change({ marked: model.get("marked").map((x2, j) => i === j ? 1 - x2 : x2) });
        state.commit();
      } }, label);
      const [weight, bar] = [h("td", { class: "tf-num" }), h("span", { class: "tf-bar" })];
      return { mark, weight, bar, node: h("tr", {}, h("th", { scope: "row" }, mark), h("td", { class: "tf-num" }, number(numbers[i], 0)), weight, h("td", { class: "tf-track" }, bar)) };
    });
    const heads = ["mark a word", "number", "weight"].map((text2, i) => h("th", { scope: "col", ...i ? { class: "tf-num" } : {} }, text2));
    body.append(h("table", { class: "tf-table" }, h("thead", {}, h("tr", {}, ...heads, h("td"))), h("tbody", {}, ...rows.map((row4) => row4.node))));
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    const x = (value) => PAD + (value - low) / (high - low || 1) * (W - 2 * PAD);
    const line = s(
      "svg",
      { viewBox: `0 0 ${W} ${H}`, role: "img", class: "tf-line" },
      s("path", { d: `M${PAD} 46H${W - PAD}`, class: "tf-grid" }),
      ...numbers.map((value) => s("circle", { cx: x(value), cy: 46, r: 6, class: "tf-mark tf-value" }))
    );
    const [star2, starText, aim, aimText] = [s("text", { class: "tf-star tf-output", y: 54 }), s("text", { class: "tf-name tf-output", y: 84 }), s("path", { class: "tf-aim" }), s("text", { class: "tf-small", y: 16 })];
    star2.textContent = "★";
    line.append(aim, star2, starText, aimText);
    body.append(line);
    const code = h("p", { class: "tf-caption tf-program" });
    body.append(code);
    function draw() {
      const [marked, sharpness] = [model.get("marked"), model.get("sharpness")];
      const { weights, out } = markerHead(numbers, marked, sharpness);
      const wanted = program(numbers, marked);
      sharp.show(sharpness, number(sharpness, 1));
      rows.forEach((row4, i) => {
        set(row4.mark, { "aria-pressed": String(Boolean(marked[i])) });
        row4.weight.textContent = number(weights[i], 3);
        set(row4.bar, { style: `width:${100 * weights[i]}%` });
      });
      const inside = (at) => Math.min(W - 65, Math.max(65, at));
      set(star2, { x: x(out) });
      set(starText, { x: inside(x(out)) });
      starText.textContent = `the head ${number(out)}`;
      set(aim, { d: `M${x(wanted)} 22v48` });
      set(aimText, { x: inside(x(wanted)) });
      aimText.textContent = `the program ${number(wanted)}`;
      set(line, { "aria-label": `On a line from ${number(low, 0)} to ${number(high, 0)}: the head's output ${number(out)}, the program's ${number(wanted)}` });
      const branch = marked.some(Boolean);
      code.replaceChildren(h("span", { class: branch ? "tf-taken" : "" }, "if a word is marked: its number"), " ", h("span", { class: branch ? "" : "tf-taken" }, "else: the average of all"));
      say(`${branch ? "marked" : "no mark"}, sharpness ${number(sharpness, 1)}: the head gives ${number(out)}, the program ${number(wanted)}.`);
    }
    draw();
    return state.watch(draw);
  }

  // transformer_lib/widgets/js/maths/hull.js
  var turn = (o, a, b) => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
  function convexHull(points) {
    const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]).filter((p, i, all) => i === 0 || p[0] !== all[i - 1][0] || p[1] !== all[i - 1][1]);
    if (sorted.length < 3) return sorted;
    const chain = (ordered) => {
      const corners = [];
      for (const point2 of ordered) {
        while (corners.length > 1 && turn(corners.at(-2), corners.at(-1), point2) <= 0) corners.pop();
        corners.push(point2);
      }
      return corners.slice(0, -1);
    };
    return [...chain(sorted), ...chain(sorted.toReversed())];
  }

  // transformer_lib/widgets/js/views/query_explorer.js
  var QueryExplorer = { render: render5 };
  function render5({ model, el }) {
    const labels = model.get("labels");
    const start = { query: model.get("query"), keys: model.get("key_vectors"), values: model.get("values") };
    const presets = model.get("presets");
    const state = binder(model, ["query", "key_vectors", "values", "scaled"]);
    const { controls, body, say } = frame(el, {
      label: "Query explorer: one query's attention over the keys, and its output among the values",
      attempt: "drag the query far out. Can the output ever leave the shaded area?"
    });
    const divide = checkbox(`divide by √${start.query.length}`, (on) => (state.change({ scaled: on }), state.commit()));
    const presetButtons = Object.entries(presets).map(
      ([name, at]) => button(name, () => (state.change({ query: at }), state.commit()))
    );
    if (presetButtons.length) controls.append(h("div", { class: "tf-group", role: "group", "aria-label": "query" }, "query", ...presetButtons));
    controls.append(divide.node, button("Reset", state.reset));
    const farthest = (points) => Math.max(...points.flat().map(Math.abs));
    const range = (points) => Math.max(1, Math.ceil(farthest(points) * 1.3));
    const left = new Plane({
      range: range([start.query, ...Object.values(presets), ...start.keys]),
      label: "The query among the keys",
      title: [glyph("query"), "query among the ", glyph("key"), "keys"]
    });
    const right = new Plane({
      range: range(start.values),
      label: "The output among the values",
      title: [glyph("output"), "output among the ", glyph("value"), "values"]
    });
    const rows = labels.map((label) => row2(label));
    const divided = h("th", { scope: "col", class: "tf-num" });
    const outputCell = h("td", { class: "tf-num tf-output tf-wide" });
    const table = h(
      "table",
      { class: "tf-table" },
      h("thead", {}, h(
        "tr",
        {},
        h("th", { scope: "col" }, "word"),
        h("th", { scope: "col", class: "tf-num" }, "score", h("span", { class: "tf-roomy" }, " q · k")),
        divided,
        h("th", { scope: "col", class: "tf-num" }, "weight"),
        h("td", { class: "tf-roomy" }),
        h("th", { scope: "col", class: "tf-num tf-wide" }, "× value")
      )),
      h("tbody", {}, ...rows.map((r) => r.node)),
      h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, "sum"), h("td"), h("td"), h("td", { class: "tf-num" }, "1.000"), h("td", { class: "tf-roomy" }), outputCell))
    );
    body.append(h("div", { class: "tf-planes" }, left.node, right.node), table);
    let hovered = null;
    const active = (i) => (on) => {
      hovered = on ? i : null;
      draw();
    };
    const mover = (name, i) => (at) => state.change({ [name]: model.get(name).map((p, j) => i === j ? at : p) });
    const showKeys = labels.map((_, i) => left.handle("key", { move: mover("key_vectors", i), commit: state.commit, onactive: active(i) }));
    const showQuery = left.handle("query", { move: (at) => state.change({ query: at }), commit: state.commit });
    const showValues = labels.map((_, i) => right.handle("value", { move: mover("values", i), commit: state.commit, onactive: active(i) }));
    rows.forEach(({ node }, i) => {
      node.addEventListener("pointerenter", () => active(i)(true));
      node.addEventListener("pointerleave", () => active(i)(false));
    });
    function draw() {
      const [query, keys, values, scaled] = ["query", "key_vectors", "values", "scaled"].map((name) => model.get(name));
      const result = attention(query, keys, values, scaled);
      const best = hovered ?? result.weights.indexOf(Math.max(...result.weights));
      divide.show(scaled);
      divided.textContent = scaled ? `÷ √${query.length}` : "÷ 1";
      rows.forEach((r, i) => r.show(result, i, values[i], i === best));
      outputCell.textContent = point(result.out);
      drawKeys(query, keys, result, best);
      drawValues(values, result, best);
      showQuery(query, "query");
      labels.forEach((label, i) => (showKeys[i](keys[i], `key of ${label}`), showValues[i](values[i], `value of ${label}`)));
      say(`Query ${point(query, 1)}. Weights: ${labels.map((l, i) => `${l} ${number(result.weights[i], 3)}`).join(", ")}. Output ${point(result.out)}.`);
    }
    function drawKeys(query, keys, result, best) {
      const { shadow, foot } = project(query, keys[best]);
      const size = length(keys[best]);
      const sign = shadow < 0 ? "negative" : "positive";
      const reach = size && 3 * left.range / size;
      left.drawing.replaceChildren(
        left.line(keys[best].map((v) => -v * reach), keys[best].map((v) => v * reach), { class: "tf-ray" }),
        ...keys.map((key) => left.arrow(key, "key")),
        left.line([0, 0], foot, { class: `tf-shadow tf-${sign}` }),
        left.line(query, foot, { class: "tf-drop" }),
        left.arrow(query, "query"),
        ...left.names([...keys.map((at, i) => ({ text: labels[i], at, role: "key" })), { text: `query ${point(query, 1)}`, at: query, role: "query" }])
      );
      left.caption.replaceChildren(
        h("span", { class: `tf-stroke tf-${sign}` }),
        "projection of the query ",
        h("b", { class: `tf-${sign}` }, number(shadow)),
        h("br"),
        "× length of the key ",
        h("b", { class: "tf-key" }, number(size)),
        h("br"),
        "= score of ",
        h("b", { class: "tf-key" }, labels[best]),
        " ",
        h("b", {}, number(result.scores[best]))
      );
    }
    function drawValues(values, result, best) {
      const hull = convexHull(values);
      const mean = values[0].map((_, axis) => values.reduce((sum, v) => sum + v[axis], 0) / values.length);
      right.drawing.replaceChildren(
        right.polygon(hull, { class: "tf-hull" }),
        ...values.map((value, i) => right.line(result.out, value, { class: "tf-pull", "stroke-width": 1 + 7 * result.weights[i], opacity: 0.25 + 0.6 * result.weights[i] })),
        right.mark("mean", mean)
      );
      right.over.replaceChildren(
        right.mark("output", result.out),
        ...right.names([
          ...values.map((at, i) => ({ text: labels[i], at, role: "value" })),
          { text: "output", at: result.out, role: "output" },
          { text: "mean", at: mean, role: "muted" }
        ])
      );
      right.caption.replaceChildren("output = Σ weight × value", h("br"), "= ", h("b", { class: "tf-output" }, point(result.out)), h("br"), h("span", { class: "tf-stroke tf-value" }), "shaded: all it can reach");
    }
    draw();
    return state.watch(draw);
  }
  function row2(label) {
    const [score, scaled, weight, value] = ["", "", "", " tf-wide"].map((more) => h("td", { class: `tf-num${more}` }));
    const bar = h("span", { class: "tf-bar" });
    const node = h("tr", {}, h("th", { scope: "row" }, label), score, scaled, weight, h("td", { class: "tf-track tf-roomy" }, bar), value);
    return {
      node,
      show(result, i, vector, chosen) {
        node.classList.toggle("tf-chosen", chosen);
        score.textContent = number(result.scores[i]);
        scaled.textContent = number(result.scaled[i]);
        for (const cell of [score, scaled]) cell.className = `tf-num tf-${result.scores[i] < 0 ? "negative" : "positive"}`;
        weight.textContent = number(result.weights[i], 3);
        value.textContent = point(vector, 1);
        bar.style.width = `${100 * result.weights[i]}%`;
      }
    };
  }

  // transformer_lib/widgets/js/maths/layer_shapes.js
  var sizes = ({ batch, length: length2, n_heads, d_head }) => ({ B: batch, T: length2, D: n_heads * d_head, H: n_heads, d: d_head, F: 4 * n_heads * d_head });
  var inNumbers = (shape2, size) => shape2.split(" ").map((letter) => size[letter]);
  var STEPS = [
    {
      name: "x, the layer's input",
      shape: "B T D",
      mixes: "",
      says: "One vector of D numbers for each word of each sentence. For the first layer they come from the embedding, for every other from the layer below.",
      wrong: [["T D", "That is one sentence. A batch holds B of them."], ["B D", "One vector for a whole sentence would have no place for its words."], ["B T", "Those are the token ids, before each was looked up."]]
    },
    {
      name: "queries, keys, values",
      shape: "B T D",
      mixes: "channels",
      says: "Three matrices, each D by D, are applied to every word: three tensors of this shape.",
      wrong: [["B T d", "That is one head's share. The matrices make all the heads' queries at once."], ["B T T", "No word has met another yet."], ["B D D", "A matrix is D by D, but the words go through it one by one."]]
    },
    {
      name: "split into heads",
      shape: "B H T d",
      mixes: "",
      says: "Head 0 gets the first d numbers of every word, head 1 the next d. Nothing is computed.",
      wrong: [["B T H d", "That is it half-way. The heads' axis then moves forward, so that each head multiplies words with words."], ["B H T D", "The heads share the D numbers; none gets all of them."], ["B H d T", "Each word keeps its row; the keys are turned round later, in the product."]]
    },
    {
      name: "scores",
      shape: "B H T T",
      mixes: "words",
      says: "Every query meets every key of its own sentence and its own head: one dot product for each pair.",
      wrong: [["B T T", "Each head makes a table of its own."], ["B H d d", "That product sums over the words. A dot product of query and key sums over the channels."], ["B H T d", "A query and a key give one number, and there are T keys."]]
    },
    {
      name: "weights",
      shape: "B H T T",
      mixes: "words",
      says: "The softmax of each row. The row now adds up to 1.",
      wrong: [["B H T", "A softmax keeps all its numbers. It only rescales them."], ["B H T d", "The values have not been touched yet."], ["B T T", "The heads are still apart."]]
    },
    {
      name: "what each head found",
      shape: "B H T d",
      mixes: "words",
      says: "Each word takes the average of its sentence's values, by its own row of weights.",
      wrong: [["B H T T", "The product with the values sums over the keys: the second T is gone."], ["B H d", "Every query has an average of its own: T of them."], ["B H T D", "A head's values are d numbers wide, so its averages are."]]
    },
    {
      name: "heads side by side",
      shape: "B T D",
      mixes: "",
      says: "The split, undone: each word has its H times d numbers in one row again.",
      wrong: [["B T d", "The heads are put side by side. They are not added up."], ["B T H d", "Half-way. The last two axes become one."], ["B H D", "The words' axis stays: attention has an output for every word."]]
    },
    {
      name: "W^O",
      shape: "B T D",
      mixes: "channels",
      says: "A fourth matrix, D by D, lets what one head found reach every channel.",
      wrong: [["B T d", "It joins the heads, it does not choose one."], ["B T F", "The wider step comes later."], ["B D D", "That would be the matrix."]]
    },
    {
      name: "add & norm",
      shape: "B T D",
      mixes: "channels",
      says: "The layer's input is added, and each word's D numbers are brought to mean 0 and variance 1.",
      wrong: [["B T", "Each word's mean has that shape. It is taken away, and dropped."], ["B T F", "A sum is as wide as what is added. Nothing is put side by side."], ["B D", "Each word keeps its own vector, and is normalised by itself."]]
    },
    {
      name: "inside the feed-forward",
      shape: "B T F",
      mixes: "channels",
      says: "Every word by itself goes through a matrix D by F, and what is negative becomes 0. F is 4 times D here.",
      wrong: [["B F", "The network runs once for every word, not once for a sentence."], ["B T D", "Inside, it is wider."], ["B H T F", "The heads are over. This network has none."]]
    },
    {
      name: "feed-forward",
      shape: "B T D",
      mixes: "channels",
      says: "A second matrix, F by D, comes back to the width of the layer. Only so can its input be added.",
      wrong: [["B T F", "Then the input could not be added to it."], ["B D", "Still one vector for each word."], ["B T T", "This network brings no words together."]]
    },
    {
      name: "add & norm, the layer's output",
      shape: "B T D",
      mixes: "channels",
      says: "The same shape as the input. So the next layer can take it, and the next.",
      wrong: [["B D", "One vector for a sentence is what a classifier reads out at the very end."], ["B T F", "Inside only."], ["T D", "The sentences never merge."]]
    }
  ];

  // transformer_lib/widgets/js/views/shape_tracer.js
  var ShapeTracer = { render: render6 };
  var SIZES = ["batch", "length", "n_heads", "d_head"];
  var NAMES = { B: "sentence", T: "word", H: "head" };
  var text = (shape2, size) => `(${inNumbers(shape2, size).join(", ")})`;
  var letters = (shape2) => shape2.replaceAll(" ", ", ");
  function render6({ model, el }) {
    const state = binder(model, [...SIZES, "step", "revealed"]);
    const { controls, body, say } = frame(el, {
      label: "Shape tracer: one layer, step by step; predict the shape that comes out of each",
      attempt: "go down the list, and say each shape before you choose one. Then change the sizes."
    });
    const change = (changes) => (state.change(changes), state.commit());
    const ranges = { batch: ["sentences B", 3], length: ["words T", 7], n_heads: ["heads H", 4], d_head: ["width d of a head", 5] };
    const sliders = SIZES.map((name) => slider(ranges[name][0], { min: 1, max: ranges[name][1], widest: 1 }, (value) => state.change({ [name]: value }), state.commit));
    const all = button("", () => change({ revealed: model.get("revealed").length < STEPS.length ? STEPS.map((_, i) => i) : [] }));
    controls.append(...sliders.map((one) => one.node), all, button("Reset", () => (tried.clear(), state.reset())));
    const names = STEPS.map((step) => step.name);
    const shapes = STEPS.map(() => h("span", { class: "tf-num" }));
    const items = STEPS.map((_, i) => h("button", { type: "button", class: "tf-step" }, h("span", {}, names[i]), shapes[i]));
    const choose = radios(items, 1, (step) => change({ step }));
    const sizesLine = h("p", { class: "tf-caption" });
    const [title, says, mixes, place] = ["tf-title", "", "tf-muted", "tf-options"].map((name) => h(name === "tf-options" ? "div" : "p", { class: name }));
    const picture = h("div", { class: "tf-tensor" });
    body.append(h(
      "div",
      { class: "tf-tracer" },
      h("div", { role: "radiogroup", "aria-label": "step", class: "tf-steps" }, ...items),
      h("div", { class: "tf-detail" }, title, says, place, picture, mixes, sizesLine)
    ));
    const tried = /* @__PURE__ */ new Map();
    const orders = STEPS.map(({ shape: shape2, wrong }, i) => mixed([[shape2, ""], ...wrong], i));
    function draw() {
      const size = sizes(Object.fromEntries(SIZES.map((name) => [name, model.get(name)])));
      const [chosen, revealed] = [model.get("step"), model.get("revealed")];
      sliders.forEach((one, i) => one.show(model.get(SIZES[i]), String(model.get(SIZES[i]))));
      all.textContent = revealed.length < STEPS.length ? "show all shapes" : "hide all shapes";
      STEPS.forEach((step2, i) => shapes[i].textContent = revealed.includes(i) ? text(step2.shape, size) : "?");
      choose(chosen);
      const step = STEPS[chosen], seen = revealed.includes(chosen);
      title.textContent = step.name;
      says.textContent = step.says;
      mixes.textContent = seen ? step.mixes === "words" ? "This step mixes the words of a sentence." : step.mixes === "channels" ? "This step mixes the numbers of one word. It brings no words together." : "This step computes nothing new." : "";
      const focused = place.contains(document.activeElement);
      place.replaceChildren(...seen ? [h("p", { class: "tf-good" }, `✓ ${text(step.shape, size)}`, h("span", { class: "tf-muted" }, `  (${letters(step.shape)})`))] : options(chosen, size));
      if (focused) (place.querySelector("button:not([disabled])") ?? items[chosen]).focus();
      picture.replaceChildren(...seen ? [tensor(step.shape, size)] : []);
      sizesLine.textContent = `D = H · d = ${size.D}, F = 4 D = ${size.F}`;
      const wrong = tried.get(chosen) ?? [];
      say(`${step.name}: ${seen ? text(step.shape, size) : wrong.length ? `not ${text(wrong.at(-1)[0], size)}. ${wrong.at(-1)[1]}` : "which shape comes out?"}`);
    }
    function options(i, size) {
      const wrong = tried.get(i) ?? [];
      const row4 = ([shape2, why]) => {
        const out = wrong.some(([other]) => other === shape2);
        const pick = () => {
          if (shape2 === STEPS[i].shape) return change({ revealed: [...model.get("revealed"), i] });
          tried.set(i, [...wrong, [shape2, why]]);
          draw();
        };
        return h(
          "div",
          {},
          h("button", { type: "button", class: "tf-button", disabled: out, onclick: pick }, `${text(shape2, size)}  ${letters(shape2)}`),
          ...out ? [h("span", { class: "tf-why" }, `✗ ${why}`)] : []
        );
      };
      return [h("p", {}, "Which shape comes out?"), ...orders[i].map(row4)];
    }
    draw();
    return state.watch(draw);
  }
  function mixed(items, seed) {
    const turn2 = (seed * 7 + 2) % items.length;
    return [...items.slice(turn2), ...items.slice(0, turn2)];
  }
  function tensor(shape2, size) {
    const axes = shape2.split(" ");
    const [rows, columns] = inNumbers(axes.slice(-2).join(" "), size);
    const [across, down] = axes.length === 4 ? [size.H, size.B] : [1, size.B];
    const GAP = 14, cell = Math.min(16, (300 - GAP * (across - 1)) / across / columns), tall = Math.max(cell, Math.min(12, 90 / rows));
    const [w, t] = [columns * cell, rows * tall];
    const tables = Array.from({ length: across * down }, (_, i) => {
      const [x, y] = [i % across * (w + GAP), Math.floor(i / across) * (t + GAP)];
      const lines = [...Array(rows + 1).keys()].map((r) => `M${x} ${y + r * tall}h${w}`).concat([...Array(columns + 1).keys()].map((c) => `M${x + c * cell} ${y}v${t}`));
      const mine = i < across;
      return s("g", {}, ...mine ? [s("rect", { x, y, width: w, height: tall, class: "tf-row" })] : [], s("path", { d: lines.join(""), class: "tf-grid" }));
    });
    const [width, height] = [across * w + (across - 1) * GAP, down * t + (down - 1) * GAP];
    const each = axes.length === 4 ? `${size.B} sentences (down) by ${size.H} heads (across)` : `${size.B} sentences`;
    const label = `${each}: tables of ${rows} rows, one for each ${NAMES[axes.at(-2)]}, and ${columns} columns`;
    return h(
      "div",
      {},
      s("svg", { viewBox: `-1 -1 ${width + 2} ${height + 2}`, width: width + 2, role: "img", "aria-label": label }, ...tables),
      h("p", { class: "tf-caption" }, `${axes.length === 4 ? "Down: sentences. Across: heads." : "Down: sentences."} Rows: words. Filled: the first word's.`)
    );
  }

  // transformer_lib/widgets/js/views/softmax_explorer.js
  var SoftmaxExplorer = { render: render7 };
  var temperatureAt = (position) => Number((10 ** (position / 20)).toPrecision(2));
  function render7({ model, el }) {
    const unit = model.get("scores");
    const state = binder(model, ["d", "scaled", "temperature"]);
    const { controls, body, say } = frame(el, {
      label: "Softmax explorer: how the width d, the division by √d and the temperature sharpen the weights",
      attempt: "raise d: one weight takes all, and a nudge of a score hardly moves its weight. Then divide by √d."
    });
    const width = slider("width d of the keys", { min: 0, max: WIDTHS.length - 1, widest: 4.2 }, (i) => state.change({ d: WIDTHS[i] }), state.commit);
    const heat = slider("temperature T: scores are divided by it", { min: -20, max: 20, widest: 4.6 }, (i) => state.change({ temperature: temperatureAt(i) }), state.commit);
    const divide = checkbox("divide by √d", (on) => (state.change({ scaled: on }), state.commit()));
    controls.append(width.node, heat.node, divide.node, button("Reset", state.reset));
    const rows = unit.map((_, i) => row3(i + 1));
    const divided = h("th", { scope: "col", class: "tf-num" });
    const table = h(
      "table",
      { class: "tf-table tf-softmax" },
      h("thead", {}, h(
        "tr",
        {},
        h("th", { scope: "col" }, "key"),
        h("th", { scope: "col", class: "tf-num" }, "score"),
        divided,
        h("th", { scope: "col", class: "tf-num" }, "weight p"),
        h("th", { scope: "col", class: "tf-num tf-roomy" }, "p(1 − p)"),
        h("td", { class: "tf-legend" }, h("span", {}, h("span", { class: "tf-swatch" }), "p "), h("span", {}, h("span", { class: "tf-swatch tf-give" }), "p(1 − p)"))
      )),
      h("tbody", {}, ...rows.map((r) => r.node))
    );
    const facts = { largest: fact("largest weight"), entropy: fact("entropy"), all: fact("response Σ p(1 − p)", "how strongly each weight answers its own score, summed") };
    const curve = makeCurve(unit);
    body.append(h("div", { class: "tf-columns" }, table, curve.node), h("dl", { class: "tf-facts" }, ...Object.values(facts).map((f) => f.node)));
    function draw() {
      const [d, scaled, temperature] = ["d", "scaled", "temperature"].map((name) => model.get(name));
      const scores = spread(unit, { d, scaled: false, temperature: 1 });
      const inputs = spread(unit, { d, scaled, temperature });
      const p = softmax(inputs);
      const answers = responses(p);
      const [largest, bits, count, all] = [Math.max(...p), entropyBits(p), effectiveCount(p), response(p)];
      width.show(Math.log2(d), String(d));
      heat.show(Math.round(20 * Math.log10(temperature)), number(temperature));
      divide.show(scaled);
      divided.textContent = scaled ? "÷ √d ÷ T" : "÷ T";
      rows.forEach((r, i) => r.show(scores[i], inputs[i], p[i], answers[i], p[i] === largest));
      facts.largest.show(number(largest, 3), `of ${unit.length} that sum to 1`);
      facts.entropy.show(`${number(bits)} bits`, `as spread out as ${number(count, 1)} equal weights`);
      facts.all.show(number(all, 3));
      curve.show({ d, scaled, temperature, all });
      say(`d ${d}, ${scaled ? "divided by √d" : "not divided"}, temperature ${number(temperature)}: largest weight ${number(largest, 3)}, entropy ${number(bits)} bits, as spread out as ${number(count, 1)} equal weights, response ${number(all, 3)}.`);
    }
    draw();
    return state.watch(draw);
  }
  function row3(name) {
    const [score, input, weight, answer] = ["", "", "", " tf-roomy"].map((more) => h("td", { class: `tf-num${more}` }));
    const [bar, give] = [h("span", { class: "tf-bar" }), h("span", { class: "tf-bar tf-give" })];
    const node = h("tr", {}, h("th", { scope: "row" }, String(name)), score, input, weight, answer, h("td", { class: "tf-track" }, bar, give));
    return {
      node,
      show(q, x, p, g, largest) {
        node.classList.toggle("tf-chosen", largest);
        score.textContent = number(q, 1);
        input.textContent = number(x, 1);
        for (const cell of [score, input]) cell.className = `tf-num tf-${x < 0 ? "negative" : "positive"}`;
        weight.textContent = number(p, 3);
        answer.textContent = number(g, 3);
        bar.style.width = `${100 * p}%`;
        give.style.width = `${100 * g}%`;
      }
    };
  }
  function fact(name, meaning = "") {
    const [value, words] = [h("b"), h("span", {}, meaning)];
    const show = (text2, more = meaning) => (value.textContent = text2, words.textContent = more);
    return { node: h("div", {}, h("dt", {}, name), h("dd", {}, value, " ", words)), show };
  }
  function makeCurve(unit) {
    const [W2, H2, L, R, T, B] = [294, 226, 34, 14, 12, 44];
    const x = (d) => L + Math.log2(d) / 10 * (W2 - L - R);
    const y = (g) => H2 - B - g * (H2 - T - B);
    const kinds = [true, false];
    const lines = kinds.map(() => s("path"));
    const names = ["divided by √d", "not divided"].map((text2) => s("text", { "text-anchor": "middle" }, text2));
    const dot2 = s("circle", { class: "tf-dot", r: 7 });
    const value = s("text", { class: "tf-name tf-ink", "text-anchor": "middle" });
    const axes = [0, 0.5, 1].flatMap((g) => [
      s("path", { class: g ? "tf-grid" : "tf-axis", d: `M${L} ${y(g)}H${W2 - R}` }),
      s("text", { class: "tf-small", x: L - 9, y: y(g) + 5, "text-anchor": "end" }, String(g))
    ]);
    const ticks = [1, 4, 16, 64, 256, 1024].map((d) => s("text", { class: "tf-small", x: Math.min(x(d), W2 - 17), y: H2 - B + 18, "text-anchor": "middle" }, String(d)));
    const svg = s(
      "svg",
      { viewBox: `0 0 ${W2} ${H2}`, role: "img" },
      ...axes,
      ...ticks,
      s("text", { class: "tf-small", x: x(32), y: H2 - 6, "text-anchor": "middle" }, "width d"),
      ...lines,
      ...names,
      dot2,
      value
    );
    const margins = [{ x: L / 2, y: H2 / 2, w: L, h: H2 }, { x: W2 / 2, y: H2 - B / 2, w: W2, h: B }];
    const along = (heights, w) => heights.flatMap((_, i) => [-12, 12, -33].map((dy) => {
      const cx = Math.min(W2 - R - w / 2, Math.max(L + w / 2, x(WIDTHS[i])));
      const over = heights.filter((_2, j) => Math.abs(x(WIDTHS[j]) - cx) < w / 2 + 12);
      const cy = dy + (dy < 0 ? Math.min(...over) : Math.max(...over));
      return { x: cx, y: cy, w, h: 18, cost: 4 * (Math.max(...over) - Math.min(...over)) + heights.length - i + (dy < -12 ? 20 : 0) };
    }));
    return {
      node: h("div", { class: "tf-curvebox" }, h("p", { class: "tf-title" }, "response Σ p(1 − p)"), svg),
      show({ d, scaled, temperature, all }) {
        const heights = kinds.map((divided) => WIDTHS.map((w) => y(response(softmax(spread(unit, { d: w, scaled: divided, temperature }))))));
        const at = { x: x(d), y: y(all), w: 18, h: 18 };
        const boxes = [
          [[0, -1], [0, 1], [-1, 0], [1, 0], [-1, -1], [1, -1], [-1, 1], [1, 1]].map(([dx, dy], cost) => ({ x: at.x + dx * 34, y: at.y + dy * 20, w: 50, h: 18, cost })),
          along(heights[0], 112),
          along(heights[1], 96)
        ];
        const ink = heights.flatMap((ys) => ys.slice(1).flatMap((to, i) => [0, 0.2, 0.4, 0.6, 0.8].map((t) => ({ x: x(WIDTHS[i]) + t * (x(2) - x(1)), y: ys[i] + t * (to - ys[i]), w: 5, h: 5 }))));
        const [beside, ...placed] = placeLabels(boxes, [at, ...margins, ...ink], { w: W2, h: H2 });
        kinds.forEach((divided, i) => {
          const now = divided === scaled ? " tf-now" : "";
          set(lines[i], { d: `M${WIDTHS.map((w, j) => `${x(w).toFixed(1)} ${heights[i][j].toFixed(1)}`).join("L")}`, class: `tf-curve${now}` });
          set(names[i], { x: placed[i].x, y: placed[i].y + 5, class: `tf-small${now}` });
        });
        set(dot2, { cx: at.x, cy: at.y });
        set(value, { x: beside.x, y: beside.y + 5 });
        value.textContent = number(all, 3);
        svg.setAttribute("aria-label", `Response at width ${d}: ${number(all, 3)}`);
      }
    };
  }

  // transformer_lib/widgets/js/index.js
  installHost(views_exports);
  return __toCommonJS(index_exports);
})();

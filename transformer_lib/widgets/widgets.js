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
    BlankFiller: () => BlankFiller,
    BucketExplorer: () => BucketExplorer,
    CacheTracer: () => CacheTracer,
    CostExplorer: () => CostExplorer,
    DecisionTable: () => DecisionTable,
    GradientFlow: () => GradientFlow,
    HeadExplorer: () => HeadExplorer,
    InductionExplorer: () => InductionExplorer,
    LayerBudget: () => LayerBudget,
    MarkerHead: () => MarkerHead,
    MaskBuilder: () => MaskBuilder,
    MaskChooser: () => MaskChooser,
    MaskingExplorer: () => MaskingExplorer,
    PaddingExplorer: () => PaddingExplorer,
    PathExplorer: () => PathExplorer,
    PatternExplorer: () => PatternExplorer,
    PerplexityLadder: () => PerplexityLadder,
    PoolingExplorer: () => PoolingExplorer,
    PositionExplorer: () => PositionExplorer,
    PronouncerExplorer: () => PronouncerExplorer,
    QueryExplorer: () => QueryExplorer,
    ReachExplorer: () => ReachExplorer,
    ScheduleExplorer: () => ScheduleExplorer,
    ShapeTracer: () => ShapeTracer,
    SmoothingExplorer: () => SmoothingExplorer,
    SoftmaxExplorer: () => SoftmaxExplorer,
    SplitTracer: () => SplitTracer,
    TeacherForcing: () => TeacherForcing,
    TextSampler: () => TextSampler,
    TranslatorExplorer: () => TranslatorExplorer,
    WordSwapper: () => WordSwapper,
    receive: () => receive
  });

  // transformer_lib/widgets/js/host.js
  var same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);
  var Model = class {
    #state;
    #listeners = /* @__PURE__ */ new Map();
    isInPage = true;
    // no kernel stands behind it
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
    BlankFiller: () => BlankFiller,
    BucketExplorer: () => BucketExplorer,
    CacheTracer: () => CacheTracer,
    CostExplorer: () => CostExplorer,
    DecisionTable: () => DecisionTable,
    GradientFlow: () => GradientFlow,
    HeadExplorer: () => HeadExplorer,
    InductionExplorer: () => InductionExplorer,
    LayerBudget: () => LayerBudget,
    MarkerHead: () => MarkerHead,
    MaskBuilder: () => MaskBuilder,
    MaskChooser: () => MaskChooser,
    MaskingExplorer: () => MaskingExplorer,
    PaddingExplorer: () => PaddingExplorer,
    PathExplorer: () => PathExplorer,
    PatternExplorer: () => PatternExplorer,
    PerplexityLadder: () => PerplexityLadder,
    PoolingExplorer: () => PoolingExplorer,
    PositionExplorer: () => PositionExplorer,
    PronouncerExplorer: () => PronouncerExplorer,
    QueryExplorer: () => QueryExplorer,
    ReachExplorer: () => ReachExplorer,
    ScheduleExplorer: () => ScheduleExplorer,
    ShapeTracer: () => ShapeTracer,
    SmoothingExplorer: () => SmoothingExplorer,
    SoftmaxExplorer: () => SoftmaxExplorer,
    SplitTracer: () => SplitTracer,
    TeacherForcing: () => TeacherForcing,
    TextSampler: () => TextSampler,
    TranslatorExplorer: () => TranslatorExplorer,
    WordSwapper: () => WordSwapper
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
      watch(draw2) {
        const events = names.map((name) => `change:${name}`);
        for (const event of events) model.on(event, draw2);
        return () => events.forEach((event) => model.off(event, draw2));
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
      show(position, shown2) {
        input.value = position;
        input.setAttribute("aria-valuetext", shown2);
        value.textContent = shown2;
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
  function onTheme(draw2) {
    const observer = new MutationObserver(draw2);
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
    const whole4 = { x: paper.w / 2, y: paper.h / 2, ...paper };
    const chosen = [];
    for (let round = 0; round < 3; round++) {
      labels.forEach((boxes, i) => {
        const others = [...obstacles, ...chosen.filter((_, j) => j !== i)];
        const costs = boxes.map((box) => others.reduce((sum2, other) => sum2 + overlap(box, other), box.cost + 9 * (box.w * box.h - overlap(box, whole4))));
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
      const gap2 = 11 * 2 * this.range / SIZE;
      if (size < gap2 * 1.5) return s("g");
      const end = to.map((v) => v * (1 - gap2 / size));
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
      const under2 = (event) => {
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
          const hit = under2(event);
          grip = [at[0] - hit[0], at[1] - hit[1]];
        },
        onpointermove: (event) => {
          if (grip) to(under2(event).map((v, axis) => v + grip[axis]));
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
        rows.forEach((row9, q) => row9.forEach((w, k) => {
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
  function makeMatrix(tokens, { choose, hover }, keyTokens = tokens) {
    const [n, columns] = [tokens.length, keyTokens.length];
    const queries = tokens.map((token, i) => queryButton(token, i, hover));
    const chosen = radios(queries, 1, choose);
    const cells = tokens.map((_, q) => keyTokens.map((_2, k) => s("rect", { x: k, y: q, width: 1, height: 1, class: "tf-cell" })));
    const outline = s("rect", { x: 0, width: columns, height: 1, class: "tf-outline" });
    const numbers = keyTokens.map(() => h("b", { class: "tf-num" }));
    const rowAt = (event) => Math.min(n - 1, Math.max(0, Math.floor(event.offsetY / ROW2)));
    const svg = s("svg", {
      viewBox: `0 0 ${columns} ${n}`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
      style: `height:${ROW2 * n}px`,
      onpointermove: (event) => event.pointerType === "mouse" && hover(rowAt(event), event),
      onpointerleave: (event) => event.pointerType === "mouse" && hover(null),
      onclick: (event) => choose(rowAt(event))
    }, s("rect", { class: "tf-paper", width: columns, height: n }), ...cells.flat(), outline);
    const node = h(
      "div",
      { class: "tf-matrix", style: `--n:${columns}` },
      h("p", { class: "tf-side" }, glyph("query"), "queries"),
      h(
        "div",
        {},
        h("p", { class: "tf-side" }, glyph("key"), "keys"),
        h("div", { class: "tf-columnheads" }, ...keyTokens.map((token, k) => h("span", { class: "tf-upright" }, h("span", { class: "tf-key" }, token), numbers[k])))
      ),
      h("div", { role: "radiogroup", "aria-label": "query" }, ...queries),
      svg
    );
    return {
      node,
      show(rows, query, picked) {
        chosen(picked);
        queries.forEach((button2, i) => button2.classList.toggle("tf-chosen", i === query));
        rows.forEach((row9, q) => row9.forEach((w, k) => set(cells[q][k], { "fill-opacity": w })));
        set(outline, { y: Math.max(0, query), opacity: query < 0 ? 0 : 1 });
        numbers.forEach((node2, k) => node2.textContent = query < 0 ? "" : number(rows[query][k], 3));
      }
    };
  }

  // transformer_lib/widgets/js/views/sentences.js
  var readable = (tokens) => tokens.filter((token) => !/^\[.*\]$/.test(token)).join(" ").replace(/ ##/g, "").replace(/ (['’]) (?=\S)/g, "$1").replace(/ (?=[.,;:?!])/g, "");
  var ranked = (row9, tokens) => row9.map((w, i) => [w, tokens[i]]).toSorted((a, b) => b[0] - a[0]).slice(0, 3).map(([w, token]) => `${token} ${number(w, 3)}`).join(", ");

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
    const place2 = h("div");
    const hint = h("p", { class: "tf-caption" });
    const all = button("all words", () => pick(model.get("query") < 0 ? last : -1));
    if (sentences.length > 1) controls.append(chooser);
    controls.append(h("div", { class: "tf-segments", role: "radiogroup", "aria-label": "view" }, ...views), all, button("Reset", state.reset));
    body.append(h("div", { class: "tf-attention" }, heads.node, h("div", { class: "tf-head" }, title, place2, hint)));
    let picture;
    let hovered = null;
    let last = 0;
    let shown2 = "";
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
    function draw2() {
      const [sentence, layer, head, query, view] = ["sentence", "layer", "head", "query", "view"].map((name) => model.get(name));
      const { tokens, weights } = sentences[sentence];
      const key = `${sentence} ${view}`;
      if (shown2 !== key) {
        shown2 = key;
        [hovered, last] = [null, 0];
        const make = view === "matrix" ? makeMatrix : makeLines;
        picture = make(tokens, { choose: pick, hover });
        place2.replaceChildren(picture.node);
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
    draw2();
    const stops = [state.watch(draw2), onTheme(() => {
      const { tokens, weights } = sentences[model.get("sentence")];
      heads.paint(weights, tokens.length);
    })];
    return () => stops.forEach((stop) => stop());
  }
  function strongest(rows, tokens) {
    const all = rows.flatMap((row9, q2) => row9.map((w2, k2) => [w2, q2, k2]));
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
    const node = h("div", {}, h("p", { class: "tf-title" }, "every head: layers down, heads across"), grid);
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
    return p.reduce((sum2, x) => x > 0 ? sum2 - x * Math.log2(x) : sum2, 0);
  }
  var effectiveCount = (p) => 2 ** entropyBits(p);
  var responses = (p) => p.map((x) => x * (1 - x));
  var response = (p) => responses(p).reduce((a, b) => a + b, 0);
  function spread(unit, { d, scaled, temperature }) {
    const factor = (scaled ? 1 : Math.sqrt(d)) / temperature;
    return unit.map((x) => x * factor);
  }
  var WIDTHS = Array.from({ length: 11 }, (_, i) => 2 ** i);

  // transformer_lib/widgets/js/maths/engine/text.js
  var [PAD, START, END, UNKNOWN, MASK] = [0, 1, 2, 3, 4];
  var SKIPPED = /* @__PURE__ */ new Set([PAD, START, END, MASK]);
  var split = {
    characters: (text2) => [...text2],
    words: (text2) => text2.match(/[\p{L}\p{N}_]+(?:['’][\p{L}\p{N}_]+)*|[^\p{L}\p{N}_\s]/gu) ?? []
  };
  function makeTokenizer(kind, items) {
    const ids = new Map(items.map((item, id) => [item, id]));
    const lowercase = kind.startsWith("lowercase");
    const pieces2 = split[lowercase ? "words" : kind];
    if (!pieces2) throw new Error(`tokenizer must be "characters", "words" or "lowercase words", but was ${JSON.stringify(kind)}`);
    const separate = (text2) => pieces2(lowercase ? text2.toLowerCase() : text2);
    return {
      items,
      split: separate,
      encode: (text2) => separate(text2).map((piece) => ids.get(piece) ?? UNKNOWN),
      unknown: (text2) => separate(text2).filter((piece) => !ids.has(piece)),
      decode(numbers) {
        const kept = [...numbers].filter((id) => !SKIPPED.has(id)).map((id) => items[id]);
        return kind === "characters" ? kept.map((item, i) => item === items[UNKNOWN] ? "�" : item).join("") : kept.join(" ").replace(/ ([.,;:!?)’])/g, "$1");
      }
    };
  }

  // transformer_lib/widgets/js/maths/engine/cache.js
  var KVCache = class _KVCache {
    constructor(width, room = 32) {
      Object.assign(this, { width, length: 0, k: new Float32Array(room * width), v: new Float32Array(room * width) });
    }
    /** Append rows, and return all that is kept. */
    append(k, v) {
      const end = this.length * this.width + k.length;
      for (const [name, rows] of [["k", k], ["v", v]]) {
        if (end > this[name].length) {
          const wider = new Float32Array(Math.max(end, 2 * this[name].length));
          wider.set(this[name]);
          this[name] = wider;
        }
        this[name].set(rows, this.length * this.width);
      }
      this.length = end / this.width;
      return [this.k.subarray(0, end), this.v.subarray(0, end)];
    }
    copy() {
      const same2 = new _KVCache(this.width, 0);
      const end = this.length * this.width;
      return Object.assign(same2, { length: this.length, k: this.k.slice(0, end), v: this.v.slice(0, end) });
    }
  };
  var Cache = class _Cache {
    constructor({ n_layers, d_model }) {
      this.layers = Array.from({ length: n_layers }, () => ({ own: new KVCache(d_model), context: null }));
    }
    /** How many tokens have been read. */
    get length() {
      return this.layers.length ? this.layers[0].own.length : 0;
    }
    /** How many numbers are kept of them: a key and a value, d_model wide, of each token in each layer. */
    get numbers() {
      return this.layers.reduce((sum2, { own }) => sum2 + 2 * own.length * own.width, 0);
    }
    /** A second one that goes its own way from here; the context is shared. */
    copy() {
      const same2 = Object.create(_Cache.prototype);
      same2.layers = this.layers.map(({ own, context }) => ({ own: own.copy(), context }));
      return same2;
    }
  };

  // transformer_lib/widgets/js/maths/engine/kernels.js
  function linear({ weight: { shape: [d_out, d_in], data: w }, bias }, x) {
    if (x.length % d_in) throw new Error(`x must be rows of ${d_in} numbers, but was ${x.length} numbers`);
    const rows = x.length / d_in;
    const out = new Float32Array(rows * d_out);
    const even = d_in - d_in % 2;
    let o = 0;
    for (; o + 3 < d_out; o += 4) {
      const w0 = o * d_in, w1 = w0 + d_in, w2 = w1 + d_in, w3 = w2 + d_in;
      for (let row9 = 0; row9 < rows; row9++) {
        const at = row9 * d_in;
        let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (let i = 0; i < even; i += 2) {
          const a = x[at + i], b = x[at + i + 1];
          s0 += w[w0 + i] * a + w[w0 + i + 1] * b;
          s1 += w[w1 + i] * a + w[w1 + i + 1] * b;
          s2 += w[w2 + i] * a + w[w2 + i + 1] * b;
          s3 += w[w3 + i] * a + w[w3 + i + 1] * b;
        }
        if (even < d_in) {
          const a = x[at + even];
          s0 += w[w0 + even] * a;
          s1 += w[w1 + even] * a;
          s2 += w[w2 + even] * a;
          s3 += w[w3 + even] * a;
        }
        const to = row9 * d_out + o;
        out[to] = s0;
        out[to + 1] = s1;
        out[to + 2] = s2;
        out[to + 3] = s3;
      }
    }
    for (; o < d_out; o++) for (let row9 = 0; row9 < rows; row9++) out[row9 * d_out + o] = dot(w, o * d_in, x, row9 * d_in, d_in);
    if (bias) for (let row9 = 0, i = 0; row9 < rows; row9++) for (let k = 0; k < d_out; k++, i++) out[i] += bias.data[k];
    return out;
  }
  function dot(a, i, b, j, n) {
    let even = 0, odd = 0;
    const pairs = n - n % 2;
    for (let k = 0; k < pairs; k += 2) {
      even += a[i + k] * b[j + k];
      odd += a[i + k + 1] * b[j + k + 1];
    }
    return pairs < n ? even + odd + a[i + pairs] * b[j + pairs] : even + odd;
  }
  function addScaled(out, j, factor, a, i, n) {
    for (let k = 0; k < n; k++) out[j + k] += factor * a[i + k];
  }
  function add(a, b) {
    const out = new Float32Array(a.length);
    for (let i = 0; i < a.length; i++) out[i] = a[i] + b[i];
    return out;
  }
  function softmaxInPlace(scores, n) {
    let largest = -Infinity, total = 0;
    for (let i = 0; i < n; i++) if (scores[i] > largest) largest = scores[i];
    for (let i = 0; i < n; i++) total += scores[i] = Math.exp(scores[i] - largest);
    for (let i = 0; i < n; i++) scores[i] /= total;
  }
  function normalise({ weight: { data: weight }, bias, rms, eps }, x) {
    const width = weight.length;
    const out = new Float32Array(x.length);
    for (let from = 0; from < x.length; from += width) {
      let mean2 = 0, square = 0;
      if (!rms) for (let i = 0; i < width; i++) mean2 += x[from + i] / width;
      for (let i = 0; i < width; i++) square += (x[from + i] - mean2) ** 2;
      const size = Math.sqrt(square / width + eps);
      for (let i = 0; i < width; i++) out[from + i] = (x[from + i] - mean2) / size * weight[i] + (bias ? bias.data[i] : 0);
    }
    return out;
  }
  function erf(x) {
    const t = 1 / (1 + 0.3275911 * Math.abs(x));
    const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return Math.sign(x) * (1 - series * Math.exp(-x * x));
  }
  var silu = (x) => x / (1 + Math.exp(-x));
  var ACTIVATIONS = {
    relu: (x) => Math.max(0, x),
    gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
    gelu_tanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    silu,
    swiglu: silu,
    relu_squared: (x) => Math.max(0, x) ** 2
  };

  // transformer_lib/widgets/js/maths/engine/layers.js
  var under = (get, prefix) => (name) => get(`${prefix}.${name}`);
  var parts = (get, name) => ({ weight: get(`${name}.weight`), bias: get(`${name}.bias`) });
  var makeNorm = (get, name, { norm, norm_eps }) => ({ ...parts(get, name), rms: norm === "rms", eps: norm_eps });
  function attention(q, k, v, { n_heads, width, causal = false, weights = null }) {
    const [d_head, q_len, k_len] = [width / n_heads, q.length / width, k.length / width];
    const out = new Float32Array(q.length);
    const scores = new Float64Array(k_len);
    for (let head = 0; head < n_heads; head++) {
      const channel = head * d_head;
      for (let i = 0; i < q_len; i++) {
        const [at, seen] = [i * width + channel, causal ? k_len - q_len + i + 1 : k_len];
        for (let j = 0; j < seen; j++) scores[j] = dot(q, at, k, j * width + channel, d_head) / Math.sqrt(d_head);
        softmaxInPlace(scores, seen);
        for (let j = 0; j < seen; j++) addScaled(out, at, scores[j], v, j * width + channel, d_head);
        if (weights) for (let j = 0; j < seen; j++) weights[(head * q_len + i) * k_len + j] = scores[j];
      }
    }
    return out;
  }
  function rotate(x, { n_heads, d_model }, start) {
    const half = d_model / n_heads / 2;
    for (let row9 = 0; row9 < x.length / d_model; row9++) {
      for (let i = 0; i < half; i++) {
        const angle = waveAngle(start + row9, i, 2 * half);
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        for (let at = row9 * d_model + i; at < (row9 + 1) * d_model; at += 2 * half) {
          const [a, b] = [x[at], x[at + half]];
          x[at] = a * cos - b * sin;
          x[at + half] = a * sin + b * cos;
        }
      }
    }
    return x;
  }
  var waveAngle = (position, i, width) => Math.fround(position * Math.fround(1e4 ** -Math.fround(2 * i / width)));
  var Residual = class {
    constructor(get, config) {
      Object.assign(this, { pre_norm: config.pre_norm, norm: makeNorm(get, "norm", config) });
    }
    before = (x) => this.pre_norm ? normalise(this.norm, x) : x;
    after = (x, out) => this.pre_norm ? add(x, out) : normalise(this.norm, add(x, out));
  };
  var Block = class {
    constructor(get, config, cross) {
      const projections = (name) => Object.fromEntries(["w_q", "w_k", "w_v", "w_o"].map((w) => [w, parts(under(get, name), w)]));
      this.config = config;
      this.attention = projections("attention");
      this.attention_residual = new Residual(under(get, "attention_residual"), config);
      this.cross_attention = cross && projections("cross_attention");
      this.cross_residual = cross && new Residual(under(get, "cross_residual"), config);
      for (const name of ["w_gate", "w_1", "w_2"]) this[name] = parts(under(get, "feed_forward"), name);
      this.feed_forward_residual = new Residual(under(get, "feed_forward_residual"), config);
      this.activation = ACTIVATIONS[config.activation];
    }
    /**
     * @param {{start: number, causal: boolean, cache: ?{own: KVCache, context: ?Float32Array[]}, context: ?Float32Array,
     *   seen: ?{weights: Float32Array[], cross_weights: Float32Array[]}}} options start: where x's first row stands; seen: takes the weights
     */
    forward(x, { start, causal, cache, context, seen }) {
      x = this.attention_residual.after(x, this.attend(this.attention_residual.before(x), { start, causal, cache, seen: seen?.weights }));
      if (this.cross_attention) x = this.cross_residual.after(x, this.look(this.cross_residual.before(x), { cache, context, seen: seen?.cross_weights }));
      return this.feed_forward_residual.after(x, this.feedForward(this.feed_forward_residual.before(x)));
    }
    attend(x, { start, causal, cache, seen }) {
      const { w_q, w_k, w_v } = this.attention;
      const turn2 = (rows) => this.config.position === "rope" ? rotate(rows, this.config, start) : rows;
      const [q, k, v] = [turn2(linear(w_q, x)), turn2(linear(w_k, x)), linear(w_v, x)];
      return this.mix(this.attention.w_o, q, cache ? cache.own.append(k, v) : [k, v], causal, seen);
    }
    look(x, { cache, context, seen }) {
      const { w_q, w_k, w_v, w_o } = this.cross_attention;
      const kept = cache?.context ?? [linear(w_k, context), linear(w_v, context)];
      if (cache) cache.context = kept;
      return this.mix(w_o, linear(w_q, x), kept, false, seen);
    }
    mix(w_o, q, [k, v], causal, seen) {
      const { n_heads, d_model: width } = this.config;
      const weights = seen ? new Float32Array(n_heads * q.length * k.length / width ** 2) : null;
      seen?.push(weights);
      return linear(w_o, attention(q, k, v, { n_heads, width, causal, weights }));
    }
    feedForward(x) {
      const gated = this.w_gate.weight;
      const [inner, up] = [linear(gated ? this.w_gate : this.w_1, x), gated && linear(this.w_1, x)];
      for (let i = 0; i < inner.length; i++) inner[i] = this.activation(inner[i]) * (up ? up[i] : 1);
      return linear(this.w_2, inner);
    }
  };
  var Stack = class {
    constructor(get, config, cross) {
      this.blocks = Array.from({ length: config.n_layers }, (_, i) => new Block(under(get, `blocks.${i}`), config, cross));
      this.norm = config.pre_norm ? makeNorm(get, "norm", config) : null;
    }
    forward(x, { cache, ...options }) {
      this.blocks.forEach((block, i) => x = block.forward(x, { ...options, cache: cache?.layers[i] }));
      return this.norm ? normalise(this.norm, x) : x;
    }
  };
  var Embedding = class {
    constructor(get, config) {
      Object.assign(this, { config, tokens: get("tokens"), positions: get("positions.weight"), segments: get("segments") });
      this.scale = config.scale_embedding ? Math.sqrt(config.d_model) : 1;
      this.norm = config.embedding_norm ? makeNorm(get, "norm", config) : null;
    }
    /** @param {number[]} tokens @param {number} start where the first stands @param {?number[]} segments each token's type */
    forward(tokens, start, segments2) {
      const { d_model, position } = this.config;
      const x = new Float32Array(tokens.length * d_model);
      tokens.forEach((token, row9) => {
        addScaled(x, row9 * d_model, this.scale, ...rowOf(this.tokens, token, "token"));
        if (position === "learned") addScaled(x, row9 * d_model, 1, ...rowOf(this.positions, start + row9, "position"));
        if (position === "sinusoidal") for (let i = 0; i < d_model; i++) x[row9 * d_model + i] += Math[i % 2 ? "cos" : "sin"](waveAngle(start + row9, i >> 1, d_model));
        if (this.segments) addScaled(x, row9 * d_model, 1, ...rowOf(this.segments, segments2?.[row9] ?? 0, "segment"));
      });
      return this.norm ? normalise(this.norm, x) : x;
    }
  };
  function rowOf({ shape: [rows, width], data }, index, name) {
    if (!(index >= 0 && index < rows)) throw new Error(`${name} must lie between 0 and ${rows - 1}, but was ${index}`);
    return [data, index * width, width];
  }

  // transformer_lib/widgets/js/maths/engine/safetensors.js
  var TYPES = { I8: Int8Array, F32: Float32Array };
  function readSafetensors(bytes) {
    const size = bytes.length < 8 ? NaN : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    if (!(size <= bytes.length - 8)) throw new Error(`a safetensors file must begin with the length of its header, but this one of ${bytes.length} bytes does not`);
    const { __metadata__: metadata = {}, ...header } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + size)));
    const stored = new Map(Object.entries(header).map(([name, { dtype, shape: shape2, data_offsets: [from, to] }]) => {
      if (!TYPES[dtype]) throw new Error(`${name} must be of dtype I8 or F32, but was ${dtype}`);
      if (8 + size + to > bytes.length) throw new Error(`${name} must end within the file's ${bytes.length} bytes, but ends at ${8 + size + to}`);
      return [name, { shape: shape2, data: new TYPES[dtype](new Uint8Array(bytes.subarray(8 + size + from, 8 + size + to)).buffer) }];
    }));
    const scales = [...stored.keys()].filter((name) => name.endsWith(".scale") && stored.has(name.slice(0, -6)));
    for (const name of scales) {
      const matrix = stored.get(name.slice(0, -6));
      matrix.data = dequantise(matrix, stored.get(name).data);
      stored.delete(name);
    }
    for (const [name, { data }] of stored) if (data instanceof Int8Array) throw new Error(`${name} must have a scale for each row, but ${name}.scale is missing`);
    return { metadata, tensors: stored };
  }
  function dequantise({ shape: [rows, cols], data }, scale) {
    const floats = new Float32Array(rows * cols);
    for (let row9 = 0, i = 0; row9 < rows; row9++) for (const end = i + cols; i < end; i++) floats[i] = data[i] * scale[row9];
    return floats;
  }

  // transformer_lib/widgets/js/maths/engine/models.js
  var POSITIONS = ["none", "sinusoidal", "learned", "rope"];
  var sink = () => ({ weights: [], cross_weights: [] });
  var Encoder = class {
    constructor(get, config) {
      Object.assign(this, { config, embed: new Embedding(under(get, "embed"), config), stack: new Stack(under(get, "stack"), config, false) });
    }
    forward(tokens, { segments: segments2, seen } = {}) {
      return this.stack.forward(this.embed.forward(tokens, 0, segments2), { start: 0, causal: false, seen });
    }
  };
  var Decoder = class {
    constructor(get, config, cross = false) {
      Object.assign(this, { config, embed: new Embedding(under(get, "embed"), config), stack: new Stack(under(get, "stack"), config, cross) });
      this.to_logits = { weight: config.tie_weights ? this.embed.tokens : get("to_logits.weight"), bias: get("to_logits.bias") };
    }
    /** Read on from what the cache holds. @param {{cache: ?Cache, context: ?Float32Array, seen: ?object}} options */
    hidden(tokens, { cache, ...options } = {}) {
      const start = cache?.length ?? 0;
      return this.stack.forward(this.embed.forward(tokens, start), { start, causal: true, cache, ...options });
    }
    /** The logits of every next token, rows of vocab_size. */
    forward(tokens, options) {
      return linear(this.to_logits, this.hidden(tokens, options));
    }
    /** The logits of the one after the last. */
    next(tokens, options) {
      return linear(this.to_logits, this.hidden(tokens, options).subarray(-this.config.d_model));
    }
    newCache() {
      return new Cache(this.config);
    }
  };
  var Seq2Seq = class {
    constructor(get, config, target) {
      const shared = !target && config.tie_weights;
      const tokens = get("encoder.embed.tokens");
      this.encoder = new Encoder(under(get, "encoder"), config);
      this.decoder = new Decoder((name) => shared && name === "embed.tokens" ? tokens : get(`decoder.${name}`), target ?? config, true);
    }
    forward(source, target, options) {
      return this.decoder.forward(target, { ...options, context: this.encoder.forward(source) });
    }
  };
  var Bert = class {
    constructor(get, config) {
      this.encoder = new Encoder(under(get, "encoder"), config);
      const layer = (name) => ({ weight: get(`${name}.weight`), bias: get(`${name}.bias`) });
      Object.assign(this, { config, activation: ACTIVATIONS[config.activation], word_transform: layer("word_transform"), word_norm: makeNorm(get, "word_norm", config) });
      Object.assign(this, { words: { weight: this.encoder.embed.tokens, bias: get("word_bias") }, pooler: layer("pooler"), is_next: layer("is_next") });
    }
    /** @returns {{words: Float32Array, isNext: Float32Array}} logits of each position's word; of "follows", "from elsewhere" */
    forward(tokens, options) {
      const hidden = this.encoder.forward(tokens, options);
      const pooled = linear(this.pooler, hidden.subarray(0, this.config.d_model)).map(Math.tanh);
      return { words: this.wordLogits(hidden), isNext: linear(this.is_next, pooled) };
    }
    wordLogits(hidden) {
      return linear(this.words, normalise(this.word_norm, linear(this.word_transform, hidden).map(this.activation)));
    }
  };
  var KINDS = { Encoder, Bert, Decoder, Seq2Seq };
  function loadModel(bytes) {
    const { metadata, tensors } = readSafetensors(bytes);
    const said = JSON.parse(metadata.trained ?? "{}");
    if (!Object.hasOwn(KINDS, said.architecture)) throw new Error(`architecture must be one of ${Object.keys(KINDS).join(", ")}, but was ${said.architecture}`);
    for (const config of [said.config, said.target_config].filter(Boolean)) {
      if (!POSITIONS.includes(config.position)) throw new Error(`position must be one of ${POSITIONS.join(", ")}, but was ${config.position}`);
      if (!ACTIVATIONS[config.activation]) throw new Error(`activation must be one of ${Object.keys(ACTIVATIONS).join(", ")}, but was ${config.activation}`);
    }
    const [source, target] = ["source_", "target_"].map((side) => `${side}vocabulary` in said ? side : "").map((side) => makeTokenizer(said[`${side}tokenizer`], said[`${side}vocabulary`]));
    const model = new KINDS[said.architecture]((name) => tensors.get(name), said.config, said.target_config);
    return { model, source, target, config: said.config, report: said.report };
  }

  // transformer_lib/widgets/js/trained.js
  var script = typeof document === "undefined" ? null : document.currentScript;
  var waiting = /* @__PURE__ */ new Map();
  var models = /* @__PURE__ */ new Map();
  function receive(name, base64) {
    waiting.get(name)?.(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  }
  function fromScript(name) {
    return new Promise((resolve, reject) => {
      waiting.set(name, resolve);
      const listed = JSON.parse(script?.dataset.weights ?? "{}")[name];
      const node = h("script", { src: listed ?? new URL(`weights/${name}.js`, script?.src || document.baseURI).href });
      node.onload = () => (node.remove(), reject(new Error(`its file held something else`)));
      node.onerror = () => (node.remove(), reject(new Error("its file could not be read")));
      document.head.append(node);
    });
  }
  function fromKernel(model, name, patience = 3e4) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the kernel does not answer")), patience);
      const listen = ({ kind, error }, buffers) => {
        if (kind !== "weights") return;
        clearTimeout(timer);
        model.off("msg:custom", listen);
        if (error) reject(new Error(error));
        else resolve(new Uint8Array(buffers[0].buffer ?? buffers[0], buffers[0].byteOffset ?? 0, buffers[0].byteLength));
      };
      model.on("msg:custom", listen);
      model.send({ kind: "weights" });
    });
  }
  function load(model, name) {
    if (!models.has(name)) {
      const promise = (model.isInPage ? fromScript(name) : fromKernel(model, name)).then(loadModel);
      models.set(name, promise);
      promise.catch(() => models.delete(name));
    }
    return models.get(name);
  }
  function whenNear(root, model, what, ready) {
    const node = h("p", { class: "tf-loading" }, `${what} loads when you come here.`);
    let asked = false;
    const observer = new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && ask(), { rootMargin: "400px" });
    const stop = () => {
      observer.disconnect();
      root.removeEventListener("focusin", ask);
    };
    async function ask() {
      stop();
      if (asked) return;
      asked = true;
      node.textContent = `${what} is loading …`;
      root.setAttribute("aria-busy", "true");
      try {
        const trained = await load(model, model.get("trained"));
        if (!asked) return;
        node.textContent = ready(trained);
      } catch (error) {
        if (!asked) return;
        asked = false;
        node.replaceChildren(`${what} could not be loaded: ${error.message}. `, button("Try again", ask));
      }
      root.removeAttribute("aria-busy");
    }
    observer.observe(root);
    root.addEventListener("focusin", ask);
    return { node, stop: () => (stop(), asked = false) };
  }
  function makeBreath(budget2 = 12) {
    let last = performance.now();
    return async () => {
      if (performance.now() - last < budget2) return false;
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      last = performance.now();
      return true;
    };
  }

  // transformer_lib/widgets/js/views/blank_filler.js
  var BlankFiller = { render: render2 };
  var ROWS = 8;
  function arrange(texts, masked2) {
    const [tokens, segments2, places2] = [[START], [0], []];
    texts.forEach((ids, segment) => {
      for (const id of ids) {
        places2.push(tokens.length);
        tokens.push(masked2.includes(places2.length - 1) ? MASK : id);
        segments2.push(segment);
      }
      tokens.push(END);
      segments2.push(segment);
    });
    return { tokens, segments: segments2, places: places2 };
  }
  function render2({ model, el }) {
    const state = binder(model, ["text", "second", "masked"]);
    const { root, controls, body, say } = frame(el, {
      label: "Blank filler: hide words, and see what a masked language model puts in their place",
      attempt: "click a word to hide it. Then hide its neighbour too: what does the model lose?"
    });
    const change = (changes) => (state.change(changes), state.commit());
    const texts = () => [model.get("text"), model.get("second")].filter((text2, i) => !i || text2.trim());
    const field = (name, label) => {
      const input = h("input", { type: "text", class: "tf-source", maxlength: 200, spellcheck: "false", autocomplete: "off", oninput: () => state.change({ [name]: input.value, masked: [] }), onchange: state.commit });
      return { input, node: h("label", { class: "tf-promptbox" }, h("span", {}, label), input) };
    };
    const [first, second] = [field("text", "text"), field("second", "and then")];
    const examples = model.get("examples").map(([text2, after]) => button(after ? `${text2} ${after}` : text2, () => change({ text: text2, second: after, masked: [] })));
    controls.append(
      first.node,
      second.node,
      h("div", { class: "tf-sentences tf-tries", role: "group", "aria-label": "examples" }, ...examples),
      button("Show all", () => change({ masked: [] })),
      button("Reset", state.reset)
    );
    const problem = h("p", { class: "tf-problem" });
    const words = h("div", { class: "tf-blanks", role: "group", "aria-label": "words to hide" });
    const title = h("p", { class: "tf-title" });
    const rows = Array.from({ length: ROWS }, () => {
      const [name, bar, value] = [h("th", { scope: "row" }), h("span", { class: "tf-bar" }), h("td", { class: "tf-num" })];
      return { name, bar, value, node: h("tr", {}, name, h("td", {}, bar), value) };
    });
    const [hint, verdict2] = [h("p", { class: "tf-caption" }), h("p", { class: "tf-verdictline" })];
    body.append(problem, words, verdict2, h("div", { class: "tf-guesses" }, title, h("table", { class: "tf-table" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "word"), h("th", { scope: "col" }, "chance"), h("th", { scope: "col", class: "tf-num" }, "p"))), h("tbody", {}, ...rows.map(({ node: node2 }) => node2))), hint));
    let trained = null;
    let blanks = [];
    let written2 = null;
    function toggle(i) {
      const masked2 = model.get("masked");
      change({ masked: masked2.includes(i) ? masked2.filter((other) => other !== i) : [...masked2, i] });
    }
    function showWords(pieces2) {
      const key = JSON.stringify(pieces2);
      if (key === written2) return;
      written2 = key;
      blanks = pieces2.flat().map((word, i) => {
        const [front, guess] = [h("span", { class: "tf-front" }, word), h("span", { class: "tf-filled" })];
        return { word, front, guess, node: h("button", { type: "button", class: "tf-blank", onclick: () => toggle(i) }, front, guess) };
      });
      let at = 0;
      words.replaceChildren(...pieces2.map((some) => h("div", { class: "tf-blankline" }, ...some.map(() => blanks[at++].node))));
    }
    function draw2() {
      for (const [{ input }, name] of [[first, "text"], [second, "second"]]) if (input.value !== model.get(name)) input.value = model.get(name);
      const split5 = (trained?.source ?? makeTokenizer("lowercase words", [])).split;
      const pieces2 = texts().map(split5);
      showWords(pieces2);
      const masked2 = model.get("masked").filter((i) => i < blanks.length);
      blanks.forEach(({ node: node2, word, front, guess }, i) => {
        const hidden = masked2.includes(i);
        node2.setAttribute("aria-pressed", String(hidden));
        node2.setAttribute("aria-label", hidden ? `${word}, hidden` : word);
        front.textContent = hidden ? "▁▁▁" : word;
        guess.textContent = " ";
      });
      if (!trained) return show(null, []);
      const ids = texts().map((text2) => trained.source.encode(text2));
      const room = trained.config.max_len;
      const { tokens, segments: segments2, places: places2 } = arrange(ids, masked2);
      const unknown = [...new Set(pieces2.flat().filter((_, i) => ids.flat()[i] === UNKNOWN))];
      problem.textContent = tokens.length > room ? `It reads at most ${room} tokens, and this is ${tokens.length}.` : unknown.length ? `It has never seen ${unknown.map((word) => `“${word}”`).join(", ")}.` : "";
      if (tokens.length > room || !blanks.length) return show(null, []);
      const { words: logits, isNext } = trained.model.forward(tokens, { segments: segments2 });
      const vocab = logits.length / tokens.length;
      const chances = masked2.map((i) => softmax([...logits.subarray(places2[i] * vocab, (places2[i] + 1) * vocab)]));
      masked2.forEach((i, k) => blanks[i].guess.textContent = trained.source.items[likeliest(chances[k], 1)[0]]);
      verdict2.textContent = texts().length > 1 ? `The second text follows the first: ${number(softmax([...isNext])[0])}` : " ";
      show(masked2.length ? masked2.at(-1) : null, chances.at(-1) ?? [], ids.flat());
    }
    function show(at, p, ids) {
      const order = at === null ? [] : likeliest(p, ROWS);
      title.textContent = at === null ? trained ? "click a word to hide it" : " " : `what could stand for “${blanks[at].word}”`;
      rows.forEach(({ node: node2, name, bar, value }, k) => {
        const id = order[k];
        node2.style.visibility = id === void 0 ? "hidden" : "visible";
        name.textContent = id === void 0 ? "" : trained.source.items[id];
        bar.style.width = id === void 0 ? 0 : `${100 * p[id]}%`;
        value.textContent = id === void 0 ? "" : number(p[id]);
        node2.classList.toggle("tf-drawn", id !== void 0 && id === ids[at]);
      });
      if (at === null) hint.textContent = " ";
      else if (ids[at] === UNKNOWN) hint.textContent = "the hidden word is none that it knows";
      else hint.textContent = `the hidden word: place ${1 + p.filter((x) => x > p[ids[at]]).length} of ${p.length}, p ${number(p[ids[at]], 3)}`;
      const candidates = order.slice(0, 3).map((id) => `${trained.source.items[id]} ${number(p[id])}`).join(", ");
      say(`${texts().join(" ")} ${at === null ? "Nothing is hidden." : `Hidden: ${blanks[at].word}. Likeliest: ${candidates}; ${hint.textContent}.`} ${verdict2.textContent}`);
    }
    const { node, stop } = whenNear(root, model, "The masked language model", (loaded) => {
      trained = loaded;
      written2 = null;
      draw2();
      return `The masked language model is here: ${loaded.config.n_layers} layers, ${loaded.source.items.length} words.`;
    });
    body.prepend(node);
    draw2();
    const stopWatching = state.watch(draw2);
    return () => (stop(), stopWatching());
  }
  var likeliest = (p, n) => p.map((_, id) => id).sort((a, b) => p[b] - p[a]).slice(0, n);

  // transformer_lib/widgets/js/maths/buckets.js
  function batches(lengths, size, byLength) {
    const order = byLength ? lengths.toSorted((a, b) => a - b) : lengths;
    return Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.slice(i * size, (i + 1) * size));
  }
  var sum = (xs) => xs.reduce((a, b) => a + b, 0);
  var boxSize = (batch) => batch.length * Math.max(...batch);
  var paddingShare = (groups) => 1 - sum(groups.map(sum)) / sum(groups.map(boxSize));

  // transformer_lib/widgets/js/views/bucket_explorer.js
  var BucketExplorer = { render: render3 };
  function render3({ model, el }) {
    const lengths = model.get("lengths");
    const state = binder(model, ["batch_size", "by_length"]);
    const { controls, body, say } = frame(el, {
      label: "Bucket explorer: how much of a batch is padding",
      attempt: "raise the batch size and watch the hatching grow. Then sort by length."
    });
    const size = slider("sentences in a batch", { min: 1, max: Math.min(32, lengths.length), widest: 2.2 }, (n) => state.change({ batch_size: n }), state.commit);
    const sort = checkbox("sort by length first", (on2) => (state.change({ by_length: on2 }), state.commit()));
    controls.append(size.node, sort.node, button("Reset", state.reset));
    const skyline = h("div", { class: "tf-skyline", role: "img" });
    const tallest = Math.max(...lengths);
    const [share, counts] = [h("b"), h("span")];
    body.append(skyline, h(
      "p",
      { class: "tf-caption tf-waste" },
      h("span", { class: "tf-sample tf-seen" }),
      " words ",
      h("span", { class: "tf-sample tf-hidden" }),
      " padding: ",
      share,
      counts
    ));
    function draw2() {
      const [n, byLength] = [model.get("batch_size"), model.get("by_length")];
      const groups = batches(lengths, n, byLength);
      size.show(n, String(n));
      sort.show(byLength);
      skyline.replaceChildren(...groups.map((group) => {
        const top = Math.max(...group);
        const box = h("div", { class: "tf-box", style: `flex-grow:${group.length};height:${100 * top / tallest}%` });
        box.append(...group.map((length2) => h("span", { class: "tf-seen", style: `height:${100 * length2 / top}%` })));
        return box;
      }));
      const percent2 = `${number(100 * paddingShare(groups), 1)} %`;
      const work = groups.reduce((sum2, group) => sum2 + boxSize(group), 0);
      const words = lengths.reduce((a, b) => a + b, 0);
      share.textContent = percent2;
      counts.textContent = ` · ${groups.length} batch${groups.length === 1 ? "" : "es"}, ${work} tokens computed for ${words} of text`;
      skyline.setAttribute("aria-label", `${groups.length} batches, ${percent2} padding`);
      say(`${n} sentences in a batch, ${byLength ? "sorted by length" : "as they come"}: ${percent2} padding.`);
    }
    draw2();
    return state.watch(draw2);
  }

  // transformer_lib/widgets/js/maths/cache_trace.js
  function stepCost(step, cached, { d_model: D, n_layers }) {
    const keys = step + 1;
    const read = cached ? 1 : keys;
    return n_layers * (12 * D * D * read + 2 * D * read * keys);
  }
  var totalCost = (length2, cached, size) => Array.from({ length: length2 }, (_, step) => stepCost(step, cached, size)).reduce((a, b) => a + b, 0);
  var keptNumbers = (length2, { d_model, n_layers }) => 2 * n_layers * length2 * d_model;
  function fates(token, step) {
    if (token > step) return [["none", "none", "none"], ["none", "none", "none"]];
    if (token === step) return [["new", "new", "new"], ["new", "new", "new"]];
    return [["again", "again", "again"], ["none", "kept", "kept"]];
  }

  // transformer_lib/widgets/js/views/cache_tracer.js
  var CacheTracer = { render: render4 };
  var ROLES = [["query", "q", "●"], ["key", "k", "■"], ["value", "v", "◆"]];
  var LENGTHS = Array.from({ length: 10 }, (_, i) => 8 * 2 ** i);
  var whole = new Intl.NumberFormat("en-US").format;
  var nearest = (x) => LENGTHS.reduce((best, value, i) => Math.abs(value - x) < Math.abs(LENGTHS[best] - x) ? i : best, 0);
  function render4({ model, el }) {
    const tokens = model.get("tokens");
    const size = { d_model: model.get("d_model"), n_layers: model.get("n_layers") };
    const state = binder(model, ["step", "length"]);
    const { controls, body, say } = frame(el, {
      label: "Cache tracer: what each step of writing computes, with a cache and without",
      attempt: "step through the text. Without a cache, which of the queries, keys and values are worth computing?"
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
    const legend = [["new", "new"], ["again", "computed again"], ["kept", "kept"]].map(([fate, text2]) => h("span", { class: "tf-nowrap" }, h("span", { class: `tf-sample tf-fate-${fate}` }), text2));
    const verdict2 = h("p", { class: "tf-caption" });
    body.append(
      h("p", { class: "tf-title" }, ...legend),
      h(
        "table",
        { class: "tf-table tf-cachetrace" },
        h(
          "thead",
          {},
          h("tr", {}, h("td"), h("th", { scope: "colgroup", colspan: 3 }, "without a cache"), h("th", { scope: "colgroup", colspan: 3 }, "with a cache")),
          h("tr", {}, h("th", { scope: "col" }, "token"), ...heads(), ...heads())
        ),
        h("tbody", {}, ...rows.map((row9) => row9.node)),
        h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, "multiplications"), ...now))
      ),
      verdict2
    );
    function draw2() {
      const [step, length2] = ["step", "length"].map((name) => model.get(name));
      steps.show(step, tokens[step]);
      lengths.show(nearest(length2), whole(length2));
      rows.forEach(({ name, cells }, i) => {
        set(name, { class: i === step ? "tf-reading" : i > step ? "tf-muted" : null });
        fates(i, step).forEach((side, which) => side.forEach((fate, role) => {
          const cell2 = cells[which][role];
          set(cell2, { class: `tf-fate tf-fate-${fate} tf-${ROLES[role][0]}` });
          cell2.replaceChildren(...fate === "none" ? [h("span", { class: "tf-said" }, "none")] : [h("span", { "aria-hidden": "true" }, ROLES[role][2]), h("span", { class: "tf-said" }, fate)]);
        }));
      });
      [false, true].forEach((cached, i) => now[i].textContent = whole(stepCost(step, cached, size)));
      const ratio = totalCost(length2, false, size) / totalCost(length2, true, size);
      verdict2.textContent = `Writing ${whole(length2)} tokens: ${ratio.toFixed(1)} times fewer multiplications with a cache. It keeps 2 × ${size.n_layers} × ${whole(length2)} × ${size.d_model} = ${whole(keptNumbers(length2, size))} numbers.`;
      say(`Reading ${tokens[step]}: without a cache ${step + 1} queries, keys and values are computed in each layer, with it one of each, and ${step} keys and values are kept.`);
    }
    draw2();
    return state.watch(draw2);
  }

  // transformer_lib/widgets/js/maths/costs.js
  var lastBelow = (a, b) => Math.floor((a + Math.sqrt(a * a + 4 * b)) / 2);
  function mixingCosts({ length: T6, d_head: d, size: s2 }) {
    const [near, some] = [Math.min(3 * s2, T6), Math.min(6 * s2, T6) + Math.min(s2, T6)];
    const way = (name, work, between, fewer, smaller) => ({ name, work, held: between + T6 * d, beyond: { work: fewer, held: smaller } });
    return [
      way("full", 2 * T6 * T6 * d, T6 * T6, null, null),
      way("tiles", 2 * T6 * T6 * d, T6 * Math.min(s2, T6), null, s2),
      way("window", 2 * T6 * near * d, T6 * near, 3 * s2, 3 * s2),
      way("BigBird", 2 * T6 * some * d, T6 * some, 7 * s2, 7 * s2),
      way("Linformer", 4 * T6 * s2 * d, T6 * s2 + 2 * s2 * d, 2 * s2, lastBelow(s2, 2 * s2 * d)),
      way("linear", 2 * T6 * d * d, 2 * T6 * d + d * d, d, lastBelow(2 * d, d * d)),
      way("Performer", 4 * T6 * s2 * d, 2 * T6 * s2 + s2 * d, 2 * s2, lastBelow(2 * s2, s2 * d)),
      way("gMLP", T6 * T6 * d, T6 * T6, 0, null)
    ];
  }

  // transformer_lib/widgets/js/maths/decades.js
  function decades(numbers, least = 2) {
    const logs = numbers.filter((x) => x > 0).map(Math.log10);
    if (!logs.length) return [-least, 0];
    const top = Math.ceil(Math.max(...logs)) + 0;
    return [Math.max(top - 24, Math.min(top - least, Math.floor(Math.min(...logs)))), top];
  }
  function powers([bottom, top], most = 8) {
    let by = 1;
    while ((top - bottom) / by + 1 > most) by *= 2;
    return Array.from({ length: Math.floor((top - bottom) / by) + 1 }, (_, i) => top - i * by);
  }
  var raised = (n) => `${n < 0 ? "⁻" : ""}${[...String(Math.abs(n))].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]).join("")}`;
  var power = (n) => `10${raised(n)}`;
  function written(x) {
    if (x === 0) return "0";
    if (x >= 0.01) return x.toPrecision(2);
    const [digits, exponent] = x.toExponential(1).split("e");
    return `${digits} · ${power(Number(exponent))}`;
  }
  function pieces(numbers) {
    const found = [];
    numbers.forEach((x, i) => {
      if (!(x > 0)) return;
      if (!i || !(numbers[i - 1] > 0)) found.push([]);
      found.at(-1).push([i, Math.log10(x)]);
    });
    return found;
  }

  // transformer_lib/widgets/js/views/cost_chart.js
  var [W, H, L, R, T, B] = [330, 244, 40, 76, 14, 44];
  var TICKS = [64, 1024, 16384];
  var APART = 17;
  function makeCostChart(kind, title, { lengths, move, commit }) {
    const [shortest, longest] = [Math.log2(lengths[0]), Math.log2(lengths.at(-1))];
    const x = (length2) => L + (Math.log2(length2) - shortest) / (longest - shortest) * (W - L - R);
    const every = Array.from({ length: 4 * (lengths.length - 1) + 1 }, (_, i) => lengths[0] * 2 ** (i / 4));
    const axes = s("g");
    const ticks2 = TICKS.map((length2) => s("text", { class: "tf-small", x: x(length2), y: H - B + 19, "text-anchor": "middle" }, length2.toLocaleString("en-US")));
    const others = mixingCosts({ length: 1, d_head: 1, size: 1 }).map(() => s("path", { class: "tf-curve tf-cost-other" }));
    const ruler = s("path", { class: "tf-drop" });
    const line = (name) => ({ curve: s("path", { class: `tf-curve ${name}` }), dot: s("circle", { r: 5.5, class: `tf-dot ${name}` }), name: s("text", { x: W - R + 7, class: `tf-small tf-cost-name ${name}` }) });
    const [full, chosen] = [line("tf-cost-full"), line("tf-cost-chosen")];
    const [ring, where] = [s("circle", { r: 7.5, class: "tf-cost-ring" }), s("text", { class: "tf-small tf-cost-where" })];
    const under2 = (event) => {
      const box = svg.getBoundingClientRect();
      const place2 = (event.clientX - box.left) * W / box.width;
      return lengths.reduce((best, length2) => Math.abs(x(length2) - place2) < Math.abs(x(best) - place2) ? length2 : best);
    };
    let held = false;
    const svg = s(
      "svg",
      {
        viewBox: `0 0 ${W} ${H}`,
        role: "img",
        class: "tf-cost-chart",
        onpointerdown: (event) => {
          if (event.button) return;
          svg.setPointerCapture(event.pointerId);
          held = true;
          move(under2(event));
        },
        onpointermove: (event) => held && move(under2(event)),
        onlostpointercapture: () => (held = false, commit())
      },
      axes,
      ...ticks2,
      s("text", { class: "tf-small", x: (L + W - R) / 2, y: H - 6, "text-anchor": "middle" }, "words"),
      ...others,
      ruler,
      full.curve,
      chosen.curve,
      ring,
      where,
      full.dot,
      chosen.dot,
      full.name,
      chosen.name
    );
    const caption = h("p", { class: "tf-caption tf-both-lines" });
    return {
      node: h("div", { class: "tf-plane" }, h("p", { class: "tf-title" }, title), svg, caption),
      show(way, sizes2, text2) {
        const table = every.map((length2) => mixingCosts({ ...sizes2, length: length2 }).map((one) => one[kind]));
        const [low, high] = [Math.min(...table.flat()), Math.max(...table.flat())].map(Math.log10);
        const y = (amount) => T + (high - Math.log10(amount)) / (high - low) * (H - T - B);
        const path = (i) => `M${table.map((amounts, j) => `${x(every[j]).toFixed(1)} ${y(amounts[i]).toFixed(1)}`).join("L")}`;
        axes.replaceChildren(...powers([Math.ceil(low), Math.floor(high)], 5).flatMap((p) => [
          s("path", { class: "tf-grid", d: `M${L} ${y(10 ** p)}H${W - R}` }),
          s("text", { class: "tf-small", x: L - 6, y: y(10 ** p) + 5, "text-anchor": "end" }, power(p))
        ]));
        others.forEach((curve, i) => set(curve, { d: path(i) }));
        const here = mixingCosts(sizes2);
        const ends = [y(table.at(-1)[0]), y(table.at(-1)[way])];
        if (ends[1] - ends[0] < APART) ends[1] = ends[0] + APART;
        [[full, 0], [chosen, way]].forEach(([{ curve, dot: dot3, name }, i], k) => {
          set(curve, { d: path(i) });
          set(dot3, { cx: x(sizes2.length), cy: y(here[i][kind]) });
          set(name, { y: ends[k] + 5 });
          name.textContent = here[i].name;
        });
        chosen.name.setAttribute("visibility", way ? "visible" : "hidden");
        set(ruler, { d: `M${x(sizes2.length)} ${T}V${H - B}` });
        const from = here[way].beyond[kind];
        const shown2 = from > lengths[0] ? "visible" : "hidden";
        if (shown2 === "visible") {
          const at = [x(from), y(mixingCosts({ ...sizes2, length: from })[way][kind])];
          set(ring, { cx: at[0], cy: at[1] });
          set(where, at[0] < L + 50 ? { x: at[0] - 4, y: at[1] - 12, "text-anchor": "start" } : { x: at[0] - 10, y: at[1] - 8, "text-anchor": "end" });
          where.textContent = from.toLocaleString("en-US");
        }
        [ring, where].forEach((node) => node.setAttribute("visibility", shown2));
        caption.textContent = text2;
        svg.setAttribute("aria-label", `${title} against the length. ${text2}`);
      }
    };
  }

  // transformer_lib/widgets/js/views/cost_explorer.js
  var CostExplorer = { render: render5 };
  var LENGTHS2 = Array.from({ length: 12 }, (_, i) => 64 * 2 ** i);
  var WIDTHS2 = [16, 32, 64, 128, 256];
  var SIZES = [16, 32, 64, 128, 256, 512];
  var NAMES = mixingCosts({ length: 1, d_head: 1, size: 1 }).map(({ name }) => name);
  var TITLES = { work: "multiplications", held: "numbers held at one time" };
  var whole2 = new Intl.NumberFormat("en-US").format;
  var short = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 }).format;
  var percent = (share) => `${new Intl.NumberFormat("en-US", { maximumSignificantDigits: 2 }).format(100 * share)} %`;
  var nearest2 = (values, x) => values.reduce((best, value, i) => Math.abs(value - x) < Math.abs(values[best] - x) ? i : best, 0);
  function render5({ model, el }) {
    const state = binder(model, ["length", "d_head", "size", "way"]);
    const { controls, body, say } = frame(el, {
      label: "Cost explorer: what each way of mixing words multiplies and holds, against the length",
      attempt: "which lines are steep in both pictures? Take tiles, then linear. Move the length past the rings."
    });
    const buttons = NAMES.map((name) => button(name));
    const show = radios(buttons, NAMES.length, (i) => (state.change({ way: NAMES[i] }), state.commit()));
    const choose = (text2, values, name, widest) => slider(text2, { min: 0, max: values.length - 1, widest }, (i) => state.change({ [name]: values[i] }), state.commit);
    const length2 = choose("words T", LENGTHS2, "length", 7);
    const width = choose("width d of the head", WIDTHS2, "d_head", 3);
    const size = choose("window, tile, features", SIZES, "size", 3);
    controls.append(
      h("span", { class: "tf-segments tf-cost-ways", role: "radiogroup", "aria-label": "way, beside full attention" }, ...buttons),
      length2.node,
      width.node,
      size.node,
      button("Reset", state.reset)
    );
    const hand = { lengths: LENGTHS2, move: (words) => state.change({ length: words }), commit: state.commit };
    const charts = Object.entries(TITLES).map(([kind, title]) => ({ kind, chart: makeCostChart(kind, title, hand) }));
    const rows = NAMES.map(row);
    const heads = ["multipli­cations", "of full", "numbers held", "of full"].map((text2) => h("th", { scope: "col", class: "tf-num" }, text2));
    body.append(
      h("div", { class: "tf-planes" }, ...charts.map(({ chart }) => chart.node)),
      h(
        "table",
        { class: "tf-table tf-costs" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "way"), ...heads)),
        h("tbody", {}, ...rows.map((one) => one.node))
      )
    );
    function draw2() {
      const [way, sizes2] = [model.get("way"), { length: model.get("length"), d_head: model.get("d_head"), size: model.get("size") }];
      const [ways, at] = [mixingCosts(sizes2), NAMES.indexOf(way)];
      show(at);
      length2.show(nearest2(LENGTHS2, sizes2.length), whole2(sizes2.length));
      width.show(nearest2(WIDTHS2, sizes2.d_head), String(sizes2.d_head));
      size.show(nearest2(SIZES, sizes2.size), String(sizes2.size));
      const words = charts.map(({ kind, chart }) => {
        const text2 = verdict(ways[at], ways[0], kind, sizes2.length);
        chart.show(at, sizes2, text2);
        return `${TITLES[kind]}: ${text2}`;
      });
      rows.forEach((one, i) => one.show(ways[i], ways[0], i === at));
      say(`${way} at ${whole2(sizes2.length)} words. ${words.join(". ")}.`);
    }
    draw2();
    return state.watch(draw2);
  }
  function verdict(way, full, kind, length2) {
    if (way.name === "full") return `full: ${short(full[kind])} at ${whole2(length2)} words`;
    const from = way.beyond[kind];
    const when = from === null ? "at any length" : from === 0 ? "less at any length" : `less beyond ${whole2(from)}`;
    return `${way.name}: ${percent(way[kind] / full[kind])} of full, ${when}`;
  }
  function row(name) {
    const cells = Object.keys(TITLES).map((kind) => ({ kind, count: h("td", { class: "tf-num" }), share: h("td", { class: "tf-num" }) }));
    const node = h("tr", {}, h("th", { scope: "row" }, name), ...cells.flatMap(({ count: count2, share }) => [count2, share]));
    return {
      node,
      show(way, full, chosen) {
        set(node, { class: chosen && "tf-chosen" });
        cells.forEach(({ kind, count: count2, share }) => {
          count2.textContent = short(way[kind]);
          share.textContent = percent(way[kind] / full[kind]);
        });
      }
    };
  }

  // transformer_lib/widgets/js/views/decision_table.js
  var DecisionTable = { render: render6 };
  function render6({ model, el }) {
    const [outputs, inputs, cells] = ["outputs", "inputs", "cells"].map((name) => model.get(name));
    const state = binder(model, ["chosen"]);
    const { controls, body, say } = frame(el, {
      label: "Decision table: which architecture for which task",
      attempt: "guess the architecture of a task, then press it. Which column has no encoder in it, and why?"
    });
    const choose = (chosen) => (state.change({ chosen }), state.commit());
    const tasks = cells.flatMap(({ tasks: tasks2 }, i) => tasks2.map((task) => ({ i, node: h("button", { type: "button", class: "tf-button", onclick: () => choose(i) }, task) })));
    controls.append(h("span", { class: "tf-group", role: "group", "aria-label": "tasks" }, ...tasks.map(({ node }) => node)), button("Reset", state.reset));
    const items = cells.map(({ architecture }, i) => h("button", {
      type: "button",
      class: `tf-decision ${architecture.startsWith("encoder") ? "tf-query" : "tf-key"}`,
      "aria-label": `${outputs[Math.floor(i / inputs.length)]}, input ${inputs[i % inputs.length]}: ${architecture}`
    }, architecture));
    const show = radios(items, inputs.length, choose);
    const grid = h(
      "div",
      { class: "tf-decisions", role: "radiogroup", "aria-label": "what comes out, and when the input is there" },
      h("span", { class: "tf-muted", "aria-hidden": "true" }, "what comes out"),
      ...inputs.map((input) => h("span", { class: "tf-muted", "aria-hidden": "true" }, `input ${input}`)),
      ...outputs.flatMap((output, row9) => [h("span", { class: "tf-decision-row", "aria-hidden": "true" }, output), ...items.slice(row9 * inputs.length, (row9 + 1) * inputs.length)])
    );
    const card = h("div", { class: "tf-decision-card" });
    body.append(grid, card);
    function draw2() {
      const chosen = model.get("chosen");
      const { architecture, why: why2, known, where } = cells[chosen];
      show(chosen);
      for (const { i, node } of tasks) node.setAttribute("aria-pressed", String(i === chosen));
      card.replaceChildren(
        h("p", {}, h("b", {}, `${outputs[Math.floor(chosen / inputs.length)]}, input ${inputs[chosen % inputs.length]}: ${architecture}. `), why2),
        h("p", {}, h("span", { class: "tf-muted" }, "as in "), known, h("span", { class: "tf-muted" }, " · read "), where)
      );
      say(`${architecture}. ${why2} As in ${known}; read ${where}.`);
    }
    draw2();
    return state.watch(draw2);
  }

  // transformer_lib/widgets/js/views/gradient_flow.js
  var GradientFlow = { render: render7 };
  var DEPTHS = [2, 4, 8, 16];
  var NORMS = { post: "after the sum", pre: "before the sublayer", none: "none" };
  var [W2, H2, L2, R2, T2, B2] = [400, 270, 48, 16, 14, 46];
  function render7({ model, el }) {
    const flows = model.get("flows");
    const state = binder(model, ["depth", "add", "norm", "start"]);
    const { controls, body, say } = frame(el, {
      label: "Gradient flow: size of the signal after each layer, and of the gradient that the layer gets",
      attempt: "switch off the sum, then the norm, then Xavier's start. When does the lowest layer learn nothing?"
    });
    const depth = slider("layers", { min: 0, max: DEPTHS.length - 1, widest: 2 }, (i) => state.change({ depth: DEPTHS[i] }), state.commit);
    const add4 = checkbox("sum (residual)", (on2) => (state.change({ add: on2 }), state.commit()));
    const start = checkbox("Xavier's start", (on2) => (state.change({ start: on2 ? "xavier" : "default" }), state.commit()));
    const items = Object.values(NORMS).map((text2) => h("button", { type: "button", class: "tf-button" }, text2));
    const kinds = Object.keys(NORMS);
    const showNorm = radios(items, items.length, (i) => (state.change({ norm: kinds[i] }), state.commit()));
    controls.append(
      depth.node,
      add4.node,
      start.node,
      h("div", { class: "tf-group" }, h("span", {}, "norm"), h("div", { class: "tf-segments tf-three", role: "radiogroup", "aria-label": "norm" }, ...items)),
      button("Reset", state.reset)
    );
    const plot = makePlot();
    const facts = ["signal, top", "gradient, top", "gradient, bottom", "bottom : top"].map((name) => {
      const value = h("b");
      return { node: h("div", {}, h("dt", {}, name), h("dd", {}, value)), show: (text2) => value.textContent = text2 };
    });
    body.append(plot.node, h("dl", { class: "tf-facts tf-four" }, ...facts.map((f) => f.node)));
    function draw2() {
      const [n, sum2, norm, begin2] = ["depth", "add", "norm", "start"].map((name) => model.get(name));
      const { signal, gradient } = flows[`${begin2} ${sum2 ? "sum" : "no sum"} ${norm} ${n}`];
      depth.show(DEPTHS.indexOf(n), String(n));
      add4.show(sum2);
      start.show(begin2 === "xavier");
      showNorm(kinds.indexOf(norm));
      plot.show(signal, gradient);
      const ratio = gradient[n - 1] ? gradient[0] / gradient[n - 1] : 0;
      facts[0].show(written(signal[n - 1]));
      facts[1].show(written(gradient[n - 1]));
      facts[2].show(written(gradient[0]));
      facts[3].show(written(ratio));
      say(`${n} layers, ${sum2 ? "with" : "without"} the sum, norm ${NORMS[norm]}: signal at the top ${written(signal[n - 1])}, gradient at the top ${written(gradient[n - 1])}, at the bottom ${written(gradient[0])}.`);
    }
    draw2();
    return state.watch(draw2);
  }
  function makePlot() {
    const lines = ["signal", "gradient"].map((kind) => ({ kind, line: s("path", { class: `tf-curve tf-flow-${kind}` }), marks: s("g", { class: `tf-flow-${kind}` }) }));
    const axes = s("g");
    const svg = s(
      "svg",
      { viewBox: `0 0 ${W2} ${H2}`, role: "img" },
      axes,
      s("text", { class: "tf-small", x: (L2 + W2 - R2) / 2, y: H2 - 6, "text-anchor": "middle" }, "layer, from the bottom to the top"),
      ...lines.flatMap(({ line, marks }) => [line, marks])
    );
    return {
      node: h(
        "div",
        { class: "tf-curvebox tf-flow" },
        svg,
        h("p", { class: "tf-caption tf-legend" }, h("span", { class: "tf-flow-signal" }, "■ signal that leaves the layer"), " ", h("span", { class: "tf-flow-gradient" }, "● gradient its matrices get"))
      ),
      show(signal, gradient) {
        const n = signal.length;
        const [bottom, top] = decades([...signal, ...gradient, 0.01, 10]);
        const x = (i) => L2 + 12 + i / (n - 1) * (W2 - L2 - R2 - 24);
        const y = (log) => T2 + (top - Math.max(bottom, log)) / (top - bottom) * (H2 - T2 - B2);
        const every = n > 8 ? 3 : 1;
        axes.replaceChildren(
          ...powers([bottom, top], 7).flatMap((p) => [
            s("path", { class: p ? "tf-grid" : "tf-axis", d: `M${L2} ${y(p)}H${W2 - R2}` }),
            s("text", { class: "tf-small", x: L2 - 8, y: y(p) + 5, "text-anchor": "end" }, power(p))
          ]),
          ...signal.flatMap((_, i) => i % every ? [] : [s("text", { class: "tf-small", x: x(i), y: H2 - B2 + 19, "text-anchor": "middle" }, String(i + 1))])
        );
        [signal, gradient].forEach((numbers, which) => {
          set(lines[which].line, { d: pieces(numbers).map((piece) => `M${piece.map(([i, log]) => `${x(i).toFixed(1)} ${y(log).toFixed(1)}`).join("L")}`).join("") });
          lines[which].marks.replaceChildren(...pieces(numbers).flat().map(([i, log]) => which ? s("circle", { cx: x(i), cy: y(log), r: 5 }) : s("rect", { x: x(i) - 4.5, y: y(log) - 4.5, width: 9, height: 9 })));
        });
        svg.setAttribute("aria-label", `Signal from ${written(signal[0])} at the lowest layer to ${written(signal[n - 1])}; gradient from ${written(gradient[0])} to ${written(gradient[n - 1])}`);
      }
    };
  }

  // transformer_lib/widgets/js/maths/effects.js
  function sides(effects) {
    const largest = Math.max(...effects.flat().map(Math.abs));
    return effects.map((row9) => row9.map((x) => largest ? Math.sqrt(Math.abs(x) / largest) : 0));
  }
  function ranks(effects) {
    const sizes2 = effects.flat().map(Math.abs);
    const order = sizes2.map((_, i) => i).toSorted((a, b) => sizes2[b] - sizes2[a] || a - b);
    const heads = effects[0].length;
    return effects.map((row9, layer) => row9.map((_, head) => order.indexOf(layer * heads + head) + 1));
  }

  // transformer_lib/widgets/js/views/head_explorer.js
  var HeadExplorer = { render: render8 };
  function render8({ model, el }) {
    const sentences = model.get("sentences").map(({ tokens, weights }) => ({ tokens, weights: unpack(weights) }));
    const effects = model.get("effects").map((effect) => ({ ...effect, sides: sides(effect.values), ranks: ranks(effect.values) }));
    const [nLayers, nHeads] = [effects[0].values.length, effects[0].values[0].length];
    const state = binder(model, ["sentence", "effect", "layer", "head", "query"]);
    const { controls, body, say } = frame(el, {
      label: "Head explorer: what each head looks at, and what changes when it is switched off",
      attempt: "find a head whose lines look clever. How large is its square?"
    });
    const change = (changes) => (state.change(changes), state.commit());
    const measures = effects.map(({ name }) => button(name));
    const showMeasure = radios(measures, 1, (effect) => change({ effect }));
    if (effects.length > 1) controls.append(h("div", { class: "tf-sentences", role: "radiogroup", "aria-label": "the size of a square" }, h("span", { class: "tf-muted" }, "a square shows"), ...measures));
    const texts = sentences.map(({ tokens }) => button(readable(tokens)));
    const showSentence = radios(texts, 1, (i) => model.get("sentence") !== i && change({ sentence: i, query: -1 }));
    if (sentences.length > 1) controls.append(h("div", { class: "tf-sentences", role: "radiogroup", "aria-label": "sentence" }, ...texts));
    const all = button("all words", () => change({ query: model.get("query") < 0 ? last : -1 }));
    controls.append(all, button("Reset", state.reset));
    const grid = makeGrid(nLayers, nHeads, (layer, head) => change({ layer, head }));
    const verdict2 = h("p", { class: "tf-caption tf-verdict" });
    const title = h("p", { class: "tf-title" });
    const place2 = h("div");
    const hint = h("p", { class: "tf-caption" });
    body.append(h(
      "div",
      { class: "tf-attention" },
      h("div", {}, h("p", { class: "tf-title" }, "every head: layers down, heads across"), grid.node, verdict2),
      h("div", { class: "tf-head" }, title, place2, hint)
    ));
    let picture;
    let shown2 = -1;
    let hovered = null;
    let last = 0;
    const hover = (i) => {
      hovered = i;
      drawHead();
    };
    function draw2() {
      const [sentence, effect, layer, head, query] = ["sentence", "effect", "layer", "head", "query"].map((name2) => model.get(name2));
      if (shown2 !== sentence) {
        [shown2, hovered, last] = [sentence, null, 0];
        picture = makeLines(sentences[sentence].tokens, { choose: (to) => (hovered = null, change({ query: to })), hover });
        place2.replaceChildren(picture.node);
      }
      if (query >= 0) last = query;
      const { name, values, digits, sides: sizes2, ranks: order } = effects[effect];
      showMeasure(effect);
      showSentence(sentence);
      set(all, { "aria-pressed": String(query < 0) });
      grid.show(layer, head, values, sizes2);
      title.textContent = `layer ${layer}, head ${head}`;
      const [value, rank] = [number(values[layer][head], digits), order[layer][head]];
      verdict2.replaceChildren(`switched off: ${name} `, h("b", {}, value), h("br"), `rank ${rank} of ${nLayers * nHeads}`);
      drawHead();
      say(`Layer ${layer}, head ${head}. Switched off: ${name} ${value}, rank ${rank} of ${nLayers * nHeads}. ${hint.textContent}`);
    }
    function drawHead() {
      const { tokens, weights } = sentences[model.get("sentence")];
      const rows = headWeights(weights, { layer: model.get("layer"), head: model.get("head"), nHeads, length: tokens.length });
      const query = hovered ?? model.get("query");
      picture.show(rows, query, model.get("query"));
      hint.textContent = query < 0 ? "point at a word to see its numbers" : `${tokens[query]} → ${ranked(rows[query], tokens)}`;
    }
    draw2();
    return state.watch(draw2);
  }
  function makeGrid(nLayers, nHeads, choose) {
    const squares2 = Array.from({ length: nLayers * nHeads }, () => s("rect", {}));
    const items = squares2.map((square, i) => h("button", { type: "button", class: "tf-thumb", "aria-label": `layer ${Math.floor(i / nHeads)}, head ${i % nHeads}` }, s("svg", { viewBox: "-0.5 -0.5 1 1" }, square)));
    const mark2 = radios(items, nHeads, (i) => choose(Math.floor(i / nHeads), i % nHeads));
    const label = (text2) => h("span", { class: "tf-small", "aria-hidden": "true" }, text2);
    const node = h("div", { class: "tf-heads", style: `--heads:${nHeads}`, role: "radiogroup", "aria-label": "layer and head" });
    node.append(label(""), ...Array.from({ length: nHeads }, (_, head) => label(String(head))));
    items.forEach((item, i) => node.append(...i % nHeads ? [item] : [label(String(i / nHeads)), item]));
    return {
      node,
      show(layer, head, values, sizes2) {
        mark2(layer * nHeads + head);
        squares2.forEach((square, i) => {
          const side = sizes2[Math.floor(i / nHeads)][i % nHeads];
          const sign = values[Math.floor(i / nHeads)][i % nHeads] < 0 ? "tf-square tf-below" : "tf-square";
          set(square, { x: -side / 2, y: -side / 2, width: side, height: side, class: sign });
        });
      }
    };
  }

  // transformer_lib/widgets/js/maths/attention.js
  var dot2 = (a, b) => a.reduce((sum2, x, i) => sum2 + x * b[i], 0);
  var length = (a) => Math.sqrt(dot2(a, a));
  function attention2(query, keys, values, scaled = true) {
    const scores = keys.map((key) => dot2(query, key));
    const divisor = scaled ? Math.sqrt(query.length) : 1;
    const divided = scores.map((x) => x / divisor);
    const weights = softmax(divided);
    return { scores, scaled: divided, weights, out: mix(weights, values) };
  }
  var mix = (weights, vectors) => vectors[0].map((_, axis) => weights.reduce((sum2, w, i) => sum2 + w * vectors[i][axis], 0));
  function project(query, key) {
    const size = length(key);
    if (size === 0) return { shadow: 0, foot: key.map(() => 0) };
    const shadow = dot2(query, key) / size;
    return { shadow, foot: key.map((x) => x * shadow / size) };
  }

  // transformer_lib/widgets/js/maths/handmade.js
  var ALPHABET = ["A", "B", "C", "D"];
  var SHARP = 20;
  var oneHot = (i, n) => Array.from({ length: n }, (_, j) => Number(i === j));
  function markerHead(numbers, marked, sharpness) {
    const { weights, out } = attention2([sharpness], marked.map((mark2) => [mark2]), numbers.map((x) => [x]));
    return { weights, out: out[0] };
  }
  function program(numbers, marked) {
    const chosen = numbers.filter((_, i) => marked[i]);
    const all = chosen.length ? chosen : numbers;
    return all.reduce((sum2, x) => sum2 + x, 0) / all.length;
  }
  function routes(letters2) {
    const what = letters2.map((letter) => oneHot(ALPHABET.indexOf(letter), ALPHABET.length));
    const where = letters2.map((_, i) => oneHot(i, letters2.length));
    const back = letters2.map((_, i) => {
      if (i === 0) return oneHot(-1, letters2.length);
      const { weights } = attention2(where[i - 1].map((x) => x * SHARP), where.slice(0, i + 1), what.slice(0, i + 1), false);
      return [...weights, ...Array(letters2.length - i - 1).fill(0)];
    });
    const found = flow(back, what);
    const { weights: last } = attention2(what.at(-1).map((x) => x * SHARP), found, what, false);
    return { back, last };
  }
  var flow = (weights, values) => weights.map((row9) => values[0].map((_, axis) => row9.reduce((sum2, w, j) => sum2 + w * values[j][axis], 0)));
  function carried(letters2, { back, last }) {
    const what = letters2.map((letter) => oneHot(ALPHABET.indexOf(letter), ALPHABET.length));
    const before = flow(back, what).map((row9) => Math.max(...row9) < 0.5 ? "–" : ALPHABET[row9.indexOf(Math.max(...row9))]);
    return { before, next: flow([last], what)[0] };
  }

  // transformer_lib/widgets/js/views/induction_explorer.js
  var InductionExplorer = { render: render9 };
  function render9({ model, el }) {
    const start = [...model.get("letters")];
    const kept = routes(start);
    const state = binder(model, ["letters", "frozen"]);
    const { controls, body, say } = frame(el, {
      label: "Induction explorer: two heads that look up what came next the last times",
      attempt: "change letters (press one, or use the arrow keys on it). Then freeze the routes, and change them again."
    });
    const frozen = checkbox("freeze the routes of the first sequence", (on2) => (state.change({ frozen: on2 }), state.commit()));
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
    const line = (name, key) => h("tr", {}, name ? h("th", { scope: "row" }, name) : h("td"), ...columns.map((column) => column[key]));
    const guess = h("p", { class: "tf-guess" });
    body.append(h("div", { class: "tf-scroll", tabindex: 0, role: "group", "aria-label": "the sequence" }, h("table", { class: `tf-table tf-induction${start.length > 8 ? " tf-many" : ""}` }, h(
      "tbody",
      {},
      line("letter", "cell"),
      line("layer 1: the letter before", "before"),
      line("layer 2: weight of the last letter", "weight"),
      line("", "bar")
    ))));
    const caption = h("p", { class: "tf-caption" });
    body.append(guess, caption);
    function draw2() {
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
      caption.textContent = isFrozen ? differs ? `Routed by these letters it would be ${text2(honest)}. The frozen routes belong to ${start.join(" ")}.` : `The frozen routes, of ${start.join(" ")}, still fit.` : before.includes(now.at(-1)) ? `It stands on ${now.at(-1)}, and looks where layer 1 noted ${now.at(-1)}.` : `No ${now.at(-1)} came before: all notes score the same, and it takes the average of all letters.`;
      say(`${now.join(" ")}: next ${text2(next)}. ${isFrozen ? caption.textContent : ""}`);
    }
    draw2();
    return state.watch(draw2);
  }

  // transformer_lib/widgets/js/maths/budget.js
  function budget({ d_model: D, d_ff: F, length: T6 }) {
    return [
      { name: "four matrices of attention", parameters: 4 * D * D, multiplications: 4 * D * D },
      { name: "scores and mixing", parameters: 0, multiplications: 2 * T6 * D },
      { name: "feed-forward", parameters: 2 * D * F, multiplications: 2 * D * F }
    ];
  }
  var crossing = ({ d_model: D, d_ff: F }) => 2 * D + F;

  // transformer_lib/widgets/js/views/layer_budget.js
  var LayerBudget = { render: render10 };
  var WIDTHS3 = [64, 128, 256, 384, 512, 768, 1024, 1600, 2048, 4096, 8192, 12288, 16384];
  var LENGTHS3 = Array.from({ length: 15 }, (_, i) => 8 * 2 ** i);
  var whole3 = new Intl.NumberFormat("en-US").format;
  var short2 = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 }).format;
  var nearest3 = (values, x) => values.reduce((best, value, i) => Math.abs(value - x) < Math.abs(values[best] - x) ? i : best, 0);
  function render10({ model, el }) {
    const state = binder(model, ["d_model", "widening", "length"]);
    const { controls, body, say } = frame(el, {
      label: "Layer budget: where one layer's parameters are, and what each word costs",
      attempt: "make the text longer. When do the scores cost more than all the matrices?"
    });
    const width = slider("width D of the layer", { min: 0, max: WIDTHS3.length - 1, widest: 6 }, (i) => state.change({ d_model: WIDTHS3[i] }), state.commit);
    const wider = slider("feed-forward: wider inside by", { min: 1, max: 8, widest: 2 }, (widening) => state.change({ widening }), state.commit);
    const length2 = slider("words T attended to", { min: 0, max: LENGTHS3.length - 1, widest: 7 }, (i) => state.change({ length: LENGTHS3[i] }), state.commit);
    const presets = Object.entries(model.get("presets")).map(([name, [d_model, widening, T6]]) => button(name, () => (state.change({ d_model, widening, length: T6 }), state.commit())));
    controls.append(h("div", { class: "tf-group", role: "group", "aria-label": "sizes of" }, ...presets), width.node, wider.node, length2.node, button("Reset", state.reset));
    const rows = budget({ d_model: 1, d_ff: 1, length: 1 }).map(({ name }) => row2(name));
    const totals = [0, 1].map(() => h("td", { class: "tf-num" }));
    body.append(h(
      "table",
      { class: "tf-table tf-budget" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "part"), h("th", { scope: "col", colspan: 2 }, "parameters"), h("th", { scope: "col", colspan: 2 }, "multiplications for one word"))),
      h("tbody", {}, ...rows.map((one) => one.node)),
      h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, "all"), totals[0], h("td"), totals[1], h("td")))
    ));
    const verdict2 = h("p", { class: "tf-caption" });
    body.append(verdict2);
    function draw2() {
      const [d_model, widening, T6] = ["d_model", "widening", "length"].map((name) => model.get(name));
      const size = { d_model, d_ff: widening * d_model, length: T6 };
      const parts2 = budget(size);
      const [parameters, cost] = ["parameters", "multiplications"].map((kind) => parts2.reduce((sum2, part) => sum2 + part[kind], 0));
      width.show(nearest3(WIDTHS3, d_model), String(d_model));
      wider.show(widening, `${widening}×`);
      length2.show(nearest3(LENGTHS3, T6), whole3(T6));
      parts2.forEach((part, i) => rows[i].show(part, parameters, cost));
      [parameters, cost].forEach((all, i) => totals[i].textContent = short2(all));
      const share = Math.round(100 * parts2[1].multiplications / cost);
      verdict2.textContent = `At ${whole3(T6)} words, scores and mixing are ${share} % of the work. They are half of it at ${whole3(crossing(size))} words.`;
      say(`Width ${d_model}, inside ${size.d_ff}, ${whole3(T6)} words: ${short2(parameters)} parameters; scores and mixing are ${share} % of a word's multiplications.`);
    }
    draw2();
    return state.watch(draw2);
  }
  function row2(name) {
    const kinds = ["parameters", "multiplications"].map((kind) => ({ kind, count: h("td", { class: "tf-num" }), bar: h("span", { class: "tf-bar" }) }));
    return {
      node: h("tr", {}, h("th", { scope: "row" }, name), ...kinds.flatMap(({ count: count2, bar }) => [count2, h("td", { class: "tf-track" }, bar)])),
      show(part, ...totals) {
        kinds.forEach(({ kind, count: count2, bar }, i) => {
          count2.textContent = short2(part[kind]);
          set(bar, { style: `width:${100 * part[kind] / totals[i]}%` });
        });
      }
    };
  }

  // transformer_lib/widgets/js/views/marker_head.js
  var MarkerHead = { render: render11 };
  var [W3, H3, PAD2] = [400, 92, 24];
  function render11({ model, el }) {
    const [labels, numbers] = [model.get("labels"), model.get("numbers")];
    const state = binder(model, ["marked", "sharpness"]);
    const { controls, body, say } = frame(el, {
      label: "Marker head: if a word is marked, copy its number; else take the average",
      attempt: "mark a word, then make the head sharper. Then unmark it."
    });
    const sharp = slider("sharpness: a marked word's score", { min: 0, max: 20, step: 0.5, widest: 4.2 }, (sharpness) => state.change({ sharpness }), state.commit);
    controls.append(sharp.node, button("Reset", state.reset));
    const rows = labels.map((label, i) => {
      const mark2 = h("button", { type: "button", class: "tf-button tf-markable", onclick: () => {
        state.change({ marked: model.get("marked").map((x2, j) => i === j ? 1 - x2 : x2) });
        state.commit();
      } }, label);
      const [weight, bar] = [h("td", { class: "tf-num" }), h("span", { class: "tf-bar" })];
      return { mark: mark2, weight, bar, node: h("tr", {}, h("th", { scope: "row" }, mark2), h("td", { class: "tf-num" }, number(numbers[i], 0)), weight, h("td", { class: "tf-track" }, bar)) };
    });
    const heads = ["mark a word", "number", "weight"].map((text2, i) => h("th", { scope: "col", ...i ? { class: "tf-num" } : {} }, text2));
    body.append(h("table", { class: "tf-table" }, h("thead", {}, h("tr", {}, ...heads, h("td"))), h("tbody", {}, ...rows.map((row9) => row9.node))));
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    const x = (value) => PAD2 + (value - low) / (high - low || 1) * (W3 - 2 * PAD2);
    const line = s(
      "svg",
      { viewBox: `0 0 ${W3} ${H3}`, role: "img", class: "tf-line" },
      s("path", { d: `M${PAD2} 46H${W3 - PAD2}`, class: "tf-grid" }),
      ...numbers.map((value) => s("circle", { cx: x(value), cy: 46, r: 6, class: "tf-mark tf-value" }))
    );
    const [star2, starText, aim, aimText] = [s("text", { class: "tf-star tf-output", y: 54 }), s("text", { class: "tf-name tf-output", y: 84 }), s("path", { class: "tf-aim" }), s("text", { class: "tf-small", y: 16 })];
    star2.textContent = "★";
    line.append(aim, star2, starText, aimText);
    body.append(line);
    const code = h("p", { class: "tf-caption tf-program" });
    body.append(code);
    function draw2() {
      const [marked, sharpness] = [model.get("marked"), model.get("sharpness")];
      const { weights, out } = markerHead(numbers, marked, sharpness);
      const wanted = program(numbers, marked);
      sharp.show(sharpness, number(sharpness, 1));
      rows.forEach((row9, i) => {
        set(row9.mark, { "aria-pressed": String(Boolean(marked[i])) });
        row9.weight.textContent = number(weights[i], 3);
        set(row9.bar, { style: `width:${100 * weights[i]}%` });
      });
      const inside = (at) => Math.min(W3 - 65, Math.max(65, at));
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
    draw2();
    return state.watch(draw2);
  }

  // transformer_lib/widgets/js/maths/masks.js
  var wordsOf = (length2, longest, side = "right") => Array.from({ length: longest }, (_, i) => side === "right" ? i < length2 : i >= longest - length2);
  var attentionMask = (words, { padding, causal }) => words.map((_, query) => words.map((word, key) => (!padding || word) && (!causal || key <= query)));
  var lossMask = (words) => words.map((word, i) => word && Boolean(words[i + 1]));
  var readMask = (words, readOut) => words.map((word, i) => word && (readOut === "mean" || !words.slice(i + 1).includes(true)));

  // transformer_lib/widgets/js/views/mask_builder.js
  var MaskBuilder = { render: render12 };
  var PAD3 = "[pad]";
  function render12({ model, el }) {
    const sentences = model.get("sentences");
    const longest = Math.max(...sentences.map((s2) => s2.length));
    const state = binder(model, ["sentence", "padding", "causal", "side", "read_out"]);
    const { controls, body, say } = frame(el, {
      label: "Mask builder: the three masks of a padded batch",
      attempt: "choose the shortest sentence, switch the masks, then put the padding on the left."
    });
    const change = (changes) => (state.change(changes), state.commit());
    const padding = checkbox("padding mask", (on2) => change({ padding: on2 }));
    const causal = checkbox("causal mask", (on2) => change({ causal: on2 }));
    const side = segments("padding", ["right", "left"], (side2) => change({ side: side2 }));
    const read = segments("read out", ["mean", "last"], (read_out) => change({ read_out }));
    controls.append(padding.node, causal.node, side.node, read.node, button("Reset", state.reset));
    const rows = sentences.map(() => h("button", { type: "button", class: "tf-batchrow" }));
    const chosen = radios(rows, 1, (i) => change({ sentence: i }));
    const table = h("table", { class: "tf-table tf-masks" });
    const note = h("p", { class: "tf-caption" });
    body.append(
      h("p", { class: "tf-title" }, "the batch: a box, filled up with pads"),
      h("div", { class: "tf-batch", role: "radiogroup", "aria-label": "sentence", style: `--n:${longest}` }, ...rows),
      h("p", { class: "tf-title" }, "its masks: ", h("span", { class: "tf-sample tf-seen" }), " may look ", h("span", { class: "tf-sample tf-hidden" }), " hidden"),
      table,
      note
    );
    function draw2() {
      const [at, pad, cause, where, readOut] = ["sentence", "padding", "causal", "side", "read_out"].map((name) => model.get(name));
      const layouts = sentences.map((s2) => layout(s2, longest, where));
      padding.show(pad);
      causal.show(cause);
      side.show(where);
      read.show(readOut);
      chosen(at);
      rows.forEach((row9, i) => {
        row9.setAttribute("aria-label", sentences[i].join(" "));
        row9.replaceChildren(...layouts[i].tokens.map((token, j) => h("span", { class: layouts[i].words[j] ? "tf-slot" : "tf-slot tf-hidden" }, layouts[i].words[j] ? token : "")));
      });
      const { tokens, words } = layouts[at];
      const mask = attentionMask(words, { padding: pad, causal: cause });
      const [outputs, targets] = [readMask(words, readOut), lossMask(words)];
      table.replaceChildren(
        h("thead", {}, h(
          "tr",
          {},
          h("th", { scope: "col" }, "query ╲ key"),
          ...tokens.map((token) => h("th", { scope: "col", class: "tf-keyhead" }, h("span", { class: "tf-upright tf-key" }, token))),
          h("th", { scope: "col" }, "read"),
          h("th", { scope: "col" }, "loss: next")
        )),
        h("tbody", {}, ...tokens.map((token, i) => h(
          "tr",
          {},
          h("th", { scope: "row", class: words[i] ? "tf-query" : "tf-muted" }, token),
          ...mask[i].map((may) => h("td", { class: may ? "tf-maskcell tf-seen" : "tf-maskcell tf-hidden" }, h("span", { class: "tf-said" }, may ? "yes" : "no"))),
          h("td", { class: "tf-mark-cell tf-output" }, outputs[i] ? "★" : "–"),
          h("td", {}, targets[i] ? tokens[i + 1] : "–")
        )))
      );
      const empty = mask.filter((row9) => !row9.includes(true)).length;
      const leaks = words.reduce((sum2, word, i) => sum2 + (word ? mask[i].filter((may, j) => may && !words[j]).length : 0), 0);
      note.textContent = `words look at pads ${times(leaks)}; queries that see nothing: ${empty}`;
      say(`${sentences[at].join(" ")}, padding on the ${where}: words look at pads ${times(leaks)}, ${empty} queries see nothing.`);
    }
    draw2();
    return state.watch(draw2);
  }
  var times = (n) => `${n} time${n === 1 ? "" : "s"}`;
  function layout(sentence, longest, side) {
    const words = wordsOf(sentence.length, longest, side);
    const rest = [...sentence];
    return { words, tokens: words.map((word) => word ? rest.shift() : PAD3) };
  }
  function segments(name, choices, choose) {
    const buttons = choices.map((choice) => button(choice));
    const show = radios(buttons, choices.length, (i) => choose(choices[i]));
    return {
      node: h("span", { class: "tf-group" }, h("span", {}, name), h("span", { class: "tf-segments", role: "radiogroup", "aria-label": name }, ...buttons)),
      show: (choice) => show(choices.indexOf(choice))
    };
  }

  // transformer_lib/widgets/js/maths/sight.js
  var prefixMask = (prefix, n) => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_2, j) => j <= i || j < prefix));
  var askable = (mask) => mask.slice(0, -1).map((row9, i) => !row9[i + 1]);
  var staying = (prefix, n) => prefix === n ? 0 : n;
  var partOf = (i, j, prefix) => i < prefix ? j < prefix ? "encoder" : "" : j < prefix ? "cross" : j <= i ? "decoder" : "";

  // transformer_lib/widgets/js/views/mask_chooser.js
  var MaskChooser = { render: render13 };
  var LETTERS = { encoder: "E", cross: "C", decoder: "D", "": "" };
  function render13({ model, el }) {
    const [words, influences] = ["words", "influences"].map((name) => model.get(name));
    const n = words.length;
    const state = binder(model, ["prefix", "output", "stacks"]);
    const { controls, body, say } = frame(el, {
      label: "Mask chooser: which words each output depends on, from the causal mask to the full one",
      attempt: "move the slider from 0 to the end. When does the first word learn of the last, and what is lost on the way?"
    });
    const prefix = slider("words read both ways", { min: 0, max: n, widest: 1 }, (value) => state.change({ prefix: value }), state.commit);
    const stacks = checkbox("two stacks", (on2) => (state.change({ stacks: on2 }), state.commit()));
    controls.append(prefix.node, stacks.node, button("Reset", state.reset));
    const rows = words.map((word, i) => h("button", { type: "button", class: "tf-sights-row", "aria-label": `output ${i}, ${word}` }));
    const show = radios(rows, 1, (output) => (state.change({ output }), state.commit()));
    const title = h("p", { class: "tf-title" });
    const [told, follows] = [h("p", { class: "tf-chooser-told" }), h("p", { class: "tf-chooser-follows" })];
    const heads = words.map((word) => h("span", { class: "tf-upright tf-key" }, word));
    body.append(
      title,
      h(
        "div",
        { class: "tf-sights tf-chooser", style: `--n:${n}` },
        h("div", { class: "tf-sights-row tf-sights-heads", "aria-hidden": "true" }, h("span", { class: "tf-muted" }, "output"), ...heads, h("span", { class: "tf-muted" }, "may be asked for the next")),
        h("div", { role: "radiogroup", "aria-label": "output" }, ...rows)
      ),
      h("p", { class: "tf-caption" }, h("span", { class: "tf-sample tf-seen" }), " moves this output, the stronger the more ", h("span", { class: "tf-sample tf-hidden" }), " cannot move it"),
      told,
      follows
    );
    function draw2() {
      const [p, output, two] = ["prefix", "output", "stacks"].map((name) => model.get(name));
      const mask = prefixMask(p, n);
      const ask = askable(mask);
      prefix.show(p, String(p));
      stacks.show(two);
      show(output);
      title.textContent = two && p > 0 && p < n ? `source of ${p}, target of ${n - p}: an encoder-decoder (E encoder, C cross-attention, D decoder)` : nameOf(p, n);
      heads.forEach((head, j) => set(head, { class: `tf-upright ${mask[output][j] ? "tf-key tf-chooser-known" : "tf-muted"}` }));
      rows.forEach((row9, i) => row9.replaceChildren(
        h("span", { class: "tf-output tf-chooser-word" }, words[i]),
        ...mask[i].map((may, j) => h(
          "span",
          { class: `tf-chooser-cell ${may ? "" : "tf-hidden"}` },
          may ? h("span", { class: "tf-chooser-shade", style: `opacity:${shade(influences[p][i][j])}` }) : "",
          two && may ? h("span", { class: "tf-chooser-part" }, LETTERS[partOf(i, j, p)]) : ""
        )),
        h("span", { class: i < n - 1 && ask[i] ? "tf-positive" : "tf-negative" }, i === n - 1 ? "" : ask[i] ? "yes" : "no, seen")
      ));
      const seen = words.filter((_, j) => mask[output][j]);
      told.textContent = `Output ${output}, ${words[output]}, depends on ${seen.length} of ${n} words: ${seen.join(" ")}.${output === n - 1 ? "" : ask[output] ? ` It has not seen the next word, ${words[output + 1]}.` : ` It has seen the next word, ${words[output + 1]}: to ask for it would be cheating.`}`;
      const asked = ask.filter(Boolean).length;
      follows.textContent = `${asked} of ${n - 1} next words can be asked for. When a word is added, ${staying(p, n)} of ${n} vectors stay: ${staying(p, n) ? "a cache can keep them." : "nothing can be kept."}`;
      say(`${title.textContent}. ${told.textContent} ${follows.textContent}`);
    }
    draw2();
    return state.watch(draw2);
  }
  var nameOf = (p, n) => p === 0 ? "0: the causal mask, a decoder" : p === n ? `${n}: the full mask, an encoder` : `${p}: a prefix mask, between decoder and encoder`;
  var shade = (x) => (0.18 + 0.82 * Math.sqrt(x)).toFixed(2);

  // transformer_lib/widgets/js/maths/masking.js
  var SIDES = 1e3;
  var MODES = { "80/10/10": [800, 900], "all [MASK]": [1e3, 1e3], "all kept": [0, 0] };
  var FATES = ["masked", "random", "kept"];
  function masked(words, fillers, [chosen, fate, filler], rate, mode) {
    const [mask, random] = MODES[mode];
    return words.map((word, i) => {
      if (chosen[i] >= 10 * rate) return { shown: word, fate: null };
      if (fate[i] < mask) return { shown: "[MASK]", fate: "masked" };
      return fate[i] < random ? { shown: fillers[filler[i]], fate: "random" } : { shown: word, fate: "kept" };
    });
  }
  function shares(rate, mode) {
    const [mask, random] = MODES[mode];
    return [mask, random - mask, SIDES - random].map((part) => rate * part / SIDES);
  }

  // transformer_lib/widgets/js/views/masking_explorer.js
  var MaskingExplorer = { render: render14 };
  var NAMES2 = Object.keys(MODES);
  var SAID = { masked: "hidden", random: "replaced", kept: "kept" };
  function render14({ model, el }) {
    const [words, fillers, throws] = ["words", "fillers", "throws"].map((name) => model.get(name));
    const state = binder(model, ["rate", "mode", "draw"]);
    const { controls, body, say } = frame(el, {
      label: "Masking explorer: which words of a sentence are chosen, what the model sees, and what the loss asks",
      attempt: "draw again until a word is kept or replaced. Without its frame, would you have suspected it?"
    });
    const change = (changes) => (state.change(changes), state.commit());
    const rate = slider("chosen, of 100 words", { min: 0, max: 60, step: 5, widest: 2.2 }, (x) => state.change({ rate: x }), state.commit);
    const modes = NAMES2.map((name) => button(name));
    const showMode = radios(modes, NAMES2.length, (i) => change({ mode: NAMES2[i] }));
    controls.append(
      h("span", { class: "tf-segments", role: "radiogroup", "aria-label": "what becomes of the chosen words" }, ...modes),
      rate.node,
      button("Draw again", () => change({ draw: (model.get("draw") + 1) % throws.length })),
      button("Reset", state.reset)
    );
    const tiles = words.map((word) => {
      const [seen, fate, asked] = [h("b", { class: "tf-mlm-seen" }), h("span", { class: "tf-mlm-fate" }), h("span", { class: "tf-mlm-asked" })];
      return { word, seen, fate, asked, node: h("li", { class: "tf-mlm-tile" }, seen, fate, asked) };
    });
    const rows = FATES.map((name) => ({ name, here: h("td", { class: "tf-num" }), average: h("td", { class: "tf-num" }) }));
    const verdict2 = h("p", { class: "tf-caption" });
    body.append(
      h("p", { class: "tf-title" }, "what the model sees, and below what it is asked"),
      h("ol", { class: "tf-mlm-line" }, ...tiles.map(({ node }) => node)),
      h(
        "table",
        { class: "tf-table tf-mlm-counts" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "chosen, and then"), h("th", { scope: "col", class: "tf-num" }, "here"), h("th", { scope: "col", class: "tf-num" }, "of 100 words"))),
        h("tbody", {}, ...rows.map(({ name, here, average }) => h("tr", {}, h("th", { scope: "row" }, SAID[name]), here, average)))
      ),
      verdict2
    );
    function draw2() {
      const [percent2, mode, at] = ["rate", "mode", "draw"].map((name) => model.get(name));
      const result = masked(words, fillers, throws[at], percent2, mode);
      const average = shares(percent2, mode);
      const count2 = (name) => result.filter(({ fate }) => fate === name).length;
      rate.show(percent2, String(percent2));
      showMode(NAMES2.indexOf(mode));
      tiles.forEach(({ word, node, seen, fate, asked: asked2 }, i) => {
        const now = result[i];
        node.className = `tf-mlm-tile${now.fate ? ` tf-mlm-${now.fate}` : ""}`;
        seen.textContent = now.shown;
        fate.textContent = now.fate ? SAID[now.fate] : " ";
        asked2.textContent = now.fate ? `${word}?` : " ";
      });
      rows.forEach(({ name, here, average: cell2 }, i) => {
        here.textContent = String(count2(name));
        cell2.textContent = number(average[i], 1);
      });
      const visible = result.filter(({ fate }) => fate === "kept" || fate === "random").length;
      const asked = result.filter(({ fate }) => fate).length;
      verdict2.textContent = mode === "all kept" ? "Every answer stands in the input: the model learns to copy." : mode === "all [MASK]" ? "No visible word is ever asked: their vectors need not know anything." : !asked ? "In this draw nothing is asked of the sentence." : !visible ? `${asked} of ${words.length} words enter the loss, and all of them are hidden.` : `${asked} of ${words.length} words enter the loss; at ${visible} of them the model sees a word, and cannot know whether it is the right one.`;
      say(`${percent2} of 100 words chosen, ${mode}, draw ${at + 1}: the model sees ${result.map(({ shown: shown2 }) => shown2).join(" ")}. Asked: ${words.filter((_, i) => result[i].fate).join(", ") || "nothing"}. ${verdict2.textContent}`);
    }
    draw2();
    return state.watch(draw2);
  }

  // transformer_lib/widgets/js/maths/tiny_encoder.js
  var linear2 = ({ weight, bias }, x) => weight.map((row9, i) => row9.reduce((sum2, w, j) => sum2 + w * x[j], bias[i]));
  var add2 = (a, b) => a.map((x, i) => x + b[i]);
  var mean = (xs) => xs.reduce((a, b) => a + b, 0) / xs.length;
  function layerNorm({ weight, bias }, x, eps = 1e-5) {
    const centre = mean(x);
    const size = Math.sqrt(mean(x.map((value) => (value - centre) ** 2)) + eps);
    return x.map((value, i) => (value - centre) / size * weight[i] + bias[i]);
  }
  var sinusoidal = (position, width) => Array.from({ length: width }, (_, i) => {
    const angle = position / 1e4 ** (2 * Math.floor(i / 2) / width);
    return i % 2 ? Math.cos(angle) : Math.sin(angle);
  });
  function classify(model, ids, keys, read) {
    const width = model.embedding[0].length;
    const x = ids.map((id, position) => add2(model.embedding[id].map((e) => e * Math.sqrt(width)), sinusoidal(position, width)));
    const [q, k, v] = ["q", "k", "v"].map((name) => x.map((row9) => linear2(model[name], row9)));
    const size = width / model.heads;
    const visible = ids.map((_, i) => i).filter((i) => keys[i]);
    const weights = ids.map(() => ids.map(() => 0));
    const mixed2 = ids.map((_, query) => {
      const out = [];
      for (let from = 0; from < width; from += size) {
        const part = (row9) => row9.slice(from, from + size);
        const head = attention2(part(q[query]), visible.map((i) => part(k[i])), visible.map((i) => part(v[i])));
        head.weights.forEach((w, i) => weights[query][visible[i]] += w / model.heads);
        out.push(...head.out);
      }
      return out;
    });
    const hidden = x.map((row9, i) => {
      const attended = layerNorm(model.norm1, add2(row9, linear2(model.o, mixed2[i])));
      const fed = linear2(model.down, linear2(model.up, attended).map((value) => Math.max(0, value)));
      return layerNorm(model.norm2, add2(attended, fed));
    });
    const chosen = hidden.filter((_, i) => read[i]);
    return { probabilities: softmax(linear2(model.classes, mix(chosen.map(() => 1 / chosen.length), chosen))), weights };
  }

  // transformer_lib/widgets/js/views/padding_explorer.js
  var PaddingExplorer = { render: render15 };
  var [MAX_WORDS, MAX_PADS, UNKNOWN2] = [8, 24, 3];
  function render15({ model, el }) {
    const [net, vocabulary, sentences, classes] = ["model", "vocabulary", "sentences", "classes"].map((name) => model.get(name));
    const state = binder(model, ["text", "pads", "attend", "read"]);
    const { controls, body, say } = frame(el, {
      label: "Padding explorer: a classifier's verdict as pads are added",
      attempt: "drag the pads with both masks on: nothing moves. Then take one mask away."
    });
    const change = (changes) => (state.change(changes), state.commit());
    const texts = sentences.map((text2) => button(text2));
    const showText = radios(texts, 1, (i) => change({ text: sentences[i] }));
    const field = h("input", {
      type: "text",
      class: "tf-field",
      spellcheck: "false",
      autocomplete: "off",
      onchange: () => state.commit(),
      oninput: () => split2(field.value).length && state.change({ text: split2(field.value).join(" ") })
    });
    const pads = slider("pads", { min: 0, max: MAX_PADS, widest: 2.2 }, (n) => state.change({ pads: n }), state.commit);
    const attend = checkbox("attention mask", (on2) => change({ attend: on2 }));
    const read = checkbox("read-out mask", (on2) => change({ read: on2 }));
    const unknown = h("p", { class: "tf-muted tf-unknown" });
    controls.append(
      h("div", { class: "tf-sentences", role: "radiogroup", "aria-label": "review" }, ...texts),
      h("label", { class: "tf-check tf-typed" }, h("span", {}, "or type one"), field),
      pads.node,
      attend.node,
      read.node,
      button("Reset", state.reset)
    );
    const rows = h("tbody");
    const table = h(
      "table",
      { class: "tf-table tf-onpads" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "word"), h("th", { scope: "col" }, "its attention: ", h("span", { class: "tf-sample tf-seen" }), " words ", h("span", { class: "tf-sample tf-hidden" }), " pads"), h("th", { scope: "col", class: "tf-num" }, "on pads"))),
      rows
    );
    const curve = makeCurve(classes[1]);
    body.append(h("div", { class: "tf-columns tf-curve-first" }, curve.node, h("div", {}, table, unknown)));
    const roomFor = Math.max(5, ...sentences.map((text2) => split2(text2).length));
    function draw2() {
      const [text2, n, masked2, readMasked] = ["text", "pads", "attend", "read"].map((name) => model.get(name));
      const words = split2(text2);
      const ids = words.map((word) => vocabulary.includes(word) ? vocabulary.indexOf(word) : UNKNOWN2);
      const run = (count2, a, r) => {
        const real = wordsOf(ids.length, ids.length + count2);
        const all = real.map(() => true);
        return classify(net, [...ids, ...Array(count2).fill(0)], a ? real : all, r ? real : all);
      };
      const { probabilities, weights } = run(n, masked2, readMasked);
      showText(sentences.indexOf(text2));
      if (split2(field.value).join(" ") !== text2) field.value = text2;
      pads.show(n, String(n));
      attend.show(masked2);
      read.show(readMasked);
      rows.replaceChildren(...Array.from({ length: Math.max(roomFor, words.length) }, (_, i) => {
        if (i >= words.length) return h("tr", { "aria-hidden": "true" }, h("td", {}, " "), h("td"), h("td"));
        const onPads = weights[i].slice(words.length).reduce((a, b) => a + b, 0);
        return h(
          "tr",
          {},
          h("th", { scope: "row", class: "tf-query" }, words[i]),
          h("td", { class: "tf-onpad" }, h("span", { class: "tf-seen", style: `width:${100 * (1 - onPads)}%` }), h("span", { class: "tf-hidden", style: `width:${100 * onPads}%` })),
          h("td", { class: "tf-num" }, number(onPads, 2))
        );
      }));
      const strange = words.filter((_, i) => ids[i] === UNKNOWN2);
      unknown.textContent = strange.length ? `The model never saw: ${strange.join(", ")}` : " ";
      const counts = Array.from({ length: MAX_PADS + 1 }, (_, i) => i);
      const along = masked2 && readMasked ? counts.map(() => probabilities[1]) : counts.map((count2) => run(count2, masked2, readMasked).probabilities[1]);
      curve.show(along, run(0, true, true).probabilities[1], n);
      const off = [masked2 ? "" : "no attention mask", readMasked ? "" : "no read-out mask"].filter(Boolean).join(", ") || "both masks";
      say(`${text2} with ${n} pads, ${off}: probability of ${classes[1]} ${number(probabilities[1], 2)}.`);
    }
    draw2();
    return state.watch(draw2);
  }
  var split2 = (text2) => text2.toLowerCase().split(/\s+/).filter(Boolean).slice(0, MAX_WORDS);
  function makeCurve(name) {
    const [W7, H7, L6, R6, T6, B6] = [294, 226, 34, 14, 16, 44];
    const x = (n) => L6 + n / MAX_PADS * (W7 - L6 - R6);
    const y = (p) => H7 - B6 - p * (H7 - T6 - B6);
    const [line, right] = [s("path", { class: "tf-curve tf-now" }), s("path", { class: "tf-curve" })];
    const dot3 = s("circle", { class: "tf-dot", r: 7 });
    const value = s("text", { class: "tf-name tf-ink", "text-anchor": "middle" });
    const axes = [0, 0.5, 1].flatMap((p) => [
      s("path", { class: p ? "tf-grid" : "tf-axis", d: `M${L6} ${y(p)}H${W7 - R6}` }),
      s("text", { class: "tf-small", x: L6 - 9, y: y(p) + 5, "text-anchor": "end" }, String(p))
    ]);
    const ticks2 = [0, 8, 16, 24].map((n) => s("text", { class: "tf-small", x: x(n), y: H7 - B6 + 18, "text-anchor": "middle" }, String(n)));
    const svg = s(
      "svg",
      { viewBox: `0 0 ${W7} ${H7}`, role: "img" },
      ...axes,
      ...ticks2,
      s("text", { class: "tf-small", x: x(12), y: H7 - 6, "text-anchor": "middle" }, "pads (dashed: with both masks)"),
      right,
      line,
      dot3,
      value
    );
    return {
      node: h("div", { class: "tf-curvebox" }, h("p", { class: "tf-title" }, `P(${name})`), svg),
      show(along, wanted, n) {
        set(line, { d: `M${along.map((p, i) => `${x(i).toFixed(1)} ${y(p).toFixed(1)}`).join("L")}` });
        set(right, { d: `M${x(0)} ${y(wanted).toFixed(1)}H${x(MAX_PADS)}` });
        set(dot3, { cx: x(n), cy: y(along[n]) });
        set(value, { x: Math.min(W7 - R6 - 16, Math.max(L6 + 18, x(n))), y: y(along[n]) + (along[n] > 0.5 ? 26 : -14) });
        value.textContent = number(along[n], 2);
        svg.setAttribute("aria-label", `Probability of ${name} with ${n} pads: ${number(along[n], 2)}; with both masks ${number(wanted, 2)}`);
      }
    };
  }

  // transformer_lib/widgets/js/maths/paths.js
  function network({ kind, n, window, layers }) {
    const columns = kind === "window" ? layers + 1 : 2;
    const half = (window - 1) / 2;
    const parents = Array.from({ length: n }, () => []);
    for (let column = 1; column < columns; column++) {
      for (let i = 0; i < n; i++) {
        const below2 = (j) => (column - 1) * n + j;
        if (kind === "recurrence") parents.push(i ? [below2(i), n + i - 1] : [below2(i)]);
        else {
          const first = kind === "window" ? Math.max(0, i - half) : 0;
          const last = kind === "window" ? Math.min(n - 1, i + half) : n - 1;
          parents.push(Array.from({ length: last - first + 1 }, (_, k) => below2(first + k)));
        }
      }
    }
    return { n, columns, parents };
  }
  function waves({ parents }) {
    const wave = [];
    for (const from of parents) wave.push(from.length ? 1 + Math.max(...from.map((v) => wave[v])) : 0);
    return wave;
  }
  function shortestPath({ n, columns, parents }, start, end) {
    const next = /* @__PURE__ */ new Map([[(columns - 1) * n + end, null]]);
    for (const v of next.keys()) {
      if (v === start) {
        const path = [];
        for (let at = v; at !== null; at = next.get(at)) path.push(at);
        return path;
      }
      for (const parent of parents[v]) if (!next.has(parent)) next.set(parent, v);
    }
    return null;
  }
  function ancestors(parents, v) {
    const found = /* @__PURE__ */ new Set([v]);
    for (const at of found) for (const parent of parents[at]) found.add(parent);
    return found;
  }

  // transformer_lib/widgets/js/views/path_explorer.js
  var PathExplorer = { render: render16 };
  var ROW3 = 28;
  var KINDS2 = ["recurrence", "window", "attention"];
  var FIELDS = ["sentence", "kind", "window", "layers", "start", "end", "step"];
  var plural = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
  function render16({ model, el }) {
    const sentences = model.get("sentences");
    const state = binder(model, FIELDS);
    const choose = (changes) => (state.change(changes), state.commit());
    const { controls, body, say } = frame(el, {
      label: "Path explorer: how far one word is from another in three networks, and which steps wait for which",
      attempt: "read the sentence step by step. Then take a longer sentence, and another network."
    });
    const kinds = KINDS2.map((kind) => h("button", { type: "button", class: "tf-button" }, kind));
    const showKind = radios(kinds, KINDS2.length, (i) => choose({ kind: KINDS2[i], step: 0 }));
    const lengths = sentences.map((words2) => h("button", { type: "button", class: "tf-button" }, plural(words2.length, "word")));
    const showSentence = radios(lengths, lengths.length, (i) => {
      const n = sentences[i].length;
      choose({ sentence: i, start: Math.min(1, n - 1), end: n - 2, step: 0 });
    });
    const width = slider("window", { min: 3, max: 9, step: 2, widest: 7 }, (window) => state.change({ window, step: 0 }), state.commit);
    const depth = slider("layers", { min: 1, max: 8, widest: 2 }, (layers) => state.change({ layers, step: 0 }), state.commit);
    const steps = slider("steps taken", { min: 0, max: 1, widest: 8 }, (step) => state.change({ step }), state.commit);
    const next = button("Next step", () => {
      const last = Math.max(...waves(now().net));
      choose({ step: Math.min(model.get("step"), last) >= last ? 0 : model.get("step") + 1 });
    });
    const windows = h("div", { class: "tf-group" }, width.node, depth.node);
    const walk2 = h("div", { class: "tf-group" }, next, steps.node, button("Reset", state.reset));
    controls.append(
      h("div", { class: "tf-group", role: "radiogroup", "aria-label": "network" }, ...kinds),
      h("div", { class: "tf-group", role: "radiogroup", "aria-label": "sentence" }, ...lengths),
      walk2
    );
    const holder = h("div", { class: "tf-paths" });
    const facts = ["path", "waiting", "now"].map((name) => fact({ path: "path", waiting: "have to wait for one another", now: "at this step" }[name]));
    body.append(holder, h("dl", { class: "tf-facts" }, ...facts.map((f) => f.node)));
    let words;
    let lists;
    function list(name, label, n) {
      const items = words.map((word) => h("button", { type: "button", class: "tf-token" }, word));
      const show = radios(items, 1, (i) => choose({ [name]: i }));
      return { node: h("div", { class: `tf-ends tf-${name}`, role: "radiogroup", "aria-label": label }, ...items), show, n };
    }
    function now() {
      const n = sentences[model.get("sentence")].length;
      const setting = { kind: model.get("kind"), n, window: model.get("window"), layers: model.get("layers") };
      return { ...setting, net: network(setting) };
    }
    function draw2() {
      const { kind, net, window, layers, n } = now();
      const start = Math.min(model.get("start"), n - 1);
      const end = Math.min(model.get("end"), n - 1);
      const wave = waves(net);
      const last = Math.max(...wave);
      const step = Math.min(model.get("step"), last);
      const path = shortestPath(net, start, end);
      if (words !== sentences[model.get("sentence")]) {
        words = sentences[model.get("sentence")];
        lists = { start: list("start", "from this word", n), svg: s("svg", { role: "img", height: ROW3 * n }), end: list("end", "to what is computed here", n) };
        holder.replaceChildren(h("p", { class: "tf-side" }, "from"), h("p", { class: "tf-side" }), h("p", { class: "tf-side" }, "to"), lists.start.node, lists.svg, lists.end.node);
      }
      showKind(KINDS2.indexOf(kind));
      showSentence(model.get("sentence"));
      if (kind !== "window") windows.remove();
      else if (!windows.isConnected) controls.insertBefore(windows, walk2);
      width.show(window, plural(window, "word"));
      depth.show(layers, String(layers));
      set(steps.node.querySelector("input"), { max: last });
      steps.show(step, `${step} of ${last}`);
      next.textContent = step === last ? "Start again" : "Next step";
      lists.start.show(start);
      lists.end.show(end);
      set(lists.svg, { "aria-label": describe({ kind, n, path, last }) });
      lists.svg.replaceChildren(...drawing(net, wave, step, path, end));
      const fresh = wave.filter((w) => w === step && step > 0).length;
      const computed = wave.filter((w) => w > 0).length;
      const where = `from ${words[start]} to ${words[end]}`;
      facts[0].show(path ? plural(path.length - 1, "step") : "none", path ? where : `${where}: ${why(kind, start, end)}`);
      facts[1].show(plural(last, "step"), `for ${plural(computed, "vector")}`);
      facts[2].show(plural(fresh, "vector"), step ? "computed, all at once" : "nothing is computed yet");
      say(`${describe({ kind, n, path, last })} Path ${where}: ${path ? plural(path.length - 1, "step") : why(kind, start, end)}. ${step} of ${last} steps taken; ${plural(fresh, "vector")} computed at this one.`);
    }
    draw2();
    return state.watch(draw2);
  }
  var describe = ({ kind, n, last }) => `${kind} over ${n} words: ${plural(last, "step")} one after the other.`;
  var why = (kind, start, end) => kind === "recurrence" ? "it reads from left to right" : `${Math.abs(end - start)} words apart, too far for these windows`;
  function fact(name) {
    const [value, words] = [h("b"), h("span")];
    return {
      node: h("div", {}, h("dt", {}, name), h("dd", {}, value, " ", words)),
      show: (text2, more) => (value.textContent = text2, words.textContent = more)
    };
  }
  function drawing({ n, columns, parents }, wave, step, path, end) {
    const x = (v) => `${8 + 84 * Math.floor(v / n) / (columns - 1)}%`;
    const y = (v) => ROW3 * (v % n + 0.5);
    const lit = new Set(path ?? ancestors(parents, parents.length - n + end));
    const shade2 = Math.max(0.2, Math.min(1, 30 / Math.max(...parents.map((row9) => row9.length)) / n));
    const line = (from, v) => s("line", { x1: x(from), y1: y(from), x2: x(v), y2: y(v), ...look(from, v) });
    const look = (from, v) => {
      if (path ? path.indexOf(v) === path.indexOf(from) + 1 && path.includes(from) : lit.has(v)) return { class: `tf-edge ${path ? "tf-lit" : "tf-cone"}` };
      return { class: `tf-edge ${wave[v] === step && step ? "tf-now" : wave[v] < step ? "tf-done" : ""}`, opacity: shade2 };
    };
    const edges = parents.flatMap((row9, v) => row9.map((from) => line(from, v)));
    edges.sort((a, b) => /lit|cone/.test(a.getAttribute("class")) - /lit|cone/.test(b.getAttribute("class")));
    const vectors = parents.map((row9, v) => {
      const kind = !row9.length ? "tf-word" : wave[v] === step ? "tf-now" : wave[v] < step ? "tf-done" : "tf-waiting";
      const shown2 = { class: `tf-vector ${kind}${lit.has(v) ? " tf-lit" : ""}` };
      if (!row9.length) return s("rect", { x: x(v), y: y(v) - 5, width: 10, height: 10, style: "transform: translateX(-5px)", ...shown2 });
      return s("circle", { cx: x(v), cy: y(v), r: 7, ...shown2 });
    });
    return [...edges, ...vectors];
  }

  // transformer_lib/widgets/js/maths/patterns.js
  function patternMask(pattern, { length: length2, window, chosen = [] }) {
    const near = (i, j) => Math.abs(i - j) <= window;
    const global = (i, j) => near(i, j) || i === 0 || j === 0;
    const sees = {
      full: () => true,
      causal: (i, j) => j <= i,
      window: near,
      dilated: (i, j) => Math.abs(i - j) <= 2 * window && (i - j) % 2 === 0,
      Longformer: global,
      BigBird: (i, j) => global(i, j) || chosen[i].includes(j)
    }[pattern];
    return Array.from({ length: length2 }, (_, i) => Array.from({ length: length2 }, (_2, j) => sees(i, j)));
  }
  var further = (mask, seen) => mask.map((row9, i) => seen[i].map((own, j) => own || row9.some((sees, m) => sees && seen[m][j])));
  var count = (mask) => mask.reduce((sum2, row9) => sum2 + row9.filter(Boolean).length, 0);
  function firstHeard(mask) {
    let seen = mask.map((row9, i) => row9.map((sees, j) => sees || i === j));
    const heard = seen.map((row9) => row9.map(Number));
    for (let layer = 2; ; layer++) {
      const next = further(mask, seen);
      if (count(next) === count(seen)) return heard;
      next.forEach((row9, i) => row9.forEach((now, j) => now && !seen[i][j] && (heard[i][j] = layer)));
      seen = next;
    }
  }
  function layersUntilAll(heard) {
    const all = heard.flat();
    return all.includes(0) ? null : Math.max(...all);
  }

  // transformer_lib/widgets/js/views/pattern_explorer.js
  var PatternExplorer = { render: render17 };
  var PATTERNS = ["full", "causal", "window", "dilated", "Longformer", "BigBird"];
  function render17({ model, el }) {
    const chosen = model.get("chosen");
    const n = chosen.length;
    const state = binder(model, ["pattern", "window", "layers"]);
    const { controls, body, say } = frame(el, {
      label: "Pattern explorer: who sees whom, and who has heard from whom after several layers",
      attempt: "add layers to the window until the square is full. Then take one global word (Longformer). Then try dilated."
    });
    const buttons = PATTERNS.map((name) => button(name));
    const show = radios(buttons, PATTERNS.length, (i) => (state.change({ pattern: PATTERNS[i] }), state.commit()));
    const window_ = slider("words to each side", { min: 1, max: 8, widest: 1 }, (window) => state.change({ window }), state.commit);
    const layers = slider("layers", { min: 1, max: 16, widest: 2 }, (layers2) => state.change({ layers: layers2 }), state.commit);
    controls.append(h("span", { class: "tf-segments tf-patterns", role: "radiogroup", "aria-label": "pattern" }, ...buttons), window_.node, layers.node, button("Reset", state.reset));
    const heardPath = s("path", { class: "tf-pattern-heard" });
    const seenPath = s("path", { class: "tf-pattern-seen" });
    const picture = s(
      "svg",
      { viewBox: `-1 -1 ${n + 2} ${n + 2}`, class: "tf-pattern", role: "img" },
      s("rect", { x: 0, y: 0, width: n, height: n, class: "tf-pattern-box" }),
      heardPath,
      seenPath
    );
    const note = h("p", { class: "tf-caption" });
    const key = (name, text2) => h("span", {}, h("span", { class: `tf-pattern-key ${name}` }), ` ${text2}`);
    body.append(
      h("p", { class: "tf-title" }, `${n} words: a row for each query, a column for each key`),
      h("p", { class: "tf-pattern-keys" }, key("tf-one", "seen in one layer"), key("tf-more", "heard of by now")),
      picture,
      note
    );
    function draw2() {
      const [pattern, window, deep] = ["pattern", "window", "layers"].map((name) => model.get(name));
      const mask = patternMask(pattern, { length: n, window, chosen });
      const heard = firstHeard(mask);
      const until = layersUntilAll(heard);
      show(PATTERNS.indexOf(pattern));
      window_.show(window, String(window));
      layers.show(deep, String(deep));
      set(seenPath, { d: squares(mask) });
      set(heardPath, { d: squares(heard.map((row9, i) => row9.map((layer, j) => layer > 0 && layer <= deep && !mask[i][j]))) });
      const scores = count(mask);
      const reached = count(heard.map((row9) => row9.map((layer) => layer > 0 && layer <= deep)));
      const all = (n ** 2).toLocaleString("en-US");
      const share = Math.round(100 * scores / n ** 2);
      const end = until === null ? "They never all hear from all." : `All have heard from all after ${until} layer${until === 1 ? "" : "s"}.`;
      note.textContent = `${scores.toLocaleString("en-US")} of ${all} scores (${share} %). After ${deep} layer${deep === 1 ? "" : "s"}: ${Math.round(100 * reached / n ** 2)} % of pairs. ${end}`;
      set(picture, { "aria-label": note.textContent });
      say(`${pattern}: ${note.textContent}`);
    }
    draw2();
    return state.watch(draw2);
  }
  var squares = (mask) => mask.flatMap((row9, i) => row9.map((on2, j) => on2 ? `M${j + 0.08} ${i + 0.08}h.84v.84h-.84z` : "")).join("");

  // transformer_lib/widgets/js/maths/perplexity.js
  var bitsOf = (p) => p > 0 ? -Math.log2(p) + 0 : Infinity;
  var distribution = (p, shares2) => [p, ...shares2.map((share) => (1 - p) * share)];
  function scoreSentence(p, shares2) {
    const bits = p.map(bitsOf);
    const meanBits = bits.reduce((a, b) => a + b, 0) / p.length;
    const first = p.map((x, i) => distribution(x, shares2[i]).every((rival) => rival <= x));
    return {
      likelihood: p.reduce((a, b) => a * b, 1),
      logLikelihood: -meanBits * p.length * Math.LN2,
      bits,
      meanBits,
      meanNats: meanBits * Math.LN2,
      perplexity: 2 ** meanBits,
      first,
      correct: first.filter(Boolean).length
    };
  }
  var WAYS = ["tokens", "sentences", "perplexities", "pads"];
  function pool(sentences, way, padNats) {
    const longest = Math.max(...sentences.map(({ tokens }) => tokens));
    const parts2 = sentences.flatMap(({ tokens, nats }, sentence) => [
      { sentence, tokens, pad: false, nats },
      ...way === "pads" && tokens < longest ? [{ sentence, tokens: longest - tokens, pad: true, nats: padNats }] : []
    ]);
    const perSentence = way === "sentences" || way === "perplexities";
    const total = perSentence ? sentences.length : parts2.reduce((sum2, { tokens }) => sum2 + tokens, 0);
    const weighed = parts2.map(({ nats, ...part }) => ({
      ...part,
      weight: (perSentence ? 1 : part.tokens) / total,
      height: way === "perplexities" ? Math.exp(nats) : nats
    }));
    const level = weighed.reduce((sum2, { weight, height }) => sum2 + weight * height, 0);
    return { parts: weighed, level, perplexity: way === "perplexities" ? level : Math.exp(level) };
  }

  // transformer_lib/widgets/js/views/perplexity_ladder.js
  var PerplexityLadder = { render: render18 };
  var STEPS = 200;
  var LETTERS2 = 30;
  var shown = (x, digits = 2) => Number.isFinite(x) ? number(x, digits) : x > 0 ? "∞" : "−∞";
  function tiny(x) {
    if (x === 0) return "0";
    if (x >= 1e-3) return number(x, 4);
    const power2 = Math.floor(Math.log10(x));
    return [number(x / 10 ** power2, 1), " × 10", h("sup", {}, number(power2, 0))];
  }
  function render18({ model, el }) {
    const [words, rivals, presets] = ["words", "rivals", "presets"].map((name) => model.get(name));
    const shares2 = rivals.map((others) => others.map(([, share]) => share));
    const state = binder(model, ["p"]);
    const { controls, body, say } = frame(el, {
      label: "Perplexity ladder: how likely a model finds each word of a sentence, and what that makes",
      attempt: "make perplexity exactly 2. Then push one word to 0. Then compare the careful model with the bold one."
    });
    controls.append(
      h(
        "div",
        { class: "tf-group", role: "group", "aria-label": "models" },
        "model",
        ...Object.entries(presets).map(([name, p]) => button(name, () => (state.change({ p }), state.commit())))
      ),
      button("Reset", state.reset)
    );
    const rows = words.map((word, i) => row3(word, i, rivals[i].map(([other]) => other), {
      drag: (x) => state.change({ p: model.get("p").map((old, j) => i === j ? x : old) }),
      commit: state.commit
    }));
    const head = (text2, more = "") => h("th", { scope: "col", class: `tf-num${more}` }, text2);
    const table = h(
      "table",
      { class: "tf-table tf-ladder" },
      h("thead", {}, h(
        "tr",
        {},
        h("th", { scope: "col" }, "word"),
        h("th", { scope: "col", class: "tf-drag" }, "drag its share"),
        head("p"),
        head("bits"),
        head("1st?")
      )),
      h("tbody", {}, ...rows.map((r) => r.node))
    );
    const steps = makeSteps(words);
    const die = makeDie();
    const facts = Object.fromEntries(["probability of the sentence", "log-likelihood", "cross-entropy", "perplexity", "accuracy"].map((name) => [name, fact2(name)]));
    body.append(table, h("div", { class: "tf-pair" }, steps.node, die.node), h("dl", { class: "tf-facts tf-lines-of-two" }, ...Object.values(facts).map((f) => f.node)));
    function draw2() {
      const p = model.get("p");
      const score2 = scoreSentence(p, shares2);
      rows.forEach((r, i) => r.show(distribution(p[i], shares2[i]), score2.bits[i], score2.first[i]));
      steps.show(score2);
      die.show(score2.perplexity);
      facts["probability of the sentence"].show(tiny(score2.likelihood), "all p multiplied");
      facts["log-likelihood"].show(shown(score2.logLikelihood), "nats: all log p added");
      facts["cross-entropy"].show(`${shown(score2.meanBits)} bits`, `= ${shown(score2.meanNats)} nats a word`);
      facts.perplexity.show(shown(score2.perplexity), "faces of the fair die");
      facts.accuracy.show(`${score2.correct} of ${words.length}`, "were the first choice");
      say(`Probabilities ${words.map((word, i) => `${word} ${number(p[i], 3)}`).join(", ")}. Cross-entropy ${shown(score2.meanBits)} bits, perplexity ${shown(score2.perplexity)}, accuracy ${score2.correct} of ${words.length}.`);
    }
    draw2();
    return state.watch(draw2);
  }
  function row3(word, i, others, { drag, commit }) {
    const names = ["", ...others];
    const parts2 = names.map((_, k) => h("span", { class: k ? "tf-share" : "tf-share tf-true" }));
    const input = h("input", {
      type: "range",
      min: 0,
      max: STEPS,
      step: 1,
      "aria-label": `probability of word ${i + 1}, ${word}`,
      oninput: () => drag(Number(input.value) / STEPS),
      onchange: commit
    });
    const [p, bits, first] = ["", "", ""].map(() => h("td", { class: "tf-num" }));
    const node = h("tr", {}, h("th", { scope: "row" }, word), h("td", { class: "tf-drag" }, h("div", { class: "tf-mass" }, h("div", { class: "tf-shares", "aria-hidden": "true" }, ...parts2), input)), p, bits, first);
    return {
      node,
      show(mass, cost, right) {
        mass.forEach((x, k) => {
          parts2[k].style.width = `${100 * x}%`;
          parts2[k].textContent = x * LETTERS2 > names[k].length ? names[k] : "";
        });
        input.value = Math.round(mass[0] * STEPS);
        input.setAttribute("aria-valuetext", `${number(100 * mass[0], 1)} per cent`);
        p.textContent = number(mass[0], 3);
        bits.textContent = shown(cost);
        first.replaceChildren(h("span", { class: right ? "tf-first" : "tf-second", role: "img", "aria-label": right ? "yes" : "no" }, right ? "✓" : "✗"));
      }
    };
  }
  function fact2(name) {
    const [value, meaning] = [h("b"), h("span")];
    const show = (text2, words) => (value.replaceChildren(...[text2].flat()), meaning.textContent = words);
    return { node: h("div", {}, h("dt", {}, name), h("dd", {}, value, " ", meaning)), show };
  }
  function makeSteps(words) {
    const [W7, H7, L6, R6, T6, B6, TOP] = [340, 210, 30, 8, 26, 30, 8];
    const wide = (W7 - L6 - R6) / words.length;
    const y = (bits) => H7 - B6 - Math.min(bits, TOP) / TOP * (H7 - T6 - B6);
    const axes = [0, 2, 4, 6, 8].flatMap((bits) => [
      s("path", { class: bits ? "tf-rule" : "tf-axis", d: `M${L6} ${y(bits)}H${W7 - R6}` }),
      s("text", { class: "tf-small", x: L6 - 7, y: y(bits) + 5, "text-anchor": "end" }, String(bits))
    ]);
    const columns = words.map((_, i) => s("rect", { class: "tf-column", x: L6 + wide * (i + 0.16), width: wide * 0.68 }));
    const names = words.map((word, i) => s("text", { class: "tf-small", x: L6 + wide * (i + 0.5), y: H7 - B6 + 20, "text-anchor": "middle" }, word));
    const over = words.map((_, i) => s("text", { class: "tf-small tf-now", x: L6 + wide * (i + 0.5), y: T6 - 8, "text-anchor": "middle" }));
    const line = s("path", { class: "tf-level" });
    const svg = s("svg", { viewBox: `0 0 ${W7} ${H7}`, role: "img" }, ...axes, ...columns, ...names, ...over, line);
    const title = h("p", { class: "tf-title" });
    return {
      node: h("div", { class: "tf-chart" }, title, svg),
      show({ bits, meanBits }) {
        bits.forEach((cost, i) => {
          set(columns[i], { y: y(cost), height: H7 - B6 - y(cost) });
          over[i].textContent = cost > TOP ? Number.isFinite(cost) ? `↑ ${number(cost, 1)}` : "↑ ∞" : "";
        });
        set(line, { d: Number.isFinite(meanBits) ? `M${L6} ${y(meanBits)}H${W7 - R6}` : "" });
        title.textContent = `bits of each word, mean ${shown(meanBits)}`;
        svg.setAttribute("aria-label", `Columns of ${bits.map((cost) => shown(cost, 1)).join(", ")} bits and a line at ${shown(meanBits)}`);
      }
    };
  }
  function makeDie() {
    const [W7, H7, MOST2, ACROSS, SIZE2] = [340, 170, 32, 8, 40];
    const faces = s("g");
    const svg = s("svg", { viewBox: `0 0 ${W7} ${H7}`, role: "img" }, faces);
    const title = h("p", { class: "tf-title" });
    return {
      node: h("div", { class: "tf-chart" }, title, svg),
      show(perplexity) {
        const n = Math.min(perplexity, MOST2);
        const left = (W7 - ACROSS * (SIZE2 + 2)) / 2;
        faces.replaceChildren(...Array.from({ length: Math.ceil(n - 1e-6) }, (_, i) => {
          const [x, top] = [left + i % ACROSS * (SIZE2 + 2), Math.floor(i / ACROSS) * (SIZE2 + 2) + 1];
          return s("rect", { class: "tf-face", x, y: top, rx: 6, height: SIZE2 - 4, width: Math.max(2, (SIZE2 - 4) * Math.min(1, n - i)) });
        }));
        title.textContent = `a fair die of ${shown(perplexity)} faces${perplexity > MOST2 ? `, ${MOST2} drawn` : ""}`;
        svg.setAttribute("aria-label", `${shown(perplexity, 1)} equal faces`);
      }
    };
  }

  // transformer_lib/widgets/js/views/pooling_explorer.js
  var PoolingExplorer = { render: render19 };
  var [LONGEST, HIGHEST] = [60, 6];
  var NAMES3 = {
    tokens: "each token counts once",
    sentences: "mean of the sentences’ means",
    perplexities: "mean of the perplexities",
    pads: "padding counted, too"
  };
  var READS = {
    tokens: "A sentence is as wide as it is long. This is perplexity.",
    sentences: "Each sentence is equally wide, however short it is.",
    perplexities: "Equally wide, and exp comes before the mean: the tallest decides.",
    pads: "Padding is wide and flat. It pulls the level down for nothing."
  };
  function render19({ model, el }) {
    const state = binder(model, ["sentences", "pad_nats", "way"]);
    const { controls, body, say } = frame(el, {
      label: "Pooling explorer: one perplexity for several sentences, averaged in four ways",
      attempt: "go through the four ways. Then make the two sentences equally long: which of the ways agree?"
    });
    const sentences = model.get("sentences");
    const change = (i, what) => (value) => state.change({ sentences: model.get("sentences").map((old, j) => i === j ? { ...old, [what]: value } : old) });
    const sliders = sentences.map(({ name }, i) => ({
      tokens: slider(`${name}: tokens`, { min: 1, max: LONGEST, widest: 3 }, change(i, "tokens"), state.commit),
      nats: slider(`${name}: nats each`, { min: 0, max: HIGHEST, step: 0.1, widest: 3 }, change(i, "nats"), state.commit)
    }));
    controls.append(...sliders.flatMap(({ tokens, nats }) => [tokens.node, nats.node]), button("Reset", state.reset));
    const values = WAYS.map(() => h("b", { class: "tf-num" }));
    const choices = WAYS.map((way, i) => h("button", { type: "button", class: "tf-button tf-way" }, h("span", {}, NAMES3[way]), values[i]));
    const choose = radios(choices, 1, (i) => (state.change({ way: WAYS[i] }), state.commit()));
    const sky = makeSkyline();
    const reading = h("p", { class: "tf-caption" });
    body.append(h(
      "div",
      { class: "tf-pair" },
      h("div", {}, sky.node, reading),
      h("div", { class: "tf-ways", role: "radiogroup", "aria-label": "way to average" }, h("p", { class: "tf-title" }, "averaged how: perplexity"), ...choices)
    ));
    function draw2() {
      const [now, way, padNats] = ["sentences", "way", "pad_nats"].map((name) => model.get(name));
      const each = WAYS.map((w) => pool(now, w, padNats));
      now.forEach(({ tokens, nats }, i) => {
        sliders[i].tokens.show(tokens, String(tokens));
        sliders[i].nats.show(nats, number(nats, 1));
      });
      each.forEach(({ perplexity }, i) => values[i].textContent = number(perplexity, 2));
      choose(WAYS.indexOf(way));
      sky.show(each[WAYS.indexOf(way)], way, now);
      const padded = now.some(({ tokens }) => tokens !== now[0].tokens);
      reading.textContent = way === "pads" && !padded ? "Equally long sentences need no padding." : READS[way];
      say(`${NAMES3[way]}: perplexity ${number(each[WAYS.indexOf(way)].perplexity, 2)}. ${now.map(({ name, tokens, nats }) => `${name}: ${tokens} tokens of ${number(nats, 1)} nats`).join(", ")}.`);
    }
    draw2();
    return state.watch(draw2);
  }
  function makeSkyline() {
    const [W7, H7, L6, R6, T6, B6] = [340, 230, 40, 6, 28, 30];
    const drawing2 = s("g");
    const svg = s("svg", { viewBox: `0 0 ${W7} ${H7}`, role: "img" }, drawing2);
    const title = h("p", { class: "tf-title" });
    return {
      node: h("div", { class: "tf-chart" }, title, svg),
      show({ parts: parts2, level, perplexity }, way, sentences) {
        const exp = way === "perplexities";
        const top = exp ? Math.exp(Math.max(...sentences.map(({ nats }) => nats))) : HIGHEST;
        const y = (value) => H7 - B6 - value / top * (H7 - T6 - B6);
        let x = L6;
        const towers = parts2.flatMap(({ sentence, pad, weight, height, tokens }) => {
          const width = weight * (W7 - L6 - R6);
          const at = x;
          x += width;
          const each = exp || way === "sentences" ? 1 : tokens;
          const name = pad ? "pads" : sentences[sentence].name;
          return [
            s("rect", { class: `tf-tower tf-tower-${pad ? "pad" : sentence % 2}`, x: at, y: y(height), width, height: Math.max(1, H7 - B6 - y(height)) }),
            ...Array.from({ length: each - 1 }, (_, i) => s("path", { class: "tf-slit", d: `M${at + (i + 1) * width / each} ${y(height)}V${H7 - B6}` })),
            s("text", { class: "tf-small", x: Math.min(at + width / 2, W7 - R6 - 4 * name.length), y: H7 - B6 + 19, "text-anchor": "middle" }, width > 7 * name.length || !pad ? name : "")
          ];
        });
        const ticks2 = (exp ? [0, top / 2, top] : [0, 2, 4, 6]).flatMap((value) => [
          s("path", { class: value ? "tf-rule" : "tf-axis", d: `M${L6} ${y(value)}H${W7 - R6}` }),
          s("text", { class: "tf-small", x: L6 - 7, y: y(value) + 5, "text-anchor": "end" }, number(value, exp && value && value < 20 ? 1 : 0))
        ]);
        drawing2.replaceChildren(...ticks2, ...towers, s("path", { class: "tf-level", d: `M${L6} ${y(level)}H${W7 - R6}` }));
        title.textContent = exp ? `height: perplexity; their mean ${number(level, 2)}` : `height: nats; mean ${number(level, 3)}, its exp ${number(perplexity, 2)}`;
        set(svg, { "aria-label": `Skyline with its level at ${number(level, exp ? 2 : 3)}: perplexity ${number(perplexity, 2)}` });
      }
    };
  }

  // transformer_lib/widgets/js/maths/position.js
  var waveAngles = (position, width) => Array.from({ length: width / 2 }, (_, i) => position / 1e4 ** (2 * i / width));
  var sinusoidal2 = (position, width) => waveAngles(position, width).flatMap((angle) => [Math.sin(angle), Math.cos(angle)]);
  function rotate2(x, position) {
    const angles = waveAngles(position, x.length);
    const [a, b] = [x.slice(0, angles.length), x.slice(angles.length)];
    const turn2 = (sign, one, other) => angles.map((angle, i) => one[i] * Math.cos(angle) + sign * other[i] * Math.sin(angle));
    return [...turn2(-1, a, b), ...turn2(1, b, a)];
  }
  var add3 = (a, b) => a.map((x, i) => x + b[i]);
  var KINDS3 = ["sinusoidal", "learned", "rope", "alibi"];
  function place(kind, word, position, table) {
    if (kind === "alibi") return { code: null, together: word };
    if (kind === "rope") {
      const angles = waveAngles(position, word.length);
      return { code: [...angles.map(Math.cos), ...angles.map(Math.sin)], together: rotate2(word, position) };
    }
    const code = kind === "learned" ? table[position] : sinusoidal2(position, word.length);
    return { code, together: add3(word, code) };
  }
  function score({ kind, query, key, table, slope }, i, j) {
    const scaled = (a, b) => dot2(a, b) / Math.sqrt(query.length);
    const parts2 = { "word · word": scaled(query, key) };
    if (kind === "alibi") parts2["− slope × distance"] = -slope * Math.abs(i - j);
    else if (kind === "rope") {
      delete parts2["word · word"];
      parts2["turned · turned"] = scaled(rotate2(query, i), rotate2(key, j));
    } else {
      const [p, r] = [place(kind, query, i, table).code, place(kind, key, j, table).code];
      Object.assign(parts2, { "word · place": scaled(query, r), "place · word": scaled(p, key), "place · place": scaled(p, r) });
    }
    const list = Object.entries(parts2).map(([name, value]) => ({ name, value }));
    return { parts: list, total: list.reduce((sum2, part) => sum2 + part.value, 0) };
  }
  var times2 = (x, matrix) => matrix[0].map((_, column) => dot2(x, matrix.map((row9) => row9[column])));
  function selfAttention(words, { w_q, w_k, w_v }, { positions, causal }) {
    const x = positions ? words.map((word, at) => add3(word, sinusoidal2(at, word.length))) : words;
    const [q, k, v] = [w_q, w_k, w_v].map((matrix) => x.map((row9) => times2(row9, matrix)));
    return q.map((query, at) => {
      const seen = causal ? at + 1 : x.length;
      return attention2(query, k.slice(0, seen), v.slice(0, seen)).out;
    });
  }
  var gap = (a, b) => Math.max(...a.map((x, i) => Math.abs(x - b[i])));
  function swapped(list, a, b) {
    const copy = [...list];
    [copy[a], copy[b]] = [list[b], list[a]];
    return copy;
  }

  // transformer_lib/widgets/js/views/position_explorer.js
  var PositionExplorer = { render: render20 };
  var NAMES4 = { sinusoidal: "sinusoidal", learned: "learned", rope: "RoPE", alibi: "ALiBi" };
  var REACH = 15;
  var CODE = { sinusoidal: "+ place", learned: "+ place", rope: "cos, sin at", alibi: "" };
  var ABOUT = {
    sinusoidal: "A code of waves is added to each word.",
    learned: "A code from a table, one row for each place, is added to each word.",
    rope: "Query and key are turned, by angles that grow with their places.",
    alibi: "The words stay as they are. The score is lowered by the distance."
  };
  function render20({ model, el }) {
    const [query, key, table, slope, words] = ["query", "key_vector", "table", "slope", "words"].map((name) => model.get(name));
    const state = binder(model, ["kind", "query_at", "key_at", "shift"]);
    const { controls, body, say } = frame(el, {
      label: "Position explorer: whether a score changes when two words move together",
      attempt: "move both words with the third slider. For which of the four does the score stay?"
    });
    const kinds = KINDS3.map((kind) => button(NAMES4[kind]));
    const showKind = radios(kinds, KINDS3.length, (i) => (state.change({ kind: KINDS3[i] }), state.commit()));
    const at = (name, text2) => slider(text2, { min: 0, max: REACH, widest: 2.2 }, (x) => state.change({ [name]: x }), state.commit);
    const sliders = { query_at: at("query_at", `place of “${words[0]}”`), key_at: at("key_at", `place of “${words[1]}”`) };
    sliders.shift = slider("move both by", { min: 0, max: table.length - 1 - REACH, widest: 2.2 }, (x) => state.change({ shift: x }), state.commit);
    controls.append(
      h("div", { class: "tf-segments", role: "radiogroup", "aria-label": "kind of position" }, ...kinds),
      button("Reset", state.reset),
      h("div", { class: "tf-sliders" }, ...Object.values(sliders).map((one) => one.node))
    );
    const about = h("p", { class: "tf-caption" });
    const strips = [makeStrips("query", words[0], query.length), makeStrips("key", words[1], key.length)];
    const heads = [h("th", { scope: "col", class: "tf-num" }), h("th", { scope: "col", class: "tf-num" })];
    const rows = h("tbody");
    const totals = [h("td", { class: "tf-num" }), h("td", { class: "tf-num" })];
    const verdict2 = h("td");
    const table_ = h(
      "table",
      { class: "tf-table tf-scoreparts" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "part", h("span", { class: "tf-roomy" }, " of the score")), ...heads, h("td"))),
      rows,
      h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, "score"), ...totals, verdict2))
    );
    const curve = makeCurve2(words);
    body.append(about, h("div", { class: "tf-placed" }, ...strips.map((one) => one.node)), h("div", { class: "tf-columns" }, h("div", { class: "tf-scorebox" }, table_), curve.node));
    function draw2() {
      const [kind, i, j, shift] = ["kind", "query_at", "key_at", "shift"].map((name) => model.get(name));
      const setting = { kind, query, key, table, slope };
      const [here, there] = [score(setting, i, j), score(setting, i + shift, j + shift)];
      showKind(KINDS3.indexOf(kind));
      for (const [name, one] of Object.entries(sliders)) one.show(model.get(name), String(model.get(name)));
      about.textContent = ABOUT[kind];
      strips[0].show(kind, query, place(kind, query, i + shift, table), i + shift);
      strips[1].show(kind, key, place(kind, key, j + shift, table), j + shift);
      heads[0].textContent = `at ${i}, ${j}`;
      heads[1].textContent = `at ${i + shift}, ${j + shift}`;
      rows.replaceChildren(...here.parts.map(({ name, value }, n) => row4(name, value, there.parts[n].value)));
      totals[0].textContent = number(here.total);
      totals[1].textContent = number(there.total);
      const stays = number(here.total) === number(there.total);
      verdict2.replaceChildren(mark(stays));
      curve.show(setting, i, shift, j - i, there.total);
      say(`${NAMES4[kind]}. ${words[0]} at ${i}, ${words[1]} at ${j}: score ${number(here.total)}. Both moved by ${shift}: ${number(there.total)}, ${stays ? "the same" : "not the same"}.`);
    }
    draw2();
    return state.watch(draw2);
  }
  var mark = (stays) => h("span", { class: stays ? "tf-same" : "tf-differs" }, stays ? "✓ same" : "≠ differs");
  function row4(name, here, there) {
    const cell2 = (x) => h("td", { class: `tf-num tf-${x < 0 ? "negative" : "positive"}` }, number(x));
    return h("tr", {}, h("th", { scope: "row" }, name), cell2(here), cell2(there), h("td", {}, mark(number(here) === number(there))));
  }
  function makeStrip(width) {
    const cells = Array.from({ length: width }, () => h("i"));
    return {
      node: h("span", { class: "tf-strip", "aria-hidden": "true" }, ...cells),
      show: (vector) => cells.forEach((cell2, n) => {
        const x = vector === null ? 0 : vector[n];
        cell2.style.background = `color-mix(in srgb, var(--tf-${x < 0 ? "negative" : "positive"}) ${Math.min(100, Math.abs(x) * 45).toFixed(0)}%, var(--tf-paper))`;
      })
    };
  }
  function makeStrips(role, word, width) {
    const names = [word, "", ""].map((text2) => h("span", { class: "tf-stripname" }, text2));
    const all = names.map(() => makeStrip(width));
    const node = h(
      "div",
      { class: `tf-strips tf-${role}` },
      h("p", { class: "tf-title" }, glyph(role), role === "query" ? "query" : "key"),
      ...all.flatMap((one, n) => [names[n], one.node])
    );
    return {
      node,
      show(kind, vector, { code, together }, position) {
        names[1].textContent = code ? `${CODE[kind]} ${position}` : "no code";
        names[2].textContent = kind === "rope" ? "turned" : "scored";
        all[0].show(vector);
        all[1].show(code);
        all[2].show(together);
      }
    };
  }
  function makeCurve2([query, key]) {
    const [W7, H7, L6, R6, T6, B6] = [340, 210, 36, 10, 14, 44];
    const x = (distance2) => L6 + (distance2 + REACH) / (2 * REACH) * (W7 - L6 - R6);
    const lines = ["", " tf-now"].map((now) => s("path", { class: `tf-curve${now}` }));
    const ticks2 = [-REACH, -10, -5, 0, 5, 10, REACH].map((d) => s("text", { class: "tf-small", x: x(d), y: H7 - B6 + 18, "text-anchor": "middle" }, number(d, 0)));
    const zero = s("path", { class: "tf-axis" });
    const dot3 = s("circle", { class: "tf-dot", r: 6 });
    const bounds = [0, 1].map(() => s("text", { class: "tf-small", x: L6 - 6, "text-anchor": "end" }));
    const svg = s(
      "svg",
      { viewBox: `0 0 ${W7} ${H7}`, role: "img" },
      s("path", { class: "tf-grid", d: `M${x(0)} ${T6}V${H7 - B6}` }),
      zero,
      ...lines,
      ...ticks2,
      ...bounds,
      s("text", { class: "tf-small", x: x(0), y: H7 - 6, "text-anchor": "middle" }, `how far “${key}” is after “${query}”`),
      dot3
    );
    const legend = h("p", { class: "tf-caption" });
    return {
      node: h("div", { class: "tf-curvebox" }, h("p", { class: "tf-title" }, "score at every distance"), svg, legend),
      show(setting, i, shift, distance2, total) {
        const runs = [i, i + shift].map((at) => Array.from({ length: 2 * REACH + 1 }, (_, n) => n - REACH).filter((d) => at + d >= 0 && at + d < setting.table.length).map((d) => [d, score(setting, at, at + d).total]));
        const all = runs.flat().map(([, y2]) => y2);
        const [low, high] = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))];
        const y = (v) => H7 - B6 - (v - low) / (high - low) * (H7 - T6 - B6);
        runs.forEach((run, n) => set(lines[n], { d: `M${run.map(([d, v]) => `${x(d).toFixed(1)} ${y(v).toFixed(1)}`).join("L")}` }));
        set(zero, { d: low <= 0 && high >= 0 ? `M${L6} ${y(0)}H${W7 - R6}` : "" });
        [low, high].forEach((v, n) => (set(bounds[n], { y: y(v) + 5 }), bounds[n].textContent = number(v, 0)));
        set(dot3, { cx: x(distance2), cy: y(total) });
        legend.textContent = shift ? `dashed: “${query}” at ${i}; solid: at ${i + shift}` : `“${query}” at ${i}`;
        svg.setAttribute("aria-label", `Score at distance ${number(distance2, 0)}: ${number(total)}`);
      }
    };
  }

  // transformer_lib/widgets/js/maths/engine/generation.js
  function makeRandom(seed) {
    let x = Math.abs(Math.trunc(seed)) % 2147483646 + 1;
    const next = () => x = x * 48271 % 2147483647;
    for (let i = 0; i < 5; i++) next();
    return () => next() / 2147483647;
  }
  function keepLikeliest(logits, { top_k = null, top_p = null } = {}) {
    if (top_k !== null && !(top_k >= 1)) throw new Error(`top_k must be at least 1, but was ${top_k}`);
    if (top_p !== null && !(top_p > 0 && top_p <= 1)) throw new Error(`top_p must be above 0 and at most 1, but was ${top_p}`);
    const order = Array.from(logits, (_, id) => id).sort((a, b) => logits[b] - logits[a]).slice(0, top_k ?? logits.length);
    if (top_p === null) return order;
    const p = Float64Array.from(order, (id) => logits[id]);
    softmaxInPlace(p, p.length);
    let before = 0;
    return order.filter((_, i) => (before += p[i]) - p[i] < top_p);
  }
  function distribution2(logits, { temperature = 1, top_k = null, top_p = null } = {}) {
    if (!(temperature >= 0)) throw new Error(`temperature must not be negative, but was ${temperature}`);
    const divided = Float64Array.from(logits, (x) => x / (temperature || 1));
    const kept = keepLikeliest(divided, temperature ? { top_k, top_p } : { top_k: 1 });
    const probabilities = new Float64Array(logits.length);
    const p = Float64Array.from(kept, (id) => divided[id]);
    softmaxInPlace(p, p.length);
    kept.forEach((id, i) => probabilities[id] = p[i]);
    softmaxInPlace(divided, divided.length);
    return { probabilities, before: divided, kept };
  }
  function draw(probabilities, u) {
    let sum2 = 0, last = 0;
    for (let id = 0; id < probabilities.length; id++) {
      if (!probabilities[id]) continue;
      sum2 += probabilities[last = id];
      if (sum2 > u) break;
    }
    return last;
  }
  function begin(model, source) {
    if (!model.encoder) return { decoder: model, context: null };
    if (!source?.length) throw new Error("source must be given to a Seq2Seq, and hold a token");
    return { decoder: model.decoder, context: model.encoder.forward(source) };
  }
  function* stream(model, prompt, { max_new_tokens, source, end_id = null, random, cache, cached = true, ...cut }) {
    if (!prompt.length) throw new Error("prompt must hold at least one token");
    const { decoder, context } = begin(model, source);
    const text2 = [...prompt];
    cache ??= decoder.newCache();
    for (let step = 0; step < max_new_tokens; step++) {
      const logits = cached ? decoder.next(text2.slice(cache.length), { cache, context }) : decoder.next(text2, { context });
      const chances = distribution2(logits, cut);
      const token = draw(chances.probabilities, cut.temperature === 0 ? 0 : random());
      text2.push(token);
      yield { token, ...chances, numbers: cached ? cache.numbers : 0 };
      if (token === end_id) return;
    }
  }
  function logProbabilities(logits) {
    const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
    const total = logits.reduce((sum2, x) => sum2 + Math.exp(x - largest), 0);
    return Float64Array.from(logits, (x) => x - largest - Math.log(total));
  }
  function* beamSearch(model, prompt, { max_new_tokens, source, n_beams = 4, length_penalty = 0.6, end_id = null }) {
    if (!(n_beams >= 1)) throw new Error(`n_beams must be at least 1, but was ${n_beams}`);
    const { decoder, context } = begin(model, source);
    let beams = [{ tokens: [], logP: 0, ended: false, cache: decoder.newCache() }];
    for (let step = 0; step < max_new_tokens; step++) {
      const candidates = beams.flatMap((beam, parent) => {
        if (beam.ended) return [{ ...beam, parent, id: null }];
        const logP = logProbabilities(decoder.next(step ? beam.tokens.slice(-1) : prompt, { cache: beam.cache, context }));
        const length2 = beam.tokens.length + 1;
        const best = keepLikeliest(logP, { top_k: n_beams });
        return best.map((id) => ({ parent, id, logP: beam.logP + logP[id], score: (beam.logP + logP[id]) / ((5 + length2) / 6) ** length_penalty }));
      });
      const chosen = candidates.sort((a, b) => b.score - a.score).slice(0, n_beams);
      beams = chosen.map((next) => {
        if (next.id === null) return next;
        const from = beams[next.parent];
        return { ...next, tokens: [...from.tokens, next.id], ended: next.id === end_id, cache: next.id === end_id ? null : from.cache.copy() };
      });
      yield beams.map(({ tokens, logP, score: score2, ended, parent }) => ({ tokens, logP, score: score2, ended, parent }));
      if (beams.every(({ ended }) => ended)) return;
    }
  }

  // transformer_lib/widgets/js/views/translator_explorer.js
  var LONGEST2 = 60;
  var ROWS2 = 5;
  var TranslatorExplorer = explorer({
    label: "Translator: a sentence goes in, its translation comes out word by word, and cross-attention shows where each word comes from",
    attempt: "change a word, or type a German sentence of your own. Then press Step, and point at the English words.",
    input: "German",
    output: "English",
    piece: "word",
    name: "The translator",
    split: /\s+|(?=[.,])/,
    /** A sentence begins with a capital and ends with its stop, as those it was trained on. */
    prepare: (text2) => text2.trim().replace(/^\p{Ll}/u, (letter) => letter.toUpperCase()).replace(/[^.!?]$/, "$&.")
  });
  var PronouncerExplorer = explorer({
    label: "Pronouncer: letters go in, sounds come out one by one, and cross-attention shows where each sound comes from",
    attempt: "type your own name. Then a word that is said in two ways, such as read or lead, with five beams.",
    input: "spelling",
    output: "sounds",
    piece: "sound",
    name: "The pronouncer",
    split: "",
    prepare: (text2) => text2.trim().toLowerCase()
  });
  function explorer({ label, attempt, input, output, piece, name, split: split5, prepare }) {
    return { render: render31 };
    function render31({ model, el }) {
      const state = binder(model, ["text", "n_beams", "step", "query", "head"]);
      const { root, controls, body, say } = frame(el, { label, attempt });
      const change = (changes) => (state.change(changes), state.commit());
      const field = h("input", { type: "text", class: "tf-source", maxlength: 160, spellcheck: "false", autocomplete: "off", autocapitalize: "none", oninput: () => state.change({ text: field.value, step: LONGEST2, query: -1 }), onchange: state.commit });
      const beamsSlider = slider("beams", { min: 1, max: ROWS2, widest: 9 }, (n_beams) => state.change({ n_beams, step: LONGEST2, query: -1 }), state.commit);
      const stepSlider = slider(`${piece}s written`, { min: 0, max: 1, widest: 2 }, (step) => state.change({ step, query: -1 }), state.commit);
      const examples = model.get("examples").map((text2) => button(text2, () => change({ text: text2, step: LONGEST2, query: -1 })));
      controls.append(
        h("label", { class: "tf-promptbox" }, h("span", {}, input), field),
        h("div", { class: "tf-sentences tf-tries", role: "group", "aria-label": "examples" }, ...examples),
        beamsSlider.node,
        stepSlider.node,
        button("Step", () => change({ step: shownStep() >= steps.length ? Math.min(1, steps.length) : shownStep() + 1, query: -1 })),
        button("Reset", state.reset)
      );
      const problem = h("p", { class: "tf-problem" });
      const answer = h("p", { class: "tf-answer" });
      const headButtons = h("div", { class: "tf-sentences", role: "radiogroup", "aria-label": "head of the last layer" });
      const [title, place2, hint] = [h("p", { class: "tf-title" }), h("div", { class: "tf-cross" }), h("p", { class: "tf-caption" })];
      const table = makeTable(piece);
      const first = model.get("text").split(split5);
      place2.style.minHeight = `${85 + 8 * Math.max(...first.map((each) => each.length)) + 30 * (first.length + 2)}px`;
      body.append(h("div", { class: "tf-outcome" }, answer, problem), h("div", { class: "tf-attention tf-translation" }, h("div", { class: "tf-head" }, headButtons, title, hint, place2), table.node));
      let trained = null;
      let steps = [];
      let pieces2 = [];
      let source = [];
      let context = null;
      let turn2 = 0;
      let showHead = () => {
      };
      let hovered = null;
      let memory = { key: null };
      const shownStep = () => Math.min(model.get("step"), steps.length);
      async function translate() {
        if (!trained) return draw2();
        const mine = ++turn2;
        const text2 = prepare(model.get("text"));
        [steps, memory] = [[], { key: null }];
        pieces2 = trained.source.split(text2);
        source = trained.source.encode(text2);
        const unknown = [...new Set(trained.source.unknown(text2))];
        problem.textContent = unknown.length ? `It has never seen ${unknown.map((each) => `“${each}”`).join(", ")}: it reads “unknown” there, and guesses.` : "";
        if (!source.length) return draw2();
        context = trained.model.encoder.forward(source);
        const breathe = makeBreath();
        const max_new_tokens = Math.min(LONGEST2, trained.model.decoder.config.max_len - 1);
        for (const beams of beamSearch(trained.model, [START], { source, max_new_tokens, n_beams: model.get("n_beams"), end_id: END })) {
          steps.push(beams);
          if (await breathe() && mine !== turn2) return;
        }
        draw2();
      }
      function read(tokens) {
        const key = tokens.join();
        if (memory.key === key) return memory;
        const { decoder } = trained.model;
        const seen = sink();
        const hidden = decoder.hidden([START, ...tokens.slice(0, -1)], { context, seen });
        const logits = linear(decoder.to_logits, hidden);
        const vocab = logits.length / tokens.length;
        const chances = tokens.map((_, i) => softmax([...logits.subarray(i * vocab, (i + 1) * vocab)]));
        const { n_heads } = decoder.config;
        const last = seen.cross_weights.at(-1);
        const rows = Array.from({ length: n_heads }, (_, head) => tokens.map((_2, i) => [...last.subarray((head * tokens.length + i) * source.length, (head * tokens.length + i + 1) * source.length)]));
        const mean2 = tokens.map((_, i) => source.map((_2, k) => rows.reduce((sum2, head) => sum2 + head[i][k] / n_heads, 0)));
        return memory = { key, chances, heads: [mean2, ...rows] };
      }
      const word = (id) => id === END ? "end" : trained.target.items[id];
      function draw2() {
        const [text2, n_beams, head] = ["text", "n_beams", "head"].map((each) => model.get(each));
        if (field.value !== text2) field.value = text2;
        beamsSlider.show(n_beams, n_beams === 1 ? "1: greedy" : String(n_beams));
        const step = shownStep();
        stepSlider.node.querySelector("input").max = Math.max(1, steps.length);
        stepSlider.show(step, String(step));
        hovered = null;
        if (!trained) return table.show([], void 0, n_beams > 1);
        const beams = step ? steps[step - 1] : [];
        const tokens = beams[0]?.tokens ?? [];
        answer.replaceChildren(h("span", { class: "tf-muted" }, `${output}: `), h("b", {}, trained.target.decode(tokens) || (source.length ? "…" : "–")), tokens.at(-1) === END || !tokens.length ? "" : " …");
        showHead(head + 1);
        if (!tokens.length) {
          place2.replaceChildren();
          title.textContent = source.length ? "press Step" : `type something ${input === "German" ? "German" : "to say"}`;
          hint.textContent = "";
          table.show([]);
          return say(title.textContent);
        }
        memory = read(tokens);
        memory.picture ??= makeMatrix(tokens.map(word), { choose: (query) => change({ query }), hover: (i) => (hovered = i, drawRow()) }, pieces2);
        if (place2.firstChild !== memory.picture.node) place2.replaceChildren(memory.picture.node);
        title.textContent = `cross-attention, last layer, ${head < 0 ? "mean of the heads" : `head ${head}`}`;
        drawRow();
        say(`${output}: ${trained.target.decode(tokens)}. ${hint.textContent}`);
      }
      function drawRow() {
        const [tokens, head, chosen] = [steps[shownStep() - 1][0].tokens, model.get("head"), model.get("query")];
        const query = hovered ?? (chosen >= 0 && chosen < tokens.length ? chosen : -1);
        const rows = memory.heads[head + 1];
        const at = query < 0 ? tokens.length - 1 : query;
        memory.picture.show(rows, at, chosen);
        hint.textContent = `${word(tokens[at])} ← ${ranked(rows[at], pieces2)}`;
        if (model.get("n_beams") === 1) table.show(candidates(memory.chances[at], tokens[at]), `${piece} ${at + 1} was chosen from`);
        else table.show(beamRows(), `the beams after step ${shownStep()}`, true);
      }
      function candidates(p, chosen) {
        const order = p.map((_, id) => id).sort((a, b) => p[b] - p[a]).slice(0, ROWS2);
        return order.map((id) => ({ text: word(id), share: p[id], shown: number(p[id]), chosen: id === chosen }));
      }
      function beamRows() {
        const step = shownStep();
        return steps[step - 1].map(({ tokens, logP, score: score2, ended }, i) => ({ text: trained.target.decode(tokens) + (ended ? "" : " …"), share: Math.exp(logP), shown: number(score2), chosen: i === 0 }));
      }
      const { node, stop } = whenNear(root, model, name, (loaded) => {
        trained = loaded;
        const { n_layers, n_heads, d_model } = loaded.model.decoder.config;
        const items = Array.from({ length: n_heads + 1 }, (_, i) => button(i ? `head ${i - 1}` : "mean"));
        showHead = radios(items, n_heads + 1, (i) => change({ head: i - 1 }));
        headButtons.replaceChildren(...items);
        translate();
        return `${name} is here: ${loaded.config.n_layers} layers read, ${n_layers} write, d_model ${d_model}.`;
      });
      body.prepend(node);
      draw2();
      say(`${input}: ${model.get("text")}. ${name} is not loaded yet.`);
      const heard = [[["text", "n_beams"], translate], [["step", "query", "head"], draw2]];
      for (const [names, listen] of heard) for (const each of names) model.on(`change:${each}`, listen);
      return () => {
        stop();
        turn2++;
        for (const [names, listen] of heard) for (const each of names) model.off(`change:${each}`, listen);
      };
    }
  }
  function makeTable(piece) {
    const rows = Array.from({ length: ROWS2 }, () => {
      const [text2, bar, value] = [h("th", { scope: "row" }), h("span", { class: "tf-bar" }), h("td", { class: "tf-num" })];
      return { text: text2, bar, value, node: h("tr", {}, text2, h("td", {}, bar), value) };
    });
    const [title, first, last] = [h("p", { class: "tf-title" }, " "), h("th", { scope: "col" }, piece), h("th", { scope: "col", class: "tf-num" }, "p")];
    const node = h("div", { class: "tf-candidates" }, title, h("table", { class: "tf-table" }, h("thead", {}, h("tr", {}, first, h("th", { scope: "col" }, "chance"), last)), h("tbody", {}, ...rows.map(({ node: node2 }) => node2))));
    return {
      node,
      show(list, heading = " ", beams = false) {
        title.textContent = heading;
        [first.textContent, last.textContent] = beams ? ["beam", "score"] : [piece, "p"];
        node.classList.toggle("tf-beams", beams);
        rows.forEach(({ node: node2, text: text2, bar, value }, i) => {
          const row9 = list[i];
          node2.style.visibility = row9 ? "visible" : "hidden";
          text2.textContent = row9?.text ?? "";
          bar.style.width = `${100 * (row9?.share ?? 0)}%`;
          value.textContent = row9?.shown ?? "";
          node2.classList.toggle("tf-drawn", Boolean(row9?.chosen));
        });
      }
    };
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
  var QueryExplorer = { render: render21 };
  function render21({ model, el }) {
    const labels = model.get("labels");
    const start = { query: model.get("query"), keys: model.get("key_vectors"), values: model.get("values") };
    const presets = model.get("presets");
    const state = binder(model, ["query", "key_vectors", "values", "scaled"]);
    const { controls, body, say } = frame(el, {
      label: "Query explorer: one query's attention over the keys, and its output among the values",
      attempt: "drag the query far out. Can the output ever leave the shaded area?"
    });
    const divide = checkbox(`divide by √${start.query.length}`, (on2) => (state.change({ scaled: on2 }), state.commit()));
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
    const rows = labels.map((label) => row5(label));
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
    const active = (i) => (on2) => {
      hovered = on2 ? i : null;
      draw2();
    };
    const mover = (name, i) => (at) => state.change({ [name]: model.get(name).map((p, j) => i === j ? at : p) });
    const showKeys = labels.map((_, i) => left.handle("key", { move: mover("key_vectors", i), commit: state.commit, onactive: active(i) }));
    const showQuery = left.handle("query", { move: (at) => state.change({ query: at }), commit: state.commit });
    const showValues = labels.map((_, i) => right.handle("value", { move: mover("values", i), commit: state.commit, onactive: active(i) }));
    rows.forEach(({ node }, i) => {
      node.addEventListener("pointerenter", () => active(i)(true));
      node.addEventListener("pointerleave", () => active(i)(false));
    });
    function draw2() {
      const [query, keys, values, scaled] = ["query", "key_vectors", "values", "scaled"].map((name) => model.get(name));
      const result = attention2(query, keys, values, scaled);
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
      const mean2 = values[0].map((_, axis) => values.reduce((sum2, v) => sum2 + v[axis], 0) / values.length);
      right.drawing.replaceChildren(
        right.polygon(hull, { class: "tf-hull" }),
        ...values.map((value, i) => right.line(result.out, value, { class: "tf-pull", "stroke-width": 1 + 7 * result.weights[i], opacity: 0.25 + 0.6 * result.weights[i] })),
        right.mark("mean", mean2)
      );
      right.over.replaceChildren(
        right.mark("output", result.out),
        ...right.names([
          ...values.map((at, i) => ({ text: labels[i], at, role: "value" })),
          { text: "output", at: result.out, role: "output" },
          { text: "mean", at: mean2, role: "muted" }
        ])
      );
      right.caption.replaceChildren("output = Σ weight × value", h("br"), "= ", h("b", { class: "tf-output" }, point(result.out)), h("br"), h("span", { class: "tf-stroke tf-value" }), "shaded: all it can reach");
    }
    draw2();
    return state.watch(draw2);
  }
  function row5(label) {
    const [score2, scaled, weight, value] = ["", "", "", " tf-wide"].map((more) => h("td", { class: `tf-num${more}` }));
    const bar = h("span", { class: "tf-bar" });
    const node = h("tr", {}, h("th", { scope: "row" }, label), score2, scaled, weight, h("td", { class: "tf-track tf-roomy" }, bar), value);
    return {
      node,
      show(result, i, vector, chosen) {
        node.classList.toggle("tf-chosen", chosen);
        score2.textContent = number(result.scores[i]);
        scaled.textContent = number(result.scaled[i]);
        for (const cell2 of [score2, scaled]) cell2.className = `tf-num tf-${result.scores[i] < 0 ? "negative" : "positive"}`;
        weight.textContent = number(result.weights[i], 3);
        value.textContent = point(vector, 1);
        bar.style.width = `${100 * result.weights[i]}%`;
      }
    };
  }

  // transformer_lib/widgets/js/views/reach_explorer.js
  var ReachExplorer = { render: render22 };
  var [W4, H4, L3, R3, T3, B3] = [360, 280, 48, 14, 14, 46];
  function render22({ model, el }) {
    const networks = model.get("networks");
    const n = networks[0].middle.length;
    const state = binder(model, ["network", "distance"]);
    const { controls, body, say } = frame(el, {
      label: "Reach explorer: how strongly the output answers to a word, against how far back the word stands",
      attempt: "move the word far back. In which networks does it still count?"
    });
    const back = slider("words back", { min: 0, max: n - 1, widest: 3 }, (distance2) => state.change({ distance: distance2 }), state.commit);
    controls.append(back.node, button("Reset", state.reset));
    const names = networks.map(({ name }) => h("button", { type: "button", class: "tf-button" }, name));
    const showNetwork = radios(names, 1, (network2) => (state.change({ network: network2 }), state.commit()));
    const plot = makePlot2(networks, n);
    const facts = ["here", "next", "spread"].map(() => fact3());
    body.append(
      h("div", { class: "tf-reach" }, h("div", { class: "tf-choices", role: "radiogroup", "aria-label": "network" }, ...names), plot.node),
      h("dl", { class: "tf-facts" }, ...facts.map((f) => f.node))
    );
    function draw2() {
      const [network2, distance2] = [model.get("network"), Math.min(model.get("distance"), n - 1)];
      const { name, low, middle, high } = networks[network2];
      back.show(distance2, String(distance2));
      showNetwork(network2);
      plot.show(network2, distance2);
      const here = middle[distance2];
      facts[0].show(`the word ${distance2} back`, written(here), here ? "" : "it is not read at all");
      facts[1].show("of what the word before gives", middle[1] ? written(here / middle[1]) : "0", "");
      facts[2].show("over the seeds", `${written(low[distance2])} to ${written(high[distance2])}`, "");
      say(`${name}: the output answers to the word ${distance2} back with a strength of ${written(here)}, from ${written(low[distance2])} to ${written(high[distance2])} over the seeds.`);
    }
    draw2();
    return state.watch(draw2);
  }
  function fact3() {
    const [name, value, words] = [h("dt"), h("b"), h("span")];
    return {
      node: h("div", {}, name, h("dd", {}, value, " ", words)),
      show: (title, text2, more) => (name.textContent = title, value.textContent = text2, words.textContent = more)
    };
  }
  function makePlot2(networks, n) {
    const [bottom, top] = decades(networks.flatMap(({ low, high }) => [...low, ...high]));
    const x = (k) => L3 + k / (n - 1) * (W4 - L3 - R3);
    const y = (log) => T3 + (top - Math.max(bottom, log)) / (top - bottom) * (H4 - T3 - B3);
    const path = (numbers) => pieces(numbers).map((piece) => `M${piece.map(([k, log]) => `${x(k).toFixed(1)} ${y(log).toFixed(1)}`).join("L")}`).join("");
    const curves = networks.map(({ middle }) => s("path", { class: "tf-curve", d: path(middle) }));
    const band = s("path", { class: "tf-band" });
    const [dot3, ruler] = [s("circle", { class: "tf-dot", r: 7 }), s("path", { class: "tf-drop" })];
    const axes = powers([bottom, top]).flatMap((p) => [
      s("path", { class: "tf-grid", d: `M${L3} ${y(p)}H${W4 - R3}` }),
      s("text", { class: "tf-small", x: L3 - 8, y: y(p) + 5, "text-anchor": "end" }, power(p))
    ]);
    const ticks2 = [...new Set([0, 0.25, 0.5, 0.75, 1].map((t) => Math.round(t * (n - 1))))].map((k) => s("text", { class: "tf-small", x: Math.min(x(k), W4 - R3 - 4), y: H4 - B3 + 19, "text-anchor": "middle" }, String(k)));
    const svg = s(
      "svg",
      { viewBox: `0 0 ${W4} ${H4}`, role: "img" },
      ...axes,
      ...ticks2,
      s("text", { class: "tf-small", x: (L3 + W4 - R3) / 2, y: H4 - 6, "text-anchor": "middle" }, "how many words back"),
      band,
      ...curves,
      ruler,
      dot3
    );
    return {
      node: h("div", { class: "tf-curvebox" }, h("p", { class: "tf-title" }, "how strongly the output answers to the word"), svg),
      show(network2, distance2) {
        const { name, low, middle, high } = networks[network2];
        curves.forEach((curve, i) => set(curve, { class: `tf-curve${i === network2 ? " tf-now" : ""}` }));
        svg.insertBefore(curves[network2], ruler);
        const ends = pieces(low.map((value2, k) => value2 > 0 ? value2 : high[k] > 0 ? 10 ** bottom : 0));
        const tops = pieces(high);
        set(band, { d: ends.map((piece, i) => `M${[...tops[i], ...piece.reverse()].map(([k, log]) => `${x(k).toFixed(1)} ${y(log).toFixed(1)}`).join("L")}Z`).join("") });
        const value = middle[distance2];
        set(ruler, { d: `M${x(distance2)} ${T3}V${H4 - B3}` });
        set(dot3, { cx: x(distance2), cy: value > 0 ? y(Math.log10(value)) : H4 - B3, class: `tf-dot${value > 0 ? "" : " tf-none"}` });
        svg.setAttribute("aria-label", `${name}: strength ${written(value)} at ${distance2} words back`);
      }
    };
  }

  // transformer_lib/widgets/js/maths/schedule.js
  function rateFactor(step, { steps, warmup, schedule }) {
    const [done, rise] = [step + 1, Math.max(1, warmup)];
    if (done < rise) return done / rise;
    if (schedule === "noam") return Math.sqrt(rise / done);
    if (schedule === "cosine") return 0.1 + 0.9 * (1 + Math.cos(Math.PI * Math.min(1, (done - rise) / Math.max(1, steps - rise)))) / 2;
    return 1;
  }
  function walk(noise, { optimizer, peak, scale, start = 0, betas = [0.9, 0.98], eps = 1e-8, ...recipe }) {
    let [x, m, v] = [start, 0, 0];
    const [places2, moves] = [[x], []];
    noise.forEach((n, t) => {
      const gradient = scale * (x + n);
      m = betas[0] * m + (1 - betas[0]) * gradient;
      v = betas[1] * v + (1 - betas[1]) * gradient * gradient;
      const adam = m / (1 - betas[0] ** (t + 1)) / (Math.sqrt(v / (1 - betas[1] ** (t + 1))) + eps);
      const move = -rateFactor(t, { steps: noise.length, ...recipe }) * (optimizer === "adam" ? adam : gradient);
      moves.push(move);
      places2.push(x += peak * move);
    });
    return { places: places2, moves };
  }
  var meanSizes = (walks) => walks[0].moves.map((_, t) => walks.reduce((sum2, { moves }) => sum2 + Math.abs(moves[t]), 0) / walks.length);
  var distance = (walks, step) => Math.sqrt(walks.reduce((sum2, { places: places2 }) => sum2 + places2[step] ** 2, 0) / walks.length);

  // transformer_lib/widgets/js/views/schedule_explorer.js
  var ScheduleExplorer = { render: render23 };
  var OPTIMIZERS = { adam: "Adam", sgd: "gradient descent" };
  var SCHEDULES = { constant: "stay there", cosine: "cosine", noam: "noam" };
  var PEAKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
  var SCALES = [0.01, 0.1, 1, 10, 100];
  var [W5, H5, L4, R4, T4, B4] = [330, 236, 36, 12, 16, 44];
  var RANGE = 2;
  var large = (x) => x < 1e3 ? number(x, 2) : Number.isFinite(x) ? power(Math.floor(Math.log10(x))) : "∞";
  function render23({ model, el }) {
    const noise = model.get("noise");
    const state = binder(model, ["optimizer", "schedule", "warmup", "peak", "scale"]);
    const { controls, body, say } = frame(el, {
      label: "Schedule explorer: how far each step moves a noisy parameter, and where it gets to",
      attempt: "multiply the gradients by 100, with Adam and with gradient descent. Then give Adam a warm-up, and watch where the runs part."
    });
    const choice = (name, label, options) => {
      const items = Object.values(options).map((text2) => h("button", { type: "button", class: "tf-button" }, text2));
      const keys = Object.keys(options);
      const show = radios(items, items.length, (i) => (state.change({ [name]: keys[i] }), state.commit()));
      return { node: h("div", { class: "tf-group" }, h("span", {}, label), h("div", { class: "tf-segments tf-three", role: "radiogroup", "aria-label": label }, ...items)), show: (value) => show(keys.indexOf(value)) };
    };
    const optimizer = choice("optimizer", "optimizer", OPTIMIZERS);
    const schedule = choice("schedule", "after the warm-up", SCHEDULES);
    const warmup = slider("warm-up steps", { min: 0, max: 60, step: 5, widest: 2 }, (x) => state.change({ warmup: x }), state.commit);
    const peak = slider("highest rate", { min: 0, max: PEAKS.length - 1, widest: 4 }, (i) => state.change({ peak: PEAKS[i] }), state.commit);
    const scale = slider("gradients times", { min: 0, max: SCALES.length - 1, widest: 4 }, (i) => state.change({ scale: SCALES[i] }), state.commit);
    controls.append(optimizer.node, schedule.node, warmup.node, peak.node, scale.node, button("Reset", state.reset));
    const [sizes2, places2] = [makeSizes(noise[0].length), makePlaces(noise.length, noise[0].length)];
    const facts = ["the first step", "a late step", "after 10 steps", "at the end"].map(fact4);
    body.append(h("div", { class: "tf-planes" }, sizes2.node, places2.node), h("dl", { class: "tf-facts tf-four" }, ...facts.map((f) => f.node)));
    function draw2() {
      const setting = Object.fromEntries(["optimizer", "schedule", "warmup", "peak", "scale"].map((name) => [name, model.get(name)]));
      const walks = noise.map((run) => walk(run, setting));
      const moved = meanSizes(walks);
      const n = moved.length;
      optimizer.show(setting.optimizer);
      schedule.show(setting.schedule);
      warmup.show(setting.warmup, String(setting.warmup));
      peak.show(PEAKS.indexOf(setting.peak), String(setting.peak));
      scale.show(SCALES.indexOf(setting.scale), String(setting.scale));
      sizes2.show(moved, moved.map((_, t) => rateFactor(t, { steps: n, ...setting })));
      places2.show(walks);
      const late = moved.slice(-10).reduce((a, b) => a + b, 0) / 10;
      const [early, end] = [distance(walks, Math.min(10, n)), distance(walks, n)];
      facts[0].show(large(moved[0]), "× the highest rate");
      facts[1].show(large(late), "× the highest rate");
      facts[2].show(large(early), "from the best");
      facts[3].show(large(end), "from the best");
      say(`${OPTIMIZERS[setting.optimizer]}, warm-up ${setting.warmup}, gradients times ${setting.scale}: the first step moves ${large(moved[0])} times the highest rate, a late one ${large(late)}. Distance from the best value after 10 steps ${large(early)}, at the end ${large(end)}.`);
    }
    draw2();
    return state.watch(draw2);
  }
  function fact4(name) {
    const [value, words] = [h("b"), h("span")];
    return { node: h("div", {}, h("dt", {}, name), h("dd", {}, value, " ", words)), show: (text2, more) => (value.textContent = text2, words.textContent = more) };
  }
  var across = (n) => (t) => L4 + t / n * (W5 - L4 - R4);
  var ticks = (n) => [0, 0.25, 0.5, 0.75, 1].map((part) => s("text", { class: "tf-small", x: Math.min(across(n)(part * n), W5 - R4 - 6), y: H5 - B4 + 18, "text-anchor": "middle" }, String(Math.round(part * n))));
  var below = () => s("text", { class: "tf-small", x: (L4 + W5 - R4) / 2, y: H5 - 6, "text-anchor": "middle" }, "step");
  function makeSizes(n) {
    const x = across(n);
    const grid = [0, 0.5, 1].map((part) => ({ part, line: s("path", { class: part ? "tf-grid" : "tf-axis" }), name: s("text", { class: "tf-small", x: L4 - 7, "text-anchor": "end" }) }));
    const [bars, rate] = [s("path", { class: "tf-moved" }), s("path", { class: "tf-curve tf-rate" })];
    const svg = s("svg", { viewBox: `0 0 ${W5} ${H5}`, role: "img" }, ...grid.flatMap(({ line, name }) => [line, name]), ...ticks(n), below(), bars, rate);
    return {
      node: h(
        "div",
        { class: "tf-plane" },
        h("p", { class: "tf-title" }, "size of a step (1: highest rate)"),
        svg,
        h("p", { class: "tf-caption tf-legend tf-both-lines" }, h("span", {}, h("i", { class: "tf-key-bar" }), "mean of all runs"), h("span", {}, h("i", { class: "tf-key-line" }), "learning rate"))
      ),
      show(moved, factors) {
        const most = Math.max(...moved.map((value) => Number.isFinite(value) ? value : 1e300));
        const top = most <= 1.2 ? 1.2 : most * 1.1;
        const y = (value) => H5 - B4 - Math.min(value, top) / top * (H5 - T4 - B4);
        const unit = most <= 1.2 ? 1 : most;
        grid.forEach(({ part, line, name }) => {
          set(line, { d: `M${L4} ${y(part * unit)}H${W5 - R4}` });
          set(name, { y: y(part * unit) + 5 });
          name.textContent = part === 0 ? "0" : unit === 1 ? String(part) : unit < 1e3 ? String(Math.round(part * unit)) : "≫ 1";
          name.setAttribute("visibility", unit > 1 && part === 0.5 ? "hidden" : "visible");
        });
        set(bars, { d: moved.map((value, t) => `M${(x(t) + 0.3).toFixed(1)} ${H5 - B4}V${y(value).toFixed(1)}H${(x(t + 1) - 0.3).toFixed(1)}V${H5 - B4}Z`).join("") });
        set(rate, { d: `M${factors.map((value, t) => `${x(t + 0.5).toFixed(1)} ${y(value).toFixed(1)}`).join("L")}` });
        svg.setAttribute("aria-label", `Mean move of step 1: ${number(Math.min(moved[0], 1e6), 2)}, of step ${n}: ${number(Math.min(moved[n - 1], 1e6), 2)}`);
      }
    };
  }
  function makePlaces(runs, n) {
    const x = across(n);
    const y = (place2) => T4 + (RANGE - Math.max(-4 * RANGE, Math.min(4 * RANGE, place2))) / (2 * RANGE) * (H5 - T4 - B4);
    const lines = Array.from({ length: runs }, (_, i) => s("path", { class: `tf-curve tf-run${i ? "" : " tf-now"}` }));
    const axes = [-2, -1, 0, 1, 2].flatMap((place2) => [
      s("path", { class: place2 ? "tf-grid" : "tf-axis", d: `M${L4} ${y(place2)}H${W5 - R4}` }),
      s("text", { class: "tf-small", x: L4 - 7, y: y(place2) + 5, "text-anchor": "end" }, number(place2, 0))
    ]);
    const inside = s("svg", { x: L4, y: T4, width: W5 - L4 - R4, height: H5 - T4 - B4, viewBox: `${L4} ${T4} ${W5 - L4 - R4} ${H5 - T4 - B4}` }, ...lines);
    const svg = s("svg", { viewBox: `0 0 ${W5} ${H5}`, role: "img" }, ...axes, ...ticks(n), below(), inside);
    return {
      node: h(
        "div",
        { class: "tf-plane" },
        h("p", { class: "tf-title" }, "where the parameter is"),
        svg,
        h("p", { class: "tf-caption tf-legend tf-both-lines" }, `${runs} runs, each with its own noise; best is 0`)
      ),
      show(walks) {
        walks.forEach(({ places: places2 }, i) => {
          const end = places2.findIndex((place2) => !(Math.abs(place2) < 1e6));
          const drawn = end < 0 ? places2 : places2.slice(0, end + 1).map((place2) => Number.isFinite(place2) ? place2 : 1e6);
          set(lines[i], { d: `M${drawn.map((place2, t) => `${x(t).toFixed(1)} ${y(place2).toFixed(1)}`).join("L")}` });
        });
        svg.setAttribute("aria-label", `After the last step the runs are ${large(distance(walks, n))} from the best value`);
      }
    };
  }

  // transformer_lib/widgets/js/maths/layer_shapes.js
  var sizes = ({ batch, length: length2, n_heads, d_head }) => ({ B: batch, T: length2, D: n_heads * d_head, H: n_heads, d: d_head, F: 4 * n_heads * d_head });
  var inNumbers = (shape2, size) => shape2.split(" ").map((letter) => size[letter]);
  var STEPS2 = [
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
      says: "Head 0 gets the first d numbers of every word, head 1 the next d; the heads stand before the words. Nothing is computed.",
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
      name: "joined by W_O",
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
  var ShapeTracer = { render: render24 };
  var SIZES2 = ["batch", "length", "n_heads", "d_head"];
  var NAMES5 = { B: "sentence", T: "word", H: "head" };
  var text = (shape2, size) => `(${inNumbers(shape2, size).join(", ")})`;
  var letters = (shape2) => shape2.replaceAll(" ", ", ");
  function render24({ model, el }) {
    const state = binder(model, [...SIZES2, "step", "revealed"]);
    const { controls, body, say } = frame(el, {
      label: "Shape tracer: one layer, step by step; predict the shape that comes out of each",
      attempt: "go down the list, and say each shape before you choose one. Then change the sizes."
    });
    const change = (changes) => (state.change(changes), state.commit());
    const ranges = { batch: ["sentences B", 3], length: ["words T", 7], n_heads: ["heads H", 4], d_head: ["width d of a head", 5] };
    const sliders = SIZES2.map((name) => slider(ranges[name][0], { min: 1, max: ranges[name][1], widest: 1 }, (value) => state.change({ [name]: value }), state.commit));
    const all = button("", () => change({ revealed: model.get("revealed").length < STEPS2.length ? STEPS2.map((_, i) => i) : [] }));
    controls.append(...sliders.map((one) => one.node), all, button("Reset", () => (tried.clear(), state.reset())));
    const names = STEPS2.map((step) => step.name);
    const shapes = STEPS2.map(() => h("span", { class: "tf-num" }));
    const items = STEPS2.map((_, i) => h("button", { type: "button", class: "tf-step" }, h("span", {}, names[i]), shapes[i]));
    const choose = radios(items, 1, (step) => change({ step }));
    const sizesLine = h("p", { class: "tf-caption" });
    const [title, says, mixes, place2] = ["tf-title", "", "tf-muted", "tf-options"].map((name) => h(name === "tf-options" ? "div" : "p", { class: name }));
    const picture = h("div", { class: "tf-tensor" });
    body.append(h(
      "div",
      { class: "tf-tracer" },
      h("div", { role: "radiogroup", "aria-label": "step", class: "tf-steps" }, ...items),
      h("div", { class: "tf-detail" }, title, says, place2, picture, mixes, sizesLine)
    ));
    const tried = /* @__PURE__ */ new Map();
    const orders = STEPS2.map(({ shape: shape2, wrong }, i) => mixed([[shape2, ""], ...wrong], i));
    function draw2() {
      const size = sizes(Object.fromEntries(SIZES2.map((name) => [name, model.get(name)])));
      const [chosen, revealed] = [model.get("step"), model.get("revealed")];
      sliders.forEach((one, i) => one.show(model.get(SIZES2[i]), String(model.get(SIZES2[i]))));
      all.textContent = revealed.length < STEPS2.length ? "show all shapes" : "hide all shapes";
      STEPS2.forEach((step2, i) => shapes[i].textContent = revealed.includes(i) ? text(step2.shape, size) : "?");
      choose(chosen);
      const step = STEPS2[chosen], seen = revealed.includes(chosen);
      title.textContent = step.name;
      says.textContent = step.says;
      mixes.textContent = seen ? step.mixes === "words" ? "This step mixes the words of a sentence." : step.mixes === "channels" ? "This step mixes the numbers of one word. It brings no words together." : "This step computes nothing new." : "";
      const focused = place2.contains(document.activeElement);
      place2.replaceChildren(...seen ? [h("p", { class: "tf-good" }, `✓ ${text(step.shape, size)}`, h("span", { class: "tf-muted" }, `  (${letters(step.shape)})`))] : options(chosen, size));
      if (focused) (place2.querySelector("button:not([disabled])") ?? items[chosen]).focus();
      picture.replaceChildren(...seen ? [tensor(step.shape, size)] : []);
      sizesLine.textContent = `D = H · d = ${size.D}, F = 4 D = ${size.F}`;
      const wrong = tried.get(chosen) ?? [];
      say(`${step.name}: ${seen ? text(step.shape, size) : wrong.length ? `not ${text(wrong.at(-1)[0], size)}. ${wrong.at(-1)[1]}` : "which shape comes out?"}`);
    }
    function options(i, size) {
      const wrong = tried.get(i) ?? [];
      const row9 = ([shape2, why2]) => {
        const out = wrong.some(([other]) => other === shape2);
        const pick = () => {
          if (shape2 === STEPS2[i].shape) return change({ revealed: [...model.get("revealed"), i] });
          tried.set(i, [...wrong, [shape2, why2]]);
          draw2();
        };
        return h(
          "div",
          {},
          h("button", { type: "button", class: "tf-button", disabled: out, onclick: pick }, `${text(shape2, size)}  ${letters(shape2)}`),
          ...out ? [h("span", { class: "tf-why" }, `✗ ${why2}`)] : []
        );
      };
      return [h("p", {}, "Which shape comes out?"), ...orders[i].map(row9)];
    }
    draw2();
    return state.watch(draw2);
  }
  function mixed(items, seed) {
    const turn2 = (seed * 7 + 2) % items.length;
    return [...items.slice(turn2), ...items.slice(0, turn2)];
  }
  function tensor(shape2, size) {
    const axes = shape2.split(" ");
    const [rows, columns] = inNumbers(axes.slice(-2).join(" "), size);
    const [across2, down] = axes.length === 4 ? [size.H, size.B] : [1, size.B];
    const GAP = 14, cell2 = Math.min(16, (300 - GAP * (across2 - 1)) / across2 / columns), tall = Math.max(cell2, Math.min(12, 90 / rows));
    const [w, t] = [columns * cell2, rows * tall];
    const tables = Array.from({ length: across2 * down }, (_, i) => {
      const [x, y] = [i % across2 * (w + GAP), Math.floor(i / across2) * (t + GAP)];
      const lines = [...Array(rows + 1).keys()].map((r) => `M${x} ${y + r * tall}h${w}`).concat([...Array(columns + 1).keys()].map((c) => `M${x + c * cell2} ${y}v${t}`));
      const mine = i < across2;
      return s("g", {}, ...mine ? [s("rect", { x, y, width: w, height: tall, class: "tf-row" })] : [], s("path", { d: lines.join(""), class: "tf-grid" }));
    });
    const [width, height] = [across2 * w + (across2 - 1) * GAP, down * t + (down - 1) * GAP];
    const each = axes.length === 4 ? `${size.B} sentences (down) by ${size.H} heads (across)` : `${size.B} sentences`;
    const label = `${each}: tables of ${rows} rows, one for each ${NAMES5[axes.at(-2)]}, and ${columns} columns`;
    return h(
      "div",
      {},
      s("svg", { viewBox: `-1 -1 ${width + 2} ${height + 2}`, width: width + 2, role: "img", "aria-label": label }, ...tables),
      h("p", { class: "tf-caption" }, `${axes.length === 4 ? "Down: sentences. Across: heads." : "Down: sentences."} Rows: words. Filled: the first word's.`)
    );
  }

  // transformer_lib/widgets/js/maths/smoothing.js
  function smoothed({ smoothing: e, gap: gap2, words: n }) {
    const total = Math.exp(gap2) + n - 1;
    const target = { right: 1 - e + e / n, other: e / n };
    const p = { right: Math.exp(gap2) / total, other: 1 / total };
    return { target, p, loss: Math.log(total) - target.right * gap2, slope: p.right - target.right };
  }
  var bestGap = ({ smoothing: e, words: n }) => e === 0 ? Infinity : Math.log((1 - e + e / n) / (e / n));

  // transformer_lib/widgets/js/views/smoothing_explorer.js
  var SmoothingExplorer = { render: render25 };
  var WORDS = [2, 10, 100, 1e3];
  var [W6, H6, L5, R5, T5, B5, MOST] = [340, 240, 36, 12, 14, 44, 12];
  function render25({ model, el }) {
    const state = binder(model, ["smoothing", "gap", "words"]);
    const { controls, body, say } = frame(el, {
      label: "Smoothing explorer: the loss of one prediction, against how far the right word's logit is above the others",
      attempt: "find the gap with the least loss. Then set the smoothing to 0.10, and find it again."
    });
    const gap2 = slider("gap of the logits", { min: 0, max: MOST, step: 0.25, widest: 5 }, (x) => state.change({ gap: x }), state.commit);
    const smoothing = slider("smoothing", { min: 0, max: 10, widest: 4 }, (i) => state.change({ smoothing: i / 20 }), state.commit);
    const words = slider("words", { min: 0, max: WORDS.length - 1, widest: 4 }, (i) => state.change({ words: WORDS[i] }), state.commit);
    controls.append(gap2.node, smoothing.node, words.node, button("Reset", state.reset));
    const rows = ["the right word", "each other word"].map(row6);
    const table = h(
      "table",
      { class: "tf-table tf-smoothing" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "word"), h("th", { scope: "col", class: "tf-num" }, "target"), h("th", { scope: "col", class: "tf-num" }, "p"), h("th", { scope: "col", class: "tf-num" }, "p − target"))),
      h("tbody", {}, ...rows.map((r) => r.node))
    );
    const curve = makeCurve3();
    const [loss, slope, best] = ["loss", "slope", "best gap"].map(fact5);
    body.append(h("div", { class: "tf-columns tf-smooth" }, h("div", {}, table, h("dl", { class: "tf-facts tf-lines-of-two" }, loss.node, slope.node, best.node)), curve.node));
    function draw2() {
      const setting = Object.fromEntries(["smoothing", "gap", "words"].map((name) => [name, model.get(name)]));
      const { target, p, loss: nats, slope: steep } = smoothed(setting);
      const least = bestGap(setting);
      gap2.show(setting.gap, number(setting.gap, 2));
      smoothing.show(Math.round(20 * setting.smoothing), number(setting.smoothing, 2));
      words.show(WORDS.indexOf(setting.words), String(setting.words));
      rows[0].show(target.right, p.right);
      rows[1].show(target.other, p.other);
      loss.show(number(nats, 3), "nats");
      slope.show(number(steep, 3), steep > 5e-4 ? "a smaller gap is better" : steep < -5e-4 ? "a larger gap is better" : "level, to three decimals");
      best.show(Number.isFinite(least) ? number(least, 2) : "none", Number.isFinite(least) ? "where p is the target" : "a larger one always pays");
      curve.show(setting, nats, least);
      say(`Smoothing ${number(setting.smoothing, 2)}, gap ${number(setting.gap, 2)}: p of the right word ${number(p.right, 4)}, its target ${number(target.right, 4)}; loss ${number(nats, 3)} nats, slope ${number(steep, 3)}. Best gap ${Number.isFinite(least) ? number(least, 2) : "none"}.`);
    }
    draw2();
    return state.watch(draw2);
  }
  function row6(name) {
    const cells = [0, 1, 2].map(() => h("td", { class: "tf-num" }));
    return {
      node: h("tr", {}, h("th", { scope: "row" }, name), ...cells),
      show: (target, p) => [target, p, p - target].forEach((x, i) => cells[i].textContent = number(x, 4))
    };
  }
  function fact5(name) {
    const [value, words] = [h("b"), h("span")];
    return { node: h("div", {}, h("dt", {}, name), h("dd", {}, value, " ", words)), show: (text2, more) => (value.textContent = text2, words.textContent = more) };
  }
  function makeCurve3() {
    const x = (gap2) => L5 + gap2 / MOST * (W6 - L5 - R5);
    const gaps = Array.from({ length: 97 }, (_, i) => i / 8);
    const [plain, bent, least] = [s("path", { class: "tf-curve" }), s("path", { class: "tf-curve tf-now" }), s("path", { class: "tf-drop" })];
    const dot3 = s("circle", { class: "tf-dot", r: 7 });
    const axes = [0, 1, 2, 3, 4, 5, 6, 7].map((nats) => ({ nats, line: s("path", { class: nats ? "tf-grid" : "tf-axis" }), name: s("text", { class: "tf-small", x: L5 - 8, "text-anchor": "end" }, String(nats)) }));
    const ticks2 = [0, 3, 6, 9, 12].map((gap2) => s("text", { class: "tf-small", x: Math.min(x(gap2), W6 - R5 - 6), y: H6 - B5 + 18, "text-anchor": "middle" }, String(gap2)));
    const svg = s(
      "svg",
      { viewBox: `0 0 ${W6} ${H6}`, role: "img" },
      ...axes.flatMap(({ line, name }) => [line, name]),
      ...ticks2,
      s("text", { class: "tf-small", x: (L5 + W6 - R5) / 2, y: H6 - 6, "text-anchor": "middle" }, "gap of the logits"),
      plain,
      bent,
      least,
      dot3
    );
    return {
      node: h("div", { class: "tf-curvebox" }, h("p", { class: "tf-title" }, "loss in nats (dashed: without smoothing)"), svg),
      show({ smoothing, gap: gap2, words }, nats, best) {
        const [curved, straight] = [smoothing, 0].map((e) => gaps.map((g) => smoothed({ smoothing: e, gap: g, words }).loss));
        const top = Math.max(...curved, ...straight);
        const y = (value) => H6 - B5 - value / top * (H6 - T5 - B5);
        axes.forEach(({ nats: at, line, name }) => {
          const seen = at <= top ? "visible" : "hidden";
          set(line, { d: `M${L5} ${y(Math.min(at, top))}H${W6 - R5}`, visibility: seen });
          set(name, { y: y(Math.min(at, top)) + 5, visibility: seen });
        });
        const path = (values) => `M${values.map((value, i) => `${x(gaps[i]).toFixed(1)} ${y(value).toFixed(1)}`).join("L")}`;
        set(plain, { d: path(straight) });
        set(bent, { d: path(curved) });
        set(least, { d: best <= MOST ? `M${x(best).toFixed(1)} ${T5}V${H6 - B5}` : "" });
        set(dot3, { cx: x(gap2), cy: y(nats) });
        svg.setAttribute("aria-label", `Loss ${number(nats, 3)} nats at a gap of ${number(gap2, 2)}`);
      }
    };
  }

  // transformer_lib/widgets/js/views/softmax_explorer.js
  var SoftmaxExplorer = { render: render26 };
  var temperatureAt = (position) => Number((10 ** (position / 20)).toPrecision(2));
  function render26({ model, el }) {
    const unit = model.get("scores");
    const state = binder(model, ["d", "scaled", "temperature"]);
    const { controls, body, say } = frame(el, {
      label: "Softmax explorer: how the width d, the division by √d and the temperature sharpen the weights",
      attempt: "raise d: one weight takes all, and a nudge of a score hardly moves its weight. Then divide by √d."
    });
    const width = slider("width d of the keys", { min: 0, max: WIDTHS.length - 1, widest: 4.2 }, (i) => state.change({ d: WIDTHS[i] }), state.commit);
    const heat = slider("temperature T: scores are divided by it", { min: -20, max: 20, widest: 4.6 }, (i) => state.change({ temperature: temperatureAt(i) }), state.commit);
    const divide = checkbox("divide by √d", (on2) => (state.change({ scaled: on2 }), state.commit()));
    controls.append(width.node, heat.node, divide.node, button("Reset", state.reset));
    const rows = unit.map((_, i) => row7(i + 1));
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
    const facts = { largest: fact6("largest weight"), entropy: fact6("entropy"), all: fact6("response Σ p(1 − p)", "how strongly each weight answers its own score, summed") };
    const curve = makeCurve4(unit);
    body.append(h("div", { class: "tf-columns" }, table, curve.node), h("dl", { class: "tf-facts" }, ...Object.values(facts).map((f) => f.node)));
    function draw2() {
      const [d, scaled, temperature] = ["d", "scaled", "temperature"].map((name) => model.get(name));
      const scores = spread(unit, { d, scaled: false, temperature: 1 });
      const inputs = spread(unit, { d, scaled, temperature });
      const p = softmax(inputs);
      const answers = responses(p);
      const [largest, bits, count2, all] = [Math.max(...p), entropyBits(p), effectiveCount(p), response(p)];
      width.show(Math.log2(d), String(d));
      heat.show(Math.round(20 * Math.log10(temperature)), number(temperature));
      divide.show(scaled);
      divided.textContent = scaled ? "÷ √d ÷ T" : "÷ T";
      rows.forEach((r, i) => r.show(scores[i], inputs[i], p[i], answers[i], p[i] === largest));
      facts.largest.show(number(largest, 3), `of ${unit.length} that sum to 1`);
      facts.entropy.show(`${number(bits)} bits`, `as spread out as ${number(count2, 1)} equal weights`);
      facts.all.show(number(all, 3));
      curve.show({ d, scaled, temperature, all });
      say(`d ${d}, ${scaled ? "divided by √d" : "not divided"}, temperature ${number(temperature)}: largest weight ${number(largest, 3)}, entropy ${number(bits)} bits, as spread out as ${number(count2, 1)} equal weights, response ${number(all, 3)}.`);
    }
    draw2();
    return state.watch(draw2);
  }
  function row7(name) {
    const [score2, input, weight, answer] = ["", "", "", " tf-roomy"].map((more) => h("td", { class: `tf-num${more}` }));
    const [bar, give] = [h("span", { class: "tf-bar" }), h("span", { class: "tf-bar tf-give" })];
    const node = h("tr", {}, h("th", { scope: "row" }, String(name)), score2, input, weight, answer, h("td", { class: "tf-track" }, bar, give));
    return {
      node,
      show(q, x, p, g, largest) {
        node.classList.toggle("tf-chosen", largest);
        score2.textContent = number(q, 1);
        input.textContent = number(x, 1);
        for (const cell2 of [score2, input]) cell2.className = `tf-num tf-${x < 0 ? "negative" : "positive"}`;
        weight.textContent = number(p, 3);
        answer.textContent = number(g, 3);
        bar.style.width = `${100 * p}%`;
        give.style.width = `${100 * g}%`;
      }
    };
  }
  function fact6(name, meaning = "") {
    const [value, words] = [h("b"), h("span", {}, meaning)];
    const show = (text2, more = meaning) => (value.textContent = text2, words.textContent = more);
    return { node: h("div", {}, h("dt", {}, name), h("dd", {}, value, " ", words)), show };
  }
  function makeCurve4(unit) {
    const [W7, H7, L6, R6, T6, B6] = [294, 226, 34, 14, 12, 44];
    const x = (d) => L6 + Math.log2(d) / 10 * (W7 - L6 - R6);
    const y = (g) => H7 - B6 - g * (H7 - T6 - B6);
    const kinds = [true, false];
    const lines = kinds.map(() => s("path"));
    const names = ["divided by √d", "not divided"].map((text2) => s("text", { "text-anchor": "middle" }, text2));
    const dot3 = s("circle", { class: "tf-dot", r: 7 });
    const value = s("text", { class: "tf-name tf-ink", "text-anchor": "middle" });
    const axes = [0, 0.5, 1].flatMap((g) => [
      s("path", { class: g ? "tf-grid" : "tf-axis", d: `M${L6} ${y(g)}H${W7 - R6}` }),
      s("text", { class: "tf-small", x: L6 - 9, y: y(g) + 5, "text-anchor": "end" }, String(g))
    ]);
    const ticks2 = [1, 4, 16, 64, 256, 1024].map((d) => s("text", { class: "tf-small", x: Math.min(x(d), W7 - 17), y: H7 - B6 + 18, "text-anchor": "middle" }, String(d)));
    const svg = s(
      "svg",
      { viewBox: `0 0 ${W7} ${H7}`, role: "img" },
      ...axes,
      ...ticks2,
      s("text", { class: "tf-small", x: x(32), y: H7 - 6, "text-anchor": "middle" }, "width d"),
      ...lines,
      ...names,
      dot3,
      value
    );
    const margins = [{ x: L6 / 2, y: H7 / 2, w: L6, h: H7 }, { x: W7 / 2, y: H7 - B6 / 2, w: W7, h: B6 }];
    const along = (heights, w) => heights.flatMap((_, i) => [-12, 12, -33].map((dy) => {
      const cx = Math.min(W7 - R6 - w / 2, Math.max(L6 + w / 2, x(WIDTHS[i])));
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
        const [beside, ...placed] = placeLabels(boxes, [at, ...margins, ...ink], { w: W7, h: H7 });
        kinds.forEach((divided, i) => {
          const now = divided === scaled ? " tf-now" : "";
          set(lines[i], { d: `M${WIDTHS.map((w, j) => `${x(w).toFixed(1)} ${heights[i][j].toFixed(1)}`).join("L")}`, class: `tf-curve${now}` });
          set(names[i], { x: placed[i].x, y: placed[i].y + 5, class: `tf-small${now}` });
        });
        set(dot3, { cx: at.x, cy: at.y });
        set(value, { x: beside.x, y: beside.y + 5 });
        value.textContent = number(all, 3);
        svg.setAttribute("aria-label", `Response at width ${d}: ${number(all, 3)}`);
      }
    };
  }

  // transformer_lib/widgets/js/maths/heads.js
  function split3(row9, channel, { width, heads }) {
    const dHead = width / heads;
    return { head: Math.floor(channel / dHead), row: row9, channel: channel % dHead };
  }
  function scramble(row9, channel, { length: length2, width, heads }) {
    const dHead = width / heads;
    const at = row9 * width + channel;
    return { head: Math.floor(at / (length2 * dHead)), row: Math.floor(at / dHead) % length2, channel: at % dHead };
  }
  function places(way, sizes2) {
    const { length: length2, width, heads } = sizes2;
    const found = Array.from({ length: heads }, () => Array.from({ length: length2 }, () => Array(width / heads)));
    for (let row9 = 0; row9 < length2; row9++)
      for (let channel = 0; channel < width; channel++) {
        const to = way(row9, channel, sizes2);
        found[to.head][to.row][to.channel] = { row: row9, channel };
      }
    return found;
  }
  function pureRows(found) {
    return found.flatMap((rows) => rows.map((cells, row9) => cells.every((cell2) => cell2.row === row9))).filter(Boolean).length;
  }

  // transformer_lib/widgets/js/views/split_tracer.js
  var SplitTracer = { render: render27 };
  var WAYS2 = { split: { text: "split, then swap axes", way: split3 }, scrambled: { text: "reshape only", way: scramble } };
  function render27({ model, el }) {
    const [words, width] = [model.get("words"), model.get("width")];
    const state = binder(model, ["heads", "way", "row", "channel"]);
    const { controls, body, say } = frame(el, {
      label: "Split tracer: where each number of each word goes when its vector is split into heads",
      attempt: "choose a number at the top and see where it lands. Then choose “reshape only”: whose numbers stand in a row now?"
    });
    const change = (changes) => (state.change(changes), state.commit());
    const ways = Object.values(WAYS2).map(({ text: text2 }) => button(text2));
    const showWay = radios(ways, 1, (i) => change({ way: Object.keys(WAYS2)[i] }));
    const counts = Array.from({ length: width }, (_, i) => i + 1).filter((heads) => width % heads === 0 && heads < width);
    const divisions = counts.map((heads) => button(String(heads)));
    const showCount = radios(divisions, 1, (i) => change({ heads: counts[i] }));
    controls.append(
      h("div", { class: "tf-segments", role: "radiogroup", "aria-label": "how" }, ...ways),
      h("div", { class: "tf-group" }, "heads", h("div", { class: "tf-group", role: "radiogroup", "aria-label": "heads" }, ...divisions)),
      button("Reset", state.reset)
    );
    const cells = words.flatMap((word, row9) => Array.from({ length: width }, (_, channel) => cell(word, channel, `${word}, channel ${channel}`)));
    const choose = (row9, channel) => change({ row: row9, channel });
    const mark2 = radios(cells, width, (i) => choose(Math.floor(i / width), i % width));
    const left = h(
      "div",
      { class: "tf-cells", style: `--n:${width}`, role: "radiogroup", "aria-label": "a number" },
      ...words.flatMap((word, row9) => [h("span", { class: "tf-rowname", "aria-hidden": "true" }, word), ...cells.slice(row9 * width, (row9 + 1) * width)])
    );
    const right = h("div", { class: "tf-parts" });
    const said = h("p", { class: "tf-caption" });
    const score2 = h("p", { class: "tf-caption" });
    const shape2 = h("p", { class: "tf-title" });
    body.append(h("p", { class: "tf-title" }, `each word's ${width} numbers (${words.length}, ${width})`), left, shape2, right, said, score2);
    let built = "";
    let landed = [];
    function draw2() {
      const [heads, way, row9, channel] = ["heads", "way", "row", "channel"].map((name) => model.get(name));
      const sizes2 = { length: words.length, width, heads };
      const to = WAYS2[way].way(row9, channel, sizes2);
      showWay(Object.keys(WAYS2).indexOf(way));
      showCount(counts.indexOf(heads));
      mark2(row9 * width + channel);
      if (built !== `${heads} ${way}`) {
        built = `${heads} ${way}`;
        const found = places(WAYS2[way].way, sizes2);
        landed = found.map((rows) => rows.map((row10) => row10.map((from) => {
          const node = cell(words[from.row], from.channel, "");
          set(node, { "aria-hidden": "true", tabindex: -1, onclick: () => choose(from.row, from.channel) });
          return node;
        })));
        right.replaceChildren(...found.map((rows, head) => h(
          "div",
          { class: "tf-part" },
          h("p", { class: "tf-small" }, `head ${head}`),
          h("div", { class: "tf-cells", style: `--n:${width / heads}` }, ...rows.flatMap((row10, r) => {
            const mixed2 = row10.some((from) => from.row !== r);
            return [h("span", { class: `tf-rowname${mixed2 ? " tf-wrong" : ""}`, "aria-hidden": "true" }, words[r]), ...landed[head][r]];
          }))
        )));
        cells.forEach((node, i) => paint(node, WAYS2[way].way(Math.floor(i / width), i % width, sizes2).head));
        landed.forEach((rows, head) => rows.flat().forEach((node) => paint(node, head)));
        const pure = pureRows(found);
        score2.replaceChildren("rows that hold only their own word's numbers: ", h("b", {}, `${pure} of ${heads * words.length}`));
        shape2.textContent = `in heads (${heads}, ${words.length}, ${width / heads}): the same shape, right or wrong`;
      }
      for (const node of landed.flat(2)) node.classList.remove("tf-here");
      landed[to.head][to.row][to.channel].classList.add("tf-here");
      const home = to.row === row9 ? "" : `. It belongs in row ${words[row9]}!`;
      said.replaceChildren(`number ${channel} of `, h("b", {}, words[row9]), ` → head ${to.head}, row `, h("b", {}, words[to.row]), `, place ${to.channel}${home}`);
      said.classList.toggle("tf-wrong", Boolean(home));
      say(`${said.textContent}. ${score2.textContent}.`);
    }
    draw2();
    return state.watch(draw2);
  }
  var cell = (word, channel, name) => h("button", { type: "button", class: "tf-cellbox", "aria-label": name || null }, `${word[0]}${channel}`);
  var paint = (node, head) => node.classList.toggle("tf-shaded", head % 2 === 1);

  // transformer_lib/widgets/js/maths/teacher.js
  var [START2, END2] = ["[START]", "[END]"];
  function forcing(words, { shift, causal }) {
    const targets = [...words, END2];
    const places2 = targets.map((_, i) => i);
    const read = places2.map((i) => shift ? i - 1 : i);
    const mask = attentionMask(places2.map(() => true), { padding: true, causal });
    return {
      reads: read.map((i) => i < 0 ? START2 : targets[i]),
      targets,
      mask,
      leaks: mask.map((row9, i) => row9.map((may, j) => may && read[j] === i))
    };
  }

  // transformer_lib/widgets/js/views/teacher_forcing.js
  var TeacherForcing = { render: render28 };
  var MAX_WORDS2 = 8;
  function render28({ model, el }) {
    const state = binder(model, ["sentence", "position", "shift", "causal"]);
    const { controls, body, say } = frame(el, {
      label: "Teacher forcing: what each position of the decoder reads, may see and is to say",
      attempt: "take the shift away, then bring it back and take the causal mask away. Where does the answer leak?"
    });
    const change = (changes) => (state.change(changes), state.commit());
    const shift = checkbox("shift", (on2) => change({ shift: on2 }));
    const causal = checkbox("causal mask", (on2) => change({ causal: on2 }));
    const field = h("input", { type: "text", class: "tf-field", spellcheck: "false", autocomplete: "off", onchange: () => state.commit(), oninput: () => {
      const words = split4(field.value);
      if (words.length) state.change({ sentence: words.join(" "), position: Math.min(model.get("position"), words.length) });
    } });
    controls.append(h("label", { class: "tf-check tf-typed" }, h("span", {}, "target"), field), shift.node, causal.node, button("Reset", state.reset));
    const box = h("div", { role: "radiogroup", "aria-label": "position", class: "tf-sights tf-forcing" });
    const told = h("p", { class: "tf-told" });
    body.append(
      h("p", { class: "tf-title" }, h("span", { class: "tf-sample tf-seen" }), " may see ", h("span", { class: "tf-sample tf-hidden" }), " hidden ", h("span", { class: "tf-sample tf-leak" }, "!"), " the answer itself"),
      box,
      told
    );
    let [drawn, rows, show] = ["", [], () => {
    }];
    function build2(n) {
      rows = Array.from({ length: n }, (_, i) => h("button", { type: "button", class: "tf-sights-row", style: `--n:${n}`, "aria-label": `position ${i}` }));
      show = radios(rows, 1, (i) => change({ position: i }));
      box.replaceChildren(h("div", { class: "tf-sights-row tf-sights-heads", style: `--n:${n}`, "aria-hidden": "true" }), ...rows);
      drawn = n;
    }
    function draw2() {
      const [sentence, position, shifted, masked2] = ["sentence", "position", "shift", "causal"].map((name) => model.get(name));
      const words = split4(sentence);
      const { reads, targets, mask, leaks } = forcing(words, { shift: shifted, causal: masked2 });
      if (drawn !== targets.length) build2(targets.length);
      if (split4(field.value).join(" ") !== sentence) field.value = sentence;
      shift.show(shifted);
      causal.show(masked2);
      show(position);
      box.firstChild.replaceChildren(h("span", { class: "tf-muted" }, "reads →"), ...reads.map((word) => h("span", { class: "tf-upright tf-key" }, word)), h("span", { class: "tf-muted" }, "is to say"));
      rows.forEach((row9, i) => {
        row9.setAttribute("aria-description", inWords(i));
        row9.replaceChildren(
          h("span", { class: "tf-query tf-number" }, `position ${i}`),
          ...mask[i].map((may, j) => h("span", { class: `tf-sight ${leaks[i][j] ? "tf-leak" : may ? "tf-seen" : "tf-hidden"}` }, leaks[i][j] ? "!" : "")),
          h("span", { class: "tf-output tf-says" }, targets[i])
        );
      });
      const bad = leaks.filter((row9) => row9.includes(true)).length;
      told.replaceChildren(h("span", {}, inWords(position)), h("b", { class: bad ? "tf-negative" : "tf-positive" }, ` The answer leaks at ${bad} of ${targets.length} positions.`));
      say(`${on(shifted, masked2)}: the answer leaks at ${bad} of ${targets.length} positions. ${inWords(position)}`);
      function inWords(i) {
        const seen = reads.filter((_, j) => mask[i][j]);
        return `Position ${i} is to say ${targets[i]}. It may see ${seen.join(" ")}${leaks[i].includes(true) ? ": the answer is among them." : ": it must be worked out."}`;
      }
    }
    draw2();
    return state.watch(draw2);
  }
  var on = (shift, causal) => shift && causal ? "shift and causal mask" : shift ? "shift, no causal mask" : causal ? "causal mask, no shift" : "neither";
  var split4 = (text2) => text2.split(/\s+/).filter(Boolean).slice(0, MAX_WORDS2);

  // transformer_lib/widgets/js/views/text_sampler.js
  var TextSampler = { render: render29 };
  var ROWS3 = 10;
  var MOST_K = 40;
  var NAMES6 = { "\n": "↵", " ": "␣", "	": "⇥" };
  var named = (character) => NAMES6[character] ?? character;
  var SETTINGS = ["prompt", "temperature", "top_k", "top_p", "seed", "cached"];
  function render29({ model, el }) {
    const state = binder(model, [...SETTINGS, "length"]);
    const { root, controls, body, say } = frame(el, {
      label: "Text sampler: a language model writes, one character after the other",
      attempt: "put the temperature to 0, which is greedy, then to 1.5. Then drag characters back, and watch what each next one is drawn from."
    });
    const change = (changes) => (state.change(changes), state.commit());
    const live = (name, of = (x) => x) => [(x) => state.change({ [name]: of(x) }), state.commit];
    const prompt = h("textarea", { class: "tf-prompt", rows: 2, maxlength: 300, spellcheck: "false", oninput: () => state.change({ prompt: prompt.value }), onchange: state.commit });
    const sliders = {
      temperature: slider("temperature", { min: 0, max: 2, step: 0.05, widest: 4 }, ...live("temperature")),
      top_k: slider("top-k", { min: 1, max: MOST_K, widest: 3 }, ...live("top_k", (k) => k === MOST_K ? null : k)),
      top_p: slider("top-p", { min: 0.05, max: 1, step: 0.05, widest: 4 }, ...live("top_p")),
      length: slider("characters", { min: 0, max: 200, widest: 3 }, ...live("length"))
    };
    const cache = checkbox("KV cache", (cached) => change({ cached }));
    controls.append(
      h("label", { class: "tf-promptbox" }, h("span", {}, "prompt"), prompt),
      sliders.temperature.node,
      sliders.top_k.node,
      sliders.top_p.node,
      sliders.length.node,
      cache.node,
      button("Again", () => change({ seed: model.get("seed") + 1 })),
      button("Reset", state.reset)
    );
    const text2 = h("div", { class: "tf-written", tabindex: 0, role: "region", "aria-label": "the text" });
    const bars = makeBars();
    const facts = ["the cache holds", "a character takes", "without a cache"].map((name) => fact7(name));
    body.append(h("div", { class: "tf-sampler" }, text2, bars.node), h("dl", { class: "tf-facts tf-samplerfacts" }, ...facts.map(({ node: node2 }) => node2)));
    let trained = null;
    let written2 = [];
    let run = null;
    let full = false;
    let turn2 = 0;
    const times3 = { true: [], false: [] };
    function ids() {
      const known = trained.source.encode(model.get("prompt")).filter((id) => id !== UNKNOWN);
      return known.length ? known : [START];
    }
    const windowOf = () => Math.min(model.get("window"), trained.config.max_len);
    function begin2() {
      const [prompt2, options] = [ids(), Object.fromEntries(["temperature", "top_k", "top_p", "cached"].map((name) => [name, model.get(name)]))];
      const room = windowOf() - prompt2.length;
      [written2, full] = [[], false];
      run = stream(trained.model, prompt2, { ...options, max_new_tokens: Math.max(0, room), random: makeRandom(model.get("seed")) });
      return write();
    }
    async function write() {
      if (!trained) return draw2();
      const mine = ++turn2;
      const breathe = makeBreath();
      const passed = times3[model.get("cached")];
      while (written2.length <= model.get("length")) {
        const from = performance.now();
        const { value, done } = run.next();
        full = Boolean(done);
        if (full) break;
        written2.push(value);
        passed.push(performance.now() - from);
        if (passed.length > 20) passed.shift();
        if (await breathe()) {
          if (mine !== turn2) return;
          draw2();
        }
      }
      draw2();
      tell();
    }
    function draw2() {
      const [length2, temperature, k, p] = ["length", "temperature", "top_k", "top_p"].map((name) => model.get(name));
      if (prompt.value !== model.get("prompt")) prompt.value = model.get("prompt");
      sliders.temperature.show(temperature, temperature ? number(temperature) : "0: the likeliest");
      sliders.top_k.show(k ?? MOST_K, k === null ? "all" : String(k));
      sliders.top_p.show(p, p === 1 ? "all" : number(p));
      sliders.length.show(length2, String(length2));
      cache.show(model.get("cached"));
      if (!trained) return text2.replaceChildren(h("span", { class: "tf-given" }, model.get("prompt")));
      const shown2 = written2.slice(0, full ? length2 : Math.min(length2, written2.length - 1));
      const unknown = trained.source.unknown(model.get("prompt"));
      const next = written2[shown2.length];
      text2.replaceChildren(
        h("span", { class: "tf-given" }, trained.source.decode(ids())),
        trained.source.decode(shown2.map(({ token }) => token)),
        h("span", { class: "tf-caret", "aria-hidden": "true" }),
        ...unknown.length ? [h("p", { class: "tf-note" }, `The model has never seen ${[...new Set(unknown)].map((c) => `“${c}”`).join(", ")}: left out.`)] : [],
        ...!next && full ? [h("p", { class: "tf-note" }, `Its window of ${windowOf()} characters is full.`)] : []
      );
      text2.scrollTop = text2.scrollHeight;
      bars.show(next, trained.source.items);
      const { n_layers, d_model } = trained.config;
      const kept = (next ?? written2.at(-1))?.numbers ?? 0;
      facts[0].show(kept.toLocaleString("en").replaceAll(",", " "), kept ? `numbers: 2 × ${kept / (2 * n_layers * d_model)} characters × ${n_layers} layers × ${d_model}` : "nothing: all is computed anew");
      [true, false].forEach((cached, i) => facts[i + 1].show(times3[cached].length ? `${number(median(times3[cached]), 1)} ms` : "–", times3[cached].length ? `${Math.round(1e3 / median(times3[cached]))} a second` : "switch the cache off"));
    }
    function tell() {
      const next = written2[model.get("length")];
      const list = next?.kept.slice(0, 3).map((id) => `${named(trained.source.items[id])} ${number(next.probabilities[id])}`).join(", ");
      say(`Written: ${trained.source.decode(written2.slice(0, model.get("length")).map(({ token }) => token))}. Next: ${list ?? "nothing, the window is full"}.`);
    }
    const { node, stop } = whenNear(root, model, "The language model", (loaded) => {
      trained = loaded;
      begin2();
      return `The language model is here: ${loaded.config.n_layers} layers, a window of ${windowOf()} characters.`;
    });
    body.prepend(node);
    draw2();
    say(`Prompt: ${model.get("prompt")}. The language model is not loaded yet.`);
    const again = () => trained ? begin2() : draw2();
    const events = SETTINGS.map((name) => `change:${name}`);
    for (const event of events) model.on(event, again);
    model.on("change:length", write);
    return () => {
      stop();
      turn2++;
      for (const event of events) model.off(event, again);
      model.off("change:length", write);
    };
  }
  var median = (xs) => [...xs].sort((a, b) => a - b)[xs.length >> 1];
  function fact7(name) {
    const [value, meaning] = [h("b", {}, "–"), h("span")];
    return { node: h("div", {}, h("dt", {}, name), h("dd", {}, value, meaning)), show: (text2, words) => (value.textContent = text2, meaning.textContent = ` ${words}`) };
  }
  function makeBars() {
    const cell2 = (more = {}) => h("td", more);
    const rows = Array.from({ length: ROWS3 }, () => {
      const row9 = { name: h("th", { scope: "row" }, "–"), before: h("span", { class: "tf-bar tf-before" }), after: h("span", { class: "tf-bar" }), numbers: [cell2({ class: "tf-num" }), cell2({ class: "tf-num" })] };
      row9.node = h("tr", {}, row9.name, cell2({ class: "tf-track" }), ...row9.numbers);
      row9.node.children[1].append(row9.before, row9.after);
      return row9;
    });
    const sample = (more, text2) => h("span", { class: "tf-kind" }, h("span", { class: `tf-bar tf-sample ${more}` }), text2);
    const head = (name, more = "") => h("th", { scope: "col", class: more }, name);
    const rest = h("p", { class: "tf-caption" });
    return {
      node: h("div", { class: "tf-chances" }, h("p", { class: "tf-title" }, sample("tf-before", "before the cut"), sample("", "after it")), h(
        "table",
        { class: "tf-table" },
        h("thead", {}, h("tr", {}, head("next"), head("probability"), head("before", "tf-num"), head("after", "tf-num"))),
        h("tbody", {}, ...rows.map(({ node }) => node))
      ), rest),
      show(step, items) {
        const order = step ? Array.from(step.before.keys()).sort((a, b) => step.before[b] - step.before[a]).slice(0, ROWS3) : [];
        rows.forEach(({ node, name, before, after, numbers }, i) => {
          const id = order[i];
          node.style.visibility = id === void 0 ? "hidden" : "visible";
          name.textContent = id === void 0 ? "" : named(items[id]);
          node.classList.toggle("tf-drawn", id !== void 0 && id === step.token);
          for (const [bar, cell3, values] of [[before, numbers[0], step?.before], [after, numbers[1], step?.probabilities]]) {
            bar.style.width = id === void 0 ? 0 : `${100 * values[id]}%`;
            cell3.textContent = id === void 0 ? "" : number(values[id]);
          }
        });
        rest.textContent = step ? `${step.kept.length} of ${items.length} may be drawn; drawn: ${named(items[step.token])}` : " ";
      }
    };
  }

  // transformer_lib/widgets/js/views/word_swapper.js
  var WordSwapper = { render: render30 };
  function render30({ model, el }) {
    const [words, embeddings, w_q, w_k, w_v] = ["words", "embeddings", "w_q", "w_k", "w_v"].map((name) => model.get(name));
    const state = binder(model, ["order", "positions", "causal"]);
    const { controls, body, say } = frame(el, {
      label: "Word swapper: which outputs of an attention layer notice the order of the words",
      attempt: "click two words to swap them. Which outputs change? Then add positions."
    });
    const flag = (name, text2) => checkbox(text2, (on2) => (state.change({ [name]: on2 }), state.commit()));
    const flags = { positions: flag("positions", "add positions"), causal: flag("causal", "hide what comes after (causal mask)") };
    controls.append(flags.positions.node, flags.causal.node, button("Reset", () => (picked = -1, state.reset(), draw2())));
    let picked = -1;
    const move = (from, to) => {
      picked = -1;
      if (from === to || to < 0 || to >= words.length) return draw2();
      state.change({ order: swapped(model.get("order"), from, to) });
      state.commit();
      chips[to].word.focus();
    };
    const pick = (place2) => {
      if (picked >= 0) return move(picked, place2);
      picked = place2;
      draw2();
    };
    const chips = words.map((_, place2) => {
      const word = button("", () => pick(place2));
      set(word, { onkeydown: (event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!step) return;
        event.preventDefault();
        move(place2, place2 + step);
      } });
      return { word, node: h("div", { class: "tf-chip" }, word, h("span", { class: "tf-small", "aria-hidden": "true" }, String(place2))) };
    });
    const hint = h("p", { class: "tf-caption" });
    const rows = words.map((word) => row8(word, embeddings[0].length));
    const mean2 = row8("mean of all", embeddings[0].length);
    const table = h(
      "table",
      { class: "tf-table tf-outputs" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, glyph("output"), "output of"), h("th", { scope: "col" }, "before"), h("th", { scope: "col" }, "now"), h("th", { scope: "col", class: "tf-num" }, "change"), h("td"))),
      h("tbody", {}, ...rows.map((one) => one.node)),
      h("tfoot", {}, mean2.node)
    );
    body.append(h("div", { class: "tf-chips", role: "group", "aria-label": "sentence" }, ...chips.map((chip) => chip.node)), hint, table);
    const original = words.map((_, i) => i);
    function outputs(order, setting) {
      const outs = selfAttention(order.map((i) => embeddings[i]), { w_q, w_k, w_v }, setting);
      return original.map((i) => outs[order.indexOf(i)]);
    }
    const average = (outs) => outs[0].map((_, axis) => outs.reduce((sum2, out) => sum2 + out[axis], 0) / outs.length);
    function draw2() {
      const [order, positions, causal] = ["order", "positions", "causal"].map((name) => model.get(name));
      const [before, now] = [outputs(original, { positions, causal }), outputs(order, { positions, causal })];
      flags.positions.show(positions);
      flags.causal.show(causal);
      chips.forEach(({ word }, place2) => {
        word.textContent = words[order[place2]];
        set(word, { "aria-pressed": String(place2 === picked), "aria-label": `${words[order[place2]]}, place ${place2}` });
      });
      hint.textContent = picked < 0 ? "Click a word, then the one to swap it with; or move a word with ← and →." : `Swap “${words[order[picked]]}” with …`;
      const changes = rows.map((one, i) => one.show(before[i], now[i]));
      mean2.show(average(before), average(now));
      const noticed = changes.filter(Boolean).length;
      say(`${order.map((i) => words[i]).join(" ")}, ${positions ? "with" : "without"} positions${causal ? ", causal mask" : ""}: ${noticed ? `${noticed} of ${words.length} outputs changed` : "every output is the same"}.`);
    }
    draw2();
    return state.watch(draw2);
  }
  function row8(name, width) {
    const strips = [makeStrip(width), makeStrip(width)];
    const change = h("td", { class: "tf-num" });
    const verdict2 = h("td");
    return {
      node: h("tr", {}, h("th", { scope: "row" }, name), ...strips.map((one) => h("td", {}, one.node)), change, verdict2),
      show(before, now) {
        const size = gap(before, now);
        strips[0].show(before);
        strips[1].show(now);
        change.textContent = number(size, 3);
        const differs = size >= 5e-4;
        set(verdict2, { class: differs ? "tf-differs" : "tf-same" });
        verdict2.textContent = differs ? "≠ differs" : "✓ same";
        return differs;
      }
    };
  }

  // transformer_lib/widgets/js/index.js
  installHost(views_exports);
  return __toCommonJS(index_exports);
})();

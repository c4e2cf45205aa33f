// Brings a widget to life in a page without a kernel: <transformer-widget name="..." state="{...}">.
// In JupyterLab anywidget does this, and this file only defines an element that nobody uses.

const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

/** A model with anywidget's interface whose state lives in the page alone. */
export class Model {
  #state;
  #listeners = new Map();
  isInPage = true; // no kernel stands behind it

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

  save_changes() {}

  send() {}

  on(names, listener) {
    for (const name of names.split(" ")) {
      if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
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
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener({}, value);
  }
}

/**
 * Define the element, once, where there is a page. The script stands in the head, so elements come alive while the
 * page is being parsed: before their fallback text is read (a style hides it), and before anything is painted.
 * @param {Record<string, {render: Function}>} views by the name of their Python class
 */
export function installHost(views) {
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
        this.#stop = undefined;
        this.#place?.remove();
        this.removeAttribute("live");
      }
    },
  );
}

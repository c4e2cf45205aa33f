// Trained models for the widgets that run them: where their files come from, and what a widget says while they come.
// In a page, a script beside widgets.js calls `receive`: that works from a folder, where a page may fetch nothing.
// In JupyterLab the kernel sends the file. Either way it is asked for when a widget comes near the reader's eyes.
import { button, h } from "./dom.js";
import { loadModel } from "./maths/engine/models.js";

const script = typeof document === "undefined" ? null : document.currentScript;
const waiting = new Map(); // name of a model -> what takes its bytes
const models = new Map(); // name of a model -> promise of what `loadModel` returns

/** Called by the script weights/NAME.js. */
export function receive(name, base64) {
  waiting.get(name)?.(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

/** @returns {Promise<Uint8Array>} the file, by a script of this page: where the page says, or beside widgets.js */
export function fromScript(name) {
  return new Promise((resolve, reject) => {
    waiting.set(name, resolve);
    const listed = JSON.parse(script?.dataset.weights ?? "{}")[name];
    const node = h("script", { src: listed ?? new URL(`weights/${name}.js`, script?.src || document.baseURI).href });
    node.onload = () => (node.remove(), reject(new Error(`its file held something else`))); // too late to matter, if it came
    node.onerror = () => (node.remove(), reject(new Error("its file could not be read")));
    document.head.append(node);
  });
}

/** @returns {Promise<Uint8Array>} the file, as a message of the kernel */
export function fromKernel(model, name, patience = 30_000) {
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

/** @returns {Promise<{model, source, target, config, report}>} the model, loaded once for all widgets of the page */
export function load(model, name) {
  if (!models.has(name)) {
    const promise = (model.isInPage ? fromScript(name) : fromKernel(model, name)).then(loadModel);
    models.set(name, promise);
    promise.catch(() => models.delete(name)); // the reader may try again
  }
  return models.get(name);
}

/**
 * Load the widget's model once the widget is nearly in view, or touched.
 * @param {Element} root the widget's frame, from dom.js
 * @param {string} what the model is called in the sentence that tells of its state
 * @param {(trained: object) => string} ready draws with it; returns what is said of it
 * @returns {{node: Element, stop: () => void}} the sentence, and the function that forgets about it all
 */
export function whenNear(root, model, what, ready) {
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
  return { node, stop: () => (stop(), (asked = false)) };
}

/** Gives the page a turn when `budget` milliseconds have passed since its last, and says whether it did. */
export function makeBreath(budget = 12) {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < budget) return false;
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    last = performance.now();
    return true;
  };
}

// The page's own behaviour. Everything here is a comfort: a page without it can be read, navigated and answered.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const all = (selector) => [...document.querySelectorAll(selector)];

  // Colours: as the system, light, dark; the first press is always a change.
  const themeButton = document.querySelector(".theme-button");
  const NAMES = { auto: "as the system", light: "light", dark: "dark" };
  const apply = (mode) => {
    root.dataset.mode = mode;
    root.dataset.theme = mode === "auto" ? (system.matches ? "dark" : "light") : mode;
    themeButton.title = `Colours: ${NAMES[mode]}`;
    themeButton.setAttribute("aria-label", themeButton.title);
  };
  themeButton.hidden = false;
  apply(root.dataset.mode);
  themeButton.addEventListener("click", () => {
    const order = system.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
    const mode = order[(order.indexOf(root.dataset.mode) + 1) % 3];
    apply(mode);
    try {
      localStorage.setItem("mode", mode);
    } catch {
      /* no storage: the choice lasts as long as the page */
    }
  });
  system.addEventListener("change", () => apply(root.dataset.mode));

  // Ctrl-K, or a slash outside a field, goes to the search.
  const search = document.querySelector("input[name=q]");
  addEventListener("keydown", (event) => {
    const slash = event.key === "/" && !event.target.closest("input, textarea, select, transformer-widget");
    if (!search?.offsetParent || !(slash || (event.key === "k" && (event.ctrlKey || event.metaKey)))) return;
    event.preventDefault();
    search.focus();
  });

  // A button that copies a cell's code.
  for (const block of all(".cell_input .highlight, .article > section .highlight-python .highlight")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this code");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(block.querySelector("pre").textContent.trimEnd());
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(block.querySelector("pre"));
        button.textContent = "Selected";
      }
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
    block.append(button);
  }

  // What scrolls sideways can be reached, and so scrolled, with the keyboard.
  const SCROLLERS = "pre, div.math, .katex-display, .cell_output, .output, .table-wrapper";
  const reach = () => {
    for (const box of all(SCROLLERS)) {
      const scrolls = box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== "visible";
      if (scrolls) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  reach();
  addEventListener("resize", reach);
  addEventListener("load", reach);

  // The section being read is marked in the contents.
  const links = new Map(all("#contents .current ul a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  if (links.size) {
    const observer = new IntersectionObserver(
      (entries) => {
        const seen = entries.filter((entry) => entry.isIntersecting).pop();
        if (!seen) return;
        for (const link of links.values()) link.removeAttribute("aria-current");
        links.get(seen.target.id).setAttribute("aria-current", "true");
      },
      { rootMargin: "-10% 0px -75% 0px" },
    );
    for (const id of links.keys()) if (document.getElementById(id)) observer.observe(document.getElementById(id));
  }
  document.getElementById("contents").addEventListener("click", (event) => {
    if (event.target.closest("a") && event.currentTarget.matches(":popover-open")) event.currentTarget.hidePopover();
  });

  // A screen reader hears the explanation of the option just chosen.
  addEventListener("change", (event) => {
    const option = event.target.closest(".tf-quiz-option");
    if (!option || !event.target.checked) return;
    const why = option.querySelector(".tf-quiz-why").cloneNode(true);
    for (const unread of why.querySelectorAll(".katex-html, annotation")) unread.remove();
    document.getElementById("announce").textContent = why.textContent.trim();
  });
})();

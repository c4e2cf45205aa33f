// What esbuild bundles into ../widgets.js (`make`), the global TransformerWidgets: all views, and the element they live in.
import { installHost } from "./host.js";
import * as views from "./views/index.js";

export * from "./views/index.js";
export { receive } from "./trained.js";

installHost(views);

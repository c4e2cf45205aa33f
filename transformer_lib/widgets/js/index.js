// Every widget by the name of its Python class. esbuild bundles this file into ../widgets.js (`make`), the global TransformerWidgets.
import { installHost } from "./host.js";
import { AttentionExplorer } from "./views/attention_explorer.js";
import { QueryExplorer } from "./views/query_explorer.js";
import { SoftmaxExplorer } from "./views/softmax_explorer.js";

export { AttentionExplorer, QueryExplorer, SoftmaxExplorer };

installHost({ AttentionExplorer, QueryExplorer, SoftmaxExplorer });

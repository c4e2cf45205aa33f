// Every widget by the name of its Python class.
export { AttentionExplorer } from "./attention_explorer.js";
export { PositionExplorer } from "./position_explorer.js";
export { QueryExplorer } from "./query_explorer.js";
export { SoftmaxExplorer } from "./softmax_explorer.js";
export { WordSwapper } from "./word_swapper.js";

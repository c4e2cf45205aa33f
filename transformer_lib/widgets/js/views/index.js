// Every widget by the name of its Python class.
export { AttentionExplorer } from "./attention_explorer.js";
export { InductionExplorer } from "./induction_explorer.js";
export { LayerBudget } from "./layer_budget.js";
export { MarkerHead } from "./marker_head.js";
export { QueryExplorer } from "./query_explorer.js";
export { ShapeTracer } from "./shape_tracer.js";
export { SoftmaxExplorer } from "./softmax_explorer.js";

// Every widget by the name of its Python class.
export { AttentionExplorer } from "./attention_explorer.js";
export { BucketExplorer } from "./bucket_explorer.js";
export { MaskBuilder } from "./mask_builder.js";
export { PaddingExplorer } from "./padding_explorer.js";
export { LayerBudget } from "./layer_budget.js";
export { QueryExplorer } from "./query_explorer.js";
export { ShapeTracer } from "./shape_tracer.js";
export { SoftmaxExplorer } from "./softmax_explorer.js";

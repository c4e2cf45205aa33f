// Every widget by the name of its Python class.
export { AttentionExplorer } from "./attention_explorer.js";
export { BucketExplorer } from "./bucket_explorer.js";
export { HeadExplorer } from "./head_explorer.js";
export { LayerBudget } from "./layer_budget.js";
export { MaskBuilder } from "./mask_builder.js";
export { PaddingExplorer } from "./padding_explorer.js";
export { PathExplorer } from "./path_explorer.js";
export { PerplexityLadder } from "./perplexity_ladder.js";
export { PoolingExplorer } from "./pooling_explorer.js";
export { PositionExplorer } from "./position_explorer.js";
export { QueryExplorer } from "./query_explorer.js";
export { ReachExplorer } from "./reach_explorer.js";
export { ShapeTracer } from "./shape_tracer.js";
export { SoftmaxExplorer } from "./softmax_explorer.js";
export { SplitTracer } from "./split_tracer.js";
export { TextSampler } from "./text_sampler.js";
export { WordSwapper } from "./word_swapper.js";

/** torch.utils.data */
export { type Collated, default_collate, default_convert } from './collate.js'
export { ChainDataset, ConcatDataset, StackDataset } from './combined.js'
export { DataLoader, type DataLoaderOptions } from './dataloader.js'
export { type Dataset, IterableDataset, TensorDataset } from './dataset.js'
export { label_rarity_weights } from './label_rarity_weights.js'
export type { LabelTargets } from './positives.js'
export {
  BatchSampler,
  type Order,
  RandomSampler,
  type RandomSamplerOptions,
  Sampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
  type WeightedRandomSamplerOptions,
} from './sampler.js'
export {
  MultilabelStratifiedKFold,
  type MultilabelStratifiedKFoldOptions,
  type StratifiedSplitOptions,
  stratified_split,
} from './stratified.js'
export { random_split, Subset } from './subset.js'

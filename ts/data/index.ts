/** torch.utils.data */
export { DataLoader, type DataLoaderOptions } from './dataloader.js'
export { type Dataset, TensorDataset } from './dataset.js'
export { random_split, Subset } from './subset.js'

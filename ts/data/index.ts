/** torch.utils.data */
export { DataLoader, type DataLoaderOptions } from './dataloader.js'
export { type Dataset, TensorDataset } from './dataset.js'

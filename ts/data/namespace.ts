/** Datasets and loaders. Source: torch.utils.data. */
export * as data from './index.js'

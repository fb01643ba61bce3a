/** As ts/data/namespace.ts. */
export * as data from './datasets_and_loaders.js'

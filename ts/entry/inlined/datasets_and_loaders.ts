export * from '../../data/index.js'
export { label_rarity_weights, MultilabelStratifiedKFold, stratified_split } from './data.js'

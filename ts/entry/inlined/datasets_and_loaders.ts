export * from '../../data/index.js'
export { MultilabelStratifiedKFold, stratified_split } from './data.js'

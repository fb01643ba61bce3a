/** Stratified splits and weights of rows, with their kernels. */
import family from '#data.wasm?inlined'
import * as rarity from '../../data/label_rarity_weights.js'
import * as stratified from '../../data/stratified.js'
import { withKernels } from './with_kernels.js'

export const MultilabelStratifiedKFold = withKernels(stratified.MultilabelStratifiedKFold, 'stratify', family)
export const label_rarity_weights = withKernels(rarity.label_rarity_weights, 'stratify', family)
export const stratified_split = withKernels(stratified.stratified_split, 'stratify', family)

/** Stratified splits, with their kernel. */
import family from '#data.wasm?inlined'
import * as stratified from '../../data/stratified.js'
import { withKernels } from './with_kernels.js'

export const MultilabelStratifiedKFold = withKernels(stratified.MultilabelStratifiedKFold, 'stratify', family)
export const stratified_split = withKernels(stratified.stratified_split, 'stratify', family)

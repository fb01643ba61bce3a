// For kernels and methods: a parser makes tensors, also where nothing else of softmargin is imported.
import './core.js'
import '../surface/methods/core.js'

export * from '../datasets/index.js'

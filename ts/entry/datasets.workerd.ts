// For kernels and methods: a parser makes tensors, also where nothing else of softmargin is imported.
import './workerd.js'

export * from '../datasets/index.js'

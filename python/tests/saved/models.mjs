// The models that write_model.mjs saves.
import torch from '../../../dist/default.js'

const { Linear, LayerNorm, GELU, ReLU, Tanh, Sigmoid, Dropout, Sequential } = torch.nn

export const createModels = () => ({
  linear: new Linear(37, 11),
  mlp: new Sequential(new Linear(37, 64), new LayerNorm(64), new GELU(), new Dropout(0.1), new Linear(64, 11)),
  deep: new Sequential(new Linear(37, 50), new ReLU(), new Linear(50, 33), new Tanh(), new Linear(33, 20), new Sigmoid(), new Linear(20, 11)),
})

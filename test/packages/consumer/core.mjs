// softmargin/core alone, then beside softmargin.
import core from 'softmargin/core'

const x = core.tensor([[1, 2, 3]])
console.log('softmax' in x, x.mul(2).sum().item(), core.nn.functional.relu(x.neg()).sum().item())
try {
  x.cumsum(1)
} catch (error) {
  console.log(error.constructor.name)
}
const network = new core.nn.Sequential(
  new core.nn.Conv2d(1, 2, 3),
  new core.nn.BatchNorm2d(2),
  new core.nn.Flatten(),
  new core.nn.Linear(8, 2),
)
const criterion = new core.nn.BCEWithLogitsLoss()
const optimizers = [core.optim.RMSprop, core.optim.SGD, core.optim.LBFGS]
criterion.forward(network.forward(core.randn([2, 1, 4, 4])), core.ones([2, 2])).backward()
for (const Optimizer of optimizers.slice(0, 2)) new Optimizer(network.parameters(), { lr: 0.1 }).step()
core.nn.utils.clip_grad_norm_(network.parameters(), 1, { norm_type: Number.POSITIVE_INFINITY })
console.log(network.forward(core.ones([1, 1, 4, 4])).shape.join())

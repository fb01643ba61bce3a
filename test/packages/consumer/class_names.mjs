// What is printed and thrown names classes, also where a bundler shortens their names.
import torch from 'softmargin'

const { nn, optim, metrics } = torch
const model = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU())
const list = [new metrics.MultilabelF1Score(3), new metrics.MultilabelAUROC(3)]
console.log(String(model))
console.log(String(new optim.Adam(model.parameters())))
console.log(
  Object.keys(new metrics.MetricCollection(list).forward(torch.rand([4, 3]), torch.ones([4, 3]))).join(),
)
for (const attempt of [
  () => new metrics.MultilabelF1Score(1),
  () => model.load_state_dict({}),
  () => model.get_submodule('missing'),
  () => new optim.lr_scheduler.StepLR(new optim.SGD(model.parameters()), 1).load_state_dict(1),
]) {
  try {
    attempt()
  } catch (error) {
    console.log(error.message)
  }
}

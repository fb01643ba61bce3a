"""Steps of LBFGS on a small problem: the first loss of each, and where the parameters are after it.

{ torch, x: tensor, y: tensor, weight: tensor, bias: tensor,
  cases: [ { options, losses: [float64], parameters: [step][flat], evaluations: number } ] }
The loss is `((x W + b - y)²).mean() + (W⁴).mean()`, or its negative where it is maximised.
"""

import torch

from optimizing import flat
from writing import Numbers, normal, tensor, write

torch.manual_seed(3)
x, y, weight, bias = normal(12, 4), normal(12, 3), normal(4, 3), normal(3)


def case(**options):
    leaves = [t.double().requires_grad_() for t in (weight, bias)]
    optimizer = torch.optim.LBFGS(leaves, **options)
    sign = -1 if options.get("maximize") else 1

    def closure():
        optimizer.zero_grad()
        w, b = leaves
        loss = sign * (((x.double() @ w + b - y.double()) ** 2).mean() + (w ** 4).mean())
        loss.backward()
        return loss

    losses, reached = [], []
    for _ in range(3):
        losses.append(optimizer.step(closure).item())
        reached.append([flat(p) for p in leaves])
    return {"options": options, "losses": Numbers(losses, 9), "parameters": reached,
            "evaluations": optimizer.state_dict()["state"][0]["func_evals"]}


write({"x": tensor(x), "y": tensor(y), "weight": tensor(weight), "bias": tensor(bias), "cases": [
    case(max_iter=4, lr=0.5),
    case(max_iter=5, lr=0.25, history_size=2),
    case(max_iter=4, lr=0.5, maximize=True),
    case(max_iter=3, line_search_fn="strong_wolfe"),
    case(max_iter=4, line_search_fn="strong_wolfe", history_size=3, max_eval=9),
    case(max_iter=3, lr=4, line_search_fn="strong_wolfe"),
    case(max_iter=3, line_search_fn="strong_wolfe", maximize=True),
]})

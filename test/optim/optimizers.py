"""Ten steps of each rule on given gradients, and where they were after five; curves of losses; sentences.

{ parameters: [tensor], gradients: [step][parameter] flat or null,
  cases: [ { name, optimizer, options, groups: [options] (one for each parameter) | null, float64: { "1":
  [flat], ... }, halfway: state_dict } ],
  training: { x, y, cases: [ { name, layers, optimizer, options, scheduler: [name, args, options], max_norm,
  state_dict, losses } ] },
  errors: [ { name, type, message } ] }
Cases are float64 from float32 inputs; halfway, after five steps, the state is float32.
"""

import torch
from torch import nn

from optimizing import flat, leaf, make_scheduler, plain, sentences
from writing import f32, normal, numbers, short, tensor, write

NESTEROV = {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 0.01}


def optimizer_errors():
    optim = torch.optim

    def loading(change):
        saved = optim.SGD([leaf(), leaf()]).state_dict()
        change(saved)
        return lambda: optim.SGD([leaf(), leaf()]).load_state_dict(saved)

    def again():
        p = leaf()
        optim.SGD([p]).add_param_group({"params": p})

    simple = {
        "SGD: lr": lambda: optim.SGD([leaf()], lr=-1),
        "SGD: momentum": lambda: optim.SGD([leaf()], momentum=-0.5),
        "SGD: weight_decay": lambda: optim.SGD([leaf()], weight_decay=-0.5),
        "SGD: nesterov": lambda: optim.SGD([leaf()], nesterov=True),
        "SGD: nesterov, dampening": lambda: optim.SGD([leaf()], nesterov=True, momentum=0.9, dampening=0.1),
        "Adam: lr": lambda: optim.Adam([leaf()], lr=-1), "Adam: eps": lambda: optim.Adam([leaf()], eps=-0.5),
        "Adam: beta1": lambda: optim.Adam([leaf()], betas=(1.5, 0.9)),
        "Adam: beta2": lambda: optim.Adam([leaf()], betas=(0.5, -0.5)),
        "Adam: weight_decay": lambda: optim.Adam([leaf()], weight_decay=-0.5),
        "AdamW: lr": lambda: optim.AdamW([leaf()], lr=-1),
        "RMSprop: lr": lambda: optim.RMSprop([leaf()], lr=-1),
        "RMSprop: eps": lambda: optim.RMSprop([leaf()], eps=-0.5),
        "RMSprop: momentum": lambda: optim.RMSprop([leaf()], momentum=-0.5),
        "RMSprop: weight_decay": lambda: optim.RMSprop([leaf()], weight_decay=-0.5),
        "RMSprop: alpha": lambda: optim.RMSprop([leaf()], alpha=-0.5),
        "Adagrad: lr": lambda: optim.Adagrad([leaf()], lr=-1),
        "Adagrad: lr_decay": lambda: optim.Adagrad([leaf()], lr_decay=-0.5),
        "Adagrad: weight_decay": lambda: optim.Adagrad([leaf()], weight_decay=-0.5),
        "Adagrad: initial_accumulator_value": lambda: optim.Adagrad([leaf()], initial_accumulator_value=-0.5),
        "Adagrad: eps": lambda: optim.Adagrad([leaf()], eps=-0.5),
        "NAdam: momentum_decay": lambda: optim.NAdam([leaf()], momentum_decay=-0.5),
        "NAdam: betas": lambda: optim.NAdam([leaf()], betas=(1.5, 0.9)),
        "RAdam: weight_decay": lambda: optim.RAdam([leaf()], weight_decay=-0.5),
        "Adamax: eps": lambda: optim.Adamax([leaf()], eps=-0.5),
        "Adadelta: rho": lambda: optim.Adadelta([leaf()], rho=1.5),
        "ASGD: lambd": lambda: optim.ASGD([leaf()], lambd=-0.5),
        "ASGD: alpha": lambda: optim.ASGD([leaf()], alpha=-0.5),
        "Rprop: etas": lambda: optim.Rprop([leaf()], etas=(0.5, 0.9)),
        "LBFGS: lr": lambda: optim.LBFGS([leaf()], lr=-1),
        "LBFGS: groups": lambda: optim.LBFGS([{"params": [leaf()]}, {"params": [leaf()]}]),
        "no parameters": lambda: optim.SGD([]), "result": lambda: optim.SGD([leaf() * 2]),
        "two groups": again,
        "load: groups": loading(lambda saved: saved["param_groups"].append({"params": []})),
        "load: size of a group": loading(lambda saved: saved["param_groups"][0]["params"].pop()),
    }
    return {
        **{name: (attempt, None) for name, attempt in simple.items()},
        "tensor": (lambda: optim.SGD(leaf()), "or dicts"), "number": (lambda: optim.SGD([1]), "int"),
        "group: number": (lambda: optim.SGD([leaf()]).add_param_group(1), " dict"),
        "unknown option": (lambda: optim.SGD([leaf()], learning_rate=1), None),
    }


def training():
    torch.manual_seed(12)
    x = short(torch.randn(24, 10))
    y = (x @ torch.randn(10, 5) + torch.randn(24, 5) > 1).float()

    def case(name, layers, optimizer, options, scheduler, max_norm=None):
        parts = [nn.Linear(i, o) for i, o in layers]
        model = parts[0] if len(parts) == 1 else nn.Sequential(parts[0], nn.ReLU(), parts[1])
        start = {k: short(v) for k, v in model.state_dict().items()}

        def curve(dtype):
            model.to(dtype).load_state_dict(start)
            updates = getattr(torch.optim, optimizer)(model.parameters(), **options)
            schedule = make_scheduler(updates, scheduler)
            criterion, losses = nn.MultiLabelSoftMarginLoss(), []
            for _ in range(50):
                updates.zero_grad()
                loss = criterion(model(x.to(dtype)), y.to(dtype))
                loss.backward()
                if max_norm is not None:
                    nn.utils.clip_grad_norm_(model.parameters(), max_norm)
                updates.step()
                schedule.step(loss) if scheduler[0] == "ReduceLROnPlateau" else schedule.step()
                losses.append(loss.detach())
            return numbers(torch.stack(losses))

        return {"name": name, "layers": layers, "optimizer": optimizer, "options": options,
                "scheduler": scheduler, "max_norm": max_norm,
                "state_dict": {k: tensor(v) for k, v in start.items()}, "losses": curve(torch.float64)}

    mlp = [[10, 12], [12, 5]]
    return {"x": tensor(x), "y": tensor(y), "cases": [
        case("MLP, RMSprop, StepLR", mlp, "RMSprop", {"lr": 0.01, "momentum": 0.5, "centered": True},
             ["StepLR", [15], {"gamma": 0.3}]),
        case("MLP, Adagrad, CosineAnnealingLR", mlp, "Adagrad", {"lr": 0.1, "lr_decay": 0.01},
             ["CosineAnnealingLR", [50], {}]),
        case("linear, SGD with nesterov, OneCycleLR, clipped", [[10, 5]], "SGD", NESTEROV,
             ["OneCycleLR", [1.0], {"total_steps": 50}], 0.1),
        case("MLP, Adam, OneCycleLR over beta1, clipped", mlp, "Adam", {},
             ["OneCycleLR", [0.05], {"epochs": 5, "steps_per_epoch": 10}], 0.05),
        case("MLP, AdamW, ReduceLROnPlateau", mlp, "AdamW", {"lr": 0.3},
             ["ReduceLROnPlateau", [], {"patience": 0, "factor": 0.5}]),
    ]}


STEPS = 10
SHAPES = [[3, 4], [], [17], [2, 3, 5]]

torch.manual_seed(11)
parameters = [normal(*shape) for shape in SHAPES]
# The last parameter has no gradient at every third step.
gradients = [[None if i == 3 and step % 3 == 1 else normal(*shape, scale=10.0 ** (step % 3 - 1)) for i,
              shape in enumerate(SHAPES)] for step in range(STEPS)]


def run(kind, options, groups, dtype, steps, visit):
    leaves = [p.to(dtype).clone().requires_grad_() for p in parameters]
    optimizer = getattr(torch.optim, kind)(leaves if groups is None
                                           else [{"params": [p], **g} for p, g in zip(leaves, groups)],
                                           **options)
    for step in range(steps):
        for p, g in zip(leaves, gradients[step]):
            p.grad = None if g is None else g.to(dtype).clone()
        optimizer.step()
        visit(step + 1, leaves, optimizer)
    return optimizer


def case(kind, name, options, groups=None):
    reached = {}

    def visit(step, leaves, _):
        if step in (1, 2, 5, STEPS):
            reached[str(step)] = [flat(p) for p in leaves]

    run(kind, options, groups, torch.float64, STEPS, visit)
    halfway = run(kind, options, groups, torch.float32, 5, lambda *_: None).state_dict()
    return {"name": f"{kind}: {name}", "optimizer": kind, "options": options, "groups": groups,
            "float64": reached, "halfway": plain(halfway)}


per_group = [{}, {"lr": 0.2}, {"weight_decay": 0.3}, {"lr": 0.01, "maximize": True}]
cases = [case(kind, *rest) for kind, *rest in [
    ("SGD", "plain", {"lr": 0.1}),
    ("SGD", "default lr", {}),
    ("SGD", "momentum", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", "dampening", {"lr": 0.1, "momentum": 0.9, "dampening": 0.25}),
    ("SGD", "dampening, weight_decay, maximize", {"lr": 0.1, "momentum": 0.5, "dampening": 0.75,
                                                  "weight_decay": 0.2, "maximize": True}),
    ("SGD", "nesterov", NESTEROV),
    ("SGD", "nesterov, maximize", {**NESTEROV, "maximize": True}),
    ("SGD", "groups", {"lr": 0.1, "momentum": 0.9}, per_group),
    ("SGD", "groups, one with momentum", {"lr": 0.1},
     [{}, {"momentum": 0.5}, {}, {"momentum": 0.9, "dampening": 0.5}]),
    ("Adam", "default", {}),
    ("Adam", "betas, eps", {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-4}),
    ("Adam", "small betas", {"lr": 0.05, "betas": [0.3, 0.5]}),
    ("Adam", "betas of 0", {"lr": 0.05, "betas": [0.0, 0.0]}),
    ("Adam", "first beta 0", {"lr": 0.05, "betas": [0.0, 0.99]}),
    ("Adam", "weight_decay, maximize", {"lr": 0.05, "weight_decay": 0.1, "maximize": True}),
    ("Adam", "decoupled_weight_decay", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("Adam", "amsgrad, weight_decay", {"lr": 0.05, "amsgrad": True, "weight_decay": 0.1}),
    ("Adam", "groups", {"lr": 0.05}, [*per_group[:3], {"lr": 0.01, "amsgrad": True, "betas": [0.5, 0.9]}]),
    ("AdamW", "default", {}),
    ("AdamW", "all", {"lr": 0.05, "weight_decay": 0.1, "amsgrad": True, "maximize": True}),
    ("AdamW", "groups", {"lr": 0.05}, per_group),
    ("RMSprop", "default", {}),
    ("RMSprop", "alpha, eps", {"lr": 0.05, "alpha": 0.9, "eps": 1e-3}),
    ("RMSprop", "alpha 0", {"lr": 0.05, "alpha": 0.0, "eps": 1e-2}),
    ("RMSprop", "momentum", {"lr": 0.01, "momentum": 0.9}),
    ("RMSprop", "centered", {"lr": 0.01, "centered": True}),
    ("RMSprop", "centered, alpha 0.25", {"lr": 0.01, "centered": True, "alpha": 0.25, "eps": 0.5}),
    ("RMSprop", "all", {"lr": 0.01, "alpha": 0.95, "momentum": 0.5, "centered": True, "weight_decay": 0.1,
                        "maximize": True}),
    ("RMSprop", "groups", {"lr": 0.01}, [{}, {"momentum": 0.9}, {"centered": True},
                                         {"momentum": 0.5, "centered": True, "weight_decay": 0.1}]),
    ("Adagrad", "default", {}),
    ("Adagrad", "lr_decay", {"lr": 0.1, "lr_decay": 0.5}),
    ("Adagrad", "initial_accumulator_value, eps", {"lr": 0.1, "initial_accumulator_value": 0.5, "eps": 0.01}),
    ("Adagrad", "all", {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.1,
                        "maximize": True}),
    ("Adagrad", "groups", {"lr": 0.1, "initial_accumulator_value": 0.5}, per_group),
    ("NAdam", "default", {}),
    ("NAdam", "first beta 0, maximize", {"betas": [0.0, 0.9], "maximize": True}),
    ("NAdam", "weight_decay", {"lr": 0.05, "weight_decay": 0.1, "momentum_decay": 0.1}),
    ("NAdam", "decoupled_weight_decay", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("NAdam", "groups", {"lr": 0.05}, per_group),
    ("RAdam", "default", {}),
    ("RAdam", "rectified soon", {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-4, "maximize": True}),
    ("RAdam", "weight_decay", {"lr": 0.05, "weight_decay": 0.1}),
    ("RAdam", "decoupled_weight_decay", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("RAdam", "groups", {"lr": 0.05}, per_group),
    ("Adamax", "default", {}),
    ("Adamax", "all", {"lr": 0.05, "betas": [0.0, 0.5], "eps": 0.1, "weight_decay": 0.1, "maximize": True}),
    ("Adamax", "groups", {"lr": 0.05}, per_group),
    ("Adadelta", "default", {}),
    ("Adadelta", "all", {"lr": 0.5, "rho": 0.5, "eps": 0.01, "weight_decay": 0.1, "maximize": True}),
    ("Adadelta", "groups", {}, per_group),
    ("ASGD", "default", {}),
    ("ASGD", "averaged from step 3", {"lr": 0.1, "lambd": 0.1, "alpha": 0.5, "t0": 3}),
    ("ASGD", "all", {"lr": 0.1, "t0": 0, "weight_decay": 0.1, "maximize": True}),
    ("ASGD", "groups", {}, per_group),
    ("Rprop", "default", {}),
    ("Rprop", "all", {"lr": 0.1, "etas": [0.3, 2.0], "step_sizes": [0.05, 0.15], "maximize": True}),
    ("Rprop", "groups", {}, [{}, {"lr": 0.2}, {"step_sizes": [0.01, 0.02]}, {"lr": 0.01, "maximize": True}]),
]]
write({
    "parameters": [tensor(p) for p in parameters],
    "gradients": [[None if g is None else numbers(g) for g in step] for step in gradients],
    "cases": cases,
    "training": training(),
    "errors": sentences(optimizer_errors()),
})

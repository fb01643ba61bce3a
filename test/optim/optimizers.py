"""Writes optimizers.json, lr_scheduler.json and clip_grad.json: torch.optim and gradient clipping of a real PyTorch.

    venv/bin/python test/fixtures.py optim/optimizers                 # all files
    venv/bin/python test/fixtures.py optim/optimizers clip_grad       # some of them

writing.py tells the files' conventions.
"""

import json
import math
import sys

import torch
from torch import nn
from torch.optim import lr_scheduler as schedules

from writing import INF, NAN, Numbers, f32, normal, numbers, short, tensor, write

NESTEROV = {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 0.01}


def flat(t):
    """Float64 with more digits than a float32 has."""
    return Numbers(t.detach().numpy().copy(), 9 if t.dtype == torch.float64 else None)


def plain(value):
    """A state_dict as JSON can hold it; tensors as { shape, dtype, data }, but steps as numbers."""
    if isinstance(value, torch.Tensor):
        return {"shape": list(value.shape), "dtype": "float32", "data": flat(value)}
    if isinstance(value, dict):
        return {str(k): plain(v.item() if k == "step" and torch.is_tensor(v) else v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value


# ---------------------------------------------------------------- optimizers.json

STEPS = 10
SHAPES = [[3, 4], [], [17], [2, 3, 5]]


def optimizers():
    """Ten steps of each rule on given gradients, and where they were after five; curves of losses; sentences.

    { parameters: [tensor], gradients: [step][parameter] flat or null,
      cases: [ { name, optimizer, options, groups: [options] (one for each parameter) | null, float64: { "1": [flat], ... }, halfway: state_dict } ],
      training: { x, y, cases: [ { name, layers, optimizer, options, scheduler: [name, args, options], max_norm, state_dict, losses } ] },
      errors: [ { name, type, message } ] }
    Cases are float64 from float32 inputs; halfway, after five steps, the state is float32.
    """
    torch.manual_seed(11)
    parameters = [normal(*shape) for shape in SHAPES]
    # The last parameter has no gradient at every third step.
    gradients = [[None if i == 3 and step % 3 == 1 else normal(*shape, scale=10.0 ** (step % 3 - 1)) for i, shape in enumerate(SHAPES)] for step in range(STEPS)]

    def run(kind, options, groups, dtype, steps, visit):
        leaves = [p.to(dtype).clone().requires_grad_() for p in parameters]
        optimizer = getattr(torch.optim, kind)(leaves if groups is None else [{"params": [p], **g} for p, g in zip(leaves, groups)], **options)
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
        return {"name": f"{kind}: {name}", "optimizer": kind, "options": options, "groups": groups, "float64": reached, "halfway": plain(halfway)}

    per_group = [{}, {"lr": 0.2}, {"weight_decay": 0.3}, {"lr": 0.01, "maximize": True}]
    cases = [case(kind, *rest) for kind, *rest in [
        ("SGD", "plain", {"lr": 0.1}),
        ("SGD", "default lr", {}),
        ("SGD", "momentum", {"lr": 0.1, "momentum": 0.9}),
        ("SGD", "dampening", {"lr": 0.1, "momentum": 0.9, "dampening": 0.25}),
        ("SGD", "dampening, weight_decay, maximize", {"lr": 0.1, "momentum": 0.5, "dampening": 0.75, "weight_decay": 0.2, "maximize": True}),
        ("SGD", "nesterov", NESTEROV),
        ("SGD", "nesterov, maximize", {**NESTEROV, "maximize": True}),
        ("SGD", "groups", {"lr": 0.1, "momentum": 0.9}, per_group),
        ("SGD", "groups, one with momentum", {"lr": 0.1}, [{}, {"momentum": 0.5}, {}, {"momentum": 0.9, "dampening": 0.5}]),
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
        ("RMSprop", "all", {"lr": 0.01, "alpha": 0.95, "momentum": 0.5, "centered": True, "weight_decay": 0.1, "maximize": True}),
        ("RMSprop", "groups", {"lr": 0.01}, [{}, {"momentum": 0.9}, {"centered": True}, {"momentum": 0.5, "centered": True, "weight_decay": 0.1}]),
        ("Adagrad", "default", {}),
        ("Adagrad", "lr_decay", {"lr": 0.1, "lr_decay": 0.5}),
        ("Adagrad", "initial_accumulator_value, eps", {"lr": 0.1, "initial_accumulator_value": 0.5, "eps": 0.01}),
        ("Adagrad", "all", {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.1, "maximize": True}),
        ("Adagrad", "groups", {"lr": 0.1, "initial_accumulator_value": 0.5}, per_group),
    ]]
    write("optim/optimizers.json", {
        "parameters": [tensor(p) for p in parameters],
        "gradients": [[None if g is None else numbers(g) for g in step] for step in gradients],
        "cases": cases,
        "training": training(),
        "errors": sentences(optimizer_errors()),
    })


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

        return {"name": name, "layers": layers, "optimizer": optimizer, "options": options, "scheduler": scheduler, "max_norm": max_norm,
                "state_dict": {k: tensor(v) for k, v in start.items()}, "losses": curve(torch.float64)}

    mlp = [[10, 12], [12, 5]]
    return {"x": tensor(x), "y": tensor(y), "cases": [
        case("MLP, RMSprop, StepLR", mlp, "RMSprop", {"lr": 0.01, "momentum": 0.5, "centered": True}, ["StepLR", [15], {"gamma": 0.3}]),
        case("MLP, Adagrad, CosineAnnealingLR", mlp, "Adagrad", {"lr": 0.1, "lr_decay": 0.01}, ["CosineAnnealingLR", [50], {}]),
        case("linear, SGD with nesterov, OneCycleLR, clipped", [[10, 5]], "SGD", NESTEROV, ["OneCycleLR", [1.0], {"total_steps": 50}], 0.1),
        case("MLP, Adam, OneCycleLR over beta1, clipped", mlp, "Adam", {}, ["OneCycleLR", [0.05], {"epochs": 5, "steps_per_epoch": 10}], 0.05),
        case("MLP, AdamW, ReduceLROnPlateau", mlp, "AdamW", {"lr": 0.3}, ["ReduceLROnPlateau", [], {"patience": 0, "factor": 0.5}]),
    ]}


# ---------------------------------------------------------------- lr_scheduler.json

LAMBDAS = {"decay": lambda epoch: 0.95 ** epoch, "inverse": lambda epoch: 1 / (1 + epoch), "thirds": lambda epoch: 0.5 ** (epoch // 3)}


def make_scheduler(optimizer, spec):
    """A schedule from [name, args, options]; functions by their names in LAMBDAS, schedules of a SequentialLR as such lists."""
    kind, args, options = spec
    if kind == "LambdaLR":
        chosen = args[0]
        args = [[LAMBDAS[n] for n in chosen] if isinstance(chosen, list) else LAMBDAS[chosen]]
    if kind == "SequentialLR":
        args = [[make_scheduler(optimizer, part) for part in args[0]], args[1]]
    return getattr(schedules, kind)(optimizer, *args, **options)


def lr_scheduler():
    """Learning rates of every schedule, after its construction and after every step.

    { metrics: [numbers] (for ReduceLROnPlateau, step by step),
      cases: [ { name, optimizer, options, groups: [options], schedulers: [[name, args, options]], epochs: [number] | null,
                 lr: [step][group], momentum: [step][group] | null, halfway: { step, schedulers: [state_dict], param_groups } } ],
      errors: [ { name, type, message } ] }
    Where there are several schedules, all are stepped, in turn. `epochs` are arguments of step.
    """
    torch.manual_seed(13)
    metrics = [round(v, 4) for v in [*(2 / (1 + i) for i in range(12)), *([0.19, 0.1899, 0.25, NAN, 0.2, 0.3, 0.18] * 5), *(1 + 0.1 * i for i in range(13))]]

    def case(name, schedulers, steps=60, optimizer="SGD", options=None, groups=({"lr": 0.1}, {"lr": 0.02}), epochs=None):
        options = options or {}
        parameters = [nn.Parameter(torch.zeros(1)) for _ in groups]
        updates = getattr(torch.optim, optimizer)([{"params": [p], **g} for p, g in zip(parameters, groups)], **options)
        made = [make_scheduler(updates, spec) for spec in schedulers]
        key = None if schedulers[0][0] != "OneCycleLR" or not made[0].cycle_momentum else "betas" if made[0].use_beta1 else "momentum"
        lr, momentum, halfway = [], [], None

        def record():
            lr.append([g["lr"] for g in updates.param_groups])
            assert made[-1].get_last_lr() == lr[-1]
            momentum.append(key and [g[key][0] if key == "betas" else g[key] for g in updates.param_groups])

        record()
        updates.step()
        for step in range(len(epochs) if epochs else steps):
            for spec, schedule in zip(schedulers, made):
                schedule.step(metrics[step]) if spec[0] == "ReduceLROnPlateau" else schedule.step(epochs[step]) if epochs else schedule.step()
            record()
            if step + 1 == steps // 2:
                halfway = {"step": step + 1, "schedulers": [json.loads(json.dumps(s.state_dict(), default=str)) for s in made],
                           "param_groups": plain(updates.state_dict()["param_groups"])}
        return {"name": name, "optimizer": optimizer, "options": options, "groups": list(groups), "schedulers": schedulers, "epochs": epochs,
                "lr": [Numbers(rates, 14) for rates in lr], "momentum": None if key is None else [Numbers(m, 14) for m in momentum], "halfway": plain(halfway)}

    one, momentum = ({"lr": 0.1},), {"momentum": 0.9}
    resumed = ({"lr": 0.05, "initial_lr": 0.1}, {"lr": 0.01, "initial_lr": 0.02})
    step, cosine, linear = ["StepLR", [7], {"gamma": 0.5}], ["CosineAnnealingLR", [20], {"eta_min": 0.001}], ["LinearLR", [], {"start_factor": 0.1, "total_iters": 8}]
    cases = [
        case("StepLR", [["StepLR", [10], {}]]),
        case("StepLR, gamma", [step]),
        case("StepLR, resumed", [["StepLR", [7], {"gamma": 0.5, "last_epoch": 12}]], groups=resumed),
        case("StepLR, epochs given", [step], epochs=[3, 7, 8, 30, 2, 0]),
        case("MultiStepLR", [["MultiStepLR", [[5, 20, 21, 40]], {}]]),
        case("MultiStepLR, unordered, one twice, gamma", [["MultiStepLR", [[30, 10, 10]], {"gamma": 0.7}]]),
        case("MultiStepLR, epochs given", [["MultiStepLR", [[5, 20]], {}]], epochs=[4, 5, 19, 25, 1]),
        case("ExponentialLR", [["ExponentialLR", [0.9], {}]]),
        case("ExponentialLR, resumed", [["ExponentialLR", [0.9], {"last_epoch": 4}]], groups=resumed),
        case("LambdaLR", [["LambdaLR", ["decay"], {}]]),
        case("LambdaLR, one for each group", [["LambdaLR", [["inverse", "thirds"]], {}]]),
        case("LambdaLR, resumed", [["LambdaLR", ["inverse"], {"last_epoch": 9}]], groups=resumed),
        case("CosineAnnealingLR", [["CosineAnnealingLR", [50], {}]], steps=100),
        case("CosineAnnealingLR, eta_min, three turns", [cosine], steps=100),
        case("CosineAnnealingLR, eta_min above lr", [["CosineAnnealingLR", [10], {"eta_min": 0.05}]]),
        case("CosineAnnealingLR, T_max 1", [["CosineAnnealingLR", [1], {}]], steps=30),
        case("CosineAnnealingLR, resumed", [["CosineAnnealingLR", [20], {"last_epoch": 10}]], groups=resumed),
        case("CosineAnnealingLR, resumed beyond the turn", [["CosineAnnealingLR", [20], {"eta_min": 0.005, "last_epoch": 27}]], groups=resumed),
        case("CosineAnnealingLR, epochs given", [cosine], epochs=[1, 10, 20, 30, 0, 5]),
        case("ConstantLR", [["ConstantLR", [], {}]], steps=30),
        case("ConstantLR, factor", [["ConstantLR", [], {"factor": 0.25, "total_iters": 10}]], steps=30),
        case("LinearLR", [["LinearLR", [], {}]], steps=30),
        case("LinearLR, up", [linear], steps=30),
        case("LinearLR, down", [["LinearLR", [], {"start_factor": 1.0, "end_factor": 0.1, "total_iters": 20}]], steps=30),
        case("LinearLR, resumed", [["LinearLR", [], {"total_iters": 20, "last_epoch": 6}]], steps=30, groups=resumed),
        case("two chained: StepLR, ExponentialLR", [step, ["ExponentialLR", [0.97], {}]]),
        case("two chained: LinearLR, CosineAnnealingLR", [linear, cosine]),
        case("two chained: CosineAnnealingLR, MultiStepLR", [cosine, ["MultiStepLR", [[15, 35]], {"gamma": 0.3}]]),
        case("three chained", [["ConstantLR", [], {"factor": 0.5}], step, ["LinearLR", [], {"total_iters": 30}]]),
        case("SequentialLR: warm-up, CosineAnnealingLR", [["SequentialLR", [[linear, cosine], [8]], {}]]),
        case("SequentialLR: three", [["SequentialLR", [[["ConstantLR", [], {"factor": 0.1}], ["ExponentialLR", [0.9], {}], step], [5, 25]], {}]]),
        case("SequentialLR: LambdaLR, StepLR", [["SequentialLR", [[["LambdaLR", ["decay"], {}], ["StepLR", [3], {}]], [10]], {}]]),
        case("OneCycleLR", [["OneCycleLR", [0.5], {"total_steps": 61}]], options=momentum),
        case("OneCycleLR, to the last step", [["OneCycleLR", [0.5], {"total_steps": 40}]], steps=40, options=momentum),
        case("OneCycleLR, linear", [["OneCycleLR", [0.5], {"total_steps": 61, "anneal_strategy": "linear"}]], options=momentum),
        case("OneCycleLR, three phases", [["OneCycleLR", [0.5], {"total_steps": 80, "three_phase": True}]], options=momentum),
        case("OneCycleLR, three phases, linear", [["OneCycleLR", [0.5], {"total_steps": 61, "three_phase": True, "anneal_strategy": "linear", "pct_start": 0.4}]], options=momentum),
        case("OneCycleLR, for each group", [["OneCycleLR", [[0.5, 0.1]], {"epochs": 6, "steps_per_epoch": 11, "base_momentum": [0.5, 0.7], "max_momentum": [0.9, 0.99]}]], options=momentum),
        case("OneCycleLR, factors, pct_start 0", [["OneCycleLR", [0.5], {"total_steps": 61, "pct_start": 0.0, "div_factor": 10, "final_div_factor": 100}]], options=momentum),
        case("OneCycleLR, over beta1", [["OneCycleLR", [0.5], {"total_steps": 61}]], optimizer="AdamW", options={"betas": [0.5, 0.99]}),
        case("OneCycleLR, without momentum", [["OneCycleLR", [0.5], {"total_steps": 61, "cycle_momentum": False}]], optimizer="Adagrad"),
        case("OneCycleLR, one step", [["OneCycleLR", [0.5], {"total_steps": 1}]], steps=1, options=momentum, groups=one),
        case("ReduceLROnPlateau", [["ReduceLROnPlateau", [], {}]]),
        case("ReduceLROnPlateau, patience, factor", [["ReduceLROnPlateau", [], {"patience": 2, "factor": 0.5}]]),
        case("ReduceLROnPlateau, max", [["ReduceLROnPlateau", [], {"mode": "max", "patience": 3}]]),
        case("ReduceLROnPlateau, absolute threshold", [["ReduceLROnPlateau", [], {"patience": 1, "threshold": 0.15, "threshold_mode": "abs", "factor": 0.8}]]),
        case("ReduceLROnPlateau, max, absolute threshold", [["ReduceLROnPlateau", [], {"mode": "max", "patience": 1, "threshold": 0.01, "threshold_mode": "abs", "factor": 0.8}]]),
        case("ReduceLROnPlateau, max, relative threshold", [["ReduceLROnPlateau", [], {"mode": "max", "patience": 1, "threshold": 0.2, "factor": 0.9}]]),
        case("ReduceLROnPlateau, cooldown", [["ReduceLROnPlateau", [], {"patience": 1, "cooldown": 4, "factor": 0.8}]]),
        case("ReduceLROnPlateau, min_lr for each group", [["ReduceLROnPlateau", [], {"patience": 0, "factor": 0.5, "min_lr": [0.01, 0.001]}]]),
        case("ReduceLROnPlateau, eps", [["ReduceLROnPlateau", [], {"patience": 0, "factor": 0.5, "eps": 1e-3}]]),
    ]
    write("optim/lr_scheduler.json", {"metrics": Numbers(metrics), "cases": cases, "errors": sentences(scheduler_errors())})


# ---------------------------------------------------------------- clip_grad.json

def clip_grad():
    """Gradients before and after, and the norm that was returned; norms in float64 from float32 inputs, values and special cases in float32.

    { gradients: [tensor | null], norms: [ { norm_type, max_norm, total, clipped: [flat] } ], values: [ { clip_value, clipped: [flat] } ],
      special: [ { name, gradients: [flat], norm_type, max_norm, total, clipped: [flat] } ], errors }
    """
    torch.manual_seed(14)
    shapes = [[3, 4], [], [17], [33], [2, 0]]
    gradients = [normal(*shape) for shape in shapes]

    def clipped(run, given, dtype):
        parameters = [nn.Parameter(torch.zeros_like(g, dtype=dtype)) for g in given]
        for p, g in zip(parameters, given):
            p.grad = g.to(dtype).clone()
        # One without a gradient.
        total = run([nn.Parameter(torch.zeros(2, dtype=dtype)), *parameters])
        return total, [flat(p.grad) for p in parameters]

    def norm_case(given, norm_type, max_norm, dtype):
        total, result = clipped(lambda parameters: nn.utils.clip_grad_norm_(parameters, max_norm, norm_type), given, dtype)
        return {"norm_type": Numbers([norm_type]), "max_norm": max_norm, "total": Numbers([total.item()]), "clipped": result}

    # The infinity norm of no elements is an error in torch.
    some = gradients[:4]
    norms = [norm_case(some if abs(t) == INF or t < 0 else gradients, t, m, torch.float64)
             for t in (2.0, 1.0, INF, -INF, 0.0, 3.0, 0.5, 1.5, -1.0) for m in (0.5, 2.0, 1000.0)]
    values = [{"clip_value": v, "clipped": clipped(lambda parameters: nn.utils.clip_grad_value_(parameters, v), gradients, torch.float32)[1]} for v in (0.5, 1.0, 0.0, 100.0)]
    special = [{"name": name, "gradients": [numbers(f32(g)) for g in given], **norm_case([f32(g) for g in given], t, m, torch.float32)} for name, given, t, m in [
        ("infinite", [[1.0, INF], [2.0]], 2.0, 1.0), ("nan", [[1.0, NAN], [2.0]], 2.0, 1.0), ("nan, largest", [[3.0, NAN, 1.0, 2.0, 5.0], [2.0]], INF, 1.0),
        ("infinite, largest", [[1.0, -INF], [2.0]], INF, 1.0), ("zeros", [[0.0, 0.0], [-0.0]], 2.0, 1.0), ("max_norm 0", [[3.0, 4.0]], 2.0, 0.0), ("small", [[1e-15, 1e-15]], 2.0, 1.0),
    ]]
    write("optim/clip_grad.json", {"gradients": [tensor(g) for g in gradients], "norms": norms, "values": values, "special": special, "errors": sentences(clip_errors())})


# ---------------------------------------------------------------- errors

def sentences(attempts):
    """The error of each attempt; the sentence up to the words after `cut`, which name Python's types."""
    found = []
    for name, (attempt, cut) in attempts.items():
        try:
            attempt()
        except Exception as error:
            message = str(error.args[0])
            assert cut is None or cut in message, message
            found.append({"name": name, "type": type(error).__name__, "message": message if cut is None else message.split(cut)[0]})
        else:
            raise AssertionError(f"{name}: torch takes this")
    return found


def leaf():
    return nn.Parameter(torch.zeros(2))


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
        "SGD: lr": lambda: optim.SGD([leaf()], lr=-1), "SGD: momentum": lambda: optim.SGD([leaf()], momentum=-0.5), "SGD: weight_decay": lambda: optim.SGD([leaf()], weight_decay=-0.5),
        "SGD: nesterov": lambda: optim.SGD([leaf()], nesterov=True), "SGD: nesterov, dampening": lambda: optim.SGD([leaf()], nesterov=True, momentum=0.9, dampening=0.1),
        "Adam: lr": lambda: optim.Adam([leaf()], lr=-1), "Adam: eps": lambda: optim.Adam([leaf()], eps=-0.5), "Adam: beta1": lambda: optim.Adam([leaf()], betas=(1.5, 0.9)), "Adam: beta2": lambda: optim.Adam([leaf()], betas=(0.5, -0.5)),
        "Adam: weight_decay": lambda: optim.Adam([leaf()], weight_decay=-0.5), "AdamW: lr": lambda: optim.AdamW([leaf()], lr=-1),
        "RMSprop: lr": lambda: optim.RMSprop([leaf()], lr=-1), "RMSprop: eps": lambda: optim.RMSprop([leaf()], eps=-0.5), "RMSprop: momentum": lambda: optim.RMSprop([leaf()], momentum=-0.5),
        "RMSprop: weight_decay": lambda: optim.RMSprop([leaf()], weight_decay=-0.5), "RMSprop: alpha": lambda: optim.RMSprop([leaf()], alpha=-0.5),
        "Adagrad: lr": lambda: optim.Adagrad([leaf()], lr=-1), "Adagrad: lr_decay": lambda: optim.Adagrad([leaf()], lr_decay=-0.5), "Adagrad: weight_decay": lambda: optim.Adagrad([leaf()], weight_decay=-0.5),
        "Adagrad: initial_accumulator_value": lambda: optim.Adagrad([leaf()], initial_accumulator_value=-0.5), "Adagrad: eps": lambda: optim.Adagrad([leaf()], eps=-0.5),
        "no parameters": lambda: optim.SGD([]), "result": lambda: optim.SGD([leaf() * 2]), "two groups": again,
        "load: groups": loading(lambda saved: saved["param_groups"].append({"params": []})), "load: size of a group": loading(lambda saved: saved["param_groups"][0]["params"].pop()),
    }
    return {
        **{name: (attempt, None) for name, attempt in simple.items()},
        "tensor": (lambda: optim.SGD(leaf()), "or dicts"), "number": (lambda: optim.SGD([1]), "int"), "group: number": (lambda: optim.SGD([leaf()]).add_param_group(1), " dict"),
        "unknown option": (lambda: optim.SGD([leaf()], learning_rate=1), None),
    }


def scheduler_errors():
    s = schedules

    def two():
        return torch.optim.SGD([{"params": [leaf()]}, {"params": [leaf()]}], lr=0.1)

    def over():
        optimizer = torch.optim.SGD([leaf()], momentum=0.9)
        schedule = s.OneCycleLR(optimizer, 0.1, total_steps=2)
        optimizer.step()
        for _ in range(3):
            schedule.step()

    def other():
        optimizer = two()
        s.SequentialLR(optimizer, [s.StepLR(optimizer, 3), s.ExponentialLR(optimizer, 0.5)], [])

    def plateau():
        optimizer = two()
        schedule = s.ReduceLROnPlateau(optimizer, min_lr=[0.1, 0.2], patience=0)
        optimizer.add_param_group({"params": [leaf()]})
        schedule.step(1.0)
        schedule.step(1.0)

    simple = {
        "LambdaLR: length": lambda: s.LambdaLR(two(), [lambda e: 1]),
        "ConstantLR: factor": lambda: s.ConstantLR(two(), factor=2), "LinearLR: start_factor": lambda: s.LinearLR(two(), start_factor=0), "LinearLR: end_factor": lambda: s.LinearLR(two(), end_factor=2),
        "SequentialLR: none": lambda: s.SequentialLR(two(), [], []), "SequentialLR: milestones": other,
        "OneCycleLR: total_steps": lambda: s.OneCycleLR(two(), 0.1, total_steps=0), "OneCycleLR: no length": lambda: s.OneCycleLR(two(), 0.1, epochs=3), "OneCycleLR: epochs": lambda: s.OneCycleLR(two(), 0.1, epochs=-3, steps_per_epoch=3),
        "OneCycleLR: steps_per_epoch": lambda: s.OneCycleLR(two(), 0.1, epochs=3, steps_per_epoch=1.5), "OneCycleLR: pct_start": lambda: s.OneCycleLR(two(), 0.1, total_steps=9, pct_start=1.5),
        "OneCycleLR: anneal_strategy": lambda: s.OneCycleLR(two(), 0.1, total_steps=9, anneal_strategy="sine"), "OneCycleLR: max_lr": lambda: s.OneCycleLR(two(), [0.1], total_steps=9),
        "OneCycleLR: no momentum": lambda: s.OneCycleLR(torch.optim.Adagrad([leaf()]), 0.1, total_steps=9), "OneCycleLR: over": over,
        "ReduceLROnPlateau: factor": lambda: s.ReduceLROnPlateau(two(), factor=1.0), "ReduceLROnPlateau: mode": lambda: s.ReduceLROnPlateau(two(), "least"), "ReduceLROnPlateau: threshold_mode": lambda: s.ReduceLROnPlateau(two(), threshold_mode="both"),
        "ReduceLROnPlateau: min_lr": lambda: s.ReduceLROnPlateau(two(), min_lr=[0.1]), "ReduceLROnPlateau: a group more": plateau,
    }
    return {**{name: (attempt, None) for name, attempt in simple.items()}, "initial_lr": (lambda: s.StepLR(two(), 3, last_epoch=4), ".\nThis"), "not an optimizer": (lambda: s.StepLR(leaf(), 3), None)}


def clip_errors():
    p = leaf()
    p.grad = f32([1.0, INF])
    return {f"norm_type {t}": (lambda t=t: nn.utils.clip_grad_norm_(p, 1.0, t, error_if_nonfinite=True), None) for t in (2.0, 0.5, math.inf)}


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in sys.argv[1:] or ["optimizers", "lr_scheduler", "clip_grad"]:
        globals()[name]()

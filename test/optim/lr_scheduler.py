"""Learning rates of every schedule, after its construction and after every step.

{ metrics: [numbers] (for ReduceLROnPlateau, step by step),
  cases: [ { name, optimizer, options, groups: [options], schedulers: [[name, args, options]], epochs:
  [number] | null,
             lr: [step][group], momentum: [step][group] | null, halfway: { step, schedulers: [state_dict],
             param_groups } } ],
  errors: [ { name, type, message } ] }
Where there are several schedules, all are stepped, in turn. `epochs` are arguments of step.
"""

import json

import torch
from torch import nn
from torch.optim import lr_scheduler as schedules

from optimizing import leaf, make_scheduler, plain, sentences
from writing import NAN, Numbers, write


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
        "ConstantLR: factor": lambda: s.ConstantLR(two(), factor=2),
        "LinearLR: start_factor": lambda: s.LinearLR(two(), start_factor=0),
        "LinearLR: end_factor": lambda: s.LinearLR(two(), end_factor=2),
        "SequentialLR: none": lambda: s.SequentialLR(two(), [], []), "SequentialLR: milestones": other,
        "OneCycleLR: total_steps": lambda: s.OneCycleLR(two(), 0.1, total_steps=0),
        "OneCycleLR: no length": lambda: s.OneCycleLR(two(), 0.1, epochs=3),
        "OneCycleLR: epochs": lambda: s.OneCycleLR(two(), 0.1, epochs=-3, steps_per_epoch=3),
        "OneCycleLR: steps_per_epoch": lambda: s.OneCycleLR(two(), 0.1, epochs=3, steps_per_epoch=1.5),
        "OneCycleLR: pct_start": lambda: s.OneCycleLR(two(), 0.1, total_steps=9, pct_start=1.5),
        "OneCycleLR: anneal_strategy": lambda: s.OneCycleLR(two(), 0.1, total_steps=9,
                                                            anneal_strategy="sine"),
        "OneCycleLR: max_lr": lambda: s.OneCycleLR(two(), [0.1], total_steps=9),
        "OneCycleLR: no momentum": lambda: s.OneCycleLR(torch.optim.Adagrad([leaf()]), 0.1, total_steps=9),
        "OneCycleLR: over": over,
        "MultiplicativeLR: length": lambda: s.MultiplicativeLR(two(), [lambda _: 1]),
        "CosineAnnealingWarmRestarts: T_0": lambda: s.CosineAnnealingWarmRestarts(two(), 0),
        "CosineAnnealingWarmRestarts: T_mult": lambda: s.CosineAnnealingWarmRestarts(two(), 3, 0),
        "CosineAnnealingWarmRestarts: epoch": lambda: s.CosineAnnealingWarmRestarts(two(), 3).step(-1),
        "CyclicLR: no momentum": lambda: s.CyclicLR(torch.optim.Adagrad([leaf()]), 0.1, 0.2),
        "CyclicLR: max_lr": lambda: s.CyclicLR(two(), 0.1, [0.2]),
        "CyclicLR: mode": lambda: s.CyclicLR(two(), 0.1, 0.2, mode="square"),
        "ChainedScheduler: none": lambda: s.ChainedScheduler([]),
        "ReduceLROnPlateau: factor": lambda: s.ReduceLROnPlateau(two(), factor=1.0),
        "ReduceLROnPlateau: mode": lambda: s.ReduceLROnPlateau(two(), "least"),
        "ReduceLROnPlateau: threshold_mode": lambda: s.ReduceLROnPlateau(two(), threshold_mode="both"),
        "ReduceLROnPlateau: min_lr": lambda: s.ReduceLROnPlateau(two(), min_lr=[0.1]),
        "ReduceLROnPlateau: a group more": plateau,
    }
    return {**{name: (attempt, None) for name, attempt in simple.items()},
            "initial_lr": (lambda: s.StepLR(two(), 3, last_epoch=4), ".\nThis"),
            "not an optimizer": (lambda: s.StepLR(leaf(), 3), None)}


torch.manual_seed(13)
metrics = [round(v, 4) for v in [*(2 / (1 + i) for i in range(12)),
                                 *([0.19, 0.1899, 0.25, NAN, 0.2, 0.3, 0.18] * 5),
                                 *(1 + 0.1 * i for i in range(13))]]


def case(name, schedulers, steps=60, optimizer="SGD", options=None, groups=({"lr": 0.1}, {"lr": 0.02}),
         epochs=None):
    options = options or {}
    parameters = [nn.Parameter(torch.zeros(1)) for _ in groups]
    updates = getattr(torch.optim, optimizer)([{"params": [p], **g} for p, g in zip(parameters, groups)],
                                              **options)
    made = [make_scheduler(updates, spec) for spec in schedulers]
    key = None if schedulers[0][0] not in ("OneCycleLR", "CyclicLR") or not made[
        0].cycle_momentum else "betas" if made[0].use_beta1 else "momentum"
    lr, momentum, halfway = [], [], None

    def record():
        lr.append([g["lr"] for g in updates.param_groups])
        assert made[-1].get_last_lr() == lr[-1]
        momentum.append(key and [g[key][0] if key == "betas" else g[key] for g in updates.param_groups])

    record()
    updates.step()
    for step in range(len(epochs) if epochs else steps):
        for spec, schedule in zip(schedulers, made):
            schedule.step(metrics[step]) if spec[0] == "ReduceLROnPlateau" else schedule.step(
                epochs[step]) if epochs else schedule.step()
        record()
        if step + 1 == steps // 2:
            halfway = {"step": step + 1, "schedulers": [json.loads(json.dumps(s.state_dict(), default=str))
                                                        for s in made],
                       "param_groups": plain(updates.state_dict()["param_groups"])}
    return {"name": name, "optimizer": optimizer, "options": options, "groups": list(groups),
            "schedulers": schedulers, "epochs": epochs,
            "lr": [Numbers(rates, 14) for rates in lr], "momentum": None if key is None
            else [Numbers(m, 14) for m in momentum], "halfway": plain(halfway)}


one, momentum = ({"lr": 0.1},), {"momentum": 0.9}
resumed = ({"lr": 0.05, "initial_lr": 0.1}, {"lr": 0.01, "initial_lr": 0.02})
step, cosine, linear = ["StepLR", [7], {"gamma": 0.5}], ["CosineAnnealingLR", [20],
                                                         {"eta_min": 0.001}], ["LinearLR", [],
                                                                               {"start_factor": 0.1,
                                                                                "total_iters": 8}]
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
    case("CosineAnnealingLR, resumed beyond the turn",
         [["CosineAnnealingLR", [20], {"eta_min": 0.005, "last_epoch": 27}]], groups=resumed),
    case("CosineAnnealingLR, epochs given", [cosine], epochs=[1, 10, 20, 30, 0, 5]),
    case("ConstantLR", [["ConstantLR", [], {}]], steps=30),
    case("ConstantLR, factor", [["ConstantLR", [], {"factor": 0.25, "total_iters": 10}]], steps=30),
    case("LinearLR", [["LinearLR", [], {}]], steps=30),
    case("LinearLR, up", [linear], steps=30),
    case("LinearLR, down", [["LinearLR", [], {"start_factor": 1.0, "end_factor": 0.1, "total_iters": 20}]],
         steps=30),
    case("LinearLR, resumed", [["LinearLR", [], {"total_iters": 20, "last_epoch": 6}]], steps=30,
         groups=resumed),
    case("two chained: StepLR, ExponentialLR", [step, ["ExponentialLR", [0.97], {}]]),
    case("two chained: LinearLR, CosineAnnealingLR", [linear, cosine]),
    case("two chained: CosineAnnealingLR, MultiStepLR",
         [cosine, ["MultiStepLR", [[15, 35]], {"gamma": 0.3}]]),
    case("three chained", [["ConstantLR", [], {"factor": 0.5}], step, ["LinearLR", [], {"total_iters": 30}]]),
    case("SequentialLR: warm-up, CosineAnnealingLR", [["SequentialLR", [[linear, cosine], [8]], {}]]),
    case("SequentialLR: three",
         [["SequentialLR", [[["ConstantLR", [], {"factor": 0.1}], ["ExponentialLR", [0.9], {}], step],
                            [5, 25]], {}]]),
    case("SequentialLR: LambdaLR, StepLR",
         [["SequentialLR", [[["LambdaLR", ["decay"], {}], ["StepLR", [3], {}]], [10]], {}]]),
    case("MultiplicativeLR", [["MultiplicativeLR", ["steady"], {}]]),
    case("MultiplicativeLR, one for each group, resumed",
         [["MultiplicativeLR", [["steady", "slower"]], {"last_epoch": 9}]], groups=resumed),
    case("PolynomialLR", [["PolynomialLR", [], {}]], steps=20),
    case("PolynomialLR, power", [["PolynomialLR", [40], {"power": 0.9}]]),
    case("PolynomialLR, resumed", [["PolynomialLR", [30, 2.0], {"last_epoch": 11}]], groups=resumed),
    case("PolynomialLR, epochs given", [["PolynomialLR", [20, 2.0], {}]], epochs=[3, 19, 20, 30, 0]),
    case("CosineAnnealingWarmRestarts", [["CosineAnnealingWarmRestarts", [9], {}]]),
    case("CosineAnnealingWarmRestarts, T_mult, eta_min",
         [["CosineAnnealingWarmRestarts", [5, 2], {"eta_min": 0.001}]]),
    case("CosineAnnealingWarmRestarts, resumed",
         [["CosineAnnealingWarmRestarts", [8, 3], {"last_epoch": 5}]], groups=resumed),
    case("CosineAnnealingWarmRestarts, epochs given",
         [["CosineAnnealingWarmRestarts", [6, 2], {}]], epochs=[0.5, 3, 5.75, 6, 17.5, 18, 60.25, 2]),
    case("CosineAnnealingWarmRestarts, epochs given, T_mult 1",
         [["CosineAnnealingWarmRestarts", [6], {}]], epochs=[0.5, 5.75, 6, 17.5]),
    case("CyclicLR", [["CyclicLR", [0.01, 0.1], {"step_size_up": 7}]], options=momentum),
    case("CyclicLR, triangular2, down", [["CyclicLR", [0.01, 0.1, 4, 9, "triangular2"], {}]],
         options=momentum),
    case("CyclicLR, exp_range, for each group",
         [["CyclicLR", [[0.01, 0.02], [0.1, 0.3]], {"step_size_up": 5, "mode": "exp_range", "gamma": 0.97,
                                                    "base_momentum": [0.7, 0.75],
                                                    "max_momentum": [0.9, 0.95]}]], options=momentum),
    case("CyclicLR, over beta1", [["CyclicLR", [0.01, 0.1, 6], {}]], optimizer="AdamW"),
    case("CyclicLR, without momentum", [["CyclicLR", [0.01, 0.1, 6], {"cycle_momentum": False}]],
         optimizer="Adagrad"),
    case("CyclicLR, resumed", [["CyclicLR", [0.01, 0.1, 6], {"last_epoch": 4}]],
         options=momentum, groups=({"lr": 0.05, "initial_lr": 0.01, "max_momentum": 0.9, "base_momentum": 0.8},)),
    case("ChainedScheduler",
         [["ChainedScheduler", [[["ConstantLR", [], {"factor": 0.1, "total_iters": 4}],
                                 ["ExponentialLR", [0.9], {}]]], {}]]),
    case("ChainedScheduler: three", [["ChainedScheduler", [[linear, step, cosine]], {}]]),
    case("SequentialLR: warm-up, warm restarts",
         [["SequentialLR", [[linear, ["CosineAnnealingWarmRestarts", [6, 2], {}]], [8]], {}]]),
    case("SequentialLR: PolynomialLR, MultiplicativeLR",
         [["SequentialLR", [[["PolynomialLR", [12], {}], ["MultiplicativeLR", ["steady"], {}]], [6]], {}]]),
    case("SWALR", [["SWALR", [0.05], {}]], steps=30),
    case("SWALR, linear, for each group", [["SWALR", [[0.05, 0.03]], {"anneal_epochs": 5,
                                                                    "anneal_strategy": "linear"}]], steps=20),
    case("SWALR, at once", [["SWALR", [0.05], {"anneal_epochs": 0}]], steps=6),
    case("OneCycleLR", [["OneCycleLR", [0.5], {"total_steps": 61}]], options=momentum),
    case("OneCycleLR, to the last step", [["OneCycleLR", [0.5], {"total_steps": 40}]], steps=40,
         options=momentum),
    case("OneCycleLR, linear", [["OneCycleLR", [0.5], {"total_steps": 61, "anneal_strategy": "linear"}]],
         options=momentum),
    case("OneCycleLR, three phases", [["OneCycleLR", [0.5], {"total_steps": 80, "three_phase": True}]],
         options=momentum),
    case("OneCycleLR, three phases, linear",
         [["OneCycleLR", [0.5], {"total_steps": 61, "three_phase": True, "anneal_strategy": "linear",
                                 "pct_start": 0.4}]], options=momentum),
    case("OneCycleLR, for each group",
         [["OneCycleLR", [[0.5, 0.1]], {"epochs": 6, "steps_per_epoch": 11, "base_momentum": [0.5, 0.7],
                                        "max_momentum": [0.9, 0.99]}]], options=momentum),
    case("OneCycleLR, factors, pct_start 0",
         [["OneCycleLR", [0.5], {"total_steps": 61, "pct_start": 0.0, "div_factor": 10,
                                 "final_div_factor": 100}]], options=momentum),
    case("OneCycleLR, over beta1", [["OneCycleLR", [0.5], {"total_steps": 61}]], optimizer="AdamW",
         options={"betas": [0.5, 0.99]}),
    case("OneCycleLR, without momentum",
         [["OneCycleLR", [0.5], {"total_steps": 61, "cycle_momentum": False}]], optimizer="Adagrad"),
    case("OneCycleLR, one step", [["OneCycleLR", [0.5], {"total_steps": 1}]], steps=1, options=momentum,
         groups=one),
    case("ReduceLROnPlateau", [["ReduceLROnPlateau", [], {}]]),
    case("ReduceLROnPlateau, patience, factor", [["ReduceLROnPlateau", [], {"patience": 2, "factor": 0.5}]]),
    case("ReduceLROnPlateau, max", [["ReduceLROnPlateau", [], {"mode": "max", "patience": 3}]]),
    case("ReduceLROnPlateau, absolute threshold",
         [["ReduceLROnPlateau", [], {"patience": 1, "threshold": 0.15, "threshold_mode": "abs",
                                     "factor": 0.8}]]),
    case("ReduceLROnPlateau, max, absolute threshold",
         [["ReduceLROnPlateau", [], {"mode": "max", "patience": 1, "threshold": 0.01, "threshold_mode": "abs",
                                     "factor": 0.8}]]),
    case("ReduceLROnPlateau, max, relative threshold",
         [["ReduceLROnPlateau", [], {"mode": "max", "patience": 1, "threshold": 0.2, "factor": 0.9}]]),
    case("ReduceLROnPlateau, cooldown",
         [["ReduceLROnPlateau", [], {"patience": 1, "cooldown": 4, "factor": 0.8}]]),
    case("ReduceLROnPlateau, min_lr for each group",
         [["ReduceLROnPlateau", [], {"patience": 0, "factor": 0.5, "min_lr": [0.01, 0.001]}]]),
    case("ReduceLROnPlateau, eps", [["ReduceLROnPlateau", [], {"patience": 0, "factor": 0.5, "eps": 1e-3}]]),
]
write({"metrics": Numbers(metrics), "cases": cases, "errors": sentences(scheduler_errors())})

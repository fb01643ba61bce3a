"""PyTorch, each row at its best: of several ways to do the same, the fastest."""
import json
import resource
import sys
import time

import numpy
import torch
from torch import nn

torch.set_num_threads(1)
# Whether to compile nothing, as for the memory that a step takes.
EAGER = "--eager" in sys.argv


def numbers(length, seed, low=-1.0, high=1.0):
    """Those of numbers.mjs."""
    word = numpy.uint32
    with numpy.errstate(over="ignore"):
        x = numpy.arange(length, dtype=word) * word(0x9E3779B1) + word(seed * 0x85EBCA77 & 0xFFFFFFFF)
        x = (x ^ (x >> word(15))) * word(0x846CA68B)
        x = (x ^ (x >> word(13))) * word(0xC2B2AE35)
        x ^= x >> word(16)
    return (low + (high - low) * (x.astype(numpy.float64) / 2**32)).astype(numpy.float32)


def tensor(shape, seed, low=-1.0, high=1.0):
    return torch.from_numpy(numbers(int(numpy.prod(shape)), seed, low, high)).reshape(shape)


def targets(shape, seed):
    return (tensor(shape, seed, 0.0, 1.0) < 0.2).float()


def sample(x):
    x = x.detach().flatten()
    return [x.double().sum().item()] + [x[i].item() for i in (0, 1, len(x) // 2, len(x) - 1)]


def magnitudes(x):
    x = x.detach().flatten().double()
    return [x.abs().sum().item()] + [x[min(i, len(x) - 1)].item() for i in (0, 1, len(x) // 2, len(x) - 1)]


def measured(run, calls):
    start = time.perf_counter()
    for _ in range(calls):
        run()
    return (time.perf_counter() - start) * 1e3


def fastest(runs):
    """The one of `runs` that takes the least time, after each was warmed up."""
    if EAGER:
        return runs[0]
    times = []
    for run in runs:
        for _ in range(3):
            run()
        times.append(min(measured(run, 1) for _ in range(5)))
    return runs[times.index(min(times))]


LAYERS = {
    "linear": nn.Linear,
    "conv2d": lambda i, o, k, options: nn.Conv2d(i, o, k, **options),
    "batch_norm2d": nn.BatchNorm2d,
    "max_pool2d": nn.MaxPool2d,
    "relu": nn.ReLU,
    "flatten": nn.Flatten,
}


def build(description):
    model = nn.Sequential(*(LAYERS[layer](*options) for layer, *options in description))
    seed = 100
    with torch.no_grad():
        for parameter in model.parameters():
            bound = 1 / numpy.sqrt(numpy.prod(parameter.shape[1:]))
            parameter.copy_(tensor(parameter.shape, seed, -bound, bound))
            seed += 1
    return model


def optimizers(name, parameters):
    if name == "sgd":
        return [torch.optim.SGD(parameters, lr=1e-3, fused=fused) for fused in (False, True)]
    kinds = ({"foreach": False}, {"foreach": True}, {"fused": True})
    return [torch.optim.Adam(parameters, lr=1e-3, **kind) for kind in kinds]


def loss(shape):
    logits, target = tensor(shape, 1, -4.0, 4.0), targets(shape, 2)
    criterion = nn.MultiLabelSoftMarginLoss()
    out = []

    def way(function):
        def run():
            with torch.no_grad():
                out[:] = [function(logits, target)]
        return run

    run = fastest([way(criterion), way(torch.compile(criterion))])
    return run, lambda: [out[0].item()]


def loss_gradient(shape):
    logits, target = tensor(shape, 1, -4.0, 4.0).requires_grad_(), targets(shape, 2)
    criterion = nn.MultiLabelSoftMarginLoss()
    out = []

    def way(function):
        def run():
            logits.grad = None
            out[:] = [function(logits, target)]
            out[0].backward()
        return run

    run = fastest([way(criterion), way(torch.compile(criterion))])
    return run, lambda: [out[0].item()] + sample(logits.grad)


def gemm(m, n, k, transposed):
    a, b = tensor([m, k], 1), tensor([n, k] if transposed else [k, n], 2)
    out = []

    def run():
        out[:] = [nn.functional.linear(a, b) if transposed else a @ b]

    return run, lambda: sample(out[0])


def forward(shape, model):
    x, model = tensor(shape, 1), build(model)
    out = []

    def run():
        with torch.no_grad():
            out[:] = [model(x)]

    return run, lambda: sample(out[0])


def optimizer(length, optimizer):
    parameter = tensor([length], 1).requires_grad_()
    start = parameter.detach().clone()
    parameter.grad = tensor([length], 2)
    rules = optimizers(optimizer, [parameter])
    rules[0].step()
    rule_result = parameter.detach()[:4].tolist()
    with torch.no_grad():
        parameter.copy_(start)
    return fastest([rule.step for rule in rules]), lambda: rule_result


def step(batch, classes, model, optimizer):
    x, target = tensor(batch, 1), targets([batch[0], classes], 2)
    description, criterion = model, nn.MultiLabelSoftMarginLoss()
    losses = []

    def way(model, rule, criterion):
        def run():
            rule.zero_grad()
            loss = criterion(model(x), target)
            loss.backward()
            rule.step()
            return loss
        return run

    model = build(description)
    first = way(model, optimizers(optimizer, list(model.parameters()))[0], criterion)
    losses = [first().item() for _ in range(3)]
    compiled = torch.compile(criterion)
    runs = [way(model, rule, c) for rule in optimizers(optimizer, list(model.parameters())) for c in (criterion, compiled)]
    return fastest(runs), lambda: losses


def operand(seed, shape, kind, low=0, high=1):
    if kind == "labels":
        return targets(shape, seed)
    if kind == "booleans":
        return targets(shape, seed) > 0
    values = tensor(shape, seed, low, high)
    if kind == "integers":
        return values.to(torch.int32)
    if kind == "classes":
        return values.to(torch.int64)
    if kind == "positives":
        # A few labels of each row, then -1, which ends them.
        values = values.to(torch.int64)
        values[..., 3:] = -1
        return values
    return values.requires_grad_() if kind == "leaf" else values


RECURRENT = {}


def recurrent(name, x, *weights):
    """The outputs of a recurrent layer that is made once, with these weights."""
    key = id(weights[0])
    if key not in RECURRENT:
        layer = getattr(nn, name)(x.shape[2], weights[1].shape[1])
        with torch.no_grad():
            for parameter, weight in zip(layer.parameters(), weights):
                parameter.copy_(weight)
        RECURRENT[key] = weights[0], layer
    layer = RECURRENT[key][1]
    layer.zero_grad()
    return layer(x)[0]


# What JavaScript spells otherwise.
SPELLING = {"true": True, "false": False, "null": None, "torch": torch, "F": nn.functional, "recurrent": recurrent}


def call(call, operands, backward=False, python=None, reads=False, random=False, keeps=False):
    tensors = [operand(seed + 1, *spec) for seed, spec in enumerate(operands)]
    function = eval(f"lambda x, y, z, v, w: {python or call}", SPELLING)
    arguments = tensors + [None] * (5 - len(tensors))
    leaves = [x for x in tensors if x.requires_grad]
    out = []

    def forward():
        with torch.no_grad():
            out[:] = [function(*arguments)]
            if reads:
                out[0].flatten()[0].item()

    upstream = tensor(function(*arguments).shape, 9) if backward else None

    def both():
        for leaf in leaves:
            leaf.grad = None
        out[:] = [function(*arguments)]
        out[0].backward(upstream)

    def result():
        return [] if random else [number for x in ([x.grad for x in leaves] if backward else out) for number in magnitudes(x)]

    return both if backward else forward, result


def update(name, length, options):
    rules, parameter = [], tensor([length], 1).requires_grad_()
    parameter.grad = tensor([length], 2)
    keywords = {key: float(value) for key, value in (pair.split(": ") for pair in options.strip("{ }").split(", "))}
    kind = getattr(torch.optim, name)
    ways = [{"foreach": False}, {"foreach": True}] + ([] if name == "RMSprop" else [{"fused": True}])
    rules = [kind([parameter], **keywords, **way) for way in ways]
    times = []
    for rule in rules:
        measured(rule.step, 3)
        times.append(min(measured(rule.step, 1) for _ in range(5)))
    return rules[times.index(min(times))].step, lambda: []


KINDS = dict(call=call, update=update, loss=loss, loss_gradient=loss_gradient, gemm=gemm, forward=forward, optimizer=optimizer, step=step, normalised_step=step)
row = None


def peak_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def answer(request, kind=None, options=None, calls=None, count=None):
    global row
    if request == "threads":
        return torch.set_num_threads(count)
    if request == "version":
        return f"PyTorch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}"
    if request == "kinds":
        return list(KINDS)
    if request == "memory":
        before = peak_bytes()
        row = KINDS[kind](**options)
        measured(row[0], 3)
        return {"before": before, "peak": peak_bytes()}
    if request == "prepare":
        row = None
        row = KINDS[kind](**options)
        row[0]()
        return row[1]()
    return measured(row[0], calls)


for line in sys.stdin:
    try:
        reply = {"answer": answer(**json.loads(line))}
    except Exception as error:
        reply = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), flush=True)

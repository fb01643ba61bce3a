"""What the fixtures of torch.optim share."""

import torch
from torch import nn
from torch.optim import lr_scheduler as schedules

from writing import Numbers


def flat(t):
    """Float64 with more digits than a float32 has."""
    return Numbers(t.detach().numpy().copy(), 9 if t.dtype == torch.float64 else None)


def plain(value):
    """A state_dict as JSON can hold it; tensors as { shape, dtype, data }, but numbers of the state as numbers."""
    if isinstance(value, torch.Tensor):
        return {"shape": list(value.shape), "dtype": "float32", "data": flat(value)}
    if isinstance(value, dict):
        return {str(k): plain(v.item() if k in ("step", "mu_product", "eta", "mu") and torch.is_tensor(v) else v) for k,
                v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value


def sentences(attempts):
    """The error of each attempt; the sentence up to the words after `cut`, which name Python's types."""
    found = []
    for name, (attempt, cut) in attempts.items():
        try:
            attempt()
        except Exception as error:
            message = str(error.args[0])
            assert cut is None or cut in message, message
            found.append({"name": name, "type": type(error).__name__, "message": message if cut is None
                          else message.split(cut)[0]})
        else:
            raise AssertionError(f"{name}: torch takes this")
    return found


def leaf():
    return nn.Parameter(torch.zeros(2))


LAMBDAS = {"decay": lambda epoch: 0.95 ** epoch, "inverse": lambda epoch: 1 / (1 + epoch),
           "thirds": lambda epoch: 0.5 ** (epoch // 3), "steady": lambda epoch: 0.95,
           "slower": lambda epoch: 1 - 0.1 / epoch}


def make_scheduler(optimizer, spec):
    """A schedule from [name, args, options]; functions by name in LAMBDAS, parts of a SequentialLR as lists."""
    kind, args, options = spec
    if kind in ("LambdaLR", "MultiplicativeLR"):
        chosen = args[0]
        args = [[LAMBDAS[n] for n in chosen] if isinstance(chosen, list) else LAMBDAS[chosen]]
    if kind == "SequentialLR":
        args = [[make_scheduler(optimizer, part) for part in args[0]], args[1]]
    if kind == "ChainedScheduler":
        return schedules.ChainedScheduler([make_scheduler(optimizer, part) for part in args[0]])
    if kind == "SWALR":
        return torch.optim.swa_utils.SWALR(optimizer, *args, **options)
    return getattr(schedules, kind)(optimizer, *args, **options)

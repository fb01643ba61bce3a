"""Writes names.json: PyTorch's own lists of what it has, by room, for docs/coverage.md.

{ torch, operations: [ { name, ways } ], rooms: { path: [name] } }
"""

import inspect
import json
import pathlib
import warnings

import torch
import torchmetrics
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.common_modules import module_db
from torch.testing._internal.common_optimizers import optim_db

from samples import ways_of

warnings.filterwarnings("ignore")


def public(room, kind):
    return [name for name, x in vars(room).items() if kind(x) and not name.startswith("_")
            and getattr(x, "__module__", "").startswith("torch")]


def operations():
    ways = {}
    for op in op_db:
        # Operators, and what users do not call.
        if op.name.startswith(("ops.", "torch.", "jiterator", "native_", "__")) or op.name.endswith("_backward"):
            continue
        found = ways.setdefault(op.name, [])
        in_place = op.inplace_variant
        spelt = [*ways_of(op)]
        if in_place is not None and hasattr(torch.Tensor, getattr(in_place, "__name__", "")):
            spelt.append(f"Tensor.{in_place.__name__}")
        found += [way for way in spelt if way not in found]
    return [{"name": name, "ways": found} for name, found in sorted(ways.items())]


def rooms():
    functions = public(torch.nn.functional, inspect.isroutine) + [
        name for name in dir(torch.nn.functional)
        if callable(getattr(torch.nn.functional, name)) and hasattr(torch._C._nn, name)]
    schedules = [name for name in torch.optim.lr_scheduler.__all__ if name != "LRScheduler"]
    return {
        "nn": sorted({*torch.nn.modules.__all__} | {m.name.removeprefix("nn.") for m in module_db}),
        "nn.functional": sorted({name for name in functions if not name.endswith("_")
                                 and "_with_indices" not in name
                                 and not name.startswith(("boolean_", "has_", "handle_", "assert_"))}),
        "nn.init": sorted(name for name in public(torch.nn.init, inspect.isfunction) if name.endswith("_")),
        "optim": sorted({op.optim_cls.__name__ for op in optim_db}),
        "optim.lr_scheduler": sorted(schedules),
        "utils.data": sorted(name for name in torch.utils.data.__all__
                             if not name.startswith("_") and not name.endswith(("DataPipe", "Chunk"))
                             and "datapipe" not in name and "validation" not in name
                             and "determin" not in name),
        "metrics": sorted(name for name in torchmetrics.classification.__all__
                          if name.startswith("Multilabel")),
        "autograd": ["Function", "backward", "grad", "enable_grad", "no_grad", "set_grad_enabled",
                     "inference_mode"],
    }


def main():
    names = {"torch": torch.__version__, "operations": operations(), "rooms": rooms()}
    pathlib.Path(__file__).with_name("names.json").write_text(json.dumps(names, indent=1) + "\n")
    print(len(names["operations"]), {room: len(found) for room, found in names["rooms"].items()})


main()

"""Names, defaults and kinds of the parameters of torch's and torchmetrics' callables: how they may be called.

"""

import inspect
import json
import pathlib

import torch
import torch.nn as nn
import torch.nn.functional as F
import torchmetrics
import torchmetrics.classification as classification

schedulers = torch.optim.lr_scheduler
data = torch.utils.data

LAYERS = """Linear Conv2d MaxPool2d AvgPool2d AdaptiveAvgPool2d BatchNorm1d BatchNorm2d LayerNorm Dropout Embedding
EmbeddingBag ReLU LeakyReLU SiLU GELU Softmax LogSoftmax Flatten ModuleList ModuleDict ParameterList
MultiLabelSoftMarginLoss BCEWithLogitsLoss BCELoss MultiLabelMarginLoss CrossEntropyLoss MSELoss""".split()
OPTIMIZERS = "SGD Adam AdamW RMSprop Adagrad".split()
SCHEDULERS = """StepLR MultiStepLR ExponentialLR LambdaLR ConstantLR LinearLR CosineAnnealingLR OneCycleLR
ReduceLROnPlateau SequentialLR""".split()
METRICS = """FBetaScore F1Score Precision Recall Accuracy HammingDistance ExactMatch AveragePrecision AUROC
RankingAveragePrecision RankingLoss CoverageError""".split()
MODULE = """register_buffer register_parameter add_module named_children children named_modules modules
named_parameters parameters named_buffers buffers get_submodule get_parameter get_buffer apply
register_forward_pre_hook register_forward_hook train eval zero_grad requires_grad_ load_state_dict""".split()
OPTIMIZER = "add_param_group step zero_grad state_dict load_state_dict".split()
FUNCTIONAL = """cross_entropy binary_cross_entropy binary_cross_entropy_with_logits mse_loss
multilabel_soft_margin_loss dropout embedding embedding_bag layer_norm batch_norm softmax log_softmax relu""".split()


def callables():
    for name in LAYERS:
        yield name, getattr(nn, name)
    for table in ("Embedding", "EmbeddingBag"):
        yield f"{table}.from_pretrained", getattr(nn, table).from_pretrained
    for name in OPTIMIZERS:
        yield name, getattr(torch.optim, name)
    for name in SCHEDULERS:
        yield name, getattr(schedulers, name)
    for name in METRICS:
        yield f"Multilabel{name}", getattr(classification, f"Multilabel{name}").__init__
    for name in MODULE:
        yield f"Module.{name}", getattr(nn.Module, name)
    for name in OPTIMIZER:
        yield f"Optimizer.{name}", getattr(torch.optim.Optimizer, name)
    for name in ("DataLoader", "Subset", "random_split"):
        yield name, getattr(data, name)
    for name in ("clip_grad_norm_", "clip_grad_value_"):
        yield name, getattr(nn.utils, name)
    for name in FUNCTIONAL:
        yield name, getattr(F, name)


def parameters(function):
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name in ("self", "_stacklevel") or parameter.kind == parameter.VAR_KEYWORD:
            continue
        entry = {"name": parameter.name}
        if parameter.default is not parameter.empty:
            default = parameter.default
            plain = default is None or isinstance(default, (bool, int, float, str, tuple))
            entry["default"] = default if plain else str(type(default).__name__)
        if parameter.kind == parameter.KEYWORD_ONLY:
            entry["keyword_only"] = True
        yield entry


content = json.dumps(
    {
        "torch": torch.__version__,
        "torchmetrics": torchmetrics.__version__,
        "signatures": {name: list(parameters(function)) for name, function in callables()},
    },
    indent=0,
)
pathlib.Path(__file__).with_suffix(".json").write_text(content + "\n")

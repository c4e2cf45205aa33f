"""Several processes, one training: what `torchrun` starts share the batches, and, if asked to, the parameters.

    TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1 torchrun --nproc-per-node=2 --max-restarts=3 script.py

where the script calls `torch.distributed.init_process_group("gloo")` before `train`. A process that dies takes
the others with it; torchrun starts all of them anew, and `train` goes on from its checkpoint. (The variable lets
them meet at a new place: at the old one they may find the addresses of the dead, PyTorch issue 135712.)
"""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from transformer_lib.layers import Block


def processes() -> tuple[int, int]:
    """Return (rank, world): which of how many processes this one is."""
    return (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)


def spread(model: nn.Module, *, shard: bool) -> nn.Module:
    """Return what is called instead of the model, so that all processes' gradients are averaged.

    Each process has the whole model (DDP). With `shard` each keeps a share of every parameter, its
    gradient and its optimizer state, and a block is put together only while it computes (FSDP2;
    ZeRO, Rajbhandari et al. 2020): for models that do not fit. The model then stays shared out;
    to be saved, it is put together once more, in the processor's memory.

    Raises:
        ValueError: `shard` in a process that is alone.
    """
    if shard and not dist.is_initialized():
        raise ValueError("shard must be False in a process that is alone, but was True: start it with torchrun")
    world = processes()[1]
    if not shard:
        return nn.parallel.DistributedDataParallel(model) if world > 1 else model
    parameter = next(model.parameters())
    if not is_shared(parameter):
        from torch.distributed.device_mesh import init_device_mesh  # takes a second, which only sharing is worth
        from torch.distributed.fsdp import fully_shard

        mesh = init_device_mesh(parameter.device.type, (world,))
        for block in [module for module in model.modules() if isinstance(module, Block)]:
            fully_shard(block, mesh=mesh)
        fully_shard(model, mesh=mesh)
    return model


def summed(*numbers: float) -> list[float]:
    """Return the numbers' sums over all processes, or themselves if this one is alone."""
    if not dist.is_initialized():
        return list(numbers)
    total = torch.tensor(numbers, dtype=torch.float64)
    dist.all_reduce(total)
    return total.tolist()


def gathered(tensor: Tensor) -> list[Tensor]:
    """Return this tensor of every process, by rank."""
    if not dist.is_initialized():
        return [tensor]
    each = [torch.empty_like(tensor) for _ in range(dist.get_world_size())]
    dist.all_gather(each, tensor)
    return each


def is_shared(tensor: Tensor) -> bool:
    """Tell whether each process holds only a share of the tensor (a DTensor)."""
    return hasattr(tensor, "full_tensor")


def whole(tensor: Tensor) -> Tensor:
    """Return the tensor, put together if the processes share it (all of them must then ask)."""
    tensor = tensor.detach()
    return tensor.full_tensor() if is_shared(tensor) else tensor  # type: ignore[attr-defined]


def shared_as(tensor: Tensor, other: Any) -> Tensor:
    """Return the tensor, shared out among the processes as the other one of its shape is."""
    if not is_shared(other) or tensor.shape != other.shape:
        return tensor
    from torch.distributed.tensor import distribute_tensor

    return distribute_tensor(tensor, other.device_mesh, other.placements)

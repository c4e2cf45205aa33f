"""Half the bits: bfloat16 on processors that multiply it themselves, float32 on all others."""

import warnings

import torch


def bf16_is_fast(device: str = "cpu") -> bool:
    """Tell whether the device multiplies bfloat16 matrices itself (a CPU by AVX-512 BF16 or AMX)."""
    if device == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    capability = torch.cpu.get_capabilities() if device == "cpu" else {}
    return bool(capability.get("avx512_bf16") or capability.get("amx_bf16"))


def mixed_precision(device: str, wanted: bool) -> torch.autocast:
    """Return the context to compute in: bfloat16 where it is wanted and fast, else float32, with a warning.

    Without such instructions each bfloat16 product is computed in float32 and rounded: slower, and no more exact.
    """
    if wanted and not bf16_is_fast(device):
        warnings.warn(
            f"bf16 must be False to be fastest here: this {device} has no instructions for bfloat16 (AVX-512 BF16 or "
            "AMX on a CPU), which would only slow it down. Training goes on in float32",
            stacklevel=3,
        )
    return torch.autocast(device, torch.bfloat16, enabled=wanted and bf16_is_fast(device))

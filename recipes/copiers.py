"""The three small copiers of exercise 8, one a seed: two layers that find an induction head.

    python -m recipes.copiers

Of random tokens there is no text and so no tokenizer; the files are those of `save_model`, in 16-bit numbers.
"""

import torch

from recipes.common import arguments
from transformer_lib.induction import COPIER_SEEDS, copied_right, copier, copier_folder, repeats
from transformer_lib.saving import save_model

STEPS = 400


def main() -> None:
    """Train, measure on sequences that training never drew, and write the three."""
    given = arguments(__doc__, STEPS, resumable=False)
    test = repeats(given.items or 1000, torch.Generator().manual_seed(1))
    for seed in COPIER_SEEDS:
        model = copier(n_layers=2, seed=seed, steps=given.steps)
        print(f"copier-{seed}: {copied_right(model, test):.3f} of the copied tokens right", flush=True)
        save_model(model.half(), copier_folder(seed, given.folder))


if __name__ == "__main__":
    main()

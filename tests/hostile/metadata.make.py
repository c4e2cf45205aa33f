# class: notebook metadata
# tries: cells that claim another task, points of their own, and metadata of the wrong type
# deserves: causal_mask 4
import json


def make(folder, notebook):
    made = notebook(causal_mask="import torch\ndef my_causal_mask(n): return torch.ones(n, n).tril().bool()")
    for own in (
        {"grade_id": "attention", "points": 1e9, "solution": True},
        {"grade_id": ["attention"], "solution": 1},
        7,
    ):
        made["cells"].append(
            {
                "cell_type": "code",
                "metadata": {"nbgrader": own},
                "source": "x = 1",
                "outputs": [],
                "execution_count": None,
            }
        )
    made["metadata"]["kernelspec"] = {"name": "../../bin/sh", "argv": ["sh", "-c", "true"], "display_name": "<b>"}
    made["metadata"]["nbgrader"] = {"score": 20}
    (folder / "student.ipynb").write_text(json.dumps(made))

# class: zip bomb
# tries: a gigabyte in a megabyte, a zip in a zip, and a size that lies
# deserves: causal_mask 4
import io
import zipfile


def make(folder, notebook):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("big.py", "w") as file:
        for _ in range(200):
            file.write(bytes(1 << 20))
    with zipfile.ZipFile(folder / "student.zip", "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
        archive.writestr("mine.py", "import torch\ndef my_causal_mask(n): return torch.ones(n, n).tril().bool()")

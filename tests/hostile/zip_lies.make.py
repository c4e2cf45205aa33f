# class: zip bomb
# tries: a member that says it is 100 bytes and unpacks to 200 MB
# deserves: attention 0
import struct
import zipfile


def make(folder, notebook):
    with zipfile.ZipFile(folder / "student.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("big.py", "w") as file:
            for _ in range(200):
                file.write(bytes(1 << 20))
    blob = (folder / "student.zip").read_bytes()
    (folder / "student.zip").write_bytes(blob.replace(struct.pack("<I", 200 << 20), struct.pack("<I", 100)))

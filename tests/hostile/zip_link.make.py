# class: links
# tries: a zip with a link to the password file in it
# deserves: attention 0
import zipfile


def make(folder, notebook):
    info = zipfile.ZipInfo("attention.py")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(folder / "student.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")

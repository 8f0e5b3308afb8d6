# SPDX-License-Identifier: MIT
"""The samples.tar.xz of recorded models: how their members are written, so that the same models give the same bytes. What is
recorded is each folder's own.
"""

import io
import re
import tarfile
import zipfile

import numpy as np

# Addresses and dates differ from run to run.
FLEETING = re.compile(rb', "shared_object_id": \d+|(?<="date_saved": ")[^"]*')


def opened(path):
    """For writing."""
    return tarfile.open(path, "w:xz", preset=9)


def write(archive, name, content):
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def write_arrays(archive, name, **arrays):
    """As an .npz file."""
    content = io.BytesIO()
    np.savez(content, **arrays)
    write(archive, name, content.getvalue())


def stored(path):
    """A .keras archive without compression of its own, which hides what the files share."""
    content = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            member = source.read(name)
            if name.endswith(".json"):
                member = FLEETING.sub(b"", member)
            target.writestr(zipfile.ZipInfo(name), member)
    return content.getvalue()

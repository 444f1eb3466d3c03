"""The one EXIF fact that changes what a filtered picture looks like: its orientation.

The rest is not copied: it holds the size of the old pixels, and often a small picture of what was there before.
"""

from __future__ import annotations

import struct

ORIENTATION = 274  # 0x0112, the same number in EXIF and TIFF
_SHORT = 3


def orientation_of(block: bytes) -> int:
    """Return the orientation, 1 to 8, of an EXIF block (a TIFF header and its first directory); 1 if it says none."""
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None or len(block) < 8:
        return 1
    (at,) = struct.unpack_from(f"{order}I", block, 4)
    if at + 2 > len(block):
        return 1
    (count,) = struct.unpack_from(f"{order}H", block, at)
    for entry in range(at + 2, min(at + 2 + 12 * count, len(block) - 11), 12):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", block, entry)
        if tag == ORIENTATION and kind == _SHORT:
            return value if 1 <= value <= 8 else 1
    return 1


def orientation_block(orientation: int) -> bytes:
    """Return an EXIF block that says the orientation and nothing else."""
    header = struct.pack(">2sHI", b"MM", 42, 8)
    directory = struct.pack(">HHHIHHI", 1, ORIENTATION, _SHORT, 1, orientation, 0, 0)
    return header + directory

"""Reading and writing arrays, images and sound: exactly as stored, whole or not at all, and nothing silently."""

from tapwise.files.levels import scale_signed as scale_signed
from tapwise.files.reading import read as read
from tapwise.files.sample import Info as Info
from tapwise.files.sample import Sample as Sample
from tapwise.files.sample import Written as Written
from tapwise.files.writing import check_target as check_target
from tapwise.files.writing import stored_dtype as stored_dtype
from tapwise.files.writing import write as write

__all__ = ["Info", "Sample", "Written", "check_target", "read", "scale_signed", "stored_dtype", "write"]

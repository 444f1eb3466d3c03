"""Streams: a signal that arrives in blocks, filtered block by block, with the same bits for every cutting."""

from tapwise.streaming.stream import Stream as Stream
from tapwise.streaming.stream import stream as stream

__all__ = ["Stream", "stream"]

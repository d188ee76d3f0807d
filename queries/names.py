"""Many strings in one block of bytes.

It promises to load half a million names in milliseconds, and to find one in sorted names in O(log n). It refuses to
make a Python string before somebody asks for it.
"""

from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray


class Names(Sequence[str]):
    """Strings in one block of bytes, so that half a million of them load in milliseconds.

    Examples
    --------
    >>> names = Names.of(["a", "éb"])
    >>> names[1], len(names), list(names)
    ('éb', 2, ['a', 'éb'])
    """

    def __init__(self, data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        self.data = data
        self.offsets = offsets

    @classmethod
    def of(cls, texts: Any) -> "Names":
        """Pack strings: a list, or an Arrow array, whose buffers are taken as they are."""
        import pyarrow as pa

        array = (
            pa.array(texts, pa.large_string()) if isinstance(texts, list) else texts.cast(pa.large_string())
        )
        if isinstance(array, pa.ChunkedArray):
            array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], pa.large_string())
        _, offsets, data = array.buffers()
        ends = np.frombuffer(offsets, np.int64) if offsets else np.zeros(1, np.int64)
        ends = ends[array.offset : array.offset + len(array) + 1].copy()
        block = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]].copy() if data else np.zeros(0, np.uint8)
        return cls(block, ends - ends[0])

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        at = index + len(self) if index < 0 else int(index)
        if not 0 <= at < len(self):
            raise IndexError(index)
        return self.data[self.offsets[at] : self.offsets[at + 1]].tobytes().decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return (self[i] for i in range(len(self)))

    def take(self, places: NDArray[np.int64]) -> "Names":
        """Return the strings at those places, without making one of them.

        Examples
        --------
        >>> list(Names.of(["a", "éb", ""]).take(np.array([1, 0])))
        ['éb', 'a']
        """
        size = self.offsets[places + 1] - self.offsets[places]
        ends = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
        at = np.arange(ends[-1]) + np.repeat(self.offsets[places] - ends[:-1], size)
        return Names(self.data[at], ends)

    def find(self, text: str) -> int:
        """Return the place of a string in sorted names, or -1, in O(log n)."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self[middle] < text:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self[low] == text else -1

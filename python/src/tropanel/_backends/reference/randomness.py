"""Random numbers that depend on the seed, the purpose and the number of the draw only.

The generator is PCG XSL-RR 128/64 (O'Neill 2014), in Python integers.
"""

from __future__ import annotations

MASK_64 = 2**64 - 1
MASK_128 = 2**128 - 1
MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645

#: What a stream of random numbers is for.
BOOTSTRAP = 1
LOOCV_SAMPLE = 2
RACE = 7


def splitmix64(x: int) -> int:
    """Scramble 64 bits (Steele, Lea and Flood 2014)."""
    z = (x + 0x9E3779B97F4A7C15) & MASK_64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK_64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK_64
    return z ^ (z >> 31)


class Generator:
    """The stream of random numbers of one draw."""

    def __init__(self, seed: int, purpose: int, draw: int) -> None:
        high = splitmix64(seed)
        low = splitmix64(high)
        stream = (purpose << 64) | draw
        self._increment = ((stream << 1) | 1) & MASK_128
        self._state = (((high << 64) | low) + self._increment) & MASK_128
        self._step()

    def _step(self) -> None:
        self._state = (self._state * MULTIPLIER + self._increment) & MASK_128

    def next_u64(self) -> int:
        """Draw 64 random bits."""
        self._step()
        folded = (self._state >> 64) ^ (self._state & MASK_64)
        rotation = self._state >> 122
        return ((folded >> rotation) | (folded << (64 - rotation))) & MASK_64

    def below(self, n: int) -> int:
        """Draw an integer from 0 to n - 1."""
        return (self.next_u64() * n) >> 64

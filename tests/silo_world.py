"""A world of fields that borrow each other's words, for tests of silos."""

import random

from planted import Made

FIELDS = tuple(f"oa-field:{number}" for number in range(11, 27))


def borrowed(each: int = 50, seed: int = 3) -> list[Made]:
    """Fields and patent classes with words of their own, half of them shared with the neighbours, some borrowed."""
    rng = random.Random(seed)
    made = []
    for place, field in enumerate(FIELDS):
        for number in range(each):
            words = [f"own {place} {rng.randrange(12)}" for _ in range(5)]
            words += [
                f"common {(place + rng.randrange(8)) % len(FIELDS)} {rng.randrange(10)}" for _ in range(3)
            ]
            other = (place + rng.choice((1, 1, 2, 3))) % len(FIELDS)
            # The second field never takes from the first.
            if rng.random() < 0.5 and (place, other) != (1, 0):
                words.append(f"own {other} {rng.randrange(12)}")
            if place == 1:
                words = [word for word in words if not word.startswith("own 0 ")]
            kind, domain = ("paper", field)
            identifier = f"doi:10.5555/{field[9:]}.{number}"
            made.append(Made(identifier, kind, [domain], list(dict.fromkeys(words)), 2001 + number % 15))
    for place, code in enumerate(("H01M", "B64C", "G06N", "A61F", "C08L")):
        for number in range(each // 2):
            words = [f"own {place * 3} {rng.randrange(12)}", f"patent {place} {rng.randrange(9)}"]
            words += [f"common {place * 3} {rng.randrange(10)}" for _ in range(3)]
            made.append(
                Made(
                    f"doi:10.5555/{code}.{number}",
                    "patent",
                    [f"cpc:{code}"],
                    list(dict.fromkeys(words)),
                    2005,
                )
            )
    return made

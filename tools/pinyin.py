"""Write `ontologies/lexicon/pinyin.tsv`: how each common Chinese character is read, as pypinyin says.

It promises that every reading comes from pypinyin (MIT), for the characters of GB 2312. It refuses tones, which
names of organisations do not write. Reading names then needs no pypinyin.

    python tools/pinyin.py
"""

import unicodedata
from pathlib import Path

from pypinyin.pinyin_dict import pinyin_dict

TWO_READINGS = "长重朝都行乐会单曾沈覃解仇尹宿蔚大石厦泊柏车奇参调"
"""Characters of which two readings are kept, for names of places and people use both; of others the usual one."""


def main() -> None:
    """Write the table."""
    target = Path(__file__).parents[1] / "ontologies" / "lexicon" / "pinyin.tsv"
    rows: dict[str, list[str]] = {}
    for number in range(0xB0A1, 0xF7FF):
        try:
            character = number.to_bytes(2, "big").decode("gb2312")
        except UnicodeDecodeError:
            continue
        toned = pinyin_dict.get(ord(character), "").split(",")
        plain = dict.fromkeys(_plain(each) for each in toned if each)
        for place, syllable in enumerate(list(plain)[: 1 + (character in TWO_READINGS)]):
            rows.setdefault(f"{syllable}\t{place}", []).append(character)
    head = (
        "# A syllable, 0 where it is the usual reading and 1 where another is, and the characters;"
        " written by tools/pinyin.py from pypinyin (MIT)."
    )
    lines = [head, *(f"{key}\t{''.join(sorted(rows[key]))}" for key in sorted(rows))]
    target.write_text("\n".join(lines) + "\n", "utf-8")


def _plain(toned: str) -> str:
    folded = unicodedata.normalize("NFKD", toned.replace("ü", "u"))
    return "".join(letter for letter in folded if letter.isascii() and letter.isalpha())


if __name__ == "__main__":
    main()

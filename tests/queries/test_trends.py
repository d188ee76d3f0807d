"""Trends: a planted change and a planted riser are found, constant rates are not, one year is refused."""

from pathlib import Path

import numpy as np
import pytest
from planted import Made, build
from scipy.stats import binom

from silobridge.kg.errors import NothingFound
from silobridge.queries.bridges.record import Ask
from silobridge.queries.matrices import matrices
from silobridge.queries.trends import _tail, changes, moving, poisson_bounds, trend


def corpus() -> list[Made]:
    """Papers and patents of twelve years; one term rises on both sides, one falls, one stays."""
    made = []
    for kind, domain in (("paper", "oa-field:17"), ("patent", "cpc:H01M")):
        for year in range(2000, 2012):
            for number in range(20):
                late = year >= 2009
                terms = [f"only {kind} {year} {number}", *(["steady term"] if number < 5 else [])]
                terms += ["rising term"] if number < (10 if late else 1) else []
                terms += ["falling term"] if number >= (20 if late else 12) else []
                made.append(Made(f"doi:10.5555/{kind}.{year}.{number}", kind, [domain], terms, year))
    return made


def test_a_planted_change_is_found_and_a_constant_rate_is_not(tmp_path: Path):
    m = matrices(build(tmp_path / "g", corpus()))
    told = trend(m, m.concept("rising term"))
    assert [one.layer for one in told.series] == ["science", "patent"]
    for one in told.series:
        assert [change.year for change in one.changes] == [2009]
        assert one.changes[0].before == pytest.approx(1 / 20) and one.changes[0].after == pytest.approx(1 / 2)
        assert all(year.low <= year.share <= year.high for year in one.years)
    assert not any(one.changes for one in trend(m, m.concept("steady term")).series)


def test_changes_keep_to_their_error_rate():
    rng = np.random.default_rng(0)
    output = np.arange(20, 60, 2)
    found = sum(bool(changes(rng.poisson(output * 0.2), output)) for _ in range(200))
    assert found <= 8


def test_rising_and_falling_on_both_sides(tmp_path: Path):
    m = matrices(build(tmp_path / "g", corpus()))
    answer = moving(m, Ask("oa-field:17", "cpc:H01M"))
    states = {one.concept.form: one.state for one in answer.moving}
    assert states == {"rising term": "emerging", "falling term": "fading"}
    rising = next(one for one in answer.moving if one.state == "emerging")
    # Ten documents a year of late; 39 in all, a quarter of which three years of twelve explain.
    assert rising.late == (30, 30) and rising.expected == (39 / 4, 39 / 4)


def test_tails_and_bounds_by_hand():
    late, k = np.array([0, 3, 5]), np.array([5, 5, 5])
    assert _tail(late, k, 0.25, True) == pytest.approx(binom.sf(late - 1, 5, 0.25))
    assert _tail(late, k, 0.25, False) == pytest.approx(binom.cdf(late, 5, 0.25))
    assert poisson_bounds(np.array([0]))[1][0] == pytest.approx(-np.log(0.05))


def test_one_year_is_refused(tmp_path: Path):
    made = [
        Made(f"doi:10.5555/{n}", "paper", [f"oa-field:{17 + n % 2 * 5}"], ["same term", f"only {n}"], 2001)
        for n in range(6)
    ]
    m = matrices(build(tmp_path / "g", made))
    with pytest.raises(NothingFound, match="one year"):
        trend(m, m.concept("same term"))
    with pytest.raises(NothingFound, match="before"):
        moving(m, Ask("oa-field:17", "oa-field:22"))

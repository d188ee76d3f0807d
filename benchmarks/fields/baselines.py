"""Named baselines on the same folds: the commonest label, and character n-grams under a linear SVM.

It promises scikit-learn's own defaults where nothing else is said, so that anybody can repeat them. It
refuses probabilities: neither baseline has any.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

Pair = tuple[str, str]


def majority(train: Sequence[Pair], test: Sequence[Pair]) -> list[list[str]]:
    """Answer every text with the commonest labels of the training texts."""
    counts = Counter(label for _, label in train)
    order = sorted(counts, key=lambda label: (-counts[label], label))[:5]
    return [order for _ in test]


def char_svm(train: Sequence[Pair], test: Sequence[Pair], longest: int = 3) -> list[list[str]]:
    """Answer with TF-IDF of 1 to `longest` characters and LinearSVC, five labels best first."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    cut = TfidfVectorizer(analyzer="char", ngram_range=(1, longest), sublinear_tf=True, min_df=2)
    machine = LinearSVC(random_state=0)
    machine.fit(cut.fit_transform([text for text, _ in train]), [label for _, label in train])
    scores: Any = machine.decision_function(cut.transform([text for text, _ in test]))
    best = np.argsort(-scores, axis=1, kind="stable")[:, :5]
    return [[str(machine.classes_[at]) for at in row] for row in best]

"""Which domain a document without codes belongs to, how probable that is, and which words say so.

It promises a probability calibrated on texts kept aside and a reason that names model, version and
words. It refuses to guess: below a model's threshold, or in a language without a model, nothing comes.
"""

from collections.abc import Sequence
from dataclasses import replace

from silobridge.ingest.classify.linear import load
from silobridge.kg.crosswalk import Membership
from silobridge.kg.model import Classification, Kind
from silobridge.kg.taxonomy import taxonomy

VERSION = "f3"
"""Changes whenever the same document could be classified in another way."""
METHOD = "predicted"
_MODELS = {
    (Kind.PAPER, "en"): "science-en",
    (Kind.PROJECT, "en"): "science-en",
    (Kind.PAPER, "zh"): "science-zh",
    (Kind.PROJECT, "zh"): "science-zh",
    (Kind.INDUSTRY, "en"): "industry-en",
    (Kind.PATENT, "en"): "patent-en",
}
_FEWEST = 20
"""Characters a text must have: a name or a number says nothing about a field."""


def predict(kind: Kind | str, language: str, text: str) -> list[Classification]:
    """Give the domain a text belongs to, or nothing where the model is unsure.

    Parameters
    ----------
    kind
        What sort of document the text is; it decides between disciplines, patent classes and industries.
    language
        The text's two-letter code.
    text
        Title and what follows it; the first `features.LONGEST` characters are read.

    Examples
    --------
    >>> [found] = predict("industry", "en", "Manufacture of cheese and other dairy products")
    >>> found.domain, found.method
    ('nace:C10', 'predicted')
    """
    name = model_for(kind, language)
    if not name or len(text.strip()) < _FEWEST:
        return []
    model = load(name)
    found = model.predict(text)
    if found is None:
        return []
    reason = f"{model.name} {model.version} (p {found.probability:.2f}): {', '.join(found.words)}"
    return [Classification(found.label, round(found.probability, 3), METHOD, reason)]


def model_for(kind: Kind | str, language: str) -> str:
    """Name the model that reads such documents, or give nothing where there is none."""
    return _MODELS.get((Kind(kind), language), "")


def memberships(predicted: Sequence[Classification]) -> list[Membership]:
    """Give every domain that follows from predicted ones; all of them stay predicted, with the first reason.

    Examples
    --------
    >>> known = memberships([Classification("oa-field:17", 0.9, METHOD, "science-en 1 (p 0.90): kernel")])
    >>> {m.how for m in known}, [m.domain for m in known][:2]
    ({'predicted'}, ['ford:1', 'ford:1.2'])
    """
    found = taxonomy().memberships(predicted)
    first = predicted[0].reason if predicted else ""
    return [m if m.how == METHOD else replace(m, how=METHOD, reason=f"{first}; {m.reason}") for m in found]

"""Word tables for `kg.forms`: irregular plurals, words that only look plural, British spellings.

It promises facts of the language and nothing about any field. It refuses rules: those stand in `forms`.
"""


def listed(text: str) -> frozenset[str]:
    """Give the words of a list as a set."""
    return frozenset(text.split())


IRREGULAR = {
    "matrices": "matrix", "vertices": "vertex", "indices": "index", "appendices": "appendix",
    "axes": "axis", "bases": "basis", "crises": "crisis", "theses": "thesis", "oases": "oasis",
    "prostheses": "prosthesis", "diagnoses": "diagnosis", "prognoses": "prognosis", "emphases": "emphasis",
    "metastases": "metastasis", "neuroses": "neurosis", "synapses": "synapse", "biopsies": "biopsy",
    "children": "child", "men": "man", "women": "woman", "people": "person", "feet": "foot",
    "teeth": "tooth", "mice": "mouse", "geese": "goose", "oxen": "ox",
    "spectra": "spectrum", "criteria": "criterion", "phenomena": "phenomenon", "bacteria": "bacterium",
    "automata": "automaton", "quanta": "quantum", "maxima": "maximum", "minima": "minimum",
    "optima": "optimum", "extrema": "extremum", "momenta": "momentum", "strata": "stratum",
    "polyhedra": "polyhedron", "tetrahedra": "tetrahedron", "ganglia": "ganglion",
    "mitochondria": "mitochondrion",
    "lemmata": "lemma", "schemata": "schema", "corpora": "corpus", "genera": "genus", "errata": "erratum",
    "media": "medium", "nuclei": "nucleus", "radii": "radius", "stimuli": "stimulus", "fungi": "fungus",
    "loci": "locus", "foci": "focus", "moduli": "modulus", "alumni": "alumnus", "algae": "alga",
    "larvae": "larva", "antennae": "antenna", "formulae": "formula", "nebulae": "nebula",
    "vertebrae": "vertebra",
    "leaves": "leaf", "knives": "knife", "lives": "life", "halves": "half", "shelves": "shelf",
    "wolves": "wolf", "calves": "calf", "selves": "self", "wives": "wife", "hooves": "hoof",
    "gases": "gas", "lenses": "lens", "biases": "bias", "viruses": "virus", "buses": "bus",
    "statuses": "status", "focuses": "focus", "campuses": "campus", "censuses": "census",
    "apparatuses": "apparatus", "nucleuses": "nucleus", "viri": "virus", "atlases": "atlas",
    "canvases": "canvas", "aliases": "alias", "plasmas": "plasma", "irises": "iris", "sinuses": "sinus",
    "bonuses": "bonus", "corpuses": "corpus", "consensuses": "consensus", "apparati": "apparatus",
    "caches": "cache", "niches": "niche", "headaches": "headache", "avalanches": "avalanche",
    "axles": "axle", "shoes": "shoe", "toes": "toe", "movies": "movie", "zombies": "zombie",
    "quizzes": "quiz", "buzzes": "buzz", "potatoes": "potato", "tomatoes": "tomato",
    "horseshoes": "horseshoe",
    "gpus": "gpu", "cpus": "cpu", "tpus": "tpu", "mcus": "mcu", "ecus": "ecu", "imus": "imu", "menus": "menu",
    "apis": "api", "guis": "gui", "rois": "roi", "skis": "ski", "taxis": "taxi",
    "calories": "calorie", "prairies": "prairie", "genies": "genie",
}  # fmt: skip
"""Plural → singular, where no rule gives it."""

INVARIANT = listed(
    """
    gas lens bias chaos atlas canvas alias pancreas christmas texas kansas arkansas las paris dallas
    species series means news headquarters mathematics pants scissors glasses goods premises
    always perhaps whereas thus kudos cosmos ethos pathos eros logos rhinoceros asbestos thermos
    biceps triceps forceps herpes diabetes rabies scabies caries feces measles mumps rickets shingles
    cmos nmos pmos mems nems sars mers aids adas dbms rdbms gprs umts saas paas iaas https ddos gnss aws
    ios ros dns gps css los qos sas laos linus andreas thomas james jones williams davies charles moses
    massachusetts netherlands philippines angeles emirates siemens mercedes phys
    navies achilles hercules archimedes socrates stokes hodges gauss bayes reynolds
    hydrolysis electrophoresis saccharomyces streptomyces aedes anopheles
    """
)
"""Words that end in s in the singular, names among them."""

AMERICAN = {
    "behaviour": "behavior", "behaviours": "behaviors", "behavioural": "behavioral", "colour": "color",
    "colours": "colors", "coloured": "colored", "colouring": "coloring", "flavour": "flavor",
    "flavours": "flavors", "harbour": "harbor", "labour": "labor", "neighbour": "neighbor",
    "neighbours": "neighbors", "neighbouring": "neighboring", "neighbourhood": "neighborhood",
    "neighbourhoods": "neighborhoods", "tumour": "tumor", "tumours": "tumors", "vapour": "vapor",
    "vapours": "vapors", "odour": "odor", "odours": "odors", "rumour": "rumor", "armour": "armor",
    "favour": "favor", "honour": "honor", "humour": "humor", "mould": "mold", "moulds": "molds",
    "moulding": "molding", "moulded": "molded", "plough": "plow", "centre": "center", "centres": "centers",
    "centred": "centered", "fibre": "fiber", "fibres": "fibers", "litre": "liter", "litres": "liters",
    "metre": "meter", "metres": "meters", "kilometre": "kilometer", "millimetre": "millimeter",
    "centimetre": "centimeter", "nanometre": "nanometer", "micrometre": "micrometer", "theatre": "theater",
    "analyse": "analyze", "analysed": "analyzed", "analyser": "analyzer", "analysers": "analyzers",
    "analysing": "analyzing", "catalyse": "catalyze", "catalysed": "catalyzed", "paralyse": "paralyze",
    "polarisation": "polarization", "polarised": "polarized", "ionisation": "ionization",
    "ionised": "ionized", "ionising": "ionizing", "optimisation": "optimization", "optimised": "optimized",
    "optimise": "optimize", "optimising": "optimizing", "optimiser": "optimizer", "optimisers": "optimizers",
    "organisation": "organization", "organisations": "organizations", "organisational": "organizational",
    "organised": "organized", "organising": "organizing", "quantisation": "quantization",
    "quantised": "quantized", "normalisation": "normalization", "normalised": "normalized",
    "regularisation": "regularization", "regularised": "regularized", "renormalisation": "renormalization",
    "localisation": "localization", "localised": "localized", "delocalised": "delocalized",
    "linearisation": "linearization", "linearised": "linearized", "discretisation": "discretization",
    "discretised": "discretized", "generalisation": "generalization", "generalised": "generalized",
    "factorisation": "factorization", "factorised": "factorized", "minimisation": "minimization",
    "maximisation": "maximization", "parametrisation": "parametrization",
    "parameterisation": "parameterization",
    "characterisation": "characterization", "crystallisation": "crystallization",
    "polymerisation": "polymerization", "magnetisation": "magnetization", "magnetised": "magnetized",
    "randomised": "randomized", "randomisation": "randomization", "stabilisation": "stabilization",
    "stabiliser": "stabilizer", "stabilisers": "stabilizers", "stabilised": "stabilized",
    "synchronisation": "synchronization", "synchronised": "synchronized", "visualisation": "visualization",
    "visualisations": "visualizations", "realisation": "realization", "thermalisation": "thermalization",
    "utilisation": "utilization", "specialised": "specialized", "standardisation": "standardization",
    "standardised": "standardized", "digitalisation": "digitalization", "digitisation": "digitization",
    "fertiliser": "fertilizer", "fertilisers": "fertilizers", "sterilisation": "sterilization",
    "hospitalisation": "hospitalization", "immunisation": "immunization", "recognise": "recognize",
    "customised": "customized", "miniaturised": "miniaturized", "pressurised": "pressurized",
    "aluminium": "aluminum", "sulphur": "sulfur", "sulphide": "sulfide", "sulphides": "sulfides",
    "sulphate": "sulfate", "sulphates": "sulfates", "sulphuric": "sulfuric", "caesium": "cesium",
    "haemoglobin": "hemoglobin", "anaemia": "anemia", "leukaemia": "leukemia", "haemorrhage": "hemorrhage",
    "oestrogen": "estrogen", "oesophagus": "esophagus", "paediatric": "pediatric", "diarrhoea": "diarrhea",
    "foetus": "fetus", "foetal": "fetal", "anaesthesia": "anesthesia", "orthopaedic": "orthopedic",
    "grey": "gray", "tyre": "tire", "tyres": "tires", "aeroplane": "airplane", "aeroplanes": "airplanes",
    "modelling": "modeling", "modelled": "modeled", "labelling": "labeling", "labelled": "labeled",
    "signalling": "signaling", "travelling": "traveling", "channelling": "channeling",
    "tunnelling": "tunneling", "levelling": "leveling", "fuelled": "fueled", "programme": "program",
    "programmes": "programs", "catalogue": "catalog", "catalogues": "catalogs", "dialogue": "dialog",
    "dialogues": "dialogs", "analogue": "analog", "analogues": "analogs", "defence": "defense",
    "licence": "license", "licences": "licenses", "offence": "offense", "artefact": "artifact",
    "artefacts": "artifacts", "sceptic": "skeptic", "storey": "story", "cheque": "check",
    "jewellery": "jewelry", "ageing": "aging", "judgement": "judgment", "acknowledgement": "acknowledgment",
}  # fmt: skip
"""British → American, word for word. Values are never keys, so the table is idempotent."""

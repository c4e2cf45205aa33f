"""The grammar's German is German, its English follows, and what it holds out is held out."""

import random
import re
from collections import Counter

import pytest

from tests.chances import chance, says
from transformer_lib import grammar
from transformer_lib.german import CASES, GENDERS, adjective, determiner, read_adjectives, read_nouns, read_verbs
from transformer_lib.german_clauses import VERBS, sentence
from transformer_lib.german_phrases import NOUNS, noun_phrase
from transformer_lib.grammar import LONGEST, PARTS, Problem, pair_of, pairs, part_of, split, translate, unseen
from transformer_lib.trained import load_trained
from transformer_lib.transduction import NOTHING, Reader, Tree, assemble, draw

CHECKED = [  # by hand: one line for each thing the grammar claims to know
    ("Die alte Frau sieht den kleinen Hund.", "The old woman sees the small dog."),
    ("Ein müder Mann hilft einem jungen Mädchen.", "A tired man helps a young girl."),
    ("Mein schwarzes Pferd folgt der guten Ärztin.", "My black horse follows the good doctor."),
    ("Zwei kleine Kinder danken den alten Lehrern.", "Two small children thank the old teachers."),
    ("Ich zeige dem Nachbarn das teure Bild.", "I show the neighbour the expensive picture."),
    ("Der Student sieht den Bären.", "The student sees the bear."),
    ("Wir geben vielen hungrigen Vögeln einen Apfel.", "We give many hungry birds an apple."),
    ("Sie sieht unseren Garten.", "She sees our garden."),
    ("Sie sehen unseren Garten.", "They see our garden."),
    ("Die Katze steht jetzt auf.", "The cat gets up now."),
    ("Er holt seinen Ball ab.", None),
    ("Der Junge holt das Geschenk ab.", "The boy picks up the present."),
    ("Unsere Freundin ruft den Studenten an.", "Our friend calls the student."),
    ("Der Vogel ist eingeschlafen.", "The bird has fallen asleep."),
    ("Die Frauen haben keine Suppe gegessen.", "The women have eaten no soup."),
    ("Ich habe gestern eine Uhr gekauft.", "I bought a clock yesterday."),
    ("Gestern ist der Hund weggelaufen.", "Yesterday the dog ran away."),
    ("Morgen werden die Kinder in der Schule singen.", "Tomorrow the children will sing in the school."),
    ("Der Bäcker singt.", None),
    ("Das Kind will den Kuchen essen.", "The child wants to eat the cake."),
    ("Wir müssen diese Tür zumachen.", "We must close this door."),
    ("Im Zimmer liest der Lehrer eine Zeitung.", "In the room the teacher reads a newspaper."),
    ("Sie spielen in den großen Parks.", "They play in the big parks."),
    ("Der Hund schläft unter dem Tisch, weil er müde ist.", "The dog sleeps under the table because he is tired."),
    ("Ich glaube, dass die Frau das Fenster aufmacht.", "I believe that the woman opens the window."),
    ("Obwohl das Ei kalt war, aß ich es.", None),
    ("Obwohl das Ei kalt war, aß der Mann das Ei.", "Although the egg was cold, the man ate the egg."),
    ("Weil wir gestern gearbeitet haben, schlafen wir heute.", "Because we worked yesterday, we sleep today."),
    ("Die Maus läuft weg, denn die Katze kommt an.", None),
    ("Die Maus läuft weg, denn die Katze wacht auf.", "The mouse runs away, because the cat wakes up."),
    ("Der Mann sucht oft mit den Hunden die Schlüssel.", "The man often looks for the keys with the dogs."),
    ("Der Junge wusste, dass der Bär geschwommen ist.", "The boy knew that the bear has swum."),
    ("Ich weiß, dass du kommst.", None),
]
WRONG = [  # what is wrong, and the word at which it shows
    ("Die Katze schläft mit der Hund.", 5, "Hund"),
    ("Der alter Mann schläft.", 1, "alter"),
    ("Ein alte Mann schläft.", 1, "alte"),
    ("Ich sehe der Hund.", 2, "der"),
    ("Gestern der Hund schlief.", 1, "der"),
    ("Der Hund schlafen.", 2, "schlafen"),
    ("Ich weiß, dass der Hund schläft die Katze.", 7, "die"),
    ("Weil der Hund schläft, der Mann lacht.", 5, "der"),
    ("Der Mann ist gelacht.", 3, "gelacht"),
    ("Der Hund hat gelaufen.", 3, "gelaufen"),
    ("Die Frau ruft den Mann.", 5, "."),
    ("In dem Garten schläft der Hund.", 1, "dem"),
]


@pytest.fixture(scope="module")
def drawn():
    rng = random.Random(7)
    return [pair_of(draw(sentence(), rng)) for _ in range(300)]


@pytest.mark.slow
def test_the_shipped_translator_was_measured_on_the_sentences_that_are_drawn_today():
    metrics = load_trained("translator").report["metrics"]
    longer = pairs(metrics["exact"]["longer"]["n"], part="longer", seed=1)
    lengths = Counter(str(len(split(pair.source))) for pair in longer)
    assert lengths == {length: share["n"] for length, share in metrics["longer_by_length"].items()}
    english = {pair.source: pair.target for pair in longer}
    for failure in metrics["failures"]["longer"]:
        assert english[failure["german"]] == failure["gold"]


@pytest.mark.slow
@pytest.mark.parametrize(("german", "english"), CHECKED)
def test_sentences_checked_by_hand(german, english):
    found = translate(german)
    if english is None:
        assert isinstance(found, Problem)
    else:
        assert getattr(found, "target", found) == english
        assert found.source == german


@pytest.mark.slow
@pytest.mark.parametrize(("german", "index", "word"), WRONG)
def test_a_mistake_is_found_where_it_shows(german, index, word):
    found = translate(german)
    assert isinstance(found, Problem)
    assert not found.unknown
    assert (found.index, split(german)[found.index]) == (index, word)
    assert found.expected
    assert word not in found.expected


@pytest.mark.slow
def test_problems_are_said_in_words():
    assert str(translate("Der Hund bellt.")) == "'bellt' is not among the words of this grammar"
    assert str(translate("Die Katze schläft mit der Hund.")).startswith("'Hund' does not fit here: try Frau, Freundin")
    assert str(translate("Ein alter Hund")).startswith("the sentence is not finished: try ")
    assert str(translate("")).startswith("the sentence is not finished: try ")


@pytest.mark.parametrize(("expected", "some"), [("abcdef", "a, b, c, d, e, f"), ("abcdefg", "a, b, c, d, e, f, ...")])
def test_of_what_would_fit_six_words_are_said(expected, some):
    assert str(Problem(3, "x", False, tuple(expected))) == f"'x' does not fit here: try {some}"
    assert str(Problem(3, "", False, tuple(expected))) == f"the sentence is not finished: try {some}"


@pytest.mark.slow
def test_a_word_that_the_grammar_does_not_know_is_named_with_its_place():
    assert translate("Der Hund bellt.") == Problem(2, "bellt", True, ())


@pytest.mark.slow
def test_a_small_letter_in_front_and_no_full_stop_are_forgiven():
    assert translate("der Hund schläft") == translate("Der Hund schläft.")
    assert isinstance(translate("Der hund schläft."), Problem)


def test_every_determiner_and_adjective_bends_as_the_grammar_books_say():
    phrases = {
        case: ", ".join(f"{determiner(d, f, case, g)} {adjective('alt', f, case, g)}" for d, f, g in FORMS)
        for case in CASES
    }
    assert phrases == {
        "nominative": "der alte, die alte, das alte, die alten, "
        "ein alter, eine alte, ein altes, keine alten, zwei alte",
        "accusative": "den alten, die alte, das alte, die alten, "
        "einen alten, eine alte, ein altes, keine alten, zwei alte",
        "dative": "dem alten, der alten, dem alten, den alten, "
        "einem alten, einer alten, einem alten, keinen alten, zwei alten",
    }
    assert GENDERS == ("m", "f", "n", "plural")


FORMS = [
    *(("d", "definite", gender) for gender in ("m", "f", "n", "plural")),
    *(("ein", "indefinite", gender) for gender in ("m", "f", "n")),
    ("kein", "indefinite", "plural"),
    ("zwei", "number", "plural"),
]


@pytest.mark.parametrize(
    ("person", "shares"),
    [
        ("er", {"der": 6, "dieser": 1, "jeder": 1}),
        ("er", {"ein": 4, "mein": 2, "unser": 1, "kein": 1}),
        ("wir", {"die": 6, "diese": 1}),
        ("wir", {"meine": 2, "unsere": 1, "keine": 1}),
        ("wir", {"zwei": 1, "drei": 1, "viele": 1}),
    ],
)
def test_determiners_are_as_frequent_as_their_table_says(person, shares):
    rule = noun_phrase("nominative", ("text",), person)
    by_share = [chance(rule, says(form)) / share for form, share in shares.items()]
    assert by_share == pytest.approx([by_share[0]] * len(shares))


def test_nouns_bend():
    forms = {n.singular: (n.german("accusative", False), n.german("dative", True)) for n in read_nouns()}
    assert forms["Bär"] == ("Bären", "Bären")
    assert forms["Nachbar"] == ("Nachbarn", "Nachbarn")
    assert forms["Mann"] == ("Mann", "Männern")
    assert forms["Mädchen"] == ("Mädchen", "Mädchen")
    assert forms["Park"] == ("Park", "Parks")
    assert forms["Ei"] == ("Ei", "Eiern")


def test_verbs_bend():
    forms = {
        v.infinitive: [v.finite("present", p) for p in ("ich", "er", "wir")] + [v.finite("past", "wir")] for v in VERBS
    }
    assert forms["einladen"] == ["lade", "lädt", "laden", "luden"]
    assert forms["antworten"] == ["antworte", "antwortet", "antworten", "antworteten"]
    assert forms["wissen"] == ["weiß", "weiß", "wissen", "wussten"]
    assert forms["essen"] == ["esse", "isst", "essen", "aßen"]
    assert {v.infinitive for v in read_verbs() if v.sein} == {
        *("laufen", "schwimmen", "aufstehen", "aufwachen", "einschlafen", "ankommen", "weglaufen", "folgen"),
    }


@pytest.mark.slow
def test_every_word_of_both_sides_is_aligned_but_german_commas(drawn):
    for pair in drawn:
        source, target = split(pair.source), split(pair.target)
        assert {t for _, t in pair.alignment} == set(range(len(target)))
        missing = [source[s] for s in set(range(len(source))) - {s for s, _ in pair.alignment}]
        assert set(missing) <= {","}


def test_nouns_and_adjectives_are_aligned_with_their_own_translations(drawn):
    nouns = {form: n.english for n in NOUNS for form in (n.singular, n.plural, n.german("dative", True))}
    adjectives = {each.stem: each.english for each in read_adjectives()}
    for pair in drawn:
        source, target = split(pair.source), split(pair.target)
        links = {s: {target[t].lower() for x, t in pair.alignment if x == s} for s in range(len(source))}
        for s, word in enumerate(source):
            if word in nouns and s:
                assert links[s] <= set(nouns[word]), (pair, word)
            stem = re.sub("(e|er|es|en)$", "", word)
            if stem in adjectives:
                assert links[s] == {adjectives[stem]}, (pair, word)


@pytest.mark.slow
def test_what_is_drawn_is_read_again(drawn):
    reader_of = {pair.source: translate(pair.source) for pair in drawn[:20]}
    assert [reader_of[pair.source] for pair in drawn[:20]] == drawn[:20]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_determiner_adjective_and_noun_agree(case):
    """Every phrase is read by the rule for its case; read by another case it is another phrase or none."""
    rng, rule = random.Random(3), noun_phrase(case, ("person", "thing"), "er")
    genders = {n.german(case, False): n.gender for n in NOUNS}
    articles = {"nominative": "der die das", "accusative": "den die das", "dative": "dem der dem"}[case].split()
    seen = set()
    for _ in range(400):
        words = assemble(draw(rule, rng)).source
        if words[0] in ("der", "die", "das", "den", "dem"):
            assert words[0] == articles["mfn".index(genders[words[-1]])]
            seen.add(words[0])
        assert [end for end, _ in Reader(words).read(rule)][-1] == len(words)
    assert seen == set(articles)


def test_sentences_follow_from_the_seed():
    assert pairs(13, seed=5) == pairs(13, seed=5)
    assert pairs(13, seed=5) != pairs(13, seed=6)
    assert pairs(3) == pairs(3, part="train", seed=0)
    assert pairs(0) == []
    assert len({pair.source for pair in pairs(29)}) == 29


def test_a_sixteenth_of_the_sentences_and_a_tenth_of_the_combinations_are_held_out():
    parts = [part_of(Tree(NOTHING), f"sentence {i}", 3) for i in range(30_000)]
    assert parts.count("test") / 30_000 == pytest.approx(1 / 16, abs=0.002)
    assert parts.count("train") == 30_000 - parts.count("test")
    share = sum(unseen("adjective alt", f"noun {i}") for i in range(30_000)) / 30_000
    assert share == pytest.approx(1 / 10, abs=0.004)


@pytest.mark.slow
def test_no_part_has_what_another_has():
    parts = {part: {p.source for seed in (0, 1) for p in pairs(23, part=part, seed=seed)} for part in PARTS}
    for part, sources in parts.items():
        assert not any(sources & others for other, others in parts.items() if other != part)


@pytest.mark.slow
def test_training_never_shows_what_is_held_out():
    for pair in pairs(150):
        assert pair.part == "train"
        assert len(split(pair.source)) <= LONGEST
        assert not re.match(r"^\w+ (kann|muss|darf|will|können|müssen|dürfen|wollen) (ich|wir|er|sie)\b", pair.source)
    assert all(len(split(p.source)) > LONGEST for p in pairs(30, part="longer"))
    assert unseen("adjective alt", "noun Park") is unseen("adjective alt", "noun Park")


@pytest.mark.slow
def test_held_out_combinations_are_never_in_training():
    held = [(a.label, n.singular) for a in read_adjectives() for n in NOUNS if unseen(a.label, f"noun {n.singular}")]
    assert 20 < len(held) < 120
    forms = {(label.removeprefix("adjective "), noun) for label, noun in held}
    for pair in pairs(2000, seed=9):
        for one, other in zip(split(pair.source), split(pair.source)[1:], strict=False):
            assert (re.sub("(e|er|es|en)$", "", one), other) not in forms, pair


@pytest.mark.slow
def test_training_says_every_word_of_the_grammar():
    said = {word.lower() for pair in pairs(8000) for word in split(pair.source)}
    missing = {word for word in grammar.vocabulary()[0] if word.lower() not in said}
    assert len(missing) <= 4, missing


@pytest.mark.usefixtures("as_a_user")
def test_errors_name_the_argument():
    with pytest.raises(ValueError, match=r"part must be one of \('train', .*\), but was 'dev'"):
        pairs(3, part="dev")
    with pytest.raises(ValueError, match="n must not be negative, but was -1"):
        pairs(-1)

"""The words of the book's German, and how they bend: what `grammar.py` puts into sentences.

Every table is one line for each word. The English beside it is what the word is translated by.
"""

from dataclasses import dataclass

CASES = ("nominative", "accusative", "dative")
GENDERS = ("m", "f", "n", "plural")  # what the three genders share in the plural makes it a fourth

# singular, gender, plural; English singular and plural; what it is and where one can be. A * declines weakly.
NOUNS = """
Mann m Männer | man men | person
Frau f Frauen | woman women | person
Kind n Kinder | child children | person
Mädchen n Mädchen | girl girls | person
Junge* m Jungen | boy boys | person
Lehrer m Lehrer | teacher teachers | person
Ärztin f Ärztinnen | doctor doctors | person
Student* m Studenten | student students | person
Nachbar* m Nachbarn | neighbour neighbours | person
Freundin f Freundinnen | friend friends | person
Hund m Hunde | dog dogs | animal
Katze f Katzen | cat cats | animal
Pferd n Pferde | horse horses | animal
Vogel m Vögel | bird birds | animal
Bär* m Bären | bear bears | animal
Maus f Mäuse | mouse mice | animal
Huhn n Hühner | chicken chickens | animal
Buch n Bücher | book books | thing text
Brief m Briefe | letter letters | thing text
Zeitung f Zeitungen | newspaper newspapers | thing text
Bild n Bilder | picture pictures | thing
Schlüssel m Schlüssel | key keys | thing
Lampe f Lampen | lamp lamps | thing
Uhr f Uhren | clock clocks | thing
Ball m Bälle | ball balls | thing
Geschenk n Geschenke | present presents | thing
Tasche f Taschen | bag bags | thing lid
Apfel m Äpfel | apple apples | food
Suppe f Suppen | soup soups | food
Ei n Eier | egg eggs | food
Kuchen m Kuchen | cake cakes | food
Tür f Türen | door doors | door lid vor hinter
Fenster n Fenster | window windows | door lid vor hinter
Garten m Gärten | garden gardens | place in hinter
Haus n Häuser | house houses | place in vor hinter neben
Stadt f Städte | city cities | place in
Schule f Schulen | school schools | place in vor hinter neben
Dorf n Dörfer | village villages | place in
Park m Parks | park parks | place in neben
Zimmer n Zimmer | room rooms | place in
Küche f Küchen | kitchen kitchens | place in
Baum m Bäume | tree trees | place unter vor hinter neben
Brücke f Brücken | bridge bridges | place auf unter vor
Tisch m Tische | table tables | place auf unter neben
Straße f Straßen | street streets | place auf neben
"""

# the form that nothing bends, stem, English, of what one says so; colours may follow another adjective
ADJECTIVES = """
alt alt old person animal thing place door
klein klein small person animal thing place food door
groß groß big person animal thing place food door
jung jung young person animal
müde müd tired person animal
hungrig hungrig hungry person animal
freundlich freundlich friendly person animal
reich reich rich person
schön schön beautiful person animal thing place door
neu neu new thing place door
teuer teur expensive thing food place
gut gut good food person
kalt kalt cold food place
ruhig ruhig quiet place person
schwarz schwarz black animal thing door colour
rot rot red thing food door colour
grün grün green thing food door colour
"""

# infinitive (a hyphen after what is split off), er-form, past, participle (* with sein); English base, er-form, past,
# participle (+ what follows, in the place of what is split off); subject; objects: accusative, or dative : accusative
VERBS = """
schlafen schläft schlief geschlafen | sleep sleeps slept slept | animate
lachen lacht lachte gelacht | laugh laughs laughed laughed | person
warten wartet wartete gewartet | wait waits waited waited | animate
arbeiten arbeitet arbeitete gearbeitet | work works worked worked | person
tanzen tanzt tanzte getanzt | dance dances danced danced | person
singen singt sang gesungen | sing sings sang sung | person
spielen spielt spielte gespielt | play plays played played | animate
laufen läuft lief gelaufen* | run runs ran run | animate
schwimmen schwimmt schwamm geschwommen* | swim swims swam swum | animate
auf-stehen steht stand aufgestanden* | get gets got got + up | animate
auf-wachen wacht wachte aufgewacht* | wake wakes woke woken + up | animate
ein-schlafen schläft schlief eingeschlafen* | fall falls fell fallen + asleep | animate
an-kommen kommt kam angekommen* | arrive arrives arrived arrived | person
weg-laufen läuft lief weggelaufen* | run runs ran run + away | animate
sehen sieht sah gesehen | see sees saw seen | animate | person animal thing place
hören hört hörte gehört | hear hears heard heard | animate | person animal
suchen sucht suchte gesucht | look_for looks_for looked_for looked_for | animate | person animal thing food
finden findet fand gefunden | find finds found found | animate | person animal thing food
kaufen kauft kaufte gekauft | buy buys bought bought | person | thing food
tragen trägt trug getragen | carry carries carried carried | person | thing food
lieben liebt liebte geliebt | love loves loved loved | person | person animal place
malen malt malte gemalt | paint paints painted painted | person | person animal thing place
essen isst aß gegessen | eat eats ate eaten | person | food
lesen liest las gelesen | read reads read read | person | text
auf-machen macht machte aufgemacht | open opens opened opened | person | lid
zu-machen macht machte zugemacht | close closes closed closed | person | lid
an-rufen ruft rief angerufen | call calls called called | person | person
ein-laden lädt lud eingeladen | invite invites invited invited | person | person
ab-holen holt holte abgeholt | pick picks picked picked + up | person | person thing
weg-werfen wirft warf weggeworfen | throw throws threw thrown + away | person | thing food
mit-bringen bringt brachte mitgebracht | bring brings brought brought | person | thing food animal
an-schauen schaut schaute angeschaut | look_at looks_at looked_at looked_at | animate | person animal thing place
helfen hilft half geholfen | help helps helped helped | person | person animal :
danken dankt dankte gedankt | thank thanks thanked thanked | person | person :
antworten antwortet antwortete geantwortet | answer answers answered answered | person | person :
folgen folgt folgte gefolgt* | follow follows followed followed | animate | person animal :
geben gibt gab gegeben | give gives gave given | person | person animal : thing food
zeigen zeigt zeigte gezeigt | show shows showed shown | person | person : thing animal place
schicken schickt schickte geschickt | send sends sent sent | person | person : thing
wissen weiß wusste gewusst | know knows knew known | person | that
sagen sagt sagte gesagt | say says said said | person | that
glauben glaubt glaubte geglaubt | believe believes believed believed | person | that
hoffen hofft hoffte gehofft | hope hopes hoped hoped | person | that
"""

MODALS = {  # ich- and er-form, plural; English, and its er-form
    "kann": ("können", "can", "can"),
    "muss": ("müssen", "must", "must"),
    "darf": ("dürfen", "may", "may"),
    "will": ("wollen", "want_to", "wants_to"),
}
DETERMINERS = {  # family -> stem or whole word, English singular, English plural ("" where there is none), how frequent
    "definite": [("d", "the", "the", 6), ("dies", "this", "these", 1), ("jed", "every", "", 1)],
    "indefinite": [("ein", "a", "", 4), ("mein", "my", "my", 2), ("unser", "our", "our", 1), ("kein", "no", "no", 1)],
    "number": [("zwei", "", "two", 1), ("drei", "", "three", 1), ("viel", "", "many", 1)],
}
ARTICLE = {"nominative": "der die das die", "accusative": "den die das die", "dative": "dem der dem den"}
ENDINGS = {  # of der-words, and of ein-words: by case, then m, f, n, plural
    "definite": {"nominative": "er e es e", "accusative": "en e es e", "dative": "em er em en"},
    "indefinite": {"nominative": "- e - e", "accusative": "en e - e", "dative": "em er em en"},
}
ADJECTIVE_ENDINGS = {  # after der-words, ein-words, numbers: the less the first word shows, the more they do
    "definite": {"nominative": "e e e en", "accusative": "en e e en", "dative": "en en en en"},
    "indefinite": {"nominative": "er e es en", "accusative": "en e es en", "dative": "en en en en"},
    "number": {"nominative": "- - - e", "accusative": "- - - e", "dative": "- - - en"},
}


@dataclass(frozen=True)
class Noun:
    """A noun: its German forms by case, its English, and what it is."""

    singular: str
    gender: str
    plural: str
    weak: bool
    english: tuple[str, str]
    kinds: frozenset[str]

    def german(self, case: str, plural: bool) -> str:
        """Return the form: -n in the dative plural, -(e)n in every case but the first where it is weak."""
        if plural:
            return self.plural + ("n" if case == "dative" and self.plural[-1] not in "ns" else "")
        return self.plural if self.weak and case != "nominative" else self.singular


@dataclass(frozen=True)
class Adjective:
    """An adjective: its form that nothing bends, the stem of those that something does, and of what it is said."""

    bare: str
    stem: str
    english: str
    kinds: frozenset[str]

    @property
    def label(self) -> str:
        """Its name in a sentence's tree."""
        return f"adjective {self.stem}"

    @property
    def colour(self) -> bool:
        """Whether it may follow another adjective."""
        return "colour" in self.kinds


@dataclass(frozen=True)
class Verb:
    """A verb: its German and English forms, and what it wants beside it."""

    particle: str
    base: str
    er: str
    past: str
    participle: str
    sein: bool
    english: tuple[str, ...]  # base, er-form, past, participle
    english_particle: str
    subject: tuple[str, ...]
    dative: tuple[str, ...]
    accusative: tuple[str, ...]

    @property
    def infinitive(self) -> str:
        """As in the dictionary."""
        return self.particle + self.base

    def finite(self, tense: str, person: str) -> str:
        """Return the form for "ich", "er" or "wir", without what is split off."""
        if tense == "past":
            return self.past if person != "wir" else self.past + ("n" if self.past.endswith("e") else "en")
        if person == "wir":
            return self.base
        return self.er if person == "er" or self.base == "wissen" else self.base.removesuffix("n")


def read_nouns() -> list[Noun]:
    """Return the table's nouns."""
    nouns = []
    for line in NOUNS.strip().splitlines():
        german, english, kinds = (part.split() for part in line.split("|"))
        name, gender, plural = german
        weak, both = name.endswith("*"), (english[0], english[1])
        nouns.append(Noun(name.rstrip("*"), gender, plural, weak, both, frozenset(kinds)))
    return nouns


def read_adjectives() -> list[Adjective]:
    """Return the table's adjectives."""
    lines = (line.split() for line in ADJECTIVES.strip().splitlines())
    return [Adjective(bare, stem, english, frozenset(kinds)) for bare, stem, english, *kinds in lines]


def read_verbs() -> list[Verb]:
    """Return the table's verbs."""
    verbs = []
    for line in VERBS.strip().splitlines():
        german, english, subject, *objects = (part.strip() for part in line.split("|"))
        infinitive, er, past, participle = german.split()
        particle, _, base = infinitive.rpartition("-")
        forms, _, follows = english.partition("+")
        dative, colon, accusative = objects[0].partition(":") if objects else ("", "", "")
        both = (dative, accusative) if colon else ("", dative)
        subjects = ("person", "animal") if subject == "animate" else (subject,)
        verbs.append(
            Verb(
                particle, base, er, past, participle.rstrip("*"), participle.endswith("*"), tuple(forms.split()),
                follows.strip(), subjects, tuple(both[0].split()), tuple(both[1].split()),
            )
        )  # fmt: skip
    return verbs


def determiner(stem: str, family: str, case: str, gender: str) -> str:
    """Return the determiner's form."""
    at = GENDERS.index(gender)
    if stem == "d":
        return ARTICLE[case].split()[at]
    if family == "number":
        return stem + ({"dative": "en"}.get(case, "e") if stem == "viel" else "")
    return stem + ENDINGS[family][case].split()[at].strip("-")


def adjective(stem: str, family: str, case: str, gender: str) -> str:
    """Return the adjective's form after a determiner of the family."""
    return stem + ADJECTIVE_ENDINGS[family][case].split()[GENDERS.index(gender)]

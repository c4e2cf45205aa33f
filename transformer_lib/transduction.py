"""Grammars of two languages at once: each rule says what stands in the source, and in what order the target says it.

The same rules draw sentences with their translations and gold alignments, and read a sentence: so that every sentence a
reader types has a right translation, or a first word at which it stops being one of the grammar's (syntax-directed
transduction: Lewis and Stearns 1968).

What is called for every word of every rule that is tried is not checked against its annotations in the tests: that took
minutes.
"""

import random
from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import no_type_check


class Node:
    """A rule: a `Word`, a `Sequence` of rules, or a `Choice` between rules; equal only to itself."""

    label = ""


@no_type_check
class Word(Node):
    """One word of the source, or none (""), with its words of the target, or none.

    Args:
        label: what the word is, for whoever looks for certain words in a sentence.
    """

    def __init__(self, source: str, *target: str, label: str = "") -> None:
        self.source, self.target, self.label = source, target, label


@no_type_check
class Sequence(Node):
    """Rules one after the other.

    Args:
        parts: in the source's order.
        order: the parts in the target's order, by their index; left out, the same.
        joined: part -> part: the first has no words of the target, and shares the second's ("ruft ... an": "calls").
        label: what the whole is.
    """

    def __init__(
        self,
        *parts: Node,
        order: tuple[int, ...] | None = None,
        joined: dict[int, int] | None = None,
        label: str = "",
    ) -> None:
        self.parts, self.label, self.joined = parts, label, joined or {}
        self.order = tuple(range(len(parts))) if order is None else order
        if sorted(self.order) != list(range(len(parts))):
            raise ValueError(f"order must name each of {len(parts)} parts once, but was {self.order}")


@no_type_check
class Choice(Node):
    """One of several rules, drawn with weights; they are made when they are first needed.

    Args:
        options: make the (weight, rule) pairs.
    """

    def __init__(self, options: Callable[[], list[tuple[float, Node]]]) -> None:
        self.make = options

    @cached_property
    def options(self) -> tuple[list[float], list[Node]]:
        """The weights, summed up to each, and the rules."""
        made = self.make()
        return list(accumulate(weight for weight, _ in made)), [node for _, node in made]


NOTHING = Word("")


@no_type_check
@dataclass(slots=True)
class Tree:
    """How a sentence was made: a rule, and the trees of its parts (instead of a `Choice`, the chosen one's tree)."""

    node: Node
    parts: tuple["Tree", ...] = ()

    def labelled(self) -> Iterator["Tree"]:
        """Go through this tree and all below it that have a label, from left to right."""
        todo = [self]
        while todo:
            tree = todo.pop()
            if tree.node.label:
                yield tree
            todo += reversed(tree.parts)


@no_type_check
@dataclass
class Phrase:
    """Both sides of what a tree makes, and which source word stands for which target word."""

    source: list[str] = field(default_factory=list)
    target: list[str] = field(default_factory=list)
    links: set[tuple[int, int]] = field(default_factory=set)


@no_type_check
def draw(node: Node, rng: random.Random) -> Tree:
    """Return a tree of the rule, drawn by the weights."""
    while isinstance(node, Choice):
        sums, nodes = node.options
        node = nodes[bisect(sums, rng.random() * sums[-1])]
    return Tree(node, tuple(draw(part, rng) for part in node.parts) if isinstance(node, Sequence) else ())


@no_type_check
def assemble(tree: Tree) -> Phrase:
    """Return what the tree says in both languages."""
    node = tree.node
    if isinstance(node, Word):
        source, target = [node.source] if node.source else [], list(node.target)
        return Phrase(source, target, {(0, j) for j in range(len(target))} if source else set())
    assert isinstance(node, Sequence)
    phrases, whole = [assemble(part) for part in tree.parts], Phrase()
    starts, ends = {}, {}  # of each part in the source, in the target
    for i, phrase in enumerate(phrases):
        starts[i] = len(whole.source)
        whole.source += phrase.source
    for i in node.order:
        ends[i] = len(whole.target)
        whole.target += phrases[i].target
    for i, phrase in enumerate(phrases):
        whole.links |= {(s + starts[i], t + ends[i]) for s, t in phrase.links}
    for i, j in node.joined.items():
        words = range(starts[i], starts[i] + len(phrases[i].source))
        whole.links |= {(s, ends[j] + t) for s in words for t in range(len(phrases[j].target))}
    return whole


@no_type_check
class Reader:
    """Reads source words by a grammar, keeping what was found where (so that nothing is read twice).

    Args:
        words: of the source.
        same: (a grammar's word, a given word, its index) -> whether they are the same; left out, equality.

    Attributes:
        furthest: the index that no reading got beyond.
        expected: the grammar's words that would have been right there.
    """

    def __init__(self, words: list[str], same: Callable[[str, str, int], bool] = lambda a, b, i: a == b) -> None:
        self.words, self.same = words, same
        self.found: dict[tuple[int, int], list[tuple[int, Tree]]] = {}
        self.furthest, self.expected = 0, set[str]()

    def read(self, node: Node, start: int = 0) -> list[tuple[int, Tree]]:
        """Return every (end, tree) of the rule from `start` on; of several trees to one end only the first."""
        key = (id(node), start)
        if key not in self.found:
            ends: dict[int, Tree] = {}
            for end, tree in self.readings(node, start):
                ends.setdefault(end, tree)
            self.found[key] = list(ends.items())
        return self.found[key]

    def readings(self, node: Node, start: int) -> Iterator[tuple[int, Tree]]:
        """Yield the rule's readings from `start` on."""
        if isinstance(node, Word):
            if not node.source:
                yield start, Tree(node)
            elif start < len(self.words) and self.same(node.source, self.words[start], start):
                yield start + 1, Tree(node)
            else:
                self.miss(node.source, start)
        elif isinstance(node, Choice):
            for option in node.options[1]:
                yield from self.read(option, start)
        elif isinstance(node, Sequence):
            for end, parts in self.parts(node, 0, start):
                yield end, Tree(node, parts)

    def parts(self, node: Sequence, i: int, start: int) -> Iterator[tuple[int, tuple[Tree, ...]]]:
        """Yield the readings of a sequence's parts from the i-th on."""
        if i == len(node.parts):
            yield start, ()
            return
        for middle, tree in self.read(node.parts[i], start):
            for end, rest in self.parts(node, i + 1, middle):
                yield end, (tree, *rest)

    def miss(self, word: str, at: int) -> None:
        """Remember what would have been right at the furthest point."""
        if at > self.furthest:
            self.furthest, self.expected = at, set()
        if at == self.furthest:
            self.expected.add(word)


def words_of(node: Node) -> tuple[set[str], set[str]]:
    """Return every word of the source and of the target that the grammar can say."""
    source, target, seen, todo = set[str](), set[str](), set[int](), [node]
    while todo:
        each = todo.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, Word):
            source |= {each.source} - {""}
            target |= set(each.target)
        todo += each.options[1] if isinstance(each, Choice) else each.parts if isinstance(each, Sequence) else ()
    return source, target

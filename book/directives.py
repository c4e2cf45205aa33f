"""What a chapter writes that MyST has no word for: a quiz, and a prediction made before its answer is shown.

Both are HTML that works without a script, a server or a kernel. Written with colons, they also read well in Jupyter:

    :::{quiz}
    Which score does the softmax see?

    - [ ] $q \\cdot k$ :: Not yet: it is first divided by $\\sqrt{d}$.
    - [x] $q \\cdot k / \\sqrt{d}$ :: Yes, so that its variance does not grow with $d$.
    :::

    :::{predict} What happens to the weights when every score doubles?
    They sharpen: the largest grows, ...
    :::
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

MARK = re.compile(r"\[([ xX])\]\s+")
SEPARATOR = re.compile(r"(?:^|\s+)::(?:\s+|$)")
SYNTAX = "write each option as `- [ ] option :: why it is wrong` or `- [x] option :: why it is right`"


class html_element(nodes.General, nodes.Element):
    """An element with a tag and attributes that docutils has no node for; other builders write its contents only."""


def element(tag: str, *children: nodes.Node, text: str = "", **attributes: str) -> html_element:
    """Build an html_element; an attribute's trailing underscore is dropped, as in `class_`."""
    node = html_element("", tag=tag, attributes={k.rstrip("_").replace("_", "-"): v for k, v in attributes.items()})
    if text:
        node += nodes.Text(text)
    node += list(children)
    return node


def visit_element(self: HTML5Translator, node: html_element) -> None:
    """Write the opening tag."""
    attributes = "".join(f' {name}="{self.attval(value)}"' for name, value in node["attributes"].items())
    self.body.append(f"<{node['tag']}{attributes}>")


def depart_element(self: HTML5Translator, node: html_element) -> None:
    """Write the closing tag, where HTML has one."""
    if node["tag"] != "input":
        self.body.append(f"</{node['tag']}>")


class Quiz(SphinxDirective):
    """A question whose every option, once chosen, says why it is right or wrong."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Turn the question and its list of options into radio buttons (checkboxes, where several are right)."""
        body = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, body)
        if len(body) < 2 or not isinstance(body[-1], nodes.bullet_list):
            raise self.error(f"a quiz is a question and then a list of options: {SYNTAX}")
        options = [self.option(item) for item in body[-1].children]
        right = sum(is_right for is_right, _, _ in options)
        if len(options) < 2:
            raise self.error("a quiz with one option asks nothing")
        if not right:
            raise self.error("a quiz needs a right option, marked `- [x]`")
        name = f"quiz-{self.env.new_serialno('quiz') + 1}"
        quiz = element(
            "div",
            element("div", *body.children[:-1], class_="tf-quiz-question", id=f"{name}-question"),
            class_="tf-quiz",
            role="radiogroup" if right == 1 else "group",
            aria_labelledby=f"{name}-question",
        )
        for letter, (is_right, label, why) in zip("ABCDEFGH", options, strict=False):
            ident = f"{name}-{letter}"
            kind = "radio" if right == 1 else "checkbox"
            verdict = element("strong", text="Right. " if is_right else "Not quite. ")
            if why and isinstance(why[0], nodes.paragraph):
                why[0].insert(0, verdict)
            quiz += element(
                "div",
                element("input", type=kind, name=name, id=ident),
                element("label", element("span", text=f"{letter} ", class_="tf-letter"), *label, for_=ident),
                element("div", *why, class_="tf-quiz-why"),
                class_="tf-quiz-option " + ("tf-right" if is_right else "tf-wrong"),
            )
        return [quiz]

    def option(self, item: nodes.Node) -> tuple[bool, list[nodes.Node], list[nodes.Node]]:
        """Split a list item into its mark, the option's words and the blocks that explain it."""
        first = item.children[0] if item.children else nodes.paragraph()
        shown = item.astext().split("\n")[0]
        mark = MARK.match(first.astext())
        if not isinstance(first, nodes.paragraph) or not mark or not isinstance(first[0], nodes.Text):
            raise self.error(f"the option {shown!r} has no mark: {SYNTAX}")
        label: list[nodes.Node] = []
        why = nodes.paragraph()
        for position, child in enumerate(first.children):
            text = child.astext()[mark.end() :] if position == 0 else child.astext()
            if isinstance(child, nodes.Text) and (cut := SEPARATOR.search(text)):
                label.append(nodes.Text(text[: cut.start()]))
                why += nodes.Text(text[cut.end() :])
                why += first.children[position + 1 :]
                break
            label.append(nodes.Text(text) if position == 0 else child)
        explanation = [why, *item.children[1:]] if why.children else []
        if not explanation:
            raise self.error(f"the option {shown!r} has no explanation: {SYNTAX}")
        return mark[1] != " ", label, explanation


class Predict(SphinxDirective):
    """A question the reader answers before unfolding what happens."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Build a <details> whose summary is the question."""
        self.assert_has_content()
        question, messages = self.state.inline_text(self.arguments[0], self.lineno)
        answer = element("div", class_="tf-answer")
        self.state.nested_parse(self.content, self.content_offset, answer)
        summary = element(
            "summary",
            element("span", text="Predict", class_="tf-eyebrow"),
            element("span", *question, class_="tf-question"),
            element("span", class_="tf-hint"),
        )
        return [element("details", summary, answer, class_="tf-predict"), *messages]


def fold_admonitions(app: Sphinx, doctree: nodes.document) -> None:
    """An admonition of class `dropdown` becomes <details>: it folds without a script."""
    for node in list(doctree.findall(nodes.Admonition)):
        if "dropdown" not in node.get("classes", []):
            continue
        title, *rest = node.children
        if not isinstance(title, nodes.title):
            title, rest = nodes.title("", type(node).__name__.capitalize()), node.children
        summary = element("summary", *title.children, class_="admonition-title")
        classes = " ".join(["admonition", type(node).__name__, *node["classes"]])
        node.replace_self(element("details", summary, *rest, class_=classes))


def setup(app: Sphinx) -> None:
    """Register the directives."""

    def skip(self: object, node: nodes.Node) -> None:
        """Write nothing around the contents."""

    app.add_node(html_element, html=(visit_element, depart_element), latex=(skip, skip), text=(skip, skip))
    app.add_directive("quiz", Quiz)
    app.add_directive("predict", Predict)
    app.connect("doctree-read", fold_admonitions)

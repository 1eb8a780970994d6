"""A query as the parts that it is made of: each a named step (WITH … AS) with a sentence that says what it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from pmcli.sources.warehouse.dialects import FOLDS, spoken, template
from pmcli.sources.warehouse.names import GIVEN
from pmcli.visible import visible


@dataclass(frozen=True, slots=True)
class Part:
    """A step of a query: name AS (body), under its comment. rows: the rows of a list, instead of a body. folded: its
    texts are to stand where they are used, for engines that can be told so (PostgreSQL works side by side only then).
    """

    name: str
    comment: str
    body: exp.Expr | None = None
    rows: Sequence[exp.Expr] = ()
    folded: bool = False


@dataclass(slots=True)
class Parts:
    """The steps of a query in one dialect, in order."""

    dialect: str
    steps: list[Part] = field(default_factory=list)
    _given: set[str] = field(default_factory=set)

    def add(self, name: str, comment: str, text: str, /, **nodes: exp.Expr | str | int) -> None:
        """A step whose SELECT is written out (see dialects.template)."""
        self.put(name, comment, template(text, **nodes))

    def put(self, name: str, comment: str, body: exp.Expr) -> None:
        """A step whose SELECT is made already."""
        self.steps.append(Part(name, comment, body))

    def has(self, name: str) -> bool:
        """Whether there is such a step."""
        return any(part.name == name for part in self.steps)

    def listed(
        self,
        name: str,
        comment: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[str | int]],
        *,
        folded: bool = False,
    ) -> None:
        """A step that lists rows of its own."""
        made = []
        for row in rows:
            picked = [
                exp.alias_(exp.convert(value), column, quoted=True) for column, value in zip(columns, row, strict=True)
            ]
            select = exp.select(*picked)
            made.append(select.from_("dual") if self.dialect == "oracle" else select)
        self.steps.append(Part(name, comment, rows=made, folded=folded and self.dialect in FOLDS))

    def cut(self, name: str, place: str) -> str:
        """The query of one step alone, as text; from then on the step is read from a table called `place`."""
        number = next(number for number, part in enumerate(self.steps) if part.name == name)
        step = self.steps[number]
        assert step.body is not None
        text = Parts(self.dialect, self.steps[:number]).sql(step.body, (), step.comment)
        body = exp.select("*").from_(exp.Table(this=exp.to_identifier(place, quoted=True)))
        self.steps[number] = Part(name, f"{step.comment} They are counted already.", body)
        return text

    def sql(self, final: exp.Expr, header: Sequence[str], last: str) -> str:
        """The whole query as text. header: its first comment lines; last: the comment on its end."""
        trees = [final, *(part.body for part in self.steps if part.body is not None)]
        self._given = {
            table.name.lower()
            for tree in trees
            for table in tree.find_all(exp.Table)
            if GIVEN in table.meta and not table.db
        }
        steps = [self._text_of(part) for part in self.steps]
        head = "\n".join(f"-- {visible(line)}".rstrip() for line in header)
        body = self._text(final, pretty=True)
        return f"{head}\nWITH\n".lstrip() + ",\n".join(steps) + f"\n{self._comment(last)}\n{body}\n"

    def _text_of(self, part: Part) -> str:
        name = self._name(self._step(part.name))
        folded = "NOT MATERIALIZED " if part.folded else ""
        return f"{self._comment(part.comment)}\n{name} AS {folded}(\n{self._body(part)}\n)"

    def _comment(self, text: str) -> str:
        return "\n".join(f"-- {visible(line)}" for line in text.split("\n"))

    def _name(self, name: str) -> str:
        return exp.to_identifier(name, quoted=True).sql(dialect=self.dialect)

    def _body(self, part: Part) -> str:
        if part.body is not None:
            return _indented(self._text(part.body, pretty=True))
        return "  " + "\n  UNION ALL ".join(self._text(row, pretty=False) for row in part.rows)

    def _step(self, name: str) -> str:
        """What a step is called: not as the user's own table, which it would hide."""
        return f"{name} of pm" if name.lower() in self._given else name

    def _named(self, tree: exp.Expr) -> exp.Expr:
        names = {part.name for part in self.steps}
        for table in list(tree.find_all(exp.Table)):
            if GIVEN not in table.meta and table.name in names and self._step(table.name) != table.name:
                if not table.alias:
                    table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name, quoted=True)))
                table.set("this", exp.to_identifier(self._step(table.name), quoted=True))
        return tree

    def _text(self, tree: exp.Expr, *, pretty: bool) -> str:
        return self._named(spoken(tree, self.dialect)).sql(
            dialect=self.dialect, pretty=pretty, identify=True, comments=False, max_text_width=110
        )


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))

"""Text to tokens: ASCII, Unicode and LaTeX become the same few kinds of token, each with its place in the text.

Runs of letters are split here (xsinx is x, sin, x), since that needs the vocabulary alone. What a token means is
for the parser. LaTeX's commands that only spell a symbol differently (\\cdot, \\alpha, \\left) end here too.
"""

from __future__ import annotations

import re

from mathcli.errors import ReadingError
from mathcli.syntax import matrix_signs
from mathcli.syntax.characters import (
    AFTER_LEFT,
    BINOMIALS,
    BLANK,
    BRACES,
    COMMAND_SIGNS,
    COMMANDS,
    CONSTANT_SIGNS,
    FRACTION_COMMANDS,
    FRACTIONS,
    LETTERS_OF_COMMANDS,
    LOWERED,
    RADICALS,
    RAISED,
    SEVERAL,
    SIGNS,
    SILENT,
    WRAPPERS,
    in_plain_letters,
)
from mathcli.syntax.foreign import ABSENT, COMMANDS_NOT_READ, MODULES, PROSE, STRAY, TWO_LETTERS, WORDS_IN_DOUBT
from mathcli.syntax.span import Span
from mathcli.syntax.vocabulary import (
    ALIASES,
    CAMEL_CASE,
    COMBINING,
    CONSTANTS,
    DECORATIONS,
    ENDINGS,
    GREEK,
    GREEK_NAMES,
    KEYWORDS,
    MATRIX_WORDS,
    MISTAKEN,
    ONES,
    ONLY_AT_A_START,
    SUBSCRIPT_WORDS,
    VARIANTS,
    nearest,
)

_SCAN = re.compile(
    r"(?P<space>[\s~\u200b\u200c\u200d\u2060\u2061\u2062\ufeff]+)"
    r"|(?P<word>[A-Za-z]+)"
    r"|(?P<number>(?:\d+(?:\{,\}\d\d\d)*(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<command>\\(?:[A-Za-z]+\*?|.)?)"
    r"|(?P<sign>\*\*|\.\.\.|->|=>|==|:=|<=|=<|>=|!=|<>|~=|[-+*/^_!',;=<>()\[\]{}|&])",
    re.ASCII,
)
_DIGITS = re.compile(r"\d+", re.ASCII)
_LONGEST = max(map(len, (*ALIASES, *GREEK_NAMES)))
_SHORT_RUN = 4
_PLAIN_SIGNS = frozenset("()[]{}=+-*/<>|^_,!")
_MEMBER = re.compile(r"\.(?=[A-Za-z])")
_OPERAND = re.compile(r"\(|[ ~]+[A-Za-z0-9(\\]")
_PERCENT_CONSTANT = re.compile(r"%(e|pi|i)(?![A-Za-z])")
_BEFORE_AN_OPERAND = frozenset(("+", "-", "*", "/", "^", "(", "[", "{", "|", ",", ";", "=", "<", "<=", ">", ">="))


class Tokens:
    """The tokens of a text as parallel lists: kind, value, and where each starts and ends. The last is "end"."""

    __slots__ = ("ends", "kinds", "remarks", "starts", "values")

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.values: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.remarks: list[tuple[int, str, bool]] = []

    def add(self, kind: str, value: str, start: int, end: int) -> None:
        self.kinds.append(kind)
        self.values.append(value)
        self.starts.append(start)
        self.ends.append(end)


def tokenize(text: str, names: frozenset[str] = frozenset(), *, matrices: bool = False) -> Tokens:
    """Return the tokens of a text. `names` are declared names of several letters; `matrices` knows tr, det and 𝟏.

    Raises:
        ReadingError: a character, a word or a command that means nothing here.
    """
    return _Lexer(text, names, MATRIX_WORDS if matrices else {}).run()


class _Lexer:
    __slots__ = ("is_latex", "names", "text", "tokens", "typed", "words")

    def __init__(self, text: str, names: frozenset[str], words: dict[str, str]) -> None:
        self.typed = text
        self.text = text if text.isascii() else in_plain_letters(text)
        self.names = names
        self.words = words
        self.tokens = Tokens()
        self.is_latex = "\\" in text

    def run(self) -> Tokens:
        text, tokens = self.text, self.tokens
        at, stop = self._inside_dollars()
        scan = _SCAN.match
        kinds, values, starts, ends = tokens.kinds, tokens.values, tokens.starts, tokens.ends
        while at < stop:
            match = scan(text, at, stop)
            if match is None:
                at = self._other(at)
                continue
            group, end = match.lastgroup, match.end()
            if group == "sign":
                sign = match.group()
                kinds.append(SIGNS.get(sign, sign))
                values.append(sign)
                starts.append(at)
                ends.append(end)
            elif group == "word":
                end = self._word(match.group(), at)
            elif group == "number":
                end = self._number(match.group(), at, end)
            elif group == "command":
                end = self._command(match.group()[1:], at, end)
            at = end
        stop = len(text.rstrip())
        tokens.add("end", "", stop, stop)
        return tokens

    def _inside_dollars(self) -> tuple[int, int]:
        text = self.text
        start, stop = 0, len(text)
        if "$" not in text:
            return start, stop
        stripped = text.strip()
        for mark in ("$$", "$"):
            if stripped.startswith(mark) and stripped.endswith(mark) and len(stripped) >= 2 * len(mark):
                return text.index(mark) + len(mark), text.rindex(mark)
        return start, stop

    # ------------------------------------------------------------------ numbers

    def _number(self, number: str, start: int, end: int) -> int:
        tokens = self.tokens
        before = tokens.kinds[-1] if tokens.kinds else ""
        is_glued = bool(tokens.ends) and tokens.ends[-1] == start
        if self.words and number == "1" and before != "_" and matrix_signs.is_vector_of_ones(self.typed, start, end):
            tokens.add("name", ONES, start, end)
            return end
        if before == "_" and (match := _DIGITS.match(number)):
            end = start + (1 if self.is_latex and "\\" in self.text[:start] else match.end())
            number = self.text[start:end]
        elif is_glued and before in ("name", "constant") and (match := _DIGITS.match(number)):
            end = start + match.end()
            number = match.group()
        if self.text.startswith("{,}", end):
            raise self._error("a comma inside a number", end, end + 3, f"write {number}.5 for a decimal")
        if "{" in number:
            number = number.replace("{,}", "")
        if number[-1] == "." and end < len(self.text) and self.text[end].isdigit():
            end, number = end - 1, number[:-1]
        tokens.add("number", number, start, end)
        return end

    # ------------------------------------------------------------------ words

    def _word(self, run: str, at: int) -> int:
        """A run of letters: one name, a keyword, or several names and functions to be multiplied."""
        tokens = self.tokens
        before = tokens.kinds[-1] if tokens.kinds else ""
        if len(run) == 1 and run not in self.names:
            self._letter(run, at)
        elif self.words and before != "_" and run not in self.names and (run in self.words or run == ONES):
            tokens.add("function" if run in self.words else "name", self.words.get(run, ONES), at, at + len(run))
        elif run == "sigma" and self._is_sigmoid(at + len(run)):
            matrix_signs.add_sigmoid(tokens, at, at + len(run))
        elif before == "_" and run not in self.names:
            return self._subscript(run, at)
        elif before == "{" and tokens.kinds[-2:-1] == ["_"] and run not in GREEK_NAMES:
            tokens.add("subscript", run, at, at + len(run))
        elif run in self.names:
            tokens.add("name", run, at, at + len(run))
        elif run in KEYWORDS and not self._is_declared(run):
            tokens.add("keyword", run, at, at + len(run))
        elif run in MODULES and _MEMBER.match(self.text, at + len(run)):
            return at + len(run) + 1
        elif (run in MISTAKEN or run in PROSE or run in ABSENT) and not self._is_declared(run):
            raise self._unknown(run, at, at + len(run))
        elif run in ("atan", "arctan", "log", "factorial") and (number := _DIGITS.match(self.text, at + len(run))):
            return self._numbered(run, at, number.group(), number.end())
        elif run == "oo":
            tokens.add("constant", "inf", at, at + 2)
        else:
            self._split(run, at)
        return at + len(run)

    def _numbered(self, run: str, at: int, digits: str, end: int) -> int:
        """log10, log2( and atan2( hold their digits; log2x is log of 2x."""
        follows = self.text[end : end + 1]
        kind = run + digits
        stands_alone = follows in ("(", "[", "") or follows.isspace()
        if kind == "log10" or (digits == "2" and stands_alone):
            canonical = ALIASES[kind]
            if kind == "log2" and follows != "(":
                self.tokens.remarks.append((at, "log2 is read as the logarithm to base 2", False))
            self.tokens.add("function", canonical, at, end)
            return end
        if run == "log":
            if kind == "log1" and follows == "p":
                raise self._unknown("log1p", at, end + 1)
            sentence = f"{kind} is read as the logarithm of {digits}...; for the base {digits} write log_{digits}(x)"
            self.tokens.remarks.append((at, sentence, True))
        self.tokens.add("function", ALIASES[run], at, at + len(run))
        return at + len(run)

    def _is_declared(self, run: str) -> bool:
        return all(letter in self.names for letter in run)

    def _letter(self, letter: str, at: int, end: int | None = None) -> None:
        kind = "constant" if letter in ("e", "i") else "name"
        self.tokens.add(kind, letter, at, end or at + 1)

    def _subscript(self, run: str, at: int) -> int:
        """After an underscore: v_max is one name; x_iy_i stops where the next name with a subscript begins."""
        tokens = self.tokens
        if self.is_latex and "\\" in self.text[:at] and run not in KEYWORDS:
            known = self._known_at(run, 0)
            length = known[2] if known and known[0] == "name" else 1
            tokens.add("subscript", run[:length], at, at + length)
            return at + length
        follows = self.text[at + len(run) : at + len(run) + 1]
        is_word = len(run) == 1 or run in SUBSCRIPT_WORDS or run in GREEK_NAMES
        length = len(run) - 1 if follows in ("_", "(") and not is_word else len(run)
        if length < len(run) and follows == "_" and not self.text.startswith(f"_{run[:length]}", at + len(run)):
            shown = f"_{run}_ is read as _{run[:length]} times {run[length]}_; for one subscript write _{{...}}"
            tokens.remarks.append((at, shown, True))
        tokens.add("subscript", run[:length], at, at + length)
        return at + length

    def _known_at(self, run: str, at: int, after: int = -1) -> tuple[str, str, int] | None:
        """The longest known word of two letters or more that starts here: its kind, its value, its length."""
        names = self.names
        for length in range(min(len(run) - at, max(_LONGEST, *(map(len, names)), 0) if names else _LONGEST), 1, -1):
            piece = run[at : at + length]
            if piece in names:
                return "name", piece, length
            if piece in ALIASES:
                if piece in ONLY_AT_A_START and at > 0:
                    continue
                if piece == "int" and length < len(run):
                    continue
                if piece in GREEK_NAMES and not self._opens(after if length == len(run) - at else -1):
                    return "name", piece, length
                return "function", ALIASES[piece], length
            if piece in GREEK_NAMES and piece != "Pi":
                return "name", piece, length
            if piece in CONSTANTS:
                return "constant", CONSTANTS[piece], length
            if piece.isupper() or (piece[0].isupper() and piece[1:].islower()):
                lower = piece.lower()
                if lower in ALIASES and not (lower in ONLY_AT_A_START and at > 0):
                    return "function", ALIASES[lower], length
                if lower == "pi":
                    return "constant", "pi", length
            if piece in CAMEL_CASE:
                return "function", CAMEL_CASE[piece], length
            if length < len(run) - at + 1 and piece[1:] in ENDINGS:
                return "name", piece, length
            if length > 5 and piece[1:] not in ENDINGS:
                for ending in ENDINGS:
                    if piece.endswith(ending) and piece[: -len(ending)] in GREEK_NAMES | {"pi"}:
                        return "name", piece, length
        return None

    def _opens(self, at: int) -> bool:
        """Whether a bracket opens here, so that gamma before it is the function."""
        if at < 0:
            return False
        while self.text[at : at + 1] == " ":
            at += 1
        return self.text.startswith(("(", "\\left("), at)

    def _split(self, run: str, at: int) -> None:
        """Split a run of letters around the words that are known; what is left over is single letters."""
        end = at + len(run)
        pieces: list[tuple[str, str, int]] = []
        loose = place = 0
        has_function = False
        while place < len(run):
            known = self._known_at(run, place, end)
            if known is None:
                letter = run[place]
                pieces.append(("constant" if letter in "ei" else "name", letter, 1))
                loose += 1
                place += 1
                if loose >= _SHORT_RUN:
                    raise self._unknown(run, at, end)
                continue
            loose = 0
            has_function = has_function or known[0] == "function"
            pieces.append(known)
            place += known[2]
        self._doubt(run, at, end, pieces, has_function)
        add, where = self.tokens.add, at
        for kind, value, length in pieces:
            add(kind, value, where, where + length)
            where += length

    def _doubt(self, run: str, at: int, end: int, pieces: list[tuple[str, str, int]], has_function: bool) -> None:
        """Refuse a run that is more likely a misspelt word, and remark on one that may be."""
        opens = self.text[end : end + 1] == "("
        if run in WORDS_IN_DOUBT:
            self.tokens.remarks.append((at, f"{run} is read as {run[:3]}({run[3:]}); for one name: --name {run}", True))
        if run in TWO_LETTERS and _OPERAND.match(self.text, end):
            self.tokens.remarks.append((at, f"{run} is read as {run[0]}*{run[1]}; {TWO_LETTERS[run]}", True))
        if len(pieces) == len(run) == 3 and opens:
            others = self.text[:at] + self.text[end:]
            if nearest(run) or not (set(run) <= set("xyz") or all(letter in others for letter in run)):
                raise self._unknown(run, at, end)
        if has_function and opens and run[-1] == run[-2] and [piece[0] for piece in pieces[-2:-1]] == ["function"]:
            raise self._unknown(run, at, end)
        if not has_function and len(run) >= _SHORT_RUN and len(pieces) > 1:
            spelled = "*".join(value for _, value, _ in pieces)
            self.tokens.remarks.append((at, f"{run} is read as {spelled}; for one name declare it: --name {run}", True))

    def _unknown(self, word: str, start: int, end: int) -> ReadingError:
        is_call = self.text[end : end + 1] == "("
        meant = nearest(word, self.names)
        kind = "function" if is_call or word in ABSENT else "name"
        if word in ABSENT or word in PROSE:
            hint = ABSENT.get(word) or PROSE.get(word) or f"for a product write {'*'.join(word)}"
            return self._error(f"unknown {kind} {word}", start, end, hint)
        spelled = "*".join(word) + ("*(...)" if is_call else "")
        hint = f"did you mean {meant}? " if meant else ""
        if len(word) <= 8:
            hint += f"for a product write {spelled}"
            hint += "" if is_call else f"; for one name declare it: --name {word}"
        else:
            hint += (
                f"for a name of several letters: --name {word}" if len(word) < 30 else "put signs between the factors"
            )
        return self._error(f"unknown {kind} {word[:40]}", start, end, hint)

    def _error(self, message: str, start: int, end: int, hint: str = "") -> ReadingError:
        return ReadingError(message, hint=hint, text=self.typed, span=Span(start, max(end - start, 1)))

    # ------------------------------------------------------------------ LaTeX

    def _command(self, command: str, at: int, end: int) -> int:
        add = self.tokens.add
        if command in COMMAND_SIGNS:
            add(COMMAND_SIGNS[command], "\\" + command, at, end)
        elif command in SILENT:
            pass
        elif command in ("left", "right"):
            return self._sized_bracket(command, at, end)
        elif command == "sigma" and self._is_sigmoid(end):
            matrix_signs.add_sigmoid(self.tokens, at, end)
        elif command in LETTERS_OF_COMMANDS and not (command == "Gamma" and self._opens(end)):
            name = VARIANTS.get(command, command)
            if name != command and re.search(rf"\\{name}(?![A-Za-z])", self.text):
                self.tokens.remarks.append((at, f"\\{command} and \\{name} are read as the same letter", True))
            add("name", name, at, end)
        elif command in ("pi", "infty", "infin"):
            add("constant", "pi" if command == "pi" else "inf", at, end)
        elif command in FRACTION_COMMANDS:
            add("frac", command, at, end)
        elif command in BINOMIALS:
            add("binom", command, at, end)
        elif command == "sqrt":
            add("\\sqrt", command, at, end)
        elif command in DECORATIONS:
            add("decoration", DECORATIONS[command], at, end)
        elif command == "nabla":
            add("function", "grad", at, end)
        elif command in ALIASES:
            add("function", ALIASES[command], at, end)
        elif command in self.words:
            add("function", self.words[command], at, end)
        elif self.words and command in ("odot", "circ"):
            add("⊙", command, at, end)
        elif command in WRAPPERS:
            return self._wrapped(command, at, end)
        elif command in BRACES:
            add("underbrace", command, at, end)
        elif command in ("begin", "end"):
            return self._environment(command, at, end)
        elif command == "\\":
            add("newline", command, at, end)
        elif command in ("top", "intercal"):
            add("name", "T", at, end)
        elif command == "%":
            raise self._percent(at, end)
        else:
            raise self._unknown_command(command, at, end)
        return end

    def _percent(self, at: int, end: int) -> ReadingError:
        return self._error("a percent sign has no meaning in a formula", at, end, "write 5/100, or 0.05")

    def _unknown_command(self, command: str, at: int, end: int) -> ReadingError:
        if not command.isalpha():
            return self._error("a backslash that starts no LaTeX command", at, end)
        if command in COMMANDS_NOT_READ:
            sentence, hint = COMMANDS_NOT_READ[command]
            return self._error(f"\\{command} is not read: {sentence}", at, end, hint)
        from difflib import get_close_matches

        known = [*ALIASES, *COMMANDS]
        meant = next((word for word in sorted(known, key=len, reverse=True) if command.startswith(word)), "")
        if not meant or len(meant) < 2:
            meant = next(iter(get_close_matches(command, known, n=1)), "")
            hint = f"did you mean \\{meant}?" if meant else "write the plain symbol, or spell it in ASCII"
        else:
            hint = f"did you mean \\{meant} {command[len(meant) :]}?"
        return self._error(f"unknown LaTeX command \\{command[:40]}", at, end, hint)

    def _sized_bracket(self, side: str, at: int, end: int) -> int:
        """\\left( is (, \\left. is nothing, and bars know which side they are."""
        rest = re.compile(r"\s*(\\[A-Za-z]+|\\?.)", re.DOTALL).match(self.text, end)
        if rest is None:
            raise self._error(f"a bracket is missing after \\{side}", end, end + 1)
        bracket, stop = rest.group(1), rest.end()
        if bracket in AFTER_LEFT:
            kind = AFTER_LEFT[bracket][side == "right"]
        elif bracket == ".":
            kind = "left." if side == "left" else "right."
        else:
            kind = SIGNS.get(bracket, COMMAND_SIGNS.get(bracket[1:], bracket) if bracket[0] == "\\" else bracket)
        if kind not in ("(", ")", "[", "]", "{", "}", "|(", ")|", "‖(", ")‖", "<(", ")>", "left.", "right.",
                        "⌊", "⌋", "⌈", "⌉"):  # fmt: skip
            raise self._error(f"a bracket is missing after \\{side}", rest.start(1), stop)
        self.tokens.add(kind, self.text[at:stop], at, stop)
        return stop

    def _group(self, end: int) -> tuple[str, int, int] | None:
        """What stands in braces from here on, where it starts, and where it stops."""
        match = re.compile(r"\s*\{([^{}]*)\}").match(self.text, end)
        return (match.group(1), match.start(1), match.end()) if match else None

    def _wrapped(self, command: str, at: int, end: int) -> int:
        """\\mathrm{d}, \\operatorname{sech}, \\text{if}: what is inside, as a word."""
        group = self._group(end)
        if group is None:
            return end
        word, start, stop = group
        inner = word.strip().replace("\\", "")
        start += len(word) - len(word.lstrip())
        is_word = inner.isalpha() and inner.isascii()
        if inner in self.words and inner not in self.names:
            self.tokens.add("function", self.words[inner], at, stop)
        elif self.words and inner == "1" and command in ("mathbf", "mathbb", "boldsymbol", "bm"):
            self.tokens.add("name", ONES, at, stop)
        elif inner.lower() in ALIASES:
            self.tokens.add("function", ALIASES[inner.lower()], at, stop)
        elif command.startswith("operatorname") and not is_word:
            raise self._error("a function's name is missing", start, stop)
        elif command in ("text", "textrm", "mbox") and inner.rstrip(",").strip() in KEYWORDS:
            self.tokens.add("keyword", inner.rstrip(",").strip(), at, stop)
        elif is_word and len(inner) > 1 and command != "mathbb" and inner not in CONSTANTS:
            if command.startswith("operatorname") and inner not in GREEK_NAMES and inner not in self.names:
                raise self._unknown(inner, start, start + len(inner))
            kinds = self.tokens.kinds
            before = kinds[-1:] == ["_"] or kinds[-2:] == ["_", "{"]
            if not before and re.fullmatch("d[A-Za-z]", inner):
                self._letter("d", at, start + 1)
                self._letter(inner[1], start + 1, stop)
            else:
                self.tokens.add("subscript" if before else "name", inner, at, stop)
        elif inner.isalnum() and inner.isascii() and len(inner) > 1 and self.tokens.kinds[-2:] == ["_", "{"]:
            self.tokens.add("subscript", inner, at, stop)
        elif is_word and len(inner) == 1:
            self._letter(inner, at, stop)
        else:
            self.tokens.add("{", "{", at, start)
            self._inner(word, group[1])
            self.tokens.add("}", "}", stop - 1, stop)
        return stop

    def _inner(self, word: str, start: int) -> None:
        inner = _Lexer(self.text[: start + len(word)], self.names, self.words)
        inner.typed = self.typed
        inner.tokens = self.tokens
        at = start
        scan = _SCAN.match
        while at < start + len(word):
            match = scan(inner.text, at)
            if match is None:
                at = inner._other(at)
            elif match.lastgroup == "word":
                at = inner._word(match.group(), at)
            elif match.lastgroup == "number":
                at = inner._number(match.group(), at, match.end())
            elif match.lastgroup == "command":
                at = inner._command(match.group()[1:], at, match.end())
            else:
                if match.lastgroup == "sign":
                    sign = match.group()
                    self.tokens.add(SIGNS.get(sign, sign), sign, at, match.end())
                at = match.end()

    def _environment(self, command: str, at: int, end: int) -> int:
        group = self._group(end)
        if group is None:
            raise self._error(f"the name of the environment is missing after \\{command}", at, end)
        stop = group[2]
        columns = re.compile(r"\s*\{[lcr|]+\}").match(self.text, stop)
        if command == "begin" and group[0] == "array" and columns:
            stop = columns.end()
        self.tokens.add("begin" if command == "begin" else "\\end", group[0].rstrip("*"), at, stop)
        return stop

    # ------------------------------------------------------------------ Unicode

    def _other(self, at: int) -> int:
        """A character that is neither ASCII mathematics nor a command."""
        character = self.text[at]
        add = self.tokens.add
        if character in SIGNS:
            add(SIGNS[character], character, at, at + 1)
        elif character == "%" and (constant := _PERCENT_CONSTANT.match(self.text, at)):
            if self.tokens.kinds and self.tokens.kinds[-1] not in _BEFORE_AN_OPERAND:
                raise self._percent(at, at + 1)
            add("constant", constant.group(1), at, constant.end())
            return constant.end()
        elif character in RAISED or character in LOWERED:
            return self._shifted(at)
        elif character in CONSTANT_SIGNS:
            add("constant", CONSTANT_SIGNS[character], at, at + 1)
        elif character == "σ" and self._is_sigmoid(at + 1):
            matrix_signs.add_sigmoid(self.tokens, at, at + 1)
        elif character in GREEK:
            self._greek(GREEK[character], at)
        elif self.words and character in "∘⊙":
            add("⊙", character, at, at + 1)
        elif self.words and character in "⊤⟙":
            matrix_signs.add_transpose(self.tokens, at)
        elif character in RADICALS:
            add("√", RADICALS[character], at, at + 1)
        elif character in FRACTIONS:
            add("fraction", FRACTIONS[character], at, at + 1)
        elif character in SEVERAL:
            for sign in SEVERAL[character]:
                add(sign, character, at, at + 1)
        elif character in "∑∏∫∇":
            add("function", {"∑": "sum", "∏": "prod", "∫": "integral", "∇": "grad"}[character], at, at + 1)
        elif character in COMBINING:
            return self._decorate(character, at)
        elif character in BLANK:
            pass
        else:
            return self._unusual(character, at)
        return at + 1

    def _greek(self, name: str, at: int) -> None:
        add = self.tokens.add
        follows = self.text[at + 1 : at + 2]
        if name in ("Sigma", "Pi") and follows and (follows == "_" or follows in LOWERED):
            add("function", "sum" if name == "Sigma" else "prod", at, at + 1)
        elif name in ("Gamma", "gamma") and self._opens(at + 1):
            add("function", "gamma", at, at + 1)
        else:
            add("name", name, at, at + 1)

    def _is_sigmoid(self, end: int) -> bool:
        """Whether a bracket behind σ makes it the sigmoid: where there are matrices, unless it is a declared name."""
        return bool(self.words) and "sigma" not in self.names and self._opens(end)

    def _decorate(self, mark: str, at: int) -> int:
        tokens = self.tokens
        if not tokens.kinds or tokens.kinds[-1] not in ("name", "constant") or tokens.ends[-1] != at:
            raise self._error("a mark that stands above no letter", at, at + 1)
        tokens.kinds[-1] = "name"
        tokens.values[-1] += COMBINING[mark]
        tokens.ends[-1] = at + 1
        return at + 1

    def _shifted(self, at: int) -> int:
        """A run of superscripts or subscripts, as a bracket after ^ or _."""
        text, tokens = self.text, self.tokens
        table, opening, closing = (RAISED, "sup(", ")sup") if text[at] in RAISED else (LOWERED, "sub(", ")sub")
        end = at
        while end < len(text) and text[end] in table:
            end += 1
        tokens.add(opening, text[at:end], at, at)
        spelled = "".join(table[character] for character in text[at:end])
        place = 0
        while place < len(spelled):
            character = spelled[place]
            stop = place + 1
            if character.isdigit():
                while stop < len(spelled) and spelled[stop].isdigit():
                    stop += 1
                tokens.add("number", spelled[place:stop], at + place, at + stop)
            elif character in GREEK:
                tokens.add("name", GREEK[character], at + place, at + stop)
            elif character.isalpha():
                self._letter(character, at + place)
            else:
                tokens.add(character, text[at + place], at + place, at + stop)
            place = stop
        tokens.add(closing, text[at:end], end, end)
        return end

    def _unusual(self, character: str, at: int) -> int:
        """Letters of other alphabets: x in italics, y with a hat, a full-width digit; or a stray character."""
        from unicodedata import name, normalize

        decomposed = normalize("NFD", character)
        if len(decomposed) == 2 and decomposed[0].isascii() and decomposed[1] in COMBINING:
            self.tokens.add("name", decomposed[0] + COMBINING[decomposed[1]], at, at + 1)
            return at + 1
        plain = normalize("NFKC", character)
        if plain == "π":
            self.tokens.add("constant", "pi", at, at + 1)
            return at + 1
        if plain != character and (plain in GREEK or plain in SIGNS or plain in _PLAIN_SIGNS):
            kind = "name" if plain in GREEK else SIGNS.get(plain, plain)
            self.tokens.add(kind, GREEK.get(plain, plain), at, at + 1)
            return at + 1
        raise self._stray(character, name(character, "").lower(), at)

    def _stray(self, character: str, title: str, at: int) -> ReadingError:
        if character == "%":
            return self._percent(at, at + 1)
        if character == "$":
            return self._error("a $ inside the expression", at, at + 1, "in the shell write it in single quotes: 'x^2'")
        if character in STRAY:
            is_pair = character == "." and "." in (self.text[at - 1 : at], self.text[at + 1 : at + 2])
            sentence, hint = STRAY[".." if is_pair else character]
            return self._error(sentence, at, at + 1, hint)
        if "\udc80" <= character <= "\udcff":  # how Python holds a byte that is not UTF-8
            return self._error(f"byte 0x{ord(character) - 0xDC00:x} is not UTF-8", at, at + 1, "give the text as UTF-8")
        if title.endswith("quotation mark") or character in '"`':
            hint = "in the shell write it between straight single quotes: 'x^2'"
            return self._error(f"a quotation mark {character} in the expression", at, at + 1, hint)
        shown = character if character.isprintable() else f"U+{ord(character):04X}"
        about = f" ({title})" if title and not character.isascii() else ""
        return self._error(f"unexpected character {shown}{about}", at, at + 1)

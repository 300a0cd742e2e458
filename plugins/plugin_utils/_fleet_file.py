# SPDX-FileCopyrightText: 2026 Sindad cloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading fleet files: YAML with the place of everything in it, expressions, vaulted values. Private to this collection.

PyYAML's own loader reads the file and says where each node is. What it builds is checked here before anything
is taken as a value, since YAML loses what was written: a duplicate key, ``010``, an alias that refers to itself.
"""

from __future__ import annotations

import gc
import os
import re
import stat
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from ansible.errors import AnsibleError
from ansible.parsing.vault import EncryptedString
from ansible.template import trust_as_template
from ansible_collections.sindad.cloud.plugins.module_utils._errors import SindadError
from ansible_collections.sindad.cloud.plugins.module_utils._fleet.file import OWN_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ansible.parsing.dataloader import DataLoader
    from ansible.template import Templar

#: How the files of a folder that are read end.
_ENDING = ".yml"
#: libyaml's loader is ten times as fast.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAGS = "tag:yaml.org,2002:"
_MERGE = f"{_TAGS}merge"
#: Bytes of the largest file; a fleet of 5,000 machines has half a megabyte.
_LARGEST = 16 * 1024 * 1024
#: Values of the largest fleet, aliases resolved. 5,000 machines have some 50,000.
_MOST_VALUES = 500_000
#: How deep a file may be nested, aliases resolved; a fleet is five deep.
_DEEPEST = 60
#: Characters of the longest number.
_LONGEST_NUMBER = 30
#: What is not shown.
_HIDDEN = ".password"  # the end of a place
#: How messages call a place.
_OTHER_PLACE = re.compile(r"\bservices\[\d+\](?:\.\w+|\[\d+\])*")
#: What only Ansible's templates have.
_TEMPLATE = re.compile(r"\{\{|\{%|\{#")
#: Half of a character, as Python reads what isn't UTF-8.
_SURROGATE = re.compile("[\ud800-\udfff]")
#: A date is a text here.
_TEXTS = (f"{_TAGS}str", f"{_TAGS}timestamp")
_TAGS_OF_VARIABLES = ("!vault", "!unsafe", *_TEXTS, *(f"{_TAGS}{kind}" for kind in ("int", "float", "bool", "null")))
#: What holds variables of a host: nothing of them is planned, and their expressions are the host's.
_VARIABLES = "vars"


class Place(NamedTuple):
    """Where something is: the file, line and column (from 1), and how many services earlier files had."""

    file: str
    line: int
    column: int
    before: int = 0

    def __str__(self) -> str:
        """Return it as compilers do."""
        return f"{self.file}:{self.line}:{self.column}"

    def own(self, name: str) -> str:
        """Return what a place of the whole fleet is called in this file alone."""
        return re.sub(r"^services\[(\d+)\]", lambda found: f"services[{int(found[1]) - self.before}]", name)


@dataclass
class Loaded:
    """A fleet: its content with expressions resolved, where everything is, and warnings."""

    fleet: Any = None
    places: dict[str, Place] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def located(self, message: str) -> str:
        """Add file, line and column to a message that begins with a place in the fleet, as ``services[0].vms``."""
        begun = re.match(r"[\w.\[\]-]*", message)
        if begun is None:
            return message
        name = begun[0]
        while name and name not in self.places:
            name = re.sub(r"(^|\.)[^.\[\]]*$|\[\d+\]$", "", name)
        if not name:
            return message
        place = self.places[name]
        return f"{place}: {place.own(begun[0])}{_OTHER_PLACE.sub(self._other, message[begun.end() :])}"

    def _other(self, found: re.Match[str]) -> str:
        """Return another place that a message names, with its line."""
        place = self.places.get(found[0])
        return f"{place.own(found[0])} ({place.file}, line {place.line})" if place else found[0]


def load(path: str, loader: DataLoader, templar: Templar, with_variables: bool = False) -> Loaded:
    """Read a fleet file, or all ``*.yml`` of a folder as one fleet.

    Args:
        path: The file or the folder.
        loader: Ansible's loader, which decrypts.
        templar: Ansible's templar, which resolves expressions.
        with_variables: Whether ``vars`` are read as Ansible reads variables. Where they aren't needed, they are strings
            and vaulted ones are not decrypted.

    Raises:
        SindadError: Something can't be read; the sentence has file, line and column.

    """

    def render(text: str) -> Any:
        return templar.template(trust_as_template(text))

    reader_of = partial(_Reader, render=render, variable=_variable if with_variables else _unread)
    expanded = os.path.abspath(os.path.expanduser(path))
    if os.path.isdir(expanded):
        loaded = _load_folder(path, expanded, loader, reader_of)
    else:
        loaded = Loaded()
        reader = reader_of(file=path, places=loaded.places)
        loaded.fleet = _checked(reader.read(_text(path, expanded, loader)), path)
    if "services" not in loaded.fleet:
        raise SindadError(f"{path}: services is missing")
    return loaded


def check_not_read(option: str, file: str, inputs: Iterable[str]) -> None:
    """Make sure that a file to be written is none of those that a run reads.

    Args:
        option: The option that holds its path, for messages.
        file: Its path.
        inputs: The files that the run reads; one may be the folder of a fleet.

    Raises:
        SindadError: It is one of them.

    """
    if any(_is_read(file, path) for path in inputs):
        raise SindadError(f"{option}: {file} is read by this run; give another path")


def _is_read(file: str, path: str) -> bool:
    """Whether a file is the one at a path, or is or would be one of those that are read in the folder there."""
    place, fleet = (os.path.realpath(os.path.expanduser(each)) for each in (file, path))
    if place == fleet:
        return True
    if os.path.dirname(place) == fleet and _is_part_of_fleet(os.path.basename(place)):
        return True
    return place in _real_paths_in(fleet)


def _real_paths_in(folder: str) -> list[str]:
    """Return where the files of a fleet's folder really are; none where it can't be read, which is told when it is."""
    try:
        names = _names_in(folder, folder)
    except SindadError:
        return []
    return [os.path.realpath(os.path.join(folder, name)) for name in names if _is_part_of_fleet(name)]


def _is_part_of_fleet(name: str) -> bool:
    """Whether a file of this name is read in the folder of a fleet: it isn't hidden, and is YAML by its ending."""
    return name.endswith(_ENDING) and not name.startswith(".")


def _load_folder(path: str, folder: str, loader: DataLoader, reader_of: Callable[..., _Reader]) -> Loaded:
    """Read the files of a folder, in the order of their names."""
    names = _names_in(path, folder)
    files = [name for name in names if _is_part_of_fleet(name)]
    if not files:
        raise SindadError(f"fleet_file: the folder {path} has no *{_ENDING} file")
    loaded = Loaded({})
    others = [name for name in names if name.lower().endswith((".yml", ".yaml", ".json")) and name not in files]
    if others:
        loaded.warnings.append(
            f"fleet_file: only *{_ENDING} files are read in the folder {path}, not {', '.join(others)}"
        )
    for name in files:
        shown = os.path.join(path, name)
        reader = reader_of(file=shown, places=loaded.places, before=len(loaded.fleet.get("services", ())))
        _add(loaded, reader.read(_text(shown, os.path.join(folder, name), loader)), shown)
    return loaded


def _names_in(path: str, folder: str) -> list[str]:
    """Return the names of what a folder holds, sorted, but for what is hidden."""
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError as error:
        raise SindadError(f"fleet_file: the folder {path} can't be read: {error.strerror}") from None


def _checked(content: Any, file: str) -> dict[str, Any]:
    """Return the content of a file.

    Raises:
        SindadError: It is no fleet at all.

    """
    if not isinstance(content, dict):
        raise SindadError(f"{file}: it must be a dictionary with the key services")
    return content


def _add(loaded: Loaded, content: Any, file: str) -> None:
    """Add the content of one of several files."""
    content = dict(_checked(content, file))
    if "services" in content:
        services = content.pop("services")
        if not isinstance(services, list):
            raise SindadError(f"{file}: services must be a list")
        loaded.fleet["services"] = [*loaded.fleet.get("services", ()), *services]
    twice = [name for name in content if name in loaded.fleet and not name.startswith(OWN_KEYS)]
    if twice:
        raise SindadError(f"{file}: {twice[0]} is in another file of the folder as well, and it applies to all of them")
    loaded.fleet.update(content)


def _text(shown: str, path: str, loader: DataLoader) -> str:
    """Return the text of a file, decrypted."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise SindadError(f"fleet_file: {shown} is not a regular file")
        if status.st_size > _LARGEST:
            raise SindadError(f"fleet_file: {shown} is larger than {_LARGEST // 1024 // 1024} MB")
        text = str(loader.get_text_file_contents(path))
    except FileNotFoundError:
        raise SindadError(f"fleet_file: {shown} not found") from None
    except OSError as error:
        raise SindadError(f"fleet_file: {shown} can't be read: {error.strerror}") from None
    except ValueError:
        raise SindadError(f"fleet_file: {shown!r} is not the path of a file") from None
    except AnsibleError as error:
        raise SindadError(f"fleet_file: {shown} can't be read: {_first_line(error)}") from None
    if _SURROGATE.search(text):
        raise SindadError(f"fleet_file: {shown} must be UTF-8 text")
    return text


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0].rstrip(" .:")


def _unread(node: yaml.ScalarNode) -> Any:
    """Return a variable where only its name matters."""
    return node.value


def _variable(node: yaml.ScalarNode) -> Any:
    """Return a variable as Ansible reads those in its files: vaulted until it is used, expressions left to the host.

    Raises:
        ValueError: It is no value of its type.

    """
    if node.tag == "!vault":
        return EncryptedString(ciphertext=node.value)
    if node.tag == "!unsafe":
        return node.value
    if node.tag in _TEXTS:
        return trust_as_template(node.value)
    return _constructed(node)


def _constructed(node: yaml.ScalarNode) -> Any:
    """Return what PyYAML makes of a scalar.

    Raises:
        ValueError: It is no value of its type, as ``!!bool maybe``.

    """
    try:
        return yaml.constructor.SafeConstructor().construct_object(node)
    except (AttributeError, IndexError, KeyError) as error:
        raise ValueError(str(error)) from None


def _inside(place: str, name: str) -> str:
    """Return the place of a key in a mapping."""
    return f"{place}.{name}" if place else name


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Let Python not look for garbage meanwhile: among the nodes of a large file, it takes as long as to read the file."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Reader:
    """Turns the nodes of one file into values.

    Args:
        file: What messages call it.
        render: Resolves an expression.
        variable: Returns the value of a scalar among the variables of a host.
        places: Where the places of everything are noted.
        before: How many services other files had before.

    """

    def __init__(
        self,
        file: str,
        render: Callable[[str], Any],
        variable: Callable[[yaml.ScalarNode], Any],
        places: dict[str, Place],
        before: int = 0,
    ) -> None:
        self._file, self._render, self._variable, self._places, self._before = file, render, variable, places, before
        self._values = 0

    @_without_garbage_collection()
    def read(self, text: str) -> Any:
        """Return the content of the file."""
        try:
            root = yaml.compose(text, _LOADER)
        except yaml.MarkedYAMLError as error:
            raise self._unreadable(error) from None
        except yaml.reader.ReaderError as error:
            raise self._unprintable(text, error) from None
        except RecursionError:
            raise SindadError(f"{self._file}: it is nested too deeply") from None
        if root is None:
            raise SindadError(f"{self._file}: it is empty")
        return self._value(root, "", (), is_variable=False)

    def _unreadable(self, error: yaml.MarkedYAMLError) -> SindadError:
        mark = error.problem_mark or error.context_mark
        where = f"{self._file}:{mark.line + 1}:{mark.column + 1}" if mark else self._file
        what = " ".join(str(error.problem or error.context or "it is not YAML").split())
        since = error.context_mark
        context = f" ({error.context}, line {since.line + 1})" if since and error.context and since != mark else ""
        return SindadError(f"{where}: it can't be read as YAML: {what}{context}")

    def _unprintable(self, text: str, error: yaml.reader.ReaderError) -> SindadError:
        found = yaml.reader.Reader.NON_PRINTABLE.search(text)
        position = found.start() if found else 0
        line, column = text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
        return SindadError(
            f"{self._file}:{line}:{column}: the character U+{ord(text[position]):04X} is not allowed in YAML"
        )

    def _error(self, node: yaml.Node, place: str, message: str) -> SindadError:
        where = self._place(node)
        shown = f"{where.own(place)}: " if place else ""
        return SindadError(f"{where}: {shown}{message}")

    def _place(self, node: yaml.Node) -> Place:
        mark = node.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1, self._before)

    def _value(self, node: yaml.Node, place: str, above: tuple[int, ...], is_variable: bool) -> Any:
        """Return the value of a node.

        Args:
            node: What PyYAML has read.
            place: Where it stands, as ``services[0].vms``.
            above: The nodes that it stands in.
            is_variable: Whether it is among the variables of a host.

        """
        self._values += 1
        if self._values > _MOST_VALUES:
            raise self._error(
                node, place, f"the file has more than {_MOST_VALUES} values when its aliases are resolved"
            )
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, place, is_variable)
        if id(node) in above:
            raise self._error(node, place, "it has an alias that refers to itself")
        if len(above) >= _DEEPEST:
            raise self._error(node, place, "it is nested too deeply")
        above = (*above, id(node))
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAGS}map":
            return self._mapping(node, place, above, is_variable)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAGS}seq":
            return self._sequence(node, place, above, is_variable)
        raise self._error(node, place, f"the tag {node.tag} is not known")

    def _sequence(self, node: yaml.SequenceNode, place: str, above: tuple[int, ...], is_variable: bool) -> list[Any]:
        first = self._before if place == "services" else 0
        found = []
        for number, item in enumerate(node.value, first):
            inner = f"{place}[{number}]"
            self._places[inner] = self._place(item)
            found.append(self._value(item, inner, above, is_variable))
        return found

    def _mapping(self, node: yaml.MappingNode, place: str, above: tuple[int, ...], is_variable: bool) -> dict[str, Any]:
        self._check_keys(node, place)
        # What is merged comes first: a key of the mapping's own has its value and its place.
        merges = [value for key, value in node.value if key.tag == _MERGE]
        found: dict[Any, Any] = self._merged(merges[0], place, above, is_variable) if merges else {}
        for key, value in node.value:
            if key.tag == _MERGE:
                continue
            name = self._key(key, place)
            inner = _inside(place, name)
            self._places[inner] = self._place(key)
            if not place and name.startswith(OWN_KEYS):
                continue
            held = self._held_key(key, inner) if is_variable else name
            found[held] = self._value(value, inner, above, is_variable or name == _VARIABLES)
        return found

    def _check_keys(self, node: yaml.MappingNode, place: str) -> None:
        """Refuse a key that is given twice; it would be lost which one counts."""
        lines: dict[str, int] = {}
        for key, _value in node.value:
            name = self._key(key, place)
            if name in lines:
                hint = "; <<: [*a, *b] merges several mappings" if key.tag == _MERGE else ""
                message = f"it is given twice, the first time on line {lines[name]}{hint}"
                raise self._error(key, _inside(place, name), message)
            lines[name] = key.start_mark.line + 1

    def _merged(self, node: yaml.Node, place: str, above: tuple[int, ...], is_variable: bool) -> dict[str, Any]:
        """Return what a key ``<<`` stands for; of several mappings the first one holds."""
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found: dict[str, Any] = {}
        for part in reversed(parts):
            if not isinstance(part, yaml.MappingNode):
                raise self._error(part, place, "<< takes a mapping, or a list of mappings")
            found.update(self._value(part, place, above, is_variable))
        return found

    def _key(self, node: yaml.Node, place: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._error(node, place, "a key must be a word")
        return str(node.value)

    def _held_key(self, node: yaml.ScalarNode, place: str) -> Any:
        """Return a key among the variables of a host; a variable's own name is a string."""
        is_text = node.tag in _TEXTS or place.endswith(f".{_VARIABLES}.{node.value}")
        return str(node.value) if is_text else self._of_host(node, place)

    def _scalar(self, node: yaml.ScalarNode, place: str, is_variable: bool) -> Any:
        if is_variable:
            return self._of_host(node, place)
        if node.tag == "!vault":
            return self._decrypted(node, place)
        if node.tag == "!unsafe":
            return node.value
        if not node.tag.startswith(_TAGS):
            raise self._error(node, place, f"the tag {node.tag} is not known")
        kind = node.tag[len(_TAGS) :]
        if kind in ("str", "timestamp"):
            return self._rendered(node, place) if _TEMPLATE.search(node.value) else node.value
        if kind in ("int", "float"):
            return self._number(node, place, kind)
        if kind in ("bool", "null"):
            return self._read_by(_constructed, node, place)
        raise self._error(node, place, f"the tag {node.tag} is not known here")

    def _of_host(self, node: yaml.ScalarNode, place: str) -> Any:
        """Return a value among the variables of a host."""
        if node.tag not in _TAGS_OF_VARIABLES:
            raise self._error(node, place, f"the tag {node.tag} is not known")
        return self._read_by(self._variable, node, place)

    def _read_by(self, read: Callable[[yaml.ScalarNode], Any], node: yaml.ScalarNode, place: str) -> Any:
        try:
            return read(node)
        except ValueError:
            raise self._error(node, place, "it can't be read as a YAML value; put it in quotes") from None

    def _number(self, node: yaml.ScalarNode, place: str, kind: str) -> int:
        """Return a number that is written as such; one that YAML would write otherwise may be a name or an id."""
        written = node.value
        if kind == "int" and re.fullmatch(r"0|-?[1-9][0-9]*", written) and len(written) <= _LONGEST_NUMBER:
            return int(written)
        shown = "it" if place.endswith(_HIDDEN) or not written else written[:_LONGEST_NUMBER]
        raise self._error(
            node, place, f"YAML reads {shown} as a number, which may change its spelling; put it in quotes"
        )

    def _decrypted(self, node: yaml.ScalarNode, place: str) -> str:
        try:
            return str(EncryptedString(ciphertext=node.value))
        except AnsibleError as error:
            raise self._error(node, place, f"it can't be decrypted: {_first_line(error)}") from None

    def _rendered(self, node: yaml.ScalarNode, place: str) -> Any:
        try:
            return self._render(node.value)
        except AnsibleError as error:
            raise self._error(node, place, f"its expression can't be resolved: {_first_line(error)}") from None

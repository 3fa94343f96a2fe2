"""The C and C++ headers as pages of the site, from their comments, which Doxygen reads."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from fences import fenced

HERE = Path(__file__).resolve().parent
SECTIONS = {
    "func": "Functions",
    "enum": "Enumerations",
    "typedef": "Types",
    "define": "Constants",
}


def write(include: Path, work: Path, pages: Path) -> None:
    """Write the pages of `trop.h` and `trop.hpp`, which are in the folder `include`."""
    work.mkdir(parents=True, exist_ok=True)
    pages.mkdir(parents=True, exist_ok=True)
    settings = (HERE / "Doxyfile").read_text()
    settings += f"INPUT = {include}\nOUTPUT_DIRECTORY = {work}\n"
    subprocess.run(["doxygen", "-"], input=settings, text=True, check=True)
    (pages / "trop.h.md").write_text(c_page(work / "xml", include / "trop.h"))
    (pages / "trop.hpp.md").write_text(cpp_page(work / "xml", include / "trop.hpp"))


def compound(file: Path) -> Element:
    """What Doxygen says of one file or class."""
    found = ElementTree.parse(file).getroot().find("compounddef")
    assert found is not None, f"{file} has no compounddef"
    return found


def c_page(xml: Path, header: Path) -> str:
    """The C interface: functions, structs, enumerations, types, constants."""
    file = compound(xml / "trop_8h.xml")
    parts = ["---\ntitle: trop.h (C)\n---\n# trop.h: the C interface", preamble(header)]
    for kind in ("func", "structs", "enum", "typedef", "define"):
        if kind == "structs":
            parts += ["## Structs", *structs(xml, file)]
        else:
            parts.append(f"## {SECTIONS[kind]}")
            parts += map(member, file.findall(f"sectiondef[@kind='{kind}']/memberdef"))
    return "\n\n".join(parts) + "\n"


def cpp_page(xml: Path, header: Path) -> str:
    """The C++ interface: classes and their members."""
    parts = ["---\ntitle: trop.hpp (C++)\n---\n# trop.hpp: the C++ interface"]
    parts.append(preamble(header))
    for kind in ("class", "struct"):
        for file in sorted(xml.glob(f"{kind}trop_1_1*.xml")):
            if "detail" not in file.name:
                parts += of_class(compound(file))
    return "\n\n".join(parts) + "\n"


def preamble(header: Path) -> str:
    """The comment at the head of a header, which is written like Markdown."""
    text = header.read_text()
    found = re.match(r"/\*(.*?)\*/", text, re.DOTALL) or re.match(
        r"((?://[^\n]*\n)+)", text
    )
    assert found, f"{header} does not begin with a comment"
    lines = [
        re.sub(r"^ ?(?:\*|//) ?", "", line) for line in found[1].strip().splitlines()
    ]
    head, _, body = "\n".join(lines).partition("\n\n")
    body = re.sub(r"\n\nGenerated from .*", "", body, flags=re.DOTALL)
    if body:
        return code_blocks(body)
    return code_blocks(head.partition("\n")[2])


def code_blocks(text: str) -> str:
    """Markdown with its indented code in fences."""

    def fence(found: re.Match[str]) -> str:
        code = re.sub(r"^ {4}", "", found[1], flags=re.MULTILINE)
        return f"\n\n{fenced(code, 'cpp')}\n\n"

    return re.sub(r"\n*((?:(?:^|(?<=\n)) {4}[^\n]*(?:\n|$))+)", fence, text)


def structs(xml: Path, file: Element) -> Iterator[str]:
    """Each struct, with a line for each field."""
    for inner in file.findall("innerclass"):
        found = compound(xml / f"{inner.get('refid')}.xml")
        yield f"### `{inner.text}` {{ #{inner.text} }}"
        yield docs(found)
        yield "\n".join(field(of) for of in found.findall("sectiondef/memberdef"))


def field(of: Element) -> str:
    """A field of a struct, or a function of a class, as an item of a list."""
    declared = f"{text_of(of.find('definition'))}{text_of(of.find('argsstring'))}"
    declared = re.sub(r"\b(?:trop::)?\w+(?:<[^>]*>)?::(?=~?\w+\W*)", "", declared)
    said = docs(of).replace("\n\n", " ")
    return f"- `{declared}`" + (f": {said}" if said else "")


def of_class(found: Element) -> Iterator[str]:
    """A C++ class, with a line for each public member."""
    name = text_of(found.find("compoundname"))
    yield f"## `{name}` {{ #{name.replace('::', '-')} }}"
    yield docs(found)
    members = found.findall("sectiondef[@kind='public-func']/memberdef")
    members += found.findall("sectiondef[@kind='public-attrib']/memberdef")
    yield "\n".join(map(field, members))


def member(of: Element) -> str:
    """A function, enumeration, type or constant of the C interface."""
    name = text_of(of.find("name"))
    parts = [
        f"### `{name}` {{ #{name} }}",
        fenced(declaration(of), "c"),
        docs(of),
        "\n".join(enumerator(value) for value in of.findall("enumvalue")),
    ]
    return "\n\n".join(part for part in parts if part)


def declaration(of: Element) -> str:
    """How C declares it; long lists of parameters take a line each."""
    kind, name = of.get("kind"), text_of(of.find("name"))
    if kind == "define":
        return f"#define {name} {text_of(of.find('initializer'))}".rstrip()
    if kind == "enum":
        return f"enum {name}"
    if kind == "typedef":
        return f"{text_of(of.find('definition'))};"
    line = f"{text_of(of.find('definition'))}{text_of(of.find('argsstring'))};"
    if len(line) < 80:
        return line
    return line.replace("(", "(\n    ", 1).replace(", ", ",\n    ")


def enumerator(value: Element) -> str:
    """A value of an enumeration."""
    return f"- `{text_of(value.find('name'))}`: {docs(value)}"


def docs(of: Element) -> str:
    """The comment of something as Markdown."""
    found = [of.find("briefdescription"), of.find("detaileddescription")]
    paragraphs = [
        paragraph(para) for part in found if part is not None for para in part
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def paragraph(para: Element) -> str:
    """A paragraph, with its lists and code."""
    text = escape(para.text)
    for node in para:
        text += inline(node) + escape(node.tail)
    return text.strip()


def inline(node: Element) -> str:
    """A part of a paragraph."""
    if node.tag == "computeroutput":
        return f"`{text_of(node)}`"
    if node.tag == "itemizedlist":
        items = [" ".join(map(paragraph, item)) for item in node]
        return "\n\n" + "\n".join(f"- {item}" for item in items) + "\n\n"
    if node.tag in ("programlisting", "verbatim"):
        return "\n\n" + fenced(listing(node), "c") + "\n\n"
    return paragraph(node)


def listing(node: Element) -> str:
    """Code, in which Doxygen has elements for spaces."""
    for space in node.iter("sp"):
        space.text = " "
    lines = node.findall("codeline")
    return "\n".join(map(text_of, lines)) if lines else text_of(node)


def text_of(node: Element | None) -> str:
    """All text of an element."""
    return "" if node is None else "".join(node.itertext()).strip()


def escape(text: str | None) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([*_<\[\]])", r"\\\1", re.sub(r"\s+", " ", text or ""))

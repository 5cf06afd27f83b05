"""What LibreOffice sees in a form: its content controls with title, type and text, as JSON.

Run with the Python that has `uno` (Debian: /usr/bin/python3): office_controls.py PROFILE IN.docx [OUT.docx TEXT].
With OUT it types TEXT into the first text control and turns the first box, and saves the file as a person would.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import time

INPUT = "com.sun.star.text.TextField.Input"
"""What LibreOffice 7.4 makes of a text control that is bound to data."""


def each(thing):
    found = thing.createEnumeration()
    while found.hasMoreElements():
        yield found.nextElement()


def paragraphs(text):
    for part in each(text):
        if part.supportsService("com.sun.star.text.TextTable"):
            for name in part.getCellNames():
                yield from paragraphs(part.getCellByName(name))
        else:
            yield part


def kind(control):
    names = {p.Name for p in control.getPropertySetInfo().getProperties()}

    def has(name):
        return name in names and control.getPropertyValue(name)

    for name, what in (("Checkbox", "check"), ("Date", "date"), ("ListItems", "choice"), ("Picture", "picture")):
        if has(name):
            return what
    return "text"


def connect(pipe):
    import uno  # noqa: PLC0415 (only the system has it)

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(200):
        try:
            there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
        except Exception:
            time.sleep(0.1)
    raise SystemExit("soffice did not answer")


def main(profile, source, target="", text=""):
    import uno  # noqa: PLC0415 (only the system has it)
    from com.sun.star.beans import PropertyValue  # noqa: PLC0415 (as above)

    def given(name, value):
        found = PropertyValue()
        found.Name, found.Value = name, value
        return found

    pipe = f"forms{os.getpid()}"
    office = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--norestore",
            "--nologo",
            f"--accept=pipe,name={pipe};urp",
        ]
    )
    desktop = connect(pipe)
    try:
        url = uno.systemPathToFileUrl(str(pathlib.Path(source).resolve()))
        document = desktop.loadComponentFromURL(url, "_blank", 0, (given("Hidden", True),))
        found, done = [], set()
        for paragraph in paragraphs(document.Text):
            for portion in each(paragraph):
                if portion.TextPortionType == "TextField" and portion.TextField.supportsService(INPUT):
                    field = portion.TextField
                    said = {v.Name: v.Value for v in field.InteropGrabBag}
                    title = said.get("ooxml:CT_SdtPr_alias", "")
                    found.append({"kind": "text", "title": title, "text": field.Content})
                    if target and text and "text" not in done:
                        field.Content = text
                        done.add("text")
                elif portion.TextPortionType == "ContentControl":
                    control = portion.ContentControl
                    what = kind(control)
                    found.append({"kind": what, "title": "", "text": ""})
                    if target and what == "check" and what not in done:
                        control.Checked = not control.Checked
                        done.add(what)
        if target:
            out = uno.systemPathToFileUrl(str(pathlib.Path(target).resolve()))
            document.storeToURL(out, (given("FilterName", "MS Word 2007 XML"),))
        print(json.dumps(found))
        document.close(True)
    finally:
        with contextlib.suppress(Exception):
            desktop.terminate()
        office.wait(30)


if __name__ == "__main__":
    main(*sys.argv[1:])

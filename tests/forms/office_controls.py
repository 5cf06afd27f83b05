"""What LibreOffice sees in a form: its content controls with title, type and text, as JSON.

Run with the Python that has `uno` (Debian: /usr/bin/python3): office_controls.py PROFILE IN.docx [OUT.docx TEXT].
With OUT it types TEXT into the first text control and, on two lines, into the first rich one, turns the first box
and chooses another first date, and saves the file as a person would. Choosing from a list has no command there.
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
    return "rich"


def typed(window, control, lines):
    """Types lines at the start of a control where a person would, by the commands of the keyboard."""
    frame, cursor, call = window
    cursor.gotoRange(control.Anchor.Start, False)
    cursor.goRight(1, False)
    for n, line in enumerate(lines):
        if n:
            call(frame, ".uno:InsertPara", "", 0, ())
        call(frame, ".uno:InsertText", "", 0, (given("Text", line),))


def given(name, value):
    from com.sun.star.beans import PropertyValue  # noqa: PLC0415 (only the system has it)

    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


def changed(window, control, what, text):
    """Fills in a control of that kind."""
    if what == "check":
        control.Checked = not control.Checked
    elif what == "date":
        control.CurrentDate = "2031-05-06T00:00:00Z"
        cursor = control.createTextCursor()
        cursor.gotoStart(False)
        cursor.gotoEnd(True)
        cursor.setString("May 6, 2031")
    elif what == "rich":
        typed(window, control, [text, text])


def connect(pipe):
    import uno  # noqa: PLC0415 (only the system has it)

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(200):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(0.1)
    raise SystemExit("soffice did not answer")


def main(profile, source, target="", text=""):
    import uno  # noqa: PLC0415 (only the system has it)

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
    context = connect(pipe)
    there = context.ServiceManager
    desktop = there.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    try:
        url = uno.systemPathToFileUrl(str(pathlib.Path(source).resolve()))
        document = desktop.loadComponentFromURL(url, "_blank", 0, ())
        helper = there.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
        window = document.CurrentController.Frame, document.CurrentController.ViewCursor, helper.executeDispatch
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
                    listed = [v.Value for i in control.ListItems for v in i if v.Name == "DisplayText"]
                    found.append({"kind": what, "title": "", "text": "; ".join(listed)})
                    if target and text and what not in done:
                        changed(window, control, what, text)
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

"""The page as it will print, in a dialog: look at it, choose the paper, print it or save it as a PDF.

Words and charts are made beside the window, the 3D picture meanwhile on the window's own stage. The page
shows as soon as its words are there; a bar runs, and nothing can be printed, until the picture is too.
What cannot be written is said in a sentence, and the page stays open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMarginsF, QSize, QStandardPaths, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QImage,
    QKeySequence,
    QPageSize,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)
from shiboken6 import isValid

from planner.atlas.handbook import Handbook
from planner.atlas.model import Atlas
from planner.files import write_atomically
from planner.session.resolve import resolve
from planner.session.state import State
from ui.page.making import Made, make
from ui.page.papers import SIZE_PT, Paper
from ui.page.pdf import CannotPaint, image_of, layout_of, paint_on, pdf_of
from ui.page.pictures import paper_state
from ui.page.scene import Lender, LentDrawing, shot_of
from ui.page.setting import WASH
from ui.page.sheet import Sheet
from ui.theme import Theme
from ui.widgets.basics import Segmented, button, column, label, row
from ui.widgets.work import Submit

_TOPIC = "page"
_REDRAW_MS = 60
_LARGE = 1.5
_LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "VE"})


@dataclass(frozen=True, slots=True)
class Source:
    """What a page is made from. handbook: reads what the content holds to be read; may raise ContentFault."""

    atlas: Atlas
    handbook: Callable[[], Handbook]
    state: State
    lender: object | None = None


class PageView(QWidget):
    """The sheet at a width, painted at the screen's own density."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._sheet: Sheet | None = None
        self._image = QImage()
        self._wide = 0
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_sheet(self, sheet: Sheet, width: int) -> None:
        """Shows the sheet so many logical pixels wide."""
        size = SIZE_PT[sheet.paper]
        if sheet is not self._sheet or width != self._wide or self._image.isNull():
            self._sheet, self._wide = sheet, width
            density = self.devicePixelRatioF()
            self._image = image_of(sheet, width / size[0] * 72.0 * density)
            self._image.setDevicePixelRatio(density)
            self.setAccessibleDescription(" ".join(sheet.texts()))
        self.setFixedSize(QSize(width, round(width * size[1] / size[0])))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.drawImage(0, 0, self._image)


class PagePreview(QDialog):
    """The dialog. `saved`: a PDF was written there."""

    saved = Signal(Path)

    def __init__(self, source: Source, submit: Submit, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source, self._theme = source, theme
        self._made: Made | None = None
        self._scene: QImage | None = None
        self._paper: Paper = paper_here()
        self._sheets: dict[Paper, Sheet] = {}
        self.setWindowTitle("Page to take home")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._assemble()
        self.set_theme(theme)
        self._redraw = QTimer(self, singleShot=True, interval=_REDRAW_MS)
        self._redraw.timeout.connect(self._show)
        self._drawing = self._begin_scene()
        self._ask_words(submit)

    # -- building -----------------------------------------------------------------------------------

    def _assemble(self) -> None:
        lines = column(self, 16, 12)
        head = row(12)
        self.title = label("Page to take home", "title")
        head.addWidget(self.title)
        head.addStretch(1)
        self.papers = Segmented((("a4", "A4"), ("letter", "Letter")), "Paper")
        self.papers.show_choice(self._paper)
        self.papers.chosen.connect(self.choose_paper)
        head.addWidget(self.papers)
        self.zoom = Segmented((("page", "Whole page"), ("width", "Full width")), "Size on the screen")
        # Who reads large letters sees the page large from the start.
        self._zoomed = "width" if self._theme.scale >= _LARGE else "page"
        self.zoom.show_choice(self._zoomed)
        self.zoom.chosen.connect(self._choose_zoom)
        head.addWidget(self.zoom)
        lines.addLayout(head)
        self.view = PageView("The page as it will print")
        self.scroll = QScrollArea()
        self.scroll.setObjectName("desk")
        self.scroll.setAccessibleName("The page as it will print")
        self.scroll.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.scroll.setWidget(self.view)
        self.wait = label("Setting the page", "lead")
        self.wait.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.wait)
        self.stack.addWidget(self.scroll)
        lines.addWidget(self.stack, 1)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("The page is being made")
        self.bar.setFixedHeight(4)
        lines.addWidget(self.bar)
        self.note = label("", "small", wrap=True)
        foot = row(8)
        foot.addWidget(self.note, 1)
        self.print = button("Print…", "", "Print the page", "Print the page (Ctrl+P)")
        self.print.clicked.connect(self.print_page)
        self.save = button("Save as PDF…", "primary", "Save the page as a PDF", "Save as a PDF (Ctrl+S)")
        self.save.clicked.connect(self.save_page)
        self.close_button = button("Close")
        self.close_button.clicked.connect(self.reject)
        for push in (self.print, self.save):
            push.setEnabled(False)
        for push in (self.close_button, self.print, self.save):
            foot.addWidget(push)
        lines.addLayout(foot)
        for keys, push in (("Ctrl+P", self.print), ("Ctrl+S", self.save)):
            QShortcut(QKeySequence(keys), self).activated.connect(push.click)

    def set_theme(self, theme: Theme) -> None:
        """Draws the frame in another palette or text size; the paper stays white."""
        self._theme = theme
        p = theme.palette
        self.setStyleSheet(
            f"{theme.qss()}\n"
            f"QScrollArea#desk {{ background: {p.sunken}; border: 1px solid {p.line}; }}\n"
            f"QProgressBar {{ background: {p.sunken}; border: none; }}\n"
            f"QProgressBar::chunk {{ background: {p.accent}; }}\n"
            f'QPushButton[kind="primary"]:disabled {{ background: {p.neutral_soft}; color: {p.muted}; '
            f"border-color: {p.line}; }}"
        )

    # -- making -------------------------------------------------------------------------------------

    def _begin_scene(self) -> LentDrawing | None:
        lender = self._source.lender
        shot = shot_of(self._source.atlas, resolve(self._source.atlas, paper_state(self._source.state)))
        if shot is None or not isinstance(lender, Lender):
            return None
        drawing = LentDrawing(lender, shot, self)
        drawing.finished.connect(self._take_scene)
        return drawing

    def _take_scene(self, image: object) -> None:
        self._scene = image if isinstance(image, QImage) else None
        self._drawing = None
        self._put_together()

    def _ask_words(self, submit: Submit) -> None:
        source = self._source

        def work() -> Made | str:
            from planner.atlas.load import ContentFault

            try:
                return make(source.atlas, source.handbook(), source.state)
            except (ContentFault, OSError) as fault:
                return f"The page cannot be made: {str(fault).splitlines()[0]}"

        submit(_TOPIC, work, self._take_words)

    def _take_words(self, made: Made | str) -> None:
        if not isValid(self):
            return  # closed meanwhile
        if isinstance(made, str):
            self.wait.setText(made)
            self.bar.hide()
            return
        self._made = made
        self._put_together()

    def _put_together(self) -> None:
        """Shows what is there; once nothing is awaited the page can be taken home."""
        if self._made is None:
            return
        self._made = self._made.with_scene(self._scene if self._drawing is None else _awaited())
        self._sheets.clear()
        self.stack.setCurrentWidget(self.scroll)
        self._show()
        if self._drawing is not None:
            self._say("The 3D picture is being drawn.")
            return
        self._say("")
        self.bar.hide()
        for push in (self.print, self.save):
            push.setEnabled(True)
        self.save.setFocus()

    @property
    def ready(self) -> bool:
        """Whether the page is there with all its pictures."""
        return self._made is not None and self._drawing is None

    def sheet(self, paper: Paper | None = None) -> Sheet | None:
        """The page on a paper, on the chosen one if none is named; None while it is being made."""
        paper = paper or self._paper
        if self._made is None:
            return None
        if paper not in self._sheets:
            self._sheets[paper] = self._made.sheet(paper)
        return self._sheets[paper]

    # -- showing ------------------------------------------------------------------------------------

    def choose_paper(self, paper: str) -> None:
        """Sets the page on another paper."""
        self._paper = "letter" if paper == "letter" else "a4"
        self.papers.show_choice(self._paper)
        self._show()

    def _choose_zoom(self, zoom: str) -> None:
        self._zoomed = zoom
        self.zoom.show_choice(zoom)
        self._show()

    def _show(self) -> None:
        sheet = self.sheet()
        if sheet is None:
            return
        room = self.scroll.viewport().size()
        wide, high = SIZE_PT[sheet.paper]
        full = room.width() - 24
        width = full if self._zoomed == "width" else min(full, int((room.height() - 16) * wide / high))
        self.view.show_sheet(sheet, max(200, width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._redraw.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop()
        super().closeEvent(event)

    def reject(self) -> None:
        """Esc and Close: the stage goes back first."""
        self._stop()
        super().reject()

    def _stop(self) -> None:
        self._redraw.stop()
        if self._drawing is not None:
            self._drawing.stop()

    # -- saving and printing ------------------------------------------------------------------------

    def save_page(self) -> None:
        """Asks where, and writes the PDF there, whole or not at all."""
        sheet, made = self.sheet(), self._made
        if sheet is None or made is None:
            return
        path = self._ask_where(made)
        if path is None:
            return
        try:
            write_atomically(path, pdf_of(sheet, made.page.title))
        except OSError as fault:
            why = fault.strerror or "the disk does not take it"
            self._say(f"{path.name} cannot be saved there ({why}). The page is kept: choose another folder.")
        except CannotPaint as fault:
            self._say(str(fault))
        else:
            self._say(f"Saved as {path.name}.")
            self.saved.emit(path)

    def _ask_where(self, made: Made) -> Path | None:
        """The file to write; its name tells of the block, never of a person."""
        dialog = QFileDialog(self, "Save as PDF")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PDF (*.pdf)")
        dialog.setDefaultSuffix("pdf")
        dialog.setDirectory(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        )
        dialog.selectFile(file_name(made))
        chosen = dialog.selectedFiles() if dialog.exec() else []
        return Path(chosen[0]) if chosen else None

    def print_page(self) -> None:
        """Asks for a printer and prints on the paper that it has."""
        if self._made is None:
            return
        try:
            from PySide6.QtPrintSupport import QPrintDialog, QPrinter
        except ImportError:
            self._say("Printing is not installed on this system. The page can be saved as a PDF.")
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._made.page.title)
        printer.setPageLayout(layout_of(self._paper))
        printer.setFullPage(True)
        dialog = QPrintDialog(printer, self)
        if not dialog.exec():
            return
        letter = printer.pageLayout().pageSize().id() == QPageSize.PageSizeId.Letter
        sheet = self.sheet("letter" if letter else "a4")
        printer.setFullPage(True)
        printer.setPageMargins(QMarginsF(0.0, 0.0, 0.0, 0.0))
        try:
            assert sheet is not None
            paint_on(sheet, printer)
        except CannotPaint as fault:
            self._say(str(fault))
        else:
            self._say("Sent to the printer.")

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setAccessibleName(text)


def _awaited() -> QImage:
    """What stands in the place of the 3D picture until it is drawn."""
    image = QImage(8, 6, QImage.Format.Format_RGB32)
    image.fill(QColor(WASH))
    return image


def file_name(made: Made) -> str:
    """The name first proposed for the file."""
    words = (made.page.block or made.page.kind, made.page.side.rpartition(" ")[2])
    return "-".join(word.replace("_", "-") for word in ("page", *words) if word) + ".pdf"


def paper_here() -> Paper:
    """The paper that is usual where this machine says it is."""
    from PySide6.QtCore import QLocale

    country = QLocale.territoryToCode(QLocale.system().territory())
    return "letter" if country in _LETTER_COUNTRIES else "a4"

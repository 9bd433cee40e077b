"""The window's style sheet, built from a theme: one place for the look of every standard control.

Painted widgets (chart, bars, block rows) draw themselves with the same theme; everything else is
styled here by object name or by the dynamic property `kind`, so that no widget sets colours itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.theme import Theme


def style_sheet(theme: Theme) -> str:
    """The style sheet for a theme."""
    return "\n".join((_base(theme), _buttons(theme), _inputs(theme), _text(theme), _surfaces(theme)))


def _base(t: Theme) -> str:
    p = t.palette
    return f"""
* {{ font-size: {t.px(13)}px; color: {p.text}; outline: none; }}
QMainWindow, QDialog {{ background: {p.window}; }}
QWidget {{ background: transparent; }}
QMenu, QDialog, QMessageBox {{ background: {p.panel}; }}
QToolTip {{ background: {p.text}; color: {p.panel}; border: none; padding: {t.px(5)}px {t.px(8)}px;
  font-size: {t.px(12)}px; }}
QMenu {{ border: 1px solid {p.line}; border-radius: 8px; padding: 6px; }}
QMenu::item {{ padding: {t.px(6)}px {t.px(20)}px {t.px(6)}px {t.px(12)}px; border-radius: 5px; }}
QMenu::item:selected {{ background: {p.accent_soft}; }}
QMenu::item:disabled {{ color: {p.muted}; }}
QMenu::separator {{ height: 1px; background: {p.line}; margin: 6px 8px; }}
QSplitter::handle {{ background: {p.line}; }}
QSplitter::handle:hover, QSplitter::handle:pressed {{ background: {p.accent}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QScrollArea, QAbstractScrollArea {{ border: none; background: transparent; }}
QScrollBar:vertical {{ width: {t.px(10)}px; background: transparent; margin: 2px; }}
QScrollBar:horizontal {{ height: {t.px(10)}px; background: transparent; margin: 2px; }}
QScrollBar::handle {{ background: {p.line}; border-radius: {max(2, t.px(10) // 2 - 2)}px; }}
QScrollBar::handle:vertical {{ min-height: {t.px(32)}px; }}
QScrollBar::handle:hover {{ background: {p.control_line}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def _buttons(t: Theme) -> str:
    p = t.palette
    return f"""
QPushButton, QToolButton {{ background: {p.panel}; border: 1px solid {p.line}; border-radius: 6px;
  padding: 0 {t.px(11)}px; min-height: {t.px(30)}px; font-weight: 500; }}
QPushButton:hover, QToolButton:hover {{ border-color: {p.control_line}; background: {p.raised}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {p.neutral_soft}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {p.control_line}; border-color: {p.line}; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {p.accent}; padding: 0 {t.px(10)}px; }}
QPushButton:checked, QToolButton:checked {{ background: {p.accent_soft}; border-color: {p.accent};
  color: {p.accent}; }}
QPushButton[kind="primary"] {{ background: {p.accent}; border-color: {p.accent}; color: {p.on_accent}; }}
QPushButton[kind="primary"]:hover {{ background: {p.accent_hover}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {p.text}; }}
QPushButton[kind="quiet"], QToolButton[kind="quiet"] {{ background: transparent;
  border-color: transparent; }}
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover {{ background: {p.neutral_soft}; }}
QPushButton[kind="quiet"]:checked, QToolButton[kind="quiet"]:checked {{ background: {p.accent_soft}; }}
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus {{ border: 2px solid {p.accent}; }}
QToolButton[kind="quiet"] {{ padding: 0 {t.px(6)}px; }}
QToolButton::menu-indicator {{ image: none; }}
QPushButton[kind="link"] {{ background: transparent; border: 1px solid transparent; color: {p.accent};
  padding: 0 {t.px(2)}px; min-height: {t.px(24)}px; text-align: left; font-size: {t.px(12)}px; }}
QPushButton[kind="link"]:hover {{ color: {p.accent_hover}; text-decoration: underline; }}
QPushButton[kind="link"]:focus {{ border: 2px solid {p.accent}; border-radius: 4px; }}
QPushButton[kind="section"] {{ background: transparent; border: 2px solid transparent; text-align: left;
  padding: 0 {t.px(4)}px; min-height: {t.px(34)}px; font-size: {t.px(13)}px; font-weight: 600; }}
QPushButton[kind="section"]:hover {{ background: {p.raised}; }}
QPushButton[kind="section"]:checked {{ color: {p.text}; }}
QPushButton[kind="section"]:focus {{ border-color: {p.accent}; }}
QPushButton[kind="chip"] {{ border-radius: {t.px(28) // 2}px; min-height: {t.px(28)}px;
  padding: 0 {t.px(12)}px; }}
QPushButton[kind="chip"]:focus {{ padding: 0 {t.px(11)}px; }}
QPushButton[tight="true"] {{ padding: 0 {t.px(7)}px; min-height: {t.px(26)}px; font-size: {t.px(12)}px; }}
QToolButton[kind="rail"] {{ background: transparent; border: 1px solid transparent; border-radius: 8px;
  min-height: {round(46 * (0.45 + 0.55 * t.scale))}px; padding: {t.px(1)}px 0; font-size: {t.px(12)}px; }}
QToolButton[kind="rail"]:hover {{ background: {p.neutral_soft}; }}
QToolButton[kind="rail"]:checked {{ background: {p.accent_soft}; border-color: {p.accent};
  color: {p.accent}; }}
QToolButton[kind="rail"]:focus {{ border: 2px solid {p.accent}; }}
QPushButton[kind="layer"] {{ background: transparent; border: 1px solid {p.line};
  border-radius: {t.px(26) // 2}px; min-height: {t.px(26)}px; padding: 0; }}
QPushButton[kind="layer"]:checked {{ background: {p.accent_soft}; border-color: {p.accent}; }}
QPushButton[kind="layer"]:hover {{ border-color: {p.control_line}; }}
QPushButton[kind="layer"]:focus {{ border: 2px solid {p.accent}; }}
QPushButton[kind="strip"] {{ background: {p.raised}; border: 1px solid {p.line}; border-radius: 8px;
  text-align: left; padding: 0 {t.px(10)}px; min-height: {t.px(32)}px; color: {p.muted}; }}
QPushButton[kind="strip"]:hover {{ color: {p.text}; border-color: {p.control_line}; }}
QPushButton[kind="strip"]:focus {{ border: 2px solid {p.accent}; }}
QPushButton[kind="strip"][tone="alert"] {{ background: {p.alert_soft}; color: {p.alert};
  border-color: {p.alert}; font-weight: 600; }}
QFrame#segmented {{ background: {p.neutral_soft}; border-radius: 8px; }}
QFrame#segmented QPushButton {{ background: transparent; border: 2px solid transparent; border-radius: 6px;
  min-height: {t.px(26)}px; padding: 0 {t.px(9)}px; color: {p.muted}; }}
QFrame#segmented QPushButton[tight="true"] {{ padding: 0 {t.px(4)}px; min-height: {t.px(24)}px; }}
QFrame#segmented QPushButton:hover {{ color: {p.text}; }}
QFrame#segmented QPushButton:checked {{ background: {p.panel}; color: {p.text};
  border-color: {p.panel}; }}
QFrame#segmented QPushButton:focus {{ border-color: {p.accent}; }}
QFrame#segmented[strong="true"] QPushButton:checked {{ background: {p.accent}; color: {p.on_accent};
  border-color: {p.accent}; }}
QFrame#segmented[strong="true"] QPushButton:checked:focus {{ border-color: {p.text}; }}
"""


def _inputs(t: Theme) -> str:
    p = t.palette
    knob = t.px(18)
    return f"""
QLineEdit {{ background: {p.sunken}; border: 1px solid {p.line}; border-radius: 6px;
  min-height: {t.px(32)}px; padding: 0 {t.px(10)}px; selection-background-color: {p.accent};
  selection-color: {p.on_accent}; placeholder-text-color: {p.muted}; }}
QLineEdit:focus {{ border: 2px solid {p.accent}; background: {p.panel}; }}
QComboBox {{ background: {p.raised}; border: 1px solid {p.line}; border-radius: 6px;
  min-height: {t.px(28)}px; padding: 0 {t.px(8)}px; }}
QComboBox::drop-down {{ border: none; background: transparent; width: {t.px(24)}px; }}
QComboBox::down-arrow {{ width: 0; height: 0; border-left: {t.px(4)}px solid {p.raised};
  border-right: {t.px(4)}px solid {p.raised}; border-top: {t.px(5)}px solid {p.muted}; }}
QComboBox:hover {{ border-color: {p.control_line}; }}
QComboBox:focus {{ border: 2px solid {p.accent}; }}
QComboBox QAbstractItemView {{ background: {p.panel}; border: 1px solid {p.line};
  selection-background-color: {p.accent_soft}; selection-color: {p.text}; }}
QSlider {{ min-height: {max(24, t.px(24))}px; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {p.line}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {p.accent}; }}
QSlider::sub-page:horizontal:disabled {{ background: {p.line}; }}
QSlider::handle:horizontal {{ width: {knob - 4}px; height: {knob - 4}px; margin: -{(knob - 4) // 2}px 0;
  border-radius: {knob // 2}px; background: {p.panel}; border: 2px solid {p.accent}; }}
QSlider::handle:horizontal:hover {{ background: {p.accent_soft}; }}
QSlider::handle:horizontal:focus {{ background: {p.accent}; }}
QSlider::handle:horizontal:disabled {{ border-color: {p.control_line}; }}
QSlider::groove:vertical {{ width: 4px; border-radius: 2px; background: {p.line}; }}
QSlider::add-page:vertical {{ width: 4px; border-radius: 2px; background: {p.accent}; }}
QSlider::add-page:vertical:disabled {{ background: {p.line}; }}
QSlider::handle:vertical {{ width: {knob - 4}px; height: {knob - 4}px; margin: 0 -{(knob - 4) // 2}px;
  border-radius: {knob // 2}px; background: {p.panel}; border: 2px solid {p.accent}; }}
QSlider::handle:vertical:hover {{ background: {p.accent_soft}; }}
QSlider::handle:vertical:focus {{ background: {p.accent}; }}
QSlider::handle:vertical:disabled {{ border-color: {p.control_line}; }}
QSlider[kind="fine"]::handle:horizontal {{ width: {t.px(9)}px; height: {t.px(9)}px;
  margin: -{t.px(9) // 2}px 0; border-radius: {(t.px(9) + 4) // 2}px; }}
QCheckBox {{ spacing: {t.px(9)}px; min-height: {t.px(28)}px; }}
QCheckBox:focus {{ color: {p.accent}; text-decoration: underline; }}
QTreeView {{ background: {p.panel}; border: none; show-decoration-selected: 1; }}
QTreeView::item {{ min-height: {t.px(30)}px; border: none; padding: 0 {t.px(4)}px; }}
QTreeView::item:hover {{ background: {p.raised}; }}
QTreeView::item:selected {{ background: {p.accent_soft}; color: {p.text}; }}
QTreeView::branch {{ background: {p.panel}; image: none; border-image: none; }}
QHeaderView::section {{ background: {p.panel}; color: {p.muted}; border: none;
  border-bottom: 1px solid {p.line}; padding: {t.px(4)}px; font-size: {t.px(12)}px; }}
QTabBar {{ qproperty-drawBase: 0; }}
QTabBar::tab {{ background: transparent; color: {p.muted}; padding: 0 {t.px(10)}px;
  min-height: {t.px(38)}px; border: none; border-bottom: 3px solid transparent; }}
QTabBar::tab:hover {{ color: {p.text}; }}
QTabBar::tab:selected {{ color: {p.accent}; border-bottom-color: {p.accent}; }}
QTabBar::tab:focus {{ background: {p.accent_soft}; }}
QPlainTextEdit {{ background: {p.sunken}; border: 1px solid {p.line}; border-radius: 6px;
  padding: 6px; }}
"""


def _text(t: Theme) -> str:
    p = t.palette
    return f"""
QLabel {{ background: transparent; }}
QLabel[role="display"] {{ font-size: {t.px(24)}px; font-weight: 600; }}
QLabel[role="title"] {{ font-size: {t.px(18)}px; font-weight: 600; }}
QLabel[role="lead"] {{ font-size: {t.px(15)}px; font-weight: 600; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="question"] {{ font-size: {t.px(15)}px; }}
QLabel[role="small"] {{ font-size: {t.px(12)}px; color: {p.muted}; }}
QLabel[role="chip"] {{ font-size: {t.px(12)}px; }}
QLabel[role="muted"] {{ color: {p.muted}; }}
QLabel[role="eyebrow"] {{ font-size: {t.px(12)}px; color: {p.muted}; font-weight: 600; }}
QLabel[role="step"] {{ background: {p.accent_soft}; color: {p.accent}; border-radius: {t.px(13)}px;
  font-weight: 600; }}
QLabel[role="badge"] {{ font-size: {t.px(12)}px; border-radius: {t.px(8)}px; padding: {t.px(2)}px {t.px(8)}px;
  background: {p.neutral_soft}; color: {p.text}; }}
QLabel[role="badge"][tone="deep"] {{ background: {p.deep_soft}; color: {p.deep}; }}
QLabel[role="badge"][tone="accent"] {{ background: {p.accent_soft}; color: {p.accent}; }}
QLabel[role="badge"][tone="caution"] {{ background: {p.caution_soft}; color: {p.caution}; }}
QLabel[role="badge"][tone="alert"] {{ background: {p.alert_soft}; color: {p.alert}; }}
QLabel[role="badge"][tone="quiet"] {{ background: transparent; border: 1px solid {p.line};
  color: {p.muted}; padding: {t.px(1)}px {t.px(7)}px; }}
"""


def _surfaces(t: Theme) -> str:
    p = t.palette
    return f"""
#panel, #toolbar, #statusline {{ background: {p.panel}; }}
#toolbar {{ border-bottom: 1px solid {p.line}; }}
#statusline {{ border-top: 1px solid {p.line}; }}
#scenebar {{ background: {p.panel}; border-bottom: 1px solid {p.line}; }}
#layerbar {{ background: {p.panel}; border-top: 1px solid {p.line}; }}
#rule {{ background: {p.line}; min-height: 1px; max-height: 1px; }}
#banner {{ border-radius: 8px; background: {p.accent_soft}; }}
#banner[tone="alert"] {{ background: {p.alert_soft}; border-left: 4px solid {p.alert}; }}
#banner[tone="caution"] {{ background: {p.caution_soft}; border-left: 4px solid {p.caution}; }}
#popup {{ background: {p.panel}; border: 1px solid {p.control_line}; border-radius: 8px; }}
#notice {{ background: {p.panel}; border: 1px solid {p.control_line}; border-radius: 8px;
  border-left: 4px solid {p.accent}; }}
#notice[tone="alert"] {{ border-left-color: {p.alert}; }}
#notice[tone="caution"] {{ border-left-color: {p.caution}; }}
#inset {{ background: {p.raised}; border-radius: 8px; }}
#strip {{ background: {p.raised}; border-radius: 8px; }}
"""

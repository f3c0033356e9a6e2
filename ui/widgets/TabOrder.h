#pragma once

#include <QList>
#include <QWidget>

namespace keydesk {

/// What is made late comes last for Tab: this lets the widgets inside `page`, in the order they have, follow `before`, or
/// the place where the page itself stands. Returns the last of them.
inline QWidget *continueTabOrder(QWidget *page, QWidget *before = nullptr)
{
    QList<QWidget *> inside;
    for (QWidget *widget = page->nextInFocusChain(); widget != page; widget = widget->nextInFocusChain()) {
        // The list of a combo box is in a window of its own.
        if (page->isAncestorOf(widget) && (widget->focusPolicy() & Qt::TabFocus) && widget->window() == page->window())
            inside << widget;
    }
    QWidget *last = before ? before : page;
    while (last->focusPolicy() == Qt::NoFocus && last->previousInFocusChain() != page) // setTabOrder passes over such widgets
        last = last->previousInFocusChain();
    for (QWidget *widget : inside) {
        QWidget::setTabOrder(last, widget);
        last = widget;
    }
    return last;
}

} // namespace keydesk

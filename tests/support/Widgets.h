#pragma once

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QTest>
#include <QWidget>

#include <algorithm>

namespace keydesk::test {

/// Finds and works widgets as a person with a screen reader would: by accessible name, or by the text on a button, in the visible windows.
template <typename Widget>
Widget *find(QWidget *root, const QString &name)
{
    for (Widget *widget : root->findChildren<Widget *>()) {
        if (!widget->isVisible())
            continue;
        if (widget->accessibleName() == name)
            return widget;
        if (const auto *button = qobject_cast<const QAbstractButton *>(widget);
            button && QString(button->text()).remove(u'&') == name)
            return widget;
    }
    return nullptr;
}

/// In any visible window; dialogs first.
template <typename Widget>
Widget *find(const QString &name)
{
    QList<QWidget *> windows = QApplication::topLevelWidgets();
    std::stable_sort(windows.begin(), windows.end(), [](const QWidget *a, const QWidget *b) { return a->isModal() > b->isModal(); });
    for (QWidget *window : std::as_const(windows)) {
        if (!window->isVisible())
            continue;
        if (Widget *found = find<Widget>(window, name))
            return found;
    }
    return nullptr;
}

/// What a screen reader reads from a widget that has text.
inline QString readText(QWidget *widget)
{
    QAccessibleInterface *reader = widget ? QAccessible::queryAccessibleInterface(widget) : nullptr;
    QAccessibleTextInterface *text = reader ? reader->textInterface() : nullptr;
    return text ? text->text(0, text->characterCount()) : QString();
}

inline QWidget *window(const QString &title)
{
    for (QWidget *each : QApplication::topLevelWidgets()) {
        if (each->isVisible() && each->windowTitle() == title)
            return each;
    }
    return nullptr;
}

/// Waits for the condition with the event loop running; false after the time.
template <typename Condition>
bool waitFor(Condition condition, int milliseconds = 15'000)
{
    return QTest::qWaitFor(condition, milliseconds);
}

/// Waits until there is an enabled button of that name, then presses it.
inline bool press(const QString &name)
{
    const auto ready = [&name] {
        const auto *button = find<QAbstractButton>(name);
        return button && button->isEnabled();
    };
    if (!waitFor(ready))
        return false;
    // The press may open a window or delete the button: look it up again, and let the event loop do it.
    QMetaObject::invokeMethod(find<QAbstractButton>(name), &QAbstractButton::click, Qt::QueuedConnection);
    QCoreApplication::sendPostedEvents();
    return true;
}

/// Opens the context menu of a row, and chooses from it; false if that is not there to be chosen.
inline bool chooseInMenu(QAbstractItemView &view, const QModelIndex &row, const QString &text)
{
    Q_EMIT view.customContextMenuRequested(view.visualRect(row).center());
    auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
    if (!menu)
        return false;
    const QList<QAction *> actions = menu->actions();
    const auto found = std::ranges::find_if(actions, [&text](const QAction *action) { return action->text() == text; });
    const bool isThere = found != actions.end() && (*found)->isEnabled();
    if (isThere)
        (*found)->trigger();
    menu->close();
    return isThere;
}

} // namespace keydesk::test

#pragma once

#include "app/base/Error.h"

#include <QObject>
#include <QUndoStack>

#include <functional>
#include <optional>

class QAction;

namespace keydesk {

/// What is still there when a change was taken back.
struct UndoRest
{
    QString text;   ///< what it is: a sentence
    QString action; ///< what takes it away, too: "Remove Them"
    QString done;   ///< what is said then
    std::function<Result<void>()> work;
};

/// A change that was made and can be taken back. A page that made one hands it to the window's UndoHistory.
struct UndoStep
{
    using Work = std::function<Result<void>()>;

    QString name;    ///< what was done, as it follows "Undo": "Delete “Staging”"
    QString message; ///< what the message bar says about it, beside Undo: "“Staging” is deleted."
    Work undo;
    Work redo;
    /// Asked after each undo; nothing: all of it is gone.
    std::function<std::optional<UndoRest>()> rest{};
};

/// What Edit → Undo and Edit → Redo work on: changes of the whole window. Text fields keep their own undo,
/// and the keys for it while they have the focus. A step whose work fails is dropped, and `failed` says why.
class UndoHistory : public QObject
{
    Q_OBJECT

public:
    explicit UndoHistory(QObject *parent = nullptr);
    ~UndoHistory() override;

    /// The change is made already.
    void add(const UndoStep &step);
    void undo() { m_steps.undo(); }

    /// With the name of what they would take back or make again; owned by this object.
    [[nodiscard]] QAction *undoAction() const { return m_undo; }
    [[nodiscard]] QAction *redoAction() const { return m_redo; }

Q_SIGNALS:
    void changed(); ///< a step was added, undone or redone
    void undone(const QString &name, const std::optional<keydesk::UndoRest> &rest);
    void redone(const QString &name);
    void failed(const keydesk::Error &error);

private:
    class Command;
    void showNames();

    QUndoStack m_steps;
    QAction *m_undo;
    QAction *m_redo;
};

} // namespace keydesk

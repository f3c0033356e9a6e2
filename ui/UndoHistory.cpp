#include "ui/UndoHistory.h"

#include <QAction>

namespace keydesk {

class UndoHistory::Command : public QUndoCommand
{
public:
    Command(UndoHistory &history, const UndoStep &step)
        : QUndoCommand(step.name)
        , m_history(history)
        , m_step(step)
    {
    }

    void undo() override
    {
        if (does(m_step.undo))
            Q_EMIT m_history.undone(text(), m_step.rest ? m_step.rest() : std::nullopt);
    }

    void redo() override
    {
        // The stack makes what is pushed; here it was made before, since it may have failed.
        if (!m_pushed)
            m_pushed = true;
        else if (does(m_step.redo))
            Q_EMIT m_history.redone(text());
    }

private:
    bool does(const UndoStep::Work &work)
    {
        const Result<void> done = work();
        if (done)
            return true;
        setObsolete(true); // the stack drops it
        Q_EMIT m_history.failed(done.error());
        return false;
    }

    UndoHistory &m_history;
    const UndoStep m_step;
    bool m_pushed = false;
};

UndoHistory::UndoHistory(QObject *parent)
    : QObject(parent)
    , m_undo(new QAction(this))
    , m_redo(new QAction(this))
{
    m_undo->setShortcut(QKeySequence::Undo);
    // Both that people know: which of them is the standard one differs from desktop to desktop.
    m_redo->setShortcuts(
        {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    connect(m_undo, &QAction::triggered, &m_steps, &QUndoStack::undo);
    connect(m_redo, &QAction::triggered, &m_steps, &QUndoStack::redo);
    connect(&m_steps, &QUndoStack::indexChanged, this, [this] {
        showNames();
        Q_EMIT changed();
    });
    showNames();
}

UndoHistory::~UndoHistory()
{
    m_steps.disconnect(this); // it clears itself, aloud, when it goes
}

void UndoHistory::add(const UndoStep &step)
{
    m_steps.push(new Command(*this, step));
}

void UndoHistory::showNames()
{
    // A name is the user's text: an ampersand in it is not a mnemonic.
    const auto plain = [](QString name) { return name.replace(u'&', QStringLiteral("&&")); };
    m_undo->setText(m_steps.canUndo() ? tr("&Undo %1").arg(plain(m_steps.undoText())) : tr("&Undo"));
    m_undo->setEnabled(m_steps.canUndo());
    m_redo->setText(m_steps.canRedo() ? tr("&Redo %1").arg(plain(m_steps.redoText())) : tr("&Redo"));
    m_redo->setEnabled(m_steps.canRedo());
}

} // namespace keydesk

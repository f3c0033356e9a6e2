#pragma once

#include "app/base/Background.h"
#include "app/body/TextSearch.h"

#include <QProgressDialog>
#include <QTimer>

namespace keydesk {

/// Puts a large part of a text on the clipboard: it is read off the UI thread, with a way to cancel. Deletes
/// itself at its end.
class LargeCopy : public QProgressDialog
{
    Q_OBJECT

public:
    LargeCopy(const TextPieces &pieces, const TextMatch &range, QWidget *parent);
    ~LargeCopy() override;

private:
    struct State
    {
        std::atomic<bool> stop = false;
        std::atomic<int> percent = 0;
    };

    static QString read(const TextPieces &pieces, const TextMatch &range, State &state);

    const std::shared_ptr<State> m_state;
    QTimer m_showsProgress;
    Background m_background;
};

} // namespace keydesk

#include "ui/viewer/LargeCopy.h"

#include "app/http/BodyText.h"

#include <QClipboard>
#include <QGuiApplication>

namespace keydesk {

LargeCopy::LargeCopy(const TextPieces &pieces, const TextMatch &range, QWidget *parent)
    : QProgressDialog(parent)
    , m_state(std::make_shared<State>())
{
    constexpr int briefly = 300; // milliseconds, for which nothing is shown
    setWindowTitle(tr("Copy"));
    setLabelText(tr("Reading %1 for the clipboard…").arg(sizeText(range.end - range.begin)));
    setMinimumDuration(briefly);
    connect(this, &QProgressDialog::canceled, this, &QObject::deleteLater);
    m_showsProgress.callOnTimeout(this, [this] { setValue(m_state->percent); });
    m_showsProgress.start(briefly / 3);
    m_background.run(
        this, [pieces, range, state = m_state] { return read(pieces, range, *state); },
        [this](const QString &text) {
            if (!wasCanceled())
                QGuiApplication::clipboard()->setText(text);
            deleteLater();
        });
}

LargeCopy::~LargeCopy()
{
    m_state->stop = true;
}

QString LargeCopy::read(const TextPieces &pieces, const TextMatch &range, State &state)
{
    constexpr qint64 step = 1024 * 1024;
    QString text;
    qint64 at = range.begin;
    while (at < range.end && !state.stop) {
        // Not inside of a character.
        const qint64 end = at + step >= range.end ? range.end : pieces.at(at + step).begin;
        text += plainText(pieces.bytes().read(at, end - at), pieces.coding());
        at = std::max(end, at + 1);
        constexpr int hundred = 100;
        state.percent = int((at - range.begin) * (hundred - 1) / (range.end - range.begin));
    }
    return text;
}

} // namespace keydesk

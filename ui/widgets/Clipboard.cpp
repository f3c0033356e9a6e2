#include "ui/widgets/Clipboard.h"

#include "app/storage/Settings.h"

#include <QClipboard>
#include <QCryptographicHash>
#include <QMimeData>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct Mark
{
    QLatin1StringView format;
    QByteArrayView value;
};

/// What keeps a clipboard manager from remembering, showing or uploading what is copied.
constexpr Mark clipboardMarks[] = {
#if defined(Q_OS_WIN)
    // https://learn.microsoft.com/windows/win32/dataxchg/clipboard-formats#cloud-clipboard-and-clipboard-history-formats
    {R"(application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing")"_L1, "1"},
    {R"(application/x-qt-windows-mime;value="CanIncludeInClipboardHistory")"_L1,
     QByteArrayView("\0\0\0\0", 4)},
    {R"(application/x-qt-windows-mime;value="CanUploadToCloudClipboard")"_L1, QByteArrayView("\0\0\0\0", 4)},
#elif defined(Q_OS_MACOS)
    // http://nspasteboard.org
    {"org.nspasteboard.ConcealedType"_L1, ""},
    {"application/x-nspasteboard-concealed-type"_L1, ""},
#endif
    // Klipper's name, which GNOME's and the other managers of Linux know too; harmless elsewhere.
    {"x-kde-passwordManagerHint"_L1, "secret"},
};

QByteArray hashOf(const QString &text)
{
    QByteArray bytes = text.toUtf8();
    const QByteArray hash = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256);
    wipe(bytes);
    return hash;
}

} // namespace

Clipboard::Clipboard(QClipboard &system, Settings &settings, QObject *parent)
    : QObject(parent)
    , m_system(system)
    , m_settings(settings)
{
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (m_secondsLeft > 1)
            Q_EMIT countdown(--m_secondsLeft);
        else
            clearIfOurs();
    });
    connect(&m_system, &QClipboard::dataChanged, this, [this] {
        // Reading nothing says nothing: a clipboard manager may be taking over what we put there, and Wayland
        // shows the clipboard only to the window with the focus.
        const QString text = m_system.text(QClipboard::Clipboard);
        if (m_ours.isEmpty() || text.isEmpty())
            return;
        if (hashOf(text) != m_ours)
            forget();
        else if (m_secondsLeft == 0) // the time was over while it could not be read
            clearIfOurs();
    });
}

Clipboard::~Clipboard()
{
    clearIfOurs();
}

void Clipboard::copySecret(const Secret &secret)
{
    const std::string_view bytes = secret.reveal();
    const QString text = QString::fromUtf8(bytes.data(), qsizetype(bytes.size()));

    auto *data = new QMimeData; // the clipboard takes it
    data->setText(text);
    for (const Mark &mark : clipboardMarks)
        data->setData(mark.format, mark.value.toByteArray());
    m_ours = hashOf(text); // first: setting it announces the change
    m_secondsLeft = m_settings.clipboardSeconds();
    m_system.setMimeData(data, QClipboard::Clipboard);
    m_timer.start();
    Q_EMIT countdown(m_secondsLeft);
}

void Clipboard::copyText(const QString &text)
{
    if (!m_ours.isEmpty())
        forget();
    m_system.setText(text, QClipboard::Clipboard);
}

void Clipboard::clearIfOurs()
{
    if (m_ours.isEmpty())
        return;
    const QString text = m_system.text(QClipboard::Clipboard);
    if (text.isEmpty()) {
        // It may be there all the same: looked at again when the clipboard changes.
        stopCounting();
        return;
    }
    // By its hash: a clipboard manager may have taken over what we put there, and it is ours all the same.
    const bool isOurs = hashOf(text) == m_ours;
    forget();
    if (isOurs)
        m_system.clear(QClipboard::Clipboard);
}

int Clipboard::secondsLeft() const
{
    return m_secondsLeft;
}

void Clipboard::forget()
{
    m_ours.clear();
    stopCounting();
}

void Clipboard::stopCounting()
{
    m_timer.stop();
    m_secondsLeft = 0;
    Q_EMIT countdown(0);
}

} // namespace keydesk

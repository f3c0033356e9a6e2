#include "ui/keys/TimedReveal.h"

#include "app/keys/KeyService.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QPainter>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace keydesk {

/// Paints the token, as many characters on a line as there is room for.
class TimedReveal::Paper : public QWidget
{
public:
    using QWidget::QWidget;

    void setToken(Secret token)
    {
        m_token = std::move(token);
        fit();
        update();
    }
    [[nodiscard]] bool isEmpty() const { return m_token.isEmpty(); }

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        QWidget::resizeEvent(event);
        fit();
    }

    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(theme::colour(palette(), theme::Role::Hairline));
        painter.setBrush(theme::colour(palette(), theme::Role::Window));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme::radius, theme::radius);
        painter.setFont(theme::fixedFont(font()));
        painter.setPen(palette().color(QPalette::Text));
        const QFontMetrics metrics(painter.font());
        std::string_view rest = shown();
        for (int y = theme::gap + metrics.ascent(); !rest.empty(); y += metrics.lineSpacing()) {
            const std::string_view line = rest.substr(0, perLine());
            QString text = QString::fromLatin1(line.data(), static_cast<qsizetype>(line.size()));
            painter.drawText(theme::gap, y, text);
            wipe(text);
            rest.remove_prefix(line.size());
        }
    }

private:
    /// Nobody reads more; the whole is copied.
    [[nodiscard]] std::string_view shown() const { return m_token.reveal().substr(0, 2048); }

    [[nodiscard]] std::size_t perLine() const
    {
        const QFontMetrics metrics(theme::fixedFont(font()));
        return static_cast<std::size_t>(
            qMax(8, (width() - 2 * theme::gap) / qMax(1, metrics.horizontalAdvance(u'0'))));
    }

    void fit()
    {
        const QFontMetrics metrics(theme::fixedFont(font()));
        const std::size_t lines = (shown().size() + perLine() - 1) / perLine();
        const int height = static_cast<int>(lines) * metrics.lineSpacing() + 2 * theme::gap;
        if (height != minimumHeight())
            setMinimumHeight(height);
    }

    Secret m_token;
};

TimedReveal::TimedReveal(KeyService &service, QWidget *parent)
    : TimedReveal(tr("Token"), tr("Reveal token"), parent)
{
    m_service = &service;
}

TimedReveal::TimedReveal(const QString &name, const QString &eyeName, QWidget *parent)
    : QWidget(parent)
    , m_hint(new QLabel)
    , m_eye(new QToolButton)
    , m_paper(new Paper)
    , m_words(new RoleLabel(theme::Role::SecondText, RoleLabel::Size::Second))
{
    setAccessibleName(name);
    m_hint->setTextFormat(Qt::PlainText);
    m_hint->setFont(theme::fixedFont(font()));
    m_eye->setAutoRaise(true);
    m_eye->setCheckable(true);
    m_eye->setFocusPolicy(Qt::StrongFocus);
    m_eye->setFixedSize(theme::controlHeight, theme::controlHeight);
    m_eye->setAccessibleName(eyeName);
    m_words->setTextInteractionFlags(Qt::NoTextInteraction);
    m_paper->setAccessibleName(tr("%1, for the eye only").arg(name));
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(m_hint, 1);
    row->addWidget(m_eye);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::gap / 2);
    column->addLayout(row);
    column->addWidget(m_paper);
    column->addWidget(m_words);
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, &TimedReveal::tick);
    connect(m_eye, &QToolButton::clicked, this, [this](bool wanted) { wanted ? reveal() : hideToken(); });
    showState();
}

TimedReveal::~TimedReveal() = default;

void TimedReveal::setKey(const std::optional<ApiKey> &key)
{
    Read read;
    if (key && key->status != ApiKey::Status::Missing)
        read = [this, id = key->id](QObject *guard, const Done &done) {
            m_service->readForUser(id, KeyAction::Revealed, tr("Shown for %1 s").arg(seconds), guard, done);
        };
    const QString hint = key ? key->hint : QString();
    setSecret(key ? key->id.toString() : QString(), hint, tr("Key: %1").arg(hint), read);
}

void TimedReveal::setSecret(const QString &id, const QString &hint, const QString &accessibleHint, const Read &read)
{
    if (id.isEmpty() || id != m_id)
        hideToken();
    m_id = id;
    m_read = read;
    m_hint->setText(hint);
    m_hint->setAccessibleName(accessibleHint);
    m_eye->setEnabled(static_cast<bool>(read));
}

void TimedReveal::reveal()
{
    if (!m_read || m_reading || isRevealed())
        return;
    m_reading = std::make_unique<QObject>();
    m_read(m_reading.get(), [this](Result<Secret> token) {
        m_reading.release()->deleteLater();
        if (!token) {
            showState();
            Q_EMIT failed(token.error());
            return;
        }
        m_paper->setToken(std::move(*token));
        m_left = seconds;
        m_timer.start();
        showState();
        announce(tr("It is shown for %1 seconds.").arg(seconds));
        Q_EMIT revealedChanged(true);
    });
    showState();
}

void TimedReveal::hideToken()
{
    m_reading.reset();
    const bool was = isRevealed();
    m_timer.stop();
    m_left = 0;
    m_paper->setToken({});
    showState();
    if (was) {
        announce(tr("It is hidden again."));
        Q_EMIT revealedChanged(false);
    }
}

bool TimedReveal::isRevealed() const
{
    return !m_paper->isEmpty();
}

void TimedReveal::tick()
{
    if (--m_left > 0)
        showState();
    else
        hideToken();
}

void TimedReveal::showState()
{
    const bool revealed = isRevealed();
    m_eye->setChecked(revealed || m_reading);
    m_eye->setIcon(icon(revealed ? u"eye-off"_s : u"eye"_s));
    m_eye->setToolTip(revealed ? tr("Hide it")
                               : tr("Show it for %1 seconds").arg(seconds));
    m_paper->setVisible(revealed);
    m_words->setVisible(revealed || m_reading);
    m_words->setText(revealed ? tr("Hidden again in %1 s").arg(m_left)
                              : tr("Waiting for the keychain…"));
}

void TimedReveal::announce(const QString &words)
{
    m_words->setAccessibleDescription(words);
    QAccessibleEvent alert(m_words, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

bool TimedReveal::event(QEvent *event)
{
    // A window hands this on to what is in it.
    if (event->type() == QEvent::WindowDeactivate)
        hideToken();
    return QWidget::event(event);
}

void TimedReveal::hideEvent(QHideEvent *event)
{
    hideToken();
    QWidget::hideEvent(event);
}

} // namespace keydesk

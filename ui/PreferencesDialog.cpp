#include "ui/PreferencesDialog.h"

#include "app/history/HistoryStore.h"
#include "app/storage/Settings.h"
#include "ui/ReminderPreferences.h"
#include "ui/theme/Theme.h"

#include <QAccessible>
#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QMessageBox>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QUrl>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

void addTitle(QFormLayout *form, const QString &text)
{
    auto *title = new QLabel(text);
    title->setFont(theme::groupFont(title->font()));
    title->setContentsMargins(0, form->rowCount() > 0 ? theme::groupGap : 0, 0, 0);
    form->addRow(title);
}

QSpinBox *number(int least, int most, int value)
{
    auto *box = new QSpinBox;
    box->setRange(least, most);
    box->setValue(value);
    box->setAccelerated(true);
    // Typing 600 must not apply 6 and 60 on the way.
    box->setKeyboardTracking(false);
    box->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    box->setMinimumWidth(box->fontMetrics().horizontalAdvance(u"0000 days"_s) + 64);
    return box;
}

/// As high as the form, as far as the screen goes.
QScrollArea *scrolling(QFormLayout *form)
{
    class Area : public QScrollArea
    {
    public:
        QSize sizeHint() const override
        {
            const QSize whole = widget()->sizeHint();
            return {whole.width() + verticalScrollBar()->sizeHint().width(), std::min(whole.height(), screen()->availableGeometry().height() - 160)};
        }
        // Never narrower than what is in it: it scrolls up and down only.
        QSize minimumSizeHint() const override
        {
            return {widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width(), 200};
        }
    };
    auto *page = new QWidget;
    form->setContentsMargins(0, 0, 0, 0);
    page->setLayout(form);
    auto *area = new Area;
    area->setWidget(page);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus); // its fields have it
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return area;
}

/// Why a proxy's address cannot be used; empty if it can.
QString proxyProblem(const QString &text)
{
    if (text.isEmpty())
        return PreferencesDialog::tr("Type the proxy's address, such as http://proxy.example.com:3128.");
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || url.port() <= 0)
        return PreferencesDialog::tr(
            "An address has a scheme, a host and a port, such as socks5://127.0.0.1:1080.");
    if (url.scheme() != "http"_L1 && url.scheme() != "socks5"_L1)
        return PreferencesDialog::tr(
            "Keydesk can use http and socks5 proxies. Begin the address with one of them.");
    if (!url.userInfo().isEmpty())
        return PreferencesDialog::tr("Leave out the user name and password: they would lie in a plain file.");
    if ((!url.path().isEmpty() && url.path() != "/"_L1) || url.hasQuery() || url.hasFragment())
        return PreferencesDialog::tr("Nothing follows the port in a proxy's address.");
    return {};
}

} // namespace

PreferencesDialog::PreferencesDialog(Settings &settings, HistoryStore &history,
                                     const ProviderCatalog &providers, QWidget *parent)
    : QDialog(parent)
    , m_settings(settings)
    , m_history(history)
{
    setWindowTitle(tr("Preferences"));
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(theme::groupGap);
    form->setVerticalSpacing(theme::gap + 2);
    addAppearance(form);
    addCalls(form);
    addSecurity(form);
    addProxy(form);
    addHistory(form);
    addTitle(form, tr("Reminders"));
    addReminderPreferences(form, settings, providers);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    buttons->button(QDialogButtonBox::Close)->setDefault(true);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                               theme::groupGap);
    layout->addWidget(scrolling(form), 1);
    layout->addSpacing(theme::groupGap);
    layout->addWidget(buttons);
    layout->addStrut(480); // not a minimum width, which would win over what larger type needs
}

void PreferencesDialog::addAppearance(QFormLayout *form)
{
    addTitle(form, tr("Appearance"));
    auto *themes = new QComboBox;
    themes->addItem(tr("Follow the system"), QVariant::fromValue(Settings::Theme::System));
    themes->addItem(tr("Light"), QVariant::fromValue(Settings::Theme::Light));
    themes->addItem(tr("Dark"), QVariant::fromValue(Settings::Theme::Dark));
    themes->setCurrentIndex(static_cast<int>(m_settings.theme()));
    themes->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    connect(themes, &QComboBox::activated, this,
            [this](int index) { m_settings.setTheme(static_cast<Settings::Theme>(index)); });
    form->addRow(tr("Theme"), themes);
}

void PreferencesDialog::addCalls(QFormLayout *form)
{
    addTitle(form, tr("Calls"));
    QSpinBox *timeout = number(1, 3600, m_settings.timeoutSeconds());
    timeout->setSuffix(tr(" s"));
    timeout->setToolTip(tr("A call ends when nothing has come for this long."));
    connect(timeout, &QSpinBox::valueChanged, this,
            [this](int seconds) { m_settings.setTimeoutSeconds(seconds); });
    form->addRow(tr("Time out after"), timeout);

    QSpinBox *limit = number(1, 1024 * 1024, m_settings.responseLimitMegabytes());
    limit->setSuffix(tr(" MB"));
    limit->setToolTip(tr("A response is cut off beyond this size, and before the disk is full. A large one is kept in a private file until its tab is closed."));
    connect(limit, &QSpinBox::valueChanged, this,
            [this](int megabytes) { m_settings.setResponseLimitMegabytes(megabytes); });
    form->addRow(tr("Largest response"), limit);

    QSpinBox *clipboard = number(5, 600, m_settings.clipboardSeconds());
    clipboard->setSuffix(tr(" s"));
    clipboard->setToolTip(tr("A copied token leaves the clipboard after this time."));
    connect(clipboard, &QSpinBox::valueChanged, this,
            [this](int seconds) { m_settings.setClipboardSeconds(seconds); });
    form->addRow(tr("Clear copied tokens after"), clipboard);
}

void PreferencesDialog::addSecurity(QFormLayout *form)
{
    QSpinBox *minutes = number(0, 240, m_settings.sealedMinutes());
    minutes->setSpecialValueText(tr("Never"));
    minutes->setToolTip(tr("The sealed file is locked when Keydesk was not used for this long, and when the computer sleeps or is locked."));
    const auto nameUnit = [minutes](int count) { minutes->setSuffix(tr(" min", nullptr, count)); };
    nameUnit(minutes->value());
    connect(minutes, &QSpinBox::valueChanged, this, [this, nameUnit](int count) {
        m_settings.setSealedMinutes(count);
        nameUnit(count);
    });
    form->addRow(tr("Lock the sealed file after"), minutes);
}

void PreferencesDialog::addProxy(QFormLayout *form)
{
    addTitle(form, tr("Proxy"));
    m_proxy = new QComboBox;
    m_proxy->addItem(tr("Use the system's"));
    m_proxy->addItem(tr("None"));
    m_proxy->addItem(tr("Manual"));
    m_proxy->setCurrentIndex(static_cast<int>(m_settings.proxy()));
    m_proxy->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    form->addRow(tr("Connect through"), m_proxy);

    m_proxyUrl = new QLineEdit(m_settings.proxyUrl());
    m_proxyUrl->setPlaceholderText(u"http://proxy.example.com:3128"_s);
    m_proxyUrl->setFont(theme::fixedFont(m_proxyUrl->font()));
    m_proxyUrl->setEnabled(m_settings.proxy() == Settings::Proxy::Manual);
    form->addRow(tr("Proxy address"), m_proxyUrl);

    m_proxyProblem = new QLabel;
    m_proxyProblem->setWordWrap(true);
    m_proxyProblem->setForegroundRole(QPalette::BrightText);
    m_proxyProblem->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_proxyProblem->hide();
    form->addRow(QString(), m_proxyProblem);

    connect(m_proxy, &QComboBox::activated, this, [this](int index) {
        const bool isManual = index == static_cast<int>(Settings::Proxy::Manual);
        m_proxyUrl->setEnabled(isManual);
        applyProxy();
        if (isManual)
            m_proxyUrl->setFocus();
    });
    connect(m_proxyUrl, &QLineEdit::editingFinished, this, &PreferencesDialog::applyProxy);
    connect(m_proxyUrl, &QLineEdit::textEdited, this, [this] {
        // Half an address is no mistake yet, but a mended one needs its message no longer.
        if (proxyProblem(m_proxyUrl->text().trimmed()).isEmpty())
            applyProxy();
    });
}

void PreferencesDialog::applyProxy()
{
    const auto choice = static_cast<Settings::Proxy>(m_proxy->currentIndex());
    const QString url = m_proxyUrl->text().trimmed();
    const QString problem = choice == Settings::Proxy::Manual ? proxyProblem(url) : QString();
    m_proxyProblem->setText(problem);
    m_proxyProblem->setVisible(!problem.isEmpty());
    m_proxyUrl->setAccessibleDescription(problem);
    if (!problem.isEmpty())
        return;
    if (choice == Settings::Proxy::Manual && m_settings.proxyUrl() != url)
        m_settings.setProxyUrl(url);
    if (m_settings.proxy() != choice)
        m_settings.setProxy(choice);
}

void PreferencesDialog::addHistory(QFormLayout *form)
{
    addTitle(form, tr("History"));
    auto *keep = new QCheckBox(tr("Keep a record of calls, without their tokens"));
    keep->setProperty("switch", true);
    keep->setChecked(m_settings.historyEnabled());
    form->addRow(keep);
    QSpinBox *days = number(1, 3650, m_settings.historyDays());
    days->setEnabled(m_settings.historyEnabled());
    const auto nameUnit = [days](int count) { days->setSuffix(tr(" days", nullptr, count)); };
    nameUnit(days->value());
    form->addRow(tr("Keep for"), days);
    connect(keep, &QCheckBox::toggled, this, [this, days](bool enabled) {
        m_settings.setHistoryEnabled(enabled);
        days->setEnabled(enabled);
    });
    connect(days, &QSpinBox::valueChanged, this, [this, nameUnit](int count) {
        m_settings.setHistoryDays(count);
        nameUnit(count);
    });

    m_clear = new QPushButton(tr("Clear History…"));
    m_clear->setProperty("danger", true);
    m_clear->setAutoDefault(false);
    m_cleared = new QLabel;
    m_cleared->setForegroundRole(QPalette::PlaceholderText);
    m_cleared->setWordWrap(true);
    m_cleared->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::panePadding);
    row->addWidget(m_clear);
    row->addWidget(m_cleared, 1);
    form->addRow(row);
    connect(m_clear, &QPushButton::clicked, this, &PreferencesDialog::askToClearHistory);
}

void PreferencesDialog::askToClearHistory()
{
    m_clear->setEnabled(false);
    m_history.count(this, [this](qint64 calls) {
        m_clear->setEnabled(true);
        if (calls == 0) {
            m_cleared->setText(tr("The history is already empty."));
            return;
        }
        auto *question = new QMessageBox(this);
        question->setAttribute(Qt::WA_DeleteOnClose);
        question->setIcon(QMessageBox::Warning);
        question->setWindowTitle(tr("Clear History"));
        question->setText(tr("Clear the history of %n calls?", nullptr, int(qMin<qint64>(calls, INT_MAX))));
        question->setInformativeText(
            tr("Requests and answers are deleted for good. Keys and environments stay."));
        QPushButton *clear = question->addButton(tr("Clear History"), QMessageBox::DestructiveRole);
        clear->setProperty("danger", true);
        question->setDefaultButton(question->addButton(QMessageBox::Cancel));
        connect(clear, &QPushButton::clicked, this, &PreferencesDialog::clearHistory);
        question->open();
    });
}

void PreferencesDialog::clearHistory()
{
    m_clear->setEnabled(false);
    m_cleared->setText(tr("Clearing the history…"));
    m_history.clear(this, [this](const Result<void> &result) {
        m_clear->setEnabled(true);
        m_cleared->setText(result ? tr("The history is empty.") : result.error().message);
    });
}

} // namespace keydesk

#include "ui/HistoryPreferences.h"

#include "app/history/HistoryStore.h"
#include "app/storage/Settings.h"
#include "ui/theme/Theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QSpinBox>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QSpinBox *number(int least, int most)
{
    auto *box = new QSpinBox;
    box->setRange(least, most);
    box->setAccelerated(true);
    box->setKeyboardTracking(false); // typing 90 must not apply 9 on the way
    box->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    box->setMinimumWidth(box->fontMetrics().horizontalAdvance(u"000000 days"_s) + 64);
    return box;
}

QCheckBox *switchBox(const QString &text)
{
    auto *box = new QCheckBox(text);
    box->setProperty("switch", true);
    return box;
}

QString callsText(qint64 calls)
{
    return calls == 1 ? HistoryPreferences::tr("1 call")
                      : HistoryPreferences::tr("%1 calls").arg(QLocale().toString(calls));
}

} // namespace

HistoryPreferences::HistoryPreferences(QFormLayout &form, Settings &settings, HistoryStore &history,
                                       const QList<Environment> &environments, QWidget &window)
    : QObject(&window)
    , m_settings(settings)
    , m_history(history)
    , m_window(window)
{
    auto *keep = switchBox(tr("Keep a record of calls, without their tokens"));
    keep->setChecked(m_settings.historyEnabled());
    form.addRow(keep);
    connect(keep, &QCheckBox::toggled, this, [this](bool enabled) {
        m_settings.setHistoryEnabled(enabled);
        showRule();
    });
    addRules(form, environments);
    addButtons(form);
    showRule();
    connect(&m_history, &HistoryStore::purging, this, &HistoryPreferences::showWork);
}

void HistoryPreferences::addRules(QFormLayout &form, const QList<Environment> &environments)
{
    m_place = new QComboBox;
    m_place->addItem(tr("All environments"), QUuid());
    for (const Environment &environment : environments)
        m_place->addItem(environment.name, environment.id);
    m_place->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_own = switchBox(tr("A rule of its own"));
    m_days = number(1, 3650);
    m_megabytes = number(0, 100'000);
    m_megabytes->setSpecialValueText(tr("Any size"));
    m_megabytes->setSuffix(tr(" MB"));
    m_megabytes->setToolTip(tr("Of each environment, pinned calls aside; the oldest go first."));
    m_bodies = switchBox(tr("Keep the bodies of answers that come from now on"));
    form.addRow(tr("Rule for"), m_place);
    form.addRow(QString(), m_own);
    form.addRow(tr("Keep for"), m_days);
    form.addRow(tr("At most"), m_megabytes);
    form.addRow(QString(), m_bodies);
    connect(m_place, &QComboBox::currentIndexChanged, this, &HistoryPreferences::showRule);
    connect(m_own, &QCheckBox::toggled, this, &HistoryPreferences::storeRule);
    connect(m_days, &QSpinBox::valueChanged, this, &HistoryPreferences::storeRule);
    connect(m_megabytes, &QSpinBox::valueChanged, this, &HistoryPreferences::storeRule);
    connect(m_bodies, &QCheckBox::toggled, this, &HistoryPreferences::storeRule);
}

void HistoryPreferences::addButtons(QFormLayout &form)
{
    m_purge = new QPushButton(tr("Purge Now…"));
    m_purge->setToolTip(
        tr("Deletes what these rules no longer keep. It is also done at the start and once a day."));
    m_clear = new QPushButton(tr("Clear History…"));
    for (QPushButton *button : {m_purge, m_clear}) {
        button->setProperty("danger", true);
        button->setAutoDefault(false);
    }
    m_stop = new QPushButton(tr("Stop"));
    m_stop->setAccessibleName(tr("Stop deleting calls"));
    m_stop->setToolTip(tr("What was not deleted yet stays."));
    m_stop->setAutoDefault(false);
    m_stop->hide();
    m_said = new QLabel;
    m_said->setForegroundRole(QPalette::PlaceholderText);
    m_said->setWordWrap(true);
    m_said->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(m_purge);
    row->addWidget(m_clear);
    row->addWidget(m_stop);
    row->addWidget(m_said, 1);
    form.addRow(row);
    connect(m_purge, &QPushButton::clicked, this, &HistoryPreferences::askToPurge);
    connect(m_clear, &QPushButton::clicked, this, &HistoryPreferences::askToClear);
    connect(m_stop, &QPushButton::clicked, &m_history, &HistoryStore::stopPurging);
}

void HistoryPreferences::showRule()
{
    const QScopedValueRollback showing(m_isShowing, true);
    const HistoryRules rules = m_settings.historyRules();
    const QUuid place = m_place->currentData().toUuid();
    const bool isOwn = rules.environments.contains(place);
    const HistoryRetention rule = rules.of(place);
    m_own->setVisible(!place.isNull());
    m_own->setChecked(isOwn);
    m_days->setValue(rule.days);
    m_days->setSuffix(tr(" days", nullptr, rule.days));
    m_megabytes->setValue(rule.megabytes);
    m_bodies->setChecked(rule.keepsBodies);
    const bool canBeSet = m_settings.historyEnabled() && (place.isNull() || isOwn);
    for (QWidget *field : {static_cast<QWidget *>(m_days), static_cast<QWidget *>(m_megabytes),
                           static_cast<QWidget *>(m_bodies)})
        field->setEnabled(canBeSet);
}

void HistoryPreferences::storeRule()
{
    if (m_isShowing)
        return;
    const HistoryRetention rule{m_days->value(), m_megabytes->value(), m_bodies->isChecked()};
    const QUuid place = m_place->currentData().toUuid();
    if (place.isNull())
        m_settings.setHistoryRetention(rule);
    else
        m_settings.setHistoryRetention(place, m_own->isChecked() ? std::optional(rule) : std::nullopt);
    showRule();
}

void HistoryPreferences::setBusy(bool busy, const QString &words)
{
    m_isBusy = busy;
    m_purge->setEnabled(!busy);
    m_clear->setEnabled(!busy);
    m_stop->hide();
    m_said->setText(words);
}

void HistoryPreferences::setDeleting(const QString &words)
{
    setBusy(true, words);
    m_stop->show();
    m_stop->setFocus();
}

void HistoryPreferences::showWork(qint64 removed, qint64 planned, bool isShrinking)
{
    if (m_isBusy && planned > 0)
        m_said->setText(isShrinking
                            ? tr("Giving the space back to the disk…")
                            : tr("Deleting: %1 of %2").arg(QLocale().toString(removed), callsText(planned)));
}

void HistoryPreferences::askToPurge()
{
    setBusy(true, tr("Looking for calls that are no longer kept…"));
    m_history.planPurge(
        m_settings.historyRules(), QDateTime::currentDateTimeUtc(), this,
        [this](const Result<HistoryPurged> &planned) {
            setBusy(false, planned ? QString() : planned.error().message);
            if (!planned)
                return;
            if (planned->calls == 0) {
                m_said->setText(tr("Every call that there is is kept by these rules."));
                return;
            }
            auto *question = new QMessageBox(&m_window);
            question->setAttribute(Qt::WA_DeleteOnClose);
            question->setIcon(QMessageBox::Warning);
            question->setWindowTitle(tr("Purge History"));
            question->setText(
                tr("Delete %1, about %2?")
                    .arg(callsText(planned->calls),
                         QLocale().formattedDataSize(planned->bytes, 1, QLocale::DataSizeSIFormat)));
            question->setInformativeText(tr("These are the calls that the rules no longer keep. They cannot "
                                            "be brought back. Pinned calls stay."));
            QPushButton *go = question->addButton(tr("Purge"), QMessageBox::DestructiveRole);
            go->setProperty("danger", true);
            question->setDefaultButton(question->addButton(QMessageBox::Cancel));
            connect(go, &QPushButton::clicked, this, &HistoryPreferences::purge);
            question->open();
        });
}

void HistoryPreferences::purge()
{
    setDeleting(tr("Deleting…"));
    m_history.purge(m_settings.historyRules(), QDateTime::currentDateTimeUtc(), this,
                    [this](const Result<qint64> &gone) {
                        setBusy(false, gone ? tr("%1 deleted.").arg(callsText(*gone)) : gone.error().message);
                    });
}

void HistoryPreferences::askToClear()
{
    m_clear->setEnabled(false);
    m_history.count(this, [this](qint64 calls) {
        m_clear->setEnabled(true);
        if (calls == 0) {
            m_said->setText(tr("The history is already empty."));
            return;
        }
        auto *question = new QMessageBox(&m_window);
        question->setAttribute(Qt::WA_DeleteOnClose);
        question->setIcon(QMessageBox::Warning);
        question->setWindowTitle(tr("Clear History"));
        question->setText(tr("Clear the history of %1?").arg(callsText(calls)));
        question->setInformativeText(
            tr("Requests and answers are deleted for good, pinned ones too. Keys and environments stay."));
        QPushButton *go = question->addButton(tr("Clear History"), QMessageBox::DestructiveRole);
        go->setProperty("danger", true);
        question->setDefaultButton(question->addButton(QMessageBox::Cancel));
        connect(go, &QPushButton::clicked, this, &HistoryPreferences::clear);
        question->open();
    });
}

void HistoryPreferences::clear()
{
    setDeleting(tr("Clearing the history…"));
    m_history.clear(this, [this](const Result<void> &result) {
        setBusy(false, result ? tr("The history is empty.") : result.error().message);
    });
}

} // namespace keydesk

#include "ui/keys/ExpiryDialog.h"

#include "app/keys/KeyService.h"
#include "app/storage/Settings.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/WrapLabel.h"

#include <QCalendarWidget>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QPushButton>
#include <QSpinBox>
#include <QTime>
#include <QToolButton>
#include <QVBoxLayout>

namespace keydesk {

namespace {

/// Qt's own has a bar in the colour of a selection, green arrows and red week-ends.
void quieten(QCalendarWidget &calendar)
{
    const auto part = [&calendar](const char *name) { return calendar.findChild<QWidget *>(QLatin1String(name)); };
    if (QWidget *bar = part("qt_calendar_navigationbar"))
        bar->setBackgroundRole(QPalette::Window);
    if (auto *before = qobject_cast<QToolButton *>(part("qt_calendar_prevmonth")))
        before->setIcon(icon(QStringLiteral("arrow-left")));
    if (auto *after = qobject_cast<QToolButton *>(part("qt_calendar_nextmonth")))
        after->setIcon(icon(QStringLiteral("arrow-right")));
    for (const Qt::DayOfWeek day : {Qt::Saturday, Qt::Sunday})
        calendar.setWeekdayTextFormat(day, calendar.weekdayTextFormat(Qt::Monday));
}

enum Ends { NoKnownEnd, OnDay };
enum Rotates { AsProvider, Never, AfterDays };

} // namespace

ExpiryDialog::ExpiryDialog(const ApiKey &key, const QString &providerName, KeyService &service,
                           const Settings &settings, QWidget *parent)
    : QDialog(parent)
    , m_key(key)
    , m_service(service)
    , m_ends(new QComboBox)
    , m_calendar(new QCalendarWidget)
    , m_rotates(new QComboBox)
    , m_days(new QSpinBox)
    , m_problem(new WrapLabel)
{
    setWindowTitle(tr("Expiry and Rotation"));
    auto *title = new QLabel(tr("When “%1” ends").arg(key.name));
    title->setTextFormat(Qt::PlainText);
    title->setFont(theme::titleFont(font()));
    title->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setForegroundRole(QPalette::BrightText);
    m_problem->hide();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                               theme::groupGap);
    layout->setSpacing(theme::gap);
    layout->addWidget(title);
    layout->addSpacing(theme::gap);
    addExpiry(layout);
    layout->addSpacing(theme::gap);
    addRotation(layout, providerName, settings.rotationDays(key.providerId));
    layout->addWidget(m_problem);
    layout->addStretch(1);
    layout->addSpacing(theme::groupGap);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    QPushButton *save = buttons->addButton(tr("Save"), QDialogButtonBox::AcceptRole);
    save->setProperty("primary", true);
    save->setDefault(true);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &ExpiryDialog::save);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void ExpiryDialog::addExpiry(QVBoxLayout *layout)
{
    m_ends->addItem(tr("No known end"));
    m_ends->addItem(tr("At the end of a day"));
    m_ends->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    auto *label = new QLabel(tr("&Expires"));
    label->setBuddy(m_ends);
    m_calendar->setAccessibleName(tr("Last day"));
    m_calendar->setVerticalHeaderFormat(QCalendarWidget::NoVerticalHeader);
    m_calendar->setGridVisible(false);
    quieten(*m_calendar);
    const bool ends = m_key.expiresAt.isValid();
    m_ends->setCurrentIndex(ends ? OnDay : NoKnownEnd);
    m_calendar->setSelectedDate(ends ? m_key.expiresAt.toLocalTime().date()
                                     : QDate::currentDate().addDays(90));
    m_calendar->setEnabled(ends);
    connect(m_ends, &QComboBox::currentIndexChanged, m_calendar,
            [this](int index) { m_calendar->setEnabled(index == OnDay); });

    auto *row = new QHBoxLayout;
    row->setSpacing(theme::panePadding);
    row->addWidget(label);
    row->addWidget(m_ends);
    row->addStretch(1);
    layout->addLayout(row);
    layout->addWidget(m_calendar);
}

void ExpiryDialog::addRotation(QVBoxLayout *layout, const QString &providerName, int providerDays)
{
    m_rotates->addItem(providerDays == 0
                           ? tr("never, as keys of %1").arg(providerName)
                           : tr("after %n day(s), as keys of %1", nullptr, providerDays).arg(providerName));
    m_rotates->addItem(tr("never"));
    m_rotates->addItem(tr("after"));
    m_rotates->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_rotates->setCurrentIndex(!m_key.rotateAfterDays        ? AsProvider
                               : *m_key.rotateAfterDays == 0 ? Never
                                                             : AfterDays);
    auto *label = new QLabel(tr("&Remind me to rotate it"));
    label->setBuddy(m_rotates);
    m_days->setAccessibleName(tr("Days until rotation"));
    m_days->setRange(1, 3650);
    m_days->setValue(m_key.rotateAfterDays.value_or(0) > 0 ? *m_key.rotateAfterDays : 90);
    m_days->setSuffix(tr(" days"));
    m_days->setVisible(m_rotates->currentIndex() == AfterDays);
    connect(m_rotates, &QComboBox::currentIndexChanged, m_days,
            [this](int index) { m_days->setVisible(index == AfterDays); });

    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(m_rotates);
    row->addWidget(m_days);
    row->addStretch(1);
    layout->addWidget(label);
    layout->addLayout(row);
}

/// The day counts whole; one that is there already keeps its time of day.
QDateTime ExpiryDialog::chosenExpiry() const
{
    if (m_ends->currentIndex() == NoKnownEnd)
        return {};
    const QDate day = m_calendar->selectedDate();
    if (m_key.expiresAt.isValid() && m_key.expiresAt.toLocalTime().date() == day)
        return m_key.expiresAt;
    return QDateTime(day, QTime(23, 59, 59)).toUTC();
}

std::optional<int> ExpiryDialog::chosenRotation() const
{
    if (m_rotates->currentIndex() == AsProvider)
        return {};
    return m_rotates->currentIndex() == Never ? 0 : m_days->value();
}

void ExpiryDialog::save()
{
    Result<void> saved;
    if (chosenExpiry() != m_key.expiresAt)
        saved = m_service.setExpiry(m_key.id, chosenExpiry());
    if (saved && chosenRotation() != m_key.rotateAfterDays)
        saved = m_service.setRotation(m_key.id, chosenRotation());
    if (saved) {
        accept();
        return;
    }
    m_problem->setText(saved.error().message);
    m_problem->show();
}

} // namespace keydesk

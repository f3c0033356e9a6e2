#include "ui/ReminderPreferences.h"

#include "app/providers/ProviderCatalog.h"
#include "app/storage/Settings.h"
#include "ui/theme/Theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QFormLayout>
#include <QSpinBox>

namespace keydesk {

namespace {

class Words
{
    Q_DECLARE_TR_FUNCTIONS(PreferencesDialog)
};

QSpinBox *days(int least, int most, int value)
{
    auto *box = new QSpinBox;
    box->setRange(least, most);
    box->setValue(value);
    box->setSuffix(Words::tr(" days"));
    box->setAccelerated(true);
    box->setKeyboardTracking(false); // typing 90 must not apply 9 on the way
    box->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    box->setMinimumWidth(box->fontMetrics().horizontalAdvance(QStringLiteral("0000 days")) + 64);
    return box;
}

} // namespace

void addReminderPreferences(QFormLayout *form, Settings &settings, const ProviderCatalog &providers)
{
    QSpinBox *expiry = days(1, 365, settings.expiryReminderDays());
    QObject::connect(expiry, &QSpinBox::valueChanged, form,
                     [&settings](int value) { settings.setExpiryReminderDays(value); });
    form->addRow(Words::tr("Before a key expires"), expiry);

    auto *provider = new QComboBox;
    for (const Provider &each : providers.all()) {
        if (each.firstStorableKind())
            provider->addItem(each.name, each.id);
    }
    provider->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    QSpinBox *rotation = days(0, 3650, settings.rotationDays(provider->currentData().toString()));
    rotation->setSpecialValueText(Words::tr("never"));
    rotation->setAccessibleName(Words::tr("Days until rotation"));
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(provider);
    row->addWidget(new QLabel(Words::tr("after")));
    row->addWidget(rotation);
    row->addStretch(1);
    auto *label = new QLabel(Words::tr("Rotate keys of"));
    label->setBuddy(provider);
    form->addRow(label, row);
    QObject::connect(provider, &QComboBox::currentIndexChanged, rotation, [&settings, provider, rotation] {
        rotation->setValue(
            settings.rotationDays(provider->currentData().toString())); // which then sets what is there
    });
    QObject::connect(rotation, &QSpinBox::valueChanged, form, [&settings, provider](int value) {
        settings.setRotationDays(provider->currentData().toString(), value);
    });

    auto *desktop = new QCheckBox(Words::tr("Tell on the desktop, once a day for each key"));
    desktop->setProperty("switch", true);
    desktop->setChecked(settings.desktopReminders());
    QObject::connect(desktop, &QCheckBox::toggled, form,
                     [&settings](bool enabled) { settings.setDesktopReminders(enabled); });
    form->addRow(desktop);
}

} // namespace keydesk

#pragma once

#include "app/keys/ApiKey.h"

#include <QDialog>

class QCalendarWidget;
class QComboBox;
class QSpinBox;
class QVBoxLayout;

namespace keydesk {

class KeyService;
class Settings;
class WrapLabel;

/// When a key ends and when it should be rotated, set by hand. Stays open while what was set cannot be kept,
/// and says why.
class ExpiryDialog : public QDialog
{
    Q_OBJECT

public:
    ExpiryDialog(const ApiKey &key, const QString &providerName, KeyService &service,
                 const Settings &settings, QWidget *parent = nullptr);

private:
    void addExpiry(QVBoxLayout *layout);
    void addRotation(QVBoxLayout *layout, const QString &providerName, int providerDays);
    void save();
    [[nodiscard]] QDateTime chosenExpiry() const;
    [[nodiscard]] std::optional<int> chosenRotation() const;

    const ApiKey m_key;
    KeyService &m_service;
    QComboBox *m_ends;
    QCalendarWidget *m_calendar;
    QComboBox *m_rotates;
    QSpinBox *m_days;
    WrapLabel *m_problem;
};

} // namespace keydesk

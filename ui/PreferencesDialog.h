#pragma once

#include <QDialog>

namespace keydesk {

class HistoryStore;
class Settings;

/// Theme, timeouts, size limit, clipboard seconds, history on or off and days, proxy. Changes apply at once; Close ends.
class PreferencesDialog : public QDialog
{
    Q_OBJECT

public:
    PreferencesDialog(Settings &settings, HistoryStore &history, QWidget *parent = nullptr);
};

} // namespace keydesk

#pragma once

#include "app/leaks/LeakScan.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace keydesk {

class Settings;
struct Paths;

/// What a leak check shall look through: a folder, and four ticks. Remembers the choice in Settings.
class LeakSourcesBox : public QWidget
{
    Q_OBJECT

public:
    LeakSourcesBox(const Paths &paths, Settings &settings, QWidget *parent = nullptr);

    [[nodiscard]] LeakSources sources() const;
    /// Why the choice cannot be searched; empty if it can.
    [[nodiscard]] QString problem() const;
    void setFolder(const QString &folder);

Q_SIGNALS:
    void changed();

private:
    void chooseFolder();
    void remember();
    QCheckBox *makeTick(const QString &text, const QString &name, const QString &explanation);

    const Paths &m_paths;
    Settings &m_settings;
    QLineEdit *m_folder;
    QPushButton *m_choose;
    QCheckBox *m_files;
    QCheckBox *m_gitHistory;
    QCheckBox *m_ownHistory;
    QCheckBox *m_ownData;
};

} // namespace keydesk

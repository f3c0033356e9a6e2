#pragma once

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace keydesk {

class Workspace;

/// Under which name, and in which file of the workspace, a request is saved: one that is there, or a new one.
class SaveRequestDialog : public QDialog
{
    Q_OBJECT

public:
    SaveRequestDialog(const Workspace &workspace, const QString &name, QWidget *parent = nullptr);

    [[nodiscard]] QString name() const;
    [[nodiscard]] QString file() const; ///< absolute

private:
    void check();

    const Workspace &m_workspace;
    QLineEdit *m_name;
    QComboBox *m_file;
    QLabel *m_note;
    QPushButton *m_save;
};

} // namespace keydesk

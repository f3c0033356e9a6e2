#pragma once

#include "app/keys/AuditLog.h"

#include <QDialog>

#include <memory>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace keydesk {

class AuditModel;
class IconView;
class KeyStore;
class WrapLabel;

/// What happened to all keys: searched and filtered, checked for edits as soon as it opens, exported with its
/// hashes.
class AuditDialog : public QDialog
{
    Q_OBJECT

public:
    /// `key`: only what happened to this one, at first.
    AuditDialog(AuditLog &log, const KeyStore &keys, const std::optional<QUuid> &key = {},
                QWidget *parent = nullptr);
    ~AuditDialog() override;

    /// Overwrites what is there; what comes of it is said in the dialog.
    void exportTo(const QString &file, AuditLog::Format format);

private:
    enum class Level { Neutral, Good, Bad };

    QWidget *makeFilters(const KeyStore &keys, const std::optional<QUuid> &key);
    QWidget *makeTable();
    QWidget *makeFooter();
    [[nodiscard]] AuditFilter filter() const;
    void check();
    void say(Level level, const QString &words);
    void showState();
    void chooseFile(AuditLog::Format format);

    AuditLog &m_log;
    std::unique_ptr<AuditModel> m_model;
    QLineEdit *m_search = nullptr;
    QComboBox *m_key = nullptr;
    QComboBox *m_action = nullptr;
    QStackedWidget *m_states = nullptr; // table, waiting, nothing, failed
    QTableView *m_table = nullptr;
    QLabel *m_failure = nullptr;
    IconView *m_verdictIcon = nullptr;
    WrapLabel *m_verdict = nullptr;
    WrapLabel *m_exported = nullptr;
    QPushButton *m_export = nullptr;
};

} // namespace keydesk
